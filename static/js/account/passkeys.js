// Asks the browser for a passkey and sends its answer in the form. Without this file the buttons stay hidden.

const forms = document.querySelectorAll("form[data-passkey]");
const ASK = { create: "parseCreationOptionsFromJSON", get: "parseRequestOptionsFromJSON" };

/** The options stand in the page, or are asked for when somebody presses the button: a visit alone shall leave no trace. */
async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.ask, { method: "POST", body: new FormData(form) });
  const told = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(told.error), { told: told.told });
  return told;
}

async function send(form, way) {
  const publicKey = PublicKeyCredential[ASK[way]](await optionsOf(form));
  const credential = await navigator.credentials[way]({ publicKey });
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  form.submit();
}

for (const form of forms) {
  const way = form.dataset.passkey;
  const told = form.querySelector("[role=status]");
  if (!window.PublicKeyCredential?.[ASK[way]]) {
    for (const line of form.querySelectorAll("[data-unknown]")) line.hidden = false;
    continue;
  }
  form.hidden = false;
  form.querySelector("button").hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    told.textContent = "";
    try {
      await send(form, way);
    } catch (error) {
      told.textContent = error.told ?? form.dataset.failed;
    }
  });
}
