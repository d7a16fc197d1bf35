// A phone that cannot save posts the form as a page without script does, with all that only this page knows.

import { clock } from "./hydrate.js";

/** Whatever has to be asked was asked already. */
export function post(form, draft, act) {
  const { visit } = draft;
  for (const end of ["entered_at", "left_at"]) hold(form, end, visit[end] ?? "");
  for (const { section, text, at } of visit.jottings) {
    const box = form.elements[`jotting-${section}`];
    box.value = [box.value, `${clock(at)} ${text}`].filter(Boolean).join("\n");
  }
  hold(form, "act", `${act.split("_")[0]}_anyway`);
  form.submit();
}

/** An instant says more than a field for date and time, which is on the phone's own clock. */
function hold(form, name, value) {
  for (const input of form.querySelectorAll(`input[name=${name}]`)) input.remove();
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
}
