// Slides: keys and buttons move from one to the next; the address keeps which one
const deck = document.querySelector('[data-slides]');
const slides = [...deck.querySelectorAll('.slide')];
const place = document.querySelector('[data-place]');
const now = () => slides.reduce((best, one, n) => Math.abs(one.offsetTop - deck.scrollTop) < Math.abs(slides[best].offsetTop - deck.scrollTop) ? n : best, 0);
const go = to => slides[Math.max(0, Math.min(to, slides.length - 1))].scrollIntoView();
const tell = () => {
  const at = now(), text = `${at + 1} / ${slides.length}`;
  if (place.textContent === text) return;
  place.textContent = text;
  history.replaceState(null, '', `#s${at + 1}`);
};
addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, summary, button, video, audio')) return;
  const at = now();
  const to = { ArrowRight: at + 1, ArrowDown: at + 1, PageDown: at + 1, ' ': at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, PageUp: at - 1, Home: 0, End: slides.length - 1 }[event.key];
  if (to === undefined) { if (event.key === 'f') document.documentElement.requestFullscreen?.(); return }
  event.preventDefault();
  go(to);
});
document.addEventListener('click', event => {
  const step = event.target.closest('[data-step]');
  if (step) go(now() + Number(step.dataset.step));
  if (event.target.closest('[data-full]')) document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.();
});
deck.addEventListener('scroll', () => { clearTimeout(deck.timer); deck.timer = setTimeout(tell, 80) });
document.querySelector(location.hash || '#s1')?.scrollIntoView({ behavior: 'instant' });
tell();
