// @ts-check
// Drag to reorder lists, beside the ↑ ↓ buttons that work without this file.
// <ol data-sortable> of <li data-id>, dragged by their .grip; put vendor/sortable.js before it on the page,
//   both as type="later" (core/later_scripts.js)
//   data-order-url   send the new order there at once: POST order=…&order=…, action (data-order-action);
//                    [data-order-status] then shows its data-text-done or data-text-failed
//   data-group       take items from the palette of the page
// <ul data-palette> of <li data-from>: dropping a copy into a list presses the item's own button, with its position "at"
import { all } from "./dom.js";
import { send } from "./request.js";

const DRAG = { draggable: "[data-id]", delay: 150, delayOnTouchOnly: true };
const idsOf = list => all(":scope > [data-id]", list).map(item => item.dataset.id);

for (const list of all("[data-sortable]")) {
  let savedOrder = idsOf(list);
  list.dataset.sortable = "on";
  window.Sortable.create(list, {
    ...DRAG,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    handle: list.querySelector(".grip") ? ".grip" : undefined,
    group: list.dataset.group ? "shared" : undefined,
    onAdd: ({ item, newDraggableIndex }) => addFromPalette(item, newDraggableIndex),
    onUpdate: saveOrder,
  });

  async function saveOrder() {
    const body = new URLSearchParams(idsOf(list).map(id => ["order", id]));
    if (list.dataset.orderAction) body.set("action", list.dataset.orderAction);
    try {
      const answer = await send(list.dataset.orderUrl, { method: "POST", body });
      if (!answer.ok) throw new Error(answer.statusText);
      savedOrder = idsOf(list);
      showStatus("textDone");
    } catch {
      for (const id of savedOrder) {
        list.append(list.querySelector(`:scope > [data-id="${CSS.escape(id)}"]`) ?? "");
      }
      showStatus("textFailed");
    }
  }
}

for (const palette of all("[data-palette]")) {
  const group = { name: "shared", pull: "clone", put: false };
  window.Sortable.create(palette, { ...DRAG, sort: false, draggable: "[data-from]", group });
}

function addFromPalette(item, position) {
  const button = item.querySelector("button");
  const { form } = button;
  let input = form.querySelector("[name=at]");
  if (!input) {
    input = Object.assign(document.createElement("input"), { type: "hidden", name: "at" });
    form.append(input);
  }
  input.value = position;
  form.requestSubmit(form.contains(button) ? button : undefined);
}

function showStatus(key) {
  const status = document.querySelector("[data-order-status]");
  if (!status) return;
  status.textContent = status.dataset[key] ?? "";
  status.classList.toggle("lost", key === "textFailed");
}
