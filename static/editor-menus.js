// What is proposed while one types: [[page or entry]], {{component}}, @person, #tag, and / at the start of a line for a
// block. Each URL answers ?q= with [{name, title, kind?, insert?}]; the blocks stand in the markup. Elided words need
// nothing: l'[[ opens. The field stays a text box: arrows move in the list it controls, and a status says how many
// there are.
export const menus = tools => new Menu(tools).look();

// Each opens on what its pattern finds before the caret, and writes a choice, then what closes it. `create` proposes
// what is not there yet, `dialog` opens the components dialog on the choice.
const triggersOf = ({ dataset: urls }, hasBlocks) => [
  { url: urls.namesUrl, pattern: /\[\[([^[\]|\n]{0,80})$/, close: ']]', create: true, write: linkTo },
  { url: urls.componentsUrl, pattern: /\{\{([\w-]{0,40})$/, close: '}}', dialog: true },
  { url: urls.peopleUrl, pattern: /(?<![\p{L}\d@])@([\p{L}\d._-]{1,40})$/u, close: ' ' },
  { url: urls.tagsUrl, pattern: /(?<![\p{L}\d#/])#([\p{L}\d-]{1,40})$/u, close: ' ' },
  { blocks: hasBlocks, pattern: /(?:^|\n)\/([\p{L} ]{0,20})$/u, close: '' },
].filter(({ url, blocks }) => url || blocks);
const linkTo = ({ name, title }) => title && title !== name ? `${name}|${title}` : name;
const LEAVING = ['ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown'];

class Menu {
  current = null; // the trigger that opened it, and from where the words are typed
  request = null;

  constructor(tools) {
    Object.assign(this, tools);
    this.list = this.box.querySelector('.suggest');
    this.status = this.box.querySelector('[data-menu-status]');
    this.blocks = this.box.querySelector('template[data-blocks]');
    this.triggers = triggersOf(this.form, Boolean(this.blocks));
    this.listen();
  }

  listen() {
    const { area } = this;
    area.addEventListener('input', () => this.look());
    area.addEventListener('keydown', event => this.key(event), true);
    for (const away of ['blur', 'pointerdown']) area.addEventListener(away, () => { if (this.current) this.close() });
    this.list.addEventListener('pointerdown', event => {
      const option = event.target.closest('[role=option]');
      if (!option) return;
      event.preventDefault();
      this.choose(option);
    });
  }

  // The newest question wins: an older answer is stopped
  async look() {
    const { area } = this, before = area.value.slice(0, area.selectionStart).slice(-120);
    const trigger = this.triggers.find(({ pattern }) => pattern.test(before));
    if (!trigger) return this.current && this.close();
    const typed = trigger.pattern.exec(before)[1];
    this.request?.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    this.current = { trigger, from: area.selectionStart - typed.length };
    if (trigger.blocks) return this.show(this.blocksNamed(typed));
    const address = new URL(trigger.url, location.href);
    address.searchParams.set('q', typed);
    try {
      const answer = await this.send(address, { signal });
      const found = answer.ok ? await answer.json() : [];
      if (!signal.aborted) this.show(this.optionsOf(found, typed.trim(), trigger));
    } catch (error) {
      if (error.name !== 'AbortError') this.close();
    }
  }

  blocksNamed(typed) {
    const wanted = plain(typed), all = [...this.blocks.content.cloneNode(true).children];
    const words = option => plain(`${option.dataset.words} ${option.textContent}`).split(/\s+/);
    return all.filter(option => !wanted || words(option).some(word => word.startsWith(wanted)));
  }

  optionsOf(found, typed, { create, write = one => one.name }) {
    const options = found.slice(0, 8).map(one =>
      this.option(one.kind === 'entry' ? 'entry' : 'known', one.title || one.name, one.insert ?? write(one)));
    const isTyped = name => name?.toLowerCase() === typed.toLowerCase();
    const known = found.some(({ name, title }) => isTyped(name) || isTyped(title));
    return create && typed && !known ? [...options, this.option('create', typed, typed)] : options;
  }

  option(name, label, write) {
    const { content } = this.box.querySelector(`template[data-option=${name}]`);
    const option = content.firstElementChild.cloneNode(true), text = option.querySelector('[data-label]');
    text.textContent = this.fill(text.dataset.label || '{name}', { name: label });
    option.dataset.write = write;
    if (name === 'create') option.dataset.made = 'yes';
    return option;
  }

  show(options) {
    if (!options.length) return this.close();
    for (const [index, option] of options.entries()) {
      option.id = `${this.list.id}-${index}`;
      option.setAttribute('aria-selected', 'false');
    }
    this.list.replaceChildren(...options);
    this.list.hidden = false;
    this.place();
    this.list.scrollTop = 0;
    this.select(options[0]);
    const values = { count: options.length, first: options[0].textContent.trim() };
    this.announce(this.fill(this.status?.dataset.textFound, values));
  }

  // Below the words, above them where the window ends
  place() {
    const { area, list } = this, { left, top, line } = caret(area, this.current.from);
    const below = top + line - area.scrollTop;
    const over = area.getBoundingClientRect().top + below + list.offsetHeight > innerHeight;
    list.style.left = `${Math.max(4, Math.min(left, area.clientWidth - list.offsetWidth - 4))}px`;
    list.style.top = `${over ? below - line - list.offsetHeight : below}px`;
  }

  get options() { return [...this.list.querySelectorAll('[role=option]')] }
  get selected() { return this.list.querySelector('[aria-selected=true]') }
  select(option) {
    this.selected?.setAttribute('aria-selected', 'false');
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({ block: 'nearest' });
    this.area.setAttribute('aria-activedescendant', option.id);
  }

  announce(text) {
    if (this.status && this.status.textContent !== text) this.status.textContent = text;
  }

  key(event) {
    if (this.list.hidden || event.isComposing) return;
    const { options } = this, at = options.indexOf(this.selected);
    if (event.key === 'ArrowDown') this.select(options[(at + 1) % options.length]);
    else if (event.key === 'ArrowUp') this.select(options.at(at - 1));
    else if (event.key === 'Enter' || event.key === 'Tab') this.choose(this.selected);
    else if (event.key === 'Escape') this.close();
    else if (LEAVING.includes(event.key)) return this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  choose(option) {
    const { area, current: { from, trigger } } = this, end = area.selectionEnd;
    const isClosed = trigger.close.trim() && area.value.startsWith(trigger.close, end);
    const past = end + (isClosed ? trigger.close.length : 0);
    // What is proposed may be behind what is typed: a page to make bears the words that stand there now.
    const text = option.dataset.made ? area.value.slice(from, end).trim() : option.dataset.write;
    this.close();
    if (trigger.blocks) this.putBlock(option.dataset, from - 1, end);
    else if (trigger.dialog && this.opener) this.openDialog(from - 2, past, text);
    else this.insert(area, text + trigger.close, from, past);
  }

  putBlock({ act, write }, from, to) {
    const { area } = this, chooser = this.box.querySelector('[data-upload]');
    if (act === 'component' && this.opener) return this.openDialog(from, to);
    if (act === 'file' && chooser) {
      this.insert(area, '', from, to);
      return chooser.click();
    }
    const [before, after] = (act === 'date' ? today() : write).split('‸');
    this.insert(area, before + (after ?? ''), from, to);
    if (after !== undefined) area.setSelectionRange(from + before.length, from + before.length);
    if (before.endsWith('[[')) this.look();
  }

  get opener() { return this.box.querySelector('[data-components]') }
  openDialog(from, to, name) {
    const { area, insert, opener } = this;
    insert(area, '', from, to);
    this.bring(opener, 'components').then(({ open }) => open(opener, area, insert, name));
  }

  close() {
    this.request?.abort();
    this.announce('');
    this.current = null;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.area.removeAttribute('aria-activedescendant');
  }
}

const plain = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const today = () => new Date().toLocaleDateString(document.documentElement.lang, {
  day: 'numeric', month: 'long', year: 'numeric',
});

// Where a character of a textarea stands, in its own box: measured on a copy laid out the same way
const LAID_OUT = [
  'boxSizing', 'paddingTop', 'paddingRight', 'paddingBottom', 'paddingLeft', 'borderStyle', 'borderWidth',
  'fontFamily', 'fontSize', 'fontWeight', 'letterSpacing', 'lineHeight', 'tabSize', 'textIndent',
];
function caret(area, position) {
  const copy = document.createElement('div'), mark = document.createElement('span'), from = getComputedStyle(area);
  for (const name of LAID_OUT) copy.style[name] = from[name];
  Object.assign(copy.style, {
    position: 'absolute', visibility: 'hidden', top: '0', left: '0',
    width: `${area.clientWidth}px`, whiteSpace: 'pre-wrap', overflowWrap: 'break-word',
  });
  mark.textContent = area.value.slice(position) || '.';
  copy.append(area.value.slice(0, position), mark);
  document.body.append(copy);
  const found = { left: mark.offsetLeft, top: mark.offsetTop, line: parseFloat(from.lineHeight) };
  copy.remove();
  return found;
}
