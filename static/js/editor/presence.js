// @ts-check
// Show who else has the editor open: reported every 25 s while it is visible, unless a draft has just reported it. A
// visit shorter than 2 s is not reported. Where live editing is allowed, every 5 s until another editor can join: then
// live/live_session.js takes over.
import { csrfToken, send } from "../core/request.js";
import { reach } from "./reach.js";

const FIRST_REPORT = 2000;
const INTERVAL = 25000;
const LIVE_INTERVAL = 5000;

export class Presence {
  together = null; // the live session; true while it loads

  constructor(form, say) {
    Object.assign(this, { form, say });
    this.url = form.dataset.presenceUrl;
    this.live = form.dataset.live;
    this.key = form.elements.presence?.value ?? "";
    if (this.url) this.listen();
  }

  listen() {
    this.timer = setTimeout(() => this.report(), FIRST_REPORT);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.report();
    });
    addEventListener("pageshow", event => {
      if (event.persisted) this.report();
    });
    addEventListener("pagehide", () => this.leave());
  }

  // Return whether the server answered, as far as we know.
  async report() {
    if (!this.url || document.hidden || this.together) return true;
    const live = this.live && !this.inVisualMode() && { live: 1 };
    const body = new URLSearchParams({ presence: this.key, ...live });
    const answer = await reach(this.url, "POST", body);
    this.receive(answer?.ok ? await answer.json().catch(() => null) : null);
    return Boolean(answer);
  }

  // Take what the server says of the other editors, in any of its answers.
  receive(others) {
    clearTimeout(this.timer);
    const interval = this.live ? LIVE_INTERVAL : INTERVAL;
    if (!this.together) this.timer = setTimeout(() => this.report(), interval);
    if (this.live && others?.live && !this.together && !this.inVisualMode()) this.joinLive();
    if (others) this.show(others.text ?? "");
  }

  show(text) {
    const element = this.form.querySelector("[data-here]");
    if (!element || element.textContent.trim() === text) return;
    const icon = this.form.querySelector("[data-here-icon]").content.cloneNode(true);
    const label = Object.assign(document.createElement("span"), { textContent: text });
    element.replaceChildren(...(text ? [icon, label] : []));
  }

  async joinLive() {
    const { form, say } = this;
    const area = form.querySelector("textarea.source");
    const tools = { form, area, send, say, presence: this, busy: () => this.inVisualMode() };
    this.together = true;
    this.together = await import(this.live).then(
      live => live.startSession(tools),
      () => null,
    );
  }

  inVisualMode() {
    return Boolean(this.form.querySelector(".editor.visual"));
  }

  leave() {
    clearTimeout(this.timer);
    const fields = { presence: this.key, gone: "1", csrf_token: csrfToken() ?? "" };
    navigator.sendBeacon?.(this.url, new URLSearchParams(fields));
  }
}
