// Drag ordering of lists, beside the ↑ ↓ buttons that work without this file.
// <ol data-sortable> of <li data-id>, dragged by their .grip; put vendor/sortable.js before it on the page,
//   both as type="later" (app.js)
//   data-order-url   the new order is sent there at once: POST order=…&order=…, action (data-order-action);
//                    [data-order-status] then says its data-text-done or data-text-failed
//   data-group       it takes pieces from the palette of the page
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
    onAdd: ({ item, newDraggableIndex }) => take(item, newDraggableIndex),
    onUpdate: keep,
  });

  async function keep() {
    const body = new URLSearchParams(ids(list).map(id => ['order', id]));
    if (list.dataset.orderAction) body.set('action', list.dataset.orderAction);
    try {
      const answer = await fetch(list.dataset.orderUrl, { method: 'POST', body, headers: token ? { 'X-CSRFToken': token } : {} });
      if (!answer.ok) throw new Error(answer.statusText);
      before = ids(list);
      tell(list, 'textDone');
    } catch {
      for (const id of before) list.append(list.querySelector(`:scope > [data-id="${CSS.escape(id)}"]`) ?? '');
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

function tell(list, key) {
  const status = document.querySelector('[data-order-status]');
  if (!status) return;
  status.textContent = status.dataset[key] ?? '';
  status.classList.toggle('lost', key === 'textFailed');
}
