// Blank forms in the browser's cache, each with everything that it names.

const FORMS = "fieldstudy-forms";
const NAMES = /\/field\/assets\/[\w-]+\/[\w./-]+/g;
const IMPORTS = /(?:from|import)\s*\(?\s*"\.\/([\w.-]+)"/g;

const buildOf = (text) => /\/field\/assets\/([\w-]+)\//.exec(text)?.[1] ?? "";

/** Fetches a form when it is not here, or here from another build than `build`; keeps the old one if that fails. */
export async function keepForm(address, build) {
  const cache = await caches.open(FORMS);
  const present = await cache.match(address);
  if (present && buildOf(await present.text()) === build) return;
  const answer = await fetch(address, { redirect: "error" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const text = await answer.clone().text();
  for (let missing = await lacking(text); missing.length; missing = await lacking(text)) await Promise.all(missing.map(keepFile));
  await cache.put(address, answer);
}

async function keepFile(address) {
  const cache = await caches.open(`fieldstudy-assets-${buildOf(address)}`);
  await cache.add(address);
}

/** Which files that this form needs are not in the cache; null when the form itself is not. */
export async function lackingOf(address) {
  const page = await (await caches.open(FORMS)).match(address);
  return page ? lacking(await page.text()) : null;
}

/** Follows the imports of the scripts, too; a file that is missing hides its own imports. */
async function lacking(text) {
  const seen = new Set();
  const missing = [];
  const wanted = [...(text.match(NAMES) ?? [])];
  while (wanted.length) {
    const address = wanted.pop();
    if (seen.has(address)) continue;
    seen.add(address);
    const file = await caches.match(address);
    if (!file) missing.push(address);
    else if (address.endsWith(".js")) wanted.push(...importsOf(await file.text(), address));
  }
  return missing;
}

const importsOf = (text, address) => [...text.matchAll(IMPORTS)].map(([, name]) => address.replace(/[^/]+$/, name));

const PICTURES = "fieldstudy-references";

export async function keepPicture(address) {
  const cache = await caches.open(PICTURES);
  if (!(await cache.match(address))) await cache.add(address);
}

export async function hasPictures(addresses) {
  const cache = await caches.open(PICTURES);
  const found = await Promise.all(addresses.map((address) => cache.match(address)));
  return found.every(Boolean);
}

/** Pictures belong to the person's own briefings, and go when the person goes. */
export const dropPictures = () => globalThis.caches?.delete(PICTURES);
