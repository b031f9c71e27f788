"""What time it is. The one place that asks the machine, so that a test can tell it otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, tzinfo

from feel import CHINA_TIME

ZONE = CHINA_TIME
"""The time of working days, due dates, numbers and shown times; SQL takes it from here too
(`schema.security`)."""

_told: datetime | None = None


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _told if _told is not None else datetime.now(UTC)


def today(zone: tzinfo = ZONE) -> date:
    """The date that the calendar on the wall shows in `zone`."""
    return local(now(), zone).date()


def local(moment: datetime, zone: tzinfo = ZONE) -> datetime:
    """`moment` as a clock in `zone` shows it. Raises ValueError for a naive moment."""
    _require_aware(moment)
    return moment.astimezone(zone)


def start_of_day(day: date, zone: tzinfo = ZONE) -> datetime:
    """The moment, in UTC, at which `day` begins in `zone`."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside the block it is `moment` for the whole process, and time stands still.

    Blocks nest, so a test moves on by opening another. Raises ValueError for a naive moment.
    """
    global _told
    _require_aware(moment)
    before, _told = _told, moment.astimezone(UTC)
    try:
        yield
    finally:
        _told = before


def _require_aware(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs its time zone: {moment.isoformat()}")
