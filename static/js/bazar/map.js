// @ts-check
// The behaviours of the maps that the server draws in SVG.
import "./map_highlight.js";
import "./map_picker.js";
import "./map_zoom.js";
