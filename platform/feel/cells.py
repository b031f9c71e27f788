"""What the cells of a decision table's column let through, as sets of the column's classes.

Between the values a column's cells name nothing changes, so finitely many classes stand for all its
values: each value named, what lies between and outside two of them, and for texts "any other". A
set of classes is an int, bit k for class k. Cells that compare with names or call functions aren't
read: they are None.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Value = Decimal | str | bool | date

_TOKEN = re.compile(
    r"""\s*(?:(?P<date>date\(\s*"(?P<d1>\d{4}-\d\d-\d\d)"\s*\)|@"(?P<d2>\d{4}-\d\d-\d\d)")
    |(?P<number>-?\d+(?:\.\d+)?(?![.\d]\d))|"(?P<string>[^"\\]*)"|(?P<bool>true|false)\b
    |(?P<mark>\.\.|<=|>=|<|>|not\s*\(|[\[\](),-]))""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Between:
    """An interval; None: without an end. A single value is an interval closed on both sides."""

    low: Value | None
    high: Value | None
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class Tests:
    """One of several intervals, or, negated, none of them. No intervals, negated: anything."""

    ranges: tuple[Between, ...]
    negated: bool = False

    @property
    def values(self) -> list[Value]:
        return [v for each in self.ranges for v in (each.low, each.high) if v is not None]


ANYTHING = Tests((), negated=True)


def read_tests(text: str) -> Tests | None:
    """A cell's unary tests; None for what can't be told without running it."""
    source = text.strip()
    if source in ("", "-"):
        return ANYTHING
    tokens: list[tuple[str, Any]] = []
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None or match.end() == position:
            return None
        tokens.append(_token(match))
        position = match.end()
    try:
        return _Reading(tokens).tests()
    except (_Unreadable, IndexError):
        return None


def _token(match: re.Match[str]) -> tuple[str, Any]:
    day = match["d1"] or match["d2"]
    if day:
        try:
            return "value", date.fromisoformat(day)
        except ValueError:
            return "?", day
    if match["number"]:
        return "value", Decimal(match["number"])
    if match["string"] is not None:
        return "value", match["string"]
    if match["bool"]:
        return "value", match["bool"] == "true"
    return re.sub(r"\s", "", match["mark"]), None


class _Unreadable(Exception):
    pass


class _Reading:
    def __init__(self, tokens: list[tuple[str, Any]]) -> None:
        self.tokens = [*tokens, ("end", None)]
        self.at = 0

    def tests(self) -> Tests:
        negated = self.tokens[0][0] == "not("
        self.at = int(negated)
        ranges = [self.one()]
        while self.tokens[self.at][0] == ",":
            self.at += 1
            ranges.append(self.one())
        if negated:
            self.take(")")
        self.take("end")
        return Tests(tuple(ranges), negated)

    def one(self) -> Between:
        mark, value = self.tokens[self.at]
        self.at += 1
        if mark == "value":
            return Between(value, value)
        if mark in ("<", "<="):
            return Between(None, self.value(), with_high=mark == "<=")
        if mark in (">", ">="):
            return Between(self.value(), None, with_low=mark == ">=")
        if mark in ("[", "(", "]"):
            low = self.value()
            self.take("..")
            high = self.value()
            end = self.tokens[self.at][0]
            if end not in ("]", ")", "["):
                raise _Unreadable
            self.at += 1
            return Between(low, high, mark == "[", end == "]")
        raise _Unreadable

    def value(self) -> Value:
        mark, value = self.tokens[self.at]
        if mark != "value" or isinstance(value, bool):
            raise _Unreadable
        self.at += 1
        found: Value = value
        return found

    def take(self, mark: str) -> None:
        if self.tokens[self.at][0] != mark:
            raise _Unreadable
        self.at += 1


