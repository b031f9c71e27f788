/**
 * The wall clock of expressions: one named time zone, and a present that the caller may fix.
 *
 * luxon asks the machine for its zone; a server in UTC would then give Monday's `today()` until
 * eight in the morning of a Chinese Tuesday. So the "system zone" is ours.
 */
import { DateTime, FixedOffsetZone, IANAZone, Settings, SystemZone } from 'luxon';

Settings.defaultLocale = 'en-US'; // "day of week" is "Monday" whatever the machine speaks

export function setZone(name: string): void {
  const zone = IANAZone.create(name);
  if (!zone.isValid) throw new Error(`unknown time zone ${name}`);
  const local = SystemZone.prototype as unknown as Record<string, unknown>;
  local.offset = (moment: number) => zone.offset(moment);
  local.offsetName = (moment: number, options: object) => zone.offsetName(moment, options);
  local.formatOffset = (moment: number, format: 'narrow') => zone.formatOffset(moment, format);
  Object.defineProperty(local, 'name', { get: () => name });
  Settings.resetCaches();
}

/** Fix the present at `milliseconds` since 1970, or let it run (null). */
export function setNow(milliseconds: number | null): void {
  Settings.now = milliseconds === null ? () => Date.now() : () => milliseconds;
}

/** The moment's date on its own wall clock, as FEEL holds dates: midnight in UTC. */
export function dateOf(moment: DateTime): DateTime {
  return moment.setZone(FixedOffsetZone.utcInstance, { keepLocalTime: true }).startOf('day');
}

const DATE = /^\d{4}-\d\d-\d\d$/; // luxon would read "2024" and "2024-W10" too

export function dateFromText(text: string): DateTime | null {
  if (!DATE.test(text)) return null;
  const date = DateTime.fromISO(text, { zone: FixedOffsetZone.utcInstance });
  return date.isValid ? date : null;
}
