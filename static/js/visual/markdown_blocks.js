// @ts-check
// Parse our Markdown into the document of Milkdown and serialise it back, block by block. A block that was not changed
// gives its own source back; what Milkdown does not know is kept as typed, in chips and raw blocks.
import { setStyle } from "./markdown_syntax.js";

const EDITED = new Set(["paragraph", "heading", "list", "quote", "code", "rule", "table", "box"]);

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
    const nodes = this.parse(source);
    return nodes?.length === 1 ? nodes[0] : null;
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
    const origins = this.places(nodes);
    let text = "";
    let last = null;
    nodes.forEach((node, at) => {
      const { index, known } = origins[at];
      text +=
        this.gap(nodes, origins, at) +
        (known ? this.blocks[index].source : this.rewritten(node, index));
      last = index;
    });
    return text + (this.rest || (last === null ? "\n" : ""));
  }

  // Return for each node the block it is (known), else the block it most likely was.
  places(nodes) {
    let last = -1;
    const origins = nodes.map(node => {
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
    while (at < origins.length) {
      if (origins[at].known) {
        at++;
        continue;
      }
      let end = at;
      while (end < origins.length && !origins[end].known) end++;
      const from = at ? origins[at - 1].index + 1 : 0;
      const to = end < origins.length ? origins[end].index : this.blocks.length;
      for (let step = 0; at + step < end && from + step < to; step++)
        origins[at + step].index = from + step;
      at = end;
    }
    return origins;
  }

  // Return the blank lines before a node: as they were between the same two, else one.
  gap(nodes, origins, at) {
    const { index, known } = origins[at];
    if (!at) return index === 0 ? this.blocks[0].gap : "";
    const before = origins[at - 1];
    const follows = index !== null && before.index !== null && before.index + 1 === index;
    const sameType = place => nodes[place].type === this.nodes[origins[place].index].type;
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
    const cached = this.memo.get(node);
    if (cached?.index === index) return cached.text;
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
