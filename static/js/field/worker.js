// The service worker, and the browser's promise to keep what lies here.

/** Registers the worker for the whole field; a browser that has none works online as before. */
export async function register() {
  try {
    return (await navigator.serviceWorker?.register("/field/sw.js", { scope: "/field/", updateViaCache: "none" })) ?? null;
  } catch {
    return null;
  }
}

let isAsked = false;

/** Asked once, after something was saved: browsers say no to whoever asks at the door. */
export async function askToPersist() {
  const storage = navigator.storage;
  if (isAsked || !storage?.persist) return;
  isAsked = true;
  if (!(await storage.persisted())) await storage.persist();
}

/** Calls `found(takeOver)` when a newer version waits. It takes over only when no form is open on this phone. */
export async function watchForNewVersion(found, refused) {
  const registration = await navigator.serviceWorker?.getRegistration("/field/");
  if (!registration) return;
  const offer = () => {
    if (registration.waiting && navigator.serviceWorker.controller) found(() => registration.waiting?.postMessage("take over"));
  };
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  navigator.serviceWorker.addEventListener("message", ({ data }) => data === "form is open" && refused());
  let isControlled = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (isControlled) location.reload();
    isControlled = true;
  });
  offer();
}

/** Background sync is an extra: it wakes a page that is still open somewhere. */
export async function askForSync() {
  const registration = await navigator.serviceWorker?.getRegistration("/field/");
  await registration?.sync?.register("send").catch(() => {});
}
