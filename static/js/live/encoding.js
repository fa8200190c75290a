// @ts-check
// Write the bytes of Yjs updates as base64, and read them back.
const CHUNK = 8192; // a call takes a limited number of arguments

/** @param {string} text */
export const decode = text => Uint8Array.from(atob(text), char => char.charCodeAt(0));

/** @param {Uint8Array} bytes */
export function encode(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return btoa(text);
}
