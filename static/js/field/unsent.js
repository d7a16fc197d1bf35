// What would be lost if this phone were.

/** Every visit of this person that the server may not have whole. */
export async function unsent(db) {
  const visits = await db.list("visits").catch(() => []);
  const waits = await Promise.all(visits.map(async (visit) => (await isUnsent(db, visit)) && visit));
  return waits.filter(Boolean);
}

async function isUnsent(db, visit) {
  if (visit.state === "sent") return false;
  if (visit.state !== "draft") return true;
  if ((visit.saved_at ?? 0) > (visit.backed_up_at ?? 0)) return true;
  return (await db.keysOf("photos", "visit", visit.id).catch(() => [])).length > 0;
}
