// @ts-check
// Zoom and drag maps drawn in SVG: <button data-zoom="in|out|all"> inside .map. Elements with data-x and data-y stand at
// that point and keep their size.
import { all } from "../core/dom.js";

const MAX_ZOOM = 12;
const FACTORS = { in: 1.6, out: 1 / 1.6, all: 0.001 };
const fullViews = new WeakMap();
const viewOf = svg => svg.getAttribute("viewBox").split(/[ ,]+/).map(Number);

/**
 * Zoom a map around a point, its middle unless given, without leaving the map.
 * @param {SVGSVGElement} svg
 * @param {number} factor
 * @param {[number, number]} [centre] in units of the viewBox
 */
export function zoom(svg, factor, centre) {
  if (!fullViews.has(svg)) fullViews.set(svg, viewOf(svg));
  const [left, top, fullWidth, fullHeight] = fullViews.get(svg);
  const [x, y, oldWidth, oldHeight] = viewOf(svg);
  const width = Math.min(fullWidth, Math.max(fullWidth / MAX_ZOOM, oldWidth / factor));
  const height = (width * fullHeight) / fullWidth;
  const [cx, cy] = centre ?? [x + oldWidth / 2, y + oldHeight / 2];
  const clamp = (middle, size, start, length) =>
    Math.min(start + length - size, Math.max(start, middle - size / 2));
  const view = [
    clamp(cx, width, left, fullWidth),
    clamp(cy, height, top, fullHeight),
    width,
    height,
  ];
  svg.setAttribute("viewBox", view.map(number => number.toFixed(2)).join(" "));
  const scale = width / fullWidth;
  for (const mark of all("[data-x]", svg)) {
    const { x, y } = mark.dataset;
    mark.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
  }
}

/**
 * Return the point of a map under the pointer.
 * @returns {[number, number]}
 */
export function pointAt(svg, event) {
  const screen = new DOMPoint(event.clientX, event.clientY);
  const point = screen.matrixTransform(svg.getScreenCTM().inverse());
  return [point.x, point.y];
}

document.addEventListener("click", event => {
  const button = event.target.closest("[data-zoom]");
  const svg = button?.closest(".map")?.querySelector("svg:not(.icon)");
  if (!svg) return;
  // A picker is not dragged: people point roughly, zoom in there, and point again.
  const chosen = svg.querySelector(".hot[data-x]:not([hidden])");
  const centre = chosen && [Number(chosen.dataset.x), Number(chosen.dataset.y)];
  zoom(svg, FACTORS[button.dataset.zoom], centre);
});

document.addEventListener("pointerdown", event => {
  const svg = event.target.closest?.(".map svg:not(.icon, [data-pick])");
  if (!svg || !fullViews.has(svg) || event.target.closest("a")) return;
  let from = pointAt(svg, event);
  const onMove = move => {
    const [x, y, width, height] = viewOf(svg);
    const to = pointAt(svg, move);
    zoom(svg, 1, [x + width / 2 + from[0] - to[0], y + height / 2 + from[1] - to[1]]);
    from = pointAt(svg, move);
  };
  const onUp = () => svg.removeEventListener("pointermove", onMove);
  svg.setPointerCapture(event.pointerId);
  svg.addEventListener("pointermove", onMove);
  svg.addEventListener("pointerup", onUp, { once: true });
});
