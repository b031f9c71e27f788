/**
 * What feelin leaves out about kinds of values: calculating with durations, asking for types.
 * Imported into feelin itself (see build/feel.mjs).
 */
import { DateTime, Duration, FixedOffsetZone } from 'luxon';

import { Refusal } from './refusal';

/** `left` and `right` joined by a sign, if that moves a date or scales a duration; or undefined. */
export function lengths(sign: string, left: unknown, right: unknown): unknown {
  if (Duration.isDuration(right)) {
    if (isDate(left) && sign === 'add') return left.plus(right).startOf('day');
    if (isDate(left) && sign === 'subtract') return left.minus(right).startOf('day');
    if (left === 0 && sign === 'subtract') return right.negate(); // -d is read as 0 - d
    if (typeof left === 'number' && sign === 'multiply') return scaled(right, left);
  }
  if (Duration.isDuration(left)) {
    if (isDate(right) && sign === 'add') return right.plus(left).startOf('day');
    if (typeof right === 'number' && sign === 'multiply') return scaled(left, right);
    if (typeof right === 'number' && sign === 'divide') return right ? scaled(left, 1 / right) : null;
    if (Duration.isDuration(right) && sign === 'divide') return ratio(left, right);
  }
  return undefined;
}

/** Dates are midnights in UTC (feelin's way of holding them). */
function isDate(value: unknown): value is DateTime {
  return (
    DateTime.isDateTime(value) &&
    value.zone === FixedOffsetZone.utcInstance &&
    value.toMillis() % 86_400_000 === 0
  );
}

const ofMonths = (length: Duration) => length.years !== 0 || length.months !== 0;

function scaled(length: Duration, factor: number): Duration {
  if (ofMonths(length)) {
    const months = Math.trunc((length.years * 12 + length.months) * factor);
    return Duration.fromObject({ months }).shiftTo('years', 'months');
  }
  return Duration.fromMillis(length.toMillis() * factor).shiftTo(
    'days',
    'hours',
    'minutes',
    'seconds',
  );
}

function ratio(a: Duration, b: Duration): number | null {
  if (ofMonths(a) !== ofMonths(b)) return null;
  const size = (length: Duration) =>
    ofMonths(length) ? length.years * 12 + length.months : length.toMillis();
  return size(b) === 0 ? null : size(a) / size(b);
}

const SINGLE = new Set(['number', 'string', 'boolean', 'date', 'time', 'date time', 'duration']);

/**
 * Refuse to compare single values of different kinds. Null where either is null; true otherwise,
 * and for lists and contexts, whose comparison is feelin's affair.
 */
export function requireSameKind(
  a: unknown,
  b: unknown,
  kindOf: (value: unknown) => string,
): true | null {
  const [left, right] = [kindOf(a), kindOf(b)];
  if (left === 'nil' || right === 'nil') return null;
  if (left !== right && SINGLE.has(left) && SINGLE.has(right)) {
    throw new Refusal('not-comparable', { left, right });
  }
  return true;
}

/** FEEL's names of types, and what feelin's getType says of their values. */
const TYPES: Record<string, string> = {
  number: 'number',
  string: 'string',
  boolean: 'boolean',
  date: 'date',
  time: 'time',
  'date and time': 'date time',
  'days and time duration': 'duration',
  'years and months duration': 'duration',
  list: 'list',
  context: 'context',
  function: 'function',
};

/** `test` is the whole of `x instance of type`. Types with parts, `list<number>`, are refused. */
export function isOfType(
  value: unknown,
  test: string,
  kindOf: (value: unknown) => string,
): boolean {
  const type = test.slice(test.lastIndexOf('instance')).replace(/^instance\s+of\s+/, '');
  const name = type.replace(/\s+/g, ' ').trim();
  if (name === 'Any') return value !== null;
  const wanted = TYPES[name];
  if (!wanted) throw new Refusal('unsupported', { what: `instance of ${name}` });
  const kind = typeof value === 'function' ? 'function' : kindOf(value);
  if (kind !== wanted) return false;
  if (wanted !== 'duration') return true;
  return ofMonths(value as Duration) === name.startsWith('years');
}
