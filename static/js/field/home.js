// The phone's own pages: assignments, briefing, queue and receipt. They are drawn from the phone's store and then
// brought up to date; on a page that the server has drawn they take its place as soon as the store knows as much.

import { tidy } from "./copies.js";
import { open, signed } from "./database.js";
import { idOf } from "./ids.js";
import { drawBriefing, drawList, visitOf } from "./list.js";
import { watch } from "./queue.js";
import { check } from "./readiness.js";
import { showSignedOut } from "./signals.js";
import { fetchTasks, keep, sync } from "./sync.js";
import { showPhone, showVersions } from "./telephone.js";
import { drawQueue, drawReceipt } from "./waiting.js";
import { el, link, say } from "./words.js";

const home = document.getElementById("home");
const isShell = "shell" in home.dataset;
const path = location.pathname.replace(/\/$/, "");
const EVERY = 5 * 60_000;

let sender = { state: "idle", until: 0 };
let db = null;
let drawing = Promise.resolve();
let refreshing = Promise.resolve();
let coming = null;
let drawn = "";

const seen = async () => ({
  tasks: await db.list("assignments"),
  visits: await db.list("visits"),
  synced: (await db.get("meta", "synced_at")) ?? 0,
  sender,
});

/** The pieces of this address's page; null leaves what is there. */
async function pieces() {
  const known = await seen();
  const id = idOf(path);
  if (path === "/field") return known.synced || isShell ? drawList(db, { ...known, tasks: ordered(known.tasks) }) : null;
  if (path === "/field/queue") return drawQueue(db, known);
  if (path.startsWith("/field/assignments/")) return briefing(known, id);
  const visit = known.visits.find((each) => each.id === id);
  const task = visit && known.tasks.find((each) => each.id === visit.assignment);
  return visit && visit.state !== "draft" ? drawReceipt(visit, sender, task) : unknown();
}

const ordered = (tasks) => tasks.sort((a, b) => a.window.from.localeCompare(b.window.from) || a.id.localeCompare(b.id));

function briefing({ tasks, visits }, id) {
  const task = tasks.find((each) => each.id === id);
  if (!task) return unknown();
  return task.briefing || visitOf(task, visits) || task.visit ? drawBriefing(db, task, visits) : unknown();
}

const unknown = () => (isShell ? [el("p", { className: "note", textContent: say.unknown }), link(say.home, "/field/", "button main")] : null);

/** One after the other, so that an older drawing never covers a newer one. */
function draw() {
  drawing = drawing.then(async () => {
    const made = await pieces();
    if (made) replace(made.filter(Boolean));
    if (made && isShell) showPlace();
  });
  return drawing;
}

/** Leaves the page alone when nothing changed: whoever reads it, by eye or ear, is not disturbed. */
function replace(made) {
  const next = el("div", {}, made);
  if (next.innerHTML === drawn) return;
  drawn = next.innerHTML;
  const open = details().map((each) => each.open);
  const focused = controls().indexOf(document.activeElement);
  home.replaceChildren(...next.childNodes);
  if (details().length === open.length) for (const [index, each] of details().entries()) each.open = open[index];
  if (focused >= 0) controls()[focused]?.focus();
}

/** The shell is one page for many addresses. */
function showPlace() {
  document.getElementById("back").hidden = path === "/field";
  document.getElementById("brand").hidden = path !== "/field";
  document.title = `${home.querySelector("h1")?.textContent ?? say.list} · Fieldstudy`;
}

const details = () => [...home.querySelectorAll("details")];
const controls = () => [...home.querySelectorAll("a, button, summary")];

/** One after the other, and never more than one waiting. */
function refresh() {
  coming ??= refreshing.catch(() => {}).then(() => {
    coming = null;
    return bringUpToDate();
  });
  refreshing = coming;
  return coming;
}

/** A store that fails has told so already; what can be read is still shown. */
async function bringUpToDate() {
  try {
    const state = await sync(db);
    if (state === "other_person") return location.reload();
    if (state === "signed_out") showSignedOut();
    await tidy(db);
    await draw();
    if (path === "/field" || path.startsWith("/field/assignments/")) await checkTasks();
    await showPhone(db);
    await showRooms();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

async function checkTasks() {
  const known = await seen();
  const wanted = known.tasks.filter((task) => task.form && (path === "/field" || task.id === idOf(path)));
  await check(db, wanted);
  await draw();
}

/** Who is signed in here; on a phone that does not know yet, the server says it. */
async function whoever() {
  const known = await signed();
  if (known) return known.user;
  const found = await fetchTasks();
  if (!found.user) return null;
  await keep(open(found.user), found);
  return found.user;
}

function showNobody() {
  const address = `/account/sign-in?next=${encodeURIComponent(location.pathname)}`;
  if (isShell) home.replaceChildren(el("p", { className: "note", textContent: say.nobody }), link(say.sign_in, address, "button main"));
}

async function begin() {
  const user = await whoever();
  if (!user) return showNobody();
  db = open(user);
  watch((state) => {
    const isDone = sender.state === "sending" && state.state === "idle";
    sender = state;
    draw();
    if (isDone) refresh();
  });
  await draw();
  showVersions();
  addEventListener("online", refresh);
  document.addEventListener("refresh", refresh);
  document.addEventListener("visibilitychange", () => document.hidden || draw());
  navigator.serviceWorker?.addEventListener("controllerchange", refresh);
  setInterval(() => document.hidden || refresh(), EVERY);
  await showRooms();
  await refresh();
}

/** The way to a person's other rooms, which the shell does not know. */
async function showRooms() {
  const rooms = document.getElementById("rooms");
  if (!rooms.childElementCount) rooms.innerHTML = (await db.get("meta", "rooms")) ?? "";
}

begin().catch((error) => {
  if (!(error instanceof DOMException)) throw error;
});
