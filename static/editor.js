// The editor's comforts: toolbar keys, preview, completion, lists, files, drafts. A plain form without this file.
// <form class="editor-form" data-preview-url data-names-url data-upload-url data-draft-url data-draft-key>; parts/editor.html
// makes the rest of the markup and holds the words. Drafts serve any form with data-draft-key, with or without a text.
const root = document.documentElement;
const token = document.querySelector('meta[name=csrf-token]')?.content ?? document.querySelector('[name=csrf_token]')?.value;
const send = (url, options = {}) => fetch(url, { ...options, headers: token ? { 'X-CSRFToken': token, ...options.headers } : options.headers });
const fill = (text, values) => (text ?? '').replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

for (const form of document.querySelectorAll('form[data-draft-key], form.editor-form')) edit(form);

function edit(form) {
  const status = form.querySelector('[data-draft-status]') ?? document.querySelector('[data-draft-status]');
  const say = (key, values = {}, lost = false) => {
    if (!status) return;
    status.textContent = fill(status.dataset[key], values);
    status.classList.toggle('lost', lost);
  };
  keepDrafts(form, status, say);
  saveKeys(form);
  for (const box of form.querySelectorAll('.editor')) {
    const area = box.querySelector('textarea.source');
    typing(box, area);
    preview(form, box, area);
    complete(form, box, area);
    files(form, box, area, say);
    components(box, area);
    visual(form, box, area);
  }
}

// Insertion that Ctrl+Z can undo
function insert(area, text, from = area.selectionStart, to = area.selectionEnd) {
  area.focus();
  area.setSelectionRange(from, to);
  const done = text ? document.execCommand('insertText', false, text) : from === to || document.execCommand('delete');
  if (done) return;
  area.setRangeText(text, from, to, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
}

// Ctrl+S saves and stays, Ctrl+Enter saves and leaves; the caret is found again after staying
function saveKeys(form) {
  const area = form.querySelector('textarea.source');
  const place = `caret:${location.pathname}`;
  try {
    const [caret, top] = JSON.parse(sessionStorage.getItem(place) ?? '[]');
    sessionStorage.removeItem(place);
    if (area && caret !== undefined) { area.focus(); area.setSelectionRange(caret, caret); area.scrollTop = top }
  } catch { /* no storage */ }
  form.addEventListener('keydown', event => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const stay = form.querySelector('button[name=stay]');
    if (event.key === 's' && stay) {
      event.preventDefault();
      try { if (area) sessionStorage.setItem(place, JSON.stringify([area.selectionStart, area.scrollTop])) } catch { /* no storage */ }
      form.requestSubmit(stay);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      form.requestSubmit(form.querySelector('.btn.primary') ?? undefined);
    }
  });
}

