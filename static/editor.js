// The editor's comforts: who else is here, drafts, keys, preview, lists. A plain form without this file.
// parts/editor.html makes its markup, holds its words and says what its addresses answer. Drafts serve any form with
// data-draft-key. What is not needed at first (menus, pasting, files, components, signing in again) is a file of its
// own, brought at its first use.
const root = document.documentElement;
const token = document.querySelector('meta[name=csrf-token]')?.content
  ?? document.querySelector('[name=csrf_token]')?.value;
const bring = (place, name) => import(place.dataset[name]);
const fill = (text, values) => (text ?? '').replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
const send = (url, { headers, ...options } = {}) =>
  fetch(url, { ...options, headers: token ? { 'X-CSRFToken': token, ...headers } : headers });
// The answer, null if there is none in 8 s
const reach = (url, method, body) =>
  send(url, { method, body, signal: AbortSignal.timeout?.(8000) }).catch(() => null);

function edit(form) {
  const { say, clock } = statusOf(form);
  const presence = new Presence(form, say);
  const pending = new Pending(form, say);
  if (form.dataset.draftKey) new Drafts({ form, presence, say, clock });
  saveKeys(form);
  for (const box of form.querySelectorAll('.editor')) {
    const area = box.querySelector('textarea.source');
    const tools = { form, box, area, presence, pending, say, send, fill, insert, bring };
    typing(tools);
    preview(tools);
    menus(tools);
    pasting(tools);
    components(tools);
    visual(tools);
  }
}

// The line where drafts, files and others are told of, in the words of its markup
function statusOf(form) {
  const status = form.querySelector('[data-draft-status]') ?? document.querySelector('[data-draft-status]');
  const say = (key, values = {}, lost = false) => {
    if (!status) return;
    status.textContent = fill(status.dataset[key], values);
    status.classList.toggle('lost', lost);
  };
  const clock = date => {
    const text = status?.dataset.textTime ?? '{h}:{m}';
    return fill(text, { h: date.getHours(), m: String(date.getMinutes()).padStart(2, '0') });
  };
  return { say, clock };
}

// What is on its way into the text: uploads, pastes. A save waits for it, asks nothing more, and stops if one failed
class Pending {
  all = new Set(); // promises of the names of files that could not be sent
  saving = false;

  constructor(form, say) {
    Object.assign(this, { form, say });
    form.addEventListener('submit', event => this.submit(event), true);
    addEventListener('beforeunload', event => { if (this.all.size) event.preventDefault() });
  }

  add(promise) {
    const one = promise.finally(() => this.all.delete(one));
    this.all.add(one);
    return one;
  }

  async submit(event) {
    if (!this.all.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.saving) return;
    this.saving = true;
    const { form } = this, { submitter } = event, lost = [];
    while (this.all.size) {
      form.dispatchEvent(new Event('before-save'));
      lost.push(...(await Promise.all(this.all)).flat().filter(Boolean));
    }
    await new Promise(resolve => setTimeout(resolve)); // a form takes no submit during another
    this.saving = false;
    if (lost.length) return this.say('textNotSent', { name: lost.join(', ') }, true);
    form.requestSubmit(submitter?.isConnected ? submitter : undefined);
  }
}

// Who else is here: said every 25 s while the editor is in sight, unless a draft has just said it; a glance of 2 s
// tells nobody. Where people may write together, every 5 s until another editor can: then live.js does it all.
class Presence {
  together = null; // what live.js does; true while it comes

  constructor(form, say) {
    Object.assign(this, { form, say });
    this.url = form.dataset.presenceUrl;
    this.live = form.dataset.live;
    this.key = form.elements.presence?.value ?? '';
    if (this.url) this.listen();
  }

