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
      return date(null, text);
    case 'duration':
      return duration(text);
    default:
      throw new Error(`no kind of value: ${kind}`);
  }
}

/** Throws a Refusal for what Python can't hold: functions, ranges, numbers that aren't finite. */
export function encoded(value: unknown): unknown {
  const kind = getType(value);
  switch (kind) {
    case 'nil':
      return null;
    case 'boolean':
    case 'string':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new Refusal('not-finite');
      return value;
    case 'list':
      return (value as unknown[]).map(encoded);
    case 'context':
      return Object.fromEntries(
        Object.entries(value as object).map(([name, entry]) => [name, encoded(entry)]),
      );
    case 'date':
      return { [tag]: kind, text: (value as DateTime).toISODate() };
    case 'date time':
      return { [tag]: kind, text: (value as DateTime).toISO() };
    case 'time':
      return { [tag]: kind, text: timeText(value as DateTime) };
    case 'duration':
      return { [tag]: kind, text: durationText(value as Duration) };
    default:
      throw new Refusal('no-value', { kind });
  }
}

function timeText(time: DateTime): string {
  const local = time.zone === SystemZone.instance;
  return time.toISOTime({ suppressMilliseconds: true, includeOffset: !local }) as string;
}

/** Years and months stay as they are; days and below are written as days, hours, minutes. */
function durationText(length: Duration): string {
  const calendar = length.years || length.months || length.quarters;
  const plain = calendar
    ? length.normalize()
    : length.shiftTo('days', 'hours', 'minutes', 'seconds').normalize();
  return plain.toISO() as string;
}
