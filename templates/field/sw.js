{# The service worker of the field, a template because its list of files and its build are known to the server. -#}
// Keeps the field working without a connection. It only ever adds: what a form needs stays until nothing refers to it.
"use strict";

const BUILD = "{{ build }}";
const ASSETS = `fieldstudy-assets-${BUILD}`;
const FORMS = "fieldstudy-forms";
const REFERENCES = "fieldstudy-references";
const FILES = {{ kept|tojson }};
const LOCALES = {{ locales|tojson }};
const SHELLS = LOCALES.map((locale) => `/field/shell/${locale}`);
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const VISIT = new RegExp(`^/field/visits/(${UUID})(/receipt)?/?$`, "i");
const SHELL = new RegExp(`^/field/(?:queue|assignments/${UUID})?/?$`, "i");

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("message", (event) => event.data === "take over" && event.waitUntil(takeOver(event.source)));
addEventListener("sync", (event) => event.tag === "send" && event.waitUntil(wakePages()));
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || !url.pathname.startsWith("/field/")) return;
  if (url.pathname.startsWith("/field/assets/")) event.respondWith(keptFirst(event.request));
  else if (url.pathname.startsWith("/field/references/")) event.respondWith(keptFirst(event.request));
  else if (event.request.mode === "navigate") event.respondWith(page(event.request, url.pathname));
});

/** All or nothing: a page of another build, or one file that is missing, and this worker is not installed. */
async function install() {
  const pages = await Promise.all(SHELLS.map((address) => fetch(address, { cache: "no-store" })));
  for (const answer of pages) {
    const text = await answer.clone().text();
    if (!answer.ok || !text.includes(`data-build="${BUILD}"`)) throw new Error("the server has another build by now");
  }
  const cache = await caches.open(ASSETS);
  await cache.addAll(FILES);
  await Promise.all(pages.map((answer, index) => cache.put(SHELLS[index], answer)));
}

async function activate() {
  await clients.claim();
  const needed = new Set([ASSETS]);
  const forms = await caches.open(FORMS);
  for (const request of await forms.keys()) {
    const text = await (await forms.match(request)).text();
    for (const [, build] of text.matchAll(/\/field\/assets\/([\w-]+)\//g)) needed.add(`fieldstudy-assets-${build}`);
  }
  const old = (await caches.keys()).filter((name) => name.startsWith("fieldstudy-assets-") && !needed.has(name));
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** A form that is open goes on with the worker it began with. */
async function takeOver(asker) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const isForm = ({ url }) => /^\/field\/visits\//.test(new URL(url).pathname) && !/receipt$/.test(new URL(url).pathname);
  if (pages.some(isForm)) return asker.postMessage("form is open");
  return skipWaiting();
}

async function wakePages() {
  for (const client of await clients.matchAll({ type: "window" })) client.postMessage("send");
}

async function keptFirst(request) {
  return (await caches.match(request.url)) ?? fetch(request);
}

async function page(request, path) {
  const [, id, isReceipt] = VISIT.exec(path) ?? [];
  const kept = id ? await visitPage(id, isReceipt) : SHELL.test(path) && (await shell());
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    const found = await shell();
    if (found) return found;
    throw error;
  }
}

/** The blank form for a visit that is filled here; the shell for one that is sealed or sent. */
async function visitPage(id, isReceipt) {
  const visit = await visitOf(id.toLowerCase());
  if (!visit || (isReceipt && visit.state === "draft")) return null;
  if (visit.state !== "draft") return shell();
  return (await caches.open(FORMS)).match(visit.form);
}

async function shell() {
  const signed = await signedIn();
  const known = [signed?.locale, ...navigator.languages.map((tag) => tag.slice(0, 2)), "en"];
  const locale = known.find((each) => LOCALES.includes(each));
  return (await caches.open(ASSETS)).match(`/field/shell/${locale}`);
}

const signedIn = () => read("fieldstudy", "phone", "signed");

async function visitOf(id) {
  const signed = await signedIn();
  return signed ? read(`fieldstudy-${signed.user}`, "visits", id) : null;
}

/** Reads one value; a store that is not there is not made. */
function read(name, store, key) {
  return new Promise((resolve) => {
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = () => resolve(null);
    opening.onsuccess = () => {
      const base = opening.result;
      base.onversionchange = () => base.close();
      const reading = base.transaction(store).objectStore(store).get(key);
      reading.transaction.oncomplete = () => base.close();
      reading.onsuccess = () => resolve(reading.result ?? null);
      reading.onerror = () => resolve(null);
    };
  });
}
