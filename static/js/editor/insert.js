// @ts-check
// Change the text of a textarea so that Ctrl+Z undoes it.

/**
 * @param {HTMLTextAreaElement} area
 * @param {string} text replaces the characters between `from` and `to`
 */
export function insert(area, text, from = area.selectionStart, to = area.selectionEnd) {
  area.focus();
  area.setSelectionRange(from, to);
  const inserted = text
    ? document.execCommand("insertText", false, text)
    : from === to || document.execCommand("delete");
  if (inserted) return;
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
