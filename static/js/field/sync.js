// Brings assignments, briefings and drafts from the server to the phone. What was written here is never overwritten.

import { ask } from "./api.js";
import { isLost, lossOf } from "./copies.js";
import { deviceOf, setSigned } from "./database.js";
import { keepForm, keepPicture, lackingOf } from "./kept.js";
import { byDevice } from "./content.js";
import { nudge } from "./queue.js";
import { aside, version } from "./versions.js";

const DAY = { year: "numeric", month: "2-digit", day: "2-digit" };

/** "done", "offline", "signed_out" or "other_person": then nothing was touched. */
export async function sync(db) {
  const found = await fetchTasks();
  if (found.state) return found.state;
  if (found.user !== db.user) return "other_person";
  await keep(db, found);
  await keepForms(db, found.build);
  await followForms(db, found.assignments);
  return "done";
}

/** What the server has for whoever is signed in, or {state} with the reason why there is nothing. */
export async function fetchTasks() {
  const answer = await ask("/field/sync", { cache: "no-store" });
  if (!answer || answer.status >= 500) return { state: "offline" };
  if (!answer.ok) return { state: "signed_out" };
  return answer.json();
}

export async function keep(db, found) {
  await setSigned({ user: found.user, locale: found.locale });
  const device = await deviceOf(db);
  await db.work(["assignments", "visits", "photos", "bytes", "meta"], async (tx) => {
    const known = new Map((await tx.list("assignments")).map((each) => [each.id, each]));
    const visits = new Map((await tx.list("visits")).map((each) => [each.id, each]));
    for (const task of found.assignments) {
      await tx.put("assignments", { ...task, ready: known.get(task.id)?.ready ?? null, heard_at: Date.now() });
      known.delete(task.id);
      if (task.visit) await merge(tx, task, visits.get(task.visit.id), device);
    }
    const theirs = new Map(found.assignments.map((task) => [task.id, task.visit]));
    for (const visit of visits.values()) {
      if (!isLost(visit, theirs.get(visit.assignment), found)) continue;
      nudge();
      await tx.put("visits", { ...visit, state: "sealed", resent_as: lossOf(visit, found), problem: null });
    }
    const begun = new Set([...visits.values()].map((visit) => visit.assignment));
    for (const gone of known.values()) await (begun.has(gone.id) ? tx.put("assignments", { ...gone, is_gone: true }) : tx.delete("assignments", gone.id));
    await tx.put("meta", Date.now(), "synced_at");
    await tx.put("meta", Math.round(Date.now() - Date.parse(found.now)), "clock_offset_ms");
    await tx.put("meta", found.rooms ?? "", "rooms");
    await tx.put("meta", Date.parse(found.backed_up_until) || 0, "backed_up_until");
  });
}

async function merge(tx, task, mine, device) {
  const theirs = task.visit;
  if (!["in_field", "returned"].includes(theirs.state)) return settle(tx, mine, theirs, device);
  if (mine && !mayReplace(mine, theirs)) return hear(tx, task, mine, device);
  if (mine?.state === "sent") await dropPhotos(tx, mine.id);
  const begun = fromServer(task, mine?.state === "draft" ? mine : {}, device);
  // What did not go along with the visit is still within reach when that comes back.
  return tx.put("visits", mine?.refused_at === Infinity ? aside(begun, version(mine, device, mine.saved_at)) : begun);
}

/** Its photos go from this phone. */
export async function dropPhotos(tx, visit) {
  for (const id of await tx.keysOf("photos", "visit", visit)) {
    await tx.delete("photos", id);
    await tx.delete("bytes", id);
  }
}

/** What other devices hold lies beside the draft until the form is opened. */
async function hear(tx, task, mine, device) {
  const { revision, drafts, reasons, photos, jottings } = task.visit;
  if (mine.state !== "draft" || mine.revision !== revision) return;
  await tx.put("visits", { ...mine, theirs: byDevice(drafts, device), server: { reasons, photos, jottings } });
}

/** A draft whose visit arrived in another way has nothing left to do here, if all that it holds arrived too: the server
 * knows, which has the last word of this phone. Any other knows from then on that the visit was sent.
 */
async function settle(tx, mine, theirs, device) {
  if (mine?.state !== "draft" || theirs.revision < mine.revision) return;
  const hasPhotos = (await tx.keysOf("photos", "visit", mine.id)).length > 0;
  const isOver = isClean(mine) && !hasPhotos && !theirs.unsent.includes(device);
  await (isOver ? tx.delete("visits", mine.id) : tx.put("visits", { ...mine, refused_at: Infinity }));
}

const isClean = (visit) => (visit.saved_at ?? 0) <= (visit.backed_up_at ?? 0);

function mayReplace(mine, theirs) {
  if (mine.state === "sent") return theirs.revision > mine.revision;
  return mine.state === "draft" && (isClean(mine) || mine.refused_at === Infinity) && theirs.revision > mine.revision;
}

function fromServer(task, mine, device) {
  const { id, revision, started_at, entered_at, left_at, drafts, reasons, photos, jottings } = task.visit;
  return {
    given: {}, removed: [], jottings: [], stamps: [], outcome: "",
    ...mine,
    id, revision, started_at, raw: {}, seen: {}, from: null, theirs: byDevice(drafts, device),
    entered_at: mine.entered_at ?? entered_at ?? null,
    left_at: mine.left_at ?? left_at ?? null,
    assignment: task.id, version: task.version, method: task.method, form: task.form,
    store: task.store, timezone: task.timezone, today: dayOf(new Date(started_at), task.timezone),
    state: "draft", saved_at: 0, backed_up_at: 0, refused_at: 0,
    server: { reasons, photos, jottings }, sealed: null, receipt: null, sent_at: null, problem: null,
  };
}

/** The date that the calendar in the store shows. */
export function dayOf(moment, timezone) {
  const parts = new Intl.DateTimeFormat("en", { ...DAY, timeZone: timezone }).formatToParts(moment);
  const part = (type) => parts.find((each) => each.type === type).value;
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** Forms are fetched one by one, so that the first of many is ready soon; one that fails is told by readiness.js. */
async function keepForms(db, build) {
  if (!("caches" in globalThis)) return;
  for (const address of await formsOf(db)) await keepForm(address, build).catch(() => {});
  const pictures = (await db.list("assignments")).flatMap((task) => task.pictures ?? []);
  for (const { url } of pictures) await keepPicture(url).catch(() => {});
}

/** A draft is opened in the language and with the words of today once that form of its version is here, whole. */
async function followForms(db, tasks) {
  for (const { id, form, version } of tasks) {
    const isHere = form && (await lackingOf(form).catch(() => null))?.length === 0;
    if (isHere) await db.work(["visits"], (tx) => followForm(tx, id, form, version));
  }
}

async function followForm(tx, id, form, version) {
  const isOlder = (visit) => visit.assignment === id && visit.state === "draft" && visit.version === version && visit.form !== form;
  for (const visit of (await tx.list("visits")).filter(isOlder)) await tx.put("visits", { ...visit, form });
}

export async function formsOf(db) {
  const tasks = await db.list("assignments");
  const drafts = (await db.list("visits")).filter((visit) => visit.state === "draft");
  return new Set([...drafts, ...tasks].map((each) => each.form).filter(Boolean));
}
