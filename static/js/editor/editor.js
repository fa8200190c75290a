// @ts-check
// The editor of pages: presence, drafts, shortcuts, preview, lists. Without it the form is a plain one.
// templates/parts/editor.html makes the markup, holds the texts and documents the URLs. Drafts serve any form with
// data-draft-key.
import { send } from "../core/request.js";
import { Drafts } from "./drafts.js";
import { insert } from "./insert.js";
import { enableCompletion, enableComponents, enableVisualMode } from "./later_modules.js";
import { enablePaste } from "./paste.js";
import { Pending } from "./pending.js";
import { Presence } from "./presence.js";
import { enablePreview } from "./preview.js";
import { enableSaveKeys } from "./save_keys.js";
import { fill, statusOf } from "./status.js";
import { enableTyping } from "./typing.js";

function enhance(form) {
  const { say, clock } = statusOf(form);
  const presence = new Presence(form, say);
  const pending = new Pending(form, say);
  if (form.dataset.draftKey) new Drafts({ form, presence, say, clock });
  enableSaveKeys(form);
  for (const box of form.querySelectorAll(".editor")) {
    const area = box.querySelector("textarea.source");
    const tools = { form, box, area, presence, pending, say, send, fill, insert };
    enableTyping(tools);
    enablePreview(tools);
    enableCompletion(tools);
    enablePaste(tools);
    enableComponents(tools);
    enableVisualMode(tools);
  }
}

for (const form of document.querySelectorAll("form[data-draft-key], form.editor-form")) {
  enhance(form);
}
