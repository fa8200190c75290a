// @ts-check
// Show the writing help beside the text; the link to its page works without this file.
import { loadStylesheet } from "../core/stylesheet.js";

/** @param {HTMLAnchorElement} link */
export async function showHelp(link) {
  const sheet = document.getElementById("writing-aid");
  if (sheet.open) return sheet.close();
  await loadStylesheet(link.dataset.style);
  const body = sheet.querySelector("[data-body]");
  if (!body.childElementCount) {
    const headers = { "HX-Request": "true", "HX-Target": "div#help-sheet" };
    const answer = await fetch(link.href, { headers }).catch(() => null);
    if (!answer?.ok) {
      location.href = link.href;
      return;
    }
    body.innerHTML = await answer.text();
  }
  sheet.show();
  sheet.addEventListener("close", () => link.focus(), { once: true });
}

addEventListener("keydown", event => {
  if (event.key === "Escape") document.querySelector("#writing-aid[open]")?.close();
});
