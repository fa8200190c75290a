// @ts-check
// The surface of the visual mode: shows the text as rich text, and writes each change back to it. The text stays the
// source: the form, drafts, merges and the save know nothing of the surface.
import { MarkdownBlocks } from "./markdown_blocks.js";
import { configureMarkdown } from "./markdown_syntax.js";
import { post } from "./post.js";

export class Surface {
  constructor(parts) {
    Object.assign(this, parts);
    this.words = this.root.dataset;
    this.html = new Map();
    for (const name of ["bar", "place", "notice"])
      this[name] = this.root.querySelector(`[data-${name}]`);
  }
  get isOn() {
    return this.box.classList.contains("visual");
  }

  async build(parts) {
    const { kit, root, box, area } = this;
    box.querySelector(".tools").prepend(this.bar);
    area.after(this.place, root.querySelector("[data-way-out]"));
    box.before(this.notice);
    document.body.append(...root.querySelectorAll("dialog"));
    const update = (view, before) => this.onChange(view, before);
    const changes = kit.$prose(() => new kit.Plugin({ view: () => ({ update }) }));
    this.editor = kit.Editor.make()
      .config(ctx => {
        ctx.set(kit.rootCtx, this.place);
        configureMarkdown(kit, ctx);
        ctx.set(kit.editorViewOptionsCtx, this.options());
      })
      .use([...parts, changes]);
    await this.editor.create();
    this.editor.action(ctx => {
      this.view = ctx.get(kit.editorViewCtx);
      this.milkdownCommands = ctx.get(kit.commandsCtx);
      this.text = new MarkdownBlocks(kit, ctx);
    });
    this.listen();
  }

  // Options of ProseMirror; the scroll margins leave room for the sticky bars.
  options() {
    return {
      attributes: {
        class: "prose",
        "aria-multiline": "true",
        "aria-label": this.words.label,
        "aria-describedby": "visual-way-out",
        spellcheck: "true",
      },
      scrollMargin: { top: 160, right: 5, bottom: 100, left: 5 },
      scrollThreshold: { top: 120, right: 0, bottom: 80, left: 0 },
      handleDOMEvents: { keydown: (view, event) => this.onKey(event) },
      handlePaste: (view, event) => this.onPaste(event),
      handleDrop: (view, event) => this.onDrop(event),
    };
  }

  listen() {
    const { box, area, bar, commands } = this;
    bar.addEventListener("click", event => {
      const act = event.target.closest("[data-act]")?.dataset.act;
      if (act) commands.run(act);
    });
    bar.addEventListener("mousedown", event => event.preventDefault());
    area.addEventListener("focus", () => {
      if (this.isOn) setTimeout(() => this.view.focus());
    });
    area.addEventListener("input", event => {
      if (this.isOn && event.detail !== this && area.value !== this.writtenText) this.show();
    });
    box.addEventListener(
      "click",
      event => {
        if (!this.isOn || !event.target.closest("[data-components]")) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        commands.insertCall();
      },
      true,
    );
    box.addEventListener(
      "change",
      event => {
        if (!this.isOn || !event.target.matches("[data-upload]")) return;
        event.stopImmediatePropagation();
        this.upload([...event.target.files]);
        event.target.value = "";
      },
      true,
    );
  }

  // Show the surface, if it would not change how the page looks.
  async show(focus = true) {
    const { area, view } = this;
    this.notice.hidden = true;
    let text;
    let refused;
    do {
      text = area.value;
      refused = await this.load(text).catch(error => this.offlineReason(error));
    } while (!refused && area.value !== text);
    if (refused) return this.refuse(refused);
    if (!this.isOn) this.setVisible(true);
    this.first = this.writtenText = area.value;
    if (focus) view.focus();
  }

  // Load a text; return why it is refused, undefined when it is not.
  async load(text) {
    const { kit, text: blocks, view } = this;
    const answer = await this.request(this.button.dataset.url, { text });
    if (answer.refused) return answer.refused;
    for (const { source, html } of answer.blocks)
      if (html !== undefined) this.html.set(source, html);
    const written = blocks.load(answer.blocks, answer.rest);
    const { verbatim, refused } = await this.request(this.words.checkUrl, {
      text,
      written: JSON.stringify(written),
    });
    if (refused) return refused;
    const doc = blocks.settle(verbatim.filter(index => written[index] !== null));
    this.loading = true;
    view.updateState(kit.EditorState.create({ doc, plugins: view.state.plugins }));
    this.loading = false;
  }

  async request(url, values) {
    const answer = await post(url, new URLSearchParams(values));
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }

  offlineReason(error) {
    if (!(error instanceof TypeError)) console.error(error);
    return this.words.offline;
  }

  refuse(reason) {
    this.notice.querySelector("[data-reason]").textContent = reason;
    this.notice.hidden = false;
    if (this.isOn) this.hide();
  }

