// What every page of the field says at its top: the phone cannot save, or somebody has to sign in again.

import { session } from "./api.js";
import { health } from "./database.js";
import { run, watch } from "./queue.js";

const show = (id, isShown) => { document.getElementById(id).hidden = !isShown; };

export function signals(db) {
  if (!document.getElementById("visit")) watchHealth(db);
  for (const button of document.querySelectorAll("[data-sign-in]")) {
    button.addEventListener("click", async () => {
      const { signIn } = await import("./signing.js");
      if (!(await signIn(db.user))) return;
      for (const id of ["signed-out", "other-person"]) show(id, false);
      document.dispatchEvent(new Event("refresh"));
      run(db, true);
    });
  }
  return watch(({ state }) => {
    if (state === "signed_out") showSignedOut();
    else show("signed-out", false);
    show("other-person", state === "other_person");
  });
}

/** Says why, where the server knows: somebody may have ended the session elsewhere. */
export async function showSignedOut() {
  const signal = document.getElementById("signed-out");
  if (!signal.hidden) return;
  signal.hidden = false;
  const ended = (await session())?.ended ?? "";
  for (const part of signal.querySelectorAll("[data-ended]")) part.hidden = part.dataset.ended !== ended;
}

/** The form of a visit has an alarm of its own: only there something may be that was never written. */
function watchHealth(db) {
  const alarm = document.getElementById("cannot-save");
  let isFull = false;
  health.addEventListener("lost", ({ detail }) => {
    alarm.hidden = false;
    isFull = detail?.name === "QuotaExceededError";
    for (const part of alarm.querySelectorAll("[data-why]")) part.hidden = (part.dataset.why === "full") !== isFull;
  });
  // On a full phone something small may still be written; the next photo will not.
  health.addEventListener("well", () => { alarm.hidden = !isFull; });
  alarm.querySelector("[data-save-file]").addEventListener("click", async () => {
    const { saveFile } = await import("./savefile.js");
    const { unsent } = await import("./unsent.js");
    await saveFile(db, await unsent(db));
  });
}
