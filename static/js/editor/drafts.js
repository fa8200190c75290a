// @ts-check
// Autosave drafts: on this device 2 s after a change, on the server every 5 s. "Saved" is said only once it is true.
// While the server is unreachable (a 502 is) or has signed us out, the status says so in red, and a save waits instead
// of leaving the text for an error page.
import { root } from "../core/dom.js";
import { send } from "../core/request.js";
import { load, store } from "../core/storage.js";
import { isSameContent, readFields, writeFields } from "./form_fields.js";
import { reach } from "./reach.js";

const LOCAL_DELAY = 2000;
const REMOTE_DELAY = 5000;

export class Drafts {
  changed = false; // since the page was loaded or saved
  isSafe = true; // the draft is stored somewhere: leaving loses nothing
  problem = ""; // why the server does not have the draft, as a key of the status texts
  submitting = false;
  serverAnswered = false; // a moment ago: submit without asking again
  signInAgain = null; // the promise of whether they signed in again
  localTimer = null;
  remoteTimer = null;

  constructor(tools) {
    Object.assign(this, tools);
    this.area = this.form.querySelector("textarea.source");
    this.url = this.form.dataset.draftUrl;
    this.key = `draft:${root.dataset.base}/${this.form.dataset.draftKey}`;
    this.original = readFields(this.form);
    this.listen();
    this.offer();
  }

  listen() {
    const { form } = this;
    form.addEventListener("input", () => this.schedule());
    form.addEventListener("saved-together", () => this.reset());
    form.addEventListener("submit", event => this.submit(event));
    addEventListener("pageshow", event => {
      if (event.persisted) this.submitting = false;
    });
    addEventListener("storage", event => this.restoreDeleted(event));
    addEventListener("pagehide", () => this.saveBeforeLeaving());
    addEventListener("beforeunload", event => {
      if (!this.saveBeforeLeaving()) event.preventDefault();
    });
  }

  schedule() {
    this.changed = true;
    this.isSafe = this.submitting = false;
    this.localTimer ??= setTimeout(() => this.saveLocally(), LOCAL_DELAY);
    if (this.url) this.remoteTimer ??= setTimeout(() => this.saveRemotely(), REMOTE_DELAY);
  }

  saveLocally() {
    clearTimeout(this.localTimer);
    this.localTimer = null;
    try {
      const draft = { fields: readFields(this.form), at: Date.now() };
      localStorage.setItem(this.key, JSON.stringify(draft));
      this.showState(this.problem);
    } catch {
      if (this.url) this.saveRemotely();
      else this.showState("textFailed");
    }
  }

  // Return whether the server has the draft.
  async saveRemotely() {
    this.cancelRemote();
    const fields = [...readFields(this.form), ["presence", this.presence.key]];
    const answer = await reach(this.url, "PUT", new URLSearchParams(fields));
    this.problem = problemOf(answer);
    if (answer?.ok) this.presence.receive((await answer.json().catch(() => ({}))).here);
    else this.remoteTimer = setTimeout(() => this.saveRemotely(), REMOTE_DELAY);
    this.showState(this.problem && !this.localDraft() ? "textFailed" : this.problem);
    if (this.problem === "textSignedOut") this.signInAgain ??= this.askToSignIn();
    return !this.problem;
  }

  // The next change schedules it again.
  cancelRemote() {
    clearTimeout(this.remoteTimer);
    this.remoteTimer = null;
  }

  showState(problem) {
    this.isSafe = problem !== "textFailed";
    this.say(problem || "textKept", { time: this.clock(new Date()) }, Boolean(problem));
  }

  // Ask once to sign in again, above the text; a form submitted signed out asks by itself.
  async askToSignIn() {
    const dialog = document.getElementById("sign-here");
    const signedIn =
      dialog &&
      (await import(dialog.dataset.script).then(
        ({ signIn }) => signIn(dialog, send),
        () => false,
      ));
    if (!signedIn) return false;
    this.signInAgain = null;
    return this.saveRemotely();
  }

