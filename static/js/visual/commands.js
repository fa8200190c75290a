// @ts-check
// The commands of the visual mode: what its buttons and dialogs do to the document. Their markup is in
// templates/pages/visual.html.
export class Commands {
  constructor(surface) {
    this.surface = surface;
    this.kit = surface.kit;
  }
  get view() {
    return this.surface.view;
  }
  get state() {
    return this.view.state;
  }

  run(name) {
    const { kit } = this;
    const { nodes, marks } = this.state.schema;
    const actions = {
      bold: () => this.apply(kit.toggleMark(marks.strong)),
      italic: () => this.apply(kit.toggleMark(marks.emphasis)),
      code: () => this.apply(kit.toggleMark(marks.inlineCode)),
      heading: () => this.apply(this.nextHeading()),
      quote: () =>
        this.apply(this.isIn(nodes.blockquote) ? kit.lift : kit.wrapIn(nodes.blockquote)),
      list: () => this.list(nodes.bullet_list),
      numbers: () => this.list(nodes.ordered_list),
      tasks: () => this.tasks(),
      link: () => this.editLink(),
      page: () => {
        this.view.dispatch(this.state.tr.insertText("[["));
        this.view.focus();
      },
      table: () => this.callMilkdown("InsertTable", { row: 3, col: 2 }),
      row: () => this.callMilkdown("AddRowAfter"),
      column: () => this.callMilkdown("AddColAfter"),
      "less-row": () => {
        if (!this.isIn(nodes.table_header_row)) this.apply(kit.deleteRow);
      },
      "less-column": () => this.apply(kit.deleteColumn),
      undo: () => this.apply(kit.undo),
    };
    actions[name]?.();
  }

  apply(command) {
    command(this.state, this.view.dispatch, this.view);
    this.view.focus();
  }

  callMilkdown(name, value) {
    this.surface.milkdownCommands.call(name, value);
    this.view.focus();
  }

  isIn(type) {
    return this.ancestors().some(node => node.type === type);
  }

  // Return the nodes around the caret, the outermost first.
  ancestors() {
    const { $from } = this.state.selection;
    return Array.from({ length: $from.depth }, (_, depth) => $from.node(depth + 1));
  }

  // Turn a paragraph into a heading, a heading into a smaller one, the smallest into a paragraph.
  nextHeading() {
    const { nodes } = this.state.schema;
    const { parent } = this.state.selection.$from;
    const level = parent.type === nodes.heading ? parent.attrs.level : 1;
    return this.kit.setBlockType(
      level > 3 ? nodes.paragraph : nodes.heading,
      level > 3 ? null : { level: level + 1 },
    );
  }

  list(type) {
    const { list_item: item } = this.state.schema.nodes;
    this.apply(
      this.isIn(item) && this.isIn(type) ? this.kit.liftListItem(item) : this.kit.wrapInList(type),
    );
  }

  // Give every selected item a checkbox, or remove them where all have one.
  tasks() {
    const { nodes } = this.state.schema;
    if (!this.isIn(nodes.list_item)) this.list(nodes.bullet_list);
    const {
      tr,
      doc,
      selection: { from, to },
    } = this.state;
    const items = [];
    doc.nodesBetween(from, to, (node, at) => {
      if (node.type === nodes.list_item) items.push([node, at]);
    });
    const all = items.every(([node]) => node.attrs.checked !== null);
    for (const [node, at] of items) {
      tr.setNodeMarkup(at, null, {
        ...node.attrs,
        checked: all ? null : (node.attrs.checked ?? false),
      });
    }
    this.view.dispatch(tr);
  }

  // Press the buttons of what is at the caret.
  showState(bar) {
    const {
      selection: { $from, from, to, empty },
      storedMarks,
      doc,
      schema: { marks, nodes },
    } = this.state;
    const has = mark =>
      empty ? mark.isInSet(storedMarks ?? $from.marks()) : doc.rangeHasMark(from, to, mark);
    const ancestors = this.ancestors();
    const isIn = type => ancestors.some(node => node.type === type);
    const on = {
      bold: has(marks.strong),
      italic: has(marks.emphasis),
      code: has(marks.inlineCode),
      link: has(marks.link),
      heading: $from.parent.type === nodes.heading,
      quote: isIn(nodes.blockquote),
      list: isIn(nodes.bullet_list),
      numbers: isIn(nodes.ordered_list),
      tasks: ancestors.some(node => node.type === nodes.list_item && node.attrs.checked !== null),
    };
    for (const button of bar.querySelectorAll("[aria-pressed]")) {
      button.setAttribute("aria-pressed", String(Boolean(on[button.dataset.act])));
    }
    bar.querySelector("[data-in-table]").hidden = !isIn(nodes.table);
  }

