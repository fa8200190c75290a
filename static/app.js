// What every page does beyond links and forms. Everything works without this file.
// URLs and words come from the markup, so that sub-paths and languages need nothing here.
const root = document.documentElement;
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const store = {
  get(key) { try { return localStorage.getItem(key) } catch { return null } },
  set(key, value) { try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value) } catch { /* private window */ } },
};

// Theme
const paintTheme = () => {
  const theme = store.get('theme');
  if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
  for (const button of all('[data-set-theme]')) button.setAttribute('aria-pressed', String((theme || 'auto') === button.dataset.setTheme));
};
paintTheme();

// Clicks: theme, dialogs, copies, menus that close
document.addEventListener('click', event => {
  const { target } = event;
  const found = selector => target.closest?.(selector);
  const theme = found('[data-set-theme]')?.dataset.setTheme;
  if (theme) { store.set('theme', theme === 'auto' ? null : theme); paintTheme() }
  const opener = found('[data-dialog]');
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  if (found('[data-close]')) found('.toast')?.remove() ?? found('dialog')?.close();
  if (target.matches('dialog')) target.close();
  const copy = found('[data-copy]');
  if (copy) copyText(copy);
  const sticky = found('[data-sticky] a');
  if (sticky) store.set(stickyKey(sticky), viewOf(sticky.href));
  if (found('a[data-instant], form[data-instant] input')) { event.preventDefault(); instant?.open() }
  for (const menu of all('details.pop[open]')) if (!menu.contains(target)) menu.open = false;
});

async function copyText(button) {
  const source = document.querySelector(button.dataset.copy);
  await navigator.clipboard?.writeText(source?.value ?? source?.textContent ?? location.href);
  toast(button.dataset.textDone);
}

// Keys: an element with data-key="x" is what the key x does, unless <html data-keys="off">
document.addEventListener('keydown', event => {
  if (event.key === 'Escape') {
    for (const menu of all('details.pop[open]')) { menu.open = false; menu.querySelector('summary').focus() }
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k' && !event.target.closest('.editor')) {
    event.preventDefault();
    instant?.open();
  }
  const typing = event.target.closest('input, textarea, select, [contenteditable], dialog[open]');
  if (typing || event.ctrlKey || event.metaKey || event.altKey || root.dataset.keys === 'off') return;
  const doer = event.key.length === 1 && document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!doer) return;
  event.preventDefault();
  doer.click();
});

// Double-click to edit, with a mouse only
document.addEventListener('dblclick', event => {
  const place = event.target.closest('[data-edit-url]');
  const busy = event.target.closest('a, button, input, textarea, select, label, summary, details, form, svg');
  if (place && !busy && root.dataset.keys !== 'off' && matchMedia('(pointer: fine)').matches) location.href = place.dataset.editUrl;
});

// Questions before what is hard to undo
document.addEventListener('submit', event => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  const dialog = document.getElementById('confirm');
  if (!question || !dialog || event.target.dataset.agreed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  document.getElementById('confirm-text').textContent = question;
  dialog.returnValue = 'no';
  dialog.addEventListener('close', () => {
    if (dialog.returnValue !== 'yes') return;
    event.target.dataset.agreed = 'yes';
    event.target.requestSubmit(event.submitter);
    delete event.target.dataset.agreed;
  }, { once: true });
  dialog.showModal();
}, true);

// Filters that apply themselves: <form data-auto>, through htmx when it has hx-get
let later;
const applySoon = (event, delay) => {
  const form = event.target.form;
  if (!form?.matches('[data-auto]')) return;
  clearTimeout(later);
  later = setTimeout(() => form.requestSubmit(), delay);
};
document.addEventListener('change', event => applySoon(event, 0));
// Going back shows the old list: its filters must say what it shows
addEventListener('pageshow', event => { if (event.persisted) for (const form of all('form[data-auto]')) form.reset() });
document.addEventListener('input', event => { if (event.target.matches('[type=search], [type=text]')) applySoon(event, 350) });

// The view someone chose last, when the address names none: <nav data-sticky="form"> with links ?view=…
const viewOf = url => new URL(url, location.href).searchParams.get('view') ?? '';
const stickyKey = link => `view:${root.dataset.base}/${link.closest('[data-sticky]').dataset.sticky}`;
for (const current of all('[data-sticky] [aria-current]')) {
  const wanted = store.get(stickyKey(current));
  const link = wanted && all('a', current.closest('[data-sticky]')).find(a => viewOf(a.href) === wanted);
  if (link && link !== current && !new URLSearchParams(location.search).has('view')) {
    const target = new URL(location.href);
    target.searchParams.set('view', wanted);
    location.replace(target);
  }
}

