// Writing one page together: the textarea and a shared text (Yjs) kept the same, over short polls of one address.
// Brought by editor.js once another editor of the page can do as much. The server makes the document, so that no text
// comes twice; the hidden input `live` says which document, and up to where, the text of the form comes from.
const FAST = 1000, SLOW = 5000, LIVELY = 20000, HIDDEN = 120000;
const bytes = text => Uint8Array.from(atob(text), char => char.charCodeAt(0));
// By pieces: a call takes so many arguments only
const base64 = raw => {
  let text = '';
  for (let at = 0; at < raw.length; at += 8192) text += String.fromCharCode(...raw.subarray(at, at + 8192));
  return btoa(text);
};
const wait = time => new Promise(resolve => setTimeout(resolve, time));

export async function writeTogether(tools) {
  const session = new Session(tools, await import(tools.form.dataset.yjs));
  session.run();
  return session;
}

// The one change between two texts, never inside a surrogate pair; the caret says which of several equal places it is
export function change(before, after, caret) {
  const most = Math.min(before.length, after.length);
  const sameFromEnd = end => before[before.length - 1 - end] === after[after.length - 1 - end];
  let end = 0, start = 0;
  while (end < Math.min(most, after.length - caret) && sameFromEnd(end)) end += 1;
  while (start < most - end && before[start] === after[start]) start += 1;
  while (end < most - start && sameFromEnd(end)) end += 1;
  const cut = (text, at) => /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(Math.max(at - 1, 0), at + 1));
  while (cut(before, start) || cut(after, start)) start -= 1;
  while (cut(before, before.length - end) || cut(after, after.length - end)) end -= 1;
  return { start, gone: before.length - end - start, put: after.slice(start, after.length - end) };
}

class Session {
  constructor(tools, kit) {
    Object.assign(this, tools, { kit });
    const { form } = tools;
    this.url = form.dataset.liveUrl;
    this.base = form.elements.base;
    this.mark = form.elements.live;
    this.composing = false;
    this.failures = 0;
    this.moved = this.seen = Date.now();
    this.listen();
  }

  listen() {
    const { form, area } = this;
    area.addEventListener('input', () => this.typed());
    area.addEventListener('compositionstart', () => { this.composing = true });
    area.addEventListener('compositionend', () => { this.composing = false; this.typed() });
    area.addEventListener('keydown', event => this.keys(event));
    area.addEventListener('beforeinput', event => {
      if (!this.doc || !/^history(Un|Re)do$/.test(event.inputType)) return;
      event.preventDefault();
      this.undo(event.inputType === 'historyRedo');
    });
    form.addEventListener('draft-taken', () => { this.leave(); this.hurry() });
    document.addEventListener('visibilitychange', () => {
      this.seen = Date.now();
      if (!document.hidden) this.hurry();
    });
  }

  // One poll after the other, for as long as the editor is open
  async run() {
    for (;;) {
      if (document.hidden && Date.now() - this.seen > HIDDEN) await new Promise(resolve => { this.wake = resolve });
      await this.turn();
      await Promise.race([wait(this.pause()), new Promise(resolve => { this.wake = resolve })]);
    }
  }
  hurry() { this.wake?.() }
  pause() {
    if (this.failures) return Math.min(1000 * 2 ** this.failures, 30000);
    return this.company !== false && Date.now() - this.moved < LIVELY ? FAST : SLOW;
  }

  // Turns never overlap: a save waits for the one under way, then takes its own
  turn() {
    const before = this.turning ?? Promise.resolve();
    return this.turning = before.then(() => this.exchange()).catch(error => this.failed(error));
  }

  async exchange() {
    if (this.composing || this.busy()) return;
    if (!this.doc) return this.join();
    this.typed();
    const sent = this.pending.splice(0);
    const update = sent.length ? base64(this.kit.mergeUpdates(sent)) : '';
    let told;
    try {
      told = await this.ask({ epoch: this.epoch, since: this.since, base: this.base.value, ...update && { update } });
    } catch (error) {
      this.pending.unshift(...sent);
      throw error;
    }
    if (told.epoch !== this.epoch) { this.leave(); return this.join() }
    await this.take(told);
  }

  async ask(values) {
    const body = new URLSearchParams({ presence: this.presence.key, ...values });
    const answer = await this.send(this.url, { method: 'POST', body, signal: AbortSignal.timeout?.(10000) });
    const { ok, status } = answer;
    if (!ok) throw Object.assign(new Error(status), { status, said: (await answer.json().catch(() => ({}))).error });
    if (this.failures > 1) this.say('textLiveBack');
    this.failures = 0;
    return answer.json();
  }

  failed(error) {
    const isAway = error instanceof TypeError || ['TimeoutError', 'AbortError'].includes(error.name);
    if (!isAway && !error.status) throw error;
    const refused = error.status === 403 || error.status === 404;
    this.failures = refused ? 5 : Math.min(this.failures + 1, 6);
    if (refused) this.say('textLiveRefused', {}, true);
    else if (error.status === 413) this.say('textLiveSaid', { said: error.said }, true);
    else if (this.failures > 1) this.say('textLiveAway', {}, true);
  }

