// Before a choice and before sending: what other devices hold at this moment. Without news of one's own nobody asks.

import { run } from "./queue.js";
import { moment } from "./words.js";

/** So long a person waits at most; whoever has no connection knows it sooner. */
const PATIENCE = 3_000;

/** The draft goes to the server once more, under a new stamp if something was taken in since it went, and the answer says
 * what the others hold. Where none comes, the page of the other phones says as of when it knows.
 */
export async function inquire(form, draft, say) {
  if (!draft.isOpen) return;
  if (!draft.visit.saved_at || draft.visit.is_taken) draft.change();
  if (!(await draft.flush())) return;
  const known = await again(draft);
  await Promise.race([run(draft.db, true), new Promise((resolve) => { setTimeout(resolve, PATIENCE); })]);
  const { backed_up_at: at, saved_at: saved, refused_at: refused } = await draft.db.get("visits", draft.id);
  const none = form.querySelector("#versions .none");
  none.dataset.text ??= none.textContent;
  const unheard = known ? say.same_as_of[0].replace("{}", moment(known)) : say.unheard[0];
  none.textContent = Math.max(at, refused ?? 0) >= saved ? none.dataset.text : unheard;
}

/** Marks the draft as not backed up. Returns the stamp of the one that was. */
function again({ db, id }) {
  return db.work(["visits"], async (tx) => {
    const held = await tx.get("visits", id);
    if (held.refused_at !== Infinity) await tx.put("visits", { ...held, backed_up_at: 0, refused_at: 0 });
    return held.backed_up_at;
  });
}
