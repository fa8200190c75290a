// @ts-check
// The behaviours of every page, in one file to the browser. Pages work without it: links and forms are plain.
// URLs and texts come from the markup, so that sub-paths and languages need nothing here.
import "./theme.js";
import "./dialogs.js";
import "./copy.js";
import "./sticky_view.js";
import "./open_search.js";
import "./shortcuts.js";
import "./confirm.js";
import "./auto_submit.js";
import "./toasts.js";
import "./focus.js";
import "./scrolling.js";
import "./saved_drafts.js";
import "./later_scripts.js";
import "./htmx_requests.js";