class Column:
    """The classes of a column whose cells (and allowed values) were all read.

    Raises ValueError when they compare values of different kinds.
    """

    def __init__(self, tests: Sequence[Tests], allowed: Tests | None, kind: str | None) -> None:
        values = [value for each in (*tests, *filter(None, [allowed])) for value in each.values]
        kinds = {type(value) for value in values}
        if len(kinds) > 1:
            raise ValueError("values of different kinds")
        self.kind = next(iter(kinds), {"boolean": bool, "string": str}.get(kind or "", Decimal))
        self.points: list[Any] = sorted({True, False} if self.kind is bool else set(values))
        self.ordered = self.kind in (Decimal, date)
        self.count = 2 * len(self.points) + 1 if self.ordered else len(self.points) + 1
        if self.kind is bool:
            self.count = 2
        self.everything = (1 << self.count) - 1
        if allowed is not None:
            self.everything = self.classes(allowed)

    def classes(self, tests: Tests) -> int:
        """The classes these tests let through."""
        found = 0
        for each in tests.ranges:
            found |= self._span(each) if self.ordered else self._named(each)
        return (self.everything & ~found) if tests.negated else found & self.everything

    def _named(self, each: Between) -> int:
        if each.low is None or each.low != each.high:
            return 0  # texts aren't ordered here
        return 1 << self.points.index(each.low)

    def _span(self, each: Between) -> int:
        first, last = 0, self.count - 1
        if each.low is not None:
            first = 2 * bisect_left(self.points, each.low) + 1 + (not each.with_low)
        if each.high is not None:
            last = 2 * bisect_left(self.points, each.high) + 1 - (not each.with_high)
        return ((1 << (last + 1)) - (1 << first)) if first <= last else 0

    def sample(self, number: int) -> Any:
        """A value of a class, as JSON has it."""
        if not self.ordered:
            known = number < len(self.points)
            return self.points[number] if known else "（其他）"  # not for people
        index, between = divmod(number, 2)
        value = self.points[index] if between else self._between(index)
        if isinstance(value, date):
            return value.isoformat()
        return int(value) if value == int(value) else float(value)

    def _between(self, index: int) -> Any:
        if not self.points:
            return date(2026, 1, 1) if self.kind is date else Decimal(0)
        step: Any = timedelta(days=1) if self.kind is date else Decimal(1)
        if index == 0:
            return self.points[0] - step
        if index == len(self.points):
            return self.points[-1] + step
        low, high = self.points[index - 1], self.points[index]
        return low + step if low + step < high else low + (high - low) / 2

    def said(self, classes: int) -> str:
        """The classes in FEEL's words: "[3..5)", "\\"a\\",\\"b\\"", "> 8"; "-" for all."""
        if classes == self.everything:
            return "-"
        numbers = [k for k in range(self.count) if classes >> k & 1]
        if not self.ordered:
            names = [_said(self.points[k]) for k in numbers if k < len(self.points)]
            if len(numbers) > len(names):  # any other text
                others = [_said(p) for k, p in enumerate(self.points) if not classes >> k & 1]
                return f"not({', '.join(others)})" if others else "-"
            return ", ".join(names)
        runs: list[list[int]] = []
        for number in numbers:
            if runs and runs[-1][1] == number - 1:
                runs[-1][1] = number
            else:
                runs.append([number, number])
        return ", ".join(self._run(first, last) for first, last in runs)

    def _run(self, first: int, last: int) -> str:
        low = None if first == 0 else self.points[(first - 1) // 2]
        high = None if last == self.count - 1 else self.points[last // 2]
        if low is not None and first % 2 and first == last:
            return _said(low)
        opens, closes = "[" if first % 2 else "(", "]" if last % 2 else ")"
        if low is None:
            return f"{'<=' if last % 2 else '<'} {_said(high)}"
        if high is None:
            return f"{'>=' if first % 2 else '>'} {_said(low)}"
        return f"{opens}{_said(low)}..{_said(high)}{closes}"


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    return f'"{value}"' if isinstance(value, str) else str(value)
