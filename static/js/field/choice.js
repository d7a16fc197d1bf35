// What there is to choose between the drafts of several phones, and what a choice brings about. Nothing is deleted by it.

import { SENT } from "./content.js";
import { aside, compare, lacks, laid, ownerOf, said, settled, unknown, version } from "./versions.js";

/** What other devices say otherwise or in addition, and nobody has chosen yet. */
export const apart = (visit, device) => unknown(visit, device).filter((draft) => lacks(compare(visit, said(draft))));

/** So many of its own earlier states a phone offers. */
const EARLIER = 3;

/** What was said here or elsewhere and does not count now: the newest of this phone, of another device the newest alone,
 * and none that is apart.
 */
export function kept(visit, device, others) {
  const earlier = Object.values(visit.theirs ?? {}).filter((draft) => draft.revision < visit.revision && draft.device !== SENT);
  const found = [...(visit.aside ?? []), ...earlier.map(laid)].sort((a, b) => b.at.localeCompare(a.at));
  const known = new Set(others.map((draft) => draft.device));
  const newest = found.filter((one) => one.device === device || (!known.has(one.device) && known.add(one.device)));
  const distinct = new Map(newest.map((one) => [JSON.stringify(Object.entries(one.raw).sort()), one]));
  const offered = [...distinct.values()].filter((one) => lacks(compare(visit, one)));
  const own = offered.filter((one) => one.device === device).slice(0, EARLIER);
  return offered.filter((one) => one.device !== device || own.includes(one));
}

/** Of a draft of another device, or of what was laid aside. */
const asLaid = (other) => (other.content ? laid(other) : other);

/** Answers as they are here; the others stay within reach. */
export const keepMine = (visit, draft) => settled(aside(visit, laid(draft)), draft);

/** Theirs; those of here stay within reach, and so do theirs, in case those of here are taken up again. */
export function takeTheirs(visit, other, device) {
  const { raw, given, timers, entered_at, left_at } = asLaid(other);
  const both = aside(aside(visit, version(visit, device)), asLaid(other));
  const next = { ...both, raw, given, timers, entered_at: entered_at ?? visit.entered_at, left_at: left_at ?? visit.left_at };
  return other.content ? settled(next, other) : next;
}

/** Theirs only where nothing was said here. */
export function fillEmpty(visit, other) {
  const theirs = asLaid(other);
  const { onlyThere } = compare(visit, theirs);
  const raw = Object.entries(theirs.raw).filter(([name]) => onlyThere.includes(ownerOf(name)));
  const given = Object.entries(theirs.given).filter(([question]) => onlyThere.includes(`q-${question}`));
  const next = { ...visit, raw: { ...visit.raw, ...Object.fromEntries(raw) }, given: { ...visit.given, ...Object.fromEntries(given) } };
  return other.content ? keepMine(next, other) : next;
}
