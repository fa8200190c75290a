// @ts-check
// Track what is still to come into the text: uploads and pastes. A save waits for it without asking anything more, and
// stops if a file failed.
export class Pending {
  promises = new Set(); // of the names of files that could not be sent
  saving = false;

  constructor(form, say) {
    Object.assign(this, { form, say });
    form.addEventListener("submit", event => this.submit(event), true);
    addEventListener("beforeunload", event => {
      if (this.promises.size) event.preventDefault();
    });
  }

  add(promise) {
    const tracked = promise.finally(() => this.promises.delete(tracked));
    this.promises.add(tracked);
    return tracked;
  }

  async submit(event) {
    if (!this.promises.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.saving) return;
    this.saving = true;
    const { form } = this;
    const { submitter } = event;
    const failed = await this.waitForAll();
    await new Promise(resolve => setTimeout(resolve)); // a form ignores a submit during another
    this.saving = false;
    if (failed.length) return this.say("textNotSent", { name: failed.join(", ") }, true);
    form.requestSubmit(submitter?.isConnected ? submitter : undefined);
  }

  // Return the names of the files that failed.
  async waitForAll() {
    const failed = [];
    while (this.promises.size) {
      this.form.dispatchEvent(new Event("before-save"));
      failed.push(...(await Promise.all(this.promises)).flat().filter(Boolean));
    }
    return failed;
  }
}
