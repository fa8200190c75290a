// @ts-check
// The behaviours of form fields. Forms work without them.
import "./conditional_blocks.js";
import "./field_tabs.js";
import "./linked_inputs.js";
