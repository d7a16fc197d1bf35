// Photos and jottings go to the server at once, so that nothing hangs on the form; without a connection they wait in it.

import { post } from "./keeping.js";

export function sendPhotos(form, say, update) {
  form.addEventListener("change", async ({ target }) => {
    if (target.type !== "file" || !target.files.length) return;
    const gallery = target.closest("label").previousElementSibling;
    const answer = await post(`${form.action}/photos`, part(form, target.name, ...target.files));
    const isAnswered = answer && (answer.ok || answer.status === 422);
    gallery.querySelector(".error")?.remove();
    if (!isAnswered) return gallery.prepend(refusal(say.photo_failed[0]));
    const unwanted = [...gallery.querySelectorAll(":checked")].map((box) => box.value);
    gallery.innerHTML = await answer.text();
    for (const box of gallery.querySelectorAll("input")) box.checked = unwanted.includes(box.value);
    target.value = "";
    update();
  });
}

export function sendJottings(form, say) {
  form.addEventListener("click", async (event) => {
    const section = event.target.dataset?.jot;
    if (section === undefined) return;
    event.preventDefault();
    const text = form.elements[`jotting-${section}`];
    const list = text.previousElementSibling;
    if (!text.value.trim()) return text.focus();
    const body = part(form, "text", text.value);
    body.append("section", section);
    body.append("inline", "1");
    const answer = await post(`${form.action}/jottings`, body);
    list.querySelector(".error")?.remove();
    if (!answer?.ok) return list.append(refusal(say.jotting_failed[0]));
    list.innerHTML = await answer.text();
    text.value = "";
    text.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function part(form, name, ...values) {
  const body = new FormData();
  body.append("csrf_token", form.elements.csrf_token?.value ?? "");
  for (const value of values) body.append(name, value);
  return body;
}

function refusal(text) {
  const line = document.createElement("li");
  line.className = "error";
  line.role = "alert";
  line.textContent = text;
  return line;
}
