// @ts-check
// Complete what is typed: [[page or entry]], {{component}}, @person, #tag, and / at the start of a line for a block. Each
// URL answers ?q= with [{name, title, kind?, insert?}]; the blocks are in the markup. The field stays a text box: arrow
// keys move in the list it controls, and a status announces how many suggestions there are.
export const openMenu = tools => new Menu(tools).update();

// A trigger opens the menu when its pattern matches before the caret; a choice is written, then `close`. `create` also
// offers a page that does not exist, `dialog` opens the components dialog on the choice.
const triggersOf = ({ dataset: urls }, hasBlocks) =>
  [
    {
      url: urls.namesUrl,
      pattern: /\[\[([^[\]|\n]{0,80})$/,
      close: "]]",
      create: true,
      write: linkTo,
    },
    { url: urls.componentsUrl, pattern: /\{\{([\w-]{0,40})$/, close: "}}", dialog: true },
    { url: urls.peopleUrl, pattern: /(?<![\p{L}\d@])@([\p{L}\d._-]{1,40})$/u, close: " " },
    { url: urls.tagsUrl, pattern: /(?<![\p{L}\d#/])#([\p{L}\d-]{1,40})$/u, close: " " },
    { blocks: hasBlocks, pattern: /(?:^|\n)\/([\p{L} ]{0,20})$/u, close: "" },
  ].filter(({ url, blocks }) => url || blocks);
const linkTo = ({ name, title }) => (title && title !== name ? `${name}|${title}` : name);
const CARET_KEYS = ["ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"];

class Menu {
  current = null; // the trigger that opened it, and from where the words are typed
  request = null;

  constructor(tools) {
    Object.assign(this, tools);
    this.list = this.box.querySelector(".suggest");
    this.status = this.box.querySelector("[data-menu-status]");
    this.blocks = this.box.querySelector("template[data-blocks]");
    this.triggers = triggersOf(this.form, Boolean(this.blocks));
    this.listen();
  }

  listen() {
    const { area } = this;
    area.addEventListener("input", () => this.update());
    area.addEventListener("keydown", event => this.onKey(event), true);
    for (const away of ["blur", "pointerdown"])
      area.addEventListener(away, () => {
        if (this.current) this.close();
      });
    this.list.addEventListener("pointerdown", event => {
      const option = event.target.closest("[role=option]");
      if (!option) return;
      event.preventDefault();
      this.choose(option);
    });
  }

  // The newest query wins: abort an older request.
  async update() {
    const { area } = this;
    const before = area.value.slice(0, area.selectionStart).slice(-120);
    const trigger = this.triggers.find(({ pattern }) => pattern.test(before));
    if (!trigger) return this.current && this.close();
    const typed = trigger.pattern.exec(before)[1];
    this.request?.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    this.current = { trigger, from: area.selectionStart - typed.length };
    if (trigger.blocks) return this.show(this.findBlocks(typed));
    const address = new URL(trigger.url, location.href);
    address.searchParams.set("q", typed);
    try {
      const answer = await this.send(address, { signal });
      const results = answer.ok ? await answer.json() : [];
      if (!signal.aborted) this.show(this.optionsOf(results, typed.trim(), trigger));
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  findBlocks(typed) {
    const query = normalize(typed);
    const all = [...this.blocks.content.cloneNode(true).children];
    const words = option => normalize(`${option.dataset.words} ${option.textContent}`).split(/\s+/);
    return all.filter(option => !query || words(option).some(word => word.startsWith(query)));
  }

  optionsOf(results, typed, { create, write = one => one.name }) {
    const options = results
      .slice(0, 8)
      .map(one =>
        this.option(
          one.kind === "entry" ? "entry" : "known",
          one.title || one.name,
          one.insert ?? write(one),
        ),
      );
    const isQuery = name => name?.toLowerCase() === typed.toLowerCase();
    const exists = results.some(({ name, title }) => isQuery(name) || isQuery(title));
    return create && typed && !exists ? [...options, this.option("create", typed, typed)] : options;
  }

  option(name, label, write) {
    const { content } = this.box.querySelector(`template[data-option=${name}]`);
    const option = content.firstElementChild.cloneNode(true);
    const text = option.querySelector("[data-label]");
    text.textContent = this.fill(text.dataset.label || "{name}", { name: label });
    option.dataset.write = write;
    if (name === "create") option.dataset.made = "yes";
    return option;
  }

  show(options) {
    if (!options.length) return this.close();
    for (const [index, option] of options.entries()) {
      option.id = `${this.list.id}-${index}`;
      option.setAttribute("aria-selected", "false");
    }
    this.list.replaceChildren(...options);
    this.list.hidden = false;
    this.position();
    this.list.scrollTop = 0;
    this.select(options[0]);
    const values = { count: options.length, first: options[0].textContent.trim() };
    this.announce(this.fill(this.status?.dataset.textFound, values));
  }

  // Place the list below the caret, above it at the end of the window.
  position() {
    const { area, list } = this;
    const { left, top, line } = caretPosition(area, this.current.from);
    const below = top + line - area.scrollTop;
    const over = area.getBoundingClientRect().top + below + list.offsetHeight > innerHeight;
    list.style.left = `${Math.max(4, Math.min(left, area.clientWidth - list.offsetWidth - 4))}px`;
    list.style.top = `${over ? below - line - list.offsetHeight : below}px`;
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }
  get selected() {
    return this.list.querySelector("[aria-selected=true]");
  }
  select(option) {
    this.selected?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.area.setAttribute("aria-activedescendant", option.id);
  }

  announce(text) {
    if (this.status && this.status.textContent !== text) this.status.textContent = text;
  }

  onKey(event) {
    if (this.list.hidden || event.isComposing) return;
    const { options } = this;
    const at = options.indexOf(this.selected);
    if (event.key === "ArrowDown") this.select(options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp") this.select(options.at(at - 1));
    else if (event.key === "Enter" || event.key === "Tab") this.choose(this.selected);
    else if (event.key === "Escape") this.close();
    else if (CARET_KEYS.includes(event.key)) return this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  choose(option) {
    const {
      area,
      current: { from, trigger },
    } = this;
    const end = area.selectionEnd;
    const isClosed = trigger.close.trim() && area.value.startsWith(trigger.close, end);
    const until = end + (isClosed ? trigger.close.length : 0);
    // The suggestions may be older than the text: name a new page by what is typed now.
    const text = option.dataset.made ? area.value.slice(from, end).trim() : option.dataset.write;
    this.close();
    if (trigger.blocks) this.putBlock(option.dataset, from - 1, end);
    else if (trigger.dialog && this.opener) this.openDialog(from - 2, until, text);
    else this.insert(area, text + trigger.close, from, until);
  }

  putBlock({ act, write }, from, to) {
    const { area } = this;
    const chooser = this.box.querySelector("[data-upload]");
    if (act === "component" && this.opener) return this.openDialog(from, to);
    if (act === "file" && chooser) {
      this.insert(area, "", from, to);
      return chooser.click();
    }
    const [before, after] = (act === "date" ? today() : write).split("‸");
    this.insert(area, before + (after ?? ""), from, to);
    if (after !== undefined) area.setSelectionRange(from + before.length, from + before.length);
    if (before.endsWith("[[")) this.update();
  }

  get opener() {
    return this.box.querySelector("[data-components]");
  }
  openDialog(from, to, name) {
    const { area, insert, opener } = this;
    insert(area, "", from, to);
    import(opener.dataset.components).then(({ open }) => open(opener, area, insert, name));
  }

  close() {
    this.request?.abort();
    this.announce("");
    this.current = null;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.area.removeAttribute("aria-activedescendant");
  }
}

const normalize = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const today = () =>
  new Date().toLocaleDateString(document.documentElement.lang, {
    day: "numeric",
    month: "long",
    year: "numeric",
  });

// Return where a character of a textarea is, in its box: measured on a copy with the same layout.
const LAYOUT_STYLES = [
  "boxSizing",
  "paddingTop",
  "paddingRight",
  "paddingBottom",
  "paddingLeft",
  "borderStyle",
  "borderWidth",
  "fontFamily",
  "fontSize",
  "fontWeight",
  "letterSpacing",
  "lineHeight",
  "tabSize",
  "textIndent",
];
function caretPosition(area, index) {
  const copy = document.createElement("div");
  const mark = document.createElement("span");
  const from = getComputedStyle(area);
  for (const name of LAYOUT_STYLES) copy.style[name] = from[name];
  Object.assign(copy.style, {
    position: "absolute",
    visibility: "hidden",
    top: "0",
    left: "0",
    width: `${area.clientWidth}px`,
    whiteSpace: "pre-wrap",
    overflowWrap: "break-word",
  });
  mark.textContent = area.value.slice(index) || ".";
  copy.append(area.value.slice(0, index), mark);
  document.body.append(copy);
  const position = {
    left: mark.offsetLeft,
    top: mark.offsetTop,
    line: parseFloat(from.lineHeight),
  };
  copy.remove();
  return position;
}
