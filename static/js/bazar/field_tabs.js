// @ts-check
// Turn sections [data-tab] of a form into tabs; sections [data-in-tab] belong to the tab before them.
import { all } from "../core/dom.js";

function makeTabs(parent, sections) {
  const list = document.createElement("div");
  list.className = "field-tabs";
  list.setAttribute("role", "tablist");
  const panels = sections.map(panelsOf);
  const select = (selected, withFocus) => {
    for (const [index, button] of [...list.children].entries()) {
      const isSelected = index === selected;
      button.setAttribute("aria-selected", String(isSelected));
      button.tabIndex = isSelected ? 0 : -1;
      if (isSelected && withFocus) button.focus();
      for (const panel of panels[index]) panel.hidden = !isSelected;
    }
  };
  for (const [index, section] of sections.entries()) {
    const button = makeButton(section);
    button.addEventListener("click", () => select(index));
    // An invalid input in a hidden tab brings the tab forward.
    section.addEventListener("invalid", () => select(index), true);
    list.append(button);
  }
  list.addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const index = [...list.children].indexOf(document.activeElement);
    select((index + step + sections.length) % sections.length, true);
  });
  parent.classList.add("js-tabs");
  sections[0].before(list);
  const withErrors = panels.findIndex(group => group.some(panel => panel.querySelector(".wrong")));
  select(Math.max(0, withErrors));
}

function panelsOf(section) {
  const panels = [section];
  while (panels.at(-1).nextElementSibling?.matches("[data-in-tab]")) {
    panels.push(panels.at(-1).nextElementSibling);
  }
  return panels;
}

function makeButton(section) {
  const heading = section.querySelector("h2");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = heading.textContent;
  button.id = `${heading.id}-tab`;
  button.setAttribute("role", "tab");
  section.id ||= `${heading.id}-panel`;
  button.setAttribute("aria-controls", section.id);
  section.setAttribute("role", "tabpanel");
  return button;
}

const sectionsByParent = new Map();
for (const section of all("[data-tab]")) {
  const parent = section.parentElement;
  sectionsByParent.set(parent, [...(sectionsByParent.get(parent) ?? []), section]);
}
for (const [parent, sections] of sectionsByParent) {
  if (sections.length > 1) makeTabs(parent, sections);
}

// A link into a hidden tab opens it.
document.addEventListener(
  "click",
  event => {
    const hash = event.target.closest?.('a[href^="#"]')?.hash;
    const panel = hash && document.getElementById(hash.slice(1))?.closest("[data-tab][hidden]");
    if (panel) document.getElementById(`${panel.getAttribute("aria-labelledby")}-tab`)?.click();
  },
  true,
);
