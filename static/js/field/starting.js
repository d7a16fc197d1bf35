// Begins a visit on the phone: under an id of its own, with or without a connection.

import { session } from "./api.js";
import { uuid7 } from "./ids.js";
import { keepForm, lackingOf } from "./kept.js";
import { dayOf } from "./sync.js";

/** False when the form is neither here nor to be had. Two taps begin one visit. */
export async function start(db, task) {
  const begun = (await db.list("visits")).find((visit) => visit.assignment === task.id && visit.state === "draft");
  if (begun) return go(begun.id);
  const isHere = await isFormHere(task);
  if (!isHere) return startThere(task);
  const visit = newVisit(task);
  await db.put("visits", visit);
  return go(visit.id);
}

const go = (id) => {
  location.assign(`/field/visits/${id}`);
  return true;
};

async function isFormHere(task) {
  if (!navigator.serviceWorker?.controller || !("caches" in globalThis)) return false;
  if ((await lackingOf(task.form)) === null) await keepForm(task.form, document.documentElement.dataset.build).catch(() => {});
  return (await lackingOf(task.form))?.length === 0;
}

function newVisit(task) {
  const now = new Date();
  return {
    id: uuid7(), assignment: task.id, version: task.version, method: task.method, form: task.form,
    store: task.store, timezone: task.timezone, today: dayOf(now, task.timezone), revision: 1, state: "draft",
    raw: {}, given: {}, removed: [], jottings: [], stamps: [], started_at: now.toISOString(), entered_at: null, left_at: null, outcome: "",
    saved_at: 0, backed_up_at: 0, server: { reasons: [], photos: [], jottings: [] }, sealed: null, receipt: null, sent_at: null, problem: null,
  };
}

/** A browser that keeps no pages begins on the server, as without script. */
async function startThere(task) {
  const found = await session();
  if (!found?.user) return false;
  const form = document.createElement("form");
  form.method = "post";
  form.action = `/field/assignments/${task.id}/start`;
  form.append(hidden("csrf_token", found.token), hidden("visit_id", uuid7()));
  document.body.append(form);
  form.submit();
  return true;
}

function hidden(name, value) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  return input;
}
