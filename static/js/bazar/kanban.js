// @ts-check
// Drag cards of a kanban board: dropping one presses the button of that column in its own menu.
// [data-kanban] of [data-column="value"] sections and [data-card] cards whose menu has button[data-to="value"]
import { all } from "../core/dom.js";

let card;
const columnOf = event => card && event.target.closest?.("[data-column]");
const buttonFor = column =>
  card?.querySelector(`[data-to="${CSS.escape(column?.dataset.column ?? "")}"]`);

function highlight(column) {
  for (const other of all("[data-column].over")) {
    if (other !== column) other.classList.remove("over");
  }
  column?.classList.add("over");
}

document.addEventListener("pointerover", event => {
  const hovered = event.target.closest?.("[data-card]");
  if (hovered) hovered.draggable = true;
});
document.addEventListener("dragstart", event => {
  card = event.target.closest?.("[data-card]");
  if (!card) return;
  event.dataTransfer.effectAllowed = "move";
  card.classList.add("held");
});
document.addEventListener("dragover", event => {
  const column = columnOf(event);
  const isSameBoard = column?.closest("[data-kanban]") === card?.closest("[data-kanban]");
  if (!column || !buttonFor(column) || !isSameBoard) return highlight();
  event.preventDefault();
  highlight(column);
});
document.addEventListener("drop", event => {
  const button = buttonFor(columnOf(event));
  if (!button) return;
  event.preventDefault();
  button.form.requestSubmit(button);
});
document.addEventListener("dragend", () => {
  card?.classList.remove("held");
  card = undefined;
  highlight();
});