  listen() {
    this.timer = setTimeout(() => this.ask(), 2000);
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.ask() });
    addEventListener('pageshow', event => { if (event.persisted) this.ask() });
    addEventListener('pagehide', () => this.leave());
  }

  // Answers whether the server is there, as far as one knows
  async ask() {
    if (!this.url || document.hidden || this.together) return true;
    const live = this.live && !this.inVisualMode() && { live: 1 };
    const answer = await reach(this.url, 'POST', new URLSearchParams({ presence: this.key, ...live }));
    this.told(answer?.ok ? await answer.json().catch(() => null) : null);
    return Boolean(answer);
  }

  // Here is what the server says of the others, in any of its answers
  told(here) {
    clearTimeout(this.timer);
    if (!this.together) this.timer = setTimeout(() => this.ask(), this.live ? 5000 : 25000);
    if (this.live && here?.live && !this.together && !this.inVisualMode()) this.writeTogether();
    if (here) this.show(here.text ?? '');
  }

  show(text) {
    const place = this.form.querySelector('[data-here]');
    if (!place || place.textContent.trim() === text) return;
    const icon = this.form.querySelector('[data-here-icon]').content.cloneNode(true);
    const words = Object.assign(document.createElement('span'), { textContent: text });
    place.replaceChildren(...text ? [icon, words] : []);
  }

  async writeTogether() {
    const { form, say } = this, area = form.querySelector('textarea.source');
    const tools = { form, area, send, say, presence: this, busy: () => this.inVisualMode() };
    this.together = true;
    this.together = await import(this.live).then(live => live.writeTogether(tools), () => null);
  }

  inVisualMode() { return Boolean(this.form.querySelector('.editor.visual')) }

  leave() {
    clearTimeout(this.timer);
    const body = new URLSearchParams({ presence: this.key, gone: '1', csrf_token: token ?? '' });
    navigator.sendBeacon?.(this.url, body);
  }
}

// Drafts: on this device 2 s after a change, at the server every 5 s. Kept is said only once it is true; while the
// server is away (a 502 is one) or does not know us any more, it is said in red, and a save waits instead of leaving
// the text for an error page.
class Drafts {
  changed = false; // since the page came, or was saved
  kept = true; // somewhere: one may leave
  trouble = ''; // why the server has it not, as a key of the words of the status
  leaving = false; // the form is sent
  sure = false; // that the server is there: it has just answered
  asked = null; // the promise of whether they signed in again
  local = null; // the timers of the next drafts
  remote = null;

  constructor(tools) {
    Object.assign(this, tools);
    this.area = this.form.querySelector('textarea.source');
    this.url = this.form.dataset.draftUrl;
    this.key = `draft:${root.dataset.base}/${this.form.dataset.draftKey}`;
    this.first = fieldsOf(this.form);
    this.listen();
    this.offer();
  }

  listen() {
    const { form } = this;
    form.addEventListener('input', () => this.typed());
    form.addEventListener('saved-together', () => this.saved());
    form.addEventListener('submit', event => this.submit(event));
    addEventListener('pageshow', event => { if (event.persisted) this.leaving = false });
    addEventListener('storage', event => this.forgottenElsewhere(event));
    addEventListener('pagehide', () => this.keepBeforeLeaving());
    addEventListener('beforeunload', event => { if (!this.keepBeforeLeaving()) event.preventDefault() });
  }

  typed() {
    this.changed = true;
    this.kept = this.leaving = false;
    this.local ??= setTimeout(() => this.keepHere(), 2000);
    if (this.url) this.remote ??= setTimeout(() => this.keepThere(), 5000);
  }

  keepHere() {
    clearTimeout(this.local);
    this.local = null;
    try {
      localStorage.setItem(this.key, JSON.stringify({ fields: fieldsOf(this.form), at: Date.now() }));
      this.tell(this.trouble);
    } catch {
      if (this.url) this.keepThere(); else this.tell('textFailed');
    }
  }

  // Answers whether the server has it
  async keepThere() {
    this.waitNoMore();
    const sent = new URLSearchParams([...fieldsOf(this.form), ['presence', this.presence.key]]);
    const answer = await reach(this.url, 'PUT', sent);
    this.trouble = troubleOf(answer);
    if (answer?.ok) this.presence.told((await answer.json().catch(() => ({}))).here);
    else this.remote = setTimeout(() => this.keepThere(), 5000);
    this.tell(this.trouble && !this.stored() ? 'textFailed' : this.trouble);
    if (this.trouble === 'textSignedOut') this.asked ??= this.signIn();
    return !this.trouble;
  }

  // For the server; the next change waits anew
  waitNoMore() {
    clearTimeout(this.remote);
    this.remote = null;
  }

