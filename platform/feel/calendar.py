"""A working-day calendar as expressions see it: pure data, given by the caller."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import orjson

CHINA_TIME = ZoneInfo("Asia/Shanghai")
"""China's one legal time, Beijing time, for the whole country. Not a setting: what a law calls a
day is the same day everywhere. All other code takes the zone from here (`onewindow.clock.ZONE`)."""


@dataclass(frozen=True)
class Calendar:
    """Which days are worked.

    `weekly`: weekdays worked, 0 = Monday. `worked`: days worked although the week says
    otherwise (调休). `closed`: days closed; it wins over `worked`, so that a tenant can close on
    an official working day. `until`: the last day for which the holidays are known; asking
    about a later one is an error (`calendar-ends`), never a guess. None: any day may be asked.
    """

    weekly: frozenset[int] = frozenset(range(5))
    closed: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    until: date | None = None


@lru_cache(maxsize=64)
def calendar_text(calendar: Calendar) -> str:
    """The calendar as workdays.ts reads it; the same text each time, which it caches by."""
    return orjson.dumps(
        {
            "weekly": sorted(calendar.weekly),
            "closed": sorted(calendar.closed),
            "worked": sorted(calendar.worked),
            "until": calendar.until,
        }
    ).decode()
