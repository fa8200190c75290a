// @ts-check
// Edit one page with others at the same time: keep the textarea and a shared text (Yjs) equal by short polls of one URL.
// Loaded by editor/presence.js once another editor of the page can do the same. The server makes the document, so that
// no text comes twice; the hidden input `live` says which document, and up to which update, the form comes from.
import { decode, encode } from "./encoding.js";
import { changeBetween } from "./text_change.js";

const FAST_INTERVAL = 1000;
const SLOW_INTERVAL = 5000;
const ACTIVE_FOR = 20000;
const HIDDEN_FOR = 120000;
const REQUEST_TIMEOUT = 10000;
const MAX_BACKOFF = 30000;
const wait = time => new Promise(resolve => setTimeout(resolve, time));

export async function startSession(tools) {
  const session = new Session(tools, await import(tools.form.dataset.yjs));
  session.run();
  return session;
}

class Session {
  constructor(tools, kit) {
    Object.assign(this, tools, { kit });
    const { form } = tools;
    this.url = form.dataset.liveUrl;
    this.baseInput = form.elements.base;
    this.liveInput = form.elements.live;
    this.composing = false;
    this.failures = 0;
    this.changedAt = this.visibleAt = Date.now();
    this.listen();
  }

  listen() {
    const { form, area } = this;
    area.addEventListener("input", () => this.readTextarea());
    area.addEventListener("compositionstart", () => {
      this.composing = true;
    });
    area.addEventListener("compositionend", () => {
      this.composing = false;
      this.readTextarea();
    });
    area.addEventListener("keydown", event => this.onKey(event));
    area.addEventListener("beforeinput", event => {
      if (!this.doc || !/^history(Un|Re)do$/.test(event.inputType)) return;
      event.preventDefault();
      this.undo(event.inputType === "historyRedo");
    });
    form.addEventListener("draft-taken", () => {
      this.closeDocument();
      this.pollNow();
    });
    document.addEventListener("visibilitychange", () => {
      this.visibleAt = Date.now();
      if (!document.hidden) this.pollNow();
    });
  }

  // Poll, one after the other, for as long as the editor is open.
  async run() {
    for (;;) {
      if (document.hidden && Date.now() - this.visibleAt > HIDDEN_FOR) await this.woken();
      await this.poll();
      await Promise.race([wait(this.interval()), this.woken()]);
    }
  }

  woken() {
    return new Promise(resolve => {
      this.wake = resolve;
    });
  }

  pollNow() {
    this.wake?.();
  }

  interval() {
    if (this.failures) return Math.min(1000 * 2 ** this.failures, MAX_BACKOFF);
    return this.hasCompany !== false && Date.now() - this.changedAt < ACTIVE_FOR
      ? FAST_INTERVAL
      : SLOW_INTERVAL;
  }

  // Polls never overlap: a save waits for the one under way, then makes its own.
  poll() {
    const before = this.polling ?? Promise.resolve();
    this.polling = before.then(() => this.exchange()).catch(error => this.failed(error));
    return this.polling;
  }

  async exchange() {
    if (this.composing || this.busy()) return;
    if (!this.doc) return this.join();
    this.readTextarea();
    const sent = this.pending.splice(0);
    const update = sent.length ? encode(this.kit.mergeUpdates(sent)) : "";
    let answer;
    try {
      answer = await this.post({
        epoch: this.epoch,
        since: this.since,
        base: this.baseInput.value,
        ...(update && { update }),
      });
    } catch (error) {
      this.pending.unshift(...sent);
      throw error;
    }
    if (answer.epoch !== this.epoch) {
      this.closeDocument();
      return this.join();
    }
    await this.receive(answer);
  }

  async post(values) {
    const body = new URLSearchParams({ presence: this.presence.key, ...values });
    const answer = await this.send(this.url, {
      method: "POST",
      body,
      signal: AbortSignal.timeout?.(REQUEST_TIMEOUT),
    });
    const { ok, status } = answer;
    if (!ok)
      throw Object.assign(new Error(status), {
        status,
        said: (await answer.json().catch(() => ({}))).error,
      });
    if (this.failures > 1) this.say("textLiveBack");
    this.failures = 0;
    return answer.json();
  }

  failed(error) {
    const isAway =
      error instanceof TypeError || ["TimeoutError", "AbortError"].includes(error.name);
    if (!isAway && !error.status) throw error;
    const refused = error.status === 403 || error.status === 404;
    this.failures = refused ? 5 : Math.min(this.failures + 1, 6);
    if (refused) this.say("textLiveRefused", {}, true);
    else if (error.status === 413) this.say("textLiveSaid", { said: error.said }, true);
    else if (this.failures > 1) this.say("textLiveAway", {}, true);
  }

