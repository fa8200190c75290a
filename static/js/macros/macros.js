// @ts-check
// The behaviours of components in pages. Without this file everything is there to read.
import "./countdown.js";
import "./frames.js";
import "./lightbox.js";
import "./tabs.js";
