// What is still missing, in words and bars, as web/field/progress.py says it.

/** Returns a function that says anew how far a reading is. */
export function count(form, sections, say) {
  const bars = document.querySelectorAll(".bars li");
  const lacking = form.querySelector("#lacking");
  return (reading) => {
    const keys = new Map(reading.problems.map((problem) => [problem.field, problem.key]));
    const found = sections.map((section) => ({ section, ...progress(section, reading, keys) }));
    found.forEach(({ section, asked, given, missing, answers }, index) => {
      const words = asked ? inWords(answers, missing.length - answers, say) : say.unasked[0];
      bars[index].className = asked ? "" : "out";
      bars[index].querySelector("rect").setAttribute("width", `${Math.round((100 * given) / (asked || 1))}%`);
      for (const place of form.querySelectorAll(`[data-missing="${CSS.escape(section.name)}"]`)) put(place, words);
    });
    const open = found.filter(({ missing }) => missing.length);
    const lists = open.map(({ section, missing, answers }) => listed(section, missing, inWords(answers, missing.length - answers, say)));
    lacking.replaceChildren(...lists);
    form.querySelector(".complete").hidden = open.length > 0;
  };
}

function progress({ questions }, reading, keys) {
  const asked = questions.filter((q) => q.isAsked && reading.relevant.has(q.name));
  const key = (q) => keys.get(`q-${q.name}`);
  const unanswered = asked.filter((q) => key(q) === "required");
  const unpictured = asked.filter((q) => key(q) === "photo_required" || reading.missing.has(q.name));
  const missing = [...unanswered, ...unpictured.filter((q) => !unanswered.includes(q))];
  const given = asked.filter((q) => reading.given.has(q.name)).length;
  return { asked: asked.length, given, missing, answers: unanswered.length };
}

function inWords(answers, photos, say) {
  if (!answers && !photos) return say.complete[0];
  const parts = [answers && fill(say.answers, answers), photos && fill(say.photos, photos)].filter(Boolean);
  return fill(say.missing, answers + photos, new Intl.ListFormat(document.documentElement.lang).format(parts));
}

/** The form for one or for many, with its place filled. */
export const fill = (forms, number, text = number) => forms[number === 1 ? 0 : 1].replace("{}", text);

const put = (place, text) => { if (place.textContent !== text) place.textContent = text; };

function listed(section, missing, words) {
  const block = document.createElement("div");
  const title = document.createElement("h3");
  title.textContent = `${section.label}: ${words}`;
  block.append(title, links(missing.map((q) => [`#q-${q.name}`, q.label])));
  return block;
}

/** A list of links, each with its address, its words in bold and what follows them. */
export function links(entries) {
  const list = document.createElement("ul");
  list.className = "links";
  for (const [address, text, more] of entries) {
    const link = document.createElement("a");
    link.href = address;
    if (more === undefined) link.textContent = text;
    else link.append(Object.assign(document.createElement("strong"), { textContent: text }), ` ${more}`);
    list.appendChild(document.createElement("li")).append(link);
  }
  return list;
}
