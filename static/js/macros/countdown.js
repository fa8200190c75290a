// @ts-check
// Keep countdowns up to date, in the words of the server: data-until, and data-d, data-h, data-m as "day|days"…
import { all, root } from "../core/dom.js";

const REFRESH = 20000;

function update(element) {
  const minutes = Math.floor((Date.parse(element.dataset.until) - Date.now()) / 60000);
  if (minutes < 0) {
    element.textContent = element.dataset.textDone;
    return;
  }
  const units = [
    ["d", Math.floor(minutes / 1440)],
    ["h", Math.floor(minutes / 60) % 24],
    ["m", minutes % 60],
  ];
  const first = units[0][1] ? 0 : units[1][1] ? 1 : 2;
  const visible = units.slice(first, first + 2);
  element.replaceChildren(
    ...visible.flatMap(([unit, number]) => [
      labelled(number, element.dataset[unit].split("|")),
      " ",
    ]),
  );
}

function labelled(number, [one, many]) {
  const isPlural = number > 1 || (number === 0 && root.lang === "en");
  const figure = document.createElement("span");
  figure.className = "figure";
  figure.textContent = number;
  const label = document.createElement("span");
  label.append(figure, ` ${isPlural ? many : one}`);
  return label;
}

const updateAll = () => all("[data-until]").forEach(update);
updateAll();
document.addEventListener("htmx:after:swap", updateAll);
setInterval(updateAll, REFRESH);
