// @ts-check
// Keyboard shortcuts and double-click to edit; <html data-keys="off"> turns them off.
import { root } from "./dom.js";

const TYPING = "input, textarea, select, [contenteditable], dialog[open]";
const INTERACTIVE = "a, button, input, textarea, select, label, summary, details, form, svg";

// data-key="x": the key x clicks this element.
document.addEventListener("keydown", event => {
  const withModifier = event.ctrlKey || event.metaKey || event.altKey;
  if (withModifier || root.dataset.keys === "off" || event.target.closest(TYPING)) return;
  const element =
    event.key.length === 1 && document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!element) return;
  event.preventDefault();
  element.click();
});

// data-edit-url: a double-click with a mouse opens the editor.
document.addEventListener("dblclick", event => {
  const editable = event.target.closest("[data-edit-url]");
  if (!editable || event.target.closest(INTERACTIVE)) return;
  if (root.dataset.keys !== "off" && matchMedia("(pointer: fine)").matches) {
    location.href = editable.dataset.editUrl;
  }
});
