// One reader for each type of question, as core/answers/readers.py has them: typed text becomes the text that is kept,
// or is refused with a reason.

export const TEXT_LIMIT = 10_000;
const PLACES = 12;

export class Refused extends Error {
  constructor(key, values = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}

export const isNumeric = (type) => ["integer", "decimal", "range", "timer"].includes(type);

/** The value as it is kept. `span`: start, end and step of a range, as text. */
export function read(type, text, span) {
  const reader = READERS[type];
  return reader ? reader(text, span) : cleaned(text);
}

function cleaned(text) {
  const clean = text.normalize("NFC").replace(/\r\n?/g, "\n").replace(/(?![\n\t])\p{Cc}|\p{Cs}/gu, "").trim();
  if ([...clean].length > TEXT_LIMIT) throw new Refused("too_long", { limit: TEXT_LIMIT });
  return clean;
}

export const checkComment = cleaned;

/** A number without what adds nothing to it ("+03,50" is 3.5), or null. Text, because a double would round it. */
export function number(text) {
  const found = /^([+-]?)(\d{1,15})(?:[.,](\d{1,6}))?$/.exec(text.trim().replaceAll("−", "-"));
  if (!found) return null;
  const decimals = (found[3] ?? "").replace(/0+$/, "");
  return (found[1] === "-" ? "-" : "") + found[2].replace(/^0+(?=\d)/, "") + (decimals && `.${decimals}`);
}

function whole(text, key) {
  const found = number(text);
  if (found === null || found.includes(".")) throw new Refused(key, { value: text });
  return found === "-0" ? "0" : found;
}

function decimal(text) {
  const found = number(text);
  if (found === null) throw new Refused("not_a_number", { value: text });
  return found;
}

function range(text, [low, high, step]) {
  const found = decimal(text);
  const [value, start] = [scaled(found), scaled(low)];
  const isAbove = high !== "" && value > scaled(high);
  if (value < start || isAbove || (value - start) % scaled(step)) throw new Refused("out_of_range", { low, high, step });
  return found;
}

function scaled(text) {
  const [whole, decimals = ""] = text.split(".");
  return BigInt(whole + decimals.padEnd(PLACES, "0"));
}

function timer(text) {
  const clocked = /^(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)$/.exec(text);
  if (clocked) return String(3600 * (clocked[1] ?? 0) + 60 * clocked[2] + Number(clocked[3]));
  const found = whole(text, "not_a_time_span");
  if (found.startsWith("-")) throw new Refused("not_a_time_span", { value: text });
  return found;
}

const DATE = String.raw`(\d{4}-\d\d-\d\d)`;
const TIME = String.raw`(([01]\d|2[0-3]):[0-5]\d)(?::[0-5]\d(?:\.\d{1,6})?)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?`;

function date(text, key = "not_a_date") {
  const found = new Date(`${text}T00:00:00Z`);
  const isDay = new RegExp(`^${DATE}$`).test(text) && !Number.isNaN(found.getTime());
  if (!isDay || text < "0001" || !found.toISOString().startsWith(text)) throw new Refused(key, { value: text });
  return text;
}

function time(text) {
  const found = new RegExp(`^${TIME}$`).exec(text);
  if (!found) throw new Refused("not_a_time", { value: text });
  return found[1];
}

function datetime(text) {
  const found = new RegExp(`^${DATE}[T ]${TIME}$`).exec(text);
  if (!found) throw new Refused("not_a_datetime", { value: text });
  const [, day, clock, , zone = ""] = found;
  try {
    date(day);
  } catch {
    throw new Refused("not_a_datetime", { value: text });
  }
  return `${day}T${clock}${zone.replace("Z", "+00:00").replace(/(\d\d):?(\d\d)$/, "$1:$2")}`;
}

function geopoint(text) {
  const parts = text.trim().split(/\s+/);
  const found = parts.map(number);
  const isPlace = parts.length >= 2 && parts.length <= 4 && !found.includes(null);
  if (!isPlace || Math.abs(found[0]) > 90 || Math.abs(found[1]) > 180) throw new Refused("not_a_position", { value: text });
  return parts.join(" ");
}

const READERS = {
  integer: (text) => whole(text, "not_an_integer"),
  decimal,
  range,
  timer,
  date: (text) => date(text),
  time,
  datetime,
  geopoint,
  image: () => "",
};
