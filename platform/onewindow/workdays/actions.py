"""Keeping calendars: the national schedule at the root, a place's own days below it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from onewindow import db
from onewindow.tenants.actions import change_settings
from onewindow.tenants.queries import places
from onewindow.workdays import national, queries

EARLIEST = 2020
"""Years before are of no use to a case that could still be open."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """What came of seeding: years now known, and years asked for that nobody has announced."""

    known: tuple[int, ...]
    not_announced: tuple[int, ...]


async def seed_calendar(tenant: int, years: Iterable[int] | None = None) -> Seeded:
    """Enter the national holidays of `years` (all that are known) for a tenant and all below it.

    Days that somebody has entered already are left as they are, so it can be run after every
    update of the schedule.
    """
    if years is None:
        years = (year for year in national.YEARS if year >= EARLIEST)
    wanted = tuple(years)
    days = [day for year in wanted for day in national.schedule(year)]
    known = tuple(sorted({day.day.year for day in days}))
    async with db.transaction():
        await db.execute(
            "insert into calendar_day (tenant, day, worked, note)"
            " select $1, * from unnest($2::date[], $3::bool[], $4::text[])"
            " on conflict (tenant, day) do nothing",
            tenant,
            [day.day for day in days],
            [day.worked for day in days],
            [day.note for day in days],
        )
        await _announce(tenant, known)
    queries.forget()
    return Seeded(known, tuple(year for year in wanted if year not in known))


async def announce_year(tenant: int, year: int) -> None:
    """Somebody has entered the holidays of a year by hand; it is known from now on."""
    await _announce(tenant, (year,))
    queries.forget()


async def set_day(tenant: int, day: date, *, worked: bool, note: str = "") -> None:
    """Close or work a day in this tenant, whatever its parents say."""
    await db.execute(
        "insert into calendar_day (tenant, day, worked, note) values ($1, $2, $3, $4)"
        " on conflict (tenant, day) do update set worked = excluded.worked, note = excluded.note",
        tenant,
        day,
        worked,
        note.strip()[:60],
    )
    queries.forget()


async def clear_day(tenant: int, day: date) -> None:
    """Let the parents' calendar and the week decide about a day again."""
    await db.execute("delete from calendar_day where tenant = $1 and day = $2", tenant, day)
    queries.forget()


async def _announce(tenant: int, years: Iterable[int]) -> None:
    before = (await places())[tenant].overrides.get("announced_years", ())
    together = sorted({*before, *years})
    if together != sorted(before):
        await change_settings(tenant, {"announced_years": together})
