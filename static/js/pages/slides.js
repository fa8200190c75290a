// @ts-check
// Move between slides with keys and buttons; the address says which one is shown.
import { all, root } from "../core/dom.js";

const CONTROLS = "input, textarea, select, summary, button, video, audio";
const deck = document.querySelector("[data-slides]");
const slides = all(".slide", deck);
const counter = document.querySelector("[data-place]");
let timer;

const distance = slide => Math.abs(slide.offsetTop - deck.scrollTop);
const current = () =>
  slides.reduce(
    (best, slide, index) => (distance(slide) < distance(slides[best]) ? index : best),
    0,
  );
const goTo = index => slides[Math.max(0, Math.min(index, slides.length - 1))].scrollIntoView();

function showPosition() {
  const index = current();
  const text = `${index + 1} / ${slides.length}`;
  if (counter.textContent === text) return;
  counter.textContent = text;
  history.replaceState(null, "", `#s${index + 1}`);
}

addEventListener("keydown", event => {
  const withModifier = event.ctrlKey || event.metaKey || event.altKey;
  if (withModifier || event.target.closest(CONTROLS)) return;
  const index = current();
  const target = {
    ArrowRight: index + 1,
    ArrowDown: index + 1,
    PageDown: index + 1,
    " ": index + 1,
    ArrowLeft: index - 1,
    ArrowUp: index - 1,
    PageUp: index - 1,
    Home: 0,
    End: slides.length - 1,
  }[event.key];
  if (target === undefined) {
    if (event.key === "f") root.requestFullscreen?.();
    return;
  }
  event.preventDefault();
  goTo(target);
});
document.addEventListener("click", event => {
  const step = event.target.closest("[data-step]");
  if (step) goTo(current() + Number(step.dataset.step));
  if (!event.target.closest("[data-full]")) return;
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen?.();
});
deck.addEventListener("scroll", () => {
  clearTimeout(timer);
  timer = setTimeout(showPosition, 80);
});
document.querySelector(location.hash || "#s1")?.scrollIntoView({ behavior: "instant" });
showPosition();
