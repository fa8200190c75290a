// Drag ordering of lists, beside the ↑ ↓ buttons that work without this file.
// <ol data-sortable> of <li data-id>, dragged by their .grip; put vendor/sortable.js before it on the page,
//   both as type="later" (app.js)
//   data-order-url   the new order is sent there at once: POST order=…&order=…, action (data-order-action), group;
//                    [data-order-status] then says its data-text-done or data-text-failed
//   data-order-name  else it goes into hidden inputs of that name, for the form around to save
//   data-group       lists that exchange items (kanban columns): the id of this one
// <ul data-palette> of <li data-from>: dropping a copy into a list presses the item's own button, "at" says where
const token = document.querySelector('meta[name=csrf-token]')?.content ?? document.querySelector('[name=csrf_token]')?.value;
const ids = list => [...list.querySelectorAll(':scope > [data-id]')].map(item => item.dataset.id);

for (const list of document.querySelectorAll('[data-sortable]')) {
  let before = ids(list);
  list.dataset.sortable = 'on';
  window.Sortable.create(list, {
    animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 120,
    draggable: '[data-id]',
    handle: list.querySelector('.grip') ? '.grip' : undefined,
    delay: 150,
    delayOnTouchOnly: true,
    group: list.dataset.group ? 'shared' : undefined,
    onAdd: ({ item, newDraggableIndex }) => { if (item.matches('[data-from]')) take(item, newDraggableIndex); else keep(list) },
    onUpdate: () => keep(list),
  });

  async function keep() {
    write(list);
    if (!list.dataset.orderUrl) return;
    const body = new URLSearchParams(ids(list).map(id => ['order', id]));
    if (list.dataset.orderAction) body.set('action', list.dataset.orderAction);
    if (list.dataset.group) body.set('group', list.dataset.group);
    try {
      const answer = await fetch(list.dataset.orderUrl, { method: 'POST', body, headers: token ? { 'X-CSRFToken': token } : {} });
      if (!answer.ok) throw new Error(answer.statusText);
      before = ids(list);
      tell(list, 'textDone');
    } catch {
      for (const id of before) list.append(list.querySelector(`:scope > [data-id="${CSS.escape(id)}"]`) ?? '');
      write(list);
      tell(list, 'textFailed');
    }
  }
}

for (const palette of document.querySelectorAll('[data-palette]')) {
  window.Sortable.create(palette, { sort: false, draggable: '[data-from]', delay: 150, delayOnTouchOnly: true, group: { name: 'shared', pull: 'clone', put: false } });
}

// A piece from the palette was dropped: its own button is pressed, with its place
function take(item, at) {
  const button = item.querySelector('button');
  const form = button.form;
  let place = form.querySelector('[name=at]');
  if (!place) {
    place = Object.assign(document.createElement('input'), { type: 'hidden', name: 'at' });
    form.append(place);
  }
  place.value = at;
  form.requestSubmit(form.contains(button) ? button : undefined);
}

function write(list) {
  const name = list.dataset.orderName;
  const form = list.closest('form');
  if (!name || !form) return;
  for (const old of form.querySelectorAll(`input[type=hidden][name="${CSS.escape(name)}"]`)) old.remove();
  for (const id of ids(list)) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value: id }));
  form.dispatchEvent(new Event('input', { bubbles: true }));
}

function tell(list, key) {
  const status = document.querySelector('[data-order-status]');
  if (!status) return;
  status.textContent = status.dataset[key] ?? '';
  status.classList.toggle('lost', key === 'textFailed');
}
