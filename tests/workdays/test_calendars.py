"""Calendars of places: the national schedule at the root, a place's own days over it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from world import Town

from bpmn.dialect import parse_limit
from feel import Feel
from onewindow import clock, db
from onewindow.tenants.actions import change_settings
from onewindow.workdays import national
from onewindow.workdays.actions import announce_year, clear_day, seed_calendar, set_day
from onewindow.workdays.queries import (
    announced_years,
    calendar_of,
    due_date,
    forget,
    not_announced,
    workdays_left,
)

CHINA = ZoneInfo("Asia/Shanghai")
ACCEPTED = datetime(2024, 2, 8, 10, tzinfo=CHINA)
LIMIT = parse_limit("3wd")


async def due_day(tenant: int) -> date:
    return (await due_date(tenant, LIMIT, ACCEPTED)).astimezone(CHINA).date()


async def test_a_township_inherits_the_calendar_and_closes_a_day_of_its_own(town: Town) -> None:
    qingxi, linjiang, songling = (town.tenants[key] for key in ("qingxi", "linjiang", "songling"))
    with db.as_tenant(linjiang):
        assert await due_day(linjiang) == date(2024, 2, 19)
        await set_day(linjiang, date(2024, 2, 9), worked=False, note="年前提前放假")
        assert await due_day(linjiang) == date(2024, 2, 20)
        assert await due_day(qingxi) == await due_day(songling) == date(2024, 2, 19)
        await clear_day(linjiang, date(2024, 2, 9))
        assert await due_day(linjiang) == date(2024, 2, 19)


async def test_the_nearest_place_decides_about_a_day(town: Town) -> None:
    qingxi, linjiang, liushu = (town.tenants[key] for key in ("qingxi", "linjiang", "liushu"))
    holiday = date(2024, 5, 1)
    with db.as_system():
        await set_day(qingxi, holiday, worked=True)
        await set_day(linjiang, holiday, worked=False)
        assert not (await calendar_of(town.tenants["yunchuan"])).works(holiday)
        assert (await calendar_of(qingxi)).works(holiday)
        assert not (await calendar_of(linjiang)).works(holiday)
        assert not (await calendar_of(liushu)).works(holiday)


async def test_a_place_cannot_write_into_its_neighbours_calendar(town: Town) -> None:
    with db.as_tenant(town.tenants["linjiang"]):
        with pytest.raises(Exception, match="row-level security"):
            await set_day(town.tenants["songling"], date(2024, 2, 9), worked=False)
        await clear_day(town.tenants["yunchuan"], date(2024, 2, 12))
    forget()
    with db.as_system():
        assert not (await calendar_of(town.tenants["yunchuan"])).works(date(2024, 2, 12))


async def test_a_place_that_works_on_saturdays_counts_them(town: Town) -> None:
    qingxi = town.tenants["qingxi"]
    with db.as_system():
        await change_settings(qingxi, {"weekly": ["mon", "tue", "wed", "thu", "fri", "sat"]})
        forget()
        due = await due_date(qingxi, parse_limit("5wd"), datetime(2024, 3, 4, 9, tzinfo=CHINA))
        assert due.astimezone(CHINA).date() == date(2024, 3, 9)
        # A Saturday inside the holiday stays a holiday.
        assert not (await calendar_of(qingxi)).works(date(2024, 2, 10))


async def test_a_year_the_library_does_not_know_is_announced_as_unknown_not_guessed(
    town: Town,
) -> None:
    last = national.YEARS[-1]
    root, township = town.tenants["yunchuan"], town.tenants["linjiang"]
    with db.as_system():
        assert last in await announced_years(township)
        in_may = datetime(last, 5, 8, tzinfo=CHINA)
        in_november = datetime(last, 11, 22, tzinfo=CHINA)
        assert await not_announced(township, in_may) is None
        notice = await not_announced(township, in_november)
        assert notice is not None
        assert notice.startswith(f"{last + 1} 年的节假日安排尚未录入")

        seeded = await seed_calendar(root, [last, last + 1])
        assert (seeded.known, seeded.not_announced) == ((last,), (last + 1,))
        assert await not_announced(township, in_november) == notice

        await announce_year(root, last + 1)
        assert await not_announced(township, in_november) is None


async def test_seeding_again_keeps_what_somebody_changed_by_hand(town: Town) -> None:
    root, day = town.tenants["yunchuan"], date(2024, 2, 9)
    with db.as_system():
        await set_day(root, date(2024, 2, 12), worked=True, note="值班")
        await seed_calendar(root)
        assert (await calendar_of(root)).works(date(2024, 2, 12))
        assert (await calendar_of(root)).works(day)
        count = await db.fetchval("select count(*) from calendar_day where day = '2024-02-12'")
    assert count == 1


async def test_feel_counts_by_the_same_calendar(town: Town) -> None:
    feel = Feel()
    try:
        with db.as_system():
            calendar = await calendar_of(town.tenants["qingxi"])
        answer = feel.evaluate("=add working days(accepted, 3)", {"accepted": date(2024, 2, 8)},
                               calendar=calendar)  # fmt: skip
        assert answer == date(2024, 2, 19)
    finally:
        feel.close()


async def test_days_left_are_the_places_working_days(town: Town) -> None:
    qingxi = town.tenants["qingxi"]
    with db.as_system(), clock.at(datetime(2024, 2, 9, 9, tzinfo=CHINA)):
        due = await due_date(qingxi, LIMIT, ACCEPTED)
        assert await workdays_left(qingxi, due, clock.now()) == 2


async def test_a_calendar_in_use_costs_no_query(town: Town) -> None:
    qingxi = town.tenants["qingxi"]
    with db.as_tenant(qingxi):
        await due_date(qingxi, LIMIT, ACCEPTED)
        with db.counting() as statements:
            await due_date(qingxi, LIMIT, ACCEPTED)
        assert statements == []
