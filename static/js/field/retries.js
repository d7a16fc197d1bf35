// What a person does about a visit that could not be sent.

import { run, seal } from "./queue.js";

/** A person wants a visit tried once more that needed attention. */
export async function retry(db, id) {
  const visit = await db.get("visits", id);
  if (visit?.state === "attention") await db.put("visits", { ...visit, state: "sealed", problem: null });
  await run(db, true);
}

/** A person sends a visit without the photos that this phone has lost. */
export async function sendWithoutLost(db, id) {
  await sealWithoutLost(db, await db.get("visits", id));
  await run(db, true);
}

/** Seals a visit anew without the photos whose bytes are gone from this phone and that never arrived. */
async function sealWithoutLost(db, visit) {
  const held = new Set(await db.keysOf("bytes"));
  const sealed = new Set(JSON.parse(visit.sealed.body).photos.map(({ id }) => id));
  const all = (await db.list("photos", "visit", visit.id)).filter(({ id }) => sealed.has(id));
  const isLost = (photo) => !photo.sent && !held.has(photo.id);
  for (const { id } of all.filter(isLost)) await db.delete("photos", id);
  return seal(db, visit, all.filter((photo) => !isLost(photo)));
}
