/**
 * FEEL's built-in functions where feelin's give a wrong answer quietly. Assigned over feelin's
 * own table when this module is imported; bounded.ts does the same for what grows.
 */
import { DateTime, Duration, FixedOffsetZone } from 'luxon';
import { equals, getType } from '@bpmn-io/feelin';

import { asList, define, isText, own, wrap } from './bounded';
import { dateFromText, dateOf } from './clock';
import { readable } from './guard';

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

// --- contexts ------------------------------------------------------------------------

wrap('get value', (original, context, key) =>
  isText(key) && readable(key, context) ? original(context, key) : null,
);
