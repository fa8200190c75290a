// @ts-check
// Preview the text as the server renders it: beside it, or behind a tab on small screens.
import { send } from "../core/request.js";

const TYPING_PAUSE = 400;

export function enablePreview({ form, box, area }) {
  const split = box.querySelector(".split");
  const pane = split?.querySelector(".prose");
  if (!pane || !form.dataset.previewUrl) return;
  let timer;
  let request;

  const render = async () => {
    if (!pane.offsetParent) return;
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    const body = new FormData();
    body.append("text", area.value);
    for (const upload of form.querySelectorAll("[name=held]")) body.append("held", upload.value);
    try {
      const answer = await send(form.dataset.previewUrl, { method: "POST", body, signal });
      const html = await answer.text();
      if (answer.ok && !signal.aborted) pane.innerHTML = html;
    } catch {
      // Offline, or superseded by a newer request: keep the last preview.
    }
  };

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(render, TYPING_PAUSE);
  });
  split.classList.add("tabbed");
  box.querySelector("[data-editor-tabs]")?.addEventListener("click", event => {
    const tab = event.target.closest("a");
    if (!tab) return;
    event.preventDefault();
    const isPreview = tab.hash === `#${pane.id}`;
    split.classList.toggle("previewing", isPreview);
    for (const other of tab.closest("ul").querySelectorAll("a")) {
      other.removeAttribute("aria-current");
    }
    tab.setAttribute("aria-current", "true");
    if (isPreview) render();
    else area.focus();
  });
  if (!pane.childElementCount && area.value) render();
}
