// Small things that save taps. Nothing here is needed to fill the form.

import { clockThere } from "./hydrate.js";

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
    button.addEventListener("click", () => put(button.closest(".typed").querySelector("input"), clockThere(Date.now(), draft.visit.timezone)));
  }
}

export function put(input, text) {
  input.value = text;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
