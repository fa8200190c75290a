// @ts-check
// Show the images of a gallery large, in a dialog: [data-gallery] of links to images.
import { all } from "../core/dom.js";

let dialog;
let links = [];
let index = 0;

document.addEventListener("click", event => {
  const withModifier = event.ctrlKey || event.metaKey || event.shiftKey;
  if (event.defaultPrevented || withModifier) return;
  const link = event.target.closest("[data-gallery] a");
  if (!link) return;
  event.preventDefault();
  open(link.closest("[data-gallery]"), link);
});

function open(gallery, link) {
  dialog ??= makeDialog(gallery.dataset);
  links = all("a", gallery);
  index = links.indexOf(link);
  show();
  dialog.showModal();
}

function makeDialog(texts) {
  const element = document.createElement("dialog");
  element.className = "lightbox";
  element.setAttribute("aria-label", texts.textName);
  const caption = document.createElement("p");
  caption.setAttribute("role", "status");
  const footer = document.createElement("footer");
  footer.append(
    makeButton(texts.textPrevious, () => move(-1)),
    caption,
    makeButton(texts.textNext, () => move(1)),
    makeButton(texts.textClose, () => element.close()),
  );
  element.append(document.createElement("img"), footer);
  element.addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    move(step);
  });
  document.body.append(element);
  return element;
}

function makeButton(text, onClick) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = text;
  button.addEventListener("click", onClick);
  return button;
}

function move(step) {
  index = (index + step + links.length) % links.length;
  show();
}

function show() {
  const image = dialog.querySelector("img");
  const { alt } = links[index].querySelector("img");
  image.src = links[index].href;
  image.alt = alt;
  dialog.querySelector("p").textContent = `${alt} (${index + 1}/${links.length})`;
}
