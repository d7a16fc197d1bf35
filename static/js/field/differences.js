// What other phones of the same person hold of this visit: said in words, and chosen by the person. Nothing is deleted.

import { apart, fillEmpty, keepMine, kept, takeTheirs } from "./choice.js";
import { isPage, photosElsewhere, SENT } from "./content.js";
import { fill, put } from "./progress.js";
import { makeValues } from "./values.js";
import { compare, ENDS, ownerOf, said } from "./versions.js";
import { button, el, moment } from "./words.js";

const isTime = (name) => ENDS.includes(name);

/** Returns {draw, holds}: `holds(send)` is true where the person has to see something before the visit is sent. */
export function makeDifferences(form, draft, sections, say) {
  const page = form.querySelector("#versions");
  const stop = page.querySelector("[data-versions=stop]");
  const values = makeValues(form, sections, say);
  let isSeen = false;
  let drawn = null;

  const draw = () => {
    const { visit, device } = draft;
    const others = apart(visit, device);
    const found = { others, kept: kept(visit, device, others), photos: photosElsewhere(visit, draft.photos) };
    const isSame = !(others.length + found.kept.length + found.photos.length);
    page.querySelector(".none").hidden = !isSame;
    page.querySelector(".both").hidden = !(others.length + found.kept.length);
    form.querySelector("#to-versions").hidden = isSame;
    if (!(others.length + found.photos.length)) stop.hidden = true;
    showBanner(found, draft, say);
    if (location.hash === "#versions") drawCards(found);
    return found;
  };

  /** Whoever reads is not disturbed where nothing changed. */
  function drawCards({ others, kept: aside, photos }) {
    const cards = [
      ...others.map((other) => card(other, said(other), titleOf(other, say))),
      photos.length ? photoCard(photos, draft, values, say) : null,
      ...aside.map((other) => card(other, other, titleOfLaid(other))),
    ];
    const list = el("ul", { className: "cards" }, cards);
    if (list.innerHTML === drawn) return;
    drawn = list.innerHTML;
    page.querySelector(".cards").replaceWith(list);
  }

  const titleOfLaid = ({ at, device }) => {
    const from = device === draft.device ? "kept_here" : isPage(device) ? "on_page" : "kept_there";
    return say[from][0].replace("{}", exact(Date.parse(at)));
  };

  const sideOf = ({ device }) => (device === draft.device ? "before" : isPage(device) ? "there_page" : "there");

  /** `other`: a draft of another device, or what was laid aside; `version`: what it says. */
  function card(other, version, title) {
    const { different, onlyHere, onlyThere } = compare(draft.visit, version);
    const of = (name, draft_) => values.text(name, draft_) || "–";
    const both = (name) => [`${say.here_side[0]}: ${of(name, draft.visit)}`, `${say[sideOf(other)][0]}: ${of(name, version)}`];
    return el(
      "li",
      { className: "card", "data-stamp": other.stamp ?? other.id },
      el("h3", { textContent: title }),
      group(unlike(different, say).join(", "), different, both, true),
      group(fill(say.more_there, onlyThere.length), onlyThere, (name) => [of(name, version)]),
      group(fill(say.more_here, onlyHere.length), onlyHere, (name) => [of(name, draft.visit)]),
      acts(other, { different, onlyHere, onlyThere }),
    );
  }

  const group = (summary, names, linesOf, open = false) =>
    names.length ? el("details", { open }, el("summary", { textContent: summary }), list(values, names.map((name) => [name, linesOf(name)]))) : null;

  /** What one can choose, each with what it brings about here. */
  const acts = (other, comparison) => [
    other.content && choice(say.keep_mine, "", (visit) => keepMine(visit, other)),
    choice(say.take_theirs, `${effect(comparison)} ${say.take_back[0]}`, (visit) => takeTheirs(visit, other, draft.device)),
    comparison.onlyThere.length ? choice(say.fill_empty, lead([fill(say.added, comparison.onlyThere.length)]), (visit) => fillEmpty(visit, other)) : null,
  ];

  function choice([text], hint, change) {
    const made = button(text, "", () => draft.replace(change).then(() => location.reload()));
    made.disabled = !draft.isOpen;
    return el("div", { className: "stack" }, made, hint && el("p", { className: "hint", textContent: hint }));
  }

  const lead = (parts) => `${say.effect[0]}: ${parts.join(", ")}.`;

  function effect({ different, onlyHere, onlyThere }) {
    const { raw } = draft.visit;
    const touched = new Set([...different, ...onlyHere, ...onlyThere]);
    const answered = new Set(Object.keys(raw).filter((name) => raw[name].some((text) => text.trim())).map(ownerOf).filter(Boolean));
    const counts = [
      ["replaced", different.filter((name) => !isTime(name)).length],
      ["emptied", onlyHere.length],
      ["added", onlyThere.length],
      ["unchanged", [...answered].filter((name) => !touched.has(name)).length],
      ["times_replaced", different.filter(isTime).length],
    ];
    return lead(counts.filter(([, count]) => count).map(([key, count]) => fill(say[key], count)));
  }

  return {
    draw,
    holds: (proceed) => {
      const { others, photos } = draw();
      if (isSeen || !(others.length || photos.length)) return false;
      location.hash = "#versions";
      draw();
      stop.hidden = false;
      const reasons = [say.waits, others.length && say.waits_apart, photos.length && sayPhotos(photos, say, "_wait")].filter(Boolean);
      put(stop.querySelector("p"), reasons.join(" "));
      stop.querySelector("button").onclick = () => {
        isSeen = true;
        proceed();
      };
      stop.focus();
      return true;
    },
  };
}

