// @ts-check
// Offer to comment the selected words; the form then quotes them, with the text around them.
const MIN_LENGTH = 3;
const MAX_LENGTH = 600;
const CONTEXT = 120;
const prose = document.querySelector(".prose[data-talk]");
let offer;
let timer;

const commentForm = () => document.getElementById("talk-form");

function selectedPassage() {
  const selection = getSelection();
  if (!prose || !commentForm() || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  if (!prose.contains(range.commonAncestorContainer)) return null;
  const text = selection.toString().trim();
  return text.length >= MIN_LENGTH && text.length <= MAX_LENGTH ? { range, text } : null;
}

function showOffer() {
  const passage = selectedPassage();
  if (!passage) return offer?.remove();
  offer ??= makeOffer();
  offer.innerHTML = commentForm().querySelector("button[type=submit]").innerHTML;
  prose.after(offer);
  const box = passage.range.getBoundingClientRect();
  const parent = offer.offsetParent?.getBoundingClientRect() ?? { left: 0, top: 0 };
  const maxLeft = document.documentElement.clientWidth - offer.offsetWidth - 8;
  offer.style.left = `${Math.min(maxLeft, Math.max(8, box.left)) - parent.left}px`;
  offer.style.top = `${box.bottom + 8 - parent.top}px`;
}

function makeOffer() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn say-this";
  button.addEventListener("click", quotePassage);
  button.addEventListener("pointerdown", event => event.preventDefault());
  return button;
}

function quotePassage() {
  const passage = selectedPassage();
  const form = commentForm();
  if (!passage) return;
  const [before, after] = contextOf(passage.range);
  setQuote({ quote: passage.text, before, after });
  form.querySelector("[data-shown]").textContent = passage.text;
  form.querySelector("[data-about]").hidden = false;
  getSelection().removeAllRanges();
  offer.remove();
  form.scrollIntoView({ block: "center" });
  form.elements.text.focus({ preventScroll: true });
}

function contextOf(range) {
  const before = new Range();
  before.setStart(prose, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const after = new Range();
  after.setStart(range.endContainer, range.endOffset);
  after.setEnd(prose, prose.childNodes.length);
  return [before.toString().slice(-CONTEXT), after.toString().slice(0, CONTEXT)];
}

function setQuote({ quote = "", before = "", after = "" }) {
  const { elements } = commentForm();
  elements.quote.value = quote;
  elements.before.value = before;
  elements.after.value = after;
  elements.section.value = "";
}

document.addEventListener("click", event => {
  const button = event.target.closest?.("[data-whole]");
  if (!button) return;
  event.preventDefault();
  setQuote({});
  button.closest("[data-about]").hidden = true;
  commentForm().elements.text.focus();
});
document.addEventListener("selectionchange", () => {
  clearTimeout(timer);
  timer = setTimeout(showOffer, 250);
});
