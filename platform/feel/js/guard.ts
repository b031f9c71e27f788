/**
 * What an expression may read and how much it may build. Imported into feelin itself (see
 * build/feel.mjs), in the isolate and in the browser.
 */
import { DateTime, Duration } from 'luxon';

import { Refusal } from './refusal';

export const MAX_TEXT = 1_000_000; // characters
export const MAX_LIST = 100_000; // items

const OF_A_MOMENT = new Set(['year', 'month', 'day', 'weekday', 'hour', 'minute', 'second']);
const OF_A_DURATION = new Set(['years', 'months', 'days', 'hours', 'minutes', 'seconds']);
const OF_A_RANGE = new Set(['start', 'end', 'start included', 'end included']);

/** Whether a path may read `name` of `target`. Contexts are open, the engine's objects are not. */
export function readable(name: string, target: unknown): boolean {
  if (typeof target === 'function') return false;
  if (typeof target !== 'object' || target === null || Array.isArray(target)) return true;
  if (Object.getPrototypeOf(target) === Object.prototype) return true;
  if (DateTime.isDateTime(target)) return OF_A_MOMENT.has(name);
  if (Duration.isDuration(target)) return OF_A_DURATION.has(name);
  return 'start included' in target && OF_A_RANGE.has(name);
}

export function boundedText<T>(value: T): T {
  if (typeof value === 'string' && value.length > MAX_TEXT) {
    throw new Refusal('text-too-long', { most: MAX_TEXT });
  }
  return value;
}

export function boundedLength(length: number): void {
  if (length > MAX_LIST) throw new Refusal('list-too-long', { most: MAX_LIST });
}
