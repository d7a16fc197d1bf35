// The sorting page: where each thing belongs that the pocket screen kept.

import { put } from "./comforts.js";
import { clockThere, showNotes } from "./hydrate.js";
import { told } from "./pocket.js";

/** `draw` draws the pocket screen and this page anew. */
export function drawSorting(form, all, draft, sections, say, pages, draw) {
  const moved = (entry, to) => {
    move(form, draft, say, entry, to, pages);
    draft.change();
    draw();
  };
  form.querySelector(".entries-to-sort").replaceChildren(...all.map((entry) => sortable(entry, draft, sections, say, moved)));
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
    showNotes(form, draft, say);
  } else if (kind === "photo") {
    draft.setPhoto(of, { question: to }).then(() => pages.drawPhotos());
    of.question = to;
  } else {
    if (["entered", "left"].includes(to) && !pages.stay.set(`${to}_at`, at)) return;
    of.to = to;
    if (to.startsWith("met_at-")) put(form.elements[to], clockThere(at, draft.visit.timezone));
  }
}
