// @ts-check
// Scroll the current tab into sight, and let the keyboard scroll tables wider than the page.
import { all } from "./dom.js";

for (const current of all(".tabs [aria-current]")) {
  const list = current.closest("ul");
  const hidden = current.getBoundingClientRect().right - list.getBoundingClientRect().right;
  list.scrollLeft += Math.max(0, hidden);
}

const tables = new ResizeObserver(entries => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const table of all(".prose table")) tables.observe(table);
