// A whole form judged as core/answers does; both are held to tests/core/judging.json.

import { asText, holds, value } from "./conditions.js";
import { checkComment, isNumeric, number, read, Refused } from "./readers.js";

const SCALES = { feeling: [-2, 2], arousal: [0, 3] };
/** So often at most a form is judged until nothing changes, as in core/answers. */
const PASSES = 8;
const CROWDINGS = ["empty", "normal", "crowded"];

/** `automatic`: what the phone knows by itself, by type; `photos`: pictures of each question, by its name;
 * `running`: the questions whose timer was not stopped: they have no answer yet, whatever was measured before.
 */
export function judge(sections, raw, today, photos = {}, automatic = {}, running = []) {
  let seen = new Map(sections.flatMap((section) => section.questions.map((q) => [q.name, asTyped(q, raw)])));
  for (const name of running) seen.set(name, "");
  for (let pass = 1; ; pass += 1) {
    const reading = judgeOnce(sections, raw, today, photos, automatic, running, new Map(seen));
    if (pass === PASSES || [...seen].every(([name, text]) => reading.typed.get(name) === text)) return reading;
    seen = reading.typed;
  }
}

/** Conditions see what is in `typed`, and afterwards it holds what came of it. */
function judgeOnce(sections, raw, today, photos, automatic, running, typed) {
  const answer = (name) => typed.get(name) ?? "";
  const isOpen = (condition) => !condition || holds(condition, answer, today);
  const reading = { typed, given: new Set(), relevant: new Set(), problems: [], missing: new Set(), running: new Set(running) };
  for (const section of sections) {
    for (const q of section.questions) {
      if (!isOpen(section.relevant) || !isOpen(q.relevant)) typed.set(q.name, "");
      else judgeOne(q, raw, answer, today, photos[q.name] ?? 0, automatic, reading);
    }
  }
  for (const section of sections) {
    if (section.questions.some((q) => reading.relevant.has(q.name))) judgeEncounter(section.name, raw, reading);
  }
  return reading;
}

function judgeOne(q, raw, answer, today, pictures, automatic, reading) {
  reading.relevant.add(q.name);
  if (q.isFixed) return reading.typed.set(q.name, fixed(q, answer, today, automatic));
  if (!q.isAsked) return;
  let found = { value: "", isNa: false };
  let problem = null;
  try {
    if (reading.running.has(q.name)) throw new Refused("still_running");
    found = understood(q, raw);
    const isGiven = found.isNa || found.value !== "" || (q.type === "image" && pictures > 0);
    if (q.isRequired && !isGiven) throw new Refused(q.type === "image" ? "photo_required" : "required");
    if (isGiven) reading.given.add(q.name);
    if (!found.isNa) checkConstraint(q, found.value, answer, today);
    reading.typed.set(q.name, found.value);
  } catch (refused) {
    problem = told(refused, `q-${q.name}`);
    reading.given.delete(q.name);
    reading.problems.push(problem);
  }
  if (q.asksPhoto && !pictures && !(found.isNa && !problem) && problem?.key !== "photo_required") reading.missing.add(q.name);
}

function told(refused, field) {
  if (!(refused instanceof Refused)) throw refused;
  return { field, key: refused.key, values: refused.values };
}

function checkConstraint(q, kept, answer, today) {
  if (!kept || !q.constraint) return;
  const own = (name) => (name === q.name ? kept : answer(name));
  if (!holds(q.constraint, own, today, kept)) throw new Refused("constraint");
}

function fixed(q, answer, today, automatic) {
  if (!q.calculation) return automatic[q.type] ?? q.value;
  const found = value(q.calculation, answer, today);
  return typeof found === "number" && Number.isNaN(found) ? "" : asText(found);
}

/** As conditions see it before it is judged: "3,5" is a number already, and what cannot be read stays as typed. */
function asTyped(q, raw) {
  const text = (raw[`q-${q.name}`] ?? []).map((one) => one.trim()).filter(Boolean).join(" ");
  if (!text || !isNumeric(q.type)) return text;
  try {
    return read(q.type, text, q.span);
  } catch {
    return text;
  }
}

function understood(q, raw) {
  const values = (raw[`q-${q.name}`] ?? []).filter((text) => text.trim());
  checkComment((raw[`c-${q.name}`] ?? []).join("\n"));
  if (q.options) return chosen(q, values);
  const isNa = q.allowsNa && (raw[`na-${q.name}`] ?? []).some(Boolean);
  if (isNa && values.length) throw new Refused(q.type === "timer" ? "na_or_time" : "na_or_answer");
  if (!values.length) return { value: "", isNa };
  if (values.length > 1) throw new Refused("one_value");
  return { value: read(q.type, values[0].trim(), q.span), isNa: false };
}

function chosen(q, values) {
  const picked = new Set(values.flatMap((text) => text.trim().split(/\s+/)));
  const names = q.options.map((option) => option.name);
  for (const name of picked) {
    if (!names.includes(name)) throw new Refused("unknown_choice", { value: name, allowed: names.join(", ") });
  }
  if (q.type === "select_one" && picked.size > 1) throw new Refused("one_choice");
  const isNa = q.options.some((option) => option.isNa && picked.has(option.name));
  if (isNa && picked.size > 1) throw new Refused("na_alone");
  const alone = [...picked].find((name) => q.options.some((option) => option.isExclusive && option.name === name));
  if (alone && picked.size > 1) throw new Refused("exclusive", { value: alone });
  return { value: names.filter((name) => picked.has(name)).join(" "), isNa };
}

function judgeEncounter(section, raw, reading) {
  const first = (part) => (raw[`${part}-${section}`]?.[0] ?? "").trim();
  const refuse = (part, key, values) => reading.problems.push({ field: `${part}-${section}`, key, values });
  const crowding = first("crowding");
  if (crowding && !CROWDINGS.includes(crowding)) {
    return refuse("crowding", "unknown_choice", { value: crowding, allowed: CROWDINGS.join(", ") });
  }
  for (const [part, [low, high]] of Object.entries(SCALES)) {
    const step = first(part) && Number(number(first(part)) ?? NaN);
    const isIn = step === "" || (Number.isInteger(step) && step >= low && step <= high);
    if (!isIn) return refuse(part, "out_of_range", { low, high, step: 1 });
  }
  const at = first("met_at");
  try {
    if (at) read("time", at);
  } catch (refused) {
    refuse("met_at", refused.key, refused.values);
  }
}
