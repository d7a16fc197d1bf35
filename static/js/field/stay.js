// Entry into the store and exit from it: one tap each, in every section; corrected and taken back in the same place.

import { iso } from "./draft.js";
import { clock } from "./hydrate.js";

const ENDS = ["entered_at", "left_at"];

/** As core/moments.py has it; both are held to tests/core/moments.json. */
export const isReversed = ({ entered_at: entered, left_at: left }) => Boolean(entered && left && Date.parse(left) < Date.parse(entered));

/** What a reading lacks to know of it. */
export const stayProblems = (visit) => (isReversed(visit) ? [{ field: "left_at", key: "left_before_entry", values: {} }] : []);

/** Returns {show, set}: `set(end, at)` notes a time, or refuses it in words and says false. */
export function makeStay(form, draft, say, update) {
  const cards = new Map(ENDS.map((end) => [end, form.querySelector(`.stay [data-end=${end}]`)]));
  const show = () => {
    for (const [end, card] of cards) draw(card, draft.visit[end], say[end === "left_at" ? "left" : "entered"][0]);
  };
  const set = (end, at) => {
    const isRefused = isReversed({ ...draft.visit, [end]: at });
    refuse(cards, isRefused && end, say);
    if (isRefused) return false;
    draft.visit[end] = at;
    draft.change();
    draft.flush();
    update();
    show();
    return true;
  };
  for (const [end, card] of cards) listen(card, end, set, draft.isOpen);
  show();
  return { show, set };
}

function listen(card, end, set, isOpen) {
  const [now, back] = ["now", "back"].map((act) => card.querySelector(`[data-stay=${act}]`));
  const details = card.querySelector("details");
  const input = card.querySelector("input");
  input.disabled = !isOpen;
  now.addEventListener("click", () => set(end, iso()) && details.querySelector("summary").focus());
  back.addEventListener("click", () => set(end, null) && now.focus());
  input.addEventListener("change", (event) => {
    event.stopPropagation();
    if (input.value) set(end, iso(new Date(input.value)));
  });
}

function draw(card, at, said) {
  const details = card.querySelector("details");
  [card.querySelector("[data-stay=now]").hidden, details.hidden] = [Boolean(at), !at];
  details.querySelector("summary").textContent = at ? said.replace("{}", clock(at)) : "";
  details.querySelector("input").value = at ? onPhone(at) : "";
}

/** What is refused stays in its field, to be corrected. */
function refuse(cards, end, say) {
  for (const [name, card] of cards) {
    card.querySelector(".error")?.remove();
    card.classList.toggle("wrong", name === end);
    if (name === end) card.append(Object.assign(document.createElement("p"), { className: "error", role: "alert", textContent: say.left_before_entry[0] }));
  }
}

/** As a field for date and time wants it: on the phone's own clock, as all times of the page. */
const onPhone = (at) => new Date(at).toLocaleString("sv").replace(" ", "T").slice(0, 16);
