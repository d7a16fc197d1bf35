// Conditions of a checklist, judged as core/conditions.py does; both are held to tests/core/conditions.json.

const MOMENT = /^(?:(\d{4}-\d\d-\d\d)(?:T(?=.)|$))?(?:([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?(?:Z|[+-]\d\d(?::?\d\d)?)?)?$/;
const DAY = 86_400_000;

const RELATIONS = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** The value of a tree; `answer` gives the text of a question by its name, `today` is an ISO date. */
export function value(tree, answer, today, dot = "") {
  const [kind, ...parts] = tree;
  const read = (part) => value(part, answer, today, dot);
  switch (kind) {
    case "literal":
      return parts[0];
    case "answer":
      return answer(parts[0]);
    case "dot":
      return dot;
    case "today":
      return days(today);
    case "not":
      return !truth(read(parts[0]));
    case "selected":
      return isSelected(read(parts[0]), read(parts[1]));
    case "and":
      return parts.every((part) => truth(read(part)));
    case "or":
      return parts.some((part) => truth(read(part)));
    default:
      return compares(kind, read(parts[0]), read(parts[1]));
  }
}

export const holds = (tree, answer, today, dot = "") => truth(value(tree, answer, today, dot));

export const asText = (found) => (typeof found === "number" ? plain(found) : String(found));

const truth = (found) => Boolean(found);

function compares(relation, left, right) {
  const kinds = [typeof left, typeof right];
  const isOrder = relation !== "=" && relation !== "!=";
  let alike = asText;
  if (isOrder || kinds.includes("number")) alike = number;
  if (!isOrder && kinds.includes("boolean")) alike = truth;
  return RELATIONS[relation](alike(left), alike(right));
}

function isSelected(choices, choice) {
  const wanted = trim(asText(choice));
  return wanted !== "" && trim(asText(choices)).split(/[ \t\r\n]+/).includes(wanted);
}

const trim = (text) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");

function number(found) {
  if (typeof found !== "string") return Number(found);
  const text = trim(found);
  return /^-?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : moment(text);
}

/** Days since 1970-01-01 on the wall clock; a time alone is a fraction of a day. */
function moment(text) {
  const found = text && MOMENT.exec(text);
  if (!found) return NaN;
  const [, date, hour = 0, minute = 0, second = 0] = found;
  return (date ? days(date) : 0) + (3600 * hour + 60 * minute + Number(second)) / 86_400;
}

/** Date.parse would take 30 February for 2 March. */
function days(date) {
  const found = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(found.getTime()) && found.toISOString().startsWith(date) ? found.getTime() / DAY : NaN;
}

/** Never an exponent, as XPath has it. */
function plain(found) {
  const text = String(found);
  return /e/.test(text) ? found.toLocaleString("en", { useGrouping: false, maximumFractionDigits: 20 }) : text;
}
