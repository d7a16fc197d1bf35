// What of a draft travels from device to device; versions.js, which is fetched where another device holds one, compares.

export const SENT = "sent";

/** A page without script, as a device. */
export const isPage = (device) => /^(page-|$)/.test(device);

/** What this phone alone knows, or the server: it does not travel with a draft. */
const OWN = [
  "id", "assignment", "version", "method", "form", "store", "timezone", "today", "revision", "state", "started_at", "raw", "saved_at",
  "backed_up_at", "refused_at", "is_taken", "server", "sealed", "receipt", "sent_at", "problem", "theirs", "from", "photos",
];

/** A new stamp: it grows with every save, whatever the clock does. */
export const next = ({ saved_at: before }) => Math.max(Date.now(), (before ?? 0) + 1);

/** What travels of a draft, in the phone's own words: all but the answers, which go beside it. */
export const portable = (visit) => Object.fromEntries(Object.entries(visit).filter(([key]) => !OWN.includes(key)));

/** The drafts of other devices by their device. */
export const byDevice = (drafts, device) =>
  Object.fromEntries((drafts ?? []).filter((draft) => draft.device !== device).map((draft) => [draft.device, draft]));

/** Drafts of other devices of the revision that is filled here. */
export const current = (visit) => Object.values(visit.theirs ?? {}).filter(({ revision }) => revision === visit.revision);

/** Photos whose bytes lie on another phone, and not here; `isPocket`: taken on the pocket screen, and not sorted. */
export function photosElsewhere(visit, own) {
  const found = new Map();
  for (const { device, content: { photos = [], pocket = [] } } of current(visit)) {
    for (const photo of photos) found.set(photo.id, { ...photo, device, isPocket: !photo.question && pocket.includes(photo.id) });
  }
  for (const { id } of own) found.delete(id);
  return [...found.values()];
}

/** Whether there is anything that other devices hold, or that was laid aside; or the visit was sent from one of them. */
export const hasOthers = (visit) => Object.keys(visit.theirs ?? {}).length + (visit.aside ?? []).length > 0 || visit.refused_at === Infinity;
