"""The small grammars of our attributes, and times."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bpmn import times
from bpmn.dialect import (
    Assign,
    Limit,
    Outcome,
    is_expression,
    parse_assign,
    parse_fields,
    parse_limit,
    parse_outcomes,
    parse_words,
)
from bpmn.problems import Malformed

CHINA = timezone(timedelta(hours=8))


def test_an_assignment_is_read_in_any_order():
    assert parse_assign("role:checker") == Assign(role="checker")
    assert parse_assign(" post:head  at:county\n department:housing ") == Assign(
        at="county", department="housing", post="head"
    )
    assert parse_assign("person:li.wei-2") == Assign(person="li.wei-2")


def test_an_assignment_says_what_is_wrong_and_what_there_is():
    with pytest.raises(Malformed) as wrong:
        parse_assign("at:moon role:checker")
    assert wrong.value.code == "assign-unknown-place"
    assert "filing、owner、city、county、township、village" in wrong.value.message
    with pytest.raises(Malformed) as wrong:
        parse_assign("")
    assert "至少写部门" in wrong.value.message


def test_a_limit_has_an_amount_and_a_unit():
    assert parse_limit("3wd") == Limit(3, "wd")
    assert parse_limit(" 20d ") == Limit(20, "d")
    assert parse_limit("4h") == Limit(4, "h")
    assert str(parse_limit("1mo")) == "1mo"


def test_outcomes_keep_their_order_and_english_may_be_left_out():
    assert parse_outcomes("agree:同意|Agree; disagree : 不同意 ;") == (
        Outcome("agree", "同意", "Agree"),
        Outcome("disagree", "不同意", "不同意"),
    )


def test_fields_and_words():
    assert parse_fields("site.area:read; note:hide;") == {"site.area": "read", "note": "hide"}
    assert parse_fields("") == {}
    assert parse_words(" a  b a ") == ("a", "b")
    assert is_expression(' = "role:x"')
    assert not is_expression("role:x")


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("P3D", datetime(2026, 2, 3, 9, tzinfo=CHINA)),
        ("PT36H", datetime(2026, 2, 1, 21, tzinfo=CHINA)),
        ("P1M", datetime(2026, 2, 28, 9, tzinfo=CHINA)),
        ("P1Y", datetime(2027, 1, 31, 9, tzinfo=CHINA)),
        ("P1Y1M1DT1H1M1.5S", datetime(2027, 3, 1, 10, 1, 1, 500_000, tzinfo=CHINA)),
        ("P2W", datetime(2026, 2, 14, 9, tzinfo=CHINA)),
        ("2026-02-01", datetime(2026, 2, 1, tzinfo=CHINA)),
        ("2026-02-01T00:00:00Z", datetime(2026, 2, 1, tzinfo=UTC)),
        (date(2026, 2, 1), datetime(2026, 2, 1, tzinfo=CHINA)),
        (datetime(2026, 2, 1, 8), datetime(2026, 2, 1, 8, tzinfo=CHINA)),
        (timedelta(hours=2), datetime(2026, 1, 31, 11, tzinfo=CHINA)),
    ],
)
def test_when_a_timer_is_due(text, due):
    now = datetime(2026, 1, 31, 9, tzinfo=CHINA)
    found = times.due(text, now)
    assert found == due
    assert found is not None
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    ["", "P", "PT", "P1", "3D", "P-1D", "P1DT", "P11Y", "P99999999999999999999D", "soon",
     "2026-13-01", "9999-12-31", None, True, 5, ["P1D"], timedelta(days=9999), timedelta.max,
     "P" + "1" * 100 + "D"],
)  # fmt: skip
def test_what_is_no_time(value):
    assert times.due(value, datetime(2026, 1, 31, 9, tzinfo=UTC)) is None
