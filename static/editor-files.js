// Files pasted, dropped or chosen: each is sent with its progress shown, a mark in the text becomes what shows it. Of an image,
// its alternative text is asked meanwhile. What could not be sent says why, and stays there to be sent again.
const known = /^(image|photo|img|capture|screenshot|clipboard)?[-_ ]?\d*\.(png|jpe?g|gif|webp|heic)$/i;

let look;
const dressed = box => look ??= new Promise(resolve => {
  document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: box.dataset.filesStyle, onload: resolve, onerror: resolve }));
});

export async function upload(tools, list, pasted = false) {
  await dressed(tools.box);
  let line = Promise.resolve();
  for (const file of list) {
    const task = sending(tools, named(file, pasted), list.length > 1);
    line = line.then(() => task());
  }
}

// Pasted pictures all bear one name, and a file replaces another of its name: the hour tells them apart
function named(file, pasted) {
  if (!pasted || !known.test(file.name)) return file;
  const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 21).replace(/[T:.]/g, '');
  return new File([file], `image-${now}.${file.name.split('.').pop()}`, { type: file.type });
}

function sending(tools, file, many) {
  const { box, area, insert, say, fill } = tools;
  const words = box.querySelector('[data-sendings]'), row = box.querySelector('template[data-sending]').content.firstElementChild.cloneNode(true);
  const part = name => row.querySelector(`[data-${name}]`);
  const isImage = file.type.startsWith('image/'), alt = part('alt');
  part('name').textContent = file.name;
  part('ask').hidden = !isImage;
  if (isImage) picture(part('picture'), file);
  words.append(row);
  let mark, answer, asked = isImage;
  const put = () => {
    const told = fill(words.dataset.textMark, { name: file.name });
    for (mark = `[${told}…]`; area.value.includes(mark);) mark = mark.replace(/…+\]$/, dots => `…${dots}`);
    const at = area.selectionStart, before = area.value[at - 1];
    insert(area, (at && before !== '\n' && before !== ' ' ? ' ' : '') + mark + (many ? '\n' : ''));
  };
  const swap = text => {
    const at = area.value.indexOf(mark);
    const { selectionStart: from, selectionEnd: to, scrollTop } = area, focused = document.activeElement;
    if (at < 0) return text && insert(area, text, from, from);
    insert(area, text, at, at + mark.length);
    const moved = place => place <= at ? place : place >= at + mark.length ? place + text.length - mark.length : at + text.length;
    area.setSelectionRange(moved(from), moved(to));
    area.scrollTop = scrollTop;
    if (focused !== area) focused?.focus();
  };
  const end = () => {
    if (!answer || asked) return;
    const written = isImage ? answer.markdown.replace(/^!\[[^\]]*\]/, () => `![${alt.value.replace(/[[\]\\\n]/g, ' ').trim()}]`) : answer.markdown;
    swap(written);
    for (const word of answer.held ?? []) tools.form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'held', value: word }));
    tools.form.dispatchEvent(new Event('input', { bubbles: true }));
    row.remove();
    say('textUploaded', { name: file.name });
  };
  const said = () => { if (asked) { asked = false; part('ask').hidden = true; area.focus(); end() } };
  const go = async () => {
    row.classList.remove('lost');
    part('failed').hidden = true;
    part('again').hidden = true;
    part('progress').hidden = false;
    try {
      answer = await sent(tools.form.dataset.uploadUrl, file, done => { part('progress').value = done; say('textUploading', { name: file.name }) });
      part('progress').hidden = true;
      end();
    } catch (error) {
      swap('');
      mark = null;
      row.classList.add('lost');
      part('progress').hidden = part('ask').hidden = true;
      part('failed').hidden = part('again').hidden = false;
      part('failed').textContent = fill(words.dataset.textFailed, { reason: error.message || words.dataset.textAway });
      say('textRefused', { name: file.name, reason: error.message || words.dataset.textAway }, true);
    }
  };
  alt.addEventListener('keydown', event => {
    if (event.key === 'Enter' || event.key === 'Escape') { event.preventDefault(); event.stopPropagation(); if (event.key === 'Escape') alt.value = stem(file.name); said() }
  });
  alt.addEventListener('input', event => event.stopPropagation());
  part('said').addEventListener('click', said);
  part('drop').addEventListener('click', () => { if (mark) swap(''); answer = null; asked = true; row.remove(); area.focus() });
  part('again').addEventListener('click', () => { put(); part('ask').hidden = !asked; go() });
  put();
  if (isImage && !many) alt.focus();
  return go;
}
const stem = name => name.replace(/\.\w+$/, '');

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
function sent(url, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(), body = new FormData();
    body.append('file', file);
    request.open('POST', url);
    request.setRequestHeader('Accept', 'application/json');
    const token = document.querySelector('meta[name=csrf-token]')?.content ?? document.querySelector('[name=csrf_token]')?.value;
    if (token) request.setRequestHeader('X-CSRFToken', token);
    request.upload.addEventListener('progress', event => { if (event.lengthComputable) progress(event.loaded / event.total) });
    request.addEventListener('load', () => {
      let told = {};
      try { told = JSON.parse(request.responseText) } catch { /* an answer that is no JSON says nothing */ }
      if (request.status < 300 && told.markdown) resolve(told); else reject(new Error(told.error ?? told.message ?? request.statusText));
    });
    for (const end of ['error', 'abort', 'timeout']) request.addEventListener(end, () => reject(new Error('')));
    request.send(body);
  });
}
