// @ts-check
// Report drafts, files and other editors in the status line of a form, in the texts of its markup.

/**
 * Replace {name} in a text by its value.
 * @param {string | undefined} text
 * @param {Record<string, any>} values
 */
export const fill = (text, values) =>
  (text ?? "").replace(/\{(\w+)\}/g, (placeholder, key) => values[key] ?? placeholder);

/** @param {HTMLFormElement} form */
export function statusOf(form) {
  const status =
    form.querySelector("[data-draft-status]") ?? document.querySelector("[data-draft-status]");
  const say = (key, values = {}, isError = false) => {
    if (!status) return;
    status.textContent = fill(status.dataset[key], values);
    status.classList.toggle("lost", isError);
  };
  const clock = date =>
    fill(status?.dataset.textTime ?? "{h}:{m}", {
      h: date.getHours(),
      m: String(date.getMinutes()).padStart(2, "0"),
    });
  return { say, clock };
}