/** Two states of one minute are told apart. */
const exact = (at) => `${moment(at)}:${String(new Date(at).getSeconds()).padStart(2, "0")}`;

const titleOf = ({ device, saved_at: at }, say) => say[isPage(device) ? "on_page" : "on_phone"][0].replace("{}", moment(Date.parse(at)));

/** How many answers, and how many times, are others. */
function unlike(different, say) {
  const times = different.filter(isTime).length;
  const answers = different.length - times;
  return [answers && fill(say.differ, answers), times && fill(say.times_differ, times)].filter(Boolean);
}

function showBanner({ others: [other], kept: aside, photos }, { visit, device }, say) {
  const banner = document.getElementById("apart");
  const isTaken = visit.from && aside.some((one) => one.device === device);
  const comparison = other && compare(visit, said(other));
  const parts = other && [
    ...unlike(comparison.different, say),
    comparison.onlyThere.length && fill(say.more_there, comparison.onlyThere.length),
    comparison.onlyHere.length && fill(say.more_here, comparison.onlyHere.length),
  ].filter(Boolean);
  const isOver = visit.state !== "draft";
  const sentences = isOver ? [] : visit.refused_at === Infinity ? [say.sent_before[0]] : [
    other && `${titleOf(other, say)}: ${parts.join(", ")}.`,
    photos.length && `${sayPhotos(photos, say)}.`,
    !other && !photos.length && isTaken && say[visit.from.device === SENT ? "came_back" : "went_on"][0].replace("{}", moment(Date.parse(visit.from.at))),
  ].filter(Boolean);
  put(banner.querySelector("span"), sentences.join(" "));
  put(banner.querySelector("a"), (other || !photos.length ? say.see_answers : say.see_photos)[0]);
  banner.querySelector("a").hidden = visit.refused_at === Infinity;
  banner.hidden = !sentences.length;
}

/** Questions as links, each with lines that say what stands here and there. */
const list = (values, rows) =>
  el("ul", { className: "links" }, rows.map(([name, lines]) =>
    el("li", {}, el("a", { href: values.anchor(name) }, el("strong", { textContent: values.title(name) }), lines.flatMap((textContent) => [" ", el("span", { textContent })])))));

const lieApart = (photos) => new Set(photos.map(({ device }) => device)).size > 1;

/** Of photos on one other phone, or on several. */
const sayPhotos = (photos, say, kind = "") => fill(say[`photos_${lieApart(photos) ? "apart" : "there"}${kind}`], photos.length);

function photoCard(photos, draft, values, say) {
  const count = (found) => fill(say.photos, found.length);
  const of = (found, question) => found.filter((photo) => photo.question === question);
  const here = [...draft.visit.server.photos, ...draft.photos.filter((photo) => !photo.removed)];
  const [there] = say[lieApart(photos) ? "there_apart" : "there"];
  const questions = [...new Set(photos.map(({ question }) => question))].filter(Boolean);
  const rows = questions.map((question) => [
    `q-${question}`,
    [`${say.here_side[0]}: ${count(of(here, question))}`, `${there}: ${count(of(photos, question))}`],
  ]);
  const pocket = photos.filter(({ isPocket }) => isPocket);
  const loose = photos.filter(({ question, isPocket }) => !question && !isPocket);
  return el(
    "li",
    { className: "card" },
    el("h3", { textContent: sayPhotos(photos, say) }),
    el("p", { textContent: sayPhotos(photos, say, "_more") }),
    pocket.length ? el("p", { textContent: fill(say.photos_pocket, pocket.length) }) : null,
    loose.length ? el("p", { textContent: fill(say.photos_loose, loose.length) }) : null,
    rows.length ? list(values, rows) : null,
  );
}
