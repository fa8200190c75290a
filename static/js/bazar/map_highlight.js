// @ts-check
// Highlight a dot of the map and the row of the same entry together: [data-dot="7"] and [data-row="7"].
import { all } from "../core/dom.js";

const highlight = on => event => {
  const element = event.target.closest?.("[data-dot], [data-row]");
  if (!element) return;
  const id = CSS.escape(element.dataset.dot ?? element.dataset.row);
  for (const partner of all(`[data-dot="${id}"], [data-row="${id}"]`)) {
    partner.classList.toggle("on", on);
  }
};

for (const type of ["pointerover", "focusin"]) document.addEventListener(type, highlight(true));
for (const type of ["pointerout", "focusout"]) document.addEventListener(type, highlight(false));
