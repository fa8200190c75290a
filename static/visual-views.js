// How the visual mode draws what Milkdown does not know: blocks and words kept as typed, boxes, boxes to tick, pictures
// and links. Brought by visual.js; the markup is in pages/visual.html.
export const viewsOf = surface => ({
  raw: (node, view, getPos) => rawView(surface, node, getPos),
  chip: (node, view, getPos) => chipView(surface, node, getPos),
  box: (node, view, getPos) => boxView(surface, node, getPos),
  item: (node, view, getPos) => itemView(surface, node, getPos),
  file: src => fileUrl(surface.words.fileUrl, src),
  href: safeHref,
});

// A block kept as typed: as it will look, with its name and the ways to change it
function rawView(surface, node, getPos) {
  const { tools, words, box } = surface;
  const dom = drawn(surface, 'raw'), part = name => dom.querySelector(`[data-${name}]`);
  const draw = () => {
    const { kind, source } = node.attrs;
    const label = words[`kind${kind[0].toUpperCase()}${kind.slice(1)}`] ?? words.kindHtml;
    const told = label.replace('{name}', callOf(source) ?? '');
    dom.setAttribute('aria-label', told);
    part('label').textContent = told;
    part('settings').hidden = kind !== 'macro' || !box.querySelector('[data-components]');
    look(surface, part('shown'), node.attrs);
  };
  dom.addEventListener('click', event => {
    if (event.target.closest('[data-source]')) tools.source(node, getPos());
    else if (event.target.closest('[data-settings]')) tools.settingsOf(node, getPos);
  });
  draw();
  return {
    dom,
    update(next) {
      if (next.type !== node.type) return false;
      const changed = next.attrs !== node.attrs;
      node = next;
      if (changed) draw();
      return true;
    },
    ...picked(dom),
    stopEvent: event => Boolean(event.target.closest?.('button')),
    ignoreMutation: () => true,
  };
}
const drawn = ({ root }, name) =>
  root.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true);
const callOf = source => /^\{\{\s*([\w-]+)/.exec(source)?.[1];
const picked = dom => ({
  selectNode: () => dom.classList.add('picked'),
  deselectNode: () => dom.classList.remove('picked'),
});

// What the server makes of it, else its source
async function look({ form, html, post }, place, { kind, source }) {
  const shown = ['box', 'html', 'macro', 'terms'].includes(kind);
  if (shown && !html.has(source)) {
    const body = new FormData();
    body.append('text', source);
    const answer = await post(form.dataset.previewUrl, body).catch(() => null);
    if (answer?.ok) html.set(source, await answer.text());
  }
  const found = shown ? html.get(source) : '';
  if (found?.trim()) place.innerHTML = found;
  else place.replaceChildren(Object.assign(document.createElement('pre'), { textContent: source }));
}

// Words kept as typed: a wiki link by its label, a call by its name
function chipView(surface, node, getPos) {
  const { tools, box } = surface;
  const dom = Object.assign(document.createElement('span'), { className: 'visual-chip' });
  const draw = () => {
    const { source } = node.attrs, link = source.startsWith('[[');
    const [where, label] = link ? source.slice(2, -2).split(/\\?\|/) : [];
    dom.textContent = link ? unmarked(label) || where.trim() : callOf(source) ?? unmarked(source);
    dom.title = source;
    dom.classList.toggle('link', link);
  };
  dom.addEventListener('dblclick', () => {
    if (node.attrs.source.startsWith('{{') && box.querySelector('[data-components]')) tools.settingsOf(node, getPos);
    else tools.source(node, getPos());
  });
  draw();
  return {
    dom,
    update(next) {
      if (next.type !== node.type) return false;
      node = next;
      draw();
      return true;
    },
    ...picked(dom),
    ignoreMutation: () => true,
  };
}
const unmarked = words => words?.replace(/[*`]|~~|(?<!\w)_|_(?!\w)/g, '').trim();

// A box: its title opens the line it is written by
function boxView(surface, node, getPos) {
  const dom = drawn(surface, 'box'), contentDOM = dom.querySelector('[data-inside]');
  const line = () => /^(:+)\s*(\S*)\s*(.*)$/.exec(node.attrs.open);
  const draw = () => {
    const [, , kind, title] = line();
    dom.classList.toggle('alert', kind === 'warn');
    dom.querySelector('[data-label]').textContent = title || kind;
  };
  dom.querySelector('[data-source]').addEventListener('click', () => {
    const [, fence, kind, title] = line();
    const write = typed => ({ open: `${fence} ${kind} ${typed.trim()}`.trim() });
    surface.tools.ask('box', title, typed => {
      const { state } = surface.view;
      surface.view.dispatch(state.tr.setNodeMarkup(getPos(), null, write(typed)));
    });
  });
  draw();
  return {
    dom, contentDOM,
    update(next) {
      if (next.type !== node.type) return false;
      node = next;
      draw();
      return true;
    },
    stopEvent: event => Boolean(event.target.closest?.('[data-source]')),
    ignoreMutation: change => !contentDOM.contains(change.target),
  };
}

// An item with a box is ticked where it stands
function itemView({ view, words }, node, getPos) {
  const dom = document.createElement('li');
  const same = next => next.type === node.type && (next.attrs.checked === null) === (node.attrs.checked === null);
  if (node.attrs.checked === null) return { dom, contentDOM: dom, update: same };
  const { checked } = node.attrs, contentDOM = document.createElement('div');
  const box = Object.assign(document.createElement('input'), { type: 'checkbox', checked, contentEditable: 'false' });
  box.setAttribute('aria-label', words.ticked);
  box.addEventListener('change', () => {
    view.dispatch(view.state.tr.setNodeMarkup(getPos(), null, { ...node.attrs, checked: box.checked }));
  });
  dom.className = 'task-list-item';
  dom.append(box, contentDOM);
  return {
    dom, contentDOM,
    update(next) {
      if (!same(next)) return false;
      node = next;
      box.checked = next.attrs.checked;
      return true;
    },
    stopEvent: event => event.target === box,
    ignoreMutation: change => !contentDOM.contains(change.target),
  };
}

// Where a file of the page is kept; nothing for a picture of another site, which is not asked for
function fileUrl(pattern, src) {
  const name = src.startsWith('attachment:') ? src.slice(11) : src;
  if (/^(\/(?!\/)|data:image\/)/.test(src)) return src;
  if (!pattern || /^[a-z][a-z0-9+.-]*:|[/?#\\]/i.test(name) || !name) return '';
  try { return pattern.replace('FILE', encodeURIComponent(decodeURIComponent(name))) } catch { return '' }
}

const safe = /^(https?|mailto|tel|xmpp|ircs?|matrix):/i;
const safeHref = href => /^([a-z][a-z0-9+.-]*):/i.test(href) && !safe.test(href) ? '#' : href;
