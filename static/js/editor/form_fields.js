// @ts-check
// Read the fields of a form that a draft stores, and write them back.
import { insert } from "./insert.js";

/** Fields of one submission only. */
const TRANSIENT = new Set([
  "csrf_token",
  "stay",
  "next",
  "_seal",
  "_proof",
  "by",
  "presence",
  "unsigned",
  "sign_in_name",
  "sign_in_password",
]);

/** @returns {[string, string][]} */
export const readFields = form =>
  [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && !TRANSIENT.has(name),
  );

/** Compare what people wrote, whatever version it started from. */
export function isSameContent(one, other) {
  const content = fields =>
    JSON.stringify(
      fields
        .filter(([name]) => name !== "base" && name !== "live")
        .map(([name, value]) => [name, value.replace(/\r\n/g, "\n")]),
    );
  return content(one) === content(other);
}

/** Restore a draft; its `base` comes back too, so that the server merges from where it was written. */
export function writeFields(form, fields) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const input of form.querySelectorAll("[name=held]")) input.remove();
  for (const value of values.get("held") ?? []) form.append(hiddenInput("held", value));
  for (const control of form.elements) {
    const { name, type } = control;
    const isButton = ["submit", "button", "file"].includes(type);
    if (!name || name === "held" || TRANSIENT.has(name) || isButton) continue;
    writeControl(control, values.get(name) ?? []);
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

const hiddenInput = (name, value) =>
  Object.assign(document.createElement("input"), { type: "hidden", name, value });

// Controls of one name take their values one after the other.
function writeControl(control, values) {
  if (control.matches("textarea.source")) {
    insert(control, values[0] ?? "", 0, control.value.length);
  } else if (control.type === "checkbox" || control.type === "radio") {
    control.checked = values.includes(control.value);
  } else if (control.multiple) {
    for (const option of control.options) option.selected = values.includes(option.value);
  } else if (values.length) {
    control.value = values.length > 1 ? values.shift() : values[0];
  }
}