  hide() {
    this.setVisible(false);
    this.menu.close();
    if (this.area.value !== this.first) this.dispatchInput();
    this.area.focus();
  }

  // Hide the textarea, the preview and the tools of the text, or show them again.
  setVisible(isOn) {
    const { box, area, button } = this;
    const label = button.querySelector("[data-words]");
    box.classList.toggle("visual", isOn);
    area.tabIndex = isOn ? -1 : 0;
    if (isOn) area.setAttribute("aria-hidden", "true");
    else area.removeAttribute("aria-hidden");
    [label.textContent, label.dataset.words] = [label.dataset.words, label.textContent];
    button.setAttribute("aria-pressed", String(isOn));
  }

  // Write a change of the surface to the text.
  onChange(view, before) {
    if (this.loading || !this.text) return;
    this.commands.showState(this.bar);
    if (view.state.doc === before.doc) return;
    this.menu?.update();
    const text = this.text.text(view.state.doc);
    if (text === this.area.value) return;
    this.area.value = this.writtenText = text;
    this.dispatchInput();
  }

  // Update drafts, the preview and the menus as if the text had been typed.
  dispatchInput() {
    this.area.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: this }));
  }

  // Escape, then Tab leaves the surface; Enter on a raw block or chip opens its source. Return true to keep the key from
  // ProseMirror.
  onKey(event) {
    if (this.menu.onKey(event)) {
      event.preventDefault();
      return true;
    }
    const leaves = event.key === "Tab" && this.leaving;
    this.leaving = event.key === "Escape";
    if (leaves) return true;
    const control = event.ctrlKey || event.metaKey;
    const { node, from } = this.view.state.selection;
    if (event.key === "Enter" && !control && node && ["raw", "chip"].includes(node.type.name)) {
      event.preventDefault();
      this.commands.editSource(node, from);
      return true;
    }
    if (control && event.key.toLowerCase() === "k") {
      event.preventDefault();
      this.commands.editLink();
      return true;
    }
    return control && event.key === "Enter";
  }

  // Paste files, and Markdown that was copied as plain text.
  onPaste(event) {
    const { files, types } = event.clipboardData;
    const plain = event.clipboardData.getData("text/plain");
    if (!plain && files.length && this.form.dataset.uploadUrl) {
      this.upload([...files]);
      return true;
    }
    const { state } = this.view;
    if (!plain || types.includes("text/html") || state.selection.$from.parent.type.spec.code)
      return false;
    const nodes = this.text.parse(plain);
    if (!nodes?.length) return false;
    const { Slice, Fragment } = this.kit;
    const one = nodes.length === 1 && nodes[0].isTextblock;
    const open = one || nodes.every(node => node.type.name === "paragraph") ? 1 : 0;
    this.view.dispatch(
      state.tr.replaceSelection(new Slice(Fragment.from(nodes), open, open)).scrollIntoView(),
    );
    return true;
  }

  onDrop(event) {
    if (!event.dataTransfer?.files.length || !this.form.dataset.uploadUrl) return false;
    event.preventDefault();
    this.upload([...event.dataTransfer.files]);
    return true;
  }

  upload(list) {
    this.pending.add(this.send(list));
  }

  // Return the names of the files that could not be sent.
  async send(list) {
    const failed = [];
    for (const file of list) {
      const body = new FormData();
      body.append("file", file);
      try {
        const answer = await post(this.form.dataset.uploadUrl, body, {
          Accept: "application/json",
        });
        const result = await answer.json().catch(() => ({}));
        if (!answer.ok) throw new Error(result.error ?? result.message ?? answer.statusText);
        this.insertUpload(result);
      } catch (error) {
        this.showUploadError(file, error);
        failed.push(file.name);
      }
    }
    return failed;
  }

  // Insert where the person writes by now: this surface, or the text. The form of a new page carries its files.
  insertUpload({ markdown, held = [] }) {
    for (const value of held) {
      this.form.append(
        Object.assign(document.createElement("input"), { type: "hidden", name: "held", value }),
      );
    }
    if (this.isOn) {
      const { tr, selection } = this.view.state;
      const { from, to } = selection;
      this.view.dispatch(tr.replaceWith(from, to, this.inline(markdown)).scrollIntoView());
      return;
    }
    const { area } = this;
    area.setRangeText(markdown, area.selectionEnd, area.selectionEnd, "end");
    this.dispatchInput();
  }

  showUploadError(file, error) {
    const place = "[data-draft-status]";
    const status = this.form.querySelector(place) ?? document.querySelector(place);
    if (!status) return;
    status.textContent = status.dataset.textRefused
      .replace("{name}", file.name)
      .replace("{reason}", error.message);
  }

  // Return Markdown as the content of a line.
  inline(source) {
    const nodes = this.text.parse(source);
    return nodes?.length === 1 && nodes[0].isTextblock
      ? nodes[0].content
      : this.view.state.schema.text(source);
  }
}
