// @ts-check
// Complete [[ with the pages of the wiki, in the visual mode.

/** Turn [[…]] and {{…}} into chips once they are complete. */
export const inputRules = kit =>
  [/\[\[[^[\]\n]+\]\]$/, /\{\{\s*[A-Za-z][^{}]*\}\}$/].map(pattern =>
    kit.$inputRule(
      () =>
        new kit.InputRule(pattern, ({ tr, schema }, [source], start, end) =>
          tr.replaceWith(start, end, schema.nodes.chip.create({ source })),
        ),
    ),
  );

export class PageMenu {
  constructor(surface) {
    this.surface = surface;
    this.list = surface.root.querySelector("[data-pages]");
    surface.place.after(this.list);
    this.list.addEventListener("pointerdown", event => {
      const option = event.target.closest("[role=option]");
      if (option) {
        event.preventDefault();
        this.choose(option);
      }
    });
    surface.view.dom.addEventListener("blur", () => this.close());
  }
  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }
  get selected() {
    return this.list.querySelector("[aria-selected=true]");
  }
  async update() {
    const { view, form } = this.surface;
    const { $from, empty } = view.state.selection;
    const { parent, parentOffset: at } = $from;
    const writes = empty && parent.isTextblock && !parent.type.spec.code;
    const before = writes ? parent.textBetween(Math.max(0, at - 100), at, null, "\ufffc") : "";
    const typed = /\[\[([^[\]|\n]{0,80})$/.exec(before)?.[1];
    this.request?.abort();
    if (typed === undefined || !form.dataset.namesUrl) return this.close();
    this.request = new AbortController();
    const url = new URL(form.dataset.namesUrl, location.href);
    const { signal } = this.request;
    url.searchParams.set("q", typed);
    const pages = await fetch(url, { signal })
      .then(answer => (answer.ok ? answer.json() : []))
      .catch(() => null);
    if (!pages || signal.aborted) return;
    this.from = view.state.selection.from - typed.length - 2;
    this.draw(rowsOf(pages, typed.trim()));
  }
  draw(rows) {
    if (!rows.length) return this.close();
    this.list.replaceChildren(
      ...rows.map(([name, label, source], index) => {
        const { content } = this.surface.box.querySelector(`template[data-option=${name}]`);
        const option = content.firstElementChild.cloneNode(true);
        const text = option.querySelector("[data-label]");
        text.textContent = (text.dataset.label || "{name}").replace("{name}", label);
        Object.assign(option, { id: `visual-option-${index}` }).dataset.chip = source;
        option.setAttribute("aria-selected", "false");
        return option;
      }),
    );
    this.list.hidden = false;
    const { view, place } = this.surface;
    const at = view.coordsAtPos(this.from);
    const frame = place.parentElement.getBoundingClientRect();
    const most = frame.width - this.list.offsetWidth - 4;
    this.list.style.left = `${Math.max(4, Math.min(at.left - frame.left, most))}px`;
    this.list.style.top = `${at.bottom - frame.top}px`;
    this.select(this.options[0]);
  }
  select(option) {
    this.selected?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.surface.view.dom.setAttribute("aria-activedescendant", option.id);
  }
  choose(option) {
    const { view } = this.surface;
    const { tr, schema, selection } = view.state;
    view.dispatch(
      tr.replaceWith(
        this.from,
        selection.from,
        schema.nodes.chip.create({ source: option.dataset.chip }),
      ),
    );
    this.close();
    view.focus();
  }
  close() {
    this.request?.abort();
    this.list.hidden = true;
    this.list.replaceChildren();
    this.surface.view.dom.removeAttribute("aria-activedescendant");
  }
  onKey(event) {
    if (this.list.hidden || event.isComposing) return false;
    const { options } = this;
    const at = options.indexOf(this.selected);
    if (event.key === "ArrowDown") this.select(options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp")
      this.select(options[(at + options.length - 1) % options.length]);
    else if (event.key === "Enter" || event.key === "Tab") this.choose(this.selected);
    else if (event.key === "Escape") this.close();
    else return false;
    return true;
  }
}

// Return rows: the name of the template, the label, the source to write.
function rowsOf(pages, typed) {
  const rows = pages
    .slice(0, 8)
    .map(({ name, title }) => [
      "known",
      title || name,
      title && title !== name ? `[[${name}|${title}]]` : `[[${name}]]`,
    ]);
  const isQuery = name => name?.toLowerCase() === typed.toLowerCase();
  const exists = pages.some(({ name, title }) => isQuery(name) || isQuery(title));
  return typed && !exists ? [...rows, ["create", typed, `[[${typed}]]`]] : rows;
}
