// Instant search: a combobox in a dialog. GET data-url?q= answers with options in #instant-results. app.js loads this
// file at the first opening; without it, the same form leads to the results page.
const dialog = document.getElementById('instant');
const input = dialog.querySelector('input');
const list = dialog.querySelector('#instant-results');
const status = dialog.querySelector('[role=status]');
const allResults = dialog.querySelector('[data-all]');
const forget = dialog.querySelector('[data-forget]');
const options = () => [...list.querySelectorAll('[role=option]')];
const active = () => list.querySelector('[aria-selected=true]');
const LEAST = 3, KEPT = 8;
let timer, request, shown = '';

// Recent searches stay in this browser
const key = `searches:${document.documentElement.dataset.base}/`;
const recent = () => {
  try { return JSON.parse(localStorage.getItem(key) ?? '[]').filter(words => typeof words === 'string').slice(0, KEPT) } catch { return [] }
};
const keep = words => {
  try { words.length ? localStorage.setItem(key, JSON.stringify(words.slice(0, KEPT))) : localStorage.removeItem(key) } catch { /* private window */ }
};
const remember = words => {
  const trimmed = words.trim();
  if (trimmed.length >= LEAST && trimmed.length <= 100) keep([trimmed, ...recent().filter(one => one !== trimmed)]);
};

const select = option => {
  active()?.setAttribute('aria-selected', 'false');
  option?.setAttribute('aria-selected', 'true');
  option?.scrollIntoView({ block: 'nearest' });
  if (option) input.setAttribute('aria-activedescendant', option.id); else input.removeAttribute('aria-activedescendant');
};
const show = (nodes, words, said = '') => {
  list.replaceChildren(...nodes);
  options().forEach((option, index) => { option.id ||= `instant-option-${index}`; option.tabIndex = -1; option.setAttribute('aria-selected', 'false') });
  input.setAttribute('aria-expanded', String(options().length > 0));
  select(null);
  shown = words;
  status.textContent = said;
};

const search = words => {
  const address = new URL(allResults.href);
  words ? address.searchParams.set('q', words) : address.searchParams.delete('q');
  return address.href;
};
const showRecent = () => {
  const words = recent();
  forget.hidden = !words.length;
  if (!words.length) { show([], ''); return }
  const group = document.getElementById('instant-recent').content.firstElementChild.cloneNode(true);
  const model = group.querySelector('[role=option]');
  for (const one of words) {
    const option = model.cloneNode(true);
    option.href = search(one);
    option.dataset.words = one;
    option.querySelector('[data-text]').textContent = one;
    group.append(option);
  }
  model.remove();
  show([group], '');
};

// The newest question wins: an older answer is stopped, and dropped if it comes all the same
const look = async () => {
  request?.abort();
  const words = input.value.trim();
  if (words.length < LEAST) { words ? show([], words) : showRecent(); return }
  forget.hidden = true;
  const mine = request = new AbortController();
  const address = new URL(dialog.dataset.url, location.href);
  address.searchParams.set('q', words);
  try {
    const answer = await fetch(address, { signal: mine.signal, headers: { 'HX-Request': 'true', 'HX-Target': 'div#instant-results' } });
    const html = await answer.text();
    if (mine !== request || mine.signal.aborted || !answer.ok) return;
    const found = new DOMParser().parseFromString(html, 'text/html').getElementById('instant-results');
    if (found) show([...found.childNodes], words, found.dataset.said);
  } catch (error) {
    if (error.name !== 'AbortError' && mine === request) show([], words);
  }
};
const typed = () => {
  clearTimeout(timer);
  timer = setTimeout(look, 150);
  allResults.href = search(input.value.trim());
};

input.addEventListener('input', typed);
input.addEventListener('keydown', event => {
  const found = options(), at = found.indexOf(active()), last = found.length - 1;
  if (event.key === 'ArrowDown' && found.length) select(found[at === last ? 0 : at + 1]);
  else if (event.key === 'ArrowUp' && found.length) select(found[at <= 0 ? last : at - 1]);
  else if (event.key === 'Home' && active()) select(found[0]);
  else if (event.key === 'End' && active()) select(found[last]);
  else if (event.key === 'Enter' && active()) active().click();
  else if (event.key === 'Delete' && active()?.dataset.words) { drop(active().dataset.words); select(options()[Math.min(at, last - 1)]) }
  else return;
  event.preventDefault();
});
const drop = words => { keep(recent().filter(one => one !== words)); showRecent() };
forget.addEventListener('click', () => { keep([]); showRecent(); input.focus() });
list.addEventListener('click', event => {
  const option = event.target.closest('[role=option]');
  if (option) remember(option.dataset.words ?? shown);
});
input.form.addEventListener('submit', () => remember(input.value));
dialog.addEventListener('close', () => { request?.abort(); clearTimeout(timer) });

export const opened = () => { if (input.value.trim() !== shown || !input.value) typed() };
opened();
