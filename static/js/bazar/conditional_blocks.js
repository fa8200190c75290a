// @ts-check
// Show blocks of a form that depend on an answer: data-if names a field, data-test the comparison, data-words the values.
import { all } from "../core/dom.js";

const normalize = text =>
  text
    .trim()
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/’/g, "'")
    .replace(/[\s_-]+/g, "-");

function answersTo(form, key) {
  const answers = [];
  for (const input of form.elements) {
    if (input.disabled || (input.name !== key && !input.name.startsWith(`${key}.`))) continue;
    if (["checkbox", "radio"].includes(input.type) && !input.checked) continue;
    const isNumber = input.inputMode === "decimal";
    const text = isNumber ? input.value.replace(/\s/g, "").replace(",", ".") : input.value;
    if (text.trim()) answers.push(normalize(text));
  }
  return answers;
}

function isMet(block) {
  const answers = answersTo(block.closest("form"), block.dataset.if);
  const values = JSON.parse(block.dataset.words || "[]");
  const test = block.dataset.test || "is";
  if (test === "filled" || test === "empty") return answers.length > 0 === (test === "filled");
  if (test === "contains") return values.some(value => answers.some(one => one.includes(value)));
  return values.some(value => answers.includes(value)) === (test !== "isnt");
}

function update(form) {
  for (const block of all("[data-if]", form)) {
    const met = isMet(block);
    block.hidden = !met;
    for (const input of all("input, select, textarea", block)) input.disabled = !met;
  }
}

for (const form of new Set(all("[data-if]").map(block => block.closest("form")))) {
  form.addEventListener("input", () => update(form));
  form.addEventListener("change", () => update(form));
  update(form);
}
