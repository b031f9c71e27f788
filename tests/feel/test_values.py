"""Values cross into FEEL and come back as what they were."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feel import Feel, FeelError

CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    "value",
    [
        None, True, False, 0, 1, -7, 2**53 - 1, 0.1, -2.5, "", "云川市",
        '引号"与\\反斜杠\n换行', "🀄",
        [], [1, [2, [3]]], {}, {"甲": {"乙": [None, True, "丙"]}},
        date(2024, 2, 29), date(1900, 1, 1), date(1949, 10, 1),
        time(8, 30), time(8, 30, 15), time(8, 30, tzinfo=CHINA),
        timedelta(0), timedelta(days=45), timedelta(days=-1, hours=3), timedelta(seconds=1.5),
        {"accepted": date(2024, 3, 4), "waits": [timedelta(hours=2)]},
    ],
    ids=repr,
)  # fmt: skip
def test_a_value_comes_back_as_it_went(feel: Feel, value: object) -> None:
    assert feel.evaluate("x", {"x": value}) == value
    assert type(feel.evaluate("x", {"x": value})) is type(value)


# V8 reads a key that begins with an escape as "\\" once it has seen that key at the same place of
# another object. Names of answers and variables are words, so no such key gets here.
_KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\\"), max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.floats(-(2**53) + 1, 2**53 - 1)
        | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
        | st.dates(date(1, 2, 1), date(9998, 12, 31))
        | st.timedeltas(timedelta(days=-9000), timedelta(days=9000)).map(
            lambda length: timedelta(days=length.days, seconds=length.seconds)
        ),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
        max_leaves=12,
    )
)
def test_any_value_comes_back_as_it_went(value: object) -> None:
    try:
        assert _feel.evaluate("x", {"x": value}) == value
    except FeelError as error:
        assert error.code in ("unusable-value", "forbidden-name")  # noqa: PT017


_feel = Feel()


def test_a_moment_comes_back_on_the_clock_of_the_engine(feel: Feel) -> None:
    moment = datetime(2024, 3, 4, 18, 30, tzinfo=UTC)
    back = feel.evaluate("m", {"m": moment})
    assert back == moment
    assert back.utcoffset() == timedelta(hours=8)
    assert feel.evaluate("m.hour", {"m": moment}) == 2


def test_midnight_in_utc_is_a_moment_and_not_a_date(feel: Feel) -> None:
    moment = datetime(2024, 3, 4, tzinfo=UTC)
    assert feel.evaluate("m", {"m": moment}) == moment


def test_the_date_of_a_moment_is_the_local_one(feel: Feel) -> None:
    early_on_tuesday = datetime(2024, 3, 4, 18, tzinfo=UTC)
    assert feel.evaluate("date(m)", {"m": early_on_tuesday}) == date(2024, 3, 5)


def test_today_and_now_follow_the_moment_given_and_the_zone(feel: Feel) -> None:
    now = datetime(2024, 3, 4, 18, tzinfo=UTC)
    assert feel.evaluate("today()", {}, now=now) == date(2024, 3, 5)
    assert feel.evaluate('today() = date("2024-03-05")', {}, now=now) is True
    assert feel.evaluate("now()", {}, now=now) == now
    assert Feel(zone="America/New_York").evaluate("today()", {}, now=now) == date(2024, 3, 4)


def test_a_naive_moment_is_our_own_mistake(feel: Feel) -> None:
    with pytest.raises(ValueError, match="time zone"):
        feel.evaluate("m", {"m": datetime(2024, 3, 4)})
    with pytest.raises(ValueError, match="time zone"):
        feel.evaluate("now()", {}, now=datetime(2024, 3, 4))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('date("2024-02-28") + duration("P2D")', date(2024, 3, 1)),
        ('date("2024-02-28") + duration("PT36H")', date(2024, 2, 29)),
        ('date("2024-03-01") - date("2024-02-01")', timedelta(days=29)),
        ('(date("2024-03-01") - date("2024-02-01")).days', 29),
        ('duration("P1D") * 3', timedelta(days=3)),
        ('duration("P3D") / 2', timedelta(days=1, hours=12)),
        ('-duration("PT2H")', timedelta(hours=-2)),
        ('duration("P14M")', "P1Y2M"),
        ('years and months duration(date("1990-05-20"), date("2024-03-04"))', "P33Y9M"),
        ('years and months duration(date("1990-05-20"), date("2024-03-04")).years', 33),
        ("date(2024, 2, 29)", date(2024, 2, 29)),
        ("date(2024, 2, 30)", None),
        ('date("2024-02-30")', None),
        ('day of week(date("2024-03-04"))', "Monday"),
        ('min(date("2024-03-04"), date("2023-01-01"))', date(2023, 1, 1)),
        ('list contains([date("2024-03-04")], date("2024-03-04"))', True),
        ("median([9, 10, 100])", 10),
        ('date("2024-03-04") instance of date', True),
        ('"2024-03-04" instance of date', False),
    ],
)
def test_dates_lists_and_durations_calculate_as_people_do(
    feel: Feel, expression: str, value: object
) -> None:
    assert feel.evaluate(expression, {}) == value


def test_whole_numbers_come_back_whole(feel: Feel) -> None:
    assert isinstance(feel.evaluate("6 / 2", {}), int)
    assert feel.evaluate("x * 3", {"x": Decimal("12.5")}) == 37.5
    assert feel.evaluate("x", {"x": Decimal("1200")}) == 1200


def test_other_mappings_and_sets_are_taken_too(feel: Feel) -> None:
    assert feel.evaluate("m.a", {"m": MappingProxyType({"a": 1})}) == 1
    assert feel.evaluate("count(s)", {"s": frozenset({1, 2})}) == 2


@pytest.mark.parametrize(
    "value",
    [object(), 2**60, "\ud800", b"bytes", {1: "a"}],
    ids=["object", "too large a number", "half a character", "bytes", "a number as a name"],
)
def test_what_cannot_cross_is_refused(feel: Feel, value: object) -> None:
    with pytest.raises(FeelError) as refused:
        feel.evaluate("x", {"x": value})
    assert refused.value.code == "unusable-value"


def test_more_than_a_megabyte_is_refused(feel: Feel) -> None:
    with pytest.raises(FeelError) as refused:
        feel.evaluate("1", {"x": "长" * 400_000})
    assert refused.value.code == "context-too-large"


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("9 ** 9 ** 9 ** 9", "number-out-of-range"),
        ("9007199254740992", "number-out-of-range"),
        ("0 - 9007199254740993", "number-out-of-range"),
        ("function(x) x", "no-value"),
        ("[1..5]", "no-value"),
        ("count", "no-value"),
        ("{a: for i in 1..9000 return 1, b: for i in 1..30 return a}.b", "result-too-large"),
        ('duration("P99999999D")', "moment-out-of-range"),
        ('date("9999-12-31") + duration("P10Y")', "moment-out-of-range"),
    ],
)
def test_a_result_that_python_cannot_hold_is_refused(
    feel: Feel, expression: str, code: str
) -> None:
    with pytest.raises(FeelError) as refused:
        feel.evaluate(expression, {})
    assert refused.value.code == code


def test_answers_cannot_pose_as_dates(feel: Feel) -> None:
    guess = {"$t": "date", "feel": "date", "text": "2024-03-04"}
    assert feel.evaluate("x", {"x": guess}) == guess
