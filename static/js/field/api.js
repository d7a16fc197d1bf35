// The server's door for phones. Without a connection there is no answer (null), and nobody is told.

const PATIENCE = 120_000;
const TOKEN_LIFE = 60_000;
let token = { text: "", until: 0 };

/** {user, token, now, offset}, or null without a connection; `offset`: by how many ms the phone's clock is ahead. */
export async function session() {
  const answer = await ask("/api/v1/session", { cache: "no-store" });
  const found = answer?.ok ? await read(answer) : null;
  if (!found?.token) return null;
  token = { text: found.token, until: Date.now() + TOKEN_LIFE };
  return { ...found, offset: Math.round(Date.now() - Date.parse(found.now)) };
}

/** Asks once more with a fresh token when the server finds ours stale. Without a token nothing is sent (null). */
export async function send(method, path, body, headers = {}) {
  const again = async () => {
    const text = await fresh();
    return text ? ask(path, { method, body, headers: { ...headers, "X-CSRFToken": text } }) : null;
  };
  const answer = await again();
  if (answer?.status !== 400 || (await reason(answer.clone())) !== "stale_token") return answer;
  token.until = 0;
  return again();
}

async function fresh() {
  const isKnown = token.until >= Date.now() || (await session()) !== null;
  return isKnown ? token.text : "";
}

export const forgetToken = () => { token.until = 0; };

/** What an answer says, or null: a connection that is cut among the headers leaves an answer without a body. */
export const read = (answer) => answer.json().catch(() => null);

/** What the server says is wrong, as a key. */
export const reason = async (answer) => (await read(answer))?.error ?? "";

export async function ask(path, options) {
  try {
    return await fetch(path, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE), ...options });
  } catch {
    return null;
  }
}
