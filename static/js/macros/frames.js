// @ts-check
// Load videos and documents of other sites in a frame after a click, never before: [data-frame] holds the URL.
const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-presentation";

document.addEventListener("click", event => {
  const withModifier = event.ctrlKey || event.metaKey || event.shiftKey;
  if (event.defaultPrevented || withModifier) return;
  const card = event.target.closest("[data-frame]");
  if (!card || card.closest("[inert]")) return;
  event.preventDefault();
  openFrame(card);
});

function openFrame(card) {
  const frame = document.createElement("iframe");
  frame.title = card.dataset.title;
  frame.allow = "fullscreen; picture-in-picture";
  frame.src = card.dataset.frame;
  if (card.matches(".screen")) {
    frame.className = card.className.replace("screen", "");
    frame.setAttribute("sandbox", SANDBOX);
    card.replaceWith(frame);
  } else {
    card.closest(".document").after(frame);
    card.remove();
  }
  frame.focus();
}
