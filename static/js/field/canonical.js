// The one way of writing a content down, so that phone and server compute the same hash of it.

import { asHex } from "./ids.js";

/** JSON with sorted keys, no spaces, texts in NFC and whole numbers only. */
export function canonical(value) {
  if (typeof value === "string") return JSON.stringify(clean(value));
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value && typeof value === "object") return `{${members(value).join(",")}}`;
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new TypeError(`${value} is no whole number`);
  return JSON.stringify(value);
}

/** Half a sign, which a keyboard may leave behind, has no bytes in UTF-8. */
const clean = (text) => {
  const composed = text.normalize("NFC");
  return composed.toWellFormed?.() ?? composed;
};

const members = (value) =>
  Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort(byCodePoint)
    .map((key) => `${canonical(key)}:${canonical(value[key])}`);

/** As Python sorts texts; the default order of JavaScript differs outside the basic plane. */
function byCodePoint(a, b) {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((sign, index) => sign !== right[index]);
  if (at === -1) return left.length - right.length;
  return at < right.length ? left[at].codePointAt(0) - right[at].codePointAt(0) : 1;
}

export async function sha256(bytesOrString) {
  const bytes = typeof bytesOrString === "string" ? new TextEncoder().encode(bytesOrString) : bytesOrString;
  return asHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
