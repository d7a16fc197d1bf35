// The page before sending: what blocks, and apart from it what is only asked for; and the one question about missing photos.

import { fill, links } from "./progress.js";

/** Returns {stops}: whether something is in the way of sending, which is shown then. `isSure`: photos may be missing. */
export function makeCheck(form, sections, say, problems, update) {
  const draw = () => { if (location.hash === "#check") show(update()); };
  addEventListener("hashchange", draw);
  draw();

  function show(reading) {
    const groups = [["blocking", problems.blocking(reading)], ["advisable", unpictured(sections, reading, say)]].filter(([, found]) => found.length);
    form.querySelector("#lacking").replaceChildren(...groups.map(([kind, found]) => group(kind, say[kind][0], found)));
    form.querySelector(".complete").hidden = groups.length > 0;
  }

  function stops(isSure) {
    const reading = update();
    return problems.all(reading) > 0 || (!isSure && reading.missing.size > 0 && ask(reading));
  }

  function ask(reading) {
    const page = form.querySelector("#evidence");
    const found = unpictured(sections, reading, say);
    page.querySelector("h2").textContent = fill(say.unpictured, found.length);
    page.querySelector(".links").replaceWith(links(found));
    page.hidden = false;
    location.hash = "evidence";
    page.focus();
    return true;
  }

  return { stops };
}

function unpictured(sections, { missing }, say) {
  const found = ({ label, questions }) => questions.filter(({ name }) => missing.has(name)).map((q) => [`#q-${q.name}`, q.label, q.asksReceipt ? say.till_receipt[0] : label]);
  return sections.flatMap(found);
}

function group(kind, title, found) {
  const made = Object.assign(document.createElement("div"), { className: kind });
  made.append(Object.assign(document.createElement("h3"), { textContent: `${title} (${found.length})` }), links(found));
  return made;
}
