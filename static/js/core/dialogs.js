// @ts-check
// Open and close dialogs and menus: data-dialog="id" opens, data-close closes, a click outside closes a menu.
import { all } from "./dom.js";

document.addEventListener("click", event => {
  const { target } = event;
  const opener = target.closest?.("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  if (target.closest?.("[data-close]")) {
    target.closest(".toast")?.remove();
    target.closest("dialog")?.close();
  }
  if (target.matches("dialog")) target.close();
  for (const menu of all("details.pop[open]")) if (!menu.contains(target)) menu.open = false;
});

document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  for (const menu of all("details.pop[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
