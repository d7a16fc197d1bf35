// What a draft says to a question, in the words of the page: its title, and what was chosen, typed or noted.

import { spoken } from "./timers.js";
import { moment } from "./words.js";

const LONGEST = 90;
const SIGNS = { date: "T12:00", "datetime-local": "" };
const TIMES = { entered_at: "to_entered", left_at: "to_left" };

/** Returns {title, anchor, text} by the name of a field; `text` is of a draft, or "" where it says nothing. */
export function makeValues(form, sections, say) {
  const questions = new Map(sections.flatMap(({ questions: all }) => all.map((q) => [`q-${q.name}`, q])));
  const places = new Map(sections.map(({ name, label }) => [name, label]));
  const controls = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  const labelOf = (name, value) => {
    const control = controls(name).find((one) => one.value === value);
    const label = control?.closest("label");
    return label?.querySelector("abbr")?.title ?? label?.textContent.trim() ?? value;
  };
  const one = (name, value) => {
    const [control] = controls(name);
    if (["radio", "checkbox"].includes(control?.type)) return labelOf(name, value);
    if (control?.closest(".stopwatch")) return spoken(value.trim());
    return control?.type in SIGNS ? dayOf(value, control.type) : shortened(value.trim());
  };

  function title(name) {
    if (name in TIMES) return say[TIMES[name]][0];
    if (questions.has(name)) return questions.get(name).label;
    const [, part, section] = /^([a-z_]+)-(.*)$/.exec(name) ?? [];
    const [control] = controls(name);
    const legend = control?.closest("fieldset")?.querySelector("legend").firstChild ?? form.querySelector(`[for="met-${CSS.escape(section)}"]`);
    return [places.get(section) ?? section, legend?.textContent.trim() ?? part].join(": ");
  }

  /** A touchpoint's own fields stand together. */
  const anchor = (name) => `#${name.replace(/^(feeling|arousal|crowding|met_at)-/, "feeling-")}`;

  function text(name, draft) {
    if (name in TIMES) return draft[name] ? moment(Date.parse(draft[name])) : "";
    const given = (field) => (draft.raw?.[field] ?? []).filter((each) => each.trim());
    const [na, comment] = ["na-", "c-"].map((kind) => name.replace(/^q-/, kind));
    const said = given(na).length && na !== name ? [labelOf(na, given(na)[0])] : given(name).map((value) => one(name, value));
    const words = comment !== name && given(comment).length ? [`${say.comment_word[0]}: ${shortened(given(comment).join(" "))}`] : [];
    return [said.join(", "), ...words].filter(Boolean).join(" · ");
  }

  return { title, anchor, text };
}

const shortened = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST).trimEnd()}…` : text);

/** A day, or a day and a time, as the reader writes it. */
function dayOf(value, type) {
  const at = Date.parse(value + SIGNS[type]);
  const style = { dateStyle: "medium", ...(type === "date" ? {} : { timeStyle: "short" }) };
  return Number.isNaN(at) ? value : new Intl.DateTimeFormat(document.documentElement.lang, style).format(at);
}
