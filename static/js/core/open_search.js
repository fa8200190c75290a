// @ts-check
// Open instant search from its field, its button or Ctrl+K; search/instant_search.js then answers in the dialog.
const dialog = document.getElementById("instant");
const field = document.querySelector("form[data-instant] input");

function open(text = "") {
  if (!dialog) return;
  const input = dialog.querySelector("input");
  if (!dialog.open) dialog.showModal();
  if (text) input.value = text;
  input.focus();
  import(dialog.dataset.script).then(
    ({ opened }) => opened(),
    () => {},
  );
}

document.addEventListener("click", event => {
  if (!event.target.closest?.("a[data-instant], form[data-instant] input")) return;
  event.preventDefault();
  open();
});
document.addEventListener("keydown", event => {
  const isShortcut = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
  if (!isShortcut || event.target.closest(".editor")) return;
  event.preventDefault();
  open();
});
field?.addEventListener("input", () => {
  open(field.value);
  field.value = "";
});
