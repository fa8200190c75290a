// @ts-check
// Help to type Markdown: toolbar shortcuts, lists that continue and indent, buttons that insert an example.
import { insert } from "./insert.js";

const MARKS = { b: "bold", i: "italic", k: "link" };

export function enableTyping({ box, area }) {
  area.addEventListener("keydown", event => {
    const withControl = event.ctrlKey || event.metaKey;
    const mark = withControl && MARKS[event.key.toLowerCase()];
    const isPlain = !event.altKey && !event.shiftKey;
    const button = mark && isPlain && box.querySelector(`[data-md-button="${mark}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    } else if (withControl || event.defaultPrevented) {
      return;
    } else if (event.key === "Enter" && !event.isComposing && !event.shiftKey) {
      continueList(event, area);
    } else if (event.key === "Tab" && !event.altKey) {
      indentItem(event, area);
    }
  });
  box.addEventListener("click", event => {
    const button = event.target.closest("[data-insert]");
    if (button) insert(area, button.dataset.insert);
  });
}

// Enter repeats the marker of a list or quote; on an empty item it ends the list.
function continueList(event, area) {
  const { selectionStart: caret, selectionEnd: end, value } = area;
  const start = value.lastIndexOf("\n", caret - 1) + 1;
  const line = value.slice(start, caret);
  const item = /^(\s*)([-*+]|(\d+)([.)])|>)\s+(\[[ xX]\]\s+)?/.exec(line);
  if (!item || caret !== end) return;
  event.preventDefault();
  if (line.trim() === item[0].trim()) return insert(area, "", start, caret);
  const marker = item[3] ? `${Number(item[3]) + 1}${item[4]}` : item[2];
  insert(area, `\n${item[1]}${marker} ${item[5] ? "[ ] " : ""}`);
}

// Tab nests an item under the one before, Shift+Tab takes it out; elsewhere Tab moves the focus as usual.
function indentItem(event, area) {
  const { selectionStart: caret, selectionEnd: end, value } = area;
  const lines = value.slice(0, caret).split("\n");
  const start = caret - lines.at(-1).length;
  const parse = line => /^(\s*)([-*+]|\d+[.)])(?:\s|$)/.exec(line ?? "");
  const item = parse(value.slice(start).split("\n")[0]);
  const previous = parse(lines.at(-2));
  if (!item || caret !== end) return;
  const depth = item[1].length;
  const nested = previous && previous[1].length + previous[2].length + 1;
  if (event.shiftKey ? !depth : !previous || depth >= nested) return;
  event.preventDefault();
  const outer = previous && depth > previous[1].length ? depth - previous[1].length : 4;
  const removed = Math.min(depth, 4, outer);
  if (event.shiftKey) insert(area, "", start, start + removed);
  else insert(area, " ".repeat(nested - depth), start, start);
  const moved = Math.max(start, caret + (event.shiftKey ? -removed : nested - depth));
  area.setSelectionRange(moved, moved);
}
