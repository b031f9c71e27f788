"""Working days by a calendar given as data; the dated examples are those of the domain."""

from datetime import date, datetime, timedelta, timezone

import pytest

from feel import Calendar, Feel, FeelError

CHINA = timezone(timedelta(hours=8))


def days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


# Holidays of 2024: 10–17 February with 18 February worked; 4–6 April with 7 April worked.
OFFICIAL = Calendar(
    closed=frozenset(
        days(date(2024, 2, 10), date(2024, 2, 17)) | days(date(2024, 4, 4), date(2024, 4, 6))
    ),
    worked=frozenset({date(2024, 2, 18), date(2024, 4, 7)}),
    until=date(2024, 12, 31),
)
CLOSED_ON_NEW_YEARS_EVE = Calendar(
    closed=OFFICIAL.closed | {date(2024, 2, 9)}, worked=OFFICIAL.worked
)


@pytest.mark.parametrize(
    ("calendar", "event", "limit", "due"),
    [
        pytest.param(OFFICIAL, "2024-03-04", 5, "2024-03-11", id="five days from a Monday"),
        pytest.param(OFFICIAL, "2024-02-08", 3, "2024-02-19", id="over the Spring Festival"),
        pytest.param(
            CLOSED_ON_NEW_YEARS_EVE, "2024-02-08", 3, "2024-02-20", id="a tenant's own closing day"
        ),
        pytest.param(OFFICIAL, "2024-03-01", 20, "2024-03-29", id="the law's twenty days"),
        pytest.param(OFFICIAL, "2024-03-29", 10, "2024-04-15", id="ten more over Qingming"),
        pytest.param(OFFICIAL, "2024-03-02", 1, "2024-03-04", id="from a Saturday"),
        pytest.param(OFFICIAL, "2024-03-04", 0, "2024-03-04", id="none"),
        pytest.param(OFFICIAL, "2024-02-19", -3, "2024-02-08", id="backwards"),
    ],
)
def test_limits_in_working_days_fall_due(
    feel: Feel, calendar: Calendar, event: str, limit: int, due: str
) -> None:
    names = {"event": date.fromisoformat(event), "limit": limit}
    found = feel.evaluate("add working days(event, limit)", names, calendar=calendar)
    assert found == date.fromisoformat(due)


def test_the_days_between_are_those_that_were_added(feel: Feel) -> None:
    for limit in range(-30, 31):
        due = "add working days(event, limit)"
        counted = feel.evaluate(
            f"working days between(event, {due})",
            {"event": date(2024, 2, 8), "limit": limit},
            calendar=OFFICIAL,
        )
        assert counted == limit


def test_a_suspension_moves_the_due_date_by_the_days_it_took(feel: Feel) -> None:
    """Accepted on Monday 4 March for five days, suspended 6–8 March: due on the 14th."""
    due = feel.evaluate(
        "add working days(accepted, limit + working days between(start, end) + 1)",
        {
            "accepted": date(2024, 3, 4),
            "limit": 5,
            "start": date(2024, 3, 6),
            "end": date(2024, 3, 8),
        },
        calendar=OFFICIAL,
    )
    assert due == date(2024, 3, 14)


def test_dates_may_be_text_or_moments(feel: Feel) -> None:
    late = datetime(2024, 2, 8, 23, 30, tzinfo=CHINA)
    for event in ("2024-02-08", late):
        found = feel.evaluate("add working days(e, 3)", {"e": event}, calendar=OFFICIAL)
        assert found == date(2024, 2, 19)


def test_worked_sundays_and_closed_mondays_are_told_apart(feel: Feel) -> None:
    def works(day: str) -> bool:
        return bool(feel.evaluate("is working day(d)", {"d": day}, calendar=OFFICIAL))

    assert works("2024-02-18")  # a Sunday, worked
    assert not works("2024-02-12")  # a Monday, holiday
    assert works("2024-03-04")
    assert not works("2024-03-03")


def test_a_week_may_have_other_days(feel: Feel) -> None:
    saturdays = Calendar(weekly=frozenset({5}))
    found = feel.evaluate('add working days("2024-03-04", 2)', {}, calendar=saturdays)
    assert found == date(2024, 3, 16)


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ('add working days("2024-12-30", 5)', "calendar-ends"),
        ("add working days(5, 5)", "not-a-date"),
        ('add working days("4 March", 5)', "not-a-date"),
        ('add working days("2024-03-04", 1.5)', "not-a-count"),
        ('add working days("2024-03-04", 99999999)', "not-a-count"),
        ('add working days("2024-03-04", null)', "not-a-count"),
        ('working days between("0001-01-01", "2024-01-01")', "too-far-apart"),
    ],
)
def test_working_days_are_refused_in_words_and_never_guessed(
    feel: Feel, expression: str, code: str
) -> None:
    with pytest.raises(FeelError) as refused:
        feel.evaluate(expression, {}, calendar=OFFICIAL)
    assert refused.value.code == code


def test_a_calendar_that_is_always_closed_is_no_endless_loop(feel: Feel) -> None:
    with pytest.raises(FeelError, match="一直没有工作日"):
        feel.evaluate(
            'add working days("2024-03-04", 1)', {}, calendar=Calendar(weekly=frozenset())
        )


def test_without_a_calendar_there_are_no_working_days(feel: Feel) -> None:
    feel.evaluate('is working day("2024-03-04")', {}, calendar=OFFICIAL)
    with pytest.raises(FeelError, match="没有工作日历"):
        feel.evaluate('is working day("2024-03-04")', {})
