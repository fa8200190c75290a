// Passages that comments are about are marked in the text; a selection offers to comment it.
const prose = document.querySelector('.prose[data-talk]');
const same = { '’': "'", '‘': "'", '“': '"', '”': '"', '«': '"', '»': '"', '…': '.' };
const gap = /[\s\p{Cf}\p{Cc}]/u;

// The text of the page without spaces, as the server compares it, and where each character stands
function read() {
  const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
  let text = '';
  const places = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest('.say, .sr')) continue;
    for (let at = 0; at < node.length; at++) {
      const char = node.data[at];
      if (gap.test(char)) continue;
      text += same[char] ?? char;
      places.push([node, at]);
    }
  }
  return { text, places };
}

// Passages that comments are about
const passages = new Map();
function mark() {
  passages.clear();
  if (!prose || !CSS.highlights) return;
  const { text, places } = read();
  for (const quote of document.querySelectorAll('.passage[data-quote]')) {
    const wanted = quote.dataset.quote;
    let at = text.indexOf(wanted);
    for (let nth = Number(quote.dataset.nth); nth && at >= 0; nth--) at = text.indexOf(wanted, at + 1);
    if (at < 0) continue;
    const range = new Range();
    range.setStart(...places[at]);
    const [node, offset] = places[at + wanted.length - 1];
    range.setEnd(node, offset + 1);
    passages.set(quote, range);
    quote.classList.add('live');
    quote.tabIndex = 0;
    quote.role = 'link';
    quote.title = document.getElementById('talk').dataset.passage;
  }
  CSS.highlights.set('talk', new Highlight(...passages.values()));
}
function show(quote) {
  const range = passages.get(quote);
  if (!range) return;
  CSS.highlights.set('talk-here', new Highlight(range));
  const { top } = range.getBoundingClientRect();
  scrollTo({ top: scrollY + top - innerHeight / 3 });
}
document.addEventListener('click', event => {
  const quote = event.target.closest?.('.passage.live');
  if (quote) return show(quote);
  if (!prose?.contains(event.target) || event.target.closest('a, button')) return;
  for (const [passage, range] of passages) {
    const hit = [...range.getClientRects()].some(({ left, right, top, bottom }) =>
      event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom);
    if (hit && getSelection().isCollapsed) {
      CSS.highlights.set('talk-here', new Highlight(range));
      passage.closest('.thread').scrollIntoView({ block: 'center' });
      return;
    }
  }
});
document.addEventListener('keydown', event => {
  if (event.key === 'Enter' && event.target.matches?.('.passage.live')) show(event.target);
});

// A selection offers to comment it
let offer;
const form = () => document.getElementById('talk-form');
function selected() {
  const chosen = getSelection();
  if (!prose || !form() || chosen.isCollapsed || !chosen.rangeCount) return null;
  const range = chosen.getRangeAt(0);
  if (!prose.contains(range.commonAncestorContainer)) return null;
  const words = chosen.toString().trim();
  return words.length >= 3 && words.length <= 600 ? { range, words } : null;
}
function around(range) {
  const before = new Range(), after = new Range();
  before.setStart(prose, 0);
  before.setEnd(range.startContainer, range.startOffset);
  after.setStart(range.endContainer, range.endOffset);
  after.setEnd(prose, prose.childNodes.length);
  return [before.toString().slice(-120), after.toString().slice(0, 120)];
}
function propose() {
  const found = selected();
  if (!found) return offer?.remove();
  const label = form().querySelector('button[type=submit]');
  if (!offer) {
    offer = document.createElement('button');
    offer.type = 'button';
    offer.className = 'btn say-this';
    offer.addEventListener('click', take);
    offer.addEventListener('pointerdown', event => event.preventDefault());
  }
  offer.innerHTML = label.innerHTML;
  const box = found.range.getBoundingClientRect();
  prose.after(offer);
  const home = offer.offsetParent?.getBoundingClientRect() ?? { left: 0, top: 0 };
  const width = Math.min(document.documentElement.clientWidth - offer.offsetWidth - 8, Math.max(8, box.left));
  offer.style.left = `${width - home.left}px`;
  offer.style.top = `${box.bottom + 8 - home.top}px`;
}
function set({ quote = '', before = '', after = '' }) {
  const into = form().elements;
  into.quote.value = quote;
  into.before.value = before;
  into.after.value = after;
  into.section.value = '';
}
function take() {
  const found = selected(), into = form();
  if (!found) return;
  const [before, after] = around(found.range);
  set({ quote: found.words, before, after });
  into.querySelector('[data-shown]').textContent = found.words;
  into.querySelector('[data-about]').hidden = false;
  getSelection().removeAllRanges();
  offer.remove();
  into.scrollIntoView({ block: 'center' });
  into.elements.text.focus({ preventScroll: true });
}
document.addEventListener('click', event => {
  const whole = event.target.closest?.('[data-whole]');
  if (!whole) return;
  event.preventDefault();
  set({});
  whole.closest('[data-about]').hidden = true;
  form().elements.text.focus();
});
let soon;
document.addEventListener('selectionchange', () => { clearTimeout(soon); soon = setTimeout(propose, 250) });
document.addEventListener('htmx:after:swap', mark);
mark();
