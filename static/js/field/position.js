// Where the phone is, as an answer: advice, never a gate. "latitude longitude altitude accuracy", as XLSForm has it.

import { put } from "./comforts.js";

const PATIENCE = { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 };
const REFUSED = 1;

export function makePositions(form, say) {
  for (const button of form.querySelectorAll("button.here")) {
    const card = button.closest("fieldset");
    const input = card.querySelector(".stopwatch input");
    const told = card.querySelector(".accuracy");
    const show = () => { told.textContent = accuracy(input.value, say); };
    if (!navigator.geolocation) continue;
    button.hidden = false;
    show();
    input.addEventListener("change", show);
    button.addEventListener("click", () => {
      told.textContent = say.locating[0];
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => put(input, written(coords)),
        ({ code }) => { told.textContent = (code === REFUSED ? say.refused : say.unlocated)[0]; },
        PATIENCE,
      );
    });
  }
}

/** Five decimals are about a metre; more would be untrue. */
function written({ latitude, longitude, altitude, accuracy: metres }) {
  return `${latitude.toFixed(5)} ${longitude.toFixed(5)} ${(altitude ?? 0).toFixed(0)} ${Math.ceil(metres)}`;
}

function accuracy(text, say) {
  const metres = text.trim().split(/\s+/)[3];
  return metres ? say.within[0].replace("{}", metres) : "";
}
