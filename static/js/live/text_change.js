// @ts-check
// Find the one change between two texts.
const isPair = text => /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text);
const splitsPair = (text, index) => isPair(text.slice(Math.max(index - 1, 0), index + 1));

/**
 * Return the change from one text to another, never inside a surrogate pair. Where several places would do (a letter
 * doubled), the caret decides.
 * @param {string} before
 * @param {string} after
 * @param {number} caret in `after`
 */
export function changeBetween(before, after, caret) {
  const shortest = Math.min(before.length, after.length);
  const isSameFromEnd = end => before[before.length - 1 - end] === after[after.length - 1 - end];
  let end = 0;
  let start = 0;
  while (end < Math.min(shortest, after.length - caret) && isSameFromEnd(end)) end += 1;
  while (start < shortest - end && before[start] === after[start]) start += 1;
  while (end < shortest - start && isSameFromEnd(end)) end += 1;
  while (splitsPair(before, start) || splitsPair(after, start)) start -= 1;
  while (splitsPair(before, before.length - end) || splitsPair(after, after.length - end)) end -= 1;
  const removed = before.length - end - start;
  return { start, removed, inserted: after.slice(start, after.length - end) };
}
