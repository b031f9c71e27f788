"""Counting time as the law does: working days, natural days, hours, months. Pure; told the time.

Where the rules come from:

- Day 1 is the day after the event (开始的当日不计入，自下一日开始计算, Civil Code art. 201); in
  working days the next working day (Administrative Licensing Law art. 82).
- A period in natural days or months whose last day is a day off ends on the next working day
  (Civil Code art. 203). A month ends on the day of the same number, or its last (art. 202).
- A day ends at 24:00 (art. 203), so what is due is due at 23:59:59 local time, whatever the office
  hours: limits and rates are counted in dates, a case is late "at the day's end", online windows
  don't close, and a change of office hours must not move the due dates of cases under way.
- Hours run on the clock from the event itself, through nights and days off (art. 201).
- While a case is suspended its clock stands still from the first to the last day, both included;
  overlapping suspensions count once; the clock goes on with the next working day (Administrative
  Licensing Law art. 45).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bpmn.dialect import Limit
from onewindow.clock import local, start_of_day

ONE_DAY = timedelta(days=1)
LAST_SECOND = time(23, 59, 59)


class NeverOpen(ValueError):
    """A calendar on which no day is worked: nothing could ever fall due."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked in one place.

    weekly     weekdays worked, 0 = Monday
    closed     days off although the week says otherwise; wins over everything
    worked     days worked although the week says otherwise (调休)
    announced  the years whose holidays are known; others follow the week alone, and are told of

    What `feel.Calendar` holds is here under the same names, so it can be given to FEEL as it is.
    """

    weekly: frozenset[int]
    closed: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    announced: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekly & frozenset(range(7)):
            raise NeverOpen("at least one weekday must be worked")

    def works(self, day: date) -> bool:
        """Whether `day` is a working day."""
        return day not in self.closed and (day in self.worked or day.weekday() in self.weekly)

    @property
    def until(self) -> date | None:
        """No last day: an expression reckons like every due date does, by the week alone in a year
        that nobody has announced. A case that stopped there would help nobody; the notice that the
        year is missing is told where calendars are kept."""
        return None


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a clock stands still, the first and the last included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a pause ends before it begins: {self.first} – {self.last}")


def next_workday(day: date, calendar: Calendar) -> date:
    """`day` itself if it is worked, else the first working day after it."""
    while not calendar.works(day):
        day += ONE_DAY
    return day


def add_workdays(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th working day after `day` (before it, if negative); `day` itself for 0."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= calendar.works(day)
    return day


def workdays_between(start: date, end: date, calendar: Calendar) -> int:
    """Working days after `start` up to and including `end`; negative if `end` is before."""
    if end < start:
        return -workdays_between(end, start, calendar)
    days = (end - start).days
    return sum(calendar.works(start + timedelta(days=n)) for n in range(1, days + 1))


def due(
    limit: Limit,
    start: datetime,
    calendar: Calendar,
    zone: tzinfo,
    paused: Iterable[Pause] = (),
) -> datetime:
    """When something that began at `start` is due: the last second, in UTC, that is still in time.

    `paused` are the suspensions of the clock. Raises ValueError for a naive `start`.
    """
    still = _standstill(paused, calendar)
    event = local(start, zone).date()
    match limit.unit:
        case "h":
            return _after_hours(start.astimezone(UTC), limit.amount, zone, still)
        case "wd":
            return end_of_day(_count(event, limit.amount, still, calendar), zone)
        case "d":
            last = _count(event, limit.amount, still, None)
        case "mo":
            last = _month_later(event, limit.amount)
            last = _count(last, _paused_within(event, last, still), still, None)
    return end_of_day(_next_running(last, still, calendar), zone)


def shifted(
    limit: Limit, start: datetime, calendar: Calendar, zone: tzinfo, paused: Sequence[Pause]
) -> timedelta:
    """By how much suspensions move a due time; for the ledger that explains a date."""
    return due(limit, start, calendar, zone, paused) - due(limit, start, calendar, zone)


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The last second of `day` in `zone`, in UTC."""
    return datetime.combine(day, LAST_SECOND, zone).astimezone(UTC)


def workdays_left(due_at: datetime, now: datetime, calendar: Calendar, zone: tzinfo) -> int:
    """Working days until a due date: 0 on its day, negative after it."""
    return workdays_between(local(now, zone).date(), local(due_at, zone).date(), calendar)


def end_of_next_workday(now: datetime, calendar: Calendar, zone: tzinfo) -> datetime:
    """When one working day from now is over: what is due by then has at most one left."""
    return end_of_day(add_workdays(local(now, zone).date(), 1, calendar), zone)


def unannounced(calendar: Calendar, first: date, last: date) -> tuple[int, ...]:
    """The years from `first` to `last` whose holidays aren't known: their dates are provisional."""
    years = range(first.year, last.year + 1)
    return tuple(year for year in years if year not in calendar.announced)


def _standstill(paused: Iterable[Pause], calendar: Calendar) -> tuple[Pause, ...]:
    """The pauses in order, merged, each lasting until the day before the next working day."""
    merged: list[Pause] = []
    for pause in sorted(paused, key=lambda each: each.first):
        last = next_workday(pause.last + ONE_DAY, calendar) - ONE_DAY
        if merged and pause.first <= merged[-1].last + ONE_DAY:
            merged[-1] = Pause(merged[-1].first, max(merged[-1].last, last))
        else:
            merged.append(Pause(pause.first, last))
    return tuple(merged)


def _stands_still(day: date, still: tuple[Pause, ...]) -> Pause | None:
    return next((pause for pause in still if pause.first <= day <= pause.last), None)


def _count(day: date, count: int, still: tuple[Pause, ...], calendar: Calendar | None) -> date:
    """The `count`-th day after `day` on which the clock runs: working days, or all with None."""
    while count:
        day += ONE_DAY
        if not _stands_still(day, still) and (calendar is None or calendar.works(day)):
            count -= 1
    return day


def _next_running(day: date, still: tuple[Pause, ...], calendar: Calendar) -> date:
    while not calendar.works(day) or _stands_still(day, still):
        day += ONE_DAY
    return day


def _paused_within(event: date, last: date, still: tuple[Pause, ...]) -> int:
    days = (event + timedelta(days=n) for n in range(1, (last - event).days + 1))
    return sum(_stands_still(day, still) is not None for day in days)


def _month_later(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(years + (month == 11), (month + 1) % 12 + 1, 1)
    return date(years, month + 1, min(day.day, (following - ONE_DAY).day))


def _after_hours(start: datetime, hours: int, zone: tzinfo, still: tuple[Pause, ...]) -> datetime:
    at, left = start, timedelta(hours=hours)
    for pause in still:
        stops = max(start_of_day(pause.first, zone), start)
        goes_on = start_of_day(pause.last + ONE_DAY, zone)
        if goes_on <= at:
            continue
        if stops - at >= left:
            break
        left -= max(stops - at, timedelta())
        at = goes_on
    return at + left
