// Maps the server draws in SVG: dots and rows that answer each other, zoom, and choosing a place.
// A dot [data-dot="7"] (a link or group round a circle) goes with a row [data-row="7"] anywhere on the page.
// Projection on the svg of a picker, in viewBox units: data-west, data-north, data-scale-x, data-scale-y.

// Pairs
const partners = element => {
  const id = element.dataset.dot ?? element.dataset.row;
  return document.querySelectorAll(`[data-dot="${CSS.escape(id)}"], [data-row="${CSS.escape(id)}"]`);
};
const light = on => event => {
  const element = event.target.closest?.('[data-dot], [data-row]');
  if (!element) return;
  for (const one of partners(element)) one.classList.toggle('on', on);
};
for (const type of ['pointerover', 'focusin']) document.addEventListener(type, light(true));
for (const type of ['pointerout', 'focusout']) document.addEventListener(type, light(false));

// Zoom: <button data-zoom="in|out|all"> inside .map; what has data-x and data-y is moved there and keeps its size
const boxes = new WeakMap();
const boxOf = svg => svg.getAttribute('viewBox').split(/[ ,]+/).map(Number);
function zoom(svg, factor, centre) {
  if (!boxes.has(svg)) boxes.set(svg, boxOf(svg));
  const whole = boxes.get(svg), [x, y, width, height] = boxOf(svg);
  const wide = Math.min(whole[2], Math.max(whole[2] / 12, width / factor)), high = wide * whole[3] / whole[2];
  const [cx, cy] = centre ?? [x + width / 2, y + height / 2];
  const keep = (middle, size, start, length) => Math.min(start + length - size, Math.max(start, middle - size / 2));
  svg.setAttribute('viewBox', [keep(cx, wide, whole[0], whole[2]), keep(cy, high, whole[1], whole[3]), wide, high].map(n => n.toFixed(2)).join(' '));
  const scale = wide / whole[2];
  for (const mark of svg.querySelectorAll('[data-x]')) {
    mark.setAttribute('transform', `translate(${mark.dataset.x} ${mark.dataset.y}) scale(${scale})`);
  }
}
document.addEventListener('click', event => {
  const button = event.target.closest('[data-zoom]');
  const svg = button?.closest('.map')?.querySelector('svg:not(.icon)');
  if (!svg) return;
  // A picker is not dragged: one points roughly, comes nearer there, and points again
  const chosen = svg.querySelector('.hot[data-x]:not([hidden])');
  zoom(svg, { in: 1.6, out: 1 / 1.6, all: 0.001 }[button.dataset.zoom], chosen && [Number(chosen.dataset.x), Number(chosen.dataset.y)]);
});
// A zoomed map is moved by dragging it
document.addEventListener('pointerdown', event => {
  const svg = event.target.closest?.('.map svg:not(.icon, [data-pick])');
  if (!svg || !boxes.has(svg) || event.target.closest('a')) return;
  let from = point(svg, event);
  const move = next => {
    const [x, y, width, height] = boxOf(svg), to = point(svg, next);
    zoom(svg, 1, [x + width / 2 + from[0] - to[0], y + height / 2 + from[1] - to[1]]);
    from = point(svg, next);
  };
  svg.setPointerCapture(event.pointerId);
  svg.addEventListener('pointermove', move);
  svg.addEventListener('pointerup', () => svg.removeEventListener('pointermove', move), { once: true });
});
function point(svg, event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [at.x, at.y];
}

// Choosing a place: svg[data-pick] with a mark .hot[data-x], which zoom() puts in its place, and around both inputs of latitude and longitude
for (const svg of document.querySelectorAll('svg[data-pick]')) {
  const place = svg.closest('[data-location], fieldset, .field');
  const lat = place?.querySelector('[data-lat], [name$=lat]'), lon = place?.querySelector('[data-lon], [name$=lon]');
  const mark = svg.querySelector('.hot');
  if (!lat || !lon || !mark) continue;
  const [west, north, scaleX, scaleY] = ['west', 'north', 'scaleX', 'scaleY'].map(name => Number(svg.dataset[name]));
  const number = input => Number(input.value.replace(',', '.') || NaN);
  const draw = () => {
    const x = (number(lon) - west) * scaleX, y = (north - number(lat)) * scaleY;
    mark.toggleAttribute('hidden', !Number.isFinite(x + y));
    if (!Number.isFinite(x + y)) return;
    mark.dataset.x = x.toFixed(1);
    mark.dataset.y = y.toFixed(1);
    zoom(svg, 1);
  };
  svg.addEventListener('click', event => {
    const [x, y] = point(svg, event);
    lat.value = (north - y / scaleY).toFixed(4);
    lon.value = (west + x / scaleX).toFixed(4);
    lat.dispatchEvent(new Event('input', { bubbles: true }));
  });
  for (const input of [lat, lon]) input.addEventListener('input', draw);
  draw();
}
