// One sealed visit on its way: photos in pieces that can be taken up again, then the visit, then the receipt.

import * as api from "./api.js";
import { sha256 } from "./canonical.js";
import { deviceOf } from "./database.js";
import { uuid7 } from "./ids.js";
import { seal } from "./sealing.js";
import { byDevice, portable } from "./content.js";

const PIECE = 256 * 1024;
const ROUNDS = 3;

const BUSY = [429, 502, 503, 504];
/** These say all by their number; 413 may come from a server before ours. */
const SPEAKING = [202, 204, 413];

/** The queue has to rest: no connection, nobody signed in, or a server that is busy. */
export class Later extends Error {
  constructor(state, seconds = 0) {
    super(state);
    this.state = state;
    this.seconds = seconds;
  }
}

/** The server fell over this one visit; it is tried again after the others. */
export class Stumbled extends Later {}

/** This visit cannot go as it is; `key` says why. */
export class NeedsAttention extends Error {
  constructor(key) {
    super(key);
    this.key = key;
  }
}

/** {status, told}: what holds for every answer of the server is done here. One that cannot be read was lost. */
async function asked(method, path, body, headers) {
  const answer = await api.send(method, path, body, headers);
  if (!answer) throw new Later("offline");
  const { status } = answer;
  const told = await api.read(answer);
  if (status === 401 || answer.type === "opaqueredirect") throw new Later("signed_out");
  if (BUSY.includes(status)) throw new Later(told?.error === "quota" ? "quota" : "waiting", restOf(answer));
  if (status >= 500) throw new Stumbled("waiting");
  if (told?.error === "stale_token") throw new Later("waiting");
  if (!told && !SPEAKING.includes(status)) throw new Later("offline");
  return { status, told: told ?? {} };
}

function restOf(answer) {
  const told = answer.headers.get("Retry-After") ?? "";
  return Number(told) || Math.max(0, Math.ceil((Date.parse(told) - Date.now()) / 1000)) || 0;
}

/** All of a draft but the bytes of photos, so that another phone can go on although this one may be lost. Brings back
 * what other devices hold and this one has not seen. What the server neither keeps nor has (202) is not called safe;
 * where the visit was sent from elsewhere, it will never be kept.
 */
export async function keepDraft(db, visit) {
  if ((visit.saved_at ?? 0) <= (visit.backed_up_at ?? 0)) return;
  const body = JSON.stringify(await draftOf(db, visit));
  const { status, told } = await asked("PUT", `/api/v1/drafts/${visit.id}`, body, { "Content-Type": "application/json" });
  if (![200, 202, 204].includes(status)) return;
  const done = { [status === 202 ? "refused_at" : "backed_up_at"]: visit.saved_at };
  if (told.sent) done.refused_at = Infinity;
  await db.work(["visits"], async (tx) => {
    const present = await tx.get("visits", visit.id);
    const theirs = { ...present?.theirs, ...byDevice(told.drafts) };
    if (present) await tx.put("visits", { ...present, ...done, theirs });
  });
}

async function draftOf(db, visit) {
  const { assignment, version, started_at, revision, raw, saved_at: stamp } = visit;
  const own = (await db.list("photos", "visit", visit.id)).filter(({ removed }) => !removed);
  const photos = own.map(({ id, question, taken_at }) => ({ id, question, taken_at }));
  const content = { ...portable(visit), photos };
  return { assignment, version, started_at, revision, device: await deviceOf(db), stamp, raw, content };
}

/** Sends a sealed visit and keeps its receipt. `tell(progress)` hears of everything that has arrived. */
export async function deliver(db, visit, tell) {
  await keepDraft(db, visit).catch((error) => {
    if (!(error instanceof Stumbled)) throw error;
  });
  for (let round = 0; round < ROUNDS; round += 1) {
    const present = await db.get("visits", visit.id);
    if (!(await sendPhotos(db, present, tell))) continue;
    const missing = await sendVisit(db, present);
    if (!missing.length) return;
    await markMissing(db, missing);
  }
  throw new NeedsAttention("photos_missing");
}

/** False when a photo had to be made smaller and the visit was sealed anew. */
async function sendPhotos(db, visit, tell) {
  const listed = JSON.parse(visit.sealed.body).photos;
  for (const [index, { id }] of listed.entries()) {
    const photo = await db.get("photos", id);
    if (!photo) throw new NeedsAttention("photo_lost");
    if (photo.sent) continue;
    if (!(await sendPhoto(db, photo))) {
      await replace(db, visit, photo);
      return false;
    }
    tell({ visit: visit.id, photo: index + 1, photos: listed.length });
  }
  return true;
}

