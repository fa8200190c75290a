// Open now: the hours of each day, Monday first, by the clock of the wiki
for (const mark of document.querySelectorAll('[data-hours]')) {
  const week = JSON.parse(mark.dataset.hours), now = new Date();
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', { timeZone: mark.dataset.zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    .formatToParts(now).map(({ type, value }) => [type, value]));
  const day = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(parts.weekday), clock = `${parts.hour}:${parts.minute}`;
  const late = week[(day + 6) % 7].some(([start, end]) => end < start && clock < end);
  const open = late || week[day].some(([start, end]) => start <= clock && (clock < end || end < start));
  mark.textContent = open ? mark.dataset.textOpen : mark.dataset.textClosed;
  mark.classList.toggle('shut', !open);
  mark.hidden = false;
}
