// @ts-check
// Handle pasted rich text, pasted cells, an address pasted on words, and files pasted, dropped or chosen. The contents
// of a paste are gone once its event ends: read them at once, then load the module that converts them.
import { insert } from "./insert.js";

export function enablePaste(tools) {
  const { form, area, box, pending, say } = tools;
  const convert = (name, action, ...args) =>
    pending.add(
      import(box.dataset[name]).then(
        module => module[action](tools, ...args),
        () => say("textAway", {}, true),
      ),
    );
  const upload =
    form.dataset.uploadUrl &&
    ((files, isPasted) => convert("files", "upload", [...files], isPasted));
  let asPlainText = false;
  area.addEventListener("keydown", event => {
    const withControl = event.ctrlKey || event.metaKey;
    asPlainText = withControl && event.shiftKey && event.key.toLowerCase() === "v";
  });
  area.addEventListener("paste", event => {
    const data = event.clipboardData;
    const plain = data.getData("text/plain");
    const html = data.getData("text/html");
    const selected = area.value.slice(area.selectionStart, area.selectionEnd);
    if (asPlainText || isInCode(area)) {
      asPlainText = false;
      return;
    }
    if (selected && !selected.includes("\n") && isAddress(plain)) {
      insert(area, `[${selected}](${plain.trim()})`);
    } else if (hasLayout(html, plain)) {
      convert("richtext", "pasteRichText", html, plain);
    } else if (!plain && data.files.length && upload) {
      upload(data.files, true);
    } else {
      return;
    }
    event.preventDefault();
  });
  if (upload) enableDrop(tools, upload);
}

const isInCode = area =>
  (area.value.slice(0, area.selectionStart).match(/^(```|~~~)/gm) ?? []).length % 2;
const isAddress = text => /^https?:\/\/\S+$/.test(text.trim());
const hasLayout = (html, plain) =>
  /<(table|h[1-6]|b|strong|i|em|a|li|blockquote|pre|code|s|del)\b/i.test(html) ||
  /\t.*\n/.test(plain);

function enableDrop({ area, box }, upload) {
  const hasFiles = event => event.dataTransfer?.types.includes("Files");
  area.addEventListener("dragover", event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    area.classList.add("dropping");
  });
  area.addEventListener("dragleave", () => area.classList.remove("dropping"));
  area.addEventListener("drop", event => {
    area.classList.remove("dropping");
    if (!hasFiles(event)) return;
    event.preventDefault();
    upload(event.dataTransfer.files);
  });
  box.addEventListener("change", event => {
    if (!event.target.matches("[data-upload]")) return;
    upload(event.target.files);
    event.target.value = "";
  });
}
