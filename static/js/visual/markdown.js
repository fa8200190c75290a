// @ts-check
// Parse our Markdown into the document of Milkdown and serialise it back, block by block. A block that was not changed
// gives its own source back; what Milkdown does not know is kept as typed, in chips and raw blocks.
const WIKI_LINK = /^\[\[(?!\s*\])([^[\]|]|\[(?!\[)|\](?!\]))*(\|.*)?\]\]$/;
const MACRO =
  /^\{\{\s*(?!end[\s}])([A-Za-z][\w-]*)((?:(?:\s+|(?<=["']))[A-Za-z][\w-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*)\s*\/?\}\}$/;
const UNSAFE = /^\[\[\s*(\||(javascript|vbscript|data|file)\s*:)/i;
const LINKED = /^(https?|ircs?|xmpp|matrix):\/\/|@/i;
const EDITED = new Set(["paragraph", "heading", "list", "quote", "code", "rule", "table", "box"]);

// The style the current block was written in: remark reads it whenever it serialises.
let style = {};
function setStyle(source = "") {
  const bullet = /^\s*([-*+])(?=\s|$)/m.exec(source)?.[1] ?? "-";
  style = {
    bullet,
    other: bullet === "-" ? "*" : "-",
    ordered: /^\s*\d+([.)])(?=\s|$)/m.exec(source)?.[1] ?? ".",
    fence: source.startsWith("~~~") ? "~" : "`",
    rule: /^\s*([*_-])/.exec(source)?.[1] ?? "-",
  };
}
setStyle();

// Tokenise a component or a wiki link up to its end, to keep it as typed.
const verbatim = (close, most, fits) => ({
  name: "verbatim",
  tokenize(effects, ok, nok) {
    let text = "";
    const begin = code => {
      effects.enter("verbatim");
      effects.enter("verbatimData");
      return more(code);
    };
    const more = code => {
      if (code === null || text.length > most) return nok(code);
      if (code < -2) {
        effects.exit("verbatimData");
        effects.enter("lineEnding");
        text += "\n";
        effects.consume(code);
        effects.exit("lineEnding");
        return next;
      }
      effects.consume(code);
      text += code === -2 ? "\t" : code < 0 ? "" : String.fromCharCode(code);
      if (text.length === 2 && text[1] !== text[0]) return nok;
      if (!text.endsWith(close) || text.length < 5) return more;
      if (fits(text)) {
        effects.exit("verbatimData");
        effects.exit("verbatim");
        return ok;
      }
      return close === "]]" ? nok : more;
    };
    const next = code => {
      if (code === null) return nok(code);
      if (code < -2) return nok(code);
      effects.enter("verbatimData");
      return more(code);
    };
    return begin;
  },
});
const wikiLink = verbatim(
  "]]",
  1004,
  text => WIKI_LINK.test(text) && !UNSAFE.test(text) && !text.includes("\n"),
);
const macro = verbatim("}}", 4000, text => MACRO.test(text));

// The remark plugin of our syntax: reads chips, remembers how links were written, and sets definitions aside.
export const syntax = handlers =>
  function wikiSyntax() {
    const data = this.data();
    data.micromarkExtensions ??= [];
    data.micromarkExtensions.push({ text: { 91: wikiLink, 123: macro } });
    data.fromMarkdownExtensions ??= [];
    data.fromMarkdownExtensions.push({
      enter: {
        verbatim(token) {
          this.enter({ type: "verbatim", value: this.sliceSerialize(token) }, token);
        },
      },
      exit: {
        verbatim(token) {
          this.exit(token);
        },
      },
    });
    const unsafe = ["after", "before"].map(side => ({
      character: "{",
      [side]: "\\{",
      inConstruct: "phrasing",
    }));
    data.toMarkdownExtensions ??= [];
    data.toMarkdownExtensions.push({ handlers: serializers(handlers), unsafe });
    return (tree, file) => {
      annotate(tree, takeDefinitions(tree), String(file));
    };
  };
function takeDefinitions(tree) {
  const found = {};
  tree.children = tree.children.filter(node => {
    if (node.type === "definition") found[node.identifier] ??= node;
    return !["definition", "footnoteDefinition"].includes(node.type);
  });
  return found;
}
function annotate(node, definitions, text) {
  if (node.type === "linkReference" || node.type === "imageReference") {
    const { url = "", title = null } = definitions[node.identifier] ?? {};
    const form = `ref:${node.referenceType}:${node.label}`;
    const type = node.type === "linkReference" ? "link" : "image";
    Object.assign(node, { type, url, title, alt: node.alt ?? "", form });
  } else if (node.type === "link") {
    const { start, end } = node.position ?? {};
    const [only] = node.children;
    if (node.title === undefined) node.title = null;
    const alone = node.children.length === 1 && only.type === "text";
    const bare = alone && (!start || end.offset - start.offset === only.value.length);
    if (bare && !LINKED.test(only.value)) turn(node, "text", only.value);
    else if (bare) node.form = "bare";
    else if (start && text[start.offset] === "<") node.form = "angle";
  } else if (node.type === "code") {
    node.lang = [node.lang, node.meta].filter(Boolean).join(" ");
  }
  // Milkdown cannot nest bold in bold: keep the outer one as typed.
  if (
    ["strong", "emphasis", "delete"].includes(node.type) &&
    node.position &&
    within(node, node.type)
  ) {
    turn(node, "verbatim", text.slice(node.position.start.offset, node.position.end.offset));
  }
  for (const child of node.children ?? []) annotate(child, definitions, text);
}
const turn = (node, type, value) => Object.assign(node, { type, value, children: undefined });
const within = (node, type) =>
  (node.children ?? []).some(child => child.type === type || within(child, type));

// Serialise our nodes.
const serializers = ({ link, image, break: hard }) => ({
  verbatim: ({ value }, parent, { stack }) =>
    stack.includes("tableCell") ? value.replace(/(?<!\\)\|/g, "\\|") : value,
  raw: node => node.value,
  box(node, parent, state, info) {
    const exit = state.enter("box");
    const inside = state.containerFlow(node, info);
    exit();
    return `${node.open}\n${inside}\n${/^:+/.exec(node.open)[0]}`;
  },
  link(node, parent, state, info) {
    const text = node.children?.map(child => child.value ?? "").join("");
    const plain = node.children?.every(child => child.type === "text") && !/\s/.test(text);
    if (node.form === "bare" && plain && LINKED.test(text)) return text;
    const [, type, label] = /^ref:(\w+):([\s\S]*)$/.exec(node.form ?? "") ?? [];
    if (!type) return link(node, parent, state, info);
    const exit = state.enter("label");
    const inside = state.containerPhrasing(node, { ...info, before: "[", after: "]" });
    exit();
    if (type !== "full" && inside === label)
      return `[${inside}]${type === "collapsed" ? "[]" : ""}`;
    return `[${inside}][${label}]`;
  },
  break: (node, parent, state, info) =>
    state.stack.includes("tableCell") ? " " : hard(node, parent, state, info),
});

// Have remark read the style of the current block.
export function configureMarkdown(kit, ctx) {
  const steady = { listItemIndent: "one", incrementListMarker: true, tightDefinitions: true };
  ctx.update(kit.remarkStringifyOptionsCtx, options =>
    Object.defineProperties(
      { ...options, ...steady },
      {
        bullet: { enumerable: true, get: () => style.bullet },
        bulletOther: { enumerable: true, get: () => style.other },
        bulletOrdered: { enumerable: true, get: () => style.ordered },
        fence: { enumerable: true, get: () => style.fence },
        rule: { enumerable: true, get: () => style.rule },
      },
    ),
  );
  ctx.set(kit.remarkGFMPlugin.options.key, { singleTilde: false, tablePipeAlign: false });
}

// Parse and serialise blocks, and remember the source of each.
export class MarkdownBlocks {
  constructor(kit, ctx) {
    this.kit = kit;
    this.schema = ctx.get(kit.schemaCtx);
    this.remark = ctx.get(kit.remarkCtx);
    this.load([], "");
  }

  // Load the blocks of a text; return each as it would be serialised, null where it is kept as typed.
  load(blocks, rest) {
    Object.assign(this, {
      blocks,
      rest,
      origin: new WeakMap(),
      alike: new Map(),
      memo: new WeakMap(),
    });
    const definitions = blocks.filter(block => block.kind === "definitions");
    this.definitions = definitions.map(block => `\n\n${block.source}`).join("");
    this.nodes = blocks.map(block => this.read(block) ?? this.raw(block));
    const write = (node, index) =>
      node.type.name === "raw" ? null : this.write(node, blocks[index].source);
    this.written = this.nodes.map(write);
    return this.written;
  }

  // Keep these blocks as typed, and remember the block of each node; return the document.
  settle(indexes = []) {
    for (const index of indexes) this.nodes[index] = this.raw(this.blocks[index]);
    this.nodes.forEach((node, index) => {
      this.origin.set(node, index);
      const key = JSON.stringify(node);
      this.alike.set(key, [...(this.alike.get(key) ?? []), index]);
    });
    const nodes = this.nodes.length ? this.nodes : [this.schema.nodes.paragraph.create()];
    return this.schema.topNodeType.create(null, nodes);
  }

  raw({ kind, source }) {
    return this.schema.nodes.raw.create({ kind, source });
  }

  read({ kind, source }) {
    if (!EDITED.has(kind)) return null;
    if (kind === "box") return this.box(source.split("\n"));
    const found = this.parse(source);
    return found?.length === 1 ? found[0] : null;
  }

  // Return a box, null if it holds another one.
  box(lines) {
    const open = lines.shift();
    const close = lines.pop()?.trim();
    if (
      !/^:+/.test(open) ||
      close !== /^:+/.exec(open)[0] ||
      lines.some(line => /^\s*:::/.test(line))
    )
      return null;
    const inside = this.parse(lines.join("\n"));
    return inside?.length ? this.schema.nodes.box.create({ open }, inside) : null;
  }

  // Return the nodes of some Markdown, null when it cannot be parsed.
  parse(source) {
    const more = source.includes("[") ? this.definitions : "";
    try {
      const doc = this.kit.ParserState.create(this.schema, this.remark)(source + more);
      doc.check();
      return [...doc.content.content];
    } catch {
      return null;
    }
  }

  // Serialise one node in the style of its source.
  write(node, source = "") {
    setStyle(source);
    try {
      const doc = this.schema.topNodeType.create(null, [node]);
      return this.kit.SerializerState.create(this.schema, this.remark)(doc).replace(/\n+$/, "");
    } catch {
      return null;
    }
  }

  // Serialise the document: the sources of unchanged blocks, the others written anew.
  text(doc) {
    const nodes = [...doc.content.content].filter(
      node => !(node.type.name === "paragraph" && !node.content.size),
    );
    if (!nodes.length) return "";
    const found = this.places(nodes);
    let text = "";
    let last = null;
    nodes.forEach((node, at) => {
      const { index, known } = found[at];
      text +=
        this.gap(nodes, found, at) +
        (known ? this.blocks[index].source : this.rewritten(node, index));
      last = index;
    });
    return text + (this.rest || (last === null ? "\n" : ""));
  }

  // Return for each node the block it is (known), else the block it most likely was.
  places(nodes) {
    let last = -1;
    const found = nodes.map(node => {
      let index = this.origin.get(node);
      if (index === undefined) {
        const same = this.alike.get(JSON.stringify(node)) ?? [];
        index = same.find(one => one > last) ?? same[0];
        if (index !== undefined) this.origin.set(node, index);
      }
      if (index !== undefined) last = index;
      return { index: index ?? null, known: index !== undefined };
    });
    let at = 0;
    while (at < found.length) {
      if (found[at].known) {
        at++;
        continue;
      }
      let end = at;
      while (end < found.length && !found[end].known) end++;
      const from = at ? found[at - 1].index + 1 : 0;
      const to = end < found.length ? found[end].index : this.blocks.length;
      for (let step = 0; at + step < end && from + step < to; step++)
        found[at + step].index = from + step;
      at = end;
    }
    return found;
  }

  // Return the blank lines before a node: as they were between the same two, else one.
  gap(nodes, found, at) {
    const { index, known } = found[at];
    if (!at) return index === 0 ? this.blocks[0].gap : "";
    const before = found[at - 1];
    const follows = index !== null && before.index !== null && before.index + 1 === index;
    const sameType = place => nodes[place].type === this.nodes[found[place].index].type;
    if (follows) {
      const { gap } = this.blocks[index];
      if (
        (known && before.known) ||
        gap.split("\n").length > 2 ||
        (sameType(at) && sameType(at - 1))
      )
        return gap;
    }
    const lists = nodes[at].type === nodes[at - 1].type && nodes[at].type.name.endsWith("_list");
    return lists ? "\n\n<!-- -->\n\n" : "\n\n";
  }

  rewritten(node, index) {
    if (node.type.name === "raw") return node.attrs.source;
    const kept = this.memo.get(node);
    if (kept?.index === index) return kept.text;
    const block = index === null ? null : this.blocks[index];
    const fresh = this.write(node, block?.source) ?? node.textContent;
    const text =
      block && this.written[index] !== null
        ? mergeLines(block.source, this.written[index], fresh)
        : fresh;
    this.memo.set(node, { index, text });
    return text;
  }
}

// Keep unchanged lines as they were typed, where the typed and the serialised lines correspond.
const opening = line => /^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*/.exec(line)[0];
export function mergeLines(typed, written, fresh) {
  const [old, before, now] = [typed, written, fresh].map(text => text.split("\n"));
  if (old.length !== before.length || old.some((line, at) => opening(line) !== opening(before[at])))
    return fresh;
  const most = Math.min(before.length, now.length);
  let head = 0;
  let tail = 0;
  while (head < most && before[head] === now[head]) head++;
  while (tail < most - head && before.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return [
    ...old.slice(0, head),
    ...now.slice(head, now.length - tail),
    ...old.slice(old.length - tail),
  ].join("\n");
}
