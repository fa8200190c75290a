// @ts-check
// Short names for what every script needs of the document.
export const root = document.documentElement;

/**
 * @param {string} selector
 * @param {ParentNode} [parent]
 * @returns {any[]}
 */
export const all = (selector, parent = document) => [...parent.querySelectorAll(selector)];
