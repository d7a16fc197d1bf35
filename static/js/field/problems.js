// Problems in the reader's words, beside their questions and on a page of their own.

import { dotted, fill, links } from "./progress.js";

const MEASURES = ["limit", "low", "high", "step"];

/** The author's own message where there is one. */
function sentence({ field, key, values }, questions, say) {
  const own = questions.get(field)?.messages[key];
  if (own) return own;
  if (key === "exclusive") values = { value: questions.get(field).options.find(({ name }) => name === values.value).label };
  const isOpen = key === "out_of_range" && values.high === "";
  const text = say[isOpen ? "below_range" : key][0];
  return text.replace(/{(\w+)}/g, (_, name) => (MEASURES.includes(name) ? numeral(values[name]) : values[name]));
}

function numeral(number) {
  const text = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 }).format(Number(number));
  return text.replace("-", "−");
}

/** Returns {beside, all, blocking}: one shows or takes away the problem of a control, one shows every one and says how
 *  many, one lists them for links() as the check does. */
export function makeProblems(form, sections, say) {
  const questions = new Map(sections.flatMap((section) => section.questions.map((q) => [`q-${q.name}`, q])));
  const page = form.querySelector("#errors");
  const say_ = (problem) => sentence(problem, questions, say);

  /** What is still empty, or being measured, is no mistake yet. */
  function beside(name, reading) {
    const card = cardOf(form, name.replace(/^(na|c)-/, "q-"));
    const found = reading.problems.find(({ field }) => cardOf(form, field) === card);
    const isEmpty = found && /required$|^still_running$/.test(found.key);
    if (card && !(isEmpty && !card.classList.contains("wrong"))) mark(card, found && say_(found));
  }

  function all(reading) {
    for (const card of form.querySelectorAll(".wrong")) mark(card);
    for (const problem of reading.problems) mark(cardOf(form, problem.field), say_(problem));
    const found = entries(reading);
    const empty = reading.problems.filter(isUnanswered).length;
    const wrong = found.length - empty;
    page.querySelector("h2").textContent = dotted([empty && fill(say.unanswered, empty), wrong && fill(say.wrong, wrong)]);
    page.querySelector(".links").replaceWith(links(found));
    page.hidden = !found.length;
    if (!found.length) return 0;
    page.querySelector(".bar .main").setAttribute("href", found[0][0]);
    location.hash = "errors";
    page.focus();
    return found.length;
  }

  const entries = (reading, word = say_) => reading.problems.map((one) => {
    const card = cardOf(form, one.field);
    return [`#${card.id}`, labelOf(card), word(one)];
  });

  /** That an answer is needed need not be said of each: where it belongs says more, or that its photo is elsewhere. */
  const reason = ({ there }) => (problem) => {
    const { field, key } = problem;
    const count = key === "photo_required" && there(field.slice(2));
    if (count) return fill(say.there_photos, count);
    return isUnanswered(problem) ? cardOf(form, field).closest(".page").querySelector("h2").textContent : say_(problem);
  };

  return { beside, all, blocking: (reading) => entries(reading, reason(reading)) };
}

const isUnanswered = ({ key }) => /required$/.test(key);

const labelOf = (card) => card.querySelector("legend").firstChild.textContent;

/** A problem of a touchpoint stands at its first question about itself. */
function cardOf(form, field) {
  const [, part, section] = /^(feeling|arousal|met_at|crowding)-(.*)$/.exec(field) ?? [];
  return document.getElementById(part ? `feeling-${section}` : field);
}

function mark(card, text) {
  if (!card) return;
  const id = `e-${card.id.replace(/^q-/, "")}`;
  const control = card.querySelector(".picks, .typed > :is(input, textarea):not([type=checkbox]), .stopwatch input, .add input");
  card.querySelector(":scope > .error")?.remove();
  card.classList.toggle("wrong", Boolean(text));
  const told = (control?.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  if (text) {
    const line = Object.assign(document.createElement("p"), { className: "error", id, textContent: text });
    const hints = card.querySelectorAll(":scope > :is(legend, .hint, .reason)");
    hints[hints.length - 1].after(line);
    told.push(id);
  }
  if (told.length) control?.setAttribute("aria-describedby", told.join(" "));
  else control?.removeAttribute("aria-describedby");
  if (control?.matches("[role=radiogroup], input:not([type=file]), textarea")) control.toggleAttribute("aria-invalid", Boolean(text));
  if (text) control?.matches("[aria-invalid]") && control.setAttribute("aria-invalid", "true");
}
