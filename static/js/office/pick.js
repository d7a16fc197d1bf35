// Buttons that tick or clear a whole list of checkboxes, and how many visits that makes. Without this file one ticks by hand.
const form = document.querySelector("form.assign");
const sum = form?.querySelector(".pick-sum");

const boxes = (id) => [...document.getElementById(id).querySelectorAll('input[type="checkbox"]')];
const ticked = (id) => boxes(id).filter((box) => box.checked).length;

function tell() {
  const count = ticked("fieldworkers") * ticked("stores");
  const text = count === 1 ? sum.dataset.one : sum.dataset.many.replace("{count}", count.toLocaleString(document.documentElement.lang));
  sum.textContent = count ? text : "";
}

if (form) {
  for (const tools of form.querySelectorAll(".pick-tools")) {
    tools.hidden = false;
    tools.addEventListener("click", (event) => {
      if (!event.target.dataset.set) return;
      for (const box of boxes(tools.dataset.pick)) box.checked = event.target.dataset.set === "all";
      tell();
    });
  }
  form.addEventListener("change", tell);
  tell();
}
