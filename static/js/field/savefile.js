// When a phone cannot send: everything of some visits in one file, which the server can take in later.

import { canonical, sha256 } from "./canonical.js";
import { uuid7 } from "./ids.js";
import { contentOf } from "./sealing.js";
import { unkept } from "./versions.js";

/** Hands the file to the person. `visits`: records, stored or only in memory; returns its name. */
export async function saveFile(db, visits) {
  const name = visits.length === 1 ? `${visits[0].id}.fieldstudy.json` : `${new Date().toISOString().slice(0, 10)}.fieldstudy.json`;
  const file = new File([await fileOf(db, visits)], name, { type: "application/json" });
  const isInstalledIphone = navigator.standalone && navigator.canShare?.({ files: [file] });
  await (isInstalledIphone ? navigator.share({ files: [file] }) : download(file));
  return name;
}

function download(file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Built piece by piece, so that never more than one photo is in memory. */
export async function fileOf(db, visits) {
  const parts = ['{"format":"fieldstudy-saved-1","visits":['];
  const ids = [];
  for (const visit of visits) {
    const photos = await photosOf(db, visit);
    const sealed = visit.sealed ?? (await sealedNow(db, visit, photos));
    if (parts.length > 1) parts.push(",");
    parts.push(JSON.stringify({ body: sealed.body, sha256: sealed.sha256 }));
    ids.push(...photos);
  }
  parts.push('],"media":[');
  let separator = "";
  for (const photo of ids) {
    const bytes = await db?.get("bytes", photo.id).catch(() => null);
    if (!bytes) continue;
    const text = JSON.stringify({ id: photo.id, sha256: photo.sha256, base64: await base64(bytes) });
    parts.push(new Blob([separator, text]));
    separator = ",";
  }
  return new Blob([...parts, "]}"]);
}

const photosOf = (db, visit) => (visit.photos ? visit.photos : db ? db.list("photos", "visit", visit.id).catch(() => []) : []);

/** A draft is written down as it stands; it stays a draft. */
/** Text that still stands in a box goes along as a note, as when the visit is sent. */
async function sealedNow(db, visit, photos) {
  const { jottings = [] } = visit;
  const boxes = unkept(visit, []).map((note) => ({ ...note, id: uuid7(), at: new Date().toISOString() }));
  const body = canonical(await contentOf(db, { ...visit, jottings: [...jottings, ...boxes] }, photos));
  return { body, sha256: await sha256(body) };
}

const base64 = (bytes) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(new Blob([bytes]));
  });
