// Small things that save taps. Nothing here is needed to fill the form.

import { iso } from "./draft.js";
import { clock, clockThere } from "./hydrate.js";

/** A second tap on a chosen answer, or Backspace, takes it back. */
export function makeChoicesClearable(form) {
  let before = null;
  const remember = (event) => {
    const input = event.target.closest?.(".pick")?.querySelector("input[type=radio]");
    before = input?.checked ? input : null;
  };
  form.addEventListener("pointerdown", remember);
  form.addEventListener("click", ({ target }) => {
    if (target === before && target.checked) clear(target);
  });
  form.addEventListener("keydown", ({ key, target }) => {
    if (target.type === "radio" && (key === "Backspace" || key === "Delete")) clear(target);
  });
}

function clear(input) {
  input.checked = false;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

export function makeNowButtons(form, draft) {
  for (const button of form.querySelectorAll(".typed > .now")) {
    button.hidden = false;
    button.addEventListener("click", () => put(button.previousElementSibling, clockThere(Date.now(), draft.visit.timezone)));
  }
}

export function put(input, text) {
  input.value = text;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** One tap starts, one tap stops. When it was started is kept with the draft, so that it runs on whatever happens. */
export function makeTimers(form, draft, say) {
  const { timers } = draft.visit;
  for (const button of form.querySelectorAll("button.timer")) {
    const input = button.previousElementSibling;
    let ticking = 0;
    const elapsed = () => Math.round((Date.now() - timers[input.name]) / 1000);
    const show = () => { input.value = span(elapsed()); };
    const run = () => {
      show();
      ticking = setInterval(show, 250);
      button.textContent = say.stop[0];
      button.classList.add("running");
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      if (!ticking) {
        timers[input.name] = Date.now();
        draft.change();
        draft.flush();
        return run();
      }
      ticking = clearInterval(ticking);
      const text = span(elapsed());
      delete timers[input.name];
      button.textContent = say.start[0];
      button.classList.remove("running");
      put(input, text);
    });
    if (timers[input.name]) run();
  }
}

const span = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** "I have left the store", with its time; can be taken back. Returns a function that shows it anew. */
export function makeLeft(form, draft, say) {
  const card = form.querySelector(".left");
  const [now, back] = ["now", "back"].map((act) => card.querySelector(`[data-left=${act}]`));
  const show = () => {
    const { left_at: at } = draft.visit;
    card.querySelector("[role=status]").textContent = at ? say.left[0].replace("{}", clock(at)) : "";
    [now.hidden, back.hidden] = [Boolean(at), !at];
  };
  card.addEventListener("click", ({ target }) => {
    const act = target.dataset?.left;
    if (!act) return;
    draft.visit.left_at = act === "now" ? iso() : null;
    draft.change();
    show();
    (act === "now" ? back : now).focus();
  });
  show();
  return show;
}
