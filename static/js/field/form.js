// The form of a visit works without this module; with it, it saves by itself and follows the answers.

import { makeChoicesClearable, makeNowButtons, makeTimers } from "./comforts.js";
import { keep } from "./keeping.js";
import { count } from "./progress.js";
import { follow } from "./relevance.js";
import { sendJottings, sendPhotos } from "./sending.js";

const form = document.getElementById("visit");
const say = JSON.parse(form.dataset.say);
const followAnswers = follow(form);
const countMissing = count(form, say);
const { save, touch } = keep(form, say);

function update() {
  followAnswers();
  countMissing();
}

form.classList.add("scripted");
makeChoicesClearable(form);
makeNowButtons(form);
makeTimers(form, say);
sendPhotos(form, say, update);
sendJottings(form, say);
form.addEventListener("change", update);
form.addEventListener("input", ({ target }) => target.type !== "file" && touch());
form.addEventListener("change", ({ target }) => target.type !== "file" && touch());
form.addEventListener("submit", press);
form.addEventListener("click", skipEmpty);
update();

/** Saving needs no new page, unless there is something that only a whole form can carry. */
function press(event) {
  const button = event.submitter;
  if (button?.value === "submit") return navigator.onLine || stay(event);
  if (button?.value !== "save" || needsWholeForm()) return;
  event.preventDefault();
  save();
  if (button.hasAttribute("formaction")) location.hash = new URL(button.formAction).hash;
}

function stay(event) {
  event.preventDefault();
  const place = document.getElementById("sending");
  place.textContent = say.offline[0];
  place.hidden = false;
}

function needsWholeForm() {
  const files = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
  return files || form.querySelector("[name=remove-photo]:checked") !== null;
}

/** Next leads past touchpoints of which nothing is asked. */
function skipEmpty(event) {
  const link = event.target.closest?.(".bar a.main");
  if (!link) return;
  const isEmpty = (page) => "section" in page.dataset && !page.querySelector(".q:not([hidden])");
  let page = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  while (page && isEmpty(page)) page = page.nextElementSibling;
  if (!page || page.id === "sections") page = document.getElementById("check");
  event.preventDefault();
  location.hash = page.id;
}
