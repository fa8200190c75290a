// Files pasted, dropped or chosen: each is sent with its progress shown, a mark in the text becomes what shows it. Of
// an image, its alternative text is asked meanwhile. What could not be sent says why, and stays there to be sent again.
// Returns the names of those that failed, once none is under way.
export async function upload(tools, list, pasted = false) {
  await dressed(tools.box);
  const sendings = list.map(file => new Sending(tools, named(file, pasted), list.length > 1));
  sendings.reduce((line, sending) => line.then(() => sending.go()), Promise.resolve());
  return Promise.all(sendings.map(sending => sending.ended));
}

let look;
const dressed = box => look ??= new Promise(resolve => {
  const link = { rel: 'stylesheet', href: box.dataset.filesStyle, onload: resolve, onerror: resolve };
  document.head.append(Object.assign(document.createElement('link'), link));
});

// Pasted pictures all bear one name, and a file replaces another of its name: the hour tells them apart
const UNNAMED = /^(image|photo|img|capture|screenshot|clipboard)?[-_ ]?\d*\.(png|jpe?g|gif|webp|heic)$/i;
function named(file, pasted) {
  if (!pasted || !UNNAMED.test(file.name)) return file;
  const here = new Date(Date.now() - new Date().getTimezoneOffset() * 60000);
  const now = here.toISOString().slice(0, 21).replace(/[T:.]/g, '');
  return new File([file], `image-${now}.${file.name.split('.').pop()}`, { type: file.type });
}

class Sending {
  answer = null; // of the server, once it has the file
  stopped = new AbortController(); // once the file is left out

  constructor(tools, file, isOneOfMany) {
    Object.assign(this, tools, { file, isOneOfMany });
    this.isImage = file.type.startsWith('image/');
    this.asked = this.isImage; // what it shows: not said yet
    this.words = this.box.querySelector('[data-sendings]');
    this.mark = this.newMark();
    this.row = this.box.querySelector('template[data-sending]').content.firstElementChild.cloneNode(true);
    this.part('name').textContent = file.name;
    this.part('ask').hidden = !this.isImage;
    if (this.isImage) picture(this.part('picture'), file);
    this.words.append(this.row);
    this.listen();
    this.begin();
    if (this.pending.saving) this.hurry();
    else if (this.isImage && !isOneOfMany) this.part('alt').focus();
  }
  part(name) { return this.row.querySelector(`[data-${name}]`) }

  listen() {
    const alt = this.part('alt');
    alt.addEventListener('keydown', event => {
      if (event.ctrlKey || event.metaKey || event.key !== 'Enter' && event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === 'Escape') alt.value = this.plainName;
      this.said();
    });
    alt.addEventListener('input', event => event.stopPropagation());
    this.part('said').addEventListener('click', () => this.said());
    this.part('drop').addEventListener('click', () => this.drop());
    this.part('again').addEventListener('click', () => this.again());
    this.form.addEventListener('before-save', () => this.hurry());
    this.form.addEventListener('formdata', ({ formData }) => this.keepOut(formData));
  }
  get plainName() { return this.file.name.replace(/\.\w+$/, '') }

  // What stands in the text for the file, like no other; the server knows its form too (core/markup/text.py)
  newMark() {
    const name = this.file.name.replace(/[[\]\\\n]/g, ' ');
    return `[${this.fill(this.words.dataset.textMark, { name })}…](sending:${Math.random().toString(36).slice(2)})`;
  }

  // Drafts and saves never hold the mark, not even one that Ctrl+Z brought back
  keepOut(data) {
    const { area: { name }, mark } = this, text = data.get(name);
    if (text?.includes(mark)) data.set(name, text.replaceAll(mark, () => this.answer ? this.markdown : ''));
  }

  begin() {
    this.ended = new Promise(resolve => { this.finish = resolve });
    const { area } = this;
    const at = area.selectionStart, before = area.value[at - 1];
    const lead = at && before !== '\n' && before !== ' ' ? ' ' : '';
    this.insert(area, lead + this.mark + (this.isOneOfMany ? '\n' : ''));
  }

  async go() {
    const { row, words } = this;
    row.classList.remove('lost');
    this.part('failed').hidden = this.part('again').hidden = true;
    this.part('progress').hidden = false;
    const { signal } = this.stopped;
    if (signal.aborted) return;
    try {
      this.answer = await sent(this.form.dataset.uploadUrl, this.file, done => this.progress(done), signal);
      this.part('progress').hidden = true;
      this.keepHeld();
      this.end();
    } catch (error) {
      if (!signal.aborted) this.failed(error.message || words.dataset.textAway);
    }
  }