  // Edit a link: to a URL, or to a page of the wiki by its name.
  editLink() {
    const {
      doc,
      selection: { from, $from },
      schema: { marks },
    } = this.state;
    const mark =
      marks.link.isInSet($from.marks()) ||
      doc.nodeAt(from)?.marks.find(one => one.type === marks.link);
    this.ask("link", mark?.attrs.href ?? "", typed => {
      const href = typed.trim();
      if (mark) this.changeLink(mark, href);
      else if (href) this.addLink(href, urlOf(href));
    });
  }

  changeLink(mark, href) {
    const {
      tr,
      doc,
      selection: { $from, from, to },
      schema: { marks },
    } = this.state;
    let [start, end] = [from, to];
    doc.nodesBetween($from.start(), $from.end(), (node, at) => {
      if (!mark.isInSet(node.marks) || at > to || at + node.nodeSize < from) return;
      start = Math.min(start, at);
      end = Math.max(end, at + node.nodeSize);
    });
    tr.removeMark(start, end, mark);
    if (href) tr.addMark(start, end, marks.link.create({ href: urlOf(href) || href }));
    this.view.dispatch(tr);
  }

  addLink(typed, href) {
    const {
      tr,
      doc,
      selection: { from, to },
      schema,
    } = this.state;
    const { link } = schema.marks;
    if (!href) {
      const words = doc.textBetween(from, to).replace(/[[\]|]/g, "");
      const name = typed.replace(/[[\]|\n]/g, "");
      const source = words && words !== name ? `[[${name}|${words}]]` : `[[${name}]]`;
      tr.replaceWith(from, to, schema.nodes.chip.create({ source }));
    } else if (from === to) {
      tr.replaceWith(from, to, schema.text(typed, [link.create({ href, form: "bare" })]));
    } else {
      tr.addMark(from, to, link.create({ href }));
    }
    this.view.dispatch(tr);
  }

  // Edit the source of a raw block or chip; an empty source deletes it.
  editSource(node, at) {
    this.ask("source", node.attrs.source, typed =>
      this.replace(node, at, typed.replace(/\s+$/, "")),
    );
  }

  replace(node, at, source) {
    const { tr } = this.state;
    const end = at + node.nodeSize;
    if (!source.trim()) tr.delete(at, end);
    else if (node.type.name === "chip" && source.includes("\n"))
      tr.replaceWith(at, end, this.surface.inline(source));
    else tr.setNodeMarkup(at, null, { ...node.attrs, source });
    this.view.dispatch(tr);
  }

  // Ask for one value in a dialog.
  ask(name, value, done) {
    const dialog = document.getElementById(`visual-${name}`);
    const form = dialog.querySelector("form");
    const field = form.querySelector("input, textarea");
    field.value = value;
    form.onsubmit = event => {
      event.preventDefault();
      dialog.close();
      done(field.value);
    };
    dialog.onclose = () => this.view.focus();
    dialog.showModal();
    field.select();
  }

  // Open the components dialog, on a call of the document or for a new one.
  editSettings(node, getPos) {
    return this.openComponents(node.attrs.source, source => this.replace(node, getPos(), source));
  }
  insertCall() {
    return this.openComponents("", text => this.insertComponent(text));
  }

  // The dialog works on a textarea: give it an object like one, which holds the call only.
  async openComponents(source, done) {
    const { box } = this.surface;
    const opener = box.querySelector("[data-components]");
    const caret = source ? 2 : 0;
    const area = {
      value: source,
      selectionStart: caret,
      selectionEnd: caret,
      focus: () => this.view.focus(),
      closest: selector => box.closest(selector),
    };
    const { open } = await import(opener.dataset.components);
    await open(opener, area, (_, text, from, to) =>
      done((source.slice(0, from) + text + source.slice(to)).trim()),
    );
  }

  // Insert a call: as a block in an empty paragraph, as a chip among words.
  insertComponent(source) {
    const {
      tr,
      selection: { $from, to },
      schema: { nodes },
    } = this.state;
    const alone = $from.depth === 1 && !$from.parent.content.size;
    if (!alone && !source.includes("\n")) {
      tr.replaceSelectionWith(nodes.chip.create({ source }));
    } else {
      const block = nodes.raw.create({ kind: "macro", source });
      if (alone) tr.replaceWith($from.before(1), $from.after(1), block);
      else tr.insert($from.depth ? $from.after(1) : to, block);
    }
    this.view.dispatch(tr);
  }
}

// Return the URL that was typed, an empty string for the name of a page.
function urlOf(typed) {
  if (/^([a-z][a-z0-9+.-]*:|[/#?])/i.test(typed)) return typed;
  return /^[\w.-]+\.[a-z]{2,}(\/|$)/i.test(typed) ? `https://${typed}` : "";
}
