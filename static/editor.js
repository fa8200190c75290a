// The editor's comforts: toolbar keys, preview, lists, drafts, who else is here. A plain form without this file.
// <form class="editor-form" data-preview-url data-names-url data-upload-url data-draft-url data-draft-key data-presence-url>;
// parts/editor.html makes the rest of the markup and holds the words. Drafts serve any form with data-draft-key. What is not
// needed at first (menus, pasting, files, components, signing in again) is a file of its own, brought at its first use.
const root = document.documentElement;
const token = document.querySelector('meta[name=csrf-token]')?.content ?? document.querySelector('[name=csrf_token]')?.value;
const send = (url, options = {}) => fetch(url, { ...options, headers: token ? { 'X-CSRFToken': token, ...options.headers } : options.headers });
const fill = (text, values) => (text ?? '').replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
const bring = (place, name) => import(place.dataset[name]);

for (const form of document.querySelectorAll('form[data-draft-key], form.editor-form')) edit(form);

function edit(form) {
  const status = form.querySelector('[data-draft-status]') ?? document.querySelector('[data-draft-status]');
  const say = (key, values = {}, lost = false) => {
    if (!status) return;
    status.textContent = fill(status.dataset[key], values);
    status.classList.toggle('lost', lost);
  };
  const presence = beHere(form, say);
  keepDrafts(form, status, say, presence);
  saveKeys(form);
  for (const box of form.querySelectorAll('.editor')) {
    const area = box.querySelector('textarea.source');
    const tools = { form, box, area, say, send, fill, insert, bring };
    typing(box, area);
    preview(form, box, area);
    menus(tools);
    pasting(tools);
    components(box, area);
    visual(form, box, area, presence, say);
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
    } else if (event.key === 'Tab' && !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented) {
      indentItem(event, area);
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

// Tab puts an item under the one before, Shift+Tab takes it out; wherever that makes no sense, the key moves on as usual
function indentItem(event, area) {
  const { selectionStart: at, selectionEnd: end, value } = area;
  const lines = value.slice(0, at).split('\n'), start = at - lines.at(-1).length;
  const item = line => /^(\s*)([-*+]|\d+[.)])(?:\s|$)/.exec(line ?? '');
  const mine = item(value.slice(start).split('\n')[0]), before = item(lines.at(-2));
  if (!mine || at !== end) return;
  const depth = mine[1].length, under = before && before[1].length + before[2].length + 1;
  if (event.shiftKey ? !depth : !before || depth >= under) return;
  event.preventDefault();
  const less = Math.min(depth, 4, before && depth > before[1].length ? depth - before[1].length : 4);
  if (event.shiftKey) insert(area, '', start, start + less); else insert(area, ' '.repeat(under - depth), start, start);
  const moved = at + (event.shiftKey ? -less : under - depth);
  area.setSelectionRange(Math.max(start, moved), Math.max(start, moved));
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
    for (const held of form.querySelectorAll('[name=held]')) body.append('held', held.value);
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

// Menus after [[ {{ @ # and after / at the start of a line come with the first of these marks
function menus(tools) {
  const { area, box } = tools;
  if (!box.querySelector('.suggest')) return;
  const first = () => {
    if (!/[[{@#/]/.test(area.value.slice(Math.max(0, area.selectionStart - 2), area.selectionStart))) return;
    area.removeEventListener('input', first);
    bring(box, 'menus').then(({ menus }) => menus(tools), () => area.addEventListener('input', first));
  };
  area.addEventListener('input', first);
}

// The visual mode, when it is asked for or was chosen
function visual(form, box, area, presence, say) {
  const button = box.querySelector('[data-visual]');
  const mode = async act => (await import(button.dataset.visual))[act](button, form, box, area);
  button?.addEventListener('click', () => { if (presence.together) say('textVisualWaits'); else mode('toggle') });
  let chosen = button && 'on' in button.dataset;
  try { chosen ||= button && !form.dataset.draftUrl && localStorage.getItem('visual') } catch { /* no storage */ }
  if (chosen) mode('open');
}

// Pasted cells and rich text, an address on words, files pasted, dropped or chosen. What a paste holds is gone once its
// event ends: it is read at once, and what is to be done with it comes after.
function pasting(tools) {
  const { form, area, box } = tools;
  const may = Boolean(form.dataset.uploadUrl);
  const take = (act, ...args) => bring(box, act === 'upload' ? 'files' : 'richtext').then(module => module[act](tools, ...args), () => tools.say('textAway', {}, true));
  let asIs = false;
  area.addEventListener('keydown', event => { asIs = (event.ctrlKey || event.metaKey) && event.shiftKey && event.key.toLowerCase() === 'v' });
  area.addEventListener('paste', event => {
    const data = event.clipboardData, plain = data.getData('text/plain'), html = data.getData('text/html');
    const picked = area.value.slice(area.selectionStart, area.selectionEnd), sent = [...data.files];
    const inCode = (area.value.slice(0, area.selectionStart).match(/^(```|~~~)/gm) ?? []).length % 2;
    const isUrl = picked && !picked.includes('\n') && /^https?:\/\/\S+$/.test(plain.trim());
    if (asIs || inCode) return void (asIs = false);
    if (isUrl) insert(area, `[${picked}](${plain.trim()})`);
    else if (/<(table|h[1-6]|b|strong|i|em|a|li|blockquote|pre|code|s|del)\b/i.test(html) || /\t.*\n/.test(plain)) take('rich', html, plain);
    else if (!plain && sent.length && may) take('upload', sent, true);
    else return;
    event.preventDefault();
  });
  if (!may) return;
  const hasFiles = event => event.dataTransfer?.types.includes('Files');
  area.addEventListener('dragover', event => { if (hasFiles(event)) { event.preventDefault(); area.classList.add('dropping') } });
  area.addEventListener('dragleave', () => area.classList.remove('dropping'));
  area.addEventListener('drop', event => {
    area.classList.remove('dropping');
    if (!hasFiles(event)) return;
    event.preventDefault();
    take('upload', [...event.dataTransfer.files]);
  });
  box.addEventListener('change', event => {
    if (!event.target.matches('[data-upload]')) return;
    take('upload', [...event.target.files]);
    event.target.value = '';
  });
}

// The components dialog and the help sheet come when they are first asked for
function components(box, area) {
  box.addEventListener('click', event => {
    const button = event.target.closest('[data-components], [data-aid]');
    if (!button) return;
    event.preventDefault();
    if (button.dataset.aid) bring(button, 'aid').then(({ aid }) => aid(button)); else bring(button, 'components').then(({ open }) => open(button, area, insert));
  });
}

// Who else is here: said every 25 s while the editor is in sight, unless a draft has just said it; a glance of 2 s tells nobody.
// Where the wiki lets people write together, every 5 s until another editor can: then live.js does it all.
function beHere(form, say) {
  const url = form.dataset.presenceUrl, key = form.elements.presence?.value ?? '';
  const place = form.querySelector('[data-here]');
  let timer;
  const area = form.querySelector('textarea.source'), { live } = form.dataset;
  const known = { key };
  const busy = () => Boolean(form.querySelector('.editor.visual'));
  const write = async () => {
    known.together = true;
    known.together = await import(live).then(({ writeTogether }) => writeTogether({ form, area, send, presence: known, busy, say }), () => null);
  };
  const told = here => {
    clearTimeout(timer);
    if (!known.together) timer = setTimeout(ask, live ? 5000 : 25000);
    if (live && here?.live && !known.together && !busy()) write();
    const text = here?.text ?? '';
    if (!place || !here || place.textContent.trim() === text) return;
    const icon = form.querySelector('[data-here-icon]').content.cloneNode(true);
    place.replaceChildren(...text ? [icon, Object.assign(document.createElement('span'), { textContent: text })] : []);
  };
  const ask = async () => {
    if (!url || document.hidden || known.together) return true;
    const answer = await send(url, { method: 'POST', body: new URLSearchParams({ presence: key, ...live && !busy() && { live: 1 } }), signal: AbortSignal.timeout?.(8000) }).catch(() => null);
    told(answer?.ok ? await answer.json().catch(() => null) : null);
    return Boolean(answer);
  };
  if (url) {
    timer = setTimeout(ask, 2000);
    document.addEventListener('visibilitychange', () => { if (!document.hidden) ask() });
    addEventListener('pagehide', () => { clearTimeout(timer); navigator.sendBeacon?.(url, new URLSearchParams({ presence: key, gone: '1', csrf_token: token ?? '' })) });
    addEventListener('pageshow', event => { if (event.persisted) ask() });
  }
  return Object.assign(known, { told, ask });
}

// Drafts: on this device 2 s after a change, at the server every 5 s. Kept is said only once it is true; while the server is
// away (a 502 is one) or does not know us any more, it is said in red, and a save waits instead of leaving the text for an error page.
function keepDrafts(form, status, say, presence) {
  if (!form.dataset.draftKey) return;
  const area = form.querySelector('textarea.source');
  const key = `draft:${root.dataset.base}/${form.dataset.draftKey}`;
  const skipped = new Set(['csrf_token', 'stay', 'next', '_seal', '_proof', 'by', 'presence', 'unsigned', 'sign_in_name', 'sign_in_password']);
  const fields = () => [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !skipped.has(name));
  const same = (one, other) => {
    const strip = list => JSON.stringify(list.filter(([name]) => name !== 'base' && name !== 'live').map(([name, value]) => [name, value.replace(/\r\n/g, '\n')]));
    return strip(one) === strip(other);
  };
  const first = fields();
  let local, remote, changed = false, kept = true, leaving = false, trouble = '', asked = null, sure = false;

  const clock = date => {
    const text = status?.dataset.textTime ?? '{h}:{m}';
    return fill(text, { h: date.getHours(), m: String(date.getMinutes()).padStart(2, '0') });
  };
  const tell = (ok, away = 'textFailed') => {
    kept = ok || away !== 'textFailed';
    say(ok ? 'textKept' : away, { time: clock(new Date()) }, !ok);
  };
  const keepHere = () => {
    clearTimeout(local);
    local = null;
    try {
      localStorage.setItem(key, JSON.stringify({ fields: fields(), at: Date.now() }));
      if (!trouble) tell(true); else tell(false, trouble);
    } catch {
      if (form.dataset.draftUrl) keepThere(); else tell(false);
    }
  };
  const keepThere = async () => {
    clearTimeout(remote);
    remote = null;
    const sent = new URLSearchParams([...fields(), ['presence', presence.key]]);
    const answer = await send(form.dataset.draftUrl, { method: 'PUT', body: sent, signal: AbortSignal.timeout?.(8000) }).catch(() => null);
    trouble = answer?.status === 403 ? 'textSignedOut' : !answer || answer.status > 500 ? 'textAway' : answer.ok ? '' : 'textHere';
    if (answer?.ok) presence.told((await answer.json().catch(() => ({}))).here);
    else remote = setTimeout(keepThere, 5000);
    if (!trouble) tell(true); else if (stored()) tell(false, trouble); else tell(false);
    if (trouble === 'textSignedOut') signIn();
    return !trouble;
  };
  // Signed out meanwhile: asked on the spot, once; the form itself asks again if it is sent so
  const signIn = () => asked ??= (async () => {
    const dialog = document.getElementById('sign-here');
    if (!dialog || !await bring(dialog, 'script').then(({ signIn }) => signIn(dialog, send), () => false)) return false;
    asked = null;
    return keepThere();
  })();
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
  // Saved by someone else, with all that was typed here
  form.addEventListener('saved-together', () => {
    clearTimeout(local);
    clearTimeout(remote);
    local = remote = null;
    changed = false;
    kept = true;
    forget();
  });
  // Sent once however often the button is pressed, and only to a server that is there
  form.addEventListener('submit', async event => {
    if (leaving) return event.preventDefault();
    if (changed) keepHere();
    clearTimeout(remote);
    const here = form.dataset.draftUrl ?? form.dataset.presenceUrl;
    if (sure || !here) return void (leaving = true);
    event.preventDefault();
    leaving = true;
    const { submitter } = event, known = asked;
    if (form.dataset.draftUrl) await keepThere(); else await presence.ask().then(found => { trouble = found ? '' : 'textAway' });
    if (trouble === 'textSignedOut' && !known && !await asked) return void (leaving = false);
    await presence.together?.settle?.();
    leaving = false;
    clearTimeout(remote);
    if (trouble === 'textAway') return say('textNotSaved', {}, true);
    sure = true;
    form.requestSubmit(submitter?.isConnected ? submitter : undefined);
    sure = false;
  });
  addEventListener('pageshow', event => { if (event.persisted) leaving = false });
  // Saved in another tab: the text of this one is kept anew
  addEventListener('storage', event => { if (event.key === key && !event.newValue && changed && !leaving) keepHere() });
  addEventListener('pagehide', () => { if (changed && !leaving && !kept) keepHere() });
  addEventListener('beforeunload', event => {
    if (!changed || leaving) return;
    if (!kept) keepHere();
    if (!kept) event.preventDefault();
  });

  const remembered = form.querySelector('[data-server-draft]');
  const fromServer = remembered && {
    fields: [...first.map(([name, value]) => name === area?.name ? [name, remembered.value] : name === 'base' ? [name, remembered.dataset.base ?? value] : [name, name === 'live' ? remembered.dataset.live ?? '' : value]), ...JSON.parse(remembered.dataset.held || '[]').map(word => ['held', word])],
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
    if (act === 'take') { form.dispatchEvent(new Event('draft-taken')); restore(form, found.fields) } else forget();
    offer.remove();
    area?.focus();
  });
  form.prepend(offer);
}

// Put a draft back: the text so that Ctrl+Z can undo it, the base so that the server merges from where it was written
const fresh = new Set(['by', 'presence', 'unsigned', 'sign_in_name', 'sign_in_password']);
function restore(form, fields) {
  const values = Map.groupBy?.(fields, ([name]) => name) ?? fields.reduce((map, pair) => map.set(pair[0], [...map.get(pair[0]) ?? [], pair]), new Map());
  for (const input of form.querySelectorAll('[name=held]')) input.remove();
  form.append(...(values.get('held') ?? []).map(([name, value]) => Object.assign(document.createElement('input'), { type: 'hidden', name, value })));
  for (const control of form.elements) {
    if (control.name === 'held' || fresh.has(control.name)) continue;
    if (!control.name || ['submit', 'button', 'file'].includes(control.type) || control.name === 'csrf_token') continue;
    const wanted = (values.get(control.name) ?? []).map(([, value]) => value);
    if (control.matches('textarea.source')) insert(control, wanted[0] ?? '', 0, control.value.length);
    else if (control.type === 'checkbox' || control.type === 'radio') control.checked = wanted.includes(control.value);
    else if (control.multiple) for (const option of control.options) option.selected = wanted.includes(option.value);
    else if (wanted.length) control.value = wanted.length > 1 ? values.get(control.name).shift()[1] : wanted[0];
  }
  form.dispatchEvent(new Event('input', { bubbles: true }));
}
