// The page's own words, and how it writes days and hours.
let words = {};
let months = [];
let weekdays = [];
// The clock of Kazakhstan, whatever zone the browser is in.
const OFFSET = 5 * 3600;

/** Fetches the words of a language. */
export async function learn(language) {
  const answer = await fetch(`page/texts?lang=${encodeURIComponent(language)}`);
  words = await answer.json();
  months = (words["page-months"] ?? "").split(" ");
  weekdays = (words["page-weekdays"] ?? "").split(" ");
  document.documentElement.lang = language;
  document.title = word("title");
}

/** A word by its key without `page-`; `%` in it becomes `value`. */
export function word(key, value) {
  const text = words[`page-${key}`] ?? key;
  return value === undefined ? text : text.replace("%", value);
}

const at = (seconds) => new Date((seconds + OFFSET) * 1000);
const two = (number) => String(number).padStart(2, "0");

/** 08:30 */
export function hour(seconds) {
  const moment = at(seconds);
  return `${two(moment.getUTCHours())}:${two(moment.getUTCMinutes())}`;
}

/** 08:30:05 */
export function second(seconds) {
  return `${hour(seconds)}:${two(at(seconds).getUTCSeconds())}`;
}

/** A number that is the same all day and grows by one a day. */
export function dayNumber(seconds) {
  return Math.floor((seconds + OFFSET) / 86400);
}

/** 22 қараша */
export function date(seconds) {
  const moment = at(seconds);
  return `${moment.getUTCDate()} ${months[moment.getUTCMonth()]}`;
}

/** 22 қараша, жексенбі */
export function longDate(seconds) {
  return `${date(seconds)}, ${weekdays[at(seconds).getUTCDay()]}`;
}

/** Today, yesterday, or the date. */
export function day(seconds, now) {
  const ago = dayNumber(now) - dayNumber(seconds);
  return ago === 0 ? word("today") : ago === 1 ? word("yesterday") : date(seconds);
}

/** The hour for what is of today, the date for the rest. */
export function short(seconds, now) {
  return dayNumber(now) === dayNumber(seconds) ? hour(seconds) : date(seconds);
}
