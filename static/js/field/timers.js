// Timers: one tap starts, one tap stops. What ticks is shown beside the field and never in it, so that no half-measured
// time can be taken for an answer. When a timer was started is kept with the draft: it runs on whatever happens.

import { put } from "./comforts.js";
import { questionOf } from "./hydrate.js";

const TICK = 250;

/** `judge(name)` judges the form anew and brings the card of that control up to date. */
export function makeTimers(form, draft, say, judge) {
  const all = Array.from(form.querySelectorAll("button.timer"), (button) => new Stopwatch(button, draft, say, judge));
  const strip = document.getElementById("running");
  const tick = () => {
    const shown = all.filter((one) => (one.isRunning || one.isStopped) && !one.node.hidden);
    for (const one of shown) one.tick();
    drawStrip(strip, shown, say, tick);
  };
  for (const one of all) one.draw();
  tick();
  setInterval(tick, TICK);
  form.addEventListener("change", tick);
  form.addEventListener("click", tick);
  addEventListener("hashchange", () => {
    for (const one of all) one.isStopped = false;
    tick();
  });
}

/** Every page of the form says in its head what is running, and stops it there; until one leaves the page it can be undone. */
function drawStrip(strip, shown, say, tick) {
  const names = shown.map(({ name, isRunning }) => `${name} ${isRunning}`).join();
  if ((strip.dataset.names ?? "") !== names) {
    const hadFocus = strip.contains(document.activeElement);
    strip.dataset.names = names;
    strip.hidden = !shown.length;
    strip.replaceChildren(...shown.map((one) => stripRow(one, say, tick)));
    if (hadFocus) strip.querySelector("button")?.focus();
  }
  const faces = strip.querySelectorAll("b");
  shown.forEach((one, index) => write(faces[index], one.elapsed));
}

function stripRow(one, say, tick) {
  const { name, label, isRunning } = one;
  const row = made("span");
  const link = made("a", { href: `#${name}` });
  const text = made("span", { textContent: say[isRunning ? "running" : "stopped"][0].replace("{}", label) });
  const word = say[isRunning ? "stop" : "undo"][0];
  const act = made("button", { type: "button", textContent: word, disabled: !one.draft.isOpen });
  act.setAttribute("aria-label", `${word}: ${label}`);
  act.addEventListener("click", () => (one.pressFromStrip(), tick()));
  link.append(text, made("b"));
  row.append(link, act);
  return row;
}

const made = (name, properties) => Object.assign(document.createElement(name), properties);

const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };

const span = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** A measured time as it is read; what is no time, or has more minutes than can be read, stays as it was typed. */
export const spoken = (text) => ((secondsOf(text) ?? 6e4) < 6e4 ? span(secondsOf(text)) : text);

/** Seconds of what a timer has written or somebody typed; null where one cannot go on from it. */
function secondsOf(text) {
  const found = /^(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)$/.exec(text);
  if (found) return 3600 * (found[1] ?? 0) + 60 * found[2] + Number(found[3]);
  return /^\d{1,6}$/.test(text) ? Number(text) : null;
}

/** The timer of one question: empty, running, measured, or asking what shall become of what is measured already. */
class Stopwatch {
  /** Stopped from the strip, and not left since. */
  isStopped = false;
  #isAsking = false;
  /** May the time be typed over? A measured one is locked until somebody chooses to change it. */
  #isOpen = false;
  /** What stood before the last act, for undoing it. */
  #before = null;
  #word = "";

  constructor(button, draft, say, judge) {
    Object.assign(this, { button, draft, say, judge });
    this.node = button.closest("[data-q]");
    this.input = this.node.querySelector(".stopwatch input");
    this.face = this.node.querySelector(".ticking");
    this.na = this.node.querySelector(".na input");
    this.name = this.input.name;
    this.question = questionOf(this.name);
    this.label = this.node.querySelector("legend").firstChild.textContent;
    this.acts = made("div", { className: "timing" });
    this.told = made("span");
    this.told.setAttribute("role", "status");
    this.node.querySelector(".typed").after(this.acts);
    this.#listen();
  }

  get isRunning() {
    return Boolean(this.draft.visit.timers[this.name]);
  }

  get text() {
    return this.input.value.trim();
  }

  get seconds() {
    return Math.max(0, Math.round((Date.now() - this.draft.visit.timers[this.name]) / 1000));
  }

  get elapsed() {
    return this.isRunning ? span(this.seconds) : spoken(this.text);
  }

