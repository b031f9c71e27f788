/**
 * FEEL's built-in functions where feelin's give a wrong answer quietly or build without bound.
 * Assigned over feelin's own table when this module is imported.
 */
import { DateTime, Duration, FixedOffsetZone } from 'luxon';
import { builtins, equals, getType } from '@bpmn-io/feelin';

import { dateFromText, dateOf } from './clock';
import { boundedLength, boundedText, readable } from './guard';
import { Refusal } from './refusal';

type Builtin = ((...values: unknown[]) => unknown) & { $args: string[] };

const own = builtins as Record<string, Builtin>;

function define(name: string, parameters: string[], body: (...values: never[]) => unknown): void {
  own[name] = Object.assign(body as Builtin, { $args: parameters });
}

/** Set `name` to a function that sees feelin's own as its first argument. */
function wrap(name: string, body: (original: Builtin, ...values: unknown[]) => unknown): void {
  const original = own[name];
  define(name, original.$args, (...values: unknown[]) => body(original, ...values));
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';

// --- dates ---------------------------------------------------------------------------

// feelin gives a moment at local midnight, which equals no date.
define('today', [], () => dateOf(DateTime.now()));

// feelin takes the date in UTC: yesterday's, for a Chinese morning. And it rolls 30 February
// over into March. DMN 1.4 §10.3.4.1: the date part; null when it isn't one.
wrap('date', (original, year, month, day, from) => {
  const whole = from ?? year;
  if (DateTime.isDateTime(whole)) return dateOf(whole);
  if (isText(whole)) {
    const moment = whole.includes('T') ? own['date and time'](whole) : null;
    return moment ? dateOf(moment as DateTime) : dateFromText(whole);
  }
  if (isNumber(year) && isNumber(month) && isNumber(day)) {
    const date = DateTime.fromObject({ year, month, day }, { zone: FixedOffsetZone.utcInstance });
    return date.isValid ? date : null;
  }
  return original(year, month, day, from);
});

// feelin leaves fractions of months: "P1Y8.06M".
wrap('years and months duration', (original, from, to) => {
  const length = original(from, to) as Duration | null;
  if (!length) return length;
  const months = Math.trunc(length.as('months'));
  return Duration.fromObject({ months }).shiftTo('years', 'months');
});

wrap('abs', (original, value) => {
  if (!Duration.isDuration(value)) return original(value);
  return value.as('milliseconds') < 0 ? value.negate() : value;
});

// --- lists ---------------------------------------------------------------------------

define('list contains', ['list', 'element'], (list: unknown, element: unknown) =>
  list === null ? null : asList(list).some((item) => same(item, element)),
);

define('index of', ['list', 'match'], (list: unknown, match: unknown) =>
  list === null
    ? null
    : asList(list).flatMap((item, index) => (same(item, match) ? [index + 1] : [])),
);

define('flatten', ['list'], (list: unknown) => {
  if (list === null) return null;
  const flat = asList(list).flat(Infinity);
  boundedLength(flat.length);
  return flat;
});

// feelin knows numbers only; the least of two dates was null.
define('min', ['...list'], (...values: unknown[]) => extreme(values, (a, b) => a < b));
define('max', ['...list'], (...values: unknown[]) => extreme(values, (a, b) => a > b));

// feelin sorts as text: the median of 9, 10 and 100 was 100.
define('median', ['...list'], (...values: unknown[]) => {
  const items = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
  if (items.length === 0 || !items.every(isNumber)) return null;
  const sorted = [...(items as number[])].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
});

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function same(a: unknown, b: unknown): boolean {
  return a === b || equals(a, b) === true;
}

type Ordered = number | string | DateTime;

function extreme(values: unknown[], better: (a: Ordered, b: Ordered) => boolean): unknown {
  const items = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
  if (items.length === 0) return null;
  const kind = getType(items[0]);
  if (!['number', 'string', 'date', 'time', 'date time', 'duration'].includes(kind)) return null;
  if (!items.every((item) => getType(item) === kind)) return null;
  return (items as Ordered[]).reduce((best, item) => (better(item, best) ? item : best));
}

// --- text ----------------------------------------------------------------------------

// feelin turns a pattern that can't be read into null, and the condition fails quietly.
for (const name of ['matches', 'replace', 'split']) {
  wrap(name, (original, text, pattern, ...rest) => {
    if (isText(pattern)) requirePattern(pattern);
    return original(text, pattern, ...rest);
  });
}

function requirePattern(pattern: string): void {
  try {
    new RegExp(pattern, 'u');
  } catch {
    throw new Refusal('bad-pattern', { pattern });
  }
}

// --- contexts ------------------------------------------------------------------------

wrap('get value', (original, context, key) =>
  isText(key) && readable(key, context) ? original(context, key) : null,
);

// --- size ----------------------------------------------------------------------------

for (const name of Object.keys(own)) {
  wrap(name, (original, ...values) => {
    const result = original(...values);
    if (Array.isArray(result)) boundedLength(result.length);
    return boundedText(result);
  });
}
