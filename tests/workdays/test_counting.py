"""Counting time: the dated examples of the domain, and what holds for every calendar."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn.dialect import parse_limit
from onewindow.workdays import national
from onewindow.workdays.rules import (
    Calendar,
    NeverOpen,
    Pause,
    add_workdays,
    due,
    end_of_day,
    end_of_next_workday,
    next_workday,
    shifted,
    unannounced,
    workdays_between,
    workdays_left,
)

CHINA = ZoneInfo("Asia/Shanghai")
WEEK = frozenset(range(5))


def calendar_of(*years: int, closed: tuple[date, ...] = ()) -> Calendar:
    days = [day for year in years for day in national.schedule(year)]
    return Calendar(
        WEEK,
        closed=frozenset(each.day for each in days if not each.worked) | frozenset(closed),
        worked=frozenset(each.day for each in days if each.worked),
        announced=frozenset(years),
    )


YEAR = calendar_of(2024)


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=CHINA)


def due_day(limit: str, start: datetime, calendar: Calendar = YEAR, *pauses: Pause) -> date:
    """The local date something is due, which must be the last second of that date."""
    moment = due(parse_limit(limit), start, calendar, CHINA, pauses).astimezone(CHINA)
    assert moment.time() == time(23, 59, 59)
    return moment.date()


def on(month: int, day: int) -> date:
    return date(2024, month, day)


def test_a_five_working_days_from_a_monday_end_on_the_next_monday() -> None:
    assert due_day("5wd", at(3, 4)) == on(3, 11)


def test_b_three_suspended_days_move_it_by_three_working_days() -> None:
    pause = Pause(on(3, 6), on(3, 8))
    assert due_day("5wd", at(3, 4), YEAR, pause) == on(3, 14)
    assert shifted(parse_limit("5wd"), at(3, 4), YEAR, CHINA, [pause]) == timedelta(days=3)


def test_c_spring_festival_is_skipped_and_its_adjusted_sunday_is_counted() -> None:
    assert due_day("3wd", at(2, 8)) == on(2, 19)
    closing = calendar_of(2024, closed=(on(2, 9),))
    assert due_day("3wd", at(2, 8), closing) == on(2, 20)


def test_d_silence_deems_it_accepted_and_twenty_and_ten_more_working_days_follow() -> None:
    received = at(3, 1)
    assert due_day("5wd", received) == on(3, 8)
    decided_by = due(parse_limit("20wd"), received, YEAR, CHINA)
    assert decided_by.astimezone(CHINA).date() == on(3, 29)
    assert due_day("10wd", decided_by) == on(4, 15)


def test_overlapping_suspensions_count_once_and_adjoining_ones_join() -> None:
    apart = [Pause(on(3, 6), on(3, 7)), Pause(on(3, 7), on(3, 8))]
    assert due_day("5wd", at(3, 4), YEAR, *apart) == on(3, 14)
    assert due_day("5wd", at(3, 4), YEAR, *reversed(apart)) == on(3, 14)


def test_the_day_of_the_event_counts_as_the_place_sees_it_not_as_utc_does() -> None:
    late_sunday_in_utc = datetime(2024, 3, 3, 16, 30, tzinfo=UTC)  # Monday 00:30 in China
    assert due_day("1wd", late_sunday_in_utc) == on(3, 5)


def test_natural_days_start_the_next_day_and_never_end_on_a_day_off() -> None:
    assert due_day("2d", at(3, 4)) == on(3, 6)
    assert due_day("7d", at(3, 3)) == on(3, 11)  # the 10th is a Sunday
    assert due_day("2d", at(2, 8)) == on(2, 18)  # the 10th begins Spring Festival


def test_natural_days_stand_still_until_the_working_day_after_a_suspension() -> None:
    # Counted: 5 March; the 6th to the 8th and the weekend stand still; then the 11th and 12th.
    assert due_day("3d", at(3, 4), YEAR, Pause(on(3, 6), on(3, 8))) == on(3, 12)


def test_a_month_ends_on_its_day_of_the_same_number_or_its_last() -> None:
    assert due_day("1mo", at(1, 31)) == on(2, 29)
    assert due_day("1mo", at(3, 4)) == on(4, 7)  # the 4th to 6th are Tomb-sweeping, the 7th worked
    assert due_day("11mo", at(1, 15)) == on(12, 16)  # the 15th is a Sunday
    assert due(parse_limit("13mo"), at(1, 15), YEAR, CHINA).astimezone(CHINA).date() == date(
        2025, 2, 17
    )


def test_a_suspension_moves_the_end_of_a_month_by_its_days() -> None:
    assert due_day("1mo", at(3, 11), YEAR, Pause(on(3, 18), on(3, 20))) == on(4, 15)  # 14th: Sunday


def test_hours_run_through_the_night_and_stand_still_through_a_suspension() -> None:
    four = due(parse_limit("4h"), at(3, 4, 16), YEAR, CHINA)
    assert four == at(3, 4, 20)
    assert due(parse_limit("24h"), at(3, 8, 16), YEAR, CHINA) == at(3, 9, 16)
    paused = due(parse_limit("10h"), at(3, 4, 20), YEAR, CHINA, [Pause(on(3, 5), on(3, 6))])
    assert paused == at(3, 7, 6)
    begun_in_it = due(parse_limit("2h"), at(3, 5, 9), YEAR, CHINA, [Pause(on(3, 5), on(3, 8))])
    assert begun_in_it == at(3, 11, 2)


def test_what_is_left_is_counted_in_working_days_and_negative_when_it_is_late() -> None:
    due_at = end_of_day(on(3, 11), CHINA)
    left = [workdays_left(due_at, at(3, day), YEAR, CHINA) for day in (4, 8, 9, 11, 12, 18)]
    assert left == [5, 1, 1, 0, -1, -5]
    assert end_of_next_workday(at(3, 8), YEAR, CHINA) == due_at


def test_a_year_nobody_has_announced_is_named() -> None:
    assert unannounced(YEAR, on(12, 20), date(2026, 1, 5)) == (2025, 2026)
    assert unannounced(YEAR, on(3, 1), on(12, 31)) == ()
    assert YEAR.until is None  # expressions reckon on by the week, as due dates do
    assert national.schedule(national.YEARS[-1] + 1) == []


def test_a_naive_moment_and_a_calendar_without_working_days_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due(parse_limit("1wd"), datetime(2024, 3, 4), YEAR, CHINA)
    with pytest.raises(NeverOpen):
        Calendar(frozenset())
    with pytest.raises(ValueError, match="ends before"):
        Pause(on(3, 2), on(3, 1))


# --- for every calendar -------------------------------------------------------------------------

days = st.dates(date(2023, 1, 1), date(2026, 12, 31))
counts = st.integers(1, 60)
calendars = st.builds(
    Calendar,
    st.frozensets(st.integers(0, 6), min_size=1),
    closed=st.frozensets(days, max_size=40),
    worked=st.frozensets(days, max_size=40),
)
pauses = st.lists(
    st.builds(
        lambda first, more: Pause(first, first + timedelta(days=more)), days, st.integers(0, 20)
    ),
    max_size=4,
)
moments = st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 31), timezones=st.just(CHINA))
limits = st.builds(
    lambda n, unit: parse_limit(f"{n}{unit}"),
    st.integers(1, 30),
    st.sampled_from(["wd", "d", "h", "mo"]),
)


@given(days, counts, calendars)
def test_adding_working_days_is_undone_by_counting_them(
    day: date, count: int, calendar: Calendar
) -> None:
    later = add_workdays(day, count, calendar)
    assert calendar.works(later)
    assert workdays_between(day, later, calendar) == count
    assert workdays_between(later, day, calendar) == -count
    if calendar.works(day):
        assert add_workdays(later, -count, calendar) == day


@given(days, counts, counts, calendars)
def test_adding_in_two_steps_is_adding_at_once(
    day: date, first: int, second: int, calendar: Calendar
) -> None:
    stepwise = add_workdays(add_workdays(day, first, calendar), second, calendar)
    assert stepwise == add_workdays(day, first + second, calendar)


@given(limits, moments, calendars, pauses)
def test_a_due_day_is_worked_not_suspended_and_never_sooner_for_a_suspension(
    limit: object, start: datetime, calendar: Calendar, paused: list[Pause]
) -> None:
    without = due(limit, start, calendar, CHINA)  # type: ignore[arg-type]
    with_pauses = due(limit, start, calendar, CHINA, paused)  # type: ignore[arg-type]
    assert start < without <= with_pauses
    last = with_pauses.astimezone(CHINA).date()
    # An hour's limit may end on the stroke of the day on which a suspension begins.
    on_the_stroke = with_pauses.astimezone(CHINA).time() == time(0)
    assert on_the_stroke or not any(pause.first <= last <= pause.last for pause in paused)
    if limit.unit != "h":  # type: ignore[attr-defined]
        assert calendar.works(last)


@given(limits, moments, calendars, pauses)
def test_the_order_of_suspensions_and_saying_them_twice_make_no_difference(
    limit: object, start: datetime, calendar: Calendar, paused: list[Pause]
) -> None:
    once = due(limit, start, calendar, CHINA, paused)  # type: ignore[arg-type]
    assert due(limit, start, calendar, CHINA, [*reversed(paused), *paused]) == once  # type: ignore[arg-type]


@given(days, calendars)
def test_the_next_working_day_is_the_day_itself_or_the_first_after(
    day: date, calendar: Calendar
) -> None:
    found = next_workday(day, calendar)
    assert calendar.works(found)
    assert workdays_between(day, found, calendar) == (0 if found == day else 1)
