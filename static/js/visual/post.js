// @ts-check
// Post to the server, as every part of the visual mode does.
import { send } from "../core/request.js";

/**
 * @param {string} url
 * @param {BodyInit} body
 * @param {Record<string, string>} [headers]
 */
export const post = (url, body, headers = {}) => send(url, { method: "POST", body, headers });
