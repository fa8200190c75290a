// What is proposed while one types: [[page or entry]], {{component}}, @person, #tag, and / at the start of a line for a block.
// Each URL answers ?q= with [{name, title, kind?, insert?}]; the blocks stand in the markup. Elided words need nothing: l'[[ opens.
// The field stays a text box: arrows move in the list it controls, and a status says how many there are.
export function menus({ form, box, area, send, fill, insert, bring }) {
  const triggers = [
    { url: form.dataset.namesUrl, pattern: /\[\[([^[\]|\n]{0,80})$/, close: ']]', create: true, write: o => o.title && o.title !== o.name ? `${o.name}|${o.title}` : o.name },
    { url: form.dataset.componentsUrl, pattern: /\{\{([\w-]{0,40})$/, close: '}}', dialog: true, write: o => o.name },
    { url: form.dataset.peopleUrl, pattern: /(?<![\p{L}\d@])@([\p{L}\d._-]{1,40})$/u, close: ' ', write: o => o.name },
    { url: form.dataset.tagsUrl, pattern: /(?<![\p{L}\d#/])#([\p{L}\d-]{1,40})$/u, close: ' ', write: o => o.name },
    { url: box.querySelector('template[data-blocks]') && 'blocks', pattern: /(?:^|\n)\/([\p{L} ]{0,20})$/u, close: '', blocks: true },
  ].filter(trigger => trigger.url);
  const menu = box.querySelector('.suggest'), status = box.querySelector('[data-menu-status]');
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
    announce('');
    current = null;
    menu.hidden = true;
    menu.replaceChildren();
    area.removeAttribute('aria-activedescendant');
  };
  const choose = option => {
    const { from, trigger } = current;
    const end = area.selectionEnd;
    const closed = trigger.close.trim() && area.value.startsWith(trigger.close, end) ? trigger.close.length : 0;
    // What is proposed may be behind what is typed: a page to make bears the words that stand there now.
    const text = option.dataset.made ? area.value.slice(from, end).trim() : option.dataset.write;
    const opener = box.querySelector('[data-components]');
    close();
    if (trigger.blocks) return putBlock(option, from - 1, end, opener);
    if (trigger.dialog && opener) return openDialog(opener, from - 2, end + closed, text);
    insert(area, text + trigger.close, from, end + closed);
  };
  const openDialog = (opener, from, to, name) => {
    insert(area, '', from, to);
    bring(opener, 'components').then(({ open }) => open(opener, area, insert, name));
  };
  const putBlock = ({ dataset }, from, to, opener) => {
    if (dataset.act === 'component' && opener) return openDialog(opener, from, to);
    const chooser = box.querySelector('[data-upload]');
    if (dataset.act === 'file' && chooser) { insert(area, '', from, to); return chooser.click() }
    const today = new Date().toLocaleDateString(document.documentElement.lang, { day: 'numeric', month: 'long', year: 'numeric' });
    const [before, after] = (dataset.act === 'date' ? today : dataset.write).split('‸');
    insert(area, before + (after ?? ''), from, to);
    if (after !== undefined) area.setSelectionRange(from + before.length, from + before.length);
    if (before.endsWith('[[')) look();
  };
  const offer = option => {
    option.id = `${menu.id}-${menu.childElementCount}`;
    option.setAttribute('aria-selected', 'false');
    menu.append(option);
  };
  const add = (name, label, write) => {
    const option = box.querySelector(`template[data-option=${name}]`).content.firstElementChild.cloneNode(true);
    const text = option.querySelector('[data-label]');
    text.textContent = fill(text.dataset.label || '{name}', { name: label });
    option.dataset.write = write;
    if (name === 'create') option.dataset.made = 'yes';
    offer(option);
  };
  const show = (found, typed, trigger) => {
    menu.replaceChildren();
    if (trigger.blocks) found.forEach(offer);
    else for (const option of found.slice(0, 8)) add(option.kind === 'entry' ? 'entry' : 'known', option.title || option.name, option.insert ?? trigger.write(option));
    const known = found.some(o => [o.name, o.title].some(name => name?.toLowerCase() === typed.toLowerCase()));
    if (trigger.create && typed.trim() && !known) add('create', typed.trim(), typed.trim());
    if (!menu.childElementCount) return close();
    menu.hidden = false;
    place();
    menu.scrollTop = 0;
    select(options()[0]);
    announce(fill(status?.dataset.textFound, { count: options().length, first: options()[0].textContent.trim() }));
  };
  const announce = text => { if (status && status.textContent !== text) status.textContent = text };
  const blocks = typed => {
    const wanted = plain(typed), all = [...box.querySelector('template[data-blocks]').content.cloneNode(true).children];
    return all.filter(option => !wanted || plain(option.dataset.words + ' ' + option.textContent).split(/\s+/).some(word => word.startsWith(wanted)));
  };
  const place = () => {
    const { left, top, line } = caret(area, current.from);
    const below = top + line - area.scrollTop;
    const over = area.getBoundingClientRect().top + below + menu.offsetHeight > innerHeight;
    menu.style.left = `${Math.max(4, Math.min(left, area.clientWidth - menu.offsetWidth - 4))}px`;
    menu.style.top = `${over ? below - line - menu.offsetHeight : below}px`;
  };
  const look = async () => {
    const before = area.value.slice(0, area.selectionStart).slice(-120);
    const trigger = triggers.find(({ pattern }) => pattern.test(before));
    if (!trigger) return current && close();
    const typed = trigger.pattern.exec(before)[1];
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    current = { trigger, from: area.selectionStart - typed.length };
    if (trigger.blocks) return show(blocks(typed), typed, trigger);
    const address = new URL(trigger.url, location.href);
    address.searchParams.set('q', typed);
    try {
      const answer = await send(address, { signal });
      const found = answer.ok ? await answer.json() : [];
      if (!signal.aborted) show(found, typed, trigger);
    } catch (error) {
      if (error.name !== 'AbortError') close();
    }
  };
  area.addEventListener('input', look);
  area.addEventListener('keydown', event => {
    if (menu.hidden || event.isComposing) return;
    const found = options(), at = found.indexOf(selected());
    if (event.key === 'ArrowDown') select(found[(at + 1) % found.length]);
    else if (event.key === 'ArrowUp') select(found[(at + found.length - 1) % found.length]);
    else if (event.key === 'Enter' || event.key === 'Tab') choose(selected());
    else if (event.key === 'Escape') close();
    else if (['ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown'].includes(event.key)) return close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  menu.addEventListener('pointerdown', event => {
    const option = event.target.closest('[role=option]');
    if (option) { event.preventDefault(); choose(option) }
  });
  area.addEventListener('blur', () => { if (current) close() });
  area.addEventListener('pointerdown', () => { if (current) close() });
  look();
}
const plain = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();


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
