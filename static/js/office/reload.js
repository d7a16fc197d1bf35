// What is still going on is read again from the same address; without this script there is a link that does so.
const ID = "papers";

async function again() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.redirected) {
    location.reload();
    return;
  }
  if (answer?.ok && !isPage(answer)) {
    answer.body.cancel();
    fetched();
    return;
  }
  const fresh = answer && isPage(answer) ? await read(answer) : null;
  if (answer?.ok && !fresh) {
    location.reload();
    return;
  }
  const shown = document.getElementById(ID);
  // Whoever stands on a button keeps it: the next round draws it. Also what failed has its place here, and says why;
  // an answer that knows nothing of it, a busy server's for instance, is passed over.
  if (fresh && !shown.contains(document.activeElement)) shown.replaceWith(document.adoptNode(fresh));
  wait();
}

const isPage = (answer) => answer.headers.get("Content-Type")?.startsWith("text/html");

async function read(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(ID);
}

// The address that said "not yet" is a file now: the browser takes it as a download and stays on this page.
function fetched() {
  const [before, after] = [document.getElementById(ID), document.getElementById(`${ID}-there`)];
  before.hidden = true;
  after.hidden = false;
  document.title = document.title.replace(heading(before), heading(after));
  location.assign(location.href);
}

function heading(part) {
  return part.querySelector("h1").textContent;
}

function wait() {
  const pause = Number(document.getElementById(ID)?.dataset.reload);
  if (pause) setTimeout(again, pause);
}

wait();
