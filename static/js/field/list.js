// The list of assignments as the phone knows it: the server's cards, with what can be done here and now.

import { dayOf, dropPhotos } from "./sync.js";
import { button, drawn, el, link, moment, put, say } from "./words.js";
import { start } from "./starting.js";
import { isPage, SENT } from "./content.js";

const GROUPS = ["returned", "open", "waiting", "left", "today", "coming", "sent"];
const HERE = ["sealed", "attention"];

/** The one visit that matters of each assignment: what is under way here, else what was sent last. */
export function visitOf(task, visits) {
  const own = visits.filter((visit) => visit.assignment === task.id);
  const order = (visit) => ["draft", "attention", "sealed", "sent"].indexOf(visit.state);
  return own.sort((a, b) => order(a) - order(b) || (b.sent_at ?? 0) - (a.sent_at ?? 0))[0] ?? null;
}

export function groupOf(task, visit) {
  if (visit && HERE.includes(visit.state)) return "waiting";
  if (isSentElsewhere(task, visit)) return "left";
  if (visit?.state === "draft") return visit.revision > 1 ? "returned" : "open";
  if (visit || task.visit) return "sent";
  return task.window.from <= dayOf(new Date(), task.timezone) ? "today" : "coming";
}

/** Something of it did not go along. */
const isSentElsewhere = (task, visit) => visit?.state === "draft" && Boolean(task.visit?.stage);

export function drawList(db, { tasks, visits, synced }) {
  const groups = grouped(entries(tasks, visits));
  const isIdle = !GROUPS.slice(0, -1).some((name) => groups[name]);
  return [
    el("h1", { textContent: say.list }),
    waitingLine(visits),
    ...GROUPS.slice(0, -1).filter((name) => groups[name]).map((name) => section(db, name, groups[name])),
    isIdle && nothing(synced),
    groups.sent && sentOnes(db, groups.sent),
  ];
}

const entries = (tasks, visits) =>
  tasks.map((task) => {
    const visit = visitOf(task, visits);
    return { task, visit, group: groupOf(task, visit) };
  });

function grouped(all) {
  const groups = {};
  for (const entry of all) (groups[entry.group] ??= []).push(entry);
  return groups;
}

export function waitingLine(visits) {
  const count = visits.filter((visit) => HERE.includes(visit.state)).length;
  if (!count) return null;
  return el("p", { className: "note queue-note", role: "status" }, put(say.queue_count, count), " ", link(say.details, "/field/queue"));
}

const nothing = (synced) =>
  el(
    "div",
    { className: "card empty" },
    el("p", {}, el("strong", { textContent: synced ? say.nothing : navigator.onLine ? say.loading : say.empty })),
    synced && el("p", { textContent: say.nothing_more }),
  );

function section(db, name, found) {
  const title = el("h2", { id: `group-${name}`, textContent: say[name] });
  const cards = el("ul", { className: "cards" }, found.map((entry) => card(db, entry)));
  return el("section", { "aria-labelledby": title.id }, title, cards);
}

const sentOnes = (db, found) =>
  el(
    "details",
    { className: "sent" },
    el("summary", {}, el("h2", { textContent: `${say.sent} (${found.length})` })),
    el("p", {}, link(say.search_sent, "/field/visits", "quiet")),
    el("ul", { className: "cards" }, found.reverse().map((entry) => card(db, entry))),
  );

function card(db, { task, visit, group }) {
  const made = el("li", { className: "card task", "data-assignment": task.id }, drawn(task.card));
  const isOver = task.window.to < dayOf(new Date(), task.timezone);
  for (const warning of made.querySelectorAll("[data-over]")) warning.hidden = !isOver;
  const told = (task.is_gone && say.gone) || (group === "left" && say.sent_elsewhere);
  const left = group === "left" && leftover(db, visit);
  made.append(...[told && el("p", { className: "warn", textContent: told }), ...actions(db, task, visit, group), left].filter(Boolean));
  return made;
}

/** What did not go along with a visit goes only when the person says so, twice. */
function leftover(db, visit) {
  const ask = button(say.discard, "quiet", () => {
    const question = el("p", { className: "warn", role: "alert", textContent: say.discard_ask });
    place.replaceChildren(question, button(say.discard_yes, "", () => discard(db, visit)), button(say.discard_no, "soft", () => place.replaceChildren(ask)));
    place.querySelector("button").focus();
  });
  const place = el("div", { className: "stack leftover" }, ask);
  return place;
}

