// @ts-check
// Remember recent searches, in this browser only.
import { root } from "../core/dom.js";
import { load, store } from "../core/storage.js";

const KEY = `searches:${root.dataset.base}/`;
const MAX_SEARCHES = 8;
const MAX_LENGTH = 100;

/** @returns {string[]} the newest first */
export function recentSearches() {
  try {
    const searches = JSON.parse(load(KEY) ?? "[]");
    return searches.filter(text => typeof text === "string").slice(0, MAX_SEARCHES);
  } catch {
    return [];
  }
}

/** @param {string} text */
export function remember(text) {
  if (text.length <= MAX_LENGTH) save([text, ...recentSearches().filter(other => other !== text)]);
}

/** @param {string} [text] every search unless given */
export function forget(text) {
  save(text === undefined ? [] : recentSearches().filter(other => other !== text));
}

function save(searches) {
  store(KEY, searches.length ? JSON.stringify(searches.slice(0, MAX_SEARCHES)) : null);
}
