// @ts-check
// Show short messages; those with data-leaves disappear unless someone points at them.
import { all } from "./dom.js";

const DELAY = 8000;
const DELAY_WITH_ACTION = 30000;
const RETRY = 3000;

/**
 * @param {string | undefined} text shows nothing when empty
 * @param {string} [kind] CSS classes; a message with a kind stays until it is closed
 */
export function showToast(text, kind = "") {
  const fragment = document.getElementById("toast-template")?.content.cloneNode(true);
  if (!fragment || !text) return;
  const toast = fragment.querySelector(".toast");
  fragment.querySelector("p").textContent = text;
  toast.classList.add(...kind.split(" ").filter(Boolean));
  if (!kind) toast.dataset.leaves = "";
  document.getElementById("messages").append(fragment);
  removeLater();
}

/** Start the clock of every message that disappears by itself. */
export function removeLater() {
  for (const toast of all(".toast[data-leaves]")) {
    delete toast.dataset.leaves;
    const remove = () => {
      if (toast.matches(":hover, :focus-within")) setTimeout(remove, RETRY);
      else toast.remove();
    };
    setTimeout(remove, toast.querySelector("form, a") ? DELAY_WITH_ACTION : DELAY);
  }
}

removeLater();
