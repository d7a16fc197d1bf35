// A multiple choice in which some answers stand alone ("none of these", N/A): they take the others back, and the others them.

const standsAlone = (input) => "exclusive" in input.dataset || input.parentNode.classList.contains("na");

/** Before anybody else hears of the change, so that a mixture is never judged or kept. */
export function keepExclusive(form) {
  form.addEventListener("change", ({ target }) => {
    const group = target.checked && target.type === "checkbox" && target.closest(".picks[role=group]");
    if (!group) return;
    const isAlone = standsAlone(target);
    for (const other of group.querySelectorAll(":checked")) {
      if (other !== target && (isAlone || standsAlone(other))) other.checked = false;
    }
  }, true);
}
