/**
 * Working days as host functions of FEEL. The calendar is data, given with each call:
 * nothing here knows a holiday.
 *
 * Day 1 is the next working day after the given date, as limits are counted
 * (Administrative Licensing Law, art. 82: periods are working days, without public holidays).
 */
import { DateTime } from 'luxon';
import { builtins, getType } from '@bpmn-io/feelin';

import { dateFromText, dateOf } from './clock';
import { Refusal } from './refusal';

export interface CalendarData {
  /** Weekdays worked, 0 = Monday. */
  weekly: number[];
  /** Dates as yyyy-mm-dd, which win over everything else. */
  closed: string[];
  /** Dates as yyyy-mm-dd, worked although the week says otherwise. */
  worked: string[];
  /** Last date for which holidays are known, yyyy-mm-dd. */
  until: string | null;
}

const DAY = 86_400_000;
const MAX_DAYS = 20_000; // some fifty years: enough for any limit, short enough to count

class Calendar {
  private readonly weekly: boolean[];
  private readonly closed: Set<number>;
  private readonly worked: Set<number>;
  private readonly until: number;

  constructor(data: CalendarData) {
    const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / DAY;
    this.weekly = [0, 1, 2, 3, 4, 5, 6].map((weekday) => data.weekly.includes(weekday));
    this.closed = new Set(data.closed.map(day));
    this.worked = new Set(data.worked.map(day));
    this.until = data.until === null ? Infinity : day(data.until);
  }

  works(day: number): boolean {
    if (day > this.until) {
      throw new Refusal('calendar-ends', { date: textOf(this.until) });
    }
    if (this.closed.has(day)) return false;
    // 1970-01-01, day 0, was a Thursday.
    return this.worked.has(day) || this.weekly[(((day + 3) % 7) + 7) % 7];
  }
}

const textOf = (day: number) => new Date(day * DAY).toISOString().slice(0, 10);

// Calendars repeat from call to call; each differs only by tenant and year.
const known = new Map<string, Calendar>();
let current: Calendar | null = null;

/** The calendar for what is evaluated next: its JSON text, or null for none. */
export function setCalendar(text: string | null): void {
  if (text === null) {
    current = null;
    return;
  }
  let calendar = known.get(text);
  if (!calendar) {
    if (known.size >= 100) known.clear();
    calendar = new Calendar(JSON.parse(text) as CalendarData);
    known.set(text, calendar);
  }
  current = calendar;
}

function calendar(): Calendar {
  if (!current) throw new Refusal('no-calendar');
  return current;
}

function dayOf(value: unknown, fn: string): number {
  const moment = typeof value === 'string' ? dateFromText(value) : value;
  if (!['date', 'date time'].includes(getType(moment))) {
    throw new Refusal('not-a-date', { function: fn, kind: getType(value) });
  }
  return dateOf(moment as DateTime).toMillis() / DAY;
}

function dateOn(day: number): DateTime {
  return dateFromText(textOf(day)) as DateTime;
}

function addWorkingDays(date: unknown, days: unknown): DateTime {
  const fn = 'add working days';
  if (typeof days !== 'number' || !Number.isInteger(days) || Math.abs(days) > MAX_DAYS) {
    throw new Refusal('not-a-count', { function: fn, most: MAX_DAYS });
  }
  const step = days < 0 ? -1 : 1;
  const first = dayOf(date, fn);
  let day = first;
  for (let left = Math.abs(days); left > 0; ) {
    day += step;
    if (calendar().works(day)) left -= 1;
    if (Math.abs(day - first) > 3 * MAX_DAYS) throw new Refusal('never-open', { function: fn });
  }
  return dateOn(day);
}

function workingDaysBetween(start: unknown, end: unknown): number {
  const fn = 'working days between';
  const [from, to] = [dayOf(start, fn), dayOf(end, fn)];
  if (Math.abs(to - from) > 3 * MAX_DAYS) throw new Refusal('too-far-apart', { function: fn });
  let count = 0;
  for (let day = Math.min(from, to) + 1; day <= Math.max(from, to); day += 1) {
    if (calendar().works(day)) count += 1;
  }
  return from <= to ? count : -count;
}

function isWorkingDay(date: unknown): boolean {
  return calendar().works(dayOf(date, 'is working day'));
}

/**
 * add working days(date, days): the days-th working day after the date (before, if negative).
 * working days between(start, end): working days after start, up to and including end.
 * is working day(date).
 * Dates may be dates, dates with time (their local date counts) or text yyyy-mm-dd.
 */
export const HOST_FUNCTIONS: Record<string, (...values: unknown[]) => unknown> = {
  'add working days': Object.assign(addWorkingDays, { $args: ['date', 'days'] }),
  'working days between': Object.assign(workingDaysBetween, { $args: ['start', 'end'] }),
  'is working day': Object.assign(isWorkingDay, { $args: ['date'] }),
};

Object.assign(builtins, HOST_FUNCTIONS);
