// @ts-check
// Give htmx the CSRF token, and report requests that failed.
import { removeLater, showToast } from "./toasts.js";

const token = document.querySelector("meta[name=csrf-token]")?.content;
const showFailure = () =>
  showToast(document.getElementById("request-failed")?.content.textContent, "error");

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (token) ctx.request.headers["X-CSRFToken"] = token;
});
document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (ctx.response?.raw.status !== 422) showFailure();
});
document.addEventListener("htmx:error", showFailure);
document.addEventListener("htmx:after:swap", removeLater);
