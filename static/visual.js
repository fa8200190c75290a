// The visual mode: a rich surface over the editor's text, which stays the truth: each change is written back to it.
// Brought by editor.js when it is asked for; pages/visual.html holds its tools and words, visual-text.js reads and writes.
const token = document.querySelector('meta[name=csrf-token]')?.content ?? document.querySelector('[name=csrf_token]')?.value;
const headers = token ? { 'X-CSRFToken': token } : {};
const post = (url, values) => fetch(url, { method: 'POST', body: new URLSearchParams(values), headers });
const opened = new WeakMap();

export const toggle = (button, form, box, area) => once(button, async () => {
  const surface = opened.get(box) ?? await make(button, form, box, area);
  if (!surface) return;
  const on = !box.classList.contains('visual');
  if (on) await surface.show(); else surface.hide();
  if (box.classList.contains('visual') === on) keep(surface, on);
}).then(() => { if (document.activeElement === document.body) button.focus() });
export const open = (button, form, box, area) => once(button, async () => (await make(button, form, box, area))?.show(false));
export const surfaceOf = box => opened.get(box);

// The choice is of the person where there is one, else of this browser
function keep(surface, on) {
  if (surface.choiceUrl) post(surface.choiceUrl, { on: on ? '1' : '0' }).catch(() => {});
  try { if (!surface.choiceUrl) localStorage.setItem('visual', on ? '1' : '') } catch { /* no storage */ }
}

// One way at a time
async function once(button, act) {
  if (button.disabled) return;
  button.disabled = true;
  try { await act() } finally { button.disabled = false }
}

async function make(button, form, box, area) {
  try {
    const tools = document.createElement('template');
    const [html] = await Promise.all([fetch(button.dataset.url).then(answer => answer.ok ? answer.text() : Promise.reject(answer)), dressed(button.dataset.style)]);
    tools.innerHTML = html;
    const root = tools.content.querySelector('[data-visual-parts]');
    const [kit, language, drawn] = await Promise.all([import(root.dataset.kit), import(root.dataset.text), import(root.dataset.menu)]);
    const surface = new Surface({ button, form, box, area, root, kit, language, drawn });
    await surface.build();
    opened.set(box, surface);
    return surface;
  } catch (error) {
    failed(box);
    if (!(error instanceof Response) && !(error instanceof TypeError)) throw error;
    return null;
  }
}
const dressed = url => new Promise(resolve => document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url, onload: resolve, onerror: resolve })));
function failed(box) {
  const words = document.getElementById('request-failed')?.content.cloneNode(true);
  if (words) box.prepend(words);
}

class Surface {
  constructor(given) {
    Object.assign(this, given);
    this.split = this.box.querySelector('.split') ?? this.area.parentElement;
    this.choiceUrl = this.root.dataset.choiceUrl;
    this.words = this.root.dataset;
    this.html = new Map();
  }

  async build() {
    const { kit, language, drawn, root, box, area } = this;
    this.bar = root.querySelector('[data-bar]');
    this.place = root.querySelector('[data-place]');
    this.notice = root.querySelector('[data-notice]');
    box.querySelector('.tools').prepend(this.bar);
    area.after(this.place, root.querySelector('[data-way-out]'));
    box.before(this.notice);
    document.body.append(...root.querySelectorAll('dialog'));
    const views = { raw: (...given) => this.rawView(...given), chip: (...given) => this.chipView(...given), box: (...given) => this.boxView(...given), item: (...given) => drawn.itemView(this.words.ticked, ...given), href: safeHref, file: src => this.fileUrl(src) };
    const changes = kit.$prose(() => new kit.Plugin({ view: () => ({ update: (view, before) => this.changed(view, before) }) }));
    this.editor = kit.Editor.make().config(ctx => {
      ctx.set(kit.rootCtx, this.place);
      language.configured(kit, ctx);
      ctx.set(kit.editorViewOptionsCtx, {
        attributes: { class: 'prose', 'aria-multiline': 'true', 'aria-label': this.words.label, 'aria-describedby': 'visual-way-out', spellcheck: 'true' },
        scrollMargin: { top: 160, right: 5, bottom: 100, left: 5 },
        scrollThreshold: { top: 120, right: 0, bottom: 80, left: 0 },
        handleDOMEvents: { keydown: (view, event) => this.keys(view, event) },
        handlePaste: (view, event) => this.pasted(event),
        handleDrop: (view, event) => this.dropped(event),
      });
    }).use([...language.parts(kit, views), ...drawn.rules(kit), changes]);
    await this.editor.create();
    this.editor.action(ctx => {
      this.view = ctx.get(kit.editorViewCtx);
      this.commands = ctx.get(kit.commandsCtx);
      this.text = new language.Text(kit, ctx);
    });
    this.listen();
  }

