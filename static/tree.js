// Drag in the tree of pages, beside the arrows that work without this file: lists [data-branch] of [data-id].
const form = document.querySelector('form.arbor');
const token = document.querySelector('meta[name=csrf-token]')?.content;
const lists = form ? [form.querySelector('[data-branch]'), ...form.querySelectorAll('li [data-branch]')] : [];

for (const list of lists) {
  list.dataset.sortable = 'on';
  window.Sortable.create(list, {
    animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 120,
    group: 'tree', draggable: '[data-id]', handle: '.grip', fallbackOnBody: true, swapThreshold: 0.5, emptyInsertThreshold: 12,
    delay: 150, delayOnTouchOnly: true,
    onStart: () => form.classList.add('dragging'),
    onEnd: event => { form.classList.remove('dragging'); if (event.from !== event.to || event.oldIndex !== event.newIndex) put(event.item) },
  });
}

async function put(item) {
  const body = new URLSearchParams({ page: item.dataset.id, under: item.parentElement.dataset.branch, before: item.nextElementSibling?.dataset.id ?? '' });
  try {
    const answer = await fetch(form.action, { method: 'POST', body, redirect: 'manual', headers: token ? { 'X-CSRFToken': token } : {} });
    if (answer.type !== 'opaqueredirect' && !answer.ok) throw new Error(answer.statusText);
    // The page that comes says what was done, and how to undo it.
    location.hash = `p-${item.dataset.id}`;
    location.reload();
  } catch {
    const status = document.querySelector('[data-order-status]');
    status.textContent = status.dataset.textFailed;
    status.classList.add('lost');
  }
}
