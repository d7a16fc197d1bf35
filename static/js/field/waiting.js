// The queue as a page: what waits, how much of it has gone, what is in the way; and the receipt of what arrived.

import { nudge, run } from "./queue.js";
import { retry, sendWithoutLost } from "./retries.js";
import { saveFile } from "./savefile.js";
import { clock, button, el, link, moment, put, say } from "./words.js";
import { isDouble, stageOf, visitOf } from "./list.js";

const DAY = 86_400_000;

export async function drawQueue(db, { tasks, visits, sender }) {
  const found = visits.filter((visit) => ["sealed", "attention"].includes(visit.state));
  const cards = await Promise.all(found.map((visit) => card(db, visit, sender)));
  return [
    el("h1", { textContent: say.queue }),
    found.length ? el("p", { className: "note", role: "status", "data-sender": sender.state, textContent: stateOfQueue(sender) }) : null,
    found.length ? el("ul", { className: "cards" }, cards) : el("p", { className: "card", textContent: say.queue_empty }),
    found.length ? el("p", { className: "act stack" }, button(say.send, "main", () => run(db, true)), saveButton(db, found)) : null,
    doubles(tasks, visits),
    el("p", {}, link(say.hand_in, "/field/saved-file")),
  ];
}

/** What does not wait any more, and about which somebody may still wonder. */
function doubles(tasks, visits) {
  const all = tasks.map((task) => ({ task, visit: visitOf(task, visits) }));
  const found = all.filter(({ task, visit }) => isDouble(task, visit));
  const card = ({ task, visit }) =>
    el(
      "li",
      { className: "card task" },
      el("h2", { textContent: task.store }),
      el("p", { textContent: stageOf(task, visit) }),
      el("p", { className: "muted" }, link(say.receipt_link, `/field/visits/${(visit ?? task.visit).id}/receipt`)),
    );
  return found.length ? el("ul", { className: "cards" }, found.map(card)) : null;
}

export function stateOfQueue({ state, until }) {
  return put(say[`queue_${state}`] ?? say.queue_idle, clock(until));
}

async function card(db, visit, sender) {
  const photos = (await db.list("photos", "visit", visit.id)).filter((photo) => !photo.removed);
  const sent = photos.filter((photo) => photo.sent).length;
  const answers = (visit.backed_up_at ?? 0) >= (visit.saved_at ?? 0) && visit.saved_at ? say.answers_safe : say.answers_here;
  const parts = [answers, photos.length && put(say.photos_of, photos.length).replace("{sent}", sent)].filter(Boolean);
  const isGoing = sender.state === "sending" && sender.progress?.visit === visit.id;
  return el(
    "li",
    { className: "card task", "data-visit": visit.id, "data-state": visit.state },
    el("h2", { textContent: visit.store }),
    el("p", { className: visit.state === "attention" ? "warn" : "", textContent: isGoing ? say.sending : say[visit.state] }),
    el("p", { className: "muted", textContent: parts.join(", ") }),
    isOld(visit) && el("p", { className: "warn", textContent: put(say.old, moment(visit.sealed.at)) }),
    visit.state === "attention" && problem(db, visit),
  );
}

const isOld = (visit) => visit.sealed.at < Date.now() - DAY;

const problem = (db, visit) =>
  el(
    "div",
    { className: "stack" },
    el("p", { className: "error", textContent: say[`problem_${visit.problem}`] ?? say.problem }),
    button(say.send, "", () => retry(db, visit.id)),
    visit.problem === "photo_lost" && withoutLost(db, visit),
    saveButton(db, [visit]),
  );

/** Said plainly before it is done: what is lost cannot be brought back later. */
const withoutLost = (db, visit) =>
  el(
    "details",
    { className: "stack" },
    el("summary", { textContent: say.without_lost }),
    el("p", { className: "note warn-note", textContent: say.without_lost_more }),
    button(say.without_lost_yes, "", () => sendWithoutLost(db, visit.id)),
  );

function saveButton(db, visits) {
  const told = el("span", { role: "status", className: "muted" });
  const save = button(say.save_file, "soft", async () => {
    told.textContent = put(say.saved_file, await saveFile(db, visits));
  });
  return el("span", { className: "stack" }, save, told);
}

/** After sealing one lands here: it waits, is on its way, or has arrived. */
export function drawReceipt(visit, sender, task) {
  if (visit.state !== "sent") return drawSealed(visit, sender);
  const { receipt } = visit;
  const facts = [
    [say.store, visit.store],
    [say.received_on, put(say.store_time, moment(Date.parse(receipt.received_at), visit.timezone))],
    [say.photos, Object.keys(receipt.media ?? {}).length],
    [say.revision, receipt.revision],
    [say.receipt_link, el("code", { textContent: receipt.sha256.slice(0, 12) })],
    [say.state, stageOf(task, visit)],
  ];
  return [
    el("h1", { textContent: say.receipt }),
    el("dl", { className: "card facts" }, facts.flatMap(([name, value]) => [el("dt", { textContent: name }), el("dd", {}, value)])),
    receipt.state === "received" && navigator.onLine && readAgain(visit),
    task?.visit?.unsent?.length && el("p", { className: "warn" }, link(say.unsent, `/field/visits/${visit.id}/unsent`)),
    el("h2", { textContent: say.next }),
    el("p", { textContent: nextOf(task, visit) }),
    toHome(),
  ];
}

function nextOf(task, visit) {
  const { state } = visit.receipt;
  if (state === "under_review") return say.receipt_review_more;
  return state === "conflict" && isDouble(task, visit) ? say.conflict : say.receipt_next;
}

/** What was sent lies on the server only. */
function readAgain({ id }) {
  const paper = link(say.as_pdf, `/field/visits/${id}/report.pdf?locale=${document.documentElement.lang}`);
  return el("p", {}, link(say.read_again, `/field/visits/${id}/report`), " · ", paper);
}

function drawSealed(visit, sender) {
  nudge();
  return [
    el("h1", { textContent: say.receipt_wait }),
    el("p", { className: "card", textContent: say.receipt_wait_more }),
    el("p", { className: "note", role: "status", "data-sender": sender.state, textContent: visit.state === "attention" ? say.attention : stateOfQueue(sender) }),
    el("p", {}, link(say.details, "/field/queue")),
    toHome(),
  ];
}

const toHome = () => el("p", { className: "act" }, link(say.home, "/field/", "button main"));
