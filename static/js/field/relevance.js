// Skip logic: hides the questions that the answers so far leave out, as core/answers.py does when it judges.

import { asText, holds, value } from "./conditions.js";

/** Returns a function that brings the page up to date with its answers. */
export function follow(form) {
  const today = form.dataset.today;
  const sections = [...form.querySelectorAll("[data-section]")].map((page) => ({
    relevant: tree(page, "relevant"),
    questions: [...page.querySelectorAll("[data-q]")].map(question),
  }));
  return () => {
    const typed = new Map(sections.flatMap((section) => section.questions.map((q) => [q.name, q.typed()])));
    const answer = (name) => typed.get(name) ?? "";
    const isOpen = (condition) => !condition || holds(condition, answer, today);
    for (const section of sections) {
      for (const q of section.questions) {
        const isRelevant = isOpen(section.relevant) && isOpen(q.relevant);
        if (!isRelevant) typed.set(q.name, "");
        else if (q.calculation) typed.set(q.name, asText(value(q.calculation, answer, today)));
        if (!q.isSilent) q.node.hidden = !isRelevant;
      }
    }
  };
}

const tree = (node, name) => (node.dataset[name] ? JSON.parse(node.dataset[name]) : null);

function question(node) {
  const name = node.dataset.q;
  const inputs = [...node.querySelectorAll("[name]")];
  const own = inputs.filter((input) => input.name === `q-${name}`);
  const na = inputs.find((input) => input.name === `na-${name}`);
  return {
    name,
    node,
    isSilent: node.localName === "span",
    relevant: tree(node, "relevant"),
    calculation: tree(node, "calculation"),
    typed: () => (na?.checked ? "" : (node.dataset.value ?? number(node.dataset.number, given(own)))),
  };
}

/** What is typed or chosen in these controls of one question. */
export function given(inputs) {
  const isChosen = (input) => !/^(radio|checkbox)$/.test(input.type) || input.checked;
  return inputs.filter(isChosen).map((input) => input.value.trim()).filter(Boolean).join(" ");
}

/** A number as it will be kept, "3,5" as 3.5 and 2:10 as 130; what cannot be read stays as typed. */
function number(kind, text) {
  const clock = kind === "timer" && /^(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)$/.exec(text);
  if (clock) return String(3600 * (clock[1] ?? 0) + 60 * clock[2] + Number(clock[3]));
  const plain = text.replace("−", "-");
  if (!kind || !/^[+-]?\d{1,15}([.,]\d{1,6})?$/.test(plain)) return text;
  const found = Number(plain.replace(",", "."));
  return kind === "decimal" || Number.isInteger(found) ? String(found) : text;
}