  // To the rich surface, if that changes nothing of what is read
  async show(focus = true) {
    const { box, area, view } = this;
    this.notice.hidden = true;
    let text, refused;
    do {
      text = area.value;
      refused = await this.load(text).catch(error => { if (!(error instanceof TypeError)) console.error(error); return this.words.offline });
    } while (!refused && area.value !== text);
    if (refused) return this.refuse(refused);
    if (!box.classList.contains('visual')) this.swap(true);
    this.first = this.given = area.value;
    if (focus) view.focus();
  }
  hide() {
    this.swap(false);
    this.menu.close();
    if (this.area.value !== this.first) this.tell();
    this.area.focus();
  }
  // The text stays in its field, out of sight; the preview and the tools of the text give way
  swap(on) {
    const { box, area, button } = this, label = button.querySelector('[data-words]');
    box.classList.toggle('visual', on);
    area.tabIndex = on ? -1 : 0;
    if (on) area.setAttribute('aria-hidden', 'true'); else area.removeAttribute('aria-hidden');
    [label.textContent, label.dataset.words] = [label.dataset.words, label.textContent];
    button.setAttribute('aria-pressed', String(on));
  }
  tell() { this.area.dispatchEvent(new CustomEvent('input', { bubbles: true, detail: this })) }
  refuse(reason) {
    this.notice.querySelector('[data-reason]').textContent = reason;
    this.notice.hidden = false;
    if (this.box.classList.contains('visual')) this.hide();
  }

  // Returns why the text is refused, or nothing
  async load(text) {
    const { kit, text: tongue, view } = this;
    const told = await this.ask(this.button.dataset.url, { text });
    if (told.refused) return told.refused;
    for (const { source, html } of told.blocks) if (html !== undefined) this.html.set(source, html);
    const written = tongue.load(told.blocks, told.rest);
    const { verbatim, refused } = await this.ask(this.words.checkUrl, { text, written: JSON.stringify(written) });
    if (refused) return refused;
    const doc = tongue.settle(verbatim.filter(index => written[index] !== null));
    this.loading = true;
    view.updateState(kit.EditorState.create({ doc, plugins: view.state.plugins }));
    this.loading = false;
  }
  async ask(url, values) {
    const answer = await post(url, values);
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }

  changed(view, before) {
    if (this.loading || !this.text) return;
    this.mirror(view);
    if (view.state.doc === before.doc) return;
    this.menu?.look();
    const text = this.text.text(view.state.doc);
    if (text === this.area.value) return;
    this.area.value = text;
    this.given = text;
    this.tell();
  }

  listen() {
    const { box, area, bar } = this;
    const on = () => box.classList.contains('visual');
    bar.addEventListener('click', event => { const act = event.target.closest('[data-act]')?.dataset.act; if (act) this.act(act) });
    bar.addEventListener('mousedown', event => event.preventDefault());
    area.addEventListener('focus', () => { if (on()) setTimeout(() => this.view.focus()) });
    area.addEventListener('input', event => { if (on() && event.detail !== this && area.value !== this.given) this.show() });
    box.addEventListener('click', event => {
      if (!on() || !event.target.closest('[data-components]')) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.settings('', text => this.put(text));
    }, true);
    box.addEventListener('change', event => {
      if (!on() || !event.target.matches('[data-upload]')) return;
      event.stopImmediatePropagation();
      this.upload([...event.target.files]);
      event.target.value = '';
    }, true);
    this.menu = new this.drawn.Menu(this);
  }

