// The checklist as the page holds it, and skip logic: hides the questions that the answers so far leave out.

import { controlsOf } from "./hydrate.js";
import { put } from "./progress.js";

/** Sections with their questions, read once from the page's attributes. */
export const definitions = (form) => {
  const { names } = controlsOf(form);
  return [...form.querySelectorAll("[data-section]")].map((page) => ({
    name: page.dataset.section,
    page,
    label: page.querySelector("h2").textContent,
    relevant: tree(page, "relevant"),
    questions: Array.from(page.querySelectorAll("[data-q]"), (node) => question(node, names)),
  }));
};

const tree = (node, name) => (node.dataset[name] ? JSON.parse(node.dataset[name]) : null);

function question(node, names) {
  const { q: name, type } = node.dataset;
  const isCard = node.localName === "fieldset";
  return {
    name,
    node,
    type,
    get label() { return isCard ? node.querySelector("legend").firstChild.textContent : ""; },
    isAsked: isCard,
    isFixed: !isCard && type !== "note",
    isRequired: "required" in node.dataset,
    asksPhoto: "photo" in node.dataset,
    asksReceipt: node.dataset.photo === "receipt",
    allowsNa: names.has(`na-${name}`),
    options: isCard && type.startsWith("select") ? [...node.querySelectorAll(".pick input")].map(option) : null,
    value: node.dataset.value,
    span: tree(node, "span"),
    relevant: tree(node, "relevant"),
    calculation: tree(node, "calculation"),
    constraint: tree(node, "constraint"),
    messages: { required: node.dataset.required, constraint: node.dataset.message },
  };
}

const option = (input) => ({
  name: input.value,
  isNa: input.parentNode.classList.contains("na"),
  isExclusive: "exclusive" in input.dataset,
  get label() { return input.parentNode.textContent.trim(); },
});

/** Brings the page up to date with a reading. */
export function follow(sections, reading) {
  for (const { questions } of sections) {
    for (const q of questions) {
      if (q.node.localName === "span") continue;
      const isHidden = !reading.relevant.has(q.name);
      if (q.node.hidden !== isHidden) q.node.hidden = isHidden;
      if (q.isFixed) put(q.node.querySelector("strong"), reading.typed.get(q.name));
    }
  }
}
