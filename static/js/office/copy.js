// A button that copies the value of a field. Without this file one selects and copies by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    document.getElementById("copied").textContent = button.dataset.done;
    button.textContent = button.dataset.done;
  });
}