  progress(done) {
    this.part('progress').value = done;
    this.say(this.pending.saving ? 'textSavesNext' : 'textUploading', { name: this.file.name });
  }

  // A page to be made holds its files as words of its form
  keepHeld() {
    this.held = (this.answer.held ?? []).map(value =>
      Object.assign(document.createElement('input'), { type: 'hidden', name: 'held', value }));
    this.form.append(...this.held);
    this.form.dispatchEvent(new Event('input', { bubbles: true }));
  }

  failed(reason) {
    this.swap('');
    this.row.classList.add('lost');
    this.part('progress').hidden = this.part('ask').hidden = true;
    this.part('failed').hidden = this.part('again').hidden = false;
    this.part('failed').textContent = this.fill(this.words.dataset.textFailed, { reason });
    this.say('textRefused', { name: this.file.name, reason }, true);
    this.finish(this.file.name);
  }

  again() {
    this.begin();
    this.pending.add(this.ended);
    this.part('ask').hidden = !this.asked;
    this.go();
  }

  said() {
    if (!this.asked) return;
    this.area.focus();
    this.settle();
  }
  settle() {
    this.asked = false;
    this.part('ask').hidden = true;
    this.end();
  }

  // A save does not wait for an answer: the words typed so far, else the name of the file
  hurry() {
    if (!this.asked || this.row.matches('.lost')) return;
    this.part('alt').value ||= this.plainName;
    this.settle();
  }

  // Once it is sent and what it shows is said
  end() {
    if (!this.answer || this.asked) return;
    this.swap(this.markdown);
    this.form.dispatchEvent(new Event('input', { bubbles: true }));
    this.row.remove();
    this.say('textUploaded', { name: this.file.name });
    this.finish();
  }

  get markdown() {
    const { markdown } = this.answer, said = this.part('alt').value || (this.asked ? this.plainName : '');
    const alt = said.replace(/[[\]\\\n]/g, ' ').trim();
    return this.isImage ? markdown.replace(/^!\[[^\]]*\]/, () => `![${alt}]`) : markdown;
  }

  // The caret stays where it is in the text
  swap(text) {
    const { area, mark } = this, at = area.value.indexOf(mark);
    const { selectionStart: from, selectionEnd: to, scrollTop } = area, focused = document.activeElement;
    if (at < 0) return text && this.insert(area, text, from, from);
    const end = at + mark.length;
    this.insert(area, text, at, end);
    const moved = place => {
      if (place <= at) return place;
      return at + text.length + Math.max(0, place - end);
    };
    area.setSelectionRange(moved(from), moved(to));
    area.scrollTop = scrollTop;
    if (focused !== area) focused?.focus();
  }

  drop() {
    this.stopped.abort();
    this.swap('');
    for (const input of this.held ?? []) input.remove();
    this.answer = null;
    this.asked = false;
    this.row.remove();
    this.area.focus();
    this.finish();
  }
}

// Drawn small from the file itself: an address of a blob would be outside what the page may show
async function picture(canvas, file) {
  const drawn = await createImageBitmap(file).catch(() => null);
  if (!drawn) return;
  const scale = Math.min(96 / drawn.width, 64 / drawn.height, 1);
  canvas.width = Math.max(1, drawn.width * scale);
  canvas.height = Math.max(1, drawn.height * scale);
  canvas.getContext('2d').drawImage(drawn, 0, 0, canvas.width, canvas.height);
  canvas.hidden = false;
}

// fetch tells no progress of what it sends
function sent(url, file, progress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(), body = new FormData();
    body.append('file', file);
    request.open('POST', url);
    request.setRequestHeader('Accept', 'application/json');
    const token = document.querySelector('meta[name=csrf-token]')?.content
      ?? document.querySelector('[name=csrf_token]')?.value;
    if (token) request.setRequestHeader('X-CSRFToken', token);
    request.upload.addEventListener('progress', event => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    });
    request.addEventListener('load', () => {
      let told = {};
      try { told = JSON.parse(request.responseText) } catch { /* an answer that is no JSON says nothing */ }
      if (request.status < 300 && told.markdown) resolve(told);
      else reject(new Error(told.error ?? told.message ?? request.statusText));
    });
    for (const end of ['error', 'abort', 'timeout']) request.addEventListener(end, () => reject(new Error('')));
    signal.addEventListener('abort', () => request.abort());
    request.send(body);
  });
}
