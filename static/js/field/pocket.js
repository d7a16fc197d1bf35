// The pocket screen keeps a time, a photo or a few words with one tap; sorting.js puts them where they belong.

import { iso } from "./draft.js";
import { clock } from "./hydrate.js";
import { uuid7 } from "./ids.js";
import { image, opener, redraw, thumbnail } from "./photos.js";
import { showLoose } from "./progress.js";

/** Returns a function that draws both pages anew. */
export function makePocket(form, draft, sections, say, pages) {
  const page = form.querySelector("#pocket");
  const sheet = page.querySelector(".sheet");
  const text = page.querySelector("textarea");
  sheet.hidden = !text.value;
  let sorting = null;
  const draw = () => {
    const all = entries(draft);
    redraw(page.querySelector(".entries"), all.map((entry) => told(entry, say)));
    form.querySelector("#sorting .none").hidden = all.length > 0;
    showLoose(form, draft, say);
    sorting?.drawSorting(form, all, draft, sections, say, pages, draw);
  };
  const look = async () => {
    if (location.hash !== "#sorting") return;
    sorting ??= await import("./sorting.js");
    draw();
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
  page.addEventListener("click", ({ target }) => {
    const act = target.closest("[data-pocket]")?.dataset.pocket;
    if (!act) return;
    acts[act]();
    draft.change();
    if (act !== "note") draft.flush();
    draw();
  });
  addEventListener("hashchange", look);
  draw();
  look();
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

/** One entry: a line of the pocket screen, or a paragraph whose photo can be opened. */
export function told({ kind, of, at }, say, tag = "li") {
  const line = document.createElement(tag);
  line.append(Object.assign(document.createElement("time"), { textContent: clock(at) }), " ");
  if (kind === "photo") line.append(tag === "li" ? image(thumbnail(of), say.photo[0]) : opener(of, say.blur_loose[0]));
  else line.append(kind === "note" ? of.text : say.stamp[0]);
  return line;
}
