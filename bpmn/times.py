"""ISO 8601 durations and points in time, reckoned from a given moment; no clock of its own."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from feel import CHINA_TIME

_DURATION = re.compile(
    r"P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
LONGEST = timedelta(days=3660)
"""No timer may lie further ahead than about ten years."""


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months (added first, clamped to the month's last day) and an exact rest."""

    months: int
    rest: timedelta

    def after(self, moment: datetime) -> datetime:
        year, month = divmod(moment.year * 12 + moment.month - 1 + self.months, 12)
        month += 1
        day = min(moment.day, calendar.monthrange(year, month)[1])
        return moment.replace(year=year, month=month, day=day) + self.rest


def duration(text: str) -> Duration | None:
    """Read "P3D", "PT36H", "P1Y2M" …; None if it is none or longer than `LONGEST`."""
    match = _DURATION.fullmatch(text.strip())
    if not match or len(text) > 40:
        return None
    part = {name: float(value) for name, value in match.groupdict().items() if value}
    months = int(part.get("years", 0) * 12 + part.get("months", 0))
    try:
        rest = timedelta(
            **{name: value for name, value in part.items() if name not in ("years", "months")}
        )
    except OverflowError:
        return None
    return None if months * timedelta(days=30) + rest > LONGEST else Duration(months, rest)


def moment(text: str) -> datetime | None:
    """Read an ISO date or date-time; without an offset it is China's legal time."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=CHINA_TIME)


def due(value: object, now: datetime) -> datetime | None:
    """When a timer given as text, duration, date or date-time fires; a date begins, and a naive
    time is read, in China's one legal time.

    In UTC; None when the value is no time at all or too far off.
    """
    found: datetime | None = None
    match value:
        case datetime():
            found = value if value.tzinfo else value.replace(tzinfo=CHINA_TIME)
        case date():
            found = datetime.combine(value, time.min, CHINA_TIME)
        case timedelta():
            found = now + value if abs(value) <= LONGEST else None
        case str():
            length = duration(value)
            found = length.after(now) if length else moment(value)
    if found is None or found - now > LONGEST:
        return None
    return found.astimezone(UTC)


def is_literal(text: str) -> bool:
    """True if a timer's text is a time as it stands rather than FEEL."""
    return duration(text) is not None or moment(text) is not None
