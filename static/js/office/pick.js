// A button that ticks a whole list of checkboxes, or clears it when all are ticked; and how many visits that makes.
// Without this file one ticks by hand.
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
  for (const tool of form.querySelectorAll(".pick-tool")) {
    tool.hidden = false;
    tool.addEventListener("click", () => {
      const all = boxes(tool.dataset.pick);
      const ticks = !all.every((box) => box.checked);
      for (const box of all) box.checked = ticks;
      tell();
    });
  }
  form.addEventListener("change", tell);
  tell();
}
