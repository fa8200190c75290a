// @ts-check
// Drag pages in the tree, beside the arrows that work without this file: lists [data-branch] of [data-id].
import { send } from "../core/request.js";

const form = document.querySelector("form.arbor");
const lists = form
  ? [form.querySelector("[data-branch]"), ...form.querySelectorAll("li [data-branch]")]
  : [];

for (const list of lists) {
  list.dataset.sortable = "on";
  window.Sortable.create(list, {
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    group: "tree",
    draggable: "[data-id]",
    handle: ".grip",
    fallbackOnBody: true,
    swapThreshold: 0.5,
    emptyInsertThreshold: 12,
    delay: 150,
    delayOnTouchOnly: true,
    onStart: () => form.classList.add("dragging"),
    onEnd: ({ item, from, to, oldIndex, newIndex }) => {
      form.classList.remove("dragging");
      if (from !== to || oldIndex !== newIndex) move(item);
    },
  });
}

async function move(item) {
  const body = new URLSearchParams({
    page: item.dataset.id,
    under: item.parentElement.dataset.branch,
    before: item.nextElementSibling?.dataset.id ?? "",
  });
  try {
    const answer = await send(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(answer.statusText);
    // The page that follows says what was moved, and how to undo it.
    location.hash = `p-${item.dataset.id}`;
    location.reload();
  } catch {
    const status = document.querySelector("[data-order-status]");
    status.textContent = status.dataset.textFailed;
    status.classList.add("lost");
  }
}