async function discard(db, { id }) {
  await db.work(["visits", "photos", "bytes"], async (tx) => {
    await dropPhotos(tx, id);
    await tx.delete("visits", id);
  });
  document.dispatchEvent(new Event("refresh"));
}

/** What stands below a card, or at the end of a briefing. */
export function actions(db, task, visit, group) {
  if (group === "sent") return [isHeard(task, visit) ? null : stateLine(visit), receiptOf(visit ?? task.visit)];
  if (group === "waiting") return [stateLine(visit), link(say.details, "/field/queue", "button")];
  if (group === "left") return [savedLine(visit), link(say.look, addressOf(visit), "button")];
  if (visit) {
    return [savedLine(visit), readyLine(task), link(group === "returned" ? say.correct : say.continue, addressOf(visit), "button main")];
  }
  if (!task.may_start) return [el("p", { className: "warn", textContent: task.obstacle }), link(say.brief, `/field/assignments/${task.id}`, "button")];
  return [readyLine(task), link(say.brief, `/field/assignments/${task.id}`, `button ${group === "today" ? "main" : ""}`)];
}

/** When and where it was saved last. */
function savedLine(visit) {
  const drafts = Object.values(visit.theirs ?? {}).filter(({ device, revision }) => device !== SENT && revision === visit.revision);
  const there = drafts.map(({ device, saved_at }) => [Date.parse(saved_at), isPage(device) ? say.draft_page : say.draft_phone]);
  const [last] = [[visit.saved_at ?? 0, say.draft], ...there].sort(([a], [b]) => b - a);
  return last[0] ? el("p", { className: "muted", textContent: put(last[1], moment(last[0])) }) : null;
}

/** Where one was. */
const addressOf = (visit) => `/field/visits/${visit.id}${visit.place ?? ""}`;

const receiptOf = (visit) => el("p", { className: "muted" }, link(say.receipt_link, `/field/visits/${visit.id}/receipt`));

/** Whether the server has told of this visit since it was sent from here. */
const isHeard = (task, visit) => Boolean(task?.visit?.stage) && !(visit?.sent_at > task.heard_at);

/** Sent in two versions, and nobody has chosen yet, as far as it is known here. */
export const isDouble = (task, visit) => (isHeard(task, visit) ? task.visit.is_double : visit?.receipt?.state === "conflict");

/** What became of a visit that was sent: in the server's words, where they are newer than the receipt. */
export const stageOf = (task, visit) => (isHeard(task, visit) ? task.visit.stage : stateOf(visit));

export function stateLine(visit) {
  if (!visit) return null;
  return el("p", { className: visit.state === "attention" ? "warn" : "", textContent: stateOf(visit) });
}

export function stateOf(visit) {
  if (visit.state !== "sent") return say[visit.state];
  return say[visit.receipt?.state] ?? say.received;
}

export function readyLine(task) {
  if (!task.form) return null;
  const problem = task.ready?.problem;
  const text = task.ready ? (problem ? say[`unready_${problem}`] : say.ready) : say.checking;
  return el("p", { className: `ready ${task.ready && !problem ? "is-ready" : ""}`, "data-ready": task.ready ? problem || "yes" : "", textContent: text });
}

/** The end of the briefing: go on, see what was sent, or begin. */
export function drawBriefing(db, task, visits) {
  const visit = visitOf(task, visits);
  const group = groupOf(task, visit);
  const page = el("div", { className: "home" }, drawn(task.briefing || task.card));
  const today = dayOf(new Date(), task.timezone);
  for (const note of page.querySelectorAll("[data-window]")) {
    note.hidden = note.dataset.window === "early" ? today >= task.window.from : today <= task.window.to;
  }
  return [...page.childNodes, ...(visit || task.visit ? actions(db, task, visit, group) : beginning(db, task))];
}

function beginning(db, task) {
  if (!task.may_start) return [el("p", { className: "note warn-note", textContent: task.obstacle })];
  const trouble = el("p", { className: "error", role: "alert", hidden: true, textContent: say.no_form });
  const begin = button(say.start, "main", async () => {
    begin.disabled = true;
    trouble.hidden = await start(db, task);
    begin.disabled = !trouble.hidden;
  });
  return [readyLine(task), task.ready?.problem ? checkAgain() : null, trouble, el("p", { className: "act" }, begin)];
}

const checkAgain = () => button(say.check, "soft", () => document.dispatchEvent(new Event("refresh")));
