// Signing in again without leaving the page, and signing out without losing what was not sent.

import { forgetToken, reason, send, session } from "./api.js";
import { open, setSigned, signed } from "./database.js";
import { unsent } from "./unsent.js";

const PROBLEMS = { 401: "wrong", 409: "other", 429: "often" };
const CLOSED = ["deactivated", "no_role", "needs_code"];

/** Asks for e-mail and password of this very person; true once the server knows them again. */
export function signIn(user) {
  const dialog = document.getElementById("sign-in");
  return answered(dialog, async ({ email, password }) => {
    const body = JSON.stringify({ email: email.value, password: password.value, user });
    forgetToken();
    const answer = await send("POST", "/api/v1/session", body, { "Content-Type": "application/json" });
    password.value = "";
    if (!answer) return "offline";
    forgetToken();
    if (answer.ok) return "";
    const said = answer.status === 403 ? await reason(answer) : "";
    return CLOSED.includes(said) ? said : (PROBLEMS[answer.status] ?? "wrong");
  });
}

/** Opens a dialog; `act` gives the name of a problem, or nothing when all is done. */
function answered(dialog, act) {
  const form = dialog.querySelector("form");
  const told = (problem) => { for (const line of dialog.querySelectorAll("[data-problem]")) line.hidden = line.dataset.problem !== problem; };
  told("");
  dialog.showModal();
  return new Promise((resolve) => {
    form.onsubmit = async (event) => {
      if (["close", "stay"].includes(event.submitter?.value)) return;
      event.preventDefault();
      const problem = await act(form.elements);
      told(problem);
      if (problem) return;
      resolve(true);
      dialog.close();
    };
    dialog.onclose = () => resolve(false);
  });
}

/** The footer's form: what was not sent is named first, and stays on the phone for its author alone. */
function watchSignOut() {
  const form = document.querySelector("[data-sign-out]");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const db = await own();
    const left = db ? await unsent(db) : [];
    if (left.length) await mayLeave(db, left, form);
    else await leave(db, left, form);
  });
}

async function own() {
  const known = await signed();
  return known && open(known.user);
}

function mayLeave(db, left, form) {
  const dialog = document.getElementById("leaving");
  dialog.querySelector("[data-unsent]").replaceChildren(...left.map((visit) => Object.assign(document.createElement("li"), { textContent: visit.store })));
  dialog.querySelector("[data-save-file]").onclick = async () => (await import("./savefile.js")).saveFile(db, left);
  return answered(dialog, () => leave(db, left, form));
}

/** Without a connection nobody is signed out, and nothing is taken away. */
async function leave(db, left, form) {
  const found = await session();
  document.getElementById("cannot-leave").hidden = Boolean(found);
  if (!found) return "offline";
  await clear(db, left);
  form.elements.csrf_token.value = found.token;
  form.submit();
  return "";
}

/** Everything of this person goes, but for what was not sent. */
async function clear(db, left) {
  await setSigned(null);
  await (await import("./kept.js")).dropPictures();
  if (!left.length) return db?.erase();
  const { forget } = await import("./copies.js");
  const kept = new Set(left.map((visit) => visit.id));
  for (const { id } of await db.list("visits")) if (!kept.has(id)) await forget(db, id);
  await db.work(["assignments", "meta"], async (tx) => {
    for (const { id } of await tx.list("assignments")) await tx.delete("assignments", id);
    for (const key of ["synced_at", "rooms"]) await tx.delete("meta", key);
  });
}

/** The shell has no token of its own: it is fetched when the language is changed. */
function watchLanguage() {
  for (const form of document.querySelectorAll("form[data-locale]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const found = await session();
      if (!found) return;
      const known = await signed();
      if (known) await setSigned({ ...known, locale: form.dataset.locale });
      form.elements.csrf_token.value = found.token;
      form.submit();
    });
  }
}

/** Until here the buttons of the shell were shut: without a token they would lead nowhere. */
export function watchFoot() {
  for (const button of document.querySelectorAll(".foot button")) button.disabled = false;
  watchSignOut();
  watchLanguage();
}