  tell(trouble) {
    this.kept = trouble !== 'textFailed';
    this.say(trouble || 'textKept', { time: this.clock(new Date()) }, Boolean(trouble));
  }

  // Signed out meanwhile: asked on the spot, once; the form itself asks again if it is sent so
  async signIn() {
    const dialog = document.getElementById('sign-here');
    const entered = dialog && await bring(dialog, 'script').then(({ signIn }) => signIn(dialog, send), () => false);
    if (!entered) return false;
    this.asked = null;
    return this.keepThere();
  }

  stored() { try { return JSON.parse(localStorage.getItem(this.key)) } catch { return null } }

  // Answers whether one may leave
  keepBeforeLeaving() {
    const unsaved = this.changed && !this.leaving;
    if (unsaved && !this.kept) this.keepHere();
    return !unsaved || this.kept;
  }

  // Saved in another tab: the text of this one is kept anew
  forgottenElsewhere(event) {
    if (event.key === this.key && !event.newValue && this.changed && !this.leaving) this.keepHere();
  }

  // Saved by someone else, with all that was typed here
  saved() {
    clearTimeout(this.local);
    this.local = null;
    this.waitNoMore();
    this.changed = false;
    this.kept = true;
    this.forget();
  }

  forget() {
    try { localStorage.removeItem(this.key) } catch { /* nothing was kept */ }
    if (this.url) send(this.url, { method: 'DELETE' }).catch(() => {});
  }

  // Sent once however often the button is pressed, and only to a server that is there
  async submit(event) {
    if (this.leaving) return event.preventDefault();
    const { form } = this, { submitter } = event;
    if (this.changed) this.keepHere();
    this.waitNoMore();
    this.leaving = true;
    if (this.sure || !(this.url ?? this.presence.url)) return;
    event.preventDefault();
    const goesOn = await this.mayGoOn();
    if (goesOn) await this.presence.together?.settle?.();
    this.leaving = false;
    if (!goesOn) return;
    this.waitNoMore();
    if (this.trouble === 'textAway') return this.say('textNotSaved', {}, true);
    this.sure = true;
    form.requestSubmit(submitter?.isConnected ? submitter : undefined);
    this.sure = false;
  }

  // Looks whether the server is there, waits for who is asked to sign in for the first time; answers whether to go on
  async mayGoOn() {
    const { asked } = this;
    if (this.url) await this.keepThere(); else this.trouble = await this.presence.ask() ? '' : 'textAway';
    return this.trouble !== 'textSignedOut' || Boolean(asked) || this.asked;
  }

  // A text that was not saved, the newest there is, is offered above the form
  offer() {
    const found = [this.stored(), this.storedThere()]
      .filter(draft => draft?.fields && !same(draft.fields, this.first))
      .sort((a, b) => b.at - a.at)[0];
    const made = this.form.querySelector('template[data-draft-offer]')?.content.firstElementChild;
    if (!found || !made) return;
    const offer = made.cloneNode(true);
    const date = new Date(found.at), day = date.toLocaleDateString(root.lang, { day: 'numeric', month: 'long' });
    offer.querySelector('[data-time]').textContent = `${day}, ${this.clock(date)}`;
    offer.addEventListener('click', event => {
      const act = event.target.closest('[data-draft]')?.dataset.draft;
      if (!act) return;
      if (act === 'take') this.take(found.fields); else this.forget();
      offer.remove();
      this.area?.focus();
    });
    this.form.prepend(offer);
  }

  // The draft of the server came with the page: its text, what it stood on, and files held for it
  storedThere() {
    const kept = this.form.querySelector('[data-server-draft]');
    if (!kept) return null;
    const { base, live = '', held, at } = kept.dataset;
    const known = new Map([['base', base], ['live', live], [this.area?.name, kept.value]]);
    const fields = this.first.map(([name, value]) => [name, known.get(name) ?? value]);
    return { fields: [...fields, ...JSON.parse(held || '[]').map(word => ['held', word])], at: Date.parse(at) };
  }

  take(fields) {
    this.form.dispatchEvent(new Event('draft-taken'));
    restore(this.form, fields);
  }
}

