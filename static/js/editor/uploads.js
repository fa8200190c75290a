// @ts-check
// Upload files that are pasted, dropped or chosen. Each shows its progress; a placeholder in the text becomes its
// Markdown. Meanwhile the alternative text of an image is asked for. A failed upload says why and can be retried.
import { csrfToken } from "../core/request.js";
import { loadStylesheet } from "../core/stylesheet.js";

/** Return the names of the files that failed, once none is under way. */
export async function upload(tools, list, pasted = false) {
  await loadStylesheet(tools.box.dataset.filesStyle);
  const uploads = list.map(file => new Upload(tools, renamed(file, pasted), list.length > 1));
  uploads.reduce((queue, upload) => queue.then(() => upload.start()), Promise.resolve());
  return Promise.all(uploads.map(upload => upload.ended));
}

// Pasted images share one name, and a file replaces another of the same name: add the time to tell them apart.
const UNNAMED =
  /^(image|photo|img|capture|screenshot|clipboard)?[-_ ]?\d*\.(png|jpe?g|gif|webp|heic)$/i;
function renamed(file, pasted) {
  if (!pasted || !UNNAMED.test(file.name)) return file;
  const here = new Date(Date.now() - new Date().getTimezoneOffset() * 60000);
  const now = here.toISOString().slice(0, 21).replace(/[T:.]/g, "");
  return new File([file], `image-${now}.${file.name.split(".").pop()}`, { type: file.type });
}

class Upload {
  answer = null; // of the server, once the file is there
  removal = new AbortController(); // aborted once the file is left out

  constructor(tools, file, isOneOfMany) {
    Object.assign(this, tools, { file, isOneOfMany });
    this.isImage = file.type.startsWith("image/");
    this.awaitsAlt = this.isImage;
    this.list = this.box.querySelector("[data-sendings]");
    this.placeholder = this.newPlaceholder();
    this.row = this.box
      .querySelector("template[data-sending]")
      .content.firstElementChild.cloneNode(true);
    this.part("name").textContent = file.name;
    this.part("ask").hidden = !this.isImage;
    if (this.isImage) drawThumbnail(this.part("picture"), file);
    this.list.append(this.row);
    this.listen();
    this.begin();
    if (this.pending.saving) this.answerAlt();
    else if (this.isImage && !isOneOfMany) this.part("alt").focus();
  }
  part(name) {
    return this.row.querySelector(`[data-${name}]`);
  }

