// The draft of one visit on this phone. Every change is one strict transaction, and the state says only what is true.

import { deviceOf, open, person } from "./database.js";
import { idOf, uuid7 } from "./ids.js";
import { byDevice, hasOthers, next, photosElsewhere, portable } from "./content.js";

const WAIT = 200;
const RETRY = 5_000;
const RELOADING = 400;
const THEIRS = ["state", "server", "sealed", "receipt", "sent_at", "problem", "backed_up_at", "refused_at", "theirs"];
/** What sender and synchroniser write; the form leaves it alone. */
const FRESH = { state: "draft", raw: {}, given: {}, removed: [], jottings: [], stamps: [], pocket: [], timers: {}, outcome: "", seen: {}, aside: [] };

export const iso = (moment = Date.now()) => new Date(moment).toISOString();

/** The draft of the visit in the address; without one on this phone it is made of what the page says. */
export async function openDraft(form) {
  const draft = new Draft(form);
  await draft.open();
  return draft;
}

class Draft {
  visit = null;
  photos = [];
  db = null;
  isElsewhere = false;
  isFailing = false;
  /** Takes from the page what is kept of it, {raw, notes}: the form gives it. */
  read = () => ({});
  /** Is told "saving", "saved", "unsaved", "rescued": the form puts it in words. */
  tell = () => {};
  #isTouched = false;
  #changes = 0;
  #kept = 0;
  #timer = 0;
  #line = Promise.resolve();

  constructor(form) {
    this.id = idOf(location.pathname);
    this.page = form.dataset.visit ? JSON.parse(form.dataset.visit) : null;
    this.user = form.dataset.user;
  }

  get isOpen() {
    return this.visit?.state === "draft" && !this.isElsewhere;
  }

  get unsortedStamps() {
    return this.visit.stamps.filter((stamp) => !stamp.to);
  }

  /** What the pocket screen kept and nobody has sorted yet. */
  get loose() {
    const { jottings, pocket } = this.visit;
    const isPocket = ({ id }) => pocket.includes(id);
    const photos = this.photos.filter((photo) => isPocket(photo) && !photo.removed && !photo.question);
    return [...this.unsortedStamps, ...photos, ...jottings.filter((note) => isPocket(note) && !note.section)];
  }

  /** So many photos of a question lie on another phone. */
  there(question) {
    return photosElsewhere(this.visit, this.photos).filter((photo) => photo.question === question).length;
  }

  async open() {
    const name = `fieldstudy-draft-${this.id}`;
    const [isMine, user] = await Promise.all([hold(name), this.user ?? person()]);
    this.user = user;
    this.isElsewhere = !(isMine || (await later(RELOADING), await hold(name)));
    if (this.isElsewhere) navigator.locks.request(name, () => location.reload());
    if (!this.user) return;
    this.db = open(this.user);
    const held = await this.#load();
    this.device = await deviceOf(this.db).catch(() => uuid7());
    const visit = this.#newest(held);
    if (!visit) return;
    for (const [key, value] of Object.entries(FRESH)) visit[key] ??= structuredClone(value);
    visit.server ??= { reasons: [], photos: [], jottings: [] };
    const versions = visit.state === "draft" && hasOthers(visit) ? await import("./versions.js").catch(() => null) : null;
    this.visit = versions ? versions.takeIn(visit, this.device) : visit;
    this.isNews = this.visit !== held;
    this.#rescue();
    addEventListener("click", () => { this.#isTouched = true; });
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
  }

  async #load() {
    try {
      const found = await this.db.get("visits", this.id);
      this.photos = found ? await this.db.list("photos", "visit", this.id) : [];
      const isOver = (photo) => photo.removed || (photo.sent && found.state === "draft");
      for (const photo of this.isElsewhere ? [] : this.photos.filter(isOver)) await this.dropPhoto(photo);
      return found;
    } catch {
      this.isFailing = true;
      return undefined;
    }
  }

  /** What lies here goes before what the page says; what other devices hold is taken in afterwards. */
  #newest(held) {
    const { page } = this;
    if (!page) return held;
    const { drafts, ...own } = page;
    const theirs = byDevice(drafts, this.device);
    if (held && held.revision >= page.revision) return { ...held, server: page.server, theirs };
    return { ...FRESH, timers: held?.timers ?? {}, ...own, raw: null, state: "draft", theirs, saved_at: 0, backed_up_at: 0 };
  }

  /** What was taken in is on the phone from now on. It is nothing new, so it makes no new version. */
  async keepNews() {
    try {
      await this.db.put("visits", this.visit);
      this.isNews = false;
    } catch {
      this.#fail(this.visit);
    }
    return !this.isFailing;
  }

