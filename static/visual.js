// The visual mode: a rich surface over the editor's text, which stays the truth: each change is written back to it.
// Brought by editor.js when it is asked for. pages/visual.html holds its tools and words. visual-text.js reads and
// writes, visual-nodes.js says what there is and visual-views.js draws it, visual-tools.js is what the buttons do,
// visual-menu.js proposes pages.
const token = document.querySelector('meta[name=csrf-token]')?.content
  ?? document.querySelector('[name=csrf_token]')?.value;
const post = (url, body, headers = {}) =>
  fetch(url, { method: 'POST', body, headers: token ? { 'X-CSRFToken': token, ...headers } : headers });
const opened = new WeakMap();
const PARTS = ['kit', 'text', 'nodes', 'views', 'tools', 'menu'];

export const surfaceOf = box => opened.get(box);
export const open = (button, ...places) => once(button, async () => {
  const surface = await make(button, ...places);
  await surface?.show(false);
});
export const toggle = (button, ...places) => once(button, async () => {
  const surface = opened.get(places[1]) ?? await make(button, ...places);
  if (!surface) return;
  const on = !surface.isOn;
  if (on) await surface.show(); else surface.hide();
  if (surface.isOn === on) keep(surface, on);
}).then(() => { if (document.activeElement === document.body) button.focus() });

// One way at a time
async function once(button, act) {
  if (button.disabled) return;
  button.disabled = true;
  try { await act() } finally { button.disabled = false }
}

async function make(button, form, box, area, pending) {
  try {
    const [root] = await Promise.all([rootOf(button.dataset.url), dressed(button.dataset.style)]);
    const modules = await Promise.all(PARTS.map(name => import(root.dataset[name])));
    const [kit, language, { parts }, { viewsOf }, { Tools }, { Menu, rules }] = modules;
    const surface = new Surface({ button, form, box, area, pending, root, kit, language, post });
    surface.tools = new Tools(surface);
    await surface.build([...parts(kit, viewsOf(surface), language.syntax), ...rules(kit)]);
    surface.menu = new Menu(surface);
    opened.set(box, surface);
    return surface;
  } catch (error) {
    const words = document.getElementById('request-failed')?.content.cloneNode(true);
    if (words) box.prepend(words);
    if (!(error instanceof Response) && !(error instanceof TypeError)) throw error;
    return null;
  }
}
async function rootOf(url) {
  const answer = await fetch(url), parts = document.createElement('template');
  if (!answer.ok) throw answer;
  parts.innerHTML = await answer.text();
  return parts.content.querySelector('[data-visual-parts]');
}
const dressed = href => new Promise(resolve => {
  const link = { rel: 'stylesheet', href, onload: resolve, onerror: resolve };
  document.head.append(Object.assign(document.createElement('link'), link));
});

// The choice is of the person where there is one, else of this browser
function keep({ words: { choiceUrl } }, on) {
  if (choiceUrl) return void post(choiceUrl, new URLSearchParams({ on: on ? '1' : '0' })).catch(() => {});
  try { localStorage.setItem('visual', on ? '1' : '') } catch { /* no storage */ }
}

class Surface {
  constructor(given) {
    Object.assign(this, given);
    this.words = this.root.dataset;
    this.html = new Map();
    for (const name of ['bar', 'place', 'notice']) this[name] = this.root.querySelector(`[data-${name}]`);
  }
  get isOn() { return this.box.classList.contains('visual') }

  async build(parts) {
    const { kit, language, root, box, area } = this;
    box.querySelector('.tools').prepend(this.bar);
    area.after(this.place, root.querySelector('[data-way-out]'));
    box.before(this.notice);
    document.body.append(...root.querySelectorAll('dialog'));
    const update = (view, before) => this.changed(view, before);
    const changes = kit.$prose(() => new kit.Plugin({ view: () => ({ update }) }));
    this.editor = kit.Editor.make().config(ctx => {
      ctx.set(kit.rootCtx, this.place);
      language.configured(kit, ctx);
      ctx.set(kit.editorViewOptionsCtx, this.options());
    }).use([...parts, changes]);
    await this.editor.create();
    this.editor.action(ctx => {
      this.view = ctx.get(kit.editorViewCtx);
      this.commands = ctx.get(kit.commandsCtx);
      this.text = new language.Text(kit, ctx);
    });
    this.listen();
  }

  // What ProseMirror asks of who shows it; the bars that stick hide some of the window
  options() {
    return {
      attributes: {
        'class': 'prose',
        'aria-multiline': 'true',
        'aria-label': this.words.label,
        'aria-describedby': 'visual-way-out',
        spellcheck: 'true',
      },
      scrollMargin: { top: 160, right: 5, bottom: 100, left: 5 },
      scrollThreshold: { top: 120, right: 0, bottom: 80, left: 0 },
      handleDOMEvents: { keydown: (view, event) => this.keys(event) },
      handlePaste: (view, event) => this.pasted(event),
      handleDrop: (view, event) => this.dropped(event),
    };
  }

