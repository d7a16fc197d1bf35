// Drafts of one visit on several devices: which knows which, in what they differ, and how they come together. The first
// part says what core/drafts.py says, and is held to the same cases.

import { current, isPage, next, portable, SENT } from "./content.js";
import { uuid7 } from "./ids.js";

const LISTS = ["jottings", "stamps", "aside"];
export const ENDS = ["entered_at", "left_at"];

const vector = ({ device, stamp, content }) => ({ ...content.seen, [device]: stamp });

/** Whoever saved `one` had the content of `other` before their eyes. */
export function knows(one, other) {
  const known = vector(one);
  return Object.entries(vector(other)).every(([device, stamp]) => !stamp || (known[device] ?? 0) >= stamp);
}

/** Those that nobody has gone on from; two that each claim to know the other are both among them. */
export const heads = (drafts) => drafts.filter((one) => !drafts.some((other) => knows(other, one) && !knows(one, other)));

/** What one draft says otherwise than another, by the names of fields; a question counts once, with its N/A and its comment.
 * `different`: both say something, and not the same. The others: only one of the two says anything, or says more.
 */
export function compare(here, there) {
  const [ours, theirs] = [parts(here.raw), parts(there.raw)];
  const unlike = Object.keys({ ...ours, ...theirs }).filter((part) => JSON.stringify(ours[part]) !== JSON.stringify(theirs[part]));
  const owners = new Set(unlike.map(ownerOf));
  const without = (said) => [...owners].filter((owner) => !unlike.some((part) => part in said && ownerOf(part) === owner));
  const [onlyHere, onlyThere] = [without(theirs), without(ours)];
  const both = [...owners].filter((owner) => !onlyHere.includes(owner) && !onlyThere.includes(owner));
  return { different: [...both, ...ENDS.filter((end) => isAnother(here[end], there[end]))], onlyHere, onlyThere };
}

/** What is answered, by what stands for itself: an answer with its N/A, a comment, a field of a touchpoint. */
function parts(raw) {
  const found = {};
  for (const name of Object.keys(raw ?? {}).sort()) {
    const given = raw[name].filter((text) => text.trim());
    const part = name.startsWith("c-") ? name : ownerOf(name);
    if (part && given.length) (found[part] ??= []).push([name, given]);
  }
  return found;
}

/** To the minute, as pages have it. What only one of the two has noted comes together by itself, like notes. */
const isAnother = (one, other) => Boolean(one && other) && minute(one) !== minute(other);
const minute = (at) => Math.floor(Date.parse(at) / 60_000);

export function ownerOf(name) {
  if (/^((jotting|p|stop)-|(entered|left)_at$)/.test(name)) return "";
  return name.replace(/^(na|c)-/, "q-");
}

/** A draft of another device as its own device has it. */
export const said = ({ raw, content }) => ({ ...content, raw });

/** Whether there is anything to choose or to take over from there. */
export const lacks = ({ different, onlyThere }) => different.length + onlyThere.length > 0;

const asDraft = (visit, device) => ({ device, stamp: visit.saved_at ?? 0, content: { seen: visit.seen } });

const newestFirst = (visit) => current(visit).sort((a, b) => Date.parse(b.saved_at) - Date.parse(a.saved_at));

export const unknown = (visit, device) => heads(newestFirst(visit)).filter((draft) => !knows(asDraft(visit, device), draft));

/** Takes in what other devices hold, before anybody has the draft before their eyes. Answers that differ stay apart. What
 * is still to be sent (the server may have it: its answer was lost) is so no more under the stamp that it had: a stamp
 * stands for one content.
 */
export function takeIn(visit, device) {
  const news = unknown(visit, device);
  if (!news.length) return visit;
  const taken = gather(news.reduce((all, draft) => takeOne(all, draft, device), visit), visit, device);
  return { ...taken, is_taken: true, saved_at: visit.saved_at <= visit.backed_up_at ? visit.saved_at : next(visit) };
}

function takeOne(taken, draft, device) {
  const mine = asDraft(taken, device);
  if (knows(mine, draft)) return taken;
  if (knows(draft, mine)) return follow(taken, draft, device);
  const { different, onlyHere, onlyThere } = compare(taken, said(draft));
  if (different.length + onlyHere.length + onlyThere.length) return join(taken, draft);
  return settled({ ...join(taken, draft), timers: { ...draft.content.timers, ...taken.timers } }, draft);
}

/** Notes and stamps of every device, of those too that a page without script went on from: such a page holds none. */
function gather(taken, visit, device) {
  const news = newestFirst(visit).filter((draft) => !knows(asDraft(visit, device), draft));
  const all = news.reduce((sum, draft) => ({ ...sum, ...united(sum, draft.content) }), taken);
  const found = heads(news.filter(({ device: of }) => of !== SENT && !isPage(of))).reduce(keepUnkept, all);
  return { ...found, jottings: once(found.jottings, unkept(visit, [])) };
}

