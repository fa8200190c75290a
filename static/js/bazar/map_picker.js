// @ts-check
// Pick a place on a map: svg[data-pick] with a mark .hot[data-x], inside an element that also holds the inputs of the
// latitude and longitude. data-west, data-north, data-scale-x and data-scale-y are the projection, in viewBox units.
import { all } from "../core/dom.js";
import { pointAt, zoom } from "./map_zoom.js";

const numberOf = input => Number(input.value.replace(",", ".") || Number.NaN);

function enablePicker(svg) {
  const parent = svg.closest("[data-location], fieldset, .field");
  const latitude = parent?.querySelector("[data-lat], [name$=lat]");
  const longitude = parent?.querySelector("[data-lon], [name$=lon]");
  const mark = svg.querySelector(".hot");
  if (!latitude || !longitude || !mark) return;
  const [west, north, scaleX, scaleY] = ["west", "north", "scaleX", "scaleY"].map(name =>
    Number(svg.dataset[name]),
  );
  const placeMark = () => {
    const x = (numberOf(longitude) - west) * scaleX;
    const y = (north - numberOf(latitude)) * scaleY;
    mark.toggleAttribute("hidden", !Number.isFinite(x + y));
    if (!Number.isFinite(x + y)) return;
    mark.dataset.x = x.toFixed(1);
    mark.dataset.y = y.toFixed(1);
    zoom(svg, 1);
  };
  svg.addEventListener("click", event => {
    const [x, y] = pointAt(svg, event);
    latitude.value = (north - y / scaleY).toFixed(4);
    longitude.value = (west + x / scaleX).toFixed(4);
    latitude.dispatchEvent(new Event("input", { bubbles: true }));
  });
  for (const input of [latitude, longitude]) input.addEventListener("input", placeMark);
  placeMark();
}

for (const svg of all("svg[data-pick]")) enablePicker(svg);