  #listen() {
    const { button, input, na } = this;
    button.hidden = false;
    button.addEventListener("click", () => this.#press());
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("change", () => {
      input.value = spoken(this.text);
      this.draw();
    });
    na?.addEventListener("change", () => this.#naChosen());
  }

  #press() {
    if (this.isRunning) this.#stop();
    else if (this.text) this.#ask(true);
    else this.#start(0);
  }

  pressFromStrip() {
    this.isStopped = this.isRunning;
    if (this.isRunning) this.#stop();
    else this.#undo();
  }

  #start(from) {
    this.#act(() => {
      this.draft.visit.timers[this.name] = Date.now() - from * 1000;
      if (this.na) this.na.checked = false;
    });
  }

  #stop() {
    this.#act(() => {
      const { elapsed } = this;
      delete this.draft.visit.timers[this.name];
      put(this.input, elapsed);
    });
  }

  /** A question that does not apply has no time; what was measured can be had back. */
  #naChosen() {
    const time = this.isRunning ? this.elapsed : spoken(this.text);
    if (!this.na.checked || !time) return this.draw();
    this.na.checked = false;
    return this.#act(() => {
      this.na.checked = true;
      this.input.value = "";
      delete this.draft.visit.timers[this.name];
    }, this.say.taken_out[0].replace("{}", time));
  }

  #typed() {
    if (this.na?.checked && this.text) this.na.checked = false;
    if (!this.#isOpen || this.#before) this.#forget(true);
  }

  #forget(isOpen = false) {
    [this.#isAsking, this.#isOpen, this.#before, this.#word] = [false, isOpen, null, ""];
  }

  /** One act that can be undone; it is on the disk at once. */
  #act(change, word = "") {
    const before = this.#taken();
    this.#forget();
    change();
    [this.#before, this.#word] = [before, word];
    this.#keep();
  }

  #taken() {
    const { timers, given } = this.draft.visit;
    return { text: this.input.value, since: timers[this.name], isNa: Boolean(this.na?.checked), given: given[this.question] };
  }

  /** Without memory of an act (the page was opened anew) a running timer gives way to what stands in the field. */
  #undo() {
    const { text, since, isNa, given } = this.#before ?? { ...this.#taken(), since: undefined };
    const { visit } = this.draft;
    this.input.value = text;
    if (this.na) this.na.checked = isNa;
    set(visit.timers, this.name, since);
    set(visit.given, this.question, given);
    this.#forget();
    this.#keep();
  }

  #keep() {
    this.draft.change();
    this.draft.flush();
    this.judge(this.name);
    this.draw();
  }

  #ask(isAsking) {
    this.#isAsking = isAsking;
    this.draw();
  }

  #unlock() {
    this.#isOpen = true;
    this.draw();
    this.input.focus();
  }

  /** [words, what they do] of all that can be done now, beside starting and stopping. */
  #choices() {
    const { say, text } = this;
    const from = secondsOf(text);
    const named = (key) => say[key][0].replace("{}", spoken(text));
    if (this.#isAsking) {
      const resume = from !== null && [named("resume"), () => this.#start(from)];
      return [resume, [say.measure_anew[0], () => this.#start(0)], [named("leave_time"), () => this.#ask(false)]];
    }
    if (this.isRunning) return [[text ? named("back_to") : say.discard[0], () => this.#undo()]];
    return [text && !this.#isOpen && [say.change_time[0], () => this.#unlock()], this.#before && [say.undo[0], () => this.#undo()]];
  }

  draw() {
    const { button, input, face, acts, isRunning, text } = this;
    [input.hidden, face.hidden, button.hidden] = [isRunning, !isRunning, this.#isAsking];
    input.readOnly = Boolean(text) && !this.#isOpen;
    write(button, this.say[isRunning ? "stop" : "start"][0]);
    button.classList.toggle("running", isRunning);
    if (isRunning) this.tick();
    const hadFocus = acts.contains(document.activeElement);
    write(this.told, this.#isAsking ? this.say.measured[0].replace("{}", spoken(text)) : this.#word);
    acts.classList.toggle("asking", this.#isAsking);
    acts.replaceChildren(this.told, ...this.#choices().filter(Boolean).map((choice) => this.#made(...choice)));
    if (this.#isAsking || hadFocus) (acts.querySelector("button") ?? button).focus();
  }

  #made(text, press) {
    const button = made("button", { type: "button", className: "quiet", textContent: text, disabled: !this.draft.isOpen });
    button.addEventListener("click", press);
    return button;
  }

  tick() {
    write(this.face, this.elapsed);
  }
}

function set(of, name, value) {
  if (value === undefined) delete of[name];
  else of[name] = value;
}
