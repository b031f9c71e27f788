"""What a decision table leaves open, worked out from its cells alone."""

import time
from typing import Any

import pytest

from feel import Feel
from feel.cells import read_tests
from feel.coverage import Coverage, examine


def table(
    *rules: tuple[str, ...],
    types: tuple[str, ...] = ("number", "string"),
    hit: str = "UNIQUE",
    allowed: tuple[str | None, ...] = (None, None),
) -> dict[str, Any]:
    """A table as `feel.dmn` reads it: each rule's cells, its number as its output."""
    return {
        "hit": hit,
        "inputs": [
            {"type": kind, "allowed": {"text": text} if text else None}
            for kind, text in zip(types, allowed, strict=False)
        ],
        "outputs": [{}],
        "rules": [
            {
                "when": [None if cell == "-" else {"text": cell} for cell in rule],
                "then": [{"text": str(number)}],
            }
            for number, rule in enumerate(rules)
        ],
    }


def test_a_table_that_has_a_rule_for_everything_leaves_nothing_open() -> None:
    found = examine(table(("< 3", '"a"'), (">= 3", '"a"'), ("-", '"b"'), allowed=(None, '"a","b"')))
    assert found == Coverage(rows=found.rows)
    assert set(found.rows) == {(n, text) for n in (2, 3, 4) for text in ("a", "b")}


def test_gaps_and_overlaps_are_told_in_the_words_of_cells() -> None:
    found = examine(table(("<= 20",), (">= 20",), ("> 30",), types=("number",)))
    assert [(each.rules, each.where) for each in found.overlaps] == [
        ((1, 2), ("20",)), ((2, 3), ("> 30",)),
    ]  # fmt: skip
    found = examine(table(("[1..5)", "-"), ("(7..9]", 'not("x")')))
    assert found.gaps == (
        ("< 1, [5..7], > 9", "-"), ("(7..9]", '"x"'),
    )  # fmt: skip
    dates = examine(table(('< date("2026-01-01")',), ('> date("2026-01-01")',), types=("date",)))
    assert dates.gaps == (('date("2026-01-01")',),)


def test_a_rule_that_can_never_count_is_told() -> None:
    later = table(("> 3",), ("> 5",), ("-",), types=("number",), hit="FIRST")
    assert examine(later).unreached == (2,)
    impossible = table(("> 3", '"z"'), ("-", "-"), hit="ANY", allowed=(None, '"a"'))
    assert examine(impossible).unreached == (1,)


def test_what_cannot_be_told_from_the_cells_is_said_so() -> None:
    found = examine(table(("> limit",), ("<= 3",), types=("number",)))
    assert (found.unread, found.whole, found.gaps) == ((1,), False, ())
    for text in ("x", "? > 3", '"a\\"b"', "1,", "[1..", "f(2)", "date(2026)"):
        assert read_tests(text) is None, text


def test_otherwise_closes_every_gap() -> None:
    open_ = table(("> 3",), types=("number",))
    assert examine(open_).gaps
    assert not examine({**open_, "outputs": [{"otherwise": {"text": "0"}}]}).gaps


@pytest.mark.parametrize("text", ["< 3", ">= 3, < 1", "[1..5)", "]1..5[", '"a","b"', 'not("a")'])
def test_cells_mean_here_what_they_mean_to_the_engine(text: str, feel: Feel) -> None:
    """Each class of a column lies wholly inside or outside a cell, as the engine judges."""
    from feel.cells import Column

    tests = read_tests(text)
    assert tests is not None
    column = Column([tests], None, None)
    classes = column.classes(tests)
    for number in range(column.count):
        value = column.sample(number)
        assert feel.unary(text, value, {}) is bool(classes >> number & 1), value


def test_a_thousand_rules_are_examined_in_a_moment() -> None:
    rules = [(f"[{n}..{n + 1})", f'"x{n % 7}"', "-", "true") for n in range(1000)]
    kinds = ("number", "string", "string", "boolean")
    began = time.process_time()
    found = examine(table(*rules, types=kinds, allowed=(None,) * 4))
    assert time.process_time() - began < 1.5
    assert not found.overlaps
    assert found.gaps
    assert len(found.rows) >= 1000
