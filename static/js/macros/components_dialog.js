// @ts-check
// The components dialog: choose a component, set its parameters, insert the call. The server renders the dialog; this
// file moves text. A "call" is the text of a component in a page: {{name parameter="value"}}.
import { send } from "../core/request.js";
import { loadStylesheet } from "../core/stylesheet.js";

const TYPING_PAUSE = 300;
const MAX_CALL = 4000;
let dialog;
let session; // what the open dialog works on

/** Open the dialog on the call at the caret, on a component by its name, else on the list. */
export async function open(button, area, insert, name) {
  const { value, selectionStart: from, selectionEnd: to } = area;
  const call = from === to && !name ? findCall(value, from) : null;
  session = {
    button,
    area,
    insert,
    from: call?.from ?? from,
    to: call?.to ?? to,
    call,
    selected: value.slice(from, to),
  };
  dialog ??= prepareDialog();
  await loadStylesheet(button.dataset.style);
  if (call) await showSettings({ call: call.text });
  else if (name) await showSettings({ name });
  else await showList();
  if (!dialog.open) dialog.showModal();
}

/** Return the call around a position of the text, null if there is none. */
export function findCall(text, position) {
  const from = text.lastIndexOf("{{", position);
  const previousEnd = text.lastIndexOf("}}", position - 1);
  if (from < 0 || previousEnd > from || text[from + 2] === "/") return null;
  const end = text.indexOf("}}", Math.max(from + 2, position - 1));
  if (end < 0 || end - from > MAX_CALL || end + 2 < position) return null;
  return { from, to: end + 2, text: text.slice(from, end + 2) };
}

function prepareDialog() {
  const element = document.getElementById("components");
  element.addEventListener("click", onClick);
  element.addEventListener("input", ({ target }) => {
    if (target.matches("[data-filter]")) filterList(target);
    else suggestValues(target);
  });
  element.addEventListener("submit", event => {
    event.preventDefault();
    insertCall();
  });
  element.addEventListener("close", () => session.area.focus());
  return element;
}

function onClick({ target }) {
  const choice = target.closest("[data-component]");
  if (choice) showSettings({ name: choice.dataset.component });
  else if (target.closest("[data-back]")) showList();
  else if (target.closest("[data-put]")) insertCall();
}

const body = () => dialog.querySelector("[data-body]");

async function showList() {
  await load(session.button.dataset.dialogUrl).catch(showFailure);
  body().querySelector("[data-filter]")?.focus();
}

async function showSettings(query) {
  try {
    await load(urlOf(session.button.dataset.formUrl, query));
  } catch {
    return query.call ? showListAfterCall() : showFailure();
  }
  const form = body().querySelector("form");
  form?.addEventListener("input", () => {
    clearTimeout(session.timer);
    session.timer = setTimeout(showResult, TYPING_PAUSE);
  });
  await showResult();
  const first = body().querySelector("form :is(input:not([type=hidden]), select)");
  (first ?? body().querySelector("[data-put]"))?.focus();
}

// The call at the caret has no settings: insert a new one after the caret.
function showListAfterCall() {
  session.call = null;
  session.from = session.to = session.area.selectionEnd;
  return showList();
}

async function load(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(answer.statusText);
  body().innerHTML = await answer.text();
}

function urlOf(base, query) {
  const url = new URL(base, location.href);
  for (const [name, value] of Object.entries({ page: session.button.dataset.page, ...query })) {
    if (value) url.searchParams.set(name, value);
  }
  return url;
}

function showFailure() {
  body().textContent = document.getElementById("request-failed")?.content.textContent ?? "";
}

const normalize = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function filterList(input) {
  const query = normalize(input.value.trim());
  for (const item of body().querySelectorAll("[data-words]")) {
    item.hidden = !normalize(item.dataset.words).includes(query);
  }
  for (const group of body().querySelectorAll("[data-group]")) {
    group.hidden = !group.querySelector("li:not([hidden])");
  }
  body().querySelector("[data-none]").hidden = Boolean(body().querySelector("li:not([hidden])"));
}

async function suggestValues(input) {
  const list = input.dataset.suggest && input.list;
  if (!list) return;
  const { tagsUrl, namesUrl } = session.area.closest("form").dataset;
  const typed = input.value.split(",").pop().trim();
  const url = new URL(input.dataset.suggest === "tag" ? tagsUrl : namesUrl, location.href);
  url.searchParams.set("q", typed);
  const suggestions = await fetch(url)
    .then(answer => (answer.ok ? answer.json() : []))
    .catch(() => []);
  const before = input.value.slice(0, input.value.length - typed.length);
  list.replaceChildren(...suggestions.map(({ title, name }) => new Option(title, before + name)));
}

async function showResult() {
  const turn = (session.turn ?? 0) + 1;
  session.turn = turn;
  const call = await writeCall().catch(() => null);
  if (!call || turn !== session.turn) return;
  body().querySelector("[data-line]").textContent = call.open;
  body().querySelector("[data-shown]").innerHTML = call.html;
}

// Ask the server for the call that these settings make: its opening, its whole text and its HTML.
async function writeCall() {
  const settings = new FormData(body().querySelector("form"));
  if (session.selected) settings.set("body", session.selected);
  const url = urlOf(session.button.dataset.callUrl, {});
  const answer = await send(url, { method: "POST", body: settings });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

async function insertCall() {
  if (!body().querySelector("form")?.reportValidity()) return;
  const written = await writeCall().catch(showFailure);
  if (!written) return;
  const { area, from, to, call } = session;
  const isBlock = !call && written.text.includes("\n");
  const before = isBlock && from && area.value[from - 1] !== "\n" ? "\n\n" : "";
  const after = isBlock && area.value[to] !== "\n" ? "\n" : "";
  dialog.close();
  session.insert(area, before + (call ? written.open : written.text) + after, from, to);
}
