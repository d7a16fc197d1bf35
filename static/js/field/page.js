// What every page of the field does: the service worker, the queue, the signals at its top and the forms at its foot.

import { open, setSigned, signed } from "./database.js";
import { nudge } from "./queue.js";
import { signals } from "./signals.js";
import { register } from "./worker.js";

register();
if (document.querySelector(".foot")) import("./signing.js").then(({ watchFoot }) => watchFoot());
const known = await signed();
if (known) {
  await setSigned({ ...known, locale: document.documentElement.lang }).catch(() => {});
  signals(open(known.user));
  nudge();
}
