// @ts-check
// The behaviours of comments: highlight the passages they are about, offer to comment a selection.
import "./passages.js";
import "./quote_selection.js";
