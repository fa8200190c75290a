// @ts-check
// Copy to the clipboard: button[data-copy="#id"] copies that element, or the address of the page if there is none.
import { showToast } from "./toasts.js";

document.addEventListener("click", async event => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  await navigator.clipboard?.writeText(source?.value ?? source?.textContent ?? location.href);
  showToast(button.dataset.textDone);
});
