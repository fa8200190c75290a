// What the visual mode draws in the text: boxes to tick, chips as they are typed, the pages that [[ proposes. Brought by visual.js.
// An item with a box is ticked where it stands
export function itemView(label, node, view, getPos) {
  const dom = document.createElement('li');
  if (node.attrs.checked === null) return { dom, contentDOM: dom, update: next => next.type === node.type && next.attrs.checked === null };
  const box = Object.assign(document.createElement('input'), { type: 'checkbox', checked: node.attrs.checked, contentEditable: 'false' });
  const contentDOM = document.createElement('div');
  box.setAttribute('aria-label', label);
  box.addEventListener('change', () => view.dispatch(view.state.tr.setNodeMarkup(getPos(), null, { ...node.attrs, checked: box.checked })));
  dom.className = 'task-list-item';
  dom.append(box, contentDOM);
  return {
    dom, contentDOM,
    update: next => { if (next.type !== node.type || next.attrs.checked === null) return false; node = next; box.checked = next.attrs.checked; return true },
    stopEvent: event => event.target === box,
    ignoreMutation: change => !contentDOM.contains(change.target),
  };
}

// [[…]] and {{…}} typed to their end become chips
export const rules = kit => [/\[\[[^[\]\n]+\]\]$/, /\{\{\s*[A-Za-z][^{}]*\}\}$/].map(pattern => kit.$inputRule(() => new kit.InputRule(pattern, (state, match, start, end) => state.tr.replaceWith(start, end, state.schema.nodes.chip.create({ source: match[0] })))));

// Completion of [[ with the pages there are
export class Menu {
  constructor(surface) {
    this.surface = surface;
    this.list = surface.root.querySelector('[data-pages]') ?? surface.place.parentElement.querySelector('[data-pages]');
    surface.place.after(this.list);
    this.list.addEventListener('pointerdown', event => {
      const option = event.target.closest('[role=option]');
      if (option) { event.preventDefault(); this.choose(option) }
    });
    surface.view.dom.addEventListener('blur', () => this.close());
  }
  get options() { return [...this.list.querySelectorAll('[role=option]')] }
  get selected() { return this.list.querySelector('[aria-selected=true]') }
  async look() {
    const { view, form } = this.surface, { $from, empty } = view.state.selection;
    const before = empty && $from.parent.isTextblock && !$from.parent.type.spec.code ? $from.parent.textBetween(Math.max(0, $from.parentOffset - 100), $from.parentOffset, null, '\ufffc') : '';
    const typed = /\[\[([^[\]|\n]{0,80})$/.exec(before)?.[1];
    this.asked?.abort();
    if (typed === undefined || !form.dataset.namesUrl) return this.close();
    this.asked = new AbortController();
    const url = new URL(form.dataset.namesUrl, location.href), { signal } = this.asked;
    url.searchParams.set('q', typed);
    const found = await fetch(url, { signal }).then(answer => answer.ok ? answer.json() : []).catch(() => null);
    if (!found || signal.aborted) return;
    this.from = view.state.selection.from - typed.length - 2;
    const known = found.some(one => [one.name, one.title].some(name => name?.toLowerCase() === typed.trim().toLowerCase()));
    this.draw([...found.slice(0, 8).map(one => ['known', one.title || one.name, one.title && one.title !== one.name ? `[[${one.name}|${one.title}]]` : `[[${one.name}]]`]), ...typed.trim() && !known ? [['create', typed.trim(), `[[${typed.trim()}]]`]] : []]);
  }
  draw(rows) {
    if (!rows.length) return this.close();
    this.list.replaceChildren(...rows.map(([name, label, source], index) => {
      const option = this.surface.box.querySelector(`template[data-option=${name}]`).content.firstElementChild.cloneNode(true);
      const text = option.querySelector('[data-label]');
      text.textContent = (text.dataset.label || '{name}').replace('{name}', label);
      Object.assign(option, { id: `visual-option-${index}` }).dataset.chip = source;
      option.setAttribute('aria-selected', 'false');
      return option;
    }));
    this.list.hidden = false;
    const { view, place } = this.surface, at = view.coordsAtPos(this.from), frame = place.parentElement.getBoundingClientRect();
    this.list.style.left = `${Math.max(4, Math.min(at.left - frame.left, frame.width - this.list.offsetWidth - 4))}px`;
    this.list.style.top = `${at.bottom - frame.top}px`;
    this.select(this.options[0]);
  }
  select(option) {
    this.selected?.setAttribute('aria-selected', 'false');
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({ block: 'nearest' });
    this.surface.view.dom.setAttribute('aria-activedescendant', option.id);
  }
  choose(option) {
    const { view } = this.surface, { tr, schema, selection } = view.state;
    view.dispatch(tr.replaceWith(this.from, selection.from, schema.nodes.chip.create({ source: option.dataset.chip })));
    this.close();
    view.focus();
  }
  close() {
    this.asked?.abort();
    this.list.hidden = true;
    this.list.replaceChildren();
    this.surface.view.dom.removeAttribute('aria-activedescendant');
  }
  key(event) {
    if (this.list.hidden || event.isComposing) return false;
    const { options } = this, at = options.indexOf(this.selected);
    if (event.key === 'ArrowDown') this.select(options[(at + 1) % options.length]);
    else if (event.key === 'ArrowUp') this.select(options[(at + options.length - 1) % options.length]);
    else if (event.key === 'Enter' || event.key === 'Tab') this.choose(this.selected);
    else if (event.key === 'Escape') this.close();
    else return false;
    return true;
  }
}
