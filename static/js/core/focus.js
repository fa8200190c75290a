// @ts-check
// Focus the element with data-focus; data-focus="select" also selects what it holds.
function focusMarked() {
  const element = document.querySelector("[data-focus]");
  if (!element || element === document.activeElement) return;
  element.focus();
  if (element.dataset.focus && element.value === element.defaultValue) element.select();
}

focusMarked();
// Going to an anchor moves the focus: take it back, and keep what was typed meanwhile.
if (location.hash) addEventListener("load", () => setTimeout(focusMarked), { once: true });
document.addEventListener("htmx:after:swap", ({ target }) => {
  target.querySelector?.("[data-focus]")?.focus();
});