  // What stands in the editor goes to the server, which brings it into the document as changes; what was typed
  // meanwhile comes on top
  async join() {
    const { kit, area } = this, sent = area.value;
    const told = await this.ask({ join: '1', text: sent, base: this.base.value || '0', live: this.mark.value });
    if (!told.epoch) {
      if (area.value !== sent || this.composing) return;
      this.base.value = told.base;
      this.mark.value = '';
      const { start, gone, put } = change(sent, told.rebased, told.rebased.length);
      this.put([{ retain: start }, { delete: gone }, { insert: put }]);
      return this.join();
    }
    const doc = new kit.Doc(), text = doc.getText('text');
    kit.applyUpdate(doc, bytes(told.mine), 'server');
    // Said again in the next turn: what came of our text here is not what was typed on
    if (text.toString() !== sent && area.value !== sent) return;
    Object.assign(this, { doc, text, epoch: told.epoch, since: 0, pending: [], last: sent });
    this.history = new kit.UndoManager(text, { trackedOrigins: new Set([this]), captureTimeout: 600 });
    doc.on('update', (update, origin) => { if (origin !== 'server') this.pending.push(update) });
    text.observe((event, transaction) => { if (transaction.origin !== this) this.draw(event.delta) });
    if (text.toString() === sent) this.typed();
    else this.put([{ delete: sent.length }, { insert: text.toString() }]);
    await this.take(told);
  }

  // Without the document the text stays, and says what it comes from: the next one takes it in
  leave() {
    this.typed();
    this.history?.destroy();
    this.doc?.destroy();
    this.doc = this.text = this.history = null;
  }

  // What others did waits while a letter is being composed: nothing breaks into it
  async take(told) {
    const composed = resolve => this.area.addEventListener('compositionend', resolve, { once: true });
    while (this.composing) await new Promise(composed);
    if (!this.doc) return;
    this.typed();
    this.doc.transact(() => {
      for (const update of told.updates) this.kit.applyUpdate(this.doc, bytes(update), 'server');
    }, 'server');
    this.since = told.since;
    if (told.base) this.base.value = told.base;
    this.mark.value = `${this.epoch}:${this.since}:${this.presence.key}`;
    this.company = Boolean(told.here?.live);
    this.presence.told(told.here);
    if (told.saved) this.saved(told);
  }

  // What is not shared follows the version that was saved, unless it is being changed here
  saved(told) {
    for (const name of ['title', 'tags']) {
      const field = this.form.elements[name];
      if (!field) continue;
      if (field.value === field.defaultValue) field.value = told[name];
      field.defaultValue = told[name];
    }
    this.say('textLiveSaid', { said: told.saved });
    if (!this.pending.length) this.form.dispatchEvent(new Event('saved-together'));
  }

  // From the textarea to the document
  typed() {
    const { area, text } = this;
    if (!text || this.composing || area.value === this.last) return;
    const slow = this.pause() === SLOW;
    const { start, gone, put } = change(this.last, area.value, area.selectionEnd);
    this.last = area.value;
    this.moved = Date.now();
    this.doc.transact(() => {
      if (gone) text.delete(start, gone);
      if (put) text.insert(start, put);
    }, this);
    if (slow) this.hurry();
  }

  // From the document to the textarea
  draw(delta) {
    this.moved = Date.now();
    this.put(delta);
    // A textarea may write line ends its own way; the document is what counts
    if (this.area.value !== this.text.toString()) this.area.value = this.text.toString();
    this.last = this.area.value;
  }

  // The caret stays where it was in the text, whatever comes around it
  put(delta) {
    const { area } = this, top = area.scrollTop;
    let at = 0;
    for (const step of delta) {
      if (step.retain) at += step.retain;
      else area.setRangeText(step.insert ?? '', at, at + (step.delete ?? 0), 'preserve');
      at += step.insert?.length ?? 0;
    }
    area.scrollTop = top;
    this.last = area.value;
    // The preview and the menus follow; drafts are of what one types oneself
    area.dispatchEvent(new Event('input'));
  }

  keys(event) {
    if (!this.doc || event.isComposing || event.altKey || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key !== 'z' && key !== 'y') return;
    event.preventDefault();
    this.undo(key === 'y' || event.shiftKey);
  }
  undo(again) {
    this.typed();
    if (again) this.history.redo(); else this.history.undo();
    this.moved = Date.now();
    this.form.dispatchEvent(new Event('input'));
  }

  // Before a save: all that was typed is at the server, and the form says so
  async settle() {
    for (let left = 3; left && this.doc && !this.failures; left -= 1) {
      await this.turn();
      if (!this.pending?.length && this.area.value === this.last) return;
    }
  }
}
