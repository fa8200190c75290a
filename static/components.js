// The components dialog and the help sheet, brought when first asked for. The server draws both; this file moves text.
const token = document.querySelector('meta[name=csrf-token]')?.content
  ?? document.querySelector('[name=csrf_token]')?.value;
let dialog, current;

// Opens on the call at the caret, else on the list
export async function open(button, area, insert, name) {
  const { value, selectionStart: from, selectionEnd: to } = area;
  const found = from === to && !name ? callAt(value, from) : null;
  current = { button, area, insert, from: found?.from ?? from, to: found?.to ?? to, found, picked: value.slice(from, to) };
  dialog ??= make();
  await dressed(button);
  const ask = found ? { call: found.text } : name ? { name } : null;
  await (ask ? settings(ask) : list());
  if (!dialog.open) dialog.showModal();
}

// The call that a place of the text stands in, if it stands in one
export function callAt(text, place) {
  const from = text.lastIndexOf('{{', place), before = text.lastIndexOf('}}', place - 1);
  if (from < 0 || before > from || text[from + 2] === '/') return null;
  const end = text.indexOf('}}', Math.max(from + 2, place - 1));
  return end < 0 || end - from > 4000 || end + 2 < place ? null : { from, to: end + 2, text: text.slice(from, end + 2) };
}

// Its look, before it shows
let look;
const dressed = button => look ??= new Promise(resolve => {
  const link = { rel: 'stylesheet', href: button.dataset.style, onload: resolve, onerror: resolve };
  document.head.append(Object.assign(document.createElement('link'), link));
});

function make() {
  const made = document.getElementById('components');
  made.addEventListener('click', act);
  made.addEventListener('input', event => event.target.matches('[data-filter]') ? filter(event.target) : suggest(event.target));
  made.addEventListener('submit', event => { event.preventDefault(); put() });
  made.addEventListener('close', () => current.area.focus());
  return made;
}
const body = () => dialog.querySelector('[data-body]');
async function load(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(answer.statusText);
  body().innerHTML = await answer.text();
}
function address(base, values) {
  const url = new URL(base, location.href), all = { page: current.button.dataset.page, ...values };
  for (const [name, value] of Object.entries(all)) if (value) url.searchParams.set(name, value);
  return url;
}
async function list() {
  await load(current.button.dataset.dialogUrl).catch(failed);
  body().querySelector('[data-filter]')?.focus();
}
async function settings(asked) {
  try {
    await load(address(current.button.dataset.formUrl, asked));
  } catch {
    return asked.call ? listBeside() : failed();
  }
  body().querySelector('form')?.addEventListener('input', () => {
    clearTimeout(current.timer);
    current.timer = setTimeout(draw, 300);
  });
  await draw();
  (body().querySelector('form :is(input:not([type=hidden]), select)') ?? body().querySelector('[data-put]'))?.focus();
}
// The call that stands there has no settings: a new one goes after the caret
function listBeside() {
  current.found = null;
  current.from = current.to = current.area.selectionEnd;
  return list();
}
const failed = () => { body().textContent = document.getElementById('request-failed')?.content.textContent ?? '' };

function act(event) {
  const choice = event.target.closest('[data-component]');
  if (choice) settings({ name: choice.dataset.component });
  else if (event.target.closest('[data-back]')) list();
  else if (event.target.closest('[data-put]')) put();
}
const plain = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
function filter(input) {
  const typed = plain(input.value.trim());
  for (const item of body().querySelectorAll('[data-words]')) item.hidden = !plain(item.dataset.words).includes(typed);
  for (const group of body().querySelectorAll('[data-group]')) group.hidden = !group.querySelector('li:not([hidden])');
  body().querySelector('[data-none]').hidden = Boolean(body().querySelector('li:not([hidden])'));
}
async function suggest(input) {
  const list = input.dataset.suggest && input.list;
  if (!list) return;
  const form = current.area.closest('form').dataset, last = input.value.split(',').pop().trim();
  const url = new URL(input.dataset.suggest === 'tag' ? form.tagsUrl : form.namesUrl, location.href);
  url.searchParams.set('q', last);
  const found = await fetch(url).then(answer => answer.ok ? answer.json() : []).catch(() => []);
  const before = input.value.slice(0, input.value.length - last.length);
  list.replaceChildren(...found.map(one => new Option(one.title, before + one.name)));
}

// The line these settings make, and what it shows
async function write() {
  const sent = new FormData(body().querySelector('form'));
  if (current.picked) sent.set('body', current.picked);
  const headers = token ? { 'X-CSRFToken': token } : {};
  const answer = await fetch(address(current.button.dataset.callUrl, {}), { method: 'POST', body: sent, headers });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}
async function draw() {
  const mine = current.turn = (current.turn ?? 0) + 1;
  const told = await write().catch(() => null);
  if (!told || mine !== current.turn) return;
  body().querySelector('[data-line]').textContent = told.open;
  body().querySelector('[data-shown]').innerHTML = told.html;
}
async function put() {
  const form = body().querySelector('form');
  if (!form || !form.reportValidity()) return;
  const told = await write().catch(failed);
  if (!told) return;
  const { area, from, to, found } = current, { value } = area;
  const block = !found && told.text.includes('\n');
  const lead = block && from && value[from - 1] !== '\n' ? '\n\n' : '', tail = block && value[to] !== '\n' ? '\n' : '';
  dialog.close();
  current.insert(area, lead + (found ? told.open : told.text) + tail, from, to);
}

// How to write, beside the text
export async function aid(link) {
  const sheet = document.getElementById('writing-aid');
  if (sheet.open) return sheet.close();
  await dressed(link);
  const place = sheet.querySelector('[data-body]');
  if (!place.childElementCount) {
    const answer = await fetch(link.href, { headers: { 'HX-Request': 'true', 'HX-Target': 'div#help-sheet' } }).catch(() => null);
    if (!answer?.ok) return void (location.href = link.href);
    place.innerHTML = await answer.text();
  }
  sheet.show();
  sheet.addEventListener('close', () => link.focus(), { once: true });
}
addEventListener('keydown', event => { if (event.key === 'Escape') document.querySelector('#writing-aid[open]')?.close() });