function troubleOf(answer) {
  if (answer?.status === 403) return 'textSignedOut';
  if (!answer || answer.status > 500) return 'textAway';
  return answer.ok ? '' : 'textHere';
}

// What a form holds that a draft keeps: not what is of this one sending
const passing = new Set([
  'csrf_token', 'stay', 'next', '_seal', '_proof', 'by', 'presence', 'unsigned', 'sign_in_name', 'sign_in_password',
]);
const fieldsOf = form =>
  [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !passing.has(name));

function same(one, other) {
  const content = fields => JSON.stringify(fields
    .filter(([name]) => name !== 'base' && name !== 'live')
    .map(([name, value]) => [name, value.replace(/\r\n/g, '\n')]));
  return content(one) === content(other);
}

// Put a draft back: the text so that Ctrl+Z can undo it, the base so that the server merges from where it was written
function restore(form, fields) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...values.get(name) ?? [], value]);
  for (const input of form.querySelectorAll('[name=held]')) input.remove();
  for (const value of values.get('held') ?? []) form.append(hidden('held', value));
  for (const control of form.elements) {
    const { name, type } = control;
    if (!name || name === 'held' || passing.has(name) || ['submit', 'button', 'file'].includes(type)) continue;
    put(control, values.get(name) ?? []);
  }
  form.dispatchEvent(new Event('input', { bubbles: true }));
}
const hidden = (name, value) => Object.assign(document.createElement('input'), { type: 'hidden', name, value });

// Controls of one name take their values one after the other
function put(control, wanted) {
  if (control.matches('textarea.source')) insert(control, wanted[0] ?? '', 0, control.value.length);
  else if (control.type === 'checkbox' || control.type === 'radio') control.checked = wanted.includes(control.value);
  else if (control.multiple) for (const option of control.options) option.selected = wanted.includes(option.value);
  else if (wanted.length) control.value = wanted.length > 1 ? wanted.shift() : wanted[0];
}

// Ctrl+S saves and stays, Ctrl+Enter saves and leaves; the caret is found again after staying
function saveKeys(form) {
  const area = form.querySelector('textarea.source');
  const place = `caret:${location.pathname}`;
  if (area) putCaretBack(area, place);
  form.addEventListener('keydown', event => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const stay = form.querySelector('button[name=stay]');
    if (event.key === 's' && stay) {
      event.preventDefault();
      if (area) keepCaret(area, place);
      form.requestSubmit(stay);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      form.requestSubmit(form.querySelector('.btn.primary') ?? undefined);
    }
  });
}
function putCaretBack(area, place) {
  try {
    const [caret, top] = JSON.parse(sessionStorage.getItem(place) ?? '[]');
    sessionStorage.removeItem(place);
    if (caret === undefined) return;
    area.focus();
    area.setSelectionRange(caret, caret);
    area.scrollTop = top;
  } catch { /* no storage */ }
}
function keepCaret(area, place) {
  const caret = JSON.stringify([area.selectionStart, area.scrollTop]);
  try { sessionStorage.setItem(place, caret) } catch { /* no storage */ }
}

