// @ts-check
// Our Markdown for remark: components and wiki links, boxes, and how links were written. The style of what is serialised
// follows the block it comes from.
const WIKI_LINK = /^\[\[(?!\s*\])([^[\]|]|\[(?!\[)|\](?!\]))*(\|.*)?\]\]$/;
const MACRO =
  /^\{\{\s*(?!end[\s}])([A-Za-z][\w-]*)((?:(?:\s+|(?<=["']))[A-Za-z][\w-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*)\s*\/?\}\}$/;
const UNSAFE = /^\[\[\s*(\||(javascript|vbscript|data|file)\s*:)/i;
const LINKED = /^(https?|ircs?|xmpp|matrix):\/\/|@/i;

// The style the current block was written in: remark reads it whenever it serialises.
let style = {};
export function setStyle(source = "") {
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
  const definitions = {};
  tree.children = tree.children.filter(node => {
    if (node.type === "definition") definitions[node.identifier] ??= node;
    return !["definition", "footnoteDefinition"].includes(node.type);
  });
  return definitions;
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
