// The phone's own store. Everything is on the phone before anything is sent; a write counts when its transaction is done.

import { uuid7 } from "./ids.js";

const STORES = {
  assignments: { keyPath: "id" },
  visits: { keyPath: "id" },
  photos: { keyPath: "id" },
  bytes: {},
  meta: {},
};

/** Tells pages when the store fails ("lost", with the error) and when it works again ("well"). */
export const health = new EventTarget();
let isWell = true;

function report(error) {
  if (!error === isWell) return;
  isWell = !error;
  health.dispatchEvent(new CustomEvent(error ? "lost" : "well", { detail: error }));
}

/** This browser's own name, minted once; it says nothing about a person. */
export function deviceOf(db) {
  return db.work(["meta"], async (tx) => {
    const device = (await tx.get("meta", "device")) ?? uuid7();
    await tx.put("meta", device, "device");
    return device;
  });
}

/** The store of one person. */
export const open = (user) => new Store(`fieldstudy-${user}`, make);

function make(base) {
  for (const [name, options] of Object.entries(STORES)) {
    const store = base.createObjectStore(name, options);
    if (name === "photos") store.createIndex("visit", "visit");
  }
}

class Store {
  #base = null;

  constructor(name, upgrade) {
    this.name = name;
    this.user = name.replace(/^fieldstudy-?/, "");
    this.upgrade = upgrade;
  }

  get(store, key) {
    return this.work([store], (tx) => tx.get(store, key), "readonly");
  }

  put(store, value, key) {
    return this.work([store], (tx) => tx.put(store, value, key));
  }

  delete(store, key) {
    return this.work([store], (tx) => tx.delete(store, key));
  }

  /** All values of a store, or those that an index holds under this value. Never of `bytes`. */
  list(store, index, value) {
    return this.work([store], (tx) => tx.list(store, index, value), "readonly");
  }

  keysOf(store, index, value) {
    return this.work([store], (tx) => tx.keysOf(store, index, value), "readonly");
  }

  /** One transaction, strict: `fn(tx)` may await nothing but `tx`. Gives what fn gave, once all of it is on the disk. */
  async work(stores, fn, mode = "readwrite") {
    try {
      const result = await this.#try(stores, fn, mode);
      if (mode === "readwrite") report(null);
      return result;
    } catch (error) {
      if (mode === "readwrite") report(error);
      throw error;
    }
  }

  async #try(stores, fn, mode) {
    try {
      return await this.#once(stores, fn, mode);
    } catch (error) {
      if (error?.name === "QuotaExceededError" && mode === "readwrite") await this.#makeRoom(error);
      else if (!isBroken(error)) throw error;
      else this.close();
      return this.#once(stores, fn, mode);
    }
  }

  /** Copies of what was sent go before anything new is lost. */
  async #makeRoom(error) {
    if (this.isFull) throw error;
    this.isFull = true;
    try {
      if (!(await (await import("./copies.js")).makeRoom(this))) throw error;
    } finally {
      this.isFull = false;
    }
  }

  async #once(stores, fn, mode) {
    const base = await (this.#base ??= connect(this));
    const transaction = base.transaction(stores, mode, { durability: "strict" });
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new DOMException("The store gave up", "AbortError"));
    });
    done.catch(() => {});
    try {
      const result = await fn(new Work(transaction));
      await done;
      return result;
    } catch (error) {
      abort(transaction);
      throw transaction.error ?? error;
    }
  }

  close() {
    this.#base?.then((base) => base.close(), () => {});
    this.#base = null;
  }

  /** Takes the whole store away; this page, which is about to be left, never opens it again. */
  erase() {
    erased.add(this.name);
    this.close();
    return asked(indexedDB.deleteDatabase(this.name));
  }
}

function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}

/** Chromium and WebKit drop the connection to the store now and then; a new one works. */
const isBroken = (error) =>
  ["InvalidStateError", "UnknownError"].includes(error?.name) || /connection.*lost/i.test(error?.message ?? "");

const erased = new Set();

async function connect(store) {
  if (erased.has(store.name)) await new Promise(() => {});
  const request = indexedDB.open(store.name, 1);
  request.onupgradeneeded = () => store.upgrade(request.result);
  const base = await asked(request);
  base.onversionchange = base.onclose = () => store.close();
  return base;
}

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new DOMException("Another page holds the store", "InvalidStateError"));
  });

class Work {
  constructor(transaction) {
    this.transaction = transaction;
  }

  #in = (store, index) => {
    const found = this.transaction.objectStore(store);
    return index ? found.index(index) : found;
  };

  get = (store, key) => asked(this.#in(store).get(key));
  put = (store, value, key) => asked(this.#in(store).put(value, key));
  delete = (store, key) => asked(this.#in(store).delete(key));
  list = (store, index, value) => asked(this.#in(store, index).getAll(value));
  keysOf = (store, index, value) => asked(this.#in(store, index).getAllKeys(value));
}

const phone = new Store("fieldstudy", (base) => base.createObjectStore("phone"));

const cookie = () => /(?:^|; )(?:__Host-)?person=([^;]*)/.exec(document.cookie)?.[1];

/** The id of who is signed in, or null; without waiting for the store where the cookie says it. */
export async function person() {
  const told = cookie();
  return told && told !== "-" ? told : ((await signed())?.user ?? null);
}

/** Who is signed in on this phone: {user, locale}, or null. The server's own word, a cookie, goes before ours. */
export async function signed() {
  const told = cookie();
  const found = (await phone.get("phone", "signed").catch(() => null)) ?? null;
  if (!told || told === found?.user) return found;
  return told === "-" ? null : { user: told, locale: document.documentElement.lang };
}

export const setSigned = (value) => (value ? phone.put("phone", value, "signed") : phone.delete("phone", "signed"));
