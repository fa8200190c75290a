// Fields of forms: blocks that depend on an answer, tabs, colours, sliders. All of it works without.
const fold = text => text.trim().toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replace(/’/g, "'").replace(/[\s_-]+/g, '-');

// Conditional blocks: data-if names a field, data-test how it is looked at, data-words what it is compared with
function answers(form, key) {
  const held = [];
  for (const input of form.elements) {
    if (input.disabled || (input.name !== key && !input.name.startsWith(key + '.'))) continue;
    if (['checkbox', 'radio'].includes(input.type) && !input.checked) continue;
    const text = input.inputMode === 'decimal' ? input.value.replace(/\s/g, '').replace(',', '.') : input.value;
    if (text.trim()) held.push(fold(text));
  }
  return held;
}
function isMet(block) {
  const held = answers(block.closest('form'), block.dataset.if), words = JSON.parse(block.dataset.words || '[]');
  const test = block.dataset.test || 'is';
  if (test === 'filled' || test === 'empty') return (held.length > 0) === (test === 'filled');
  if (test === 'contains') return words.some(word => held.some(one => one.includes(word)));
  return words.some(word => held.includes(word)) === (test !== 'isnt');
}
function show(form) {
  for (const block of form.querySelectorAll('[data-if]')) {
    const met = isMet(block);
    block.hidden = !met;
    for (const input of block.querySelectorAll('input, select, textarea')) input.disabled = !met;
  }
}
for (const form of new Set([...document.querySelectorAll('[data-if]')].map(block => block.closest('form')))) {
  form.addEventListener('input', () => show(form));
  form.addEventListener('change', () => show(form));
  show(form);
}

// Tabs: sections [data-tab] beside each other; those after one, [data-in-tab], go with it
const sets = new Map();
for (const tab of document.querySelectorAll('[data-tab]')) {
  if (!sets.has(tab.parentElement)) sets.set(tab.parentElement, []);
  sets.get(tab.parentElement).push(tab);
}
for (const [parent, tabs] of sets) {
  if (tabs.length < 2) continue;
  const list = document.createElement('div');
  list.className = 'field-tabs';
  list.setAttribute('role', 'tablist');
  const panels = tabs.map(tab => {
    const all = [tab];
    while (all.at(-1).nextElementSibling?.matches('[data-in-tab]')) all.push(all.at(-1).nextElementSibling);
    return all;
  });
  const choose = (chosen, focus) => [...list.children].forEach((button, at) => {
    button.setAttribute('aria-selected', at === chosen);
    button.tabIndex = at === chosen ? 0 : -1;
    if (at === chosen && focus) button.focus();
    for (const panel of panels[at]) panel.hidden = at !== chosen;
  });
  tabs.forEach((tab, at) => {
    const heading = tab.querySelector('h2'), button = document.createElement('button');
    button.type = 'button';
    button.textContent = heading.textContent;
    button.id = heading.id + '-tab';
    button.setAttribute('role', 'tab');
    tab.id ||= heading.id + '-panel';
    button.setAttribute('aria-controls', tab.id);
    tab.setAttribute('role', 'tabpanel');
    button.addEventListener('click', () => choose(at));
    // What is wrong in a tab that is not seen brings it forward
    tab.addEventListener('invalid', () => choose(at), true);
    list.append(button);
  });
  list.addEventListener('keydown', event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) choose(([...list.children].indexOf(document.activeElement) + step + tabs.length) % tabs.length, true);
  });
  parent.classList.add('js-tabs');
  tabs[0].before(list);
  const wrong = panels.findIndex(all => all.some(panel => panel.querySelector('.wrong')));
  choose(Math.max(0, wrong));
}
// A link to what stands in a closed tab opens it
document.addEventListener('click', event => {
  const hash = event.target.closest?.('a[href^="#"]')?.hash;
  const panel = hash && document.getElementById(hash.slice(1))?.closest('[data-tab][hidden]');
  if (panel) document.getElementById(panel.getAttribute('aria-labelledby') + '-tab')?.click();
}, true);

// Two inputs of one value: a colour or a slider beside what is typed
for (const other of document.querySelectorAll('[data-colour-of], [data-slides]')) {
  const typed = document.getElementById(other.dataset.colourOf ?? other.dataset.slides);
  if (!typed) continue;
  const comma = document.documentElement.lang === 'fr' && other.type === 'range';
  other.addEventListener('input', () => {
    typed.value = comma ? other.value.replace('.', ',') : other.value;
    typed.dispatchEvent(new Event('input', { bubbles: true }));
  });
  typed.addEventListener('input', event => { if (event.isTrusted && typed.value) other.value = typed.value.replace(',', '.'); });
}
