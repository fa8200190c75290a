// @ts-check
// Convert pasted rich text and pasted cells to Markdown: headings, bold, italic, struck, links, lists, quotes, code and
// tables; everything else becomes plain text. Ctrl+Z undoes it, Ctrl+Shift+V pastes plain text.
export function pasteRichText({ area, say, insert }, html, plain) {
  const { value, selectionStart: from } = area;
  const markdown = /<table\b/i.test(html) || !/\t.*\n/.test(plain) ? markdownOf(html) : "";
  const cells = markdown ? "" : table(plain);
  const text = cells || markdown || plain;
  const block = /\n/.test(text.trim()) && text !== plain;
  const lead = block ? leadFor(text, value.slice(0, from)) : "";
  insert(area, lead + text.replace(/\n+$/, "") + (block ? "\n" : ""));
  if (text !== plain && text.trim() !== plain.trim()) say("textConverted");
}

// Start a block on a new line, and separate a table from the text above.
function leadFor(text, above) {
  if (above && !above.endsWith("\n")) return "\n\n";
  return text.startsWith("|") && above.length > 1 && above.at(-2) !== "\n" ? "\n" : "";
}

// Cells of a spreadsheet as plain text: tabs and newlines, quotes around a cell of several lines.
const CELL = /(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))(\t|\n|$)/g;
export function table(text) {
  const rows = [[]];
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  for (const [, quoted, bare, end] of lines.matchAll(CELL)) {
    if (end === "" && !quoted && !bare && !rows.at(-1).length) break;
    rows.at(-1).push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === "\n") rows.push([]);
    if (end === "") break;
  }
  return rows[0].length > 1 ? tableOf(rows.filter(row => row.length)) : "";
}
const tableOf = rows => {
  const width = Math.max(...rows.map(row => row.length));
  const cell = text =>
    text
      .trim()
      .replace(/(?<!\\)\|/g, "\\|")
      .replace(/\s*\n\s*/g, " ");
  const line = cells =>
    `| ${Array.from({ length: width }, (_, at) => cell(cells[at] ?? "")).join(" | ")} |`;
  return (
    [line(rows[0]), line(Array(width).fill("---")), ...rows.slice(1).map(line)].join("\n") + "\n"
  );
};

// Parse the HTML outside the page, where nothing is loaded or run. Read styles as text: the content security policy
// forbids them.
const NOISE = "style, script, meta, title, template, svg, head, noscript, [hidden]";
export function markdownOf(html) {
  const plainly = html
    .replace(/<style\b[\s\S]*?<\/style>/gi, "")
    .replace(/(<[^>]*?\s)style(?=\s*=)/gi, "$1data-css");
  const body = new DOMParser().parseFromString(plainly, "text/html").body;
  for (const noise of body.querySelectorAll(NOISE)) noise.remove();
  wordLists(body);
  return blocks(body)
    .replace(/[ \t]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^\n+|\n+$/g, "");
}

const BLOCKS = new Set([
  "P",
  "DIV",
  "SECTION",
  "ARTICLE",
  "HEADER",
  "FOOTER",
  "MAIN",
  "ASIDE",
  "NAV",
  "ADDRESS",
  "FORM",
  "FIELDSET",
  "UL",
  "OL",
  "LI",
  "DL",
  "DT",
  "DD",
  "TABLE",
  "BLOCKQUOTE",
  "PRE",
  "FIGURE",
  "FIGCAPTION",
  "HR",
  "H1",
  "H2",
  "H3",
  "H4",
  "H5",
  "H6",
]);
const holdsBlock = node =>
  node.nodeType === 1 && (BLOCKS.has(node.tagName) || [...node.children].some(holdsBlock));

