// @ts-check
// Send a request that must not hang.
import { send } from "../core/request.js";

const TIMEOUT = 8000;

/**
 * Return the answer of the server, null if there is none in time.
 * @returns {Promise<Response | null>}
 */
export const reach = (url, method, body) =>
  send(url, { method, body, signal: AbortSignal.timeout?.(TIMEOUT) }).catch(() => null);
