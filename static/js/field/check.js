// The page before sending: what blocks, and apart from it what is only asked for; and the one question about missing photos.

import { fill, links } from "./progress.js";

/** Returns {stops}: whether something is in the way of sending, which is shown then. `isSure`: photos may be missing. */
export function makeCheck(form, sections, say, problems, update) {
  const draw = () => { if (location.hash === "#check") show(update()); };
  addEventListener("hashchange", draw);
  draw();

  function show(reading) {
    const { here, there } = unpictured(sections, reading, say);
    const groups = [["blocking", problems.blocking(reading)], ["advisable", here], ["others", there]].filter(([, found]) => found.length);
    form.querySelector("#lacking").replaceChildren(...groups.map(([kind, found]) => group(kind, say[kind][0], found)));
    form.querySelector(".complete").hidden = groups.length > 0;
  }

  function stops(isSure) {
    const reading = update();
    return problems.all(reading) > 0 || (!isSure && ask(unpictured(sections, reading, say)));
  }

  /** Of photos that lie on another phone its own page has asked already. */
  function ask({ here, there }) {
    if (!here.length) return false;
    const page = form.querySelector("#evidence");
    page.querySelector("h2").textContent = fill(say.unpictured, here.length);
    page.querySelector(".links").replaceWith(links([...here, ...there]));
    page.hidden = false;
    location.hash = "evidence";
    page.focus();
    return true;
  }

  return { stops };
}

/** Photos that are asked for and not here: missing, or on another phone. */
function unpictured(sections, reading, say) {
  const [here, there] = [[], []];
  for (const { label, questions } of sections) {
    for (const { name, label: text, asksReceipt } of questions.filter((q) => reading.missing.has(q.name))) {
      const count = reading.there(name);
      if (count) there.push([`#q-${name}`, text, fill(say.there_photos, count)]);
      else here.push([`#q-${name}`, text, asksReceipt ? say.till_receipt[0] : label]);
    }
  }
  return { here, there };
}

function group(kind, title, found) {
  const made = Object.assign(document.createElement("div"), { className: kind });
  made.append(Object.assign(document.createElement("h3"), { textContent: `${title} (${found.length})` }), links(found));
  return made;
}
