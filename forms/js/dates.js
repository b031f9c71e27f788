/** Days and times as forms hold them: "2026-11-22", "09:30", "2026-11-22T09:30", China time. */

const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const TIME = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;

/** Forms ask for lives and licences, not for history. */
const FIRST_YEAR = 1900;
const LAST_YEAR = 2199;

/** Whether `text` is a day of the calendar, YYYY-MM-DD. */
export function isDate(text) {
  const match = DAY.exec(text);
  if (!match) return false;
  const [year, month, day] = match.slice(1).map(Number);
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1) return false;
  return day <= daysIn(year, month);
}

function daysIn(year, month) {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/**
 * What is wrong with the value of a date or time field: a problem's code, or null.
 *
 * @param {string} text
 * @param {'date'|'time'|'datetime'} subtype
 */
export function writingProblem(text, subtype) {
  if (subtype === 'time') return TIME.test(text) ? null : 'time';
  if (subtype === 'date') return isDate(text) ? null : 'date';
  const [day, time, ...more] = text.split('T');
  return more.length === 0 && isDate(day) && TIME.test(time ?? '') ? null : 'datetime';
}

const RANGES = {
  past: (day, today) => day < today,
  'past-or-today': (day, today) => day <= today,
  future: (day, today) => day > today,
  'today-or-future': (day, today) => day >= today,
};

/**
 * What is wrong with a day relative to today: a problem's code (the range's name), or null.
 *
 * @param {string} text a valid date or date and time
 * @param {string|undefined} range
 * @param {string} today YYYY-MM-DD
 */
export function rangeProblem(text, range, today) {
  const fits = range && RANGES[range];
  return fits && !fits(text.slice(0, 10), today) ? range : null;
}

/** The day it is in China, YYYY-MM-DD. */
export function todayInChina(now = new Date()) {
  const china = new Date(now.getTime() + 8 * 3600 * 1000);
  return china.toISOString().slice(0, 10);
}

const WRITTEN = [
  /^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?$/,
  /^([0-9]{4})([0-9]{2})([0-9]{2})$/,
];

/** What a person typed, as YYYY-MM-DD; null when it is no day. */
export function readDate(typed) {
  const text = halfWidth(typed).replace(/\s/g, '');
  for (const form of WRITTEN) {
    const match = form.exec(text);
    if (match) {
      const day = `${match[1]}-${match[2].padStart(2, '0')}-${match[3].padStart(2, '0')}`;
      return isDate(day) ? day : null;
    }
  }
  return null;
}

/** What a person typed, as HH:mm; null when it is no time. */
export function readTime(typed) {
  const text = halfWidth(typed).replace(/\s/g, '');
  const match = /^([0-9]{1,2})[:.时点]?([0-9]{2})?分?$/.exec(text);
  if (!match) return null;
  const time = `${match[1].padStart(2, '0')}:${match[2] ?? '00'}`;
  return TIME.test(time) ? time : null;
}

/** Full-width letters, digits and signs as typed with a Chinese input method, as ASCII. */
export function halfWidth(text) {
  return text
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/\u3000/g, ' ');
}
