// @ts-check
// Load a stylesheet that is needed only once a feature is used.
const loaded = new Map();

/**
 * Resolve when the stylesheet is applied, or could not be loaded.
 * @param {string} href
 */
export function loadStylesheet(href) {
  const load = () =>
    new Promise(resolve => {
      const link = { rel: "stylesheet", href, onload: resolve, onerror: resolve };
      document.head.append(Object.assign(document.createElement("link"), link));
    });
  if (!loaded.has(href)) loaded.set(href, load());
  return loaded.get(href);
}
