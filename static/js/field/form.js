// The form of a visit. It works without this module; with it, everything is on the phone first, and goes out by itself.
// Here is what the first tap needs; acts.js, which brings the rest, is fetched as soon as the form can be filled.

import { openDraft } from "./draft.js";
import { clock, collect, hydrate, questionOf } from "./hydrate.js";
import { judge } from "./judging.js";
import { count, put, showLoose } from "./progress.js";
import { definitions, follow } from "./relevance.js";
import { stayProblems } from "./stay.js";
import { isPage, SENT } from "./content.js";

const form = document.getElementById("visit");
const say = JSON.parse(form.dataset.say);
const alarm = document.getElementById("alarm");
/** A page that nobody sees has no picture. */
const LONGEST = 500;
const AGAIN = 5_000;
const isBlank = form.classList.contains("blank");
form.inert = !isBlank;
const opening = openDraft(form);
const sections = definitions(form);
const countMissing = count(form, sections, say);
const draft = await opening;
const held = [];
let acts = null;
try {
  if (draft.visit) start();
  else location.replace("/field/");
} finally {
  form.inert = false;
}

function start() {
  hydrate(form, draft, say);
  draft.read = read;
  draft.tell = tell;
  update();
  showLoose(form, draft, say);
  form.addEventListener("input", touch);
  form.addEventListener("change", touch);
  form.addEventListener("submit", press);
  form.addEventListener("click", holdTap, true);
  show();
  addEventListener("hashchange", keepPlace);
  keepPlace();
  acts = begin();
  for (const input of form.querySelectorAll("[type=file]")) takeFiles(input);
}

/** After the first picture, so that nothing stands between opening the form and filling it. */
async function begin() {
  await new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, LONGEST);
  });
  performance.mark("usable");
  const hasTimers = form.querySelector(".timer");
  const [{ makeActs }, timers] = await Promise.all([bring(() => import("./acts.js")), hasTimers && bring(() => import("./timers.js"))]);
  bring(() => import("./page.js"));
  const made = makeActs(form, draft, sections, say, { read, update, timers });
  performance.mark("whole");
  form.removeEventListener("click", holdTap, true);
  for (const button of held) button.click();
  const reading = update();
  for (const { field } of reading.problems) made.beside(field, reading);
  // The server may have marked what is no mistake in what this phone holds.
  for (const { id } of form.querySelectorAll(":scope:has(#errors[hidden]) .wrong")) made.beside(id, reading);
  return made;
}

/** A tap on something that acts.js brings is done as soon as it is there. */
function holdTap(event) {
  const button = event.target.closest("button");
  if (!button || (button.type === "submit" && !("jot" in button.dataset))) return;
  event.preventDefault();
  event.stopPropagation();
  held.push(button);
}

/** Until it is here: a line that breaks just now must not leave the form without its buttons. */
async function bring(fetched) {
  try {
    return await fetched();
  } catch {
    await new Promise((resolve) => {
      addEventListener("online", resolve, { once: true });
      setTimeout(resolve, AGAIN);
    });
    return bring(fetched);
  }
}

function update() {
  const { raw, today, timers } = draft.visit;
  const reading = judge(sections, collect(form, raw), today, pictures(), moments(), Object.keys(timers).map(questionOf));
  reading.problems.push(...stayProblems(draft.visit));
  reading.there = (question) => draft.there(question);
  follow(sections, reading);
  countMissing(reading);
  return reading;
}

function show() {
  form.classList.replace("blank", "scripted") || form.classList.add("scripted");
  showSaved();
  if (draft.isFailing) tell("unsaved");
  if (draft.isElsewhere) tell("elsewhere");
  if (!draft.isOpen) for (const control of form.elements) control.disabled = true;
  else if (draft.isNews) draft.keepNews().then(showSaved);
  const isReturned = draft.visit.revision > 1 && draft.visit.state === "draft";
  if (isReturned && !location.hash) location.replace("#returned");
  else if (draft.isOpen && document.querySelector(".page:target")?.hidden) location.replace("#check");
  else if (isBlank && location.hash) document.querySelector(":target")?.scrollIntoView();
}

/** Where what is shown was saved last: here, on another phone, or on the server by a page. */
function showSaved() {
  const { from, saved_at: savedAt } = draft.visit;
  if (draft.isFailing) return;
  if (draft.isRescued) tell("rescued");
  else if (from) tell(from.device === SENT || isPage(from.device) ? "from_server" : "from_phone", Date.parse(from.at));
  else if (savedAt || !draft.isNews) tell("saved", savedAt || Date.now());
}

/** The list's "Continue" leads there. */
function keepPlace() {
  const page = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest(".page");
  if (page && ("section" in page.dataset || ["sections", "check"].includes(page.id))) draft.keepPlace(`#${page.id}`);
}

/** All that is written in the page and kept with the draft. */
function read() {
  const notes = [...form.querySelectorAll("[name^=jotting-]")].filter(({ value }) => value.trim());
  return { raw: collect(form, draft.visit.raw), notes: Object.fromEntries(notes.map(({ name, value }) => [name, value])) };
}

function pictures() {
  const { server, removed } = draft.visit;
  const kept = [...server.photos.filter(({ id }) => !removed.includes(id)), ...draft.photos.filter((photo) => !photo.removed)];
  const counts = {};
  for (const { question } of kept) counts[question] = (counts[question] ?? 0) + 1;
  return counts;
}

/** What the phone fills in by itself, on the wall clock of the store; only few checklists ask for it. */
function moments() {
  const { today, started_at: started, timezone } = draft.visit;
  const there = (at) => new Date(at).toLocaleString("sv", { timeZone: timezone }).replace(" ", "T");
  return { today, get start() { return there(started); }, get end() { return there(Date.now()); } };
}

function touch({ type, target }) {
  if (target.files) return takeFiles(target);
  if (target.name) draft.change(questionOf(target.name));
  if (type !== "change" || !target.name) return;
  draft.flush();
  const reading = update();
  acts?.then(({ beside }) => beside(target.name, reading));
}

/** Out of the field at once: a second choice would take the place of one that acts.js was not there for. */
function takeFiles(input) {
  const files = [...input.files];
  input.value = "";
  if (files.length) acts.then(({ take }) => take(files, input));
}

function tell(state, at) {
  const place = document.getElementById("state");
  const isBad = ["unsaved", "elsewhere"].includes(state);
  const text = say[state]?.[0] ?? "";
  const kind = `state ${/^(saved|from_.*)$/.test(state) ? "kept" : isBad ? "unkept" : ""}`;
  if (state) put(place, state === "unsaved" ? say.unsaved_short[0] : text.replace("{}", at ? clock(at) : ""));
  if (place.className !== kind) place.className = kind;
  const isAlarm = isBad || state === "rescued";
  if (isAlarm) {
    put(alarm.querySelector("p"), isBad && state !== "unsaved" ? say.elsewhere_long[0] : text);
    alarm.querySelector("button").hidden = state !== "unsaved";
  }
  if (alarm.hidden === isAlarm) alarm.hidden = !isAlarm;
  if (state === "saved") acts?.then(({ saved }) => saved());
}

/** Neither saving nor sending needs a new page. */
function press(event) {
  const { submitter } = event;
  event.preventDefault();
  if (/^(submit|closed)/.test(submitter?.value)) acts?.then(({ send }) => send(submitter.value));
  else leave(submitter);
}

async function leave(button) {
  if (button?.hasAttribute("formaction")) location.hash = new URL(button.formAction).hash;
  const isKept = await draft.flush();
  if (button?.value === "leave" && isKept) location.assign("/field/");
}