// Messages
function toast(text, kind = '') {
  const made = document.getElementById('toast-template')?.content.cloneNode(true);
  if (!made || !text) return;
  made.querySelector('p').textContent = text;
  made.querySelector('.toast').classList.add(...kind.split(' ').filter(Boolean));
  if (!kind) made.querySelector('.toast').dataset.leaves = '';
  document.getElementById('messages').append(made);
  leaveLater();
}
function leaveLater() {
  for (const message of all('.toast[data-leaves]')) {
    delete message.dataset.leaves;
    const leave = () => message.matches(':hover, :focus-within') ? setTimeout(leave, 3000) : message.remove();
    setTimeout(leave, message.querySelector('form, a') ? 30000 : 8000);
  }
}
leaveLater();
const focus = () => {
  const at = document.querySelector('[data-focus]');
  if (!at || at === document.activeElement) return;
  at.focus();
  if (at.dataset.focus && at.value === at.defaultValue) at.select();
};
focus();
// Going to an anchor takes the focus away; what was typed meanwhile stays
if (location.hash) addEventListener('load', () => setTimeout(focus), { once: true });

// The current tab stands in sight, where tabs scroll
for (const current of all('.tabs [aria-current]')) {
  const list = current.closest('ul');
  list.scrollLeft += Math.max(0, current.getBoundingClientRect().right - list.getBoundingClientRect().right);
}

// A table wider than its page scrolls by itself: the keyboard must reach it
const wide = new ResizeObserver(found => {
  for (const { target } of found) target.scrollWidth > target.clientWidth ? target.tabIndex = 0 : target.removeAttribute('tabindex');
});
for (const table of all('.prose table')) wide.observe(table);

// A draft that has become a version is dropped on the page that follows
for (const saved of all('[data-saved-draft]')) store.set(`draft:${root.dataset.base}/${saved.dataset.savedDraft}`, null);

// <script type="later" src data-type="module">, and htmx where it is used, come at the first sign of life: until then the
// page is light, and its links and forms do without them. Without a mouse, a browser may tell of one in the corner.
const uses = ['get', 'post', 'put', 'patch', 'delete', 'boost'].flatMap(verb => [`[hx-${verb}]`, `[data-hx-${verb}]`]).join();
const awaited = all('script[type=later]').map(({ src, dataset }) => ({ src, type: dataset.type ?? '', async: false }));
if (root.dataset.htmx && document.querySelector(uses)) awaited.push({ src: root.dataset.htmx });
const signs = ['pointerover', 'pointerdown', 'focusin', 'keydown'];
const come = event => {
  if (event.type === 'pointerover' && !event.clientX && !event.clientY) return;
  for (const sign of signs) removeEventListener(sign, come, true);
  for (const script of awaited) document.head.append(Object.assign(document.createElement('script'), script));
};
if (awaited.length) for (const sign of signs) addEventListener(sign, come, true);
// Work that is told every few seconds is told to who sits still, too
if (document.querySelector('[hx-trigger^=every]')) come({});
const token = document.querySelector('meta[name=csrf-token]')?.content;
document.addEventListener('htmx:config:request', ({ detail: { ctx } }) => { if (token) ctx.request.headers['X-CSRFToken'] = token });
const failed = () => toast(document.getElementById('request-failed')?.content.textContent, 'error');
document.addEventListener('htmx:response:error', ({ detail: { ctx } }) => { if (ctx.response?.raw.status !== 422) failed() });
document.addEventListener('htmx:error', failed);
document.addEventListener('htmx:after:swap', ({ target }) => {
  target.querySelector?.('[data-focus]')?.focus();
  leaveLater();
});

// Instant search: the dialog opens at once, and instant.js answers in it
const instant = (() => {
  const dialog = document.getElementById('instant');
  if (!dialog) return null;
  const input = dialog.querySelector('input');
  const open = (text = '') => {
    if (!dialog.open) dialog.showModal();
    if (text) input.value = text;
    input.focus();
    import(dialog.dataset.script).then(({ opened }) => opened(), () => {});
  };
  const field = document.querySelector('form[data-instant] input');
  field?.addEventListener('input', () => { open(field.value); field.value = '' });
  return { open };
})();