  localDraft() {
    try {
      return JSON.parse(load(this.key));
    } catch {
      return null;
    }
  }

  // Return whether leaving loses nothing.
  saveBeforeLeaving() {
    const isUnsaved = this.changed && !this.submitting;
    if (isUnsaved && !this.isSafe) this.saveLocally();
    return !isUnsaved || this.isSafe;
  }

  // A save in another tab deletes the draft: store the text of this one again.
  restoreDeleted(event) {
    const isDeleted = event.key === this.key && !event.newValue;
    if (isDeleted && this.changed && !this.submitting) this.saveLocally();
  }

  // Someone else saved, with everything typed here.
  reset() {
    clearTimeout(this.localTimer);
    this.localTimer = null;
    this.cancelRemote();
    this.changed = false;
    this.isSafe = true;
    this.delete();
  }

  delete() {
    store(this.key, null);
    if (this.url) send(this.url, { method: "DELETE" }).catch(() => {});
  }

  // Submit once however often the button is pressed, and only to a server that answers.
  async submit(event) {
    if (this.submitting) return event.preventDefault();
    const { form } = this;
    const { submitter } = event;
    if (this.changed) this.saveLocally();
    this.cancelRemote();
    this.submitting = true;
    if (this.serverAnswered || !(this.url ?? this.presence.url)) return;
    event.preventDefault();
    const mayProceed = await this.checkServer();
    if (mayProceed) await this.presence.together?.settle?.();
    this.submitting = false;
    if (!mayProceed) return;
    this.cancelRemote();
    if (this.problem === "textAway") return this.say("textNotSaved", {}, true);
    this.serverAnswered = true;
    form.requestSubmit(submitter?.isConnected ? submitter : undefined);
    this.serverAnswered = false;
  }

  // Return whether to submit: not yet while someone is asked for the first time to sign in.
  async checkServer() {
    const wasAsked = Boolean(this.signInAgain);
    if (this.url) await this.saveRemotely();
    else this.problem = (await this.presence.report()) ? "" : "textAway";
    if (this.problem !== "textSignedOut" || wasAsked) return true;
    return this.signInAgain;
  }

  // Offer the newest unsaved text above the form.
  offer() {
    const draft = [this.localDraft(), this.serverDraft()]
      .filter(other => other?.fields && !isSameContent(other.fields, this.original))
      .sort((a, b) => b.at - a.at)[0];
    const template = this.form.querySelector("template[data-draft-offer]");
    const model = template?.content.firstElementChild;
    if (!draft || !model) return;
    const offer = model.cloneNode(true);
    const date = new Date(draft.at);
    const day = date.toLocaleDateString(root.lang, { day: "numeric", month: "long" });
    offer.querySelector("[data-time]").textContent = `${day}, ${this.clock(date)}`;
    offer.addEventListener("click", event => {
      const action = event.target.closest("[data-draft]")?.dataset.draft;
      if (!action) return;
      if (action === "take") this.restore(draft.fields);
      else this.delete();
      offer.remove();
      this.area?.focus();
    });
    this.form.prepend(offer);
  }

  // The page carries the draft of the server: its text, its base version and its pending uploads.
  serverDraft() {
    const draft = this.form.querySelector("[data-server-draft]");
    if (!draft) return null;
    const { base, live = "", held, at } = draft.dataset;
    const values = new Map([
      ["base", base],
      ["live", live],
      [this.area?.name, draft.value],
    ]);
    const fields = this.original.map(([name, value]) => [name, values.get(name) ?? value]);
    const uploads = JSON.parse(held || "[]").map(upload => ["held", upload]);
    return { fields: [...fields, ...uploads], at: Date.parse(at) };
  }

  restore(fields) {
    this.form.dispatchEvent(new Event("draft-taken"));
    writeFields(this.form, fields);
  }
}

function problemOf(answer) {
  if (answer?.status === 403) return "textSignedOut";
  if (!answer || answer.status > 500) return "textAway";
  return answer.ok ? "" : "textHere";
}
