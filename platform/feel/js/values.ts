/**
 * Values crossing between Python and FEEL.
 *
 * JSON values stand for themselves. Dates, times and durations cross as
 * `{[tag]: kind, text: ISO}`; the tag is drawn at random for each isolate, so that no applicant's
 * answer can pose as a date.
 */
import { DateTime, Duration, SystemZone } from 'luxon';
import { date, duration, getType } from '@bpmn-io/feelin';

import { dateFromText } from './clock';
import { Refusal } from './refusal';

const MAX_ITEMS = 200_000;
const MAX_RESULT_TEXT = 4_000_000; // characters
const MAX_DEPTH = 200;
const MAX_DAYS = 10_000 * 366; // of a duration: no two dates are further apart

let tag = '';

export function setTag(text: string): void {
  tag = text;
}

export function decoded(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decoded);
  const entries = value as Record<string, unknown>;
  if (tag in entries) return fromText(entries[tag] as string, entries.text as string);
  for (const name of Object.keys(entries)) entries[name] = decoded(entries[name]);
  return entries;
}

function fromText(kind: string, text: string): unknown {
  switch (kind) {
    case 'date':
      return dateFromText(text);
    case 'date time':
      // On the local clock: `accepted.hour` and `date(accepted)` are asked by people.
      return DateTime.fromISO(text).setZone(SystemZone.instance);
    case 'time':
      return date(undefined, text);
    case 'duration':
      return duration(text);
    default:
      throw new Error(`no kind of value: ${kind}`);
  }
}

/**
 * Throws a Refusal for what Python can't hold: functions, ranges, numbers too large;
 * and for more than a result may sensibly hold, counting what is in it several times.
 */
export function encoded(value: unknown): unknown {
  const room = { items: MAX_ITEMS, text: MAX_RESULT_TEXT, depth: MAX_DEPTH };
  return encodedWithin(room, value);
}

interface Room {
  items: number;
  text: number;
  depth: number;
}

function encodedWithin(room: Room, value: unknown): unknown {
  const kind = getType(value);
  room.items -= 1;
  if (kind === 'string') room.text -= (value as string).length;
  if (room.items < 0 || room.text < 0 || room.depth < 0) throw new Refusal('result-too-large');
  switch (kind) {
    case 'nil':
      return null;
    case 'boolean':
    case 'string':
      return value;
    case 'number':
      // Beyond 2^53 whole numbers have gaps; a result would look exact and not be.
      if (!(Math.abs(value as number) <= Number.MAX_SAFE_INTEGER)) {
        throw new Refusal('number-out-of-range');
      }
      return value;
    case 'list': {
      room.depth -= 1;
      const items = (value as unknown[]).map((item) => encodedWithin(room, item));
      room.depth += 1;
      return items;
    }
    case 'context': {
      room.depth -= 1;
      const entries = Object.entries(value as object);
      const made = entries.map(([name, entry]) => [name, encodedWithin(room, entry)] as const);
      room.depth += 1;
      return Object.fromEntries(made);
    }
    case 'date':
      return { [tag]: kind, text: inRange(value as DateTime).toISODate() };
    case 'date time':
      return { [tag]: kind, text: inRange(value as DateTime).toISO() };
    case 'time':
      return { [tag]: kind, text: timeText(value as DateTime) };
    case 'duration':
      return { [tag]: kind, text: durationText(value as Duration) };
    default:
      throw new Refusal('no-value', { kind });
  }
}

/** Python's dates have years 1 to 9999. */
function inRange(moment: DateTime): DateTime {
  if (!moment.isValid || moment.year < 2 || moment.year > 9998) {
    throw new Refusal('moment-out-of-range');
  }
  return moment;
}

function timeText(time: DateTime): string {
  const local = time.zone === SystemZone.instance;
  return time.toISOTime({ suppressMilliseconds: true, includeOffset: !local }) as string;
}

/** "P1Y2M", or days and below; the sign in front, as XML Schema writes it. */
function durationText(length: Duration): string {
  const months = length.years * 12 + length.quarters * 3 + length.months;
  const whole = months
    ? Duration.fromObject({ months: Math.abs(months) }).shiftTo('years', 'months')
    : Duration.fromMillis(Math.abs(length.toMillis())).shiftTo('days', 'hours', 'minutes', 'seconds');
  if (!whole.isValid || Math.abs(whole.as('days')) > MAX_DAYS) {
    throw new Refusal('moment-out-of-range');
  }
  const negative = months ? months < 0 : length.toMillis() < 0;
  return `${negative ? '-' : ''}${whole.toISO()}`;
}
