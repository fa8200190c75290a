// @ts-check
// Show sections one at a time, as tabs: [data-tabs] of [data-tab].
import { all } from "../core/dom.js";

function makeTabs(set) {
  const panels = [...set.children].filter(child => "tab" in child.dataset);
  if (set.classList.contains("on") || panels.length < 2) return;
  const list = document.createElement("div");
  list.className = "tablist";
  list.setAttribute("role", "tablist");
  const buttons = panels.map(makeButton);
  list.append(...buttons);
  const select = (selected, withFocus) => {
    for (const [index, panel] of panels.entries()) {
      const isSelected = index === selected;
      panel.toggleAttribute("data-away", !isSelected);
      buttons[index].setAttribute("aria-selected", String(isSelected));
      buttons[index].tabIndex = isSelected ? 0 : -1;
    }
    if (withFocus) buttons[selected].focus();
  };
  list.addEventListener("click", event => {
    const index = buttons.indexOf(event.target);
    if (index >= 0) select(index);
  });
  list.addEventListener("keydown", event => {
    const index = buttons.indexOf(event.target);
    const last = buttons.length - 1;
    const target = {
      ArrowRight: index === last ? 0 : index + 1,
      ArrowLeft: index ? index - 1 : last,
      Home: 0,
      End: last,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    select(target, true);
  });
  set.classList.add("on");
  set.prepend(list);
  select(0);
  const revealAnchor = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const element = id && document.getElementById(id);
    const index = element ? panels.findIndex(panel => panel.contains(element)) : -1;
    if (index < 0) return;
    select(index);
    element.scrollIntoView();
  };
  addEventListener("hashchange", revealAnchor);
  revealAnchor();
}

function makeButton(panel) {
  const button = document.createElement("button");
  button.type = "button";
  button.id = `${panel.id}-button`;
  button.textContent = panel.querySelector(".tab-title").textContent;
  button.setAttribute("role", "tab");
  button.setAttribute("aria-controls", panel.id);
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", button.id);
  panel.tabIndex = 0;
  return button;
}

const makeAll = () => all("[data-tabs]").forEach(makeTabs);
makeAll();
document.addEventListener("htmx:after:swap", makeAll);
