// What the list says about the phone itself: its room, its promise, a newer version, the way to its home screen.

import { room } from "./readiness.js";
import { moment, put, say, size } from "./words.js";
import { watchForNewVersion } from "./worker.js";

const FULL = 0.8;
const card = document.getElementById("phone");
const part = (name) => card.querySelector(`[data-${name}]`);

export async function showPhone(db) {
  const synced = await db.get("meta", "synced_at").catch(() => null);
  part("synced").textContent = synced ? put(say.synced, moment(synced)) : say.unsynced;
  card.hidden = false;
  const found = await room();
  if (!found) return;
  part("room").textContent = say.room.replace("{used}", size(found.used)).replace("{free}", size(found.free));
  part("full").hidden = found.share < FULL;
  if (found.share >= FULL) card.open = true;
  for (const line of card.querySelectorAll("[data-kept]")) line.hidden = (line.dataset.kept === "yes") !== found.isKept;
}

/** iPads call themselves Macs. */
const isIphone = /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
const isInstalled = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;

if (isIphone && !isInstalled) {
  part("iphone").hidden = false;
  card.open = true;
}

addEventListener("beforeinstallprompt", (event) => {
  const install = part("install");
  install.hidden = false;
  event.preventDefault();
  install.onclick = async () => {
    await event.prompt();
    install.hidden = true;
  };
});

export function showVersions() {
  const bar = document.getElementById("new-version");
  const offer = (takeOver) => {
    bar.hidden = false;
    bar.querySelector("button").onclick = takeOver;
  };
  watchForNewVersion(offer, () => { bar.querySelector("[data-refused]").hidden = false; });
}
