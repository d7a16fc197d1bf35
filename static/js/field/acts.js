// What one does with a form beyond filling it: photos, notes, timers, the pocket screen, moving on, sending.

import { makeCheck } from "./check.js";
import { keepExclusive } from "./choices.js";
import { makeChoicesClearable, makeNowButtons } from "./comforts.js";
import { showNotes } from "./hydrate.js";
import { makePhotos, takePhotos } from "./photos.js";
import { makePocket } from "./pocket.js";
import { makeProblems } from "./problems.js";
import { nudge, watch } from "./queue.js";
import { makeSending } from "./sending.js";
import { makeStay } from "./stay.js";
import { hasOthers } from "./content.js";

/** Returns {beside, send, saved, take}: what a change, the button "Send", a save and chosen photos bring about. */
export function makeActs(form, draft, sections, say, { read, update, timers }) {
  const problems = makeProblems(form, sections, say);
  const check = makeCheck(form, sections, say, problems, update);
  const pages = { drawPhotos: () => {}, stay: makeStay(form, draft, say, update) };
  pages.drawPhotos = makePhotos(form, draft, say, update, async (photo) => (await looking(draft, pages))(photo));
  makeChoicesClearable(form);
  keepExclusive(form);
  makeNowButtons(form, draft);
  timers?.makeTimers(form, draft, say, (name) => problems.beside(name, update()));
  if (form.querySelector(".here")) import("./position.js").then(({ makePositions }) => makePositions(form, say));
  openPocket(form, draft, sections, say, pages);
  const send = makeSending(form, draft, say, check.stops, () => keepNotes(form, draft, say));
  const others = followOthers(form, draft, sections, say, pages);
  form.addEventListener("click", (event) => clicked(event, form, draft, sections, say));
  document.querySelector("#alarm button").addEventListener("click", () => saveFile(draft, read));
  return {
    beside: problems.beside,
    take: (files, input) => takePhotos(files, input, draft, say, pages.drawPhotos),
    send: async (act) => (await others.holds(() => send(act))) || send(act),
    saved: () => {
      nudge();
      others.draw();
    },
  };
}

/** Other phones may go on with the visit while it is open here: the queue hears of it with every backup, and asks where it
 * counts. Returns {draw, holds}: what differs is counted anew; whether the person has to see something of it before the
 * visit is sent.
 */
function followOthers(form, draft, sections, say, pages) {
  let made = null;
  const bring = () => (made ??= import("./differences.js").then(({ makeDifferences }) => makeDifferences(form, draft, sections, say)));
  /** The server, which may have drawn the page, does not know on which phone it is shown. */
  const isTold = !document.getElementById("apart").hidden;
  const draw = () => (isTold || hasOthers(draft.visit)) && bring().then((differences) => differences.draw(), () => { made = null; });
  const hear = async () => {
    if (!(await draft.hear())) return;
    showNotes(form, draft, say);
    pages.stay.show();
    pages.drawPhotos();
    draw();
  };
  const ask = () => import("./inquiry.js").then(({ inquire }) => inquire(form, draft, say)).then(hear).catch(() => {});
  const look = () => (draw(), location.hash === "#versions" && ask());
  look();
  if (draft.visit.saved_at && !draft.visit.is_taken) ask();
  addEventListener("hashchange", look);
  watch(hear);
  return { draw, holds: async (proceed) => (await ask(), hasOthers(draft.visit)) && (await bring()).holds(proceed) };
}

/** What is seldom needed is fetched when it is: the phone has it already. */
async function looking(draft, pages) {
  const { makeLook } = await import("./blur.js");
  return (pages.look ??= makeLook(document.getElementById("look"), draft, () => pages.drawPhotos()));
}

function openPocket(form, draft, sections, say, pages) {
  const { drawPhotos } = pages;
  const drawPocket = makePocket(form, draft, sections, say, pages);
  pages.drawPhotos = () => { drawPhotos(); drawPocket(); };
}

async function saveFile(draft, read) {
  const { saveFile: save } = await import("./savefile.js");
  await save(draft.db, [{ ...draft.visit, ...read(), photos: draft.photos.filter((photo) => !photo.removed) }]);
}

function clicked(event, form, draft, sections, say) {
  const { jot } = event.target.dataset ?? {};
  if (jot !== undefined) {
    event.preventDefault();
    if (!keepNote(form, form.elements[`jotting-${jot}`], draft, say)) form.elements[`jotting-${jot}`].focus();
  }
  const link = event.target.closest?.(".bar [data-step]");
  if (link) skipEmpty(event, link, sections);
}

function keepNotes(form, draft, say) {
  for (const text of form.querySelectorAll("[name^=jotting-]")) keepNote(form, text, draft, say);
}

function keepNote(form, text, draft, say) {
  if (!text.value.trim()) return false;
  const { id, section } = draft.jot(text.name.replace("jotting-", ""), text.value.trim());
  text.value = "";
  if (section) showNotes(form, draft, say);
  else draft.visit.pocket.push(id);
  draft.flush();
  return true;
}

/** Next and Back lead past touchpoints of which nothing is asked. */
function skipEmpty(event, { hash, dataset }, sections) {
  const step = dataset.step === "back" ? -1 : 1;
  const pages = sections.map(({ page }) => page);
  const isEmpty = (page) => page && !page.querySelector(".q:not([hidden])");
  let place = pages.findIndex(({ id }) => id === decodeURIComponent(hash.slice(1)));
  if (!isEmpty(pages[place])) return;
  while (isEmpty(pages[place])) place += step;
  event.preventDefault();
  location.hash = pages[place]?.id ?? (step < 0 ? "sections" : "check");
}
