// What other phones of the same person hold of this visit: said in words, and chosen by the person. Nothing is deleted.

import { apart, fillEmpty, keepMine, kept, photosElsewhere, takeTheirs } from "./choice.js";
import { fill, links } from "./progress.js";
import { PAGE } from "./content.js";
import { differing } from "./versions.js";

const language = document.documentElement.lang;
const moment = (at) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));

/** Returns {draw, holds}: `holds(send)` is true where the person has to see something before the visit is sent. */
export function makeDifferences(form, draft, sections, say) {
  const page = form.querySelector("#versions");
  const send = page.querySelector("[data-versions=send]");
  let isSeen = false;
  const labels = labelsOf(sections);
  const draw = () => {
    const found = { others: apart(draft.visit, draft.device), kept: kept(draft.visit), photos: photosElsewhere(draft.visit, draft.photos) };
    const cards = [
      ...found.others.map((other) => card(other, draft, labels, say, other.device === PAGE ? "on_page" : "on_phone")),
      found.photos.length && photoCard(found.photos, labels, say),
      ...found.kept.map((other) => card(other, draft, labels, say, other.isHere ? "kept_here" : "kept_there")),
    ];
    page.querySelector(".cards").replaceChildren(...cards.filter(Boolean));
    page.querySelector(".none").hidden = cards.some(Boolean);
    page.querySelector(".both").hidden = !found.others.length && !found.kept.length;
    form.querySelector("#to-versions").hidden = !cards.some(Boolean);
    showBanner(found, draft, say);
    return found;
  };
  return {
    draw,
    holds: (proceed) => {
      const { others, photos } = draw();
      if (isSeen || !(others.length || photos.length)) return false;
      send.hidden = false;
      send.onclick = () => {
        isSeen = true;
        proceed();
      };
      location.hash = "#versions";
      return true;
    },
  };
}

/** The words of a question or touchpoint by the name of its field. */
function labelsOf(sections) {
  const pairs = sections.flatMap(({ name, label, questions }) => [
    ...questions.map((q) => [`q-${q.name}`, q.label]),
    ...["feeling", "arousal", "crowding", "met_at"].map((part) => [`${part}-${name}`, label]),
  ]);
  return new Map(pairs);
}

function showBanner({ others, kept: aside, photos }, { visit }, say) {
  const banner = document.getElementById("apart");
  const [other] = others;
  const isTaken = visit.from && aside.some(({ isHere }) => isHere);
  const text = other
    ? fill(say.apart, differing(visit.raw, other.raw).size).replace("{moment}", moment(other.saved_at))
    : photos.length
      ? fill(say.photos_there, photos.length)
      : isTaken
        ? say.went_on[0].replace("{}", moment(visit.from.at))
        : "";
  banner.querySelector("span").textContent = text;
  banner.hidden = !text;
}

function card(other, draft, labels, say, title) {
  const made = document.createElement("li");
  const names = [...differing(draft.visit.raw, other.raw)];
  made.className = "card";
  made.append(
    Object.assign(document.createElement("h3"), { textContent: say[title][0].replace("{}", moment(other.saved_at ?? other.at)) }),
    Object.assign(document.createElement("p"), { textContent: fill(say.differ, names.length) }),
    links([...new Map(names.map((name) => [labels.get(name) ?? name, name]))].map(([label, name]) => [`#${anchorOf(name)}`, label])),
    acts(other, draft, say),
  );
  return made;
}

/** A touchpoint's own fields stand on its page. */
const anchorOf = (name) => (name.startsWith("q-") ? name : `s-${name.replace(/^[a-z_]+-/, "")}`);

function acts(other, draft, say) {
  const place = Object.assign(document.createElement("p"), { className: "stack" });
  const add = (text, change) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: text, disabled: !draft.isOpen });
    button.addEventListener("click", () => draft.replace((visit) => change(visit, other)).then(() => location.reload()));
    place.append(button);
  };
  if (other.content) add(say.keep_mine[0], keepMine);
  add(say.take_theirs[0], takeTheirs);
  add(say.fill_empty[0], fillEmpty);
  return place;
}

function photoCard(photos, labels, say) {
  const made = document.createElement("li");
  made.className = "card";
  const names = photos.map(({ question }) => question && `q-${question}`).filter(Boolean);
  made.append(
    Object.assign(document.createElement("h3"), { textContent: fill(say.photos_there, photos.length) }),
    Object.assign(document.createElement("p"), { textContent: fill(say.photos_there_more, photos.length) }),
    links([...new Set(names)].map((name) => [`#${name}`, labels.get(name) ?? name])),
  );
  return made;
}