  // Send the text of the editor: the server brings it into the document as changes. What is typed meanwhile is applied
  // on top.
  async join() {
    const { kit, area } = this;
    const sent = area.value;
    const answer = await this.post({
      join: "1",
      text: sent,
      base: this.baseInput.value || "0",
      live: this.liveInput.value,
    });
    if (!answer.epoch) {
      if (area.value !== sent || this.composing) return;
      this.baseInput.value = answer.base;
      this.liveInput.value = "";
      const { start, removed, inserted } = changeBetween(
        sent,
        answer.rebased,
        answer.rebased.length,
      );
      this.apply([{ retain: start }, { delete: removed }, { insert: inserted }]);
      return this.join();
    }
    const doc = new kit.Doc();
    const text = doc.getText("text");
    kit.applyUpdate(doc, decode(answer.mine), "server");
    // The text changed on both sides meanwhile: join again at the next poll.
    if (text.toString() !== sent && area.value !== sent) return;
    Object.assign(this, { doc, text, epoch: answer.epoch, since: 0, pending: [], last: sent });
    this.history = new kit.UndoManager(text, {
      trackedOrigins: new Set([this]),
      captureTimeout: 600,
    });
    doc.on("update", (update, origin) => {
      if (origin !== "server") this.pending.push(update);
    });
    text.observe((event, transaction) => {
      if (transaction.origin !== this) this.writeTextarea(event.delta);
    });
    if (text.toString() === sent) this.readTextarea();
    else this.apply([{ delete: sent.length }, { insert: text.toString() }]);
    await this.receive(answer);
  }

  // Close the document and keep the text, which says what it comes from: the next document takes it in.
  closeDocument() {
    this.readTextarea();
    this.history?.destroy();
    this.doc?.destroy();
    this.doc = this.text = this.history = null;
  }

  // Wait while a letter is being composed before applying the changes of others.
  async receive(answer) {
    const composed = resolve =>
      this.area.addEventListener("compositionend", resolve, { once: true });
    while (this.composing) await new Promise(composed);
    if (!this.doc) return;
    this.readTextarea();
    this.doc.transact(() => {
      for (const update of answer.updates) this.kit.applyUpdate(this.doc, decode(update), "server");
    }, "server");
    this.since = answer.since;
    if (answer.base) this.baseInput.value = answer.base;
    this.liveInput.value = `${this.epoch}:${this.since}:${this.presence.key}`;
    this.hasCompany = Boolean(answer.here?.live);
    this.presence.receive(answer.here);
    if (answer.saved) this.followSave(answer);
  }

  // Take the title and tags of the version that was saved, unless they are being changed here.
  followSave(answer) {
    for (const name of ["title", "tags"]) {
      const field = this.form.elements[name];
      if (!field) continue;
      if (field.value === field.defaultValue) field.value = answer[name];
      field.defaultValue = answer[name];
    }
    this.say("textLiveSaid", { said: answer.saved });
    if (!this.pending.length) this.form.dispatchEvent(new Event("saved-together"));
  }

  // Bring what was typed into the document.
  readTextarea() {
    const { area, text } = this;
    if (!text || this.composing || area.value === this.last) return;
    const wasSlow = this.interval() === SLOW_INTERVAL;
    const { start, removed, inserted } = changeBetween(this.last, area.value, area.selectionEnd);
    this.last = area.value;
    this.changedAt = Date.now();
    this.doc.transact(() => {
      if (removed) text.delete(start, removed);
      if (inserted) text.insert(start, inserted);
    }, this);
    if (wasSlow) this.pollNow();
  }

  // Bring changes of the document into the textarea.
  writeTextarea(delta) {
    this.changedAt = Date.now();
    this.apply(delta);
    // A textarea may normalise line ends: the document counts.
    if (this.area.value !== this.text.toString()) this.area.value = this.text.toString();
    this.last = this.area.value;
  }

  // Keep the caret where it was in the text.
  apply(delta) {
    const { area } = this;
    const top = area.scrollTop;
    let at = 0;
    for (const step of delta) {
      if (step.retain) at += step.retain;
      else area.setRangeText(step.insert ?? "", at, at + (step.delete ?? 0), "preserve");
      at += step.insert?.length ?? 0;
    }
    area.scrollTop = top;
    this.last = area.value;
    // Update the preview and the menus, but no draft: the event does not bubble to the form.
    area.dispatchEvent(new Event("input"));
  }

  onKey(event) {
    if (!this.doc || event.isComposing || event.altKey || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    this.undo(key === "y" || event.shiftKey);
  }
  undo(isRedo) {
    this.readTextarea();
    if (isRedo) this.history.redo();
    else this.history.undo();
    this.changedAt = Date.now();
    this.form.dispatchEvent(new Event("input"));
  }

  // Before a save, send everything typed to the server, and note it in the form.
  async settle() {
    for (let left = 3; left && this.doc && !this.failures; left -= 1) {
      await this.poll();
      if (!this.pending?.length && this.area.value === this.last) return;
    }
  }
}
