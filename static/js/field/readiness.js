// Whether an assignment can be done without a connection. Green is said only after looking, never by hope.

import { uuid7 } from "./ids.js";
import { hasPictures, lackingOf } from "./kept.js";

/** Empty when everything is on this phone, else what is missing: worker, briefing, form, files, pictures or store. */
export async function problemOf(db, task) {
  if (!navigator.serviceWorker?.controller || !("caches" in globalThis)) return "worker";
  if (!(await db.get("assignments", task.id))?.briefing) return "briefing";
  const lacking = task.form ? await lackingOf(task.form) : null;
  if (!lacking) return "form";
  if (lacking.length) return "files";
  if (!(await hasPictures((task.pictures ?? []).map(({ url }) => url)))) return "pictures";
  return (await keepsWhatIsWritten(db)) ? "" : "store";
}

/** Looks at every task and keeps the finding beside it. */
export async function check(db, tasks) {
  for (const task of tasks) {
    const problem = await problemOf(db, task);
    await db.work(["assignments"], async (tx) => {
      const present = await tx.get("assignments", task.id);
      if (present) await tx.put("assignments", { ...present, ready: { at: Date.now(), problem } });
    });
    task.ready = { at: Date.now(), problem };
  }
}

/** Another page may be looking at the same time. */
const TEST = `test-${uuid7()}`;

async function keepsWhatIsWritten(db) {
  const written = crypto.getRandomValues(new Uint8Array(1024)).buffer;
  try {
    await db.put("bytes", written, TEST);
    const read = await db.get("bytes", TEST);
    await db.delete("bytes", TEST);
    return String(new Uint8Array(read)) === String(new Uint8Array(written));
  } catch {
    return false;
  }
}

/** {used, free, share, isKept}: bytes, and whether the browser has promised not to clear them; null where unknown. */
export async function room() {
  const found = await navigator.storage?.estimate?.().catch(() => null);
  if (!found?.quota) return null;
  const isKept = (await navigator.storage.persisted?.()) ?? false;
  return { used: found.usage, free: found.quota - found.usage, share: found.usage / found.quota, isKept };
}
