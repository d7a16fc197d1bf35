// Photos: kept on the phone, bytes and all, before they are shown; blurred, removed and brought back in the page.

import { sha256 } from "./canonical.js";
import { iso } from "./draft.js";
import { showCount } from "./hydrate.js";
import { fill, put } from "./progress.js";
import { uuid7 } from "./ids.js";
import { shrink } from "./shrink.js";

const shown = new Map();

/** Returns a function that draws the galleries. `look` opens one photo. */
export function makePhotos(form, draft, say, update, look) {
  const draw = () => {
    for (const gallery of form.querySelectorAll(".gallery")) drawGallery(gallery, draft, say);
    update();
  };
  form.addEventListener("click", ({ target }) => {
    const { photo: id, remove, back, dismiss } = target.closest?.("button")?.dataset ?? {};
    if (dismiss) target.closest(".error").remove();
    if (id) look(draft.photos.find((photo) => photo.id === id));
    if (remove) withdraw(draft, remove, true).then(draw);
    if (back) withdraw(draft, back, false).then(draw);
  });
  draw();
  return draw;
}

/** Keeps what was chosen at `input`, one after the other. */
export async function takePhotos(files, input, draft, say, draw) {
  for (const told of galleryOf(input).querySelectorAll(".error")) told.remove();
  for (const file of files) await take(file, input, draft, say, draw);
}

const of = (node) => node.dataset.photoOf ?? node.dataset.gallery ?? node.closest("[data-q]").dataset.q;

const galleryOf = (input) => input.closest(".photos, .page").querySelector(".gallery, .entries");

async function take(file, input, draft, say, draw) {
  const gallery = galleryOf(input);
  const refused = (sentence) => refuse(gallery, sentence[0].replace("{}", () => file.name), say);
  const waiting = line("waiting", "…");
  waiting.setAttribute("aria-busy", "true");
  gallery.append(waiting);
  try {
    if (!file.size) return refused(say.empty_file);
    const picture = await shrink(file).catch(() => refused(say.unreadable));
    if (!picture) return;
    const photo = await described(picture, { visit: draft.id, question: of(input), taken_at: taken(file, draft) });
    await draft.keepPhoto(photo, picture.bytes);
    if (input.closest("#pocket")) draft.visit.pocket.push(photo.id);
    draft.change(photo.question);
    await draft.flush();
    draw();
  } catch {
    refused(say.unkept);
  } finally {
    waiting.remove();
  }
}

/** The metadata of a picture under a new id. */
export async function described({ bytes, thumb }, { visit, question, taken_at }) {
  const sha = await sha256(bytes);
  return {
    id: uuid7(), visit, question, taken_at, sha256: sha, size: bytes.byteLength, type: "image/jpeg", thumb, offset: 0, sent: false,
  };
}

/** A photo from the phone's album was taken when its file was written, if that was during this visit. */
function taken({ lastModified }, { visit }) {
  const isOfVisit = lastModified > Date.parse(visit.started_at) && lastModified <= Date.now();
  return iso(isOfVisit ? lastModified : Date.now());
}

/** Stays until the next photo is taken here, or a tap sends it away. */
function refuse(gallery, sentence, say) {
  const told = line("error", sentence);
  told.role = "alert";
  told.append(button({ dismiss: "yes" }, say.dismiss[0]));
  gallery.append(told);
}

/** Nothing is asked, because it can be brought back while the page is open. */
async function withdraw(draft, id, isRemoved) {
  const own = draft.photos.find((photo) => photo.id === id);
  if (own) await draft.setPhoto(own, { removed: isRemoved });
  const removed = new Set(draft.visit.removed);
  if (!own) removed[isRemoved ? "add" : "delete"](id);
  draft.visit.removed = [...removed];
  draft.change(own?.question);
}

function drawGallery(gallery, draft, say) {
  const question = of(gallery);
  const isLoose = ({ id }) => !question && draft.visit.pocket.includes(id);
  const own = draft.photos.filter((photo) => photo.question === question && !isLoose(photo));
  const sent = draft.visit.server.photos.filter((photo) => photo.question === question);
  const old = sent.map((photo, index) => (draft.visit.removed.includes(photo.id) ? gone(photo, say) : sentPhoto(photo, index + 1, say)));
  const fresh = own.map((photo, index) => (photo.removed ? gone(photo, say) : ownPhoto(photo, sent.length + index + 1, say)));
  const details = gallery.closest("details");
  const kept = [...sent.filter(({ id }) => !draft.visit.removed.includes(id)), ...own.filter((photo) => !photo.removed)];
  if (details) showCount(details, say.photos_word[0], kept.length);
  showThere(gallery.closest("fieldset").querySelector(".there"), draft.there(question), say);
  if (!gallery.childElementCount && !old.length && !fresh.length) return;
  redraw(gallery, [...old, ...fresh]);
  for (const button of draft.isOpen ? [] : gallery.querySelectorAll("button")) button.disabled = true;
}

/** What was refused stays to be read, and what is being taken to be waited for. */
export const redraw = (gallery, items) => gallery.replaceChildren(...items, ...gallery.querySelectorAll(".error, .waiting"));

/** What lies on another phone is said beside what is here. */
function showThere(place, count, say) {
  if (place) put(place, count ? fill(say.there_photos, count) : "");
}

function ownPhoto(photo, number, say) {
  const item = line("");
  item.append(opener(photo, say.blur[0].replace("{}", number)));
  return item;
}

/** A thumbnail that opens its photo, to be blurred or removed. */
export function opener(photo, name) {
  const open = button({ photo: photo.id }, "");
  open.className = "shot";
  open.append(image(thumbnail(photo), name));
  return open;
}

function sentPhoto(photo, number, say) {
  const item = line("");
  item.append(image(photo.url, say.on_server[0].replace("{}", number)), button({ remove: photo.id }, say.remove[0]));
  return item;
}

function gone(photo, say) {
  const item = line("gone", say.removed[0]);
  item.append(button({ back: photo.id }, say.undo[0]));
  return item;
}

/** The address of a thumbnail, one for as long as the page is open. */
export function thumbnail({ id, thumb }) {
  if (!shown.has(id)) shown.set(id, URL.createObjectURL(new Blob([thumb], { type: "image/jpeg" })));
  return shown.get(id);
}

export const image = (src, alt) => Object.assign(new Image(96, 96), { src, alt });

export function button(data, text) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: text });
  Object.assign(made.dataset, data);
  return made;
}

function line(kind, text = "") {
  return Object.assign(document.createElement("li"), { className: kind, textContent: text });
}