// Toolbar keys, lists that go on, the table button
function typing(box, area) {
  const marks = { b: 'bold', i: 'italic', k: 'link' };
  area.addEventListener('keydown', event => {
    const mark = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && marks[event.key.toLowerCase()];
    const button = mark && box.querySelector(`[data-md-button="${mark}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    } else if (event.key === 'Enter' && !event.isComposing && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.defaultPrevented) {
      continueList(event, area);
    }
  });
  box.addEventListener('click', event => {
    const button = event.target.closest('[data-insert]');
    if (button) insert(area, button.dataset.insert);
  });
}
function continueList(event, area) {
  const { selectionStart: at, selectionEnd: end, value } = area;
  const start = value.lastIndexOf('\n', at - 1) + 1;
  const line = value.slice(start, at);
  const found = /^(\s*)([-*+]|(\d+)([.)])|>)\s+(\[[ xX]\]\s+)?/.exec(line);
  if (!found || at !== end) return;
  event.preventDefault();
  if (line.trim() === found[0].trim()) return insert(area, '', start, at);
  const marker = found[3] ? `${Number(found[3]) + 1}${found[4]}` : found[2];
  insert(area, `\n${found[1]}${marker} ${found[5] ? '[ ] ' : ''}`);
}

// Preview beside the text, or behind a tab on small screens
function preview(form, box, area) {
  const split = box.querySelector('.split');
  const pane = split?.querySelector('.prose');
  if (!pane || !form.dataset.previewUrl) return;
  let timer, request;
  const draw = async () => {
    if (!pane.offsetParent) return;
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    const body = new FormData();
    body.append('text', area.value);
    try {
      const answer = await send(form.dataset.previewUrl, { method: 'POST', body, signal });
      const html = await answer.text();
      if (answer.ok && !signal.aborted) pane.innerHTML = html;
    } catch { /* offline or superseded: the last preview stays */ }
  };
  area.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(draw, 400) });
  split.classList.add('tabbed');
  box.querySelector('[data-editor-tabs]')?.addEventListener('click', event => {
    const tab = event.target.closest('a');
    if (!tab) return;
    event.preventDefault();
    const on = tab.hash === `#${pane.id}`;
    split.classList.toggle('previewing', on);
    for (const other of tab.closest('ul').querySelectorAll('a')) other === tab ? other.setAttribute('aria-current', 'true') : other.removeAttribute('aria-current');
    if (on) draw(); else area.focus();
  });
  if (!pane.childElementCount && area.value) draw();
}

// Completion: [[page or entry]], {{component}}, @person, #tag. Each URL answers ?q= with [{name, title, insert?}]
function complete(form, box, area) {
  const triggers = [
    { url: form.dataset.namesUrl, pattern: /\[\[([^[\]|\n]{0,80})$/, close: ']]', create: true, write: o => o.title && o.title !== o.name ? `${o.name}|${o.title}` : o.name },
    { url: form.dataset.componentsUrl, pattern: /\{\{(\w{0,40})$/, close: '}}', dialog: true, write: o => o.name },
    { url: form.dataset.peopleUrl, pattern: /(?<![\p{L}\d@])@([\p{L}\d._-]{1,40})$/u, close: ' ', write: o => o.name },
    { url: form.dataset.tagsUrl, pattern: /(?<![\p{L}\d#/])#([\p{L}\d-]{1,40})$/u, close: ' ', write: o => o.name },
  ].filter(trigger => trigger.url);
  const menu = box.querySelector('.suggest');
  if (!menu || !triggers.length) return;
  let current, request;

  const options = () => [...menu.querySelectorAll('[role=option]')];
  const selected = () => menu.querySelector('[aria-selected=true]');
  const select = option => {
    selected()?.setAttribute('aria-selected', 'false');
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({ block: 'nearest' });
    area.setAttribute('aria-activedescendant', option.id);
  };
  const close = () => {
    request?.abort();
    current = null;
    menu.hidden = true;
    menu.replaceChildren();
    area.removeAttribute('aria-activedescendant');
  };
  const choose = option => {
    const { from, trigger } = current;
    const end = area.selectionEnd;
    const closed = trigger.close.trim() && area.value.startsWith(trigger.close, end) ? trigger.close.length : 0;
    const text = option.dataset.write;
    const opener = trigger.dialog && box.querySelector('[data-components]');
    close();
    if (opener) { insert(area, '', from - 2, end + closed); return bring(opener, 'open', area, insert, text) }
    insert(area, text + trigger.close, from, end + closed);
  };
  const add = (name, label, write) => {
    const option = box.querySelector(`template[data-option=${name}]`).content.firstElementChild.cloneNode(true);
    const text = option.querySelector('[data-label]');
    text.textContent = fill(text.dataset.label || '{name}', { name: label });
    option.id = `${menu.id}-${menu.childElementCount}`;
    option.dataset.write = write;
    option.setAttribute('aria-selected', 'false');
    menu.append(option);
  };
  const show = (found, typed, trigger) => {
    menu.replaceChildren();
    for (const option of found.slice(0, 8)) add('known', option.title || option.name, option.insert ?? trigger.write(option));
    const known = found.some(o => [o.name, o.title].some(name => name?.toLowerCase() === typed.toLowerCase()));
    if (trigger.create && typed.trim() && !known) add('create', typed.trim(), typed.trim());
    if (!menu.childElementCount) return close();
    menu.hidden = false;
    place();
    select(options()[0]);
  };
  const place = () => {
    const { left, top, line } = caret(area, current.from);
    const below = top + line - area.scrollTop;
    const over = area.getBoundingClientRect().top + below + menu.offsetHeight > innerHeight;
    menu.style.left = `${Math.max(4, Math.min(left, area.clientWidth - menu.offsetWidth - 4))}px`;
    menu.style.top = `${over ? below - line - menu.offsetHeight : below}px`;
  };
  area.addEventListener('input', async () => {
    const before = area.value.slice(0, area.selectionStart).slice(-120);
    const trigger = triggers.find(({ pattern }) => pattern.test(before));
    if (!trigger) return current && close();
    const typed = trigger.pattern.exec(before)[1];
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    current = { trigger, from: area.selectionStart - typed.length };
    const address = new URL(trigger.url, location.href);
    address.searchParams.set('q', typed);
    try {
      const answer = await send(address, { signal });
      const found = answer.ok ? await answer.json() : [];
      if (!signal.aborted) show(found, typed, trigger);
    } catch (error) {
      if (error.name !== 'AbortError') close();
    }
  });
  area.addEventListener('keydown', event => {
    if (menu.hidden || event.isComposing) return;
    const found = options(), at = found.indexOf(selected());
    if (event.key === 'ArrowDown') select(found[(at + 1) % found.length]);
    else if (event.key === 'ArrowUp') select(found[(at + found.length - 1) % found.length]);
    else if (event.key === 'Enter' || event.key === 'Tab') choose(selected());
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  menu.addEventListener('pointerdown', event => {
    const option = event.target.closest('[role=option]');
    if (option) { event.preventDefault(); choose(option) }
  });
  area.addEventListener('blur', () => { if (current) close() });
}

// The components dialog and the help sheet come when they are first asked for
const bring = async (button, act, ...args) => (await import(button.dataset.components ?? button.dataset.aid))[act](button, ...args);
function components(box, area) {
  box.addEventListener('click', event => {
    const button = event.target.closest('[data-components], [data-aid]');
    if (!button) return;
    event.preventDefault();
    if (button.dataset.aid) bring(button, 'aid'); else bring(button, 'open', area, insert);
  });
}

// The visual mode, when it is asked for or was chosen
function visual(form, box, area) {
  const button = box.querySelector('[data-visual]');
  const mode = async act => (await import(button.dataset.visual))[act](button, form, box, area);
  button?.addEventListener('click', () => mode('toggle'));
  let chosen = button && 'on' in button.dataset;
  try { chosen ||= button && !form.dataset.draftUrl && localStorage.getItem('visual') } catch { /* no storage */ }
  if (chosen) mode('open');
}

// Where a character of a textarea stands, in its own box: measured on a copy laid out the same way
function caret(area, position) {
  const copy = document.createElement('div');
  const mark = document.createElement('span');
  const from = getComputedStyle(area);
  for (const name of ['boxSizing', 'paddingTop', 'paddingRight', 'paddingBottom', 'paddingLeft', 'borderStyle', 'borderWidth', 'fontFamily', 'fontSize', 'fontWeight', 'letterSpacing', 'lineHeight', 'tabSize', 'textIndent']) copy.style[name] = from[name];
  Object.assign(copy.style, { position: 'absolute', visibility: 'hidden', top: '0', left: '0', width: `${area.clientWidth}px`, whiteSpace: 'pre-wrap', overflowWrap: 'break-word' });
  mark.textContent = area.value.slice(position) || '.';
  copy.append(area.value.slice(0, position), mark);
  document.body.append(copy);
  const found = { left: mark.offsetLeft, top: mark.offsetTop, line: parseFloat(from.lineHeight) };
  copy.remove();
  return found;
}

// Pasted, dropped and chosen files; pasted cells become a table, an address pasted on words a link
function files(form, box, area, say) {
  const upload = async list => {
    for (const file of list) {
      say('textUploading', { name: file.name });
      const body = new FormData();
      body.append('file', file);
      try {
        const answer = await send(form.dataset.uploadUrl, { method: 'POST', body, headers: { Accept: 'application/json' } });
        const told = await answer.json().catch(() => ({}));
        if (!answer.ok) throw new Error(told.error ?? told.message ?? answer.statusText);
        put(told.markdown, list.length === 1);
        say('textUploaded', { name: file.name });
      } catch (error) {
        say('textRefused', { name: file.name, reason: error.message }, true);
      }
    }
  };
  const put = (markdown, alone) => {
    const at = area.selectionStart;
    const lead = at && area.value[at - 1] !== '\n' && area.value[at - 1] !== ' ' ? ' ' : '';
    insert(area, lead + markdown + (alone ? '' : '\n'));
    const words = alone && /^!\[([^\]]*)\]/.exec(markdown);
    if (words) area.setSelectionRange(at + lead.length + 2, at + lead.length + 2 + words[1].length);
  };
  area.addEventListener('paste', event => {
    const plain = event.clipboardData.getData('text/plain');
    const picked = area.value.slice(area.selectionStart, area.selectionEnd);
    const text = table(plain) ?? (picked && !picked.includes('\n') && /^https?:\/\/\S+$/.test(plain.trim()) ? `[${picked}](${plain.trim()})` : null);
    const sent = [...event.clipboardData.files];
    if (text) insert(area, text);
    else if (!plain && sent.length && form.dataset.uploadUrl) upload(sent);
    else return;
    event.preventDefault();
  });
  if (!form.dataset.uploadUrl) return;
  const hasFiles = event => event.dataTransfer?.types.includes('Files');
  area.addEventListener('dragover', event => { if (hasFiles(event)) { event.preventDefault(); area.classList.add('dropping') } });
  area.addEventListener('dragleave', () => area.classList.remove('dropping'));
  area.addEventListener('drop', event => {
    area.classList.remove('dropping');
    if (!hasFiles(event)) return;
    event.preventDefault();
    upload([...event.dataTransfer.files]);
  });
  box.addEventListener('change', event => {
    if (!event.target.matches('[data-upload]')) return;
    upload([...event.target.files]);
    event.target.value = '';
  });
}
function table(text) {
  const rows = text.replace(/\r/g, '').replace(/\n+$/, '').split('\n').map(row => row.split('\t'));
  if (rows.length < 2 || rows[0].length < 2 || rows.some(row => row.length !== rows[0].length)) return null;
  const line = cells => `| ${cells.map(cell => cell.trim().replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(rows[0]), line(rows[0].map(() => '---')), ...rows.slice(1).map(line)].join('\n') + '\n';
}

// Drafts: on this device 2 s after a change, at the server every 5 s. Kept is said only once it is true.
function keepDrafts(form, status, say) {
  if (!form.dataset.draftKey) return;
  const area = form.querySelector('textarea.source');
  const key = `draft:${root.dataset.base}/${form.dataset.draftKey}`;
  const skipped = new Set(['csrf_token', 'stay', 'next', '_seal', '_proof']);
  const fields = () => [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !skipped.has(name));
  const same = (one, other) => {
    const strip = list => JSON.stringify(list.filter(([name]) => name !== 'base').map(([name, value]) => [name, value.replace(/\r\n/g, '\n')]));
    return strip(one) === strip(other);
  };
  const first = fields();
  let local, remote, changed = false, kept = true, leaving = false;

  const clock = date => {
    const text = status?.dataset.textTime ?? '{h}:{m}';
    return fill(text, { h: date.getHours(), m: String(date.getMinutes()).padStart(2, '0') });
  };
  const tell = ok => {
    kept = ok;
    if (ok) say('textKept', { time: clock(new Date()) }); else say('textFailed', {}, true);
  };
  const keepHere = () => {
    clearTimeout(local);
    local = null;
    try {
      localStorage.setItem(key, JSON.stringify({ fields: fields(), at: Date.now() }));
      tell(true);
    } catch {
      if (form.dataset.draftUrl) keepThere(); else tell(false);
    }
  };
  const keepThere = async () => {
    clearTimeout(remote);
    remote = null;
    try {
      const answer = await send(form.dataset.draftUrl, { method: 'PUT', body: new URLSearchParams(fields()) });
      if (answer.ok) tell(true); else if (!stored()) tell(false);
    } catch {
      if (!stored()) tell(false);
    }
  };
  const stored = () => { try { return JSON.parse(localStorage.getItem(key)) } catch { return null } };
  const forget = () => {
    try { localStorage.removeItem(key) } catch { /* nothing was kept */ }
    if (form.dataset.draftUrl) send(form.dataset.draftUrl, { method: 'DELETE' }).catch(() => {});
  };
  form.addEventListener('input', () => {
    changed = true;
    kept = leaving = false;
    local ??= setTimeout(keepHere, 2000);
    if (form.dataset.draftUrl) remote ??= setTimeout(keepThere, 5000);
  });
  form.addEventListener('submit', () => { if (changed) keepHere(); clearTimeout(remote); leaving = true });
  addEventListener('pageshow', event => { if (event.persisted) leaving = false });
  addEventListener('pagehide', () => { if (changed && !leaving && !kept) keepHere() });
  addEventListener('beforeunload', event => {
    if (!changed || leaving) return;
    if (!kept) keepHere();
    if (!kept) event.preventDefault();
  });

  const remembered = form.querySelector('[data-server-draft]');
  const fromServer = remembered && {
    fields: first.map(([name, value]) => name === area?.name ? [name, remembered.value] : name === 'base' ? [name, remembered.dataset.base ?? value] : [name, value]),
    at: Date.parse(remembered.dataset.at),
  };
  const found = [stored(), fromServer].filter(draft => draft?.fields && !same(draft.fields, first)).sort((a, b) => b.at - a.at)[0];
  const offer = found && form.querySelector('template[data-draft-offer]')?.content.firstElementChild.cloneNode(true);
  if (!offer) return;
  const when = offer.querySelector('[data-time]');
  const date = new Date(found.at);
  when.textContent = `${date.toLocaleDateString(root.lang, { day: 'numeric', month: 'long' })}, ${clock(date)}`;
  offer.addEventListener('click', event => {
    const act = event.target.closest('[data-draft]')?.dataset.draft;
    if (!act) return;
    if (act === 'take') restore(form, found.fields); else forget();
    offer.remove();
    area?.focus();
  });
  form.prepend(offer);
}

// Put a draft back: the text so that Ctrl+Z can undo it, the base so that the server merges from where it was written
function restore(form, fields) {
  const values = Map.groupBy?.(fields, ([name]) => name) ?? fields.reduce((map, pair) => map.set(pair[0], [...map.get(pair[0]) ?? [], pair]), new Map());
  for (const control of form.elements) {
    if (!control.name || ['submit', 'button', 'file'].includes(control.type) || control.name === 'csrf_token') continue;
    const wanted = (values.get(control.name) ?? []).map(([, value]) => value);
    if (control.matches('textarea.source')) insert(control, wanted[0] ?? '', 0, control.value.length);
    else if (control.type === 'checkbox' || control.type === 'radio') control.checked = wanted.includes(control.value);
    else if (control.multiple) for (const option of control.options) option.selected = wanted.includes(option.value);
    else if (wanted.length) control.value = wanted.length > 1 ? values.get(control.name).shift()[1] : wanted[0];
  }
  form.dispatchEvent(new Event('input', { bubbles: true }));
}