/** What a device has in its boxes for notes and nobody has kept, if `known` says nothing of the kind. */
export const unkept = ({ notes = {} }, known) =>
  Object.entries(notes)
    .map(([name, text]) => ({ section: name.replace("jotting-", ""), text: text.trim() }))
    .filter((note) => note.text && !known.some((one) => isWithin(note, one)));

export const isWithin = (note, other) => note.section === other.section && other.text.startsWith(note.text);

/** Text that another phone has not kept becomes a note here. `of`: whose box it stood in; it grows with what is typed
 * there, and gives way to the note that is made of it.
 */
function keepUnkept(visit, { device, stamp, content }) {
  let { jottings } = visit;
  const pocket = [...visit.pocket];
  for (const note of unkept(content, [...jottings, ...unkept(visit, [])])) {
    const of = `${device} ${note.section}`;
    const before = jottings.find((one) => one.of === of && isWithin(one, note));
    const made = { id: uuid7(), at: new Date(stamp).toISOString(), ...before, ...note, of };
    jottings = [...jottings.filter((one) => one !== before), made];
    if (!note.section && !before) pocket.push(made.id);
  }
  return { ...visit, pocket, jottings };
}

/** One note once: what was taken from a box gives way to the note that was kept, to what was written on from the same
 * words, and to the box that it still stands in.
 */
export const once = (notes, boxes = []) => notes.filter((note, place) => {
  const isOver = (other, at) => other !== note && isWithin(note, other) && (!other.of || other.text.length > note.text.length || at < place);
  return !note.of || !(boxes.some((box) => isWithin(note, box)) || notes.some(isOver));
});

/** The other device went on from here. What was said otherwise here is laid aside; what stands in a box stays in its own. */
function follow(visit, draft, device) {
  const { notes, ...content } = portable(draft.content);
  const { different, onlyHere } = compare(visit, said(draft));
  const mine = version(visit, device, visit.saved_at || Date.parse(visit.from?.at ?? 0));
  const followed = { ...visit, ...content, ...united(content, visit), raw: draft.raw, from: { device: draft.device, at: draft.saved_at } };
  return settled(different.length + onlyHere.length ? aside(followed, mine) : followed, draft);
}

/** While the form is open: notes, stamps and times come in at once, answers wait for a choice. False if nothing is new. */
export function hear(visit, { theirs, refused_at }, device) {
  const news = { theirs, refused_at };
  if (Object.entries(news).every(([key, value]) => isDeepEqual(visit[key], value))) return false;
  Object.assign(visit, news);
  const joined = gather(unknown(visit, device).reduce(join, visit), visit, device);
  for (const key of [...LISTS, ...ENDS, "pocket"]) visit[key] = joined[key];
  return true;
}

/** JSON has no word for "never", which the refusal of a visit may hold. */
const isDeepEqual = (one, other) => one === other || JSON.stringify(one ?? {}) === JSON.stringify(other ?? {});

/** Notes, stamps and what was laid aside come together; of all else this phone's own goes first. */
function join(visit, draft) {
  const { notes, ...content } = portable(draft.content);
  const lacking = Object.entries(content).filter(([key]) => [undefined, null, ""].includes(visit[key]));
  return { ...visit, ...Object.fromEntries(lacking), ...united(visit, content) };
}

/** `first` wins where both hold the same thing, unless only the other has put it in its place or has more of its text. */
function united(first, second) {
  const lists = LISTS.map((key) => [key, unite(first[key] ?? [], second[key] ?? [])]);
  return { ...Object.fromEntries(lists), pocket: [...new Set([...(second.pocket ?? []), ...(first.pocket ?? [])])] };
}

function unite(first, second) {
  const all = new Map(second.map((one) => [one.id, one]));
  for (const one of first) {
    const other = all.get(one.id);
    const isMore = other && (other.text?.length > one.text?.length || (!(one.section ?? one.to) && (other.section ?? other.to)));
    all.set(one.id, isMore ? other : one);
  }
  return [...all.values()].sort((a, b) => (a.at ?? "").localeCompare(b.at ?? ""));
}

export const settled = (visit, draft) => {
  const seen = { ...visit.seen };
  for (const [device, stamp] of Object.entries(vector(draft))) seen[device] = Math.max(seen[device] ?? 0, stamp);
  return { ...visit, seen };
};

/** What this phone says now, to be laid aside. */
export const version = (visit, device, at = Date.now()) =>
  laid({ device, stamp: visit.saved_at, saved_at: new Date(at).toISOString(), raw: visit.raw ?? {}, content: visit });

/** What a device said once. */
export const laid = ({ device, stamp, saved_at, raw, content: { given = {}, timers = {}, entered_at, left_at } }) =>
  ({ id: `${device}-${stamp}-${saved_at}`, at: saved_at, device, raw, given, timers, entered_at, left_at });

export const aside = (visit, one) => ({ ...visit, aside: unite(visit.aside ?? [], [one]) });