/** False when the server finds the photo too large. Given up only when the server itself says no, again and again. */
async function sendPhoto(db, photo) {
  const bytes = await db.get("bytes", photo.id);
  if (!bytes) throw new NeedsAttention("photo_lost");
  let offset = photo.offset ?? 0;
  for (let failures = 0; failures < ROUNDS; ) {
    const { status, told } = await sendPiece(photo, bytes, offset);
    if (status === 413) return false;
    if (told.sha256) return settle(db, photo, told);
    if (status < 300 && !Number.isInteger(told.offset)) throw new Later("offline");
    if (told.error === "other_content") throw new NeedsAttention("photo_differs");
    if (!Number.isInteger(told.offset) || (status !== 200 && offset === told.offset)) failures += 1;
    offset = told.offset ?? 0;
    await db.put("photos", { ...photo, offset });
  }
  throw new NeedsAttention("photo_refused");
}

function sendPiece(photo, bytes, offset) {
  const end = Math.min(offset + PIECE, bytes.byteLength);
  return asked("PUT", `/api/v1/media/${photo.id}`, bytes.slice(offset, end), {
    "Content-Type": "application/octet-stream",
    "Content-Range": `bytes ${offset}-${end - 1}/${bytes.byteLength}`,
    "Upload-Sha256": photo.sha256,
  });
}

async function settle(db, photo, receipt) {
  if (receipt.sha256 !== photo.sha256) throw new NeedsAttention("photo_differs");
  await db.put("photos", { ...photo, offset: photo.size, sent: true });
  return true;
}

/** Once smaller, under a new id, because another content is another photo. */
async function replace(db, visit, photo) {
  if (photo.is_smaller) throw new NeedsAttention("photo_too_large");
  const bytes = await db.get("bytes", photo.id);
  const { smaller } = await import("./shrink.js");
  const made = await smaller(bytes).catch(() => null);
  if (!made) throw new NeedsAttention("photo_too_large");
  const found = { id: uuid7(), sha256: await sha256(made.bytes), size: made.bytes.byteLength };
  const next = { ...photo, ...found, offset: 0, sent: false, is_smaller: true };
  await db.work(["photos", "bytes"], async (tx) => {
    await tx.put("bytes", made.bytes, next.id);
    await tx.put("photos", next);
    await tx.delete("photos", photo.id);
    await tx.delete("bytes", photo.id);
  });
  const kept = new Set(JSON.parse(visit.sealed.body).photos.map(({ id }) => id)).add(next.id);
  await seal(db, visit, (await db.list("photos", "visit", visit.id)).filter(({ id }) => kept.has(id)));
}

/** The ids of photos that the server still lacks; none when the visit has arrived. */
async function sendVisit(db, visit) {
  const { body, sha256: hash } = visit.sealed;
  const { status, told } = await asked("PUT", `/api/v1/visits/${visit.id}`, body, {
    "Content-Type": "application/json",
    "Upload-Sha256": hash,
    "Sent-At": new Date().toISOString(),
  });
  const receipt = told.receipt ?? told;
  if (status === 424) return told.missing;
  if (!receipt.sha256 && status < 400) throw new Later("offline");
  if (!receipt.sha256) throw new NeedsAttention(told.error || `answer_${status}`);
  await keepReceipt(db, visit, receipt);
  return [];
}

/** A visit has arrived only when the server names the very hashes that we have. copies.js says when its photos go. */
async function keepReceipt(db, visit, receipt) {
  const listed = JSON.parse(visit.sealed.body).photos;
  const isEqual = receipt.sha256 === visit.sealed.sha256 && listed.every(({ id, sha256: hash }) => receipt.media?.[id] === hash);
  if (!isEqual) throw new NeedsAttention("receipt_differs");
  await db.put("visits", { ...visit, state: "sent", receipt, sent_at: Date.now(), problem: null });
}

async function markMissing(db, ids) {
  await db.work(["photos"], async (tx) => {
    for (const id of ids) {
      const photo = await tx.get("photos", id);
      if (photo) await tx.put("photos", { ...photo, offset: 0, sent: false });
    }
  });
}
