// @ts-check
// Save with Ctrl+S and stay, save with Ctrl+Enter and leave; staying restores the caret.
export function enableSaveKeys(form) {
  const area = form.querySelector("textarea.source");
  const key = `caret:${location.pathname}`;
  if (area) restoreCaret(area, key);
  form.addEventListener("keydown", event => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const stay = form.querySelector("button[name=stay]");
    if (event.key === "s" && stay) {
      event.preventDefault();
      if (area) storeCaret(area, key);
      form.requestSubmit(stay);
    } else if (event.key === "Enter") {
      event.preventDefault();
      form.requestSubmit(form.querySelector(".btn.primary") ?? undefined);
    }
  });
}

function restoreCaret(area, key) {
  try {
    const [caret, top] = JSON.parse(sessionStorage.getItem(key) ?? "[]");
    sessionStorage.removeItem(key);
    if (caret === undefined) return;
    area.focus();
    area.setSelectionRange(caret, caret);
    area.scrollTop = top;
  } catch {
    // No storage: the caret starts at the top.
  }
}

function storeCaret(area, key) {
  try {
    sessionStorage.setItem(key, JSON.stringify([area.selectionStart, area.scrollTop]));
  } catch {
    // No storage: the caret starts at the top.
  }
}