  /** While the form is open others may go on: notes and times come in, answers wait for a choice. True if they did. A
   * form from this phone that nobody has touched yet begins anew with all of it; one from the server has it already.
   */
  async hear() {
    const held = await this.db.get("visits", this.id).catch(() => null);
    if (!this.isOpen || !held || !hasOthers(held)) return false;
    const { hear } = await import("./versions.js");
    const isNews = hear(this.visit, held, this.device);
    if (isNews && !this.page && !this.#isTouched && !this.#changes) location.reload();
    return isNews;
  }

  /** `change(visit)` gives the visit as it is to be; the page then begins anew with it. */
  async replace(change) {
    if (!(await this.flush())) return;
    const chosen = { ...change(this.visit), ...this.#fresh() };
    await this.db.put("visits", chosen);
    this.visit = chosen;
  }

  /** What is saved here is this phone's from then on. */
  #fresh() {
    return { from: null, is_taken: false, saved_at: next(this.visit) };
  }

  /** Something was changed: `question` by its name, where it was an answer. */
  change(question) {
    if (!this.isOpen) return;
    if (question) this.visit.given[question] = iso();
    this.#changes += 1;
    this.tell("saving");
    this.#timer ||= setTimeout(() => this.flush(), WAIT);
  }

  /** Where one was, apart from the answers: it makes nothing to be saved or sent anew. */
  keepPlace(place) {
    if (!this.isOpen || this.visit.place === place) return;
    this.visit.place = place;
    this.#line = this.#line.then(() => this.#writePlace(place).catch(() => {}));
  }

  #writePlace(place) {
    return this.db.work(["visits"], async (tx) => {
      const held = await tx.get("visits", this.id);
      if (held) await tx.put("visits", { ...held, place });
    });
  }

  /** Writes what was changed; true when all of it is on the disk. */
  flush() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#line = this.#line.then(() => this.#write());
    return this.#line;
  }

  async #write() {
    if (this.#kept === this.#changes || !this.isOpen) return !this.isFailing;
    const changes = this.#changes;
    const taken = { ...this.read(), ...this.#fresh() };
    const mine = { ...this.visit, ...taken };
    try {
      await this.db.work(["visits"], async (tx) => {
        const held = (await tx.get("visits", this.id)) ?? {};
        const theirs = held.revision === mine.revision ? THEIRS.filter((key) => key in held && held.state === "draft") : [];
        await tx.put("visits", { ...mine, ...Object.fromEntries(theirs.map((key) => [key, held[key]])) });
      });
    } catch {
      return this.#fail(mine);
    }
    Object.assign(this.visit, taken);
    this.#kept = changes;
    if (this.isFailing) forget(this.id);
    this.isFailing = false;
    this.tell("saved", mine.saved_at);
    return true;
  }

  /** Texts go to the one other place that a page has, and stay in the page; it tries again. */
  #fail(visit) {
    this.isFailing = true;
    const { raw, saved_at, revision } = visit;
    try {
      localStorage.setItem(place(this.id), JSON.stringify({ ...portable(visit), raw, saved_at, revision }));
    } catch {
      // There is no other place.
    }
    this.tell("unsaved");
    this.#timer ||= setTimeout(() => this.flush(), RETRY);
    return false;
  }

  #rescue() {
    const text = localStorage.getItem(place(this.id));
    const rescued = text && JSON.parse(text);
    if (!rescued || rescued.saved_at <= (this.visit.saved_at ?? 0) || rescued.revision < this.visit.revision || !this.isOpen) return;
    Object.assign(this.visit, rescued);
    this.isRescued = true;
    this.isFailing = true;
    this.change();
  }

  /** One transaction for picture and bytes; a photo in `instead` goes in the same one. */
  async keepPhoto(photo, bytes, instead) {
    await this.db.work(["photos", "bytes"], async (tx) => {
      await tx.put("photos", photo);
      await tx.put("bytes", bytes, photo.id);
      if (!instead) return;
      await tx.delete("photos", instead.id);
      await tx.delete("bytes", instead.id);
    });
    if (instead) this.photos.splice(this.photos.indexOf(instead), 1, photo);
    else this.photos.push(photo);
  }

  async setPhoto(photo, changes) {
    await this.db.put("photos", { ...photo, ...changes });
    Object.assign(photo, changes);
  }

  async dropPhoto(photo) {
    await this.db.work(["photos", "bytes"], async (tx) => {
      await tx.delete("photos", photo.id);
      await tx.delete("bytes", photo.id);
    });
    this.photos = this.photos.filter((one) => one !== photo);
  }

  jot(section, text, at = iso()) {
    const jotting = { id: uuid7(), section, text, at };
    this.visit.jottings.push(jotting);
    this.change();
    return jotting;
  }
}

const place = (id) => `fieldstudy-rescue-${id}`;
const forget = (id) => localStorage.removeItem(place(id));
const later = (wait) => new Promise((resolve) => { setTimeout(resolve, wait); });

/** Is this the only page with this name? Holds it until the page goes. */
function hold(name) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock ? new Promise(() => {}) : undefined;
    });
  });
}
