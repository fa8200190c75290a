// @ts-check
// The schema of the visual mode: the nodes of Milkdown and our own. `views` renders ours (node_views.js), `syntax` parses
// and serialises them (markdown_syntax.js).
export function schemaParts(kit, views, syntax) {
  const raw = rawNode(kit);
  const chip = chipNode(kit);
  const box = boxNode(kit);
  const item = kit.extendListItemSchemaForTask.node;
  return [
    ...kit.commonmark,
    ...kit.gfm,
    links(kit, views),
    code(kit),
    headings(kit),
    images(kit, views),
    raw,
    chip,
    box,
    ...kit.inputRules,
    ...kit.markInputRules,
    ...kit.gfmInputRules,
    ...kit.commands,
    ...kit.gfmCommands,
    ...kit.keymap,
    ...kit.gfmKeymap,
    kit.hardbreakClearMarkPlugin,
    kit.hardbreakFilterNodes,
    kit.hardbreakFilterPlugin,
    kit.inlineNodesCursorPlugin,
    kit.remarkGFMPlugin,
    kit.$remark("ours", () => syntax(kit.defaultHandlers)),
    kit.remarkAddOrderInListPlugin,
    kit.remarkLineBreak,
    kit.remarkHtmlTransformer,
    kit.remarkMarker,
    kit.tableEditingPlugin,
    kit.keepTableAlignPlugin,
    kit.autoInsertSpanPlugin,
    kit.history,
    kit.$prose(() => kit.gapCursor()),
    kit.$view(raw, () => views.raw),
    kit.$view(chip, () => views.chip),
    kit.$view(box, () => views.box),
    kit.$view(item, () => views.item),
  ].flat();
}

const rawNode = kit =>
  kit.$node("raw", () => ({
    group: "block",
    atom: true,
    selectable: true,
    draggable: true,
    isolating: true,
    attrs: { kind: { default: "html" }, source: { default: "" } },
    parseDOM: [
      {
        tag: "figure[data-raw]",
        getAttrs: dom => ({ kind: dom.dataset.kind, source: dom.dataset.raw }),
      },
    ],
    toDOM: ({ attrs }) => ["figure", { "data-raw": attrs.source, "data-kind": attrs.kind }],
    parseMarkdown: {
      match: node => node.type === "raw",
      runner: (state, node, type) => state.addNode(type, { kind: node.kind, source: node.value }),
    },
    toMarkdown: {
      match: node => node.type.name === "raw",
      runner: (state, node) => state.addNode("raw", undefined, node.attrs.source),
    },
  }));

const chipNode = kit =>
  kit.$node("chip", () => ({
    group: "inline",
    inline: true,
    atom: true,
    selectable: true,
    draggable: true,
    attrs: { source: { default: "" } },
    parseDOM: [{ tag: "span[data-chip]", getAttrs: dom => ({ source: dom.dataset.chip }) }],
    toDOM: ({ attrs }) => ["span", { "data-chip": attrs.source }, attrs.source],
    leafText: node => node.attrs.source,
    parseMarkdown: {
      match: node => node.type === "verbatim",
      runner: (state, node, type) => state.addNode(type, { source: node.value }),
    },
    toMarkdown: {
      match: node => node.type.name === "chip",
      runner: (state, node) => state.addNode("verbatim", undefined, node.attrs.source),
    },
  }));

// A box has an opening line and holds blocks.
const boxNode = kit =>
  kit.$node("box", () => ({
    group: "block",
    content: "block+",
    defining: true,
    attrs: { open: { default: "::: note" } },
    parseDOM: [
      { tag: "div[data-box]", contentElement: "div", getAttrs: dom => ({ open: dom.dataset.box }) },
    ],
    toDOM: node => ["div", { "data-box": node.attrs.open }, ["div", 0]],
    parseMarkdown: {
      match: node => node.type === "box",
      runner(state, node, type) {
        state.openNode(type, { open: node.open });
        state.next(node.children);
        state.closeNode();
      },
    },
    toMarkdown: {
      match: node => node.type.name === "box",
      runner(state, node) {
        state.openNode("box", undefined, { open: node.attrs.open });
        state.next(node.content);
        state.closeNode();
      },
    },
  }));

// A link remembers how it was written: bare, in angle brackets, by reference.
const links = (kit, views) =>
  kit.linkSchema.extendSchema(previous => ctx => {
    const base = previous(ctx);
    const read = (state, node, type) => {
      state.openMark(type, { href: node.url, title: node.title ?? null, form: node.form ?? null });
      state.next(node.children);
      state.closeMark(type);
    };
    const write = (state, mark) => {
      const { href: url, title, form } = mark.attrs;
      state.withMark(mark, "link", undefined, { url, title, form });
    };
    return {
      ...base,
      inclusive: false,
      attrs: { ...base.attrs, form: { default: null } },
      toDOM: ({ attrs: { href, title } }) => [
        "a",
        { href: views.href(href), title: title || href, rel: "noopener" },
      ],
      parseMarkdown: { ...base.parseMarkdown, runner: read },
      toMarkdown: { ...base.toMarkdown, runner: write },
    };
  });

const code = kit =>
  kit.codeBlockSchema.extendSchema(previous => ctx => {
    const base = previous(ctx);
    const write = (state, node) => {
      const [lang, ...meta] = (node.attrs.language ?? "").split(" ");
      state.addNode("code", undefined, node.textContent, {
        lang: lang || null,
        meta: meta.join(" ") || null,
      });
    };
    return { ...base, toMarkdown: { ...base.toMarkdown, runner: write } };
  });

// Headings have no ids: they could clash with those of the page.
const headings = kit =>
  kit.headingSchema.extendSchema(previous => ctx => ({
    ...previous(ctx),
    toDOM: node => [`h${node.attrs.level}`, 0],
  }));

// Show an attachment; show only the words of an image of another site, which is never requested.
const images = (kit, views) =>
  kit.imageSchema.extendSchema(previous => ctx => ({
    ...previous(ctx),
    parseMarkdown: {
      match: node => node.type === "image",
      runner(state, node, type) {
        state.addNode(type, { src: node.url ?? "", alt: node.alt ?? "", title: node.title ?? "" });
      },
    },
    toMarkdown: {
      match: node => node.type.name === "image",
      runner(state, { attrs: { src: url, alt, title } }) {
        state.addNode("image", undefined, undefined, { url, alt, title: title || null });
      },
    },
    parseDOM: [
      {
        tag: "[data-picture]",
        getAttrs: ({ dataset: { picture: src, alt = "", title = "" } }) => ({ src, alt, title }),
      },
    ],
    toDOM({ attrs: { src, alt, title } }) {
      const url = views.file(src);
      const attributes = { "data-picture": src, "data-alt": alt ?? "", "data-title": title ?? "" };
      if (url) return ["img", { ...attributes, src: url, alt: alt ?? "" }];
      return ["span", { ...attributes, class: "visual-chip" }, alt || src];
    },
  }));
