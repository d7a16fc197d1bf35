// The queue: sealed visits go out by themselves, one after the other; a visit that cannot go never holds up the others.

import * as api from "./api.js";
import { open, signed } from "./database.js";
import { Later, NeedsAttention, Stumbled, deliver, keepDraft } from "./delivery.js";
import { askForSync, askToPersist } from "./worker.js";

export { contentOf, seal } from "./sealing.js";

const EVERY = 30_000;
const SOON = 1_000;
const QUIET = 200;
const LONGEST = 300_000;

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("fieldstudy") : null;
const listeners = new Set();
let now = { state: "idle", until: 0, progress: null };
let failures = 0;
let soon;
let last = Date.now();

/** `listener({state, until, progress})` hears of every change, in this tab and in others. Returns how to stop. */
export function watch(listener) {
  listeners.add(listener);
  listener(now);
  return () => listeners.delete(listener);
}

function tell(change) {
  now = { ...now, progress: null, ...change };
  for (const listener of listeners) listener(now);
  channel?.postMessage("changed");
}

channel?.addEventListener("message", () => {
  for (const listener of listeners) listener(now);
});

/** Runs soon: after a save, when the connection is back, when the page is looked at, every 30 seconds. At once after a
 * rest; then as soon as nothing more is written, and once a second for whoever writes on and on.
 */
export function nudge() {
  clearTimeout(soon);
  soon = setTimeout(start, Math.min(QUIET, Math.max(0, last + SOON - Date.now())));
}

async function start() {
  last = Date.now();
  const who = await signed();
  if (who) await run(open(who.user));
}

addEventListener("online", () => {
  failures = 0;
  now.until = Math.min(now.until, now.isOrdered ? now.until : 0);
  nudge();
});
document.addEventListener("visibilitychange", () => document.hidden || nudge());
navigator.serviceWorker?.addEventListener("message", ({ data }) => data === "send" && nudge());
setInterval(nudge, EVERY);
nudge();

/** Sends all that waits. Only one tab of one person does so at a time. `force`: a person asked for it. */
export function run(db, force = false) {
  // Asked when its turn comes: the server may have told the one before to wait.
  const work = async () => {
    if (Date.now() >= now.until || (force && !now.isOrdered)) await drain(db);
  };
  return navigator.locks ? navigator.locks.request(`fieldstudy-sender-${db.user}`, work) : work();
}

async function drain(db) {
  try {
    if (!(await isAllowed(db))) return;
    const stumbles = [];
    const each = (state, act) => inTurn(db, state, act, stumbles);
    await each("draft", keepDraft);
    await each("sealed", one);
    if (stumbles.length) throw stumbles[0];
    failures = 0;
    tell({ state: "idle", until: 0, isOrdered: false });
  } catch (error) {
    if (error instanceof Later) pause(error);
    else if (!(error instanceof DOMException)) throw error;
  }
}

async function inTurn(db, state, act, stumbles) {
  for (const visit of await waiting(db, state)) {
    await act(db, visit).catch((error) => {
      if (!(error instanceof Stumbled)) throw error;
      stumbles.push(error);
    });
  }
}

const isTouched = (visit) =>
  visit.state === "sealed" || (visit.saved_at ?? 0) > Math.max(visit.backed_up_at ?? 0, visit.refused_at ?? 0);

const waiting = async (db, state) =>
  (await db.list("visits"))
    .filter((visit) => visit.state === state && isTouched(visit))
    .sort((a, b) => (a.sealed?.at ?? 0) - (b.sealed?.at ?? 0));

/** Whether there is anything to send, and the server knows us as the person whose store this is. */
async function isAllowed(db) {
  const visits = await db.list("visits");
  if (!visits.some((visit) => ["draft", "sealed"].includes(visit.state) && isTouched(visit))) {
    if (now.state !== "idle") tell({ state: "idle" });
    return false;
  }
  askToPersist();
  const found = await api.session();
  if (!found) throw new Later("offline");
  await db.put("meta", found.offset, "clock_offset_ms");
  if (!found.user) throw new Later("signed_out");
  if (found.user !== db.user) throw new Later("other_person");
  return true;
}

async function one(db, visit) {
  const arrived = (progress) => {
    failures = 0;
    tell({ state: "sending", progress });
  };
  tell({ state: "sending", progress: { visit: visit.id } });
  try {
    await deliver(db, visit, arrived);
    failures = 0;
  } catch (error) {
    if (!(error instanceof NeedsAttention)) throw error;
    await db.put("visits", { ...visit, state: "attention", problem: error.key });
  }
}

/** The whole queue rests: as long as the server asked for, else a random part of a span that doubles up to 5 minutes. */
function pause({ state, seconds }) {
  const span = Math.min(LONGEST, 1_000 * 2 ** failures);
  failures += 1;
  const rest = seconds ? seconds * 1_000 : Math.random() * span;
  tell({ state, until: Date.now() + rest, isOrdered: Boolean(seconds) });
  if (state === "offline") askForSync();
  setTimeout(nudge, rest);
}
