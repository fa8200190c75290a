// @ts-check
// Submit filters when they change: <form data-auto>, through htmx when the form has hx-get.
import { all } from "./dom.js";

const TYPING_PAUSE = 350;
let timer;

function submitLater(event, delay) {
  const { form } = event.target;
  if (!form?.matches("[data-auto]")) return;
  clearTimeout(timer);
  timer = setTimeout(() => form.requestSubmit(), delay);
}

document.addEventListener("change", event => submitLater(event, 0));
document.addEventListener("input", event => {
  if (event.target.matches("[type=search], [type=text]")) submitLater(event, TYPING_PAUSE);
});
// The browser's back button shows the old list: reset its filters to what the list shows.
addEventListener("pageshow", event => {
  if (event.persisted) for (const form of all("form[data-auto]")) form.reset();
});
