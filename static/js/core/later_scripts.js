// @ts-check
// Load <script type="later" src data-type="module">, and htmx where the page uses it, at the first sign of activity:
// until then the page is light, and its links and forms work without them.
import { all, root } from "./dom.js";

const VERBS = ["get", "post", "put", "patch", "delete", "boost"];
const USES_HTMX = VERBS.flatMap(verb => [`[hx-${verb}]`, `[data-hx-${verb}]`]).join();
const ACTIVITY = ["pointerover", "pointerdown", "focusin", "keydown"];

const scripts = all("script[type=later]").map(({ src, dataset }) => ({
  src,
  type: dataset.type ?? "",
  async: false,
}));
if (root.dataset.htmx && document.querySelector(USES_HTMX))
  scripts.push({ src: root.dataset.htmx });

function loadScripts() {
  for (const type of ACTIVITY) removeEventListener(type, onActivity, true);
  for (const script of scripts) {
    document.head.append(Object.assign(document.createElement("script"), script));
  }
}

function onActivity(event) {
  // Without a mouse, a browser may report a pointer in the corner.
  if (event.type === "pointerover" && !event.clientX && !event.clientY) return;
  loadScripts();
}

if (scripts.length) for (const type of ACTIVITY) addEventListener(type, onActivity, true);
// Progress is polled even when nobody touches the page.
if (document.querySelector("[hx-trigger^=every]")) loadScripts();
