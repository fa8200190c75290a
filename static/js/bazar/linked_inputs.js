// @ts-check
// Link a colour picker [data-colour-of] or a slider [data-slides] to the text input of the same value.
import { all, root } from "../core/dom.js";

for (const picker of all("[data-colour-of], [data-slides]")) {
  const input = document.getElementById(picker.dataset.colourOf ?? picker.dataset.slides);
  if (!input) continue;
  const withComma = root.lang === "fr" && picker.type === "range";
  picker.addEventListener("input", () => {
    input.value = withComma ? picker.value.replace(".", ",") : picker.value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  input.addEventListener("input", event => {
    if (event.isTrusted && input.value) picker.value = input.value.replace(",", ".");
  });
}
