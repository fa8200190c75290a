// @ts-check
// The visual mode: a rich text surface over the text of the editor. Loaded by editor/later_modules.js when it is asked
// for; templates/pages/visual.html holds its toolbar, dialogs and texts. Milkdown is loaded with it.
import { store } from "../core/storage.js";
import { loadStylesheet } from "../core/stylesheet.js";
import { Commands } from "./commands.js";
import { syntax } from "./markdown_syntax.js";
import { nodeViews } from "./node_views.js";
import { schemaParts } from "./nodes.js";
import { inputRules, PageMenu } from "./page_menu.js";
import { post } from "./post.js";
import { Surface } from "./surface.js";

const surfaces = new WeakMap();

/** @param {Element} box */
export const surfaceOf = box => surfaces.get(box);

/** Show the surface without taking the focus. */
export const open = (button, ...places) =>
  withoutRepeat(button, async () => {
    const surface = await makeSurface(button, ...places);
    await surface?.show(false);
  });

/** Switch between the surface and the text, and remember the choice. */
export async function toggle(button, form, box, ...places) {
  await withoutRepeat(button, async () => {
    const surface = surfaces.get(box) ?? (await makeSurface(button, form, box, ...places));
    if (!surface) return;
    const isOn = !surface.isOn;
    if (isOn) await surface.show();
    else surface.hide();
    if (surface.isOn === isOn) rememberChoice(surface.words.choiceUrl, isOn);
  });
  if (document.activeElement === document.body) button.focus();
}

async function withoutRepeat(button, action) {
  if (button.disabled) return;
  button.disabled = true;
  try {
    await action();
  } finally {
    button.disabled = false;
  }
}

async function makeSurface(button, form, box, area, pending) {
  try {
    const [root] = await Promise.all([
      loadParts(button.dataset.url),
      loadStylesheet(button.dataset.style),
      loadStylesheet(box.dataset.menusStyle),
    ]);
    const kit = await import(root.dataset.kit);
    const surface = new Surface({ button, form, box, area, pending, root, kit });
    surface.commands = new Commands(surface);
    const parts = schemaParts(kit, nodeViews(surface), syntax);
    await surface.build([...parts, ...inputRules(kit)]);
    surface.menu = new PageMenu(surface);
    surfaces.set(box, surface);
    return surface;
  } catch (error) {
    const message = document.getElementById("request-failed")?.content.cloneNode(true);
    if (message) box.prepend(message);
    if (!(error instanceof Response) && !(error instanceof TypeError)) throw error;
    return null;
  }
}

async function loadParts(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw answer;
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return template.content.querySelector("[data-visual-parts]");
}

// The server remembers the choice of someone signed in, this browser that of others.
function rememberChoice(url, isOn) {
  if (url) post(url, new URLSearchParams({ on: isOn ? "1" : "0" })).catch(() => {});
  else store("visual", isOn ? "1" : "");
}
