// @ts-check
// Send requests that the server accepts: a change carries the CSRF token.

/** @returns {string | undefined} */
export const csrfToken = () =>
  /** @type {any} */ (document.querySelector("meta[name=csrf-token]"))?.content ??
  /** @type {any} */ (document.querySelector("[name=csrf_token]"))?.value;

/**
 * Call fetch with the CSRF token of the page.
 * @param {string | URL} url
 * @param {RequestInit} [options]
 */
export function send(url, { headers, ...options } = {}) {
  const token = csrfToken();
  return fetch(url, {
    ...options,
    headers: token ? { "X-CSRFToken": token, ...headers } : headers,
  });
}
