// What is still missing, in words and bars, as web/field/progress.py says it.

const ENCOUNTER_PARTS = ["feeling", "arousal", "met_at", "crowding"];

/** Returns a function that says anew how far a reading is. */
export function count(form, sections, say) {
  const bars = document.querySelectorAll(".bars li");
  const places = sections.map(({ name }) => form.querySelectorAll(`[data-missing="${CSS.escape(name)}"]`));
  return (reading) => {
    const keys = new Map(reading.problems.map((problem) => [problem.field, problem.key]));
    const found = sections.map((section) => progress(section, reading, keys));
    const total = found.filter(({ asked }) => asked).length;
    let number = 0;
    found.forEach((each, index) => {
      for (const place of places[index]) put(place, inWords(each, say));
      drawBar(bars[index], each);
      drawNumber(sections[index].page.querySelector("[data-number]"), each.asked && (number += 1), total, say);
    });
  };
}

/** A touchpoint that does not apply is none of those that there are. */
function drawNumber(place, number, total, say) {
  if (place.hidden === Boolean(number)) place.hidden = !number;
  if (number) put(place.querySelector("span"), say.place[0].replace("{number}", number).replace("{count}", total));
}

function drawBar(bar, { asked, given }) {
  const [kind, width] = [asked ? "" : "out", `${Math.round((100 * given) / (asked || 1))}%`];
  const rect = bar.querySelector("rect");
  if (bar.className !== kind) bar.className = kind;
  if (rect.getAttribute("width") !== width) rect.setAttribute("width", width);
}

const EMPTY = ["required", "photo_required"];
const RUNNING = "still_running";

function progress({ name, questions }, reading, keys) {
  const asked = questions.filter((q) => q.isAsked && reading.relevant.has(q.name));
  const key = (q) => keys.get(`q-${q.name}`);
  const unanswered = asked.filter((q) => key(q) === "required");
  const lacking = asked.filter((q) => key(q) === "photo_required" || reading.missing.has(q.name));
  const unpictured = lacking.filter((q) => !reading.there(q.name));
  const there = lacking.reduce((sum, q) => sum + reading.there(q.name), 0);
  const missing = [...unanswered, ...unpictured.filter((q) => !unanswered.includes(q))];
  const given = asked.filter((q) => reading.given.has(q.name)).length;
  const fields = [...questions.map((q) => `q-${q.name}`), ...ENCOUNTER_PARTS.map((part) => `${part}-${name}`)];
  const running = fields.filter((field) => keys.get(field) === RUNNING).length;
  const wrong = fields.filter((field) => keys.has(field) && ![...EMPTY, RUNNING].includes(keys.get(field))).length;
  return { asked: asked.length, given, missing, answers: unanswered.length, there, wrong, running };
}

function inWords({ asked, missing, answers, there, wrong, running }, say) {
  const photos = missing.length - answers;
  if (!asked) return say.unasked[0];
  const parts = [answers && fill(say.answers, answers), photos && fill(say.photos, photos)].filter(Boolean);
  const empty = parts.length && fill(say.missing, missing.length, listed(parts));
  return dotted([empty, there && fill(say.there_photos, there), wrong && fill(say.wrong, wrong), running && fill(say.timers, running)]) || say.complete[0];
}

/** Those that there are. */
export const dotted = (parts) => parts.filter(Boolean).join(" · ");

let listing = null;

/** Made only when it is needed: the first one takes a slow phone a quarter of a second. */
function listed(parts) {
  if (parts.length < 2) return parts[0];
  listing ??= new Intl.ListFormat(document.documentElement.lang);
  return listing.format(parts);
}

/** The pages of sections and of what to check say the same of what is not sorted yet. */
export function showLoose(form, { loose }, say) {
  form.querySelector(".loose").hidden = !loose.length;
  for (const place of form.querySelectorAll("[data-unsorted]")) put(place, loose.length ? fill(say.entries, loose.length) : say.sorted[0]);
}

/** Writes only what is new: every write costs a layout. */
export const put = (place, text) => { if (place.textContent !== text) place.textContent = text; };

/** The form for one or for many, with its place filled. */
export const fill = (forms, number, text = number) => forms[number === 1 ? 0 : 1].replace("{}", text);

/** A list of links, each with its address, its words in bold and what follows them. */
export function links(entries) {
  const list = document.createElement("ul");
  list.className = "links";
  for (const [address, text, more] of entries) {
    const link = document.createElement("a");
    link.href = address;
    if (more === undefined) link.textContent = text;
    else link.append(Object.assign(document.createElement("strong"), { textContent: text }), ` ${more}`);
    list.appendChild(document.createElement("li")).append(link);
  }
  return list;
}
