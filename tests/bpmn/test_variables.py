"""What may become a routing variable's value, and what is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

import bpmn
from bpmn.variables import coerce, restore


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("number", 3, 3),
        ("number", 3.5, 3.5),
        ("number", "12", 12),
        ("number", "12.50", 12.5),
        ("number", Decimal("7.00"), 7),
        ("string", "文字", "文字"),
        ("string", 12, "12"),
        ("boolean", True, True),
        ("boolean", False, False),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("date", date(2026, 2, 28), "2026-02-28"),
        ("date", datetime(2026, 2, 28, 9, tzinfo=UTC), "2026-02-28"),
        ("date", "2026-02-28", "2026-02-28"),
        ("date", "2026-02-28T10:00:00+08:00", "2026-02-28"),
        ("list", ["a", 1, {"k": None}], ["a", 1, {"k": None}]),
        ("list", ("a",), ["a"]),
        ("list", [date(2026, 1, 1)], ["2026-01-01"]),
        ("list", [], []),
        ("number", None, None),
    ],
)
def test_a_value_is_kept_as_its_declared_type(kind, value, kept):
    found = coerce("v", kind, value)
    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", True),
        ("number", "twelve"),
        ("number", ""),
        ("number", float("nan")),
        ("number", float("inf")),
        ("number", "1e999999"),
        ("number", "NaN"),
        ("number", 2**53),
        ("number", [1]),
        ("string", True),
        ("string", ["a"]),
        ("string", "\ud800"),
        ("boolean", 1),
        ("boolean", "yes"),
        ("boolean", []),
        ("date", "2026-02-30"),
        ("date", "tomorrow"),
        ("date", 20260101),
        ("list", "abc"),
        ("list", {"a": 1}),
        ("list", [object()]),
        ("list", [2**80]),
    ],
)
def test_a_value_of_another_type_is_refused(kind, value):
    with pytest.raises(bpmn.BadData) as refused:
        coerce("v", kind, value)
    assert refused.value.code == "bad-data"
    assert "流程变量“v”应为" in refused.value.message


def test_a_value_too_long_to_be_a_fact_is_refused():
    for kind, value in (("string", "长" * 2000), ("list", ["x" * 100] * 50)):
        with pytest.raises(bpmn.BadData) as refused:
            coerce("v", kind, value)
        assert refused.value.code == "data-too-large"


def test_a_list_that_holds_itself_is_refused():
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(bpmn.BadData):
        coerce("v", "list", endless)


def test_dates_come_back_as_dates():
    assert restore("date", "2026-02-28") == date(2026, 2, 28)
    assert restore("string", "2026-02-28") == "2026-02-28"
    assert restore("date", None) is None
