// What there is to choose between the drafts of several phones, and what a choice brings about. Nothing is deleted by it.

import { SENT } from "./content.js";
import { aside, current, differing, laid, ownerOf, settled, texts, unknown } from "./versions.js";

/** What other devices answer differently, and nobody has chosen yet. */
export const apart = (visit, device) => unknown(visit, device).filter((draft) => differing(visit.raw, draft.raw).size);

/** What was answered here or elsewhere and did not become the answer. */
export function kept(visit) {
  const earlier = Object.values(visit.theirs ?? {}).filter((draft) => draft.revision < visit.revision && draft.device !== SENT);
  const found = [...(visit.aside ?? []), ...earlier.map(laid)];
  const distinct = new Map(found.map((one) => [JSON.stringify(one.raw), one]));
  return [...distinct.values()].filter(({ raw }) => differing(visit.raw, raw).size);
}

/** Photos whose bytes lie on another phone, and not here. */
export function photosElsewhere(visit, own) {
  const here = new Set(own.map(({ id }) => id));
  return current(visit).flatMap(({ content }) => content.photos ?? []).filter(({ id }) => !here.has(id));
}

const present = (visit) => ({ device: "", stamp: visit.saved_at, saved_at: new Date().toISOString(), raw: visit.raw, content: visit, isHere: true });

/** Answers as they are here; the others stay within reach. */
export const keepMine = (visit, draft) => settled(aside(visit, draft), draft);

/** Their answers; those of here stay within reach. `other`: a draft of a device, or what was laid aside. */
export function takeTheirs(visit, other) {
  const { raw, given, timers } = other.content ? laid(other) : other;
  const next = { ...aside(visit, present(visit)), raw, given, timers };
  return other.content ? settled(next, other) : next;
}

/** Their answers only where nothing was answered here. */
export function fillEmpty(visit, other) {
  const theirs = other.content ? laid(other) : other;
  const isGiven = (raw, owner) => Object.keys(raw).some((name) => ownerOf(name) === owner && texts(raw, name) !== "[]");
  const free = [...differing(visit.raw, theirs.raw)].filter((owner) => !isGiven(visit.raw, owner));
  const raw = Object.entries(theirs.raw).filter(([name]) => free.includes(ownerOf(name)));
  const given = Object.entries(theirs.given).filter(([question]) => free.includes(`q-${question}`));
  const next = { ...visit, raw: { ...visit.raw, ...Object.fromEntries(raw) }, given: { ...visit.given, ...Object.fromEntries(given) } };
  return other.content ? keepMine(next, other) : next;
}
