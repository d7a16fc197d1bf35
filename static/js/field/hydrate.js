// Puts what the phone keeps of a visit into the page, and takes the answers out of it again.

import { links, put } from "./progress.js";

const ANSWER = /^(?:q|na|c|feeling|arousal|met_at|crowding)-/;
const OF_QUESTION = /^(?:q|na)-(.*)$/;

/** The question that a control answers, by its name in the HTML; "" for anything else. */
export const questionOf = (name) => OF_QUESTION.exec(name)?.[1] ?? "";

export const isAnswer = (name) => ANSWER.test(name);

const isChoice = ({ type }) => type === "radio" || type === "checkbox";
const lists = new WeakMap();
const opened = new WeakMap();

/** {names, answers}: what the page asks, and the controls that hold answers; the page never gets others. */
export function controlsOf(form) {
  if (!lists.has(form)) {
    const all = [...form.elements];
    const answers = all.filter(({ name, type }) => isAnswer(name) && type !== "file");
    lists.set(form, { names: new Set(all.map(({ name }) => name)), answers });
  }
  return lists.get(form);
}

/** What is typed and chosen, without empty fields. What this page does not ask stays as it was. */
export function collect(form, before) {
  const { names, answers } = controlsOf(form);
  const raw = Object.fromEntries(Object.entries(before ?? {}).filter(([name]) => !names.has(name)));
  for (const control of answers) {
    if (isChoice(control) && !control.checked) continue;
    const { name, value } = control;
    if (value.trim()) (raw[name] ??= []).push(value);
  }
  return raw;
}

export function hydrate(form, draft, say) {
  const { visit } = draft;
  if (visit.raw && (visit.saved_at || visit.from || Object.keys(visit.raw).length)) fill(form, visit.raw);
  for (const [name, text] of Object.entries(visit.notes ?? {})) if (form.elements[name]) form.elements[name].value = text;
  visit.raw = collect(form, visit.raw);
  const title = document.getElementById("store");
  document.title = document.title.replace(title.textContent, visit.store);
  title.textContent = visit.store;
  showNotes(form, draft, say);
  showReasons(form, visit, say);
}

function fill(form, raw) {
  for (const control of controlsOf(form).answers) {
    const values = raw[control.name] ?? [];
    const [key, value] = isChoice(control) ? ["checked", values.includes(control.value)] : ["value", values[0] ?? ""];
    if (control[key] !== value) control[key] = value;
    if (control.name.startsWith("c-") && control.value) control.closest("details").open = true;
  }
}

/** The notes of every touchpoint. Append-only: those of the server, then those of this phone. */
export function showNotes(form, draft, say) {
  for (const list of form.querySelectorAll("[data-notes]")) showNotesOf(list.dataset.notes, list, form, draft, say);
}

function showNotesOf(name, list, form, { visit }, say) {
  const here = ({ section }) => section === name;
  const sent = visit.server.jottings.filter(here);
  const isSent = ({ text, at }) => sent.some((note) => note.text === text && Date.parse(note.at) === Date.parse(at));
  const own = [...sent, ...visit.jottings.filter((note) => here(note) && !isSent(note))];
  list.replaceChildren(...own.map((jotting) => {
    const line = document.createElement("li");
    const time = Object.assign(document.createElement("time"), { textContent: clock(jotting.at) });
    line.append(time, ` ${jotting.text}`);
    return line;
  }));
  const details = list.closest("details");
  showCount(details, say.notes_word[0], own.length);
  if (form.elements[`jotting-${name}`].value) details.open = true;
}

/** Says how many things are inside, and opens when one more is: what was kept must not look lost. */
export function showCount(details, several, number) {
  const summary = details.querySelector("summary");
  summary.dataset.word ??= summary.textContent;
  put(summary, number ? `${several} (${number})` : summary.dataset.word);
  if (number > (opened.get(details) ?? 0)) details.open = true;
  opened.set(details, number);
}

/** The time of day on the phone's own clock. */
export const clock = (at) => new Date(at).toTimeString().slice(0, 5);

/** The time of day where the store is: answers are given in it. */
export function clockThere(at, timeZone) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone }).format(new Date(at));
}

function showReasons(form, { server, revision }, say) {
  if (revision < 2) return;
  const page = form.querySelector("#returned");
  page.hidden = form.querySelector("#came-back").hidden = false;
  for (const node of form.querySelectorAll(".reason")) node.remove();
  const cards = server.reasons.map(({ question, text }) => [document.getElementById(`q-${question}`), text]);
  const found = cards.filter(([card, text]) => {
    (card?.querySelector("legend") ?? page.querySelector("p")).after(reason(card ? say.returned[0] : "", text));
    return card;
  });
  const entries = found.map(([card, text]) => [`#${card.id}`, card.querySelector("legend").firstChild.textContent, text]);
  page.querySelector(".links").replaceWith(links(entries));
  if (entries.length) page.querySelector(".bar .main").hash = entries[0][0];
}

function reason(lead, text) {
  const line = document.createElement("p");
  line.className = "reason";
  if (lead) line.append(Object.assign(document.createElement("strong"), { textContent: lead }), " ");
  line.append(text);
  return line;
}
