// @ts-check
// Write minutes together: a text is saved when its author leaves it or pauses, and the texts of others come in. The form
// works without it. The server merges: `_base` is the version that the texts start from.
import { root } from "../core/dom.js";

const SAVE_PAUSE = 4000;
const POLL_INTERVAL = 10000;
const SENT_FIELDS = ["csrf_token", "_base", "notes"];

const form = document.querySelector("[data-minutes]");
const status = form?.querySelector("[data-kept]");
const areasOf = parent => [...parent.querySelectorAll("textarea")];
const textsOf = parent => Object.fromEntries(areasOf(parent).map(area => [area.name, area.value]));
const baseOf = parent => parent.querySelector("[name=_base]");

let timer;
let isBusy = false;
let saveAgain = false;
const savedTexts = form && textsOf(form);

const isDirty = () => areasOf(form).some(area => area.value !== savedTexts[area.name]);

async function exchange(isSave) {
  if (isBusy) {
    saveAgain ||= isSave;
    return;
  }
  isBusy = true;
  const sent = textsOf(form);
  try {
    const options = isSave ? { method: "POST", body: new URLSearchParams(readForm()) } : {};
    const answer = await fetch(form.action, options);
    if (!answer.ok) throw new Error(answer.statusText);
    receive(new DOMParser().parseFromString(await answer.text(), "text/html"), sent);
    if (isSave) showStatus(form.dataset.textSaved.replace("{hour}", clock()));
  } catch {
    if (isSave) showStatus(form.dataset.textFailed);
  }
  isBusy = false;
  if (saveAgain) {
    saveAgain = false;
    exchange(true);
  }
}

function readForm() {
  const data = new FormData(form);
  for (const name of [...data.keys()]) {
    if (!SENT_FIELDS.includes(name) && !name.startsWith("text.")) data.delete(name);
  }
  return data;
}

const clock = () =>
  new Date().toLocaleTimeString(root.lang, { hour: "2-digit", minute: "2-digit" });

// The answer may hold new items and longer texts. Where this person went on typing, keep their text and the version it
// starts from: the server merges both at the next save.
function receive(page, sent) {
  const answer = page.querySelector("[data-minutes]");
  if (!answer) return;
  const received = textsOf(answer);
  const known = textsOf(form);
  if (Object.keys(received).some(name => !(name in known))) addItems(answer);
  const areas = areasOf(form);
  const isTyping = areas.some(
    ({ name, value }) => name in sent && value !== sent[name] && received[name] !== sent[name],
  );
  if (isTyping) return;
  for (const area of areas) {
    const text = received[area.name];
    if (text === undefined) continue;
    if (area.value === sent[area.name] && area.value !== text) replaceText(area, text);
    savedTexts[area.name] = text;
  }
  baseOf(form).value = baseOf(answer).value;
  for (const list of answer.querySelectorAll("[data-noted]")) {
    const current = form.querySelector(`[data-noted="${CSS.escape(list.dataset.noted)}"]`);
    if (current && current.innerHTML !== list.innerHTML) {
      current.replaceChildren(...list.childNodes);
    }
  }
}

// Keep the caret among the same words.
function replaceText(area, text) {
  const caret = area === document.activeElement ? area.selectionStart : null;
  const isBefore = caret !== null && text.startsWith(area.value.slice(0, caret));
  const fromEnd = Math.max(0, text.length - (area.value.length - caret));
  area.value = text;
  if (caret === null) return;
  const moved = isBefore ? caret : fromEnd;
  area.setSelectionRange(moved, moved);
}

function addItems(answer) {
  const list = form.querySelector(".written");
  for (const item of answer.querySelectorAll(".written > li")) {
    if (document.getElementById(item.id)) continue;
    list.append(item);
    Object.assign(savedTexts, textsOf(item));
  }
}

function showStatus(text) {
  if (status) status.textContent = text;
}

if (form) {
  form.addEventListener("input", event => {
    if (!event.target.matches("textarea")) return;
    clearTimeout(timer);
    timer = setTimeout(() => isDirty() && exchange(true), SAVE_PAUSE);
  });
  form.addEventListener("change", event => {
    if (!event.target.matches("textarea") || !isDirty()) return;
    clearTimeout(timer);
    exchange(true);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    isBusy = true;
  });
  setInterval(() => {
    if (!document.hidden && !isDirty()) exchange(false);
  }, POLL_INTERVAL);
  addEventListener("beforeunload", event => {
    if (isDirty() && !isBusy) event.preventDefault();
  });
}
