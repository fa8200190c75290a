// @ts-check
// Say whether a place is open now: data-hours holds the hours of each day, Monday first, in the time zone of the wiki.
import { all } from "../core/dom.js";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function nowIn(timeZone) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const parts = Object.fromEntries(
    format.formatToParts(new Date()).map(({ type, value }) => [type, value]),
  );
  return { day: DAYS.indexOf(parts.weekday), clock: `${parts.hour}:${parts.minute}` };
}

function isOpen(week, { day, clock }) {
  const isOvernight = ([start, end]) => end < start;
  const yesterday = week[(day + 6) % 7];
  if (yesterday.some(hours => isOvernight(hours) && clock < hours[1])) return true;
  return week[day].some(hours => hours[0] <= clock && (clock < hours[1] || isOvernight(hours)));
}

for (const label of all("[data-hours]")) {
  const open = isOpen(JSON.parse(label.dataset.hours), nowIn(label.dataset.zone));
  label.textContent = open ? label.dataset.textOpen : label.dataset.textClosed;
  label.classList.toggle("shut", !open);
  label.hidden = false;
}
