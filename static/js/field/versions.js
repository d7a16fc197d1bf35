// Drafts of one visit on several devices: which knows which, in what they differ, and how they come together. The first
// part says what core/drafts.py says, and is held to the same cases.

import { portable } from "./content.js";

const LISTS = ["jottings", "stamps", "aside"];

const vector = ({ device, stamp, content }) => ({ ...content.seen, [device]: stamp });

/** Whoever saved `one` had the content of `other` before their eyes. */
export function knows(one, other) {
  const known = vector(one);
  return Object.entries(vector(other)).every(([device, stamp]) => !stamp || (known[device] ?? 0) >= stamp);
}

/** Those that nobody has gone on from. */
export const heads = (drafts) => drafts.filter((one) => !drafts.some((other) => other !== one && knows(other, one)));

/** The names of what two drafts answer differently. A question counts once, with its N/A and its comment. */
export function differing(one, other) {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const isOther = (name) => texts(one, name) !== texts(other, name);
  return new Set(names.filter(isOther).map(ownerOf).filter(Boolean));
}

export const texts = (raw, name) => JSON.stringify((raw[name] ?? []).filter((text) => text.trim()));

export function ownerOf(name) {
  if (/^((jotting|p)-|(entered|left)_at$)/.test(name)) return "";
  return name.replace(/^(na|c)-/, "q-");
}

const asDraft = (visit, device) => ({ device, stamp: visit.saved_at ?? 0, content: { seen: visit.seen } });

export const current = (visit) =>
  Object.values(visit.theirs ?? {})
    .filter((draft) => draft.revision === visit.revision)
    .sort((a, b) => Date.parse(b.saved_at) - Date.parse(a.saved_at));

export const unknown = (visit, device) => heads(current(visit)).filter((draft) => !knows(asDraft(visit, device), draft));

/** Takes in what other devices hold, before anybody has the draft before their eyes. Answers that differ stay apart. */
export function takeIn(visit, device) {
  return unknown(visit, device).reduce((taken, draft) => {
    const mine = asDraft(taken, device);
    if (knows(mine, draft)) return taken;
    if (knows(draft, mine)) return follow(taken, draft);
    if (differing(taken.raw ?? {}, draft.raw).size) return join(taken, draft);
    return settled({ ...join(taken, draft), timers: { ...draft.content.timers, ...taken.timers } }, draft);
  }, visit);
}

/** The other device went on from here. What was answered otherwise here is laid aside. */
function follow(visit, draft) {
  const content = portable(draft.content);
  const isAnother = Object.keys(visit.raw ?? {}).some((name) => ownerOf(name) && texts(visit.raw, name) !== texts(draft.raw, name));
  const mine = { device: "", saved_at: new Date(visit.saved_at || visit.from?.at || 0).toISOString(), stamp: visit.saved_at, raw: visit.raw, content: visit };
  const next = { ...visit, ...content, ...united(content, visit), raw: draft.raw, from: { device: draft.device, at: draft.saved_at } };
  return settled(isAnother ? aside(next, { ...mine, isHere: true }) : next, draft);
}

/** Notes, stamps and what was laid aside come together; of all else this phone's own goes first. */
export function join(visit, draft) {
  const content = portable(draft.content);
  const lacking = Object.entries(content).filter(([key]) => [undefined, null, ""].includes(visit[key]));
  return { ...visit, ...Object.fromEntries(lacking), ...united(visit, content) };
}

/** `first` wins where both hold the same thing, unless only the other has put it in its place. */
function united(first, second) {
  const lists = LISTS.map((key) => [key, unite(first[key] ?? [], second[key] ?? [])]);
  return { ...Object.fromEntries(lists), pocket: [...new Set([...(second.pocket ?? []), ...(first.pocket ?? [])])] };
}

function unite(first, second) {
  const all = new Map(second.map((one) => [one.id, one]));
  for (const one of first) {
    const other = all.get(one.id);
    all.set(one.id, other && !(one.section ?? one.to) && (other.section ?? other.to) ? other : one);
  }
  return [...all.values()].sort((a, b) => (a.at ?? "").localeCompare(b.at ?? ""));
}

export const settled = (visit, draft) => {
  const seen = { ...visit.seen };
  for (const [device, stamp] of Object.entries(vector(draft))) seen[device] = Math.max(seen[device] ?? 0, stamp);
  return { ...visit, seen };
};

export const laid = ({ device, stamp, saved_at, raw, content, isHere = false }) =>
  ({ id: `${device}-${stamp}-${saved_at}`, at: saved_at, device, isHere, raw, given: content.given ?? {}, timers: content.timers ?? {} });

export const aside = (visit, draft) => ({ ...visit, aside: unite(visit.aside ?? [], [laid(draft)]) });
