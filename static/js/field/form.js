// The form of a visit. It works without this module; with it, everything is on the phone first, and goes out by itself.

import { makeChoicesClearable, makeLeft, makeNowButtons, makeTimers } from "./comforts.js";
import { openDraft } from "./draft.js";
import { clock, collect, hydrate, questionOf, showNotes } from "./hydrate.js";
import { judge } from "./judging.js";
import { takePhotos } from "./photos.js";
import { makeProblems } from "./problems.js";
import { count } from "./progress.js";
import { nudge } from "./queue.js";
import { definitions, follow } from "./relevance.js";
import { makeSending } from "./sending.js";
import { askToPersist } from "./worker.js";

const form = document.getElementById("visit");
const say = JSON.parse(form.dataset.say);
const alarm = document.getElementById("alarm");
form.inert = true;
let isPocketOpen = false;
let isAsked = false;
const draft = await openDraft(form);
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
  const sections = definitions(form);
  const countMissing = count(form, sections, say);
  const problems = makeProblems(form, sections, say);
  const update = () => {
    const reading = judge(sections, collect(form, draft.visit.raw), draft.visit.today, pictures(), moments());
    follow(sections, reading);
    countMissing(reading);
    return reading;
  };
  const pages = { drawPhotos: () => {}, showLeft: makeLeft(form, draft, say) };
  pages.drawPhotos = takePhotos(form, draft, say, update, async (photo) => (await looking(pages))(photo));
  const send = makeSending(form, draft, say, () => problems.all(update()), keepNotes);
  makeChoicesClearable(form);
  makeNowButtons(form, draft);
  makeTimers(form, draft, say);
  if (form.querySelector(".here")) import("./position.js").then(({ makePositions }) => makePositions(form, say));
  openPocket(sections, pages);
  addEventListener("hashchange", () => openPocket(sections, pages));
  form.addEventListener("input", touch);
  form.addEventListener("change", (event) => {
    touch(event);
    if (event.target.name) problems.beside(event.target.name, update());
  });
  form.addEventListener("submit", (event) => press(event, send));
  form.addEventListener("click", clicked);
  alarm.querySelector("button").addEventListener("click", saveFile);
  show(update);
}

function show(update) {
  update();
  form.classList.add("scripted");
  form.classList.remove("blank");
  tell(draft.isRescued ? "rescued" : draft.visit.saved_at ? "saved" : "", draft.visit.saved_at);
  if (draft.isFailing) tell("unsaved");
  if (draft.isElsewhere) tell("elsewhere");
  if (!draft.isOpen) for (const control of form.elements) control.disabled = true;
  else if (draft.isFromPage) draft.change();
  const isReturned = draft.visit.revision > 1 && draft.visit.state === "draft";
  if (isReturned && !location.hash) location.replace("#returned");
}

/** What is seldom needed is fetched when it is: the phone has it already. */
async function looking(pages) {
  const { makeLook } = await import("./blur.js");
  return (pages.look ??= makeLook(document.getElementById("look"), draft, () => pages.drawPhotos()));
}

async function openPocket(sections, pages) {
  const isWanted = ["#pocket", "#sorting"].includes(location.hash) || draft.visit.stamps.length || draft.visit.pocket.length;
  if (!isWanted || isPocketOpen) return;
  isPocketOpen = true;
  const { makePocket } = await import("./pocket.js");
  const drawPocket = makePocket(form, draft, sections, say, pages);
  const { drawPhotos } = pages;
  pages.drawPhotos = () => { drawPhotos(); drawPocket(); };
  form.addEventListener("photo", drawPocket);
}

/** All that is written in the page and kept with the draft. */
function read() {
  const notes = [...form.querySelectorAll("[name^=jotting-]")].filter(({ value }) => value.trim());
  return { raw: collect(form, draft.visit.raw), notes: Object.fromEntries(notes.map(({ name, value }) => [name, value])) };
}

function pictures() {
  const { server, removed } = draft.visit;
  const kept = [...server.photos.filter(({ id }) => !removed.includes(id)), ...draft.photos.filter((photo) => !photo.removed)];
  return kept.reduce((counts, { question }) => ({ ...counts, [question]: (counts[question] ?? 0) + 1 }), {});
}

/** What the phone fills in by itself, on the wall clock of the store. */
function moments() {
  const { today, started_at: start, timezone } = draft.visit;
  const there = (at) => new Date(at).toLocaleString("sv", { timeZone: timezone }).replace(" ", "T");
  return { today, start: there(start), end: there(Date.now()) };
}

function touch({ target }) {
  if (target.name && target.type !== "file") draft.change(questionOf(target.name));
}

function tell(state, at) {
  const place = document.getElementById("state");
  const isBad = ["unsaved", "elsewhere"].includes(state);
  const text = say[state]?.[0] ?? "";
  if (state) place.textContent = state === "unsaved" ? say.unsaved_short[0] : text.replace("{}", at ? clock(at) : "");
  place.className = `state ${state === "saved" ? "kept" : isBad ? "unkept" : ""}`;
  alarm.hidden = !isBad && state !== "rescued";
  alarm.querySelector("p").textContent = isBad && state !== "unsaved" ? say.elsewhere_long[0] : text;
  alarm.querySelector("button").hidden = state !== "unsaved";
  if (state !== "saved") return;
  nudge();
  if (!isAsked) askToPersist();
  isAsked = true;
}

async function saveFile() {
  const { saveFile: save } = await import("./savefile.js");
  await save(draft.db, [{ ...draft.visit, ...read(), photos: draft.photos.filter((photo) => !photo.removed) }]);
}

/** Saving needs no new page. Where the phone cannot save, a form that came from the server goes the old way. */
function press(event, send) {
  const act = event.submitter?.value;
  const isSending = act === "submit" || act === "closed";
  if (isSending && draft.isFailing && form.dataset.visit) return;
  event.preventDefault();
  if (isSending) send(act === "closed" ? "store_closed" : "");
  else leave(event.submitter, act);
}

async function leave(button, act) {
  if (button.hasAttribute("formaction")) location.hash = new URL(button.formAction).hash;
  const isKept = await draft.flush();
  if (act === "leave" && isKept) location.assign("/field/");
}

function clicked(event) {
  const { jot } = event.target.dataset ?? {};
  if (jot !== undefined) {
    event.preventDefault();
    if (!keepNote(form.elements[`jotting-${jot}`])) form.elements[`jotting-${jot}`].focus();
  }
  const link = event.target.closest?.(".bar a.main");
  if (link) skipEmpty(event, link);
}

function keepNotes() {
  for (const text of form.querySelectorAll("[name^=jotting-]")) keepNote(text);
}

function keepNote(text) {
  if (!text.value.trim()) return false;
  const { id, section } = draft.jot(text.name.replace("jotting-", ""), text.value.trim());
  text.value = "";
  if (section) showNotes(text.previousElementSibling, draft);
  else draft.visit.pocket.push(id);
  draft.flush();
  return true;
}

/** Next leads past touchpoints of which nothing is asked. */
function skipEmpty(event, link) {
  const isEmpty = (page) => "section" in page.dataset && !page.querySelector(".q:not([hidden])");
  let page = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!page || !isEmpty(page)) return;
  while (page && isEmpty(page)) page = page.nextElementSibling;
  if (!page || page.id === "sections") page = document.getElementById("check");
  event.preventDefault();
  location.hash = page.id;
}
