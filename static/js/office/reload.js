// What is still going on is read again from the same address; without this script there is a link that does so.
const ID = "papers";

async function again() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(ID);
    const shown = document.getElementById(ID);
    // Whoever stands on a button keeps it: the next round draws it.
    if (fresh && !shown.contains(document.activeElement)) shown.replaceWith(document.adoptNode(fresh));
  }
  wait();
}

function wait() {
  const pause = Number(document.getElementById(ID)?.dataset.reload);
  if (pause) setTimeout(again, pause);
}

wait();