// Toolbar keys, lists that go on, the table button
function typing({ box, area }) {
  const marks = { b: 'bold', i: 'italic', k: 'link' };
  area.addEventListener('keydown', event => {
    const held = event.ctrlKey || event.metaKey, mark = held && marks[event.key.toLowerCase()];
    const button = mark && !event.altKey && !event.shiftKey && box.querySelector(`[data-md-button="${mark}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    } else if (held || event.defaultPrevented) {
      return;
    } else if (event.key === 'Enter' && !event.isComposing && !event.shiftKey) {
      continueList(event, area);
    } else if (event.key === 'Tab' && !event.altKey) {
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

// Tab puts an item under the one before, Shift+Tab takes it out; where that makes no sense, the key moves on as usual
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
  if (event.shiftKey) insert(area, '', start, start + less);
  else insert(area, ' '.repeat(under - depth), start, start);
  const caret = Math.max(start, at + (event.shiftKey ? -less : under - depth));
  area.setSelectionRange(caret, caret);
}

// Preview beside the text, or behind a tab on small screens
function preview({ form, box, area }) {
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
    for (const other of tab.closest('ul').querySelectorAll('a')) other.removeAttribute('aria-current');
    tab.setAttribute('aria-current', 'true');
    if (on) draw(); else area.focus();
  });
  if (!pane.childElementCount && area.value) draw();
}

// Menus after [[ {{ @ # and after / at the start of a line come with the first of these marks
function menus(tools) {
  const { area, box } = tools;
  if (!box.querySelector('.suggest')) return;
  const first = () => {
    const { selectionStart: at, value } = area;
    if (!/[[{@#/]/.test(value.slice(Math.max(0, at - 2), at))) return;
    area.removeEventListener('input', first);
    bring(box, 'menus').then(({ menus }) => menus(tools), () => area.addEventListener('input', first));
  };
  area.addEventListener('input', first);
}

// Pasted cells and rich text, an address on words, files pasted, dropped or chosen. What a paste holds is gone once its
// event ends: it is read at once, and what is to be done with it comes after.
function pasting(tools) {
  const { form, area, pending } = tools;
  const away = () => tools.say('textAway', {}, true);
  const take = (name, act, ...given) =>
    pending.add(bring(tools.box, name).then(module => module[act](tools, ...given), away));
  const upload = form.dataset.uploadUrl && ((files, pasted) => take('files', 'upload', [...files], pasted));
  let asIs = false;
  area.addEventListener('keydown', event => {
    asIs = (event.ctrlKey || event.metaKey) && event.shiftKey && event.key.toLowerCase() === 'v';
  });
  area.addEventListener('paste', event => {
    const data = event.clipboardData, plain = data.getData('text/plain'), html = data.getData('text/html');
    const picked = area.value.slice(area.selectionStart, area.selectionEnd);
    if (asIs || inCode(area)) return void (asIs = false);
    if (picked && !picked.includes('\n') && isAddress(plain)) insert(area, `[${picked}](${plain.trim()})`);
    else if (hasLayout(html, plain)) take('richtext', 'rich', html, plain);
    else if (!plain && data.files.length && upload) upload(data.files, true);
    else return;
    event.preventDefault();
  });
  if (upload) dropping(tools, upload);
}
const inCode = area => (area.value.slice(0, area.selectionStart).match(/^(```|~~~)/gm) ?? []).length % 2;
const isAddress = text => /^https?:\/\/\S+$/.test(text.trim());
const hasLayout = (html, plain) =>
  /<(table|h[1-6]|b|strong|i|em|a|li|blockquote|pre|code|s|del)\b/i.test(html) || /\t.*\n/.test(plain);

function dropping({ area, box }, upload) {
  const hasFiles = event => event.dataTransfer?.types.includes('Files');
  area.addEventListener('dragover', event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    area.classList.add('dropping');
  });
  area.addEventListener('dragleave', () => area.classList.remove('dropping'));
  area.addEventListener('drop', event => {
    area.classList.remove('dropping');
    if (!hasFiles(event)) return;
    event.preventDefault();
    upload(event.dataTransfer.files);
  });
  box.addEventListener('change', event => {
    if (!event.target.matches('[data-upload]')) return;
    upload(event.target.files);
    event.target.value = '';
  });
}

// The components dialog and the help sheet come when they are first asked for
function components({ box, area }) {
  box.addEventListener('click', event => {
    const button = event.target.closest('[data-components], [data-aid]');
    if (!button) return;
    event.preventDefault();
    if (button.dataset.aid) bring(button, 'aid').then(({ aid }) => aid(button));
    else bring(button, 'components').then(({ open }) => open(button, area, insert));
  });
}

// The visual mode, when it is asked for or was chosen
function visual({ form, box, area, presence, pending, say }) {
  const button = box.querySelector('[data-visual]');
  if (!button) return;
  const mode = async act => (await bring(button, 'visual'))[act](button, form, box, area, pending);
  button.addEventListener('click', () => { if (presence.together) say('textVisualWaits'); else mode('toggle') });
  let chosen = 'on' in button.dataset;
  try { chosen ||= !form.dataset.draftUrl && localStorage.getItem('visual') } catch { /* no storage */ }
  if (chosen) mode('open');
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

for (const form of document.querySelectorAll('form[data-draft-key], form.editor-form')) edit(form);
