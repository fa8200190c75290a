// @ts-check
// Switch between the light, dark and automatic theme: button[data-set-theme].
import { all, root } from "./dom.js";
import { load, store } from "./storage.js";

function applyTheme() {
  const theme = load("theme");
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const button of all("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String((theme || "auto") === button.dataset.setTheme));
  }
}

document.addEventListener("click", event => {
  const theme = event.target.closest?.("[data-set-theme]")?.dataset.setTheme;
  if (!theme) return;
  store("theme", theme === "auto" ? null : theme);
  applyTheme();
});
applyTheme();