  listen() {
    const alt = this.part("alt");
    alt.addEventListener("keydown", event => {
      if (event.ctrlKey || event.metaKey || !["Enter", "Escape"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") alt.value = this.plainName;
      this.confirmAlt();
    });
    alt.addEventListener("input", event => event.stopPropagation());
    this.part("said").addEventListener("click", () => this.confirmAlt());
    this.part("drop").addEventListener("click", () => this.remove());
    this.part("again").addEventListener("click", () => this.retry());
    this.form.addEventListener("before-save", () => this.answerAlt());
    this.form.addEventListener("formdata", ({ formData }) => this.cleanFormData(formData));
  }
  get plainName() {
    return this.file.name.replace(/\.\w+$/, "");
  }

  // Return the text that stands for the file, unique in the page; core/markup/text.py removes this form too.
  newPlaceholder() {
    const name = this.file.name.replace(/[[\]\\\n]/g, " ");
    const label = this.fill(this.list.dataset.textMark, { name });
    return `[${label}…](sending:${Math.random().toString(36).slice(2)})`;
  }

  // Drafts and saves never contain the placeholder, not even one that Ctrl+Z restored.
  cleanFormData(data) {
    const { area, placeholder } = this;
    const text = data.get(area.name);
    if (!text?.includes(placeholder)) return;
    const markdown = this.answer ? this.markdown : "";
    data.set(
      area.name,
      text.replaceAll(placeholder, () => markdown),
    );
  }

  begin() {
    this.ended = new Promise(resolve => {
      this.end = resolve;
    });
    const { area } = this;
    const at = area.selectionStart;
    const before = area.value[at - 1];
    const lead = at && before !== "\n" && before !== " " ? " " : "";
    this.insert(area, lead + this.placeholder + (this.isOneOfMany ? "\n" : ""));
  }

  async start() {
    const { row, list } = this;
    row.classList.remove("lost");
    this.part("failed").hidden = this.part("again").hidden = true;
    this.part("progress").hidden = false;
    const { signal } = this.removal;
    if (signal.aborted) return;
    const { uploadUrl } = this.form.dataset;
    try {
      this.answer = await post(uploadUrl, this.file, done => this.progress(done), signal);
      this.part("progress").hidden = true;
      this.addHeld();
      this.finish();
    } catch (error) {
      if (!signal.aborted) this.failed(error.message || list.dataset.textAway);
    }
  }

  progress(done) {
    this.part("progress").value = done;
    this.say(this.pending.saving ? "textSavesNext" : "textUploading", { name: this.file.name });
  }

  // The form of a new page carries its files.
  addHeld() {
    this.held = (this.answer.held ?? []).map(value =>
      Object.assign(document.createElement("input"), { type: "hidden", name: "held", value }),
    );
    this.form.append(...this.held);
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  failed(reason) {
    this.replacePlaceholder("");
    this.row.classList.add("lost");
    this.part("progress").hidden = this.part("ask").hidden = true;
    this.part("failed").hidden = this.part("again").hidden = false;
    this.part("failed").textContent = this.fill(this.list.dataset.textFailed, { reason });
    this.say("textRefused", { name: this.file.name, reason }, true);
    this.end(this.file.name);
  }

  retry() {
    this.begin();
    this.pending.add(this.ended);
    this.part("ask").hidden = !this.awaitsAlt;
    this.start();
  }

  confirmAlt() {
    if (!this.awaitsAlt) return;
    this.area.focus();
    this.closeQuestion();
  }
  closeQuestion() {
    this.awaitsAlt = false;
    this.part("ask").hidden = true;
    this.finish();
  }

  // A save waits for no answer: take the words typed so far, else the name of the file.
  answerAlt() {
    if (!this.awaitsAlt || this.row.matches(".lost")) return;
    this.part("alt").value ||= this.plainName;
    this.closeQuestion();
  }

  // Put the Markdown in the text once the file is there and its alternative text is known.
  finish() {
    if (!this.answer || this.awaitsAlt) return;
    this.replacePlaceholder(this.markdown);
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
    this.row.remove();
    this.say("textUploaded", { name: this.file.name });
    this.end();
  }

  get markdown() {
    const { markdown } = this.answer;
    const words = this.part("alt").value || (this.awaitsAlt ? this.plainName : "");
    const alt = words.replace(/[[\]\\\n]/g, " ").trim();
    return this.isImage ? markdown.replace(/^!\[[^\]]*\]/, () => `![${alt}]`) : markdown;
  }

  // Replace the placeholder, and keep the caret where it is in the text.
  replacePlaceholder(text) {
    const { area, placeholder } = this;
    const at = area.value.indexOf(placeholder);
    const { selectionStart: from, selectionEnd: to, scrollTop } = area;
    const focused = document.activeElement;
    if (at < 0) return text && this.insert(area, text, from, from);
    const end = at + placeholder.length;
    this.insert(area, text, at, end);
    const moved = place => {
      if (place <= at) return place;
      return at + text.length + Math.max(0, place - end);
    };
    area.setSelectionRange(moved(from), moved(to));
    area.scrollTop = scrollTop;
    if (focused !== area) focused?.focus();
  }

  remove() {
    this.removal.abort();
    this.replacePlaceholder("");
    for (const input of this.held ?? []) input.remove();
    this.answer = null;
    this.awaitsAlt = false;
    this.row.remove();
    this.area.focus();
    this.end();
  }
}

// Draw the thumbnail from the file itself: the content security policy forbids URLs of blobs.
async function drawThumbnail(canvas, file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return;
  const scale = Math.min(96 / bitmap.width, 64 / bitmap.height, 1);
  canvas.width = Math.max(1, bitmap.width * scale);
  canvas.height = Math.max(1, bitmap.height * scale);
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  canvas.hidden = false;
}

// fetch does not report the progress of an upload: use XMLHttpRequest.
function post(url, file, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file);
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    const token = csrfToken();
    if (token) request.setRequestHeader("X-CSRFToken", token);
    request.upload.addEventListener("progress", event => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // Not JSON: report the status.
      }
      if (request.status < 300 && answer.markdown) resolve(answer);
      else reject(new Error(answer.error ?? answer.message ?? request.statusText));
    });
    for (const end of ["error", "abort", "timeout"])
      request.addEventListener(end, () => reject(new Error("")));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
