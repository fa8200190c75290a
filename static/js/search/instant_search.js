// @ts-check
// Instant search: a combobox in a dialog. GET data-url?q= answers with options in #instant-results. core/open_search.js
// loads this file at the first opening; without it, the same form leads to the results page.
import { forget, recentSearches, remember } from "./recent_searches.js";

const MIN_LENGTH = 3;
const TYPING_PAUSE = 150;
const dialog = document.getElementById("instant");
const input = dialog.querySelector("input");
const list = dialog.querySelector("#instant-results");
const status = dialog.querySelector("[role=status]");
const allResults = dialog.querySelector("[data-all]");
const forgetButton = dialog.querySelector("[data-forget]");
let timer;
let request;
let shownQuery = "";

export function opened() {
  if (input.value.trim() !== shownQuery || !input.value) searchLater();
}

function searchLater() {
  clearTimeout(timer);
  timer = setTimeout(search, TYPING_PAUSE);
  allResults.href = resultsUrl(input.value.trim());
}

// The newest query wins: abort an older request, and ignore its answer if it comes all the same.
async function search() {
  request?.abort();
  const query = input.value.trim();
  if (query.length < MIN_LENGTH) return query ? show([], query) : showRecent();
  forgetButton.hidden = true;
  const mine = new AbortController();
  request = mine;
  const url = new URL(dialog.dataset.url, location.href);
  url.searchParams.set("q", query);
  try {
    const headers = { "HX-Request": "true", "HX-Target": "div#instant-results" };
    const answer = await fetch(url, { signal: mine.signal, headers });
    const html = await answer.text();
    if (mine !== request || mine.signal.aborted || !answer.ok) return;
    const page = new DOMParser().parseFromString(html, "text/html");
    const results = page.getElementById("instant-results");
    if (results) show([...results.childNodes], query, results.dataset.said);
  } catch (error) {
    if (error.name !== "AbortError" && mine === request) show([], query);
  }
}

function showRecent() {
  const searches = recentSearches();
  forgetButton.hidden = !searches.length;
  if (!searches.length) return show([], "");
  const { content } = document.getElementById("instant-recent");
  const group = content.firstElementChild.cloneNode(true);
  const model = group.querySelector("[role=option]");
  for (const query of searches) {
    const option = model.cloneNode(true);
    option.href = resultsUrl(query);
    option.dataset.words = query;
    option.querySelector("[data-text]").textContent = query;
    group.append(option);
  }
  model.remove();
  show([group], "");
}

function resultsUrl(query) {
  const url = new URL(allResults.href);
  if (query) url.searchParams.set("q", query);
  else url.searchParams.delete("q");
  return url.href;
}

function show(nodes, query, announcement = "") {
  list.replaceChildren(...nodes);
  for (const [index, option] of options().entries()) {
    option.id ||= `instant-option-${index}`;
    option.tabIndex = -1;
    option.setAttribute("aria-selected", "false");
  }
  input.setAttribute("aria-expanded", String(options().length > 0));
  select(null);
  shownQuery = query;
  status.textContent = announcement;
}

const options = () => [...list.querySelectorAll("[role=option]")];
const selected = () => list.querySelector("[aria-selected=true]");

function select(option) {
  selected()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}

function onKey(event) {
  const current = selected();
  const choices = options();
  const index = choices.indexOf(current);
  const last = choices.length - 1;
  if (event.key === "ArrowDown" && choices.length) select(choices[index === last ? 0 : index + 1]);
  else if (event.key === "ArrowUp" && choices.length) {
    select(choices[index <= 0 ? last : index - 1]);
  } else if (event.key === "Home" && current) select(choices[0]);
  else if (event.key === "End" && current) select(choices[last]);
  else if (event.key === "Enter" && current) current.click();
  else if (event.key === "Delete" && current?.dataset.words) {
    forget(current.dataset.words);
    showRecent();
    select(options()[Math.min(index, last - 1)]);
  } else return;
  event.preventDefault();
}

function rememberQuery(query) {
  if (query.trim().length >= MIN_LENGTH) remember(query.trim());
}

input.addEventListener("input", searchLater);
input.addEventListener("keydown", onKey);
input.form.addEventListener("submit", () => rememberQuery(input.value));
forgetButton.addEventListener("click", () => {
  forget();
  showRecent();
  input.focus();
});
list.addEventListener("click", event => {
  const option = event.target.closest("[role=option]");
  if (option) rememberQuery(option.dataset.words ?? shownQuery);
});
dialog.addEventListener("close", () => {
  request?.abort();
  clearTimeout(timer);
});

opened();
