// The words of the phone's own pages, in the language of the page, and small ways of saying numbers and times.

const place = document.getElementById("words");
export const say = place ? JSON.parse(place.dataset.say) : {};

const language = document.documentElement.lang;

/** Fills the place of a sentence; of two forms the one for this number. */
export const put = (pattern, value, number = value) =>
  (Array.isArray(pattern) ? pattern[number === 1 ? 0 : 1] : pattern).replace("{}", value);

/** As the server writes it: 27 November 2026, 01:52. With a time zone where the store's clock counts. */
export function moment(ms, timeZone) {
  const parts = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric", timeZone }).formatToParts(ms);
  const [day, month, year] = ["day", "month", "year"].map((type) => parts.find((part) => part.type === type).value);
  return `${day} ${month} ${year}, ${clock(ms, timeZone)}`;
}

export const clock = (ms, timeZone) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone }).format(ms);

/** 3.4 MB, 12 GB: decimal, as phones count. */
export function size(bytes) {
  const [power, unit] = bytes >= 1e9 ? [1e9, "gigabyte"] : [1e6, "megabyte"];
  const maximumFractionDigits = bytes < 10 * power ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits }).format(bytes / power);
}

/** An element; properties go by their name, `data-…` and `aria-…` as attributes; children may be texts or nothing. */
export function el(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (/^(data|aria)-/.test(key)) made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.flat().filter((child) => child || child === 0));
  return made;
}

export const button = (text, kind, act) => el("button", { type: "button", className: `button ${kind}`, textContent: text, onclick: act });

export const link = (text, href, className = "") => el("a", { href, className, textContent: text });

/** What the server drew and the phone kept, as a piece of page. */
export function drawn(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}
