// The pocket screen keeps a time, a photo or a few words with one tap; the sorting page puts them where they belong.

import { put } from "./comforts.js";
import { iso } from "./draft.js";
import { clock, clockThere, showNotes } from "./hydrate.js";
import { uuid7 } from "./ids.js";
import { image, opener, thumbnail } from "./photos.js";
import { showLoose } from "./progress.js";

/** Returns a function that draws both pages anew. */
export function makePocket(form, draft, sections, say, pages) {
  const page = form.querySelector("#pocket");
  const sheet = page.querySelector(".sheet");
  const text = page.querySelector("textarea");
  sheet.hidden = !text.value;
  const draw = () => {
    const all = entries(draft);
    page.querySelector(".entries").replaceChildren(...all.map((entry) => told(entry, say)));
    drawSorting(form, all, draft, sections, say, moved);
  };
  const acts = {
    time: () => draft.visit.stamps.push({ id: uuid7(), at: iso() }),
    note: () => {
      sheet.hidden = false;
      text.focus();
    },
    keep: () => {
      sheet.hidden = true;
      if (text.value.trim()) draft.visit.pocket.push(draft.jot("", text.value.trim()).id);
      text.value = "";
    },
  };
  const moved = (entry, to) => {
    move(form, draft, say, entry, to, pages);
    draft.change();
    draw();
  };
  page.addEventListener("click", ({ target }) => {
    const act = target.closest("[data-pocket]")?.dataset.pocket;
    if (!act) return;
    acts[act]();
    draft.change();
    if (act !== "note") draft.flush();
    draw();
  });
  draw();
  return draw;
}

/** {kind, of, to}: `to` is empty until it is sorted. In the order in which they came. */
function entries({ visit, photos }) {
  const isPocket = ({ id }) => visit.pocket.includes(id);
  return [
    ...visit.stamps.map((of) => ({ kind: "stamp", of, at: of.at, to: of.to ?? "" })),
    ...photos.filter((of) => isPocket(of) && !of.removed).map((of) => ({ kind: "photo", of, at: of.taken_at, to: of.question })),
    ...visit.jottings.filter(isPocket).map((of) => ({ kind: "note", of, at: of.at, to: of.section })),
  ].sort((a, b) => a.at.localeCompare(b.at));
}

function told({ kind, of, at }, say, tag = "li") {
  const line = document.createElement(tag);
  line.append(Object.assign(document.createElement("time"), { textContent: clock(at) }), " ");
  if (kind === "photo") line.append(tag === "li" ? image(thumbnail(of), say.photo[0]) : opener(of, say.blur_loose[0]));
  else line.append(kind === "note" ? of.text : say.stamp[0]);
  return line;
}

function drawSorting(form, all, draft, sections, say, moved) {
  form.querySelector(".entries-to-sort").replaceChildren(...all.map((entry) => sortable(entry, draft, sections, say, moved)));
  form.querySelector("#sorting .none").hidden = all.length > 0;
  showLoose(form, draft, say);
}

function sortable(entry, draft, sections, say, moved) {
  const item = document.createElement("li");
  const line = told(entry, say, "p");
  const select = document.createElement("select");
  item.className = "card";
  select.setAttribute("aria-label", say.where[0].replace("{}", line.textContent.trim()));
  select.append(new Option(say.unsorted[0], ""), ...targets(entry, sections, say));
  select.value = entry.to;
  select.disabled = !draft.isOpen;
  select.addEventListener("change", () => {
    const place = [...form(select).querySelectorAll("select")].indexOf(select);
    moved(entry, select.value);
    document.querySelectorAll(".entries-to-sort select")[place]?.focus();
  });
  item.append(line, select);
  return item;
}

const form = (node) => node.closest(".entries-to-sort");

function targets({ kind }, sections, say) {
  if (kind === "note") return sections.map(({ label, name }) => new Option(label, name));
  if (kind === "photo") return sections.map(group);
  const times = sections.map(({ label, name }) => new Option(say.to_met[0].replace("{}", label), `met_at-${name}`));
  return [new Option(say.to_entered[0], "entered"), new Option(say.to_left[0], "left"), ...times, new Option(say.throw_away[0], "nowhere")];
}

function group({ label, questions }) {
  const made = Object.assign(document.createElement("optgroup"), { label });
  made.append(...questions.filter((q) => q.isAsked).map((q) => new Option(q.label, q.name)));
  return made;
}

function move(form, draft, say, { kind, of, at }, to, pages) {
  if (kind === "note") {
    of.section = to;
    for (const list of form.querySelectorAll("[data-notes]")) showNotes(list, draft, say);
  } else if (kind === "photo") {
    draft.setPhoto(of, { question: to }).then(() => pages.drawPhotos());
    of.question = to;
  } else {
    if (["entered", "left"].includes(to) && !pages.stay.set(`${to}_at`, at)) return;
    of.to = to;
    if (to.startsWith("met_at-")) put(form.elements[to], clockThere(at, draft.visit.timezone));
  }
}
