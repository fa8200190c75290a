// Components of pages: tabs, frames after a click, images at large, countdowns. Without this file all of it is there to read.
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

// Tabs: sections one under the other become one at a time
function tabs(set) {
  const panels = [...set.children].filter(child => 'tab' in child.dataset);
  if (set.classList.contains('on') || panels.length < 2) return;
  const list = document.createElement('div');
  list.className = 'tablist';
  list.setAttribute('role', 'tablist');
  const buttons = panels.map(panel => {
    const button = document.createElement('button');
    button.type = 'button';
    button.id = `${panel.id}-button`;
    button.textContent = panel.querySelector('.tab-title').textContent;
    button.setAttribute('role', 'tab');
    button.setAttribute('aria-controls', panel.id);
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', button.id);
    panel.tabIndex = 0;
    list.append(button);
    return button;
  });
  const show = (at, focus) => {
    panels.forEach((panel, n) => {
      panel.toggleAttribute('data-away', n !== at);
      buttons[n].setAttribute('aria-selected', String(n === at));
      buttons[n].tabIndex = n === at ? 0 : -1;
    });
    if (focus) buttons[at].focus();
  };
  list.addEventListener('click', event => { const at = buttons.indexOf(event.target); if (at >= 0) show(at) });
  list.addEventListener('keydown', event => {
    const at = buttons.indexOf(event.target), last = buttons.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to, true);
  });
  set.classList.add('on');
  set.prepend(list);
  show(0);
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const at = target ? panels.findIndex(panel => panel.contains(target)) : -1;
    if (at >= 0) { show(at); target.scrollIntoView() }
  };
  addEventListener('hashchange', reveal);
  reveal();
}

// Countdowns: the words of the server, kept up to date
function count(place) {
  const left = Math.floor((Date.parse(place.dataset.until) - Date.now()) / 60000);
  if (left < 0) { place.textContent = place.dataset.textDone; return }
  const all = [['d', Math.floor(left / 1440)], ['h', Math.floor(left / 60) % 24], ['m', left % 60]];
  const first = all[0][1] ? 0 : all[1][1] ? 1 : 2;
  place.replaceChildren(...all.slice(first, first + 2).flatMap(([unit, number]) => {
    const [one, many] = place.dataset[unit].split('|'), whole = document.createElement('span'), figure = document.createElement('span');
    figure.className = 'figure';
    figure.textContent = number;
    whole.append(figure, ` ${number > 1 || (number === 0 && document.documentElement.lang === 'en') ? many : one}`);
    return [whole, ' '];
  }));
}

// Images at large, in a dialog
let box, shown = [], at = 0;
function enlarge(gallery, link) {
  const words = gallery.dataset;
  box ??= make(words);
  shown = all('a', gallery);
  at = shown.indexOf(link);
  draw();
  box.showModal();
}
function make(words) {
  const dialog = document.createElement('dialog');
  dialog.className = 'lightbox';
  dialog.setAttribute('aria-label', words.textName);
  dialog.append(document.createElement('img'), document.createElement('footer'));
  const button = (text, act) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'btn';
    made.textContent = text;
    made.addEventListener('click', act);
    return made;
  };
  const caption = document.createElement('p');
  caption.setAttribute('role', 'status');
  dialog.lastChild.append(button(words.textPrevious, () => step(-1)), caption, button(words.textNext, () => step(1)), button(words.textClose, () => dialog.close()));
  dialog.addEventListener('keydown', event => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by) { event.preventDefault(); step(by) }
  });
  document.body.append(dialog);
  return dialog;
}
function step(by) { at = (at + by + shown.length) % shown.length; draw() }
function draw() {
  const image = box.querySelector('img'), small = shown[at].querySelector('img');
  image.src = shown[at].href;
  image.alt = small.alt;
  box.querySelector('p').textContent = `${small.alt} (${at + 1}/${shown.length})`;
}

// What was only a card becomes a frame, at the click and not before
function open(card) {
  const frame = document.createElement('iframe');
  frame.title = card.dataset.title;
  frame.allow = 'fullscreen; picture-in-picture';
  frame.src = card.dataset.frame;
  if (card.matches('.screen')) {
    frame.className = card.className.replace('screen', '');
    frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms allow-popups allow-presentation');
    card.replaceWith(frame);
  } else {
    card.closest('.document').after(frame);
    card.remove();
  }
  frame.focus();
}

document.addEventListener('click', event => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const card = event.target.closest('[data-frame]'), link = event.target.closest('[data-gallery] a');
  if (card && !card.closest('[inert]')) { event.preventDefault(); open(card) }
  else if (link) { event.preventDefault(); enlarge(link.closest('[data-gallery]'), link) }
});
const begin = () => { all('[data-tabs]').forEach(tabs); all('[data-until]').forEach(count) };
begin();
document.addEventListener('htmx:after:swap', begin);
setInterval(() => all('[data-until]').forEach(count), 20000);
