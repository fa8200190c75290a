// @ts-check
// Render the nodes Milkdown does not know: raw blocks and chips (kept as typed), boxes, checkboxes, images and links. The
// markup is in templates/pages/visual.html.
import { post } from "./post.js";

export const nodeViews = surface => ({
  raw: (node, view, getPos) => rawView(surface, node, getPos),
  chip: (node, view, getPos) => chipView(surface, node, getPos),
  box: (node, view, getPos) => boxView(surface, node, getPos),
  item: (node, view, getPos) => itemView(surface, node, getPos),
  file: src => fileUrl(surface.words.fileUrl, src),
  href: safeHref,
});

// Render a raw block as the page will show it, with its name and the buttons to change it.
function rawView(surface, node, getPos) {
  const { commands, words, box } = surface;
  const dom = cloneTemplate(surface, "raw");
  const part = name => dom.querySelector(`[data-${name}]`);
  const draw = () => {
    const { kind, source } = node.attrs;
    const label = words[`kind${kind[0].toUpperCase()}${kind.slice(1)}`] ?? words.kindHtml;
    const title = label.replace("{name}", callOf(source) ?? "");
    dom.setAttribute("aria-label", title);
    part("label").textContent = title;
    part("settings").hidden = kind !== "macro" || !box.querySelector("[data-components]");
    showRendered(surface, part("shown"), node.attrs);
  };
  dom.addEventListener("click", event => {
    if (event.target.closest("[data-source]")) commands.editSource(node, getPos());
    else if (event.target.closest("[data-settings]")) commands.editSettings(node, getPos);
  });
  draw();
  return {
    dom,
    update(next) {
      if (next.type !== node.type) return false;
      const changed = next.attrs !== node.attrs;
      node = next;
      if (changed) draw();
      return true;
    },
    ...selectable(dom),
    stopEvent: event => Boolean(event.target.closest?.("button")),
    ignoreMutation: () => true,
  };
}
const cloneTemplate = ({ root }, name) =>
  root.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true);
const callOf = source => /^\{\{\s*([\w-]+)/.exec(source)?.[1];
const selectable = dom => ({
  selectNode: () => dom.classList.add("picked"),
  deselectNode: () => dom.classList.remove("picked"),
});

// Show the HTML of the server, else the source.
async function showRendered({ form, html }, place, { kind, source }) {
  const isRendered = ["box", "html", "macro", "terms"].includes(kind);
  if (isRendered && !html.has(source)) {
    const body = new FormData();
    body.append("text", source);
    const answer = await post(form.dataset.previewUrl, body).catch(() => null);
    if (answer?.ok) html.set(source, await answer.text());
  }
  const rendered = isRendered ? html.get(source) : "";
  if (rendered?.trim()) place.innerHTML = rendered;
  else place.replaceChildren(Object.assign(document.createElement("pre"), { textContent: source }));
}

// Render a chip: a wiki link by its label, a component by its name.
function chipView(surface, node, getPos) {
  const { commands, box } = surface;
  const dom = Object.assign(document.createElement("span"), { className: "visual-chip" });
  const draw = () => {
    const { source } = node.attrs;
    const link = source.startsWith("[[");
    const [where, label] = link ? source.slice(2, -2).split(/\\?\|/) : [];
    dom.textContent = link
      ? withoutMarks(label) || where.trim()
      : (callOf(source) ?? withoutMarks(source));
    dom.title = source;
    dom.classList.toggle("link", link);
  };
  dom.addEventListener("dblclick", () => {
    if (node.attrs.source.startsWith("{{") && box.querySelector("[data-components]"))
      commands.editSettings(node, getPos);
    else commands.editSource(node, getPos());
  });
  draw();
  return {
    dom,
    update(next) {
      if (next.type !== node.type) return false;
      node = next;
      draw();
      return true;
    },
    ...selectable(dom),
    ignoreMutation: () => true,
  };
}
const withoutMarks = words => words?.replace(/[*`]|~~|(?<!\w)_|_(?!\w)/g, "").trim();

// Render a box; its title edits its opening line.
function boxView(surface, node, getPos) {
  const dom = cloneTemplate(surface, "box");
  const contentDOM = dom.querySelector("[data-inside]");
  const line = () => /^(:+)\s*(\S*)\s*(.*)$/.exec(node.attrs.open);
  const draw = () => {
    const [, , kind, title] = line();
    dom.classList.toggle("alert", kind === "warn");
    dom.querySelector("[data-label]").textContent = title || kind;
  };
  dom.querySelector("[data-source]").addEventListener("click", () => {
    const [, fence, kind, title] = line();
    const write = typed => ({ open: `${fence} ${kind} ${typed.trim()}`.trim() });
    surface.commands.ask("box", title, typed => {
      const { state } = surface.view;
      surface.view.dispatch(state.tr.setNodeMarkup(getPos(), null, write(typed)));
    });
  });
  draw();
  return {
    dom,
    contentDOM,
    update(next) {
      if (next.type !== node.type) return false;
      node = next;
      draw();
      return true;
    },
    stopEvent: event => Boolean(event.target.closest?.("[data-source]")),
    ignoreMutation: change => !contentDOM.contains(change.target),
  };
}

// Render a list item, with its checkbox if it has one.
function itemView({ view, words }, node, getPos) {
  const dom = document.createElement("li");
  const same = next =>
    next.type === node.type && (next.attrs.checked === null) === (node.attrs.checked === null);
  if (node.attrs.checked === null) return { dom, contentDOM: dom, update: same };
  const { checked } = node.attrs;
  const contentDOM = document.createElement("div");
  const box = Object.assign(document.createElement("input"), {
    type: "checkbox",
    checked,
    contentEditable: "false",
  });
  box.setAttribute("aria-label", words.ticked);
  box.addEventListener("change", () => {
    view.dispatch(
      view.state.tr.setNodeMarkup(getPos(), null, { ...node.attrs, checked: box.checked }),
    );
  });
  dom.className = "task-list-item";
  dom.append(box, contentDOM);
  return {
    dom,
    contentDOM,
    update(next) {
      if (!same(next)) return false;
      node = next;
      box.checked = next.attrs.checked;
      return true;
    },
    stopEvent: event => event.target === box,
    ignoreMutation: change => !contentDOM.contains(change.target),
  };
}

// Return the URL of a file of the page, an empty string for an image of another site, which is never requested.
function fileUrl(pattern, src) {
  const name = src.startsWith("attachment:") ? src.slice(11) : src;
  if (/^(\/(?!\/)|data:image\/)/.test(src)) return src;
  if (!pattern || /^[a-z][a-z0-9+.-]*:|[/?#\\]/i.test(name) || !name) return "";
  try {
    return pattern.replace("FILE", encodeURIComponent(decodeURIComponent(name)));
  } catch {
    return "";
  }
}

const safe = /^(https?|mailto|tel|xmpp|ircs?|matrix):/i;
const safeHref = href => (/^([a-z][a-z0-9+.-]*):/i.test(href) && !safe.test(href) ? "#" : href);
