// What a visit says when it is sent, written down once and for all.

import { canonical, sha256 } from "./canonical.js";
import { deviceOf } from "./database.js";
import { uuid7 } from "./ids.js";

/** Seals a visit: from here on it does not change, and goes out by itself. `photos`: those that are kept. */
export async function seal(db, visit, photos) {
  const content = await contentOf(db, visit, photos);
  const body = canonical(content);
  const sealed = { body, sha256: await sha256(body), at: Date.now() };
  const done = { ...visit, state: "sealed", sealed, problem: null };
  await db.work(["visits", "meta"], async (tx) => {
    await tx.put("meta", content.sequence, "sequence");
    await tx.put("visits", done);
  });
  return Object.assign(visit, done);
}

/** The content before it is written down; without a store (it may be lost) the numbers of the phone are made up. */
export async function contentOf(db, visit, photos) {
  const { device, sequence, offset } = await phoneOf(db);
  return {
    format: 1,
    visit: visit.id,
    revision: visit.revision,
    assignment: visit.assignment,
    version: visit.version,
    method: visit.method,
    started_at: visit.started_at,
    sealed_at: new Date().toISOString(),
    entered_at: visit.entered_at ?? null,
    left_at: visit.left_at ?? null,
    outcome: visit.outcome ?? "",
    raw: written(visit.raw),
    given: visit.given ?? {},
    photos: photos.map(({ id, question, sha256: hash, size, taken_at }) => ({ id, question, sha256: hash, size, taken_at })),
    removed: visit.removed ?? [],
    jottings: (visit.jottings ?? []).map(({ id, section, text, at }) => ({ id, section, text, at })),
    device,
    sequence: sequence + 1,
    app: document.documentElement.dataset.build ?? "",
    clock_offset_ms: offset,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? "",
  };
}

/** Empty fields are left out; jottings and photos go their own way. */
const written = (raw) =>
  Object.fromEntries(
    Object.entries(raw ?? {}).filter(([name, texts]) => !/^(jotting|p)-/.test(name) && texts.some((text) => text.trim())),
  );

async function phoneOf(db) {
  try {
    const device = await deviceOf(db);
    return await db.work(["meta"], async (tx) => {
      const sequence = (await tx.get("meta", "sequence")) ?? 0;
      return { device, sequence, offset: (await tx.get("meta", "clock_offset_ms")) ?? null };
    });
  } catch {
    return { device: uuid7(), sequence: 0, offset: null };
  }
}
