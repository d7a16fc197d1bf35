// Saves while somebody types, and says honestly whether it did.

const WAIT = 800;
const RETRY = 5_000;

/** `save()` sends the draft now; `touch()` soon. Both put the state in words. */
export function keep(form, say) {
  const state = document.getElementById("state");
  const address = `${form.action}/draft`;
  let timer = 0;
  let version = 0;
  let kept = 0;

  const tell = (text, kind) => {
    state.textContent = text;
    state.className = `state ${kind}`;
    state.role = kind === "unkept" ? "alert" : null;
  };

  async function save() {
    clearTimeout(timer);
    const sent = version;
    const answer = await post(address, textOf(form), document.hidden);
    if (answer?.ok) {
      const { saved_at: time } = await answer.json();
      kept = Math.max(kept, sent);
      if (kept === version) tell(say.saved[0].replace("{}", time), "kept");
      return true;
    }
    const isOver = answer && answer.status === 410;
    const isOut = answer && !isOver && answer.status < 500;
    tell(isOver ? say.closed[0] : isOut ? say.signed_out[0] : say.unsaved[0], "unkept");
    if (!isOver && !isOut) timer = setTimeout(save, RETRY);
    return false;
  }

  function touch() {
    version += 1;
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
    tell(say.saving[0], "");
  }

  const flush = () => { if (kept < version) save(); };
  document.addEventListener("visibilitychange", () => document.hidden && flush());
  addEventListener("online", flush);
  return { save, touch };
}

/** All that is written in the form; files go their own way. */
function textOf(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

/** The answer, or null without a connection. A redirect to the sign-in page is not followed: its status is 0.
    Only a page that is being left asks the browser to keep on sending: it does so for 64 KB at most. */
export async function post(address, body, keepalive = false) {
  try {
    return await fetch(address, { method: "POST", body, redirect: "manual", keepalive });
  } catch {
    return null;
  }
}
