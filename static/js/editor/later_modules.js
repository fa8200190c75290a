// @ts-check
// Load what the editor does not need at first, when it is first used: completion, components, help, visual mode.
import { load } from "../core/storage.js";
import { loadStylesheet } from "../core/stylesheet.js";
import { insert } from "./insert.js";

/** Complete [[ {{ @ # and / at the start of a line, from the first of these characters on. */
export function enableCompletion(tools) {
  const { area, box } = tools;
  if (!box.querySelector(".suggest")) return;
  const onInput = () => {
    const { selectionStart: caret, value } = area;
    if (!/[[{@#/]/.test(value.slice(Math.max(0, caret - 2), caret))) return;
    area.removeEventListener("input", onInput);
    Promise.all([import(box.dataset.menus), loadStylesheet(box.dataset.menusStyle)]).then(
      ([{ openMenu }]) => openMenu(tools),
      () => area.addEventListener("input", onInput),
    );
  };
  area.addEventListener("input", onInput);
}

/** Open the components dialog or the writing help. */
export function enableComponents({ box, area }) {
  box.addEventListener("click", event => {
    const button = event.target.closest("[data-components], [data-aid]");
    if (!button) return;
    event.preventDefault();
    if (button.dataset.aid) import(button.dataset.aid).then(({ showHelp }) => showHelp(button));
    else import(button.dataset.components).then(({ open }) => open(button, area, insert));
  });
}

/** Open the visual mode when it is asked for, or at once where it was chosen. */
export function enableVisualMode({ form, box, area, presence, pending, say }) {
  const button = box.querySelector("[data-visual]");
  if (!button) return;
  const run = async action =>
    (await import(button.dataset.visual))[action](button, form, box, area, pending);
  button.addEventListener("click", () => {
    if (presence.together) say("textVisualWaits");
    else run("toggle");
  });
  if ("on" in button.dataset || (!form.dataset.draftUrl && load("visual"))) run("open");
}