// Return the blocks of an element, separated by an empty line; text between two blocks is a paragraph.
function blocks(parent, separator = "\n\n") {
  const parts = [];
  let run = [];
  const flush = () => {
    const text = words(run).trim();
    if (text) parts.push(lineStart(text));
    run = [];
  };
  for (const node of parent.childNodes) {
    if (holdsBlock(node)) {
      flush();
      parts.push(block(node));
    } else run.push(node);
  }
  flush();
  return parts.filter(text => text.trim()).join(separator);
}
function block(node) {
  const { tagName } = node;
  if (/^H[1-6]$/.test(tagName)) return heading(node);
  if (tagName === "UL" || tagName === "OL") return list(node);
  if (tagName === "LI") return list({ children: [node] });
  if (tagName === "TABLE") return htmlTable(node);
  if (tagName === "BLOCKQUOTE") return blocks(node).replace(/^/gm, "> ");
  if (tagName === "PRE") return "```\n" + node.textContent.replace(/\n$/, "") + "\n```";
  if (tagName === "HR") return "---";
  return blocks(node);
}
function heading(node) {
  const text = words(node.childNodes, false).replace(/\s+/g, " ").trim();
  return text && `${"#".repeat(Math.max(2, Number(node.tagName[1])))} ${text}`;
}
function list(node) {
  const lines = [];
  let number = Number(node.start) || 1;
  for (const item of node.children) {
    // Some editors put a nested list beside its item instead of inside it.
    if (item.tagName === "UL" || item.tagName === "OL") {
      lines.push(indent(list(item), "  "));
      continue;
    }
    if (item.tagName !== "LI") continue;
    const tick = item.querySelector(
      ":is(:scope, :scope > label, :scope > p) > input[type=checkbox]",
    );
    const mark = node.tagName === "OL" ? `${number++}. ` : "- ";
    const box = tick ? `[${tick.checked ? "x" : " "}] ` : "";
    const text = blocks(item, "\n") || " ";
    lines.push(mark + box + indent(text, " ".repeat(mark.length)).trimStart());
  }
  return lines.join("\n");
}
const indent = (text, by) => text.replace(/^(?=.)/gm, by);
function htmlTable(node) {
  const rows = [...node.querySelectorAll("tr")].filter(row => row.closest("table") === node);
  const spanned = cell => Array(Math.min(20, cell.colSpan - 1)).fill("");
  const filled = cell => [blocks(cell, " ").replace(/\s*\n\s*/g, " "), ...spanned(cell)];
  const full = rows
    .map(row => [...row.cells].flatMap(filled))
    .filter(row => row.some(cell => cell.trim()));
  if (!full.length) return "";
  return full.every(row => row.length < 2)
    ? full.map(([cell]) => cell).join("\n\n")
    : tableOf(full).trimEnd();
}

// Return the text of a line with its marks; spaces move outside of a mark.
function words(nodes, marks = true) {
  const text = [...nodes].map(node => word(node, marks)).join("");
  return text.replace(/(\*\*|~~)(\s*)\1/g, "$2").replace(/ *\n */g, "\n");
}
function word(node, marks) {
  if (node.nodeType === 3)
    return escaped(node.textContent.replace(/\s+/g, space => (space === "\u00a0" ? space : " ")));
  if (node.nodeType !== 1) return "";
  const { tagName } = node;
  if (tagName === "BR") return "\n";
  if (tagName === "IMG") return node.alt ? escaped(node.alt) : "";
  if (tagName === "INPUT") return "";
  if (/^(CODE|KBD|SAMP)$/.test(tagName)) return code(node.textContent);
  const inside = words(node.childNodes, marks);
  if (tagName === "A") return link(node, inside);
  return marks ? marked(node, inside) : inside;
}
const code = text => (text.trim() ? `\`${text.replaceAll("`", "´")}\`` : "");
function marked({ tagName, dataset: { css = "" } }, text) {
  const weight = /font-weight:\s*(\w+)/i.exec(css)?.[1];
  const slant = /font-style:\s*(\w+)/i.exec(css)?.[1];
  const bold = weight ? Number(weight) >= 600 || weight === "bold" : /^(B|STRONG)$/.test(tagName);
  const italic = slant ? slant === "italic" : /^(I|EM|CITE)$/.test(tagName);
  const struck = /^(S|DEL|STRIKE)$/.test(tagName) || /text-decoration[^;]*line-through/i.test(css);
  return mark(mark(mark(text, struck && "~~"), italic && "*"), bold && "**");
}
function mark(text, sign) {
  if (!sign || !text.trim() || text.includes("\n\n")) return text;
  const [, before, inner, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text);
  return before + sign + inner + sign + after;
}
function link(node, text) {
  const href = node.getAttribute("href") ?? "";
  const label = text.replace(/\s+/g, " ").trim();
  if (!/^(https?:|mailto:|tel:)/i.test(href) || !label) return text;
  const address = href
    .replace(/[ ()<>]/g, encodeURIComponent)
    .replace(/[()]/g, sign => (sign === "(" ? "%28" : "%29"));
  return label === href
    ? `<${address}>`
    : `[${label.replace(/(?<!\\)[[\]]/g, "\\$&")}](${address})`;
}
const escaped = text =>
  text
    .replace(/[\\`*_[\]]|\{\{|~~/g, sign => sign.replace(/./g, "\\$&"))
    .replace(/(?<=[\p{L}\d])\\_(?=[\p{L}\d])/gu, "_");
const lineStart = text =>
  text.replace(/^(#{1,6}\s|[-+>]\s|:::)/gm, "\\$&").replace(/^(\d+)([.)])(?=\s)/gm, "$1\\$2");

// Turn the lists of Word into HTML lists: Word writes paragraphs of a class, with the bullet as text.
function wordLists(body) {
  let list = null;
  for (const item of [
    ...body.querySelectorAll('p[class*=MsoListParagraph], p[data-css*="mso-list"]'),
  ]) {
    const bullet = item.querySelector('span[data-css*="mso-list"]');
    const ordered = /^\s*\(?[\da-z]{1,3}[.)]/i.test(bullet?.textContent ?? "");
    bullet?.remove();
    const li = document.createElement("li");
    li.append(...item.childNodes);
    if (!list || list.nextElementSibling !== item) {
      list = document.createElement(ordered ? "ol" : "ul");
      item.before(list);
    }
    list.append(li);
    item.remove();
  }
}
