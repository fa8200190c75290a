// @ts-check
// Remember the view chosen last, for addresses that name none: <nav data-sticky="form"> with links ?view=…
import { all, root } from "./dom.js";
import { load, store } from "./storage.js";

const viewOf = url => new URL(url, location.href).searchParams.get("view") ?? "";
const keyOf = link => `view:${root.dataset.base}/${link.closest("[data-sticky]").dataset.sticky}`;

document.addEventListener("click", event => {
  const link = event.target.closest?.("[data-sticky] a");
  if (link) store(keyOf(link), viewOf(link.href));
});

for (const current of all("[data-sticky] [aria-current]")) {
  const view = load(keyOf(current));
  const links = all("a", current.closest("[data-sticky]"));
  const link = view && links.find(other => viewOf(other.href) === view);
  if (link && link !== current && !new URLSearchParams(location.search).has("view")) {
    const url = new URL(location.href);
    url.searchParams.set("view", view);
    location.replace(url);
  }
}