  // Escape, then Tab leaves; Enter on what is kept as typed opens its source
  keys(view, event) {
    if (this.menu.key(event)) { event.preventDefault(); return true }
    const leaves = event.key === 'Tab' && this.leaving;
    this.leaving = event.key === 'Escape';
    if (leaves) return true;
    const { node } = view.state.selection;
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && node && ['raw', 'chip'].includes(node.type.name)) {
      event.preventDefault();
      this.source(node, view.state.selection.from);
      return true;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') { event.preventDefault(); this.link(); return true }
    return (event.ctrlKey || event.metaKey) && event.key === 'Enter';
  }

  // Tools
  act(name) {
    const { kit, view } = this, { schema, selection } = view.state, { nodes, marks } = schema;
    const run = command => { command(view.state, view.dispatch, view); view.focus() };
    const inside = type => { for (let depth = selection.$from.depth; depth > 0; depth--) if (selection.$from.node(depth).type === type) return selection.$from.node(depth); return null };
    const list = type => run(inside(nodes.list_item) && inside(type) ? kit.liftListItem(nodes.list_item) : kit.wrapInList(type));
    const actions = {
      bold: () => run(kit.toggleMark(marks.strong)),
      italic: () => run(kit.toggleMark(marks.emphasis)),
      strike: () => run(kit.toggleMark(marks.strike_through)),
      code: () => run(kit.toggleMark(marks.inlineCode)),
      heading: () => {
        const level = selection.$from.parent.type === nodes.heading ? selection.$from.parent.attrs.level : 1;
        run(level > 3 ? kit.setBlockType(nodes.paragraph) : kit.setBlockType(nodes.heading, { level: level + 1 }));
      },
      quote: () => run(inside(nodes.blockquote) ? kit.lift : kit.wrapIn(nodes.blockquote)),
      list: () => list(nodes.bullet_list),
      numbers: () => list(nodes.ordered_list),
      tasks: () => { if (!inside(nodes.list_item)) list(nodes.bullet_list); this.tasks() },
      link: () => this.link(),
      page: () => { view.dispatch(view.state.tr.insertText('[[')); view.focus() },
      table: () => this.call('InsertTable', { row: 3, col: 2 }),
      row: () => this.call('AddRowAfter'),
      column: () => this.call('AddColAfter'),
      'less-row': () => { if (!inside(nodes.table_header_row)) run(kit.deleteRow) },
      'less-column': () => run(kit.deleteColumn),
      undo: () => run(kit.undo),
      redo: () => run(kit.redo),
    };
    actions[name]?.();
  }
  call(name, given) {
    this.commands.call(name, given);
    this.view.focus();
  }
  tasks() {
    const { state } = this.view, { tr } = state, items = [];
    state.doc.nodesBetween(state.selection.from, state.selection.to, (node, at) => { if (node.type.name === 'list_item') items.push([node, at]) });
    const all = items.every(([node]) => node.attrs.checked !== null);
    for (const [node, at] of items) tr.setNodeMarkup(at, null, { ...node.attrs, checked: all ? null : node.attrs.checked ?? false });
    this.view.dispatch(tr);
  }
  mirror({ state }) {
    const { $from, from, to, empty } = state.selection, { marks } = state.schema;
    const has = mark => empty ? Boolean(mark.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, mark);
    const ancestors = Array.from({ length: $from.depth }, (_, depth) => $from.node(depth + 1));
    const on = { bold: has(marks.strong), italic: has(marks.emphasis), strike: has(marks.strike_through), code: has(marks.inlineCode), link: has(marks.link), heading: $from.parent.type.name === 'heading', quote: ancestors.some(node => node.type.name === 'blockquote'), list: ancestors.some(node => node.type.name === 'bullet_list'), numbers: ancestors.some(node => node.type.name === 'ordered_list'), tasks: ancestors.some(node => node.type.name === 'list_item' && node.attrs.checked !== null) };
    for (const button of this.bar.querySelectorAll('[aria-pressed]')) button.setAttribute('aria-pressed', String(on[button.dataset.act] ?? false));
    this.bar.querySelector('[data-in-table]').hidden = !ancestors.some(node => node.type.name === 'table');
  }

