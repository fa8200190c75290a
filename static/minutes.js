// Minutes taken by several people: what one writes is kept when they leave a text or pause, and what the others
// wrote comes in by itself. The form works without it. The server merges: `_base` is the version we stand on.
const form = document.querySelector('[data-minutes]');
const status = form?.querySelector('[data-kept]');
const PAUSE = 4000, LOOK = 10000;
const texts = root => [...root.querySelectorAll('textarea')];
const base = root => root.querySelector('[name=_base]');
let timer, busy = false, again = false, seen = form && Object.fromEntries(texts(form).map(area => [area.name, area.value]));

const isDirty = () => texts(form).some(area => area.value !== seen[area.name]);
const fields = () => {
  const data = new FormData(form);
  for (const name of [...data.keys()]) if (!['csrf_token', '_base', 'notes'].includes(name) && !name.startsWith('text.')) data.delete(name);
  return data;
};

async function exchange(sends) {
  if (busy) { again ||= sends; return }
  busy = true;
  const sent = Object.fromEntries(texts(form).map(area => [area.name, area.value]));
  try {
    const answer = await fetch(form.action, sends ? { method: 'POST', body: new URLSearchParams(fields()) } : {});
    if (!answer.ok) throw new Error(answer.statusText);
    take(new DOMParser().parseFromString(await answer.text(), 'text/html'), sent);
    if (sends) say(form.dataset.textSaved.replace('{hour}', new Date().toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' })));
  } catch {
    if (sends) say(form.dataset.textFailed);
  }
  busy = false;
  if (again) { again = false; exchange(true) }
}

// What came: points may be new, texts longer. Where this person went on typing, their text stays as it is, and so does
// the version they stand on: the server brings both together at the next save.
function take(page, sent) {
  const theirs = page.querySelector('[data-minutes]');
  if (!theirs) return;
  const all = texts(theirs);
  const known = new Set(texts(form).map(area => area.name));
  if (all.some(area => !known.has(area.name))) grow(theirs);
  const mine = texts(form);
  const byName = Object.fromEntries(all.map(area => [area.name, area.value]));
  const typing = mine.some(area => area.name in sent && area.value !== sent[area.name] && byName[area.name] !== sent[area.name]);
  if (typing) return;
  for (const area of mine) {
    const now = byName[area.name];
    if (now === undefined) continue;
    if (area.value === sent[area.name] && area.value !== now) put(area, now);
    seen[area.name] = now;
  }
  base(form).value = base(theirs).value;
  for (const list of theirs.querySelectorAll('[data-noted]')) {
    const here = form.querySelector(`[data-noted="${CSS.escape(list.dataset.noted)}"]`);
    if (here && here.innerHTML !== list.innerHTML) here.replaceChildren(...list.childNodes);
  }
}

// The caret stays where it is, among the same words.
function put(area, text) {
  const at = area === document.activeElement ? area.selectionStart : null;
  const moved = at !== null && !text.startsWith(area.value.slice(0, at)) ? Math.max(0, text.length - (area.value.length - at)) : at;
  area.value = text;
  if (at !== null) area.setSelectionRange(moved, moved);
}

function grow(theirs) {
  const list = form.querySelector('.written');
  for (const item of theirs.querySelectorAll('.written > li')) if (!document.getElementById(item.id)) {
    list.append(item);
    for (const area of texts(item)) seen[area.name] = area.value;
  }
}

function say(words) { if (status) status.textContent = words }

if (form) {
  form.addEventListener('input', event => {
    if (!event.target.matches('textarea')) return;
    clearTimeout(timer);
    timer = setTimeout(() => isDirty() && exchange(true), PAUSE);
  });
  form.addEventListener('change', event => { if (event.target.matches('textarea') && isDirty()) { clearTimeout(timer); exchange(true) } });
  form.addEventListener('submit', () => { clearTimeout(timer); busy = true });
  setInterval(() => { if (!document.hidden && !isDirty()) exchange(false) }, LOOK);
  addEventListener('beforeunload', event => { if (isDirty() && !busy) event.preventDefault() });
}
