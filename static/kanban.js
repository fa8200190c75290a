// Cards of a board dragged to another column: dropping one presses the button of that column in its own menu.
// [data-kanban] of [data-column="value"] sections and [data-card] cards whose menu has button[data-to="value"]
let card;
const columnOf = event => card && event.target.closest?.('[data-column]');
const mark = column => {
  for (const one of document.querySelectorAll('[data-column].over')) if (one !== column) one.classList.remove('over');
  column?.classList.add('over');
};
const buttonFor = column => card?.querySelector(`[data-to="${CSS.escape(column?.dataset.column ?? '')}"]`);

document.addEventListener('pointerover', event => {
  const found = event.target.closest?.('[data-card]');
  if (found) found.draggable = true;
});
document.addEventListener('dragstart', event => {
  card = event.target.closest?.('[data-card]');
  if (!card) return;
  event.dataTransfer.effectAllowed = 'move';
  card.classList.add('held');
});
document.addEventListener('dragover', event => {
  const column = columnOf(event);
  if (!column || !buttonFor(column) || column.closest('[data-kanban]') !== card.closest('[data-kanban]')) return mark();
  event.preventDefault();
  mark(column);
});
document.addEventListener('drop', event => {
  const column = columnOf(event), button = buttonFor(column);
  if (!button) return;
  event.preventDefault();
  button.form.requestSubmit(button);
});
document.addEventListener('dragend', () => {
  card?.classList.remove('held');
  card = undefined;
  mark();
});