  // A link to an address, or to a page of the wiki by its name
  link() {
    const { view } = this, { state } = view, { from, to, $from } = state.selection, { marks } = state.schema;
    const mark = marks.link.isInSet($from.marks()) || (state.doc.nodeAt(from)?.marks ?? []).find(one => one.type === marks.link);
    const dialog = document.getElementById('visual-link'), field = dialog.querySelector('input');
    this.dialogue(dialog, field, mark?.attrs.href ?? '', typed => {
      const href = typed.trim(), address = /^([a-z][a-z0-9+.-]*:|[/#?])/i.test(href) ? href : /^[\w.-]+\.[a-z]{2,}(\/|$)/i.test(href) ? `https://${href}` : '';
      const { tr, schema } = view.state;
      if (mark) {
        let [start, end] = [from, to];
        state.doc.nodesBetween($from.start(), $from.end(), (node, at) => { if (mark.isInSet(node.marks) && at <= to && at + node.nodeSize >= from) { start = Math.min(start, at); end = Math.max(end, at + node.nodeSize) } });
        tr.removeMark(start, end, mark);
        if (href) tr.addMark(start, end, marks.link.create({ href: address || href }));
      } else if (href && !address) {
        const words = state.doc.textBetween(from, to).replace(/[[\]|]/g, '');
        const name = href.replace(/[[\]|\n]/g, '');
        tr.replaceWith(from, to, schema.nodes.chip.create({ source: words && words !== name ? `[[${name}|${words}]]` : `[[${name}]]` }));
      } else if (href && from === to) {
        tr.replaceWith(from, to, schema.text(href, [marks.link.create({ href: address, form: 'bare' })]));
      } else if (href) {
        tr.addMark(from, to, marks.link.create({ href: address }));
      }
      view.dispatch(tr);
    });
  }
  // The source of what is kept as typed; emptied, it goes
  source(node, at) {
    const dialog = document.getElementById('visual-source'), field = dialog.querySelector('textarea');
    this.dialogue(dialog, field, node.attrs.source, typed => this.replace(node, at, typed.replace(/\s+$/, '')));
  }
  replace(node, at, source) {
    const { tr } = this.view.state;
    if (!source.trim()) tr.delete(at, at + node.nodeSize);
    else if (node.type.name === 'chip' && source.includes('\n')) tr.replaceWith(at, at + node.nodeSize, this.inline(source));
    else tr.setNodeMarkup(at, null, { ...node.attrs, source });
    this.view.dispatch(tr);
  }
  dialogue(dialog, field, value, done) {
    const form = dialog.querySelector('form');
    field.value = value;
    form.onsubmit = event => { event.preventDefault(); dialog.close(); done(field.value) };
    dialog.onclose = () => this.view.focus();
    dialog.showModal();
    field.select();
  }

  // The components dialog, for a call that stands here or a new one
  async settings(source, put) {
    const opener = this.box.querySelector('[data-components]');
    const area = { value: source, selectionStart: source ? 2 : 0, selectionEnd: source ? 2 : 0, focus: () => this.view.focus(), closest: selector => this.box.closest(selector) };
    const { open } = await import(opener.dataset.components);
    await open(opener, area, (_, text, from, to) => put((area.value.slice(0, from) + text + area.value.slice(to)).trim()));
  }
  // A call alone in its paragraph stands for it; among words it is one of them
  put(text) {
    const { view } = this, { $from } = view.state.selection, { nodes } = view.state.schema;
    const alone = text.includes('\n') || ($from.depth === 1 && !$from.parent.content.size);
    if (!alone) return void view.dispatch(view.state.tr.replaceSelectionWith(nodes.chip.create({ source: text })));
    const block = nodes.raw.create({ kind: 'macro', source: text }), { tr } = view.state;
    if ($from.depth && !$from.parent.content.size && $from.depth === 1) tr.replaceWith($from.before(1), $from.after(1), block);
    else tr.insert($from.depth ? $from.after(1) : view.state.selection.to, block);
    view.dispatch(tr);
  }
  inline(source) {
    const nodes = this.text.parse(source);
    return nodes?.length === 1 && nodes[0].isTextblock ? nodes[0].content : this.view.state.schema.text(source);
  }

  // Files, and Markdown pasted as text
  pasted(event) {
    const sent = [...event.clipboardData.files], plain = event.clipboardData.getData('text/plain');
    if (!plain && sent.length && this.form.dataset.uploadUrl) { this.upload(sent); return true }
    if (!plain || event.clipboardData.types.includes('text/html') || this.view.state.selection.$from.parent.type.spec.code) return false;
    const nodes = this.text.parse(plain);
    if (!nodes?.length) return false;
    const { Slice, Fragment } = this.kit, one = nodes.length === 1 && nodes[0].isTextblock;
    const open = one || nodes.every(node => node.type.name === 'paragraph') ? 1 : 0;
    this.view.dispatch(this.view.state.tr.replaceSelection(new Slice(Fragment.from(nodes), open, open)).scrollIntoView());
    return true;
  }
  dropped(event) {
    if (!event.dataTransfer?.files.length || !this.form.dataset.uploadUrl) return false;
    event.preventDefault();
    this.upload([...event.dataTransfer.files]);
    return true;
  }
  async upload(list) {
    for (const file of list) {
      const body = new FormData();
      body.append('file', file);
      try {
        const answer = await fetch(this.form.dataset.uploadUrl, { method: 'POST', body, headers: { ...headers, Accept: 'application/json' } });
        const told = await answer.json().catch(() => ({}));
        if (!answer.ok) throw new Error(told.error ?? told.message ?? answer.statusText);
        this.view.dispatch(this.view.state.tr.replaceWith(this.view.state.selection.from, this.view.state.selection.to, this.inline(told.markdown)).scrollIntoView());
      } catch (error) {
        const status = this.form.querySelector('[data-draft-status]') ?? document.querySelector('[data-draft-status]');
        if (status) status.textContent = status.dataset.textRefused.replace('{name}', file.name).replace('{reason}', error.message);
      }
    }
  }
  fileUrl(src) {
    const name = src.startsWith('attachment:') ? src.slice(11) : src;
    if (/^(\/(?!\/)|data:image\/)/.test(src)) return src;
    if (!this.words.fileUrl || /^[a-z][a-z0-9+.-]*:|[/?#\\]/i.test(name) || !name) return '';
    try { return this.words.fileUrl.replace('FILE', encodeURIComponent(decodeURIComponent(name))) } catch { return '' }
  }

  // What is kept as typed: a block as it will look, with its name and the ways to change it
  rawView(node, view, getPos) {
    const dom = this.root.querySelector('template[data-raw]').content.firstElementChild.cloneNode(true);
    const draw = () => {
      const { kind, source } = node.attrs, name = /^\{\{\s*([\w-]+)/.exec(source)?.[1] ?? '';
      const label = (this.words[`kind${kind[0].toUpperCase()}${kind.slice(1)}`] ?? this.words.kindHtml).replace('{name}', name);
      dom.setAttribute('aria-label', label);
      dom.querySelector('[data-label]').textContent = label;
      dom.querySelector('[data-settings]').hidden = kind !== 'macro' || !this.box.querySelector('[data-components]');
      this.look(dom.querySelector('[data-shown]'), kind, source);
    };
    dom.addEventListener('click', event => {
      if (event.target.closest('[data-source]')) this.source(node, getPos());
      else if (event.target.closest('[data-settings]')) this.settings(node.attrs.source, source => this.replace(node, getPos(), source));
    });
    draw();
    return {
      dom,
      update: next => { if (next.type !== node.type) return false; if (next.attrs !== node.attrs) { node = next; draw() } node = next; return true },
      selectNode: () => dom.classList.add('picked'),
      deselectNode: () => dom.classList.remove('picked'),
      stopEvent: event => Boolean(event.target.closest?.('button')),
      ignoreMutation: () => true,
    };
  }
  async look(place, kind, source) {
    const shown = { box: 1, html: 1, macro: 1, terms: 1 }[kind];
    if (shown && !this.html.has(source)) {
      const body = new FormData();
      body.append('text', source);
      const answer = await fetch(this.form.dataset.previewUrl, { method: 'POST', body, headers }).catch(() => null);
      if (answer?.ok) this.html.set(source, await answer.text());
    }
    const html = shown && this.html.get(source);
    if (html?.trim()) return void (place.innerHTML = html);
    place.replaceChildren(Object.assign(document.createElement('pre'), { textContent: source }));
  }
  // A box: its title opens the line it is written by
  boxView(node, view, getPos) {
    const dom = this.root.querySelector('template[data-box]').content.firstElementChild.cloneNode(true), contentDOM = dom.querySelector('[data-inside]');
    const draw = () => {
      const [, kind, title] = /^:+\s*(\S*)\s*(.*)$/.exec(node.attrs.open);
      dom.classList.toggle('alert', kind === 'warn');
      dom.querySelector('[data-label]').textContent = title || kind;
    };
    dom.querySelector('[data-source]').addEventListener('click', () => {
      const fence = /^:+/.exec(node.attrs.open)[0];
      const field = document.querySelector('#visual-box input');
      this.dialogue(document.getElementById('visual-box'), field, node.attrs.open.replace(/^:+\s*\S*\s*/, ''), typed => {
        const kind = /^:+\s*(\S*)/.exec(node.attrs.open)[1];
        view.dispatch(view.state.tr.setNodeMarkup(getPos(), null, { open: `${fence} ${kind} ${typed.trim()}`.trim() }));
      });
    });
    draw();
    return {
      dom, contentDOM,
      update: next => { if (next.type !== node.type) return false; node = next; draw(); return true },
      stopEvent: event => Boolean(event.target.closest?.('[data-source]')),
      ignoreMutation: change => !contentDOM.contains(change.target),
    };
  }
  chipView(node, view, getPos) {
    const dom = Object.assign(document.createElement('span'), { className: 'visual-chip' });
    const draw = () => {
      const { source } = node.attrs, link = source.startsWith('[[');
      const [where, label] = link ? source.slice(2, -2).split(/\\?\|/) : [];
      const plain = words => words?.replace(/[*`]|~~|(?<!\w)_|_(?!\w)/g, '').trim();
      dom.textContent = link ? plain(label) || where.trim() : /^\{\{\s*([\w-]+)/.exec(source)?.[1] ?? plain(source);
      dom.title = source;
      dom.classList.toggle('link', link);
    };
    dom.addEventListener('dblclick', () => node.attrs.source.startsWith('{{') && this.box.querySelector('[data-components]') ? this.settings(node.attrs.source, source => this.replace(node, getPos(), source)) : this.source(node, getPos()));
    draw();
    return {
      dom,
      update: next => { if (next.type !== node.type) return false; node = next; draw(); return true },
      selectNode: () => dom.classList.add('picked'),
      deselectNode: () => dom.classList.remove('picked'),
      ignoreMutation: () => true,
    };
  }
}

const safeHref = href => /^([a-z][a-z0-9+.-]*):/i.test(href) && !/^(https?|mailto|tel|xmpp|ircs?|matrix):/i.test(href) ? '#' : href;