  listen() {
    const { box, area, bar, tools } = this;
    bar.addEventListener('click', event => {
      const act = event.target.closest('[data-act]')?.dataset.act;
      if (act) tools.act(act);
    });
    bar.addEventListener('mousedown', event => event.preventDefault());
    area.addEventListener('focus', () => { if (this.isOn) setTimeout(() => this.view.focus()) });
    area.addEventListener('input', event => {
      if (this.isOn && event.detail !== this && area.value !== this.given) this.show();
    });
    box.addEventListener('click', event => {
      if (!this.isOn || !event.target.closest('[data-components]')) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      tools.newCall();
    }, true);
    box.addEventListener('change', event => {
      if (!this.isOn || !event.target.matches('[data-upload]')) return;
      event.stopImmediatePropagation();
      this.upload([...event.target.files]);
      event.target.value = '';
    }, true);
  }

  // To the rich surface, if that changes nothing of what is read
  async show(focus = true) {
    const { area, view } = this;
    this.notice.hidden = true;
    let text, refused;
    do {
      text = area.value;
      refused = await this.load(text).catch(error => this.away(error));
    } while (!refused && area.value !== text);
    if (refused) return this.refuse(refused);
    if (!this.isOn) this.swap(true);
    this.first = this.given = area.value;
    if (focus) view.focus();
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
    const answer = await post(url, new URLSearchParams(values));
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }

  away(error) {
    if (!(error instanceof TypeError)) console.error(error);
    return this.words.offline;
  }

  refuse(reason) {
    this.notice.querySelector('[data-reason]').textContent = reason;
    this.notice.hidden = false;
    if (this.isOn) this.hide();
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

  // From the surface to the text
  changed(view, before) {
    if (this.loading || !this.text) return;
    this.tools.mirror(this.bar);
    if (view.state.doc === before.doc) return;
    this.menu?.look();
    const text = this.text.text(view.state.doc);
    if (text === this.area.value) return;
    this.area.value = this.given = text;
    this.tell();
  }

  // Drafts, the preview and the menus hear of it as if it had been typed
  tell() { this.area.dispatchEvent(new CustomEvent('input', { bubbles: true, detail: this })) }

  // Escape, then Tab leaves; Enter on what is kept as typed opens its source. True: ProseMirror has nothing to do
  keys(event) {
    if (this.menu.key(event)) { event.preventDefault(); return true }
    const leaves = event.key === 'Tab' && this.leaving;
    this.leaving = event.key === 'Escape';
    if (leaves) return true;
    const control = event.ctrlKey || event.metaKey, { node, from } = this.view.state.selection;
    if (event.key === 'Enter' && !control && node && ['raw', 'chip'].includes(node.type.name)) {
      event.preventDefault();
      this.tools.source(node, from);
      return true;
    }
    if (control && event.key.toLowerCase() === 'k') { event.preventDefault(); this.tools.link(); return true }
    return control && event.key === 'Enter';
  }

  // Files, and Markdown pasted as text
  pasted(event) {
    const { files, types } = event.clipboardData, plain = event.clipboardData.getData('text/plain');
    if (!plain && files.length && this.form.dataset.uploadUrl) { this.upload([...files]); return true }
    const { state } = this.view;
    if (!plain || types.includes('text/html') || state.selection.$from.parent.type.spec.code) return false;
    const nodes = this.text.parse(plain);
    if (!nodes?.length) return false;
    const { Slice, Fragment } = this.kit, one = nodes.length === 1 && nodes[0].isTextblock;
    const open = one || nodes.every(node => node.type.name === 'paragraph') ? 1 : 0;
    this.view.dispatch(state.tr.replaceSelection(new Slice(Fragment.from(nodes), open, open)).scrollIntoView());
    return true;
  }

  dropped(event) {
    if (!event.dataTransfer?.files.length || !this.form.dataset.uploadUrl) return false;
    event.preventDefault();
    this.upload([...event.dataTransfer.files]);
    return true;
  }

  upload(list) { this.pending.add(this.send(list)) }

  // Returns the names of the files that could not be sent
  async send(list) {
    const lost = [];
    for (const file of list) {
      const body = new FormData();
      body.append('file', file);
      try {
        const answer = await post(this.form.dataset.uploadUrl, body, { Accept: 'application/json' });
        const told = await answer.json().catch(() => ({}));
        if (!answer.ok) throw new Error(told.error ?? told.message ?? answer.statusText);
        this.put(told);
      } catch (error) {
        this.refused(file, error);
        lost.push(file.name);
      }
    }
    return lost;
  }

  // Where one writes by now: this surface, or the text; a page to be made holds its files as words of its form
  put({ markdown, held = [] }) {
    for (const value of held) {
      this.form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'held', value }));
    }
    if (this.isOn) {
      const { tr, selection: { from, to } } = this.view.state;
      return this.view.dispatch(tr.replaceWith(from, to, this.inline(markdown)).scrollIntoView());
    }
    this.area.setRangeText(markdown, this.area.selectionEnd, this.area.selectionEnd, 'end');
    this.tell();
  }

  refused(file, error) {
    const place = '[data-draft-status]', status = this.form.querySelector(place) ?? document.querySelector(place);
    if (!status) return;
    status.textContent = status.dataset.textRefused.replace('{name}', file.name).replace('{reason}', error.message);
  }

  // Markdown as words of a line
  inline(source) {
    const nodes = this.text.parse(source);
    return nodes?.length === 1 && nodes[0].isTextblock ? nodes[0].content : this.view.state.schema.text(source);
  }
}
