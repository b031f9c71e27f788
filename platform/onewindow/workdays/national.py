"""The State Council's yearly schedule of holidays and adjusted days.

From the chinesecalendar package, which only this module knows. It is updated when a year is
announced (usually in November of the year before); until then that year isn't in it, and nothing
is guessed.
"""

from dataclasses import dataclass
from datetime import date

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays

YEARS: tuple[int, ...] = tuple(sorted({day.year for day in holidays}))
"""The years the installed package knows."""


@dataclass(frozen=True, slots=True)
class NationalDay:
    """A public holiday, or a weekend day worked in exchange for one."""

    day: date
    worked: bool
    note: str


def schedule(year: int) -> list[NationalDay]:
    """Every holiday and adjusted day of a year in order; empty for a year not announced."""
    if year not in YEARS:
        return []
    off = [
        NationalDay(day, worked=False, note=Holiday(name).chinese)
        for day, name in holidays.items()
        if day.year == year
    ]
    on = [
        NationalDay(day, worked=True, note=f"{Holiday(name).chinese}调休上班")
        for day, name in workdays.items()
        if day.year == year
    ]
    return sorted(off + on, key=lambda each: each.day)
