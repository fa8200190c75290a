// @ts-check
// Delete the local draft of a page once it is saved: the page that follows carries data-saved-draft="page:12".
import { all, root } from "./dom.js";
import { store } from "./storage.js";

for (const { dataset } of all("[data-saved-draft]")) {
  store(`draft:${root.dataset.base}/${dataset.savedDraft}`, null);
}
