// Small things that save taps. Nothing here is needed to fill the form.

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

export function makeNowButtons(form) {
  for (const button of form.querySelectorAll("button.now")) {
    button.hidden = false;
    button.addEventListener("click", () => put(button.previousElementSibling, clock(new Date())));
  }
}

const clock = (moment) => moment.toTimeString().slice(0, 5);

function put(input, text) {
  input.value = text;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** One tap starts, one tap stops. A running timer survives a reload of the page. */
export function makeTimers(form, say) {
  for (const button of form.querySelectorAll("button.timer")) {
    const input = button.previousElementSibling;
    const key = `${form.action} ${input.name}`;
    let ticking = 0;
    const elapsed = () => Math.round((Date.now() - Number(sessionStorage.getItem(key))) / 1000);
    const show = () => { input.value = span(elapsed()); };
    const run = () => {
      ticking = setInterval(show, 250);
      button.textContent = say.stop[0];
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      if (!ticking) {
        sessionStorage.setItem(key, Date.now());
        return run();
      }
      ticking = clearInterval(ticking);
      put(input, span(elapsed()));
      sessionStorage.removeItem(key);
      button.textContent = say.start[0];
    });
    if (sessionStorage.getItem(key)) run();
  }
}

const span = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
