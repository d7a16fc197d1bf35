// What was sent and is still kept here: photos until the server has them in a backup, text and photos for three days at
// the most. If the server turns out to miss a visit, it goes out once more by itself.

import { room } from "./readiness.js";

const LIFE = 72 * 3_600_000;
const FULL = 0.8;
/** An answer may have been read while the visit was being written. */
const SLACK = 120_000;

/** On a phone that is short of room the copies of photos go first. */
export async function tidy(db) {
  const until = (await db.get("meta", "backed_up_until")) ?? 0;
  const isFull = ((await room())?.share ?? 0) >= FULL;
  for (const visit of await sentOnes(db)) {
    if (visit.sent_at < Date.now() - LIFE) await forget(db, visit.id);
    else if (isFull || Date.parse(visit.receipt.received_at) < until) await dropBytes(db, visit.id);
  }
}

/** Whether anything could be dropped. */
export async function makeRoom(db) {
  const dropped = [];
  for (const { id } of await sentOnes(db)) dropped.push(await dropBytes(db, id));
  return dropped.some(Boolean);
}

const sentOnes = async (db) => (await db.list("visits")).filter((visit) => visit.state === "sent");

async function dropBytes(db, visit) {
  const held = new Set(await db.keysOf("bytes"));
  const ids = (await db.keysOf("photos", "visit", visit)).filter((id) => held.has(id));
  if (ids.length) await db.work(["bytes"], async (tx) => { for (const id of ids) await tx.delete("bytes", id); });
  return ids.length > 0;
}

/** Takes a visit off this phone, with its photos. */
export async function forget(db, id) {
  await db.work(["visits", "photos", "bytes"], async (tx) => {
    for (const photo of await tx.keysOf("photos", "visit", id)) {
      await tx.delete("photos", photo);
      await tx.delete("bytes", photo);
    }
    await tx.delete("visits", id);
  });
}

/** As which loss a visit is sent again. Who answers such a sending with the first receipt has the visit after all. */
export const lossOf = (mine, found) => `${Date.parse(mine.receipt.received_at)} ${found.restored_at}`;

/** The server received this visit, and knows nothing of it: it was restored from an older backup. `theirs`: what it has
 * of the assignment, undefined where it does not speak of that. Of these, and of what is under review, nothing is known
 * here: they go out again once after each restore, which changes nothing where they are still there.
 */
export function isLost(mine, theirs, found) {
  if (mine.state !== "sent" || mine.resent_as === lossOf(mine, found)) return false;
  const { state, received_at: receivedAt } = mine.receipt;
  const at = Date.parse(receivedAt);
  if (state !== "received" || theirs === undefined) return at < Date.parse(found.restored_at);
  if (!(at < Date.parse(found.as_of) - SLACK)) return false;
  if (!theirs) return true;
  return theirs.id === mine.id && ["in_field", "returned"].includes(theirs.state) && theirs.revision <= mine.revision;
}
