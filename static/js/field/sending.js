// From "Send" to the receipt: the visit is sealed on the phone, and what becomes of it is said on the page.

import { clock } from "./hydrate.js";
import { put } from "./progress.js";
import { run, seal, watch } from "./queue.js";

/** Returns what a button that sends does, by its value. `stops(isSure)` says whether something is in the way, and shows it. */
export function makeSending(form, draft, say, stops, keepNotes) {
  let isBusy = false;
  if (["sealed", "attention", "sent"].includes(draft.visit.state)) show(form, draft, say, false);
  return async (act) => {
    const outcome = act.startsWith("closed") ? "store_closed" : "";
    if (isBusy || !draft.isOpen) return;
    keepNotes();
    if (!outcome && stops(act === "submit_anyway")) return;
    isBusy = true;
    await close(draft, outcome, say).catch(() => {});
    isBusy = false;
    if (draft.visit.state !== "sealed") return giveUp(form, draft, act);
    show(form, draft, say, true);
    run(draft.db, true);
  };
}

/** Where the phone cannot save, a form that came from the server goes the old way. */
async function giveUp(form, draft, act) {
  if (draft.isFailing && form.dataset.visit) (await import("./fallback.js")).post(form, draft, act);
  else draft.tell("unsaved");
}

/** What was not sorted goes along: a time stamp as a note of the whole visit. */
async function close(draft, outcome, say) {
  const { visit } = draft;
  for (const { id, at } of draft.unsortedStamps) visit.jottings.push({ id, section: "", text: say.stamp[0], at });
  visit.stamps = visit.stamps.filter((stamp) => stamp.to);
  visit.timers = {};
  draft.change();
  if (!(await draft.flush())) return;
  for (const photo of draft.photos.filter((one) => one.removed)) await draft.dropPhoto(photo);
  await seal(draft.db, { ...visit, outcome }, draft.photos).then((sealed) => Object.assign(visit, sealed));
}

function show(form, draft, say, isFresh) {
  form.classList.add("done");
  form.querySelector("#sealed").hidden = false;
  location.replace("#sealed");
  form.querySelector("#sealed").focus();
  for (const control of form.elements) control.disabled = true;
  watch(async () => {
    const held = await draft.db.get("visits", draft.id).catch(() => null);
    if (!held) return;
    const isArrived = held.receipt?.state === "received";
    if (isArrived && isFresh) location.assign(`/field/visits/${draft.id}/receipt`);
    put(form.querySelector("#sealed-state"), sentence(held, say));
    form.querySelector("[data-unsent]").hidden = held.receipt;
    document.getElementById("state").textContent = held.receipt ? say.saved_sent[0] : say.sealed_short[0];
  });
}

function sentence({ state, receipt, sealed }, say) {
  if (state === "attention") return say.attention[0];
  const key = { received: "arrived", under_review: "review", conflict: "conflict" }[receipt?.state];
  return key ? say[key][0] : say.waiting[0].replace("{}", clock(sealed.at));
}
