// What is still missing, in words and bars, as web/field/progress.py says it.

import { given } from "./relevance.js";

/** Returns a function that counts anew. */
export function count(form, say) {
  const pages = [...form.querySelectorAll("[data-section]")];
  const bars = document.querySelectorAll(".bars li");
  return () => {
    const lacking = form.querySelector("#lacking");
    lacking.replaceChildren();
    pages.forEach((page, index) => {
      const asked = [...page.querySelectorAll("fieldset[data-q]:not([hidden])")];
      const missing = asked.map(missingIn).filter((found) => found.answer || found.photo);
      const words = asked.length ? inWords(missing, say) : say.unasked[0];
      const done = asked.filter(isGiven).length;
      bars[index].className = asked.length ? "" : "out";
      bars[index].querySelector("rect").setAttribute("width", `${Math.round((100 * done) / (asked.length || 1))}%`);
      for (const place of form.querySelectorAll(`[data-missing="${CSS.escape(page.dataset.section)}"]`)) place.textContent = words;
      if (missing.length) lacking.append(listed(page, words, missing));
    });
    form.querySelector(".complete").hidden = lacking.hasChildNodes();
  };
}

function isGiven(node) {
  const name = node.dataset.q;
  const own = [...node.querySelectorAll("[name]")].filter((i) => i.name === `q-${name}` || i.name === `na-${name}`);
  return own.length ? given(own) !== "" : node.querySelector(".gallery img") !== null;
}

function missingIn(node) {
  const isPicture = !node.querySelector(`[name^="q-"]`);
  const isNa = node.querySelector(`[name^="na-"]:checked, .na [name^="q-"]:checked`);
  return {
    node,
    answer: !isPicture && "required" in node.dataset && !isGiven(node),
    photo: "photo" in node.dataset && !isNa && !node.querySelector(".gallery img"),
  };
}

function inWords(missing, say) {
  const answers = missing.filter((found) => found.answer).length;
  const photos = missing.length - answers;
  if (!missing.length) return say.complete[0];
  const parts = [answers && put(say.answers, answers), photos && put(say.photos, photos)].filter(Boolean);
  return put(say.missing, missing.length, new Intl.ListFormat(document.documentElement.lang).format(parts));
}

/** The form for one or for many, with its place filled. */
const put = (forms, number, text = number) => forms[number === 1 ? 0 : 1].replace("{}", text);

function listed(page, words, missing) {
  const block = document.createElement("div");
  const title = document.createElement("h3");
  title.textContent = `${page.querySelector("h2").textContent}: ${words}`;
  const list = document.createElement("ul");
  list.className = "links";
  for (const { node } of missing) {
    const link = document.createElement("a");
    link.href = `#${node.id}`;
    link.textContent = node.querySelector("legend").firstChild.textContent;
    list.appendChild(document.createElement("li")).append(link);
  }
  block.append(title, list);
  return block;
}
