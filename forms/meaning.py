"""What the parts of a condition mean: FEEL's operators and functions on plain JSON values.

Each takes expressions and gives one: a function of what is seen. Three-valued logic as in DMN 1.4
§10.3.2.12: None is FEEL's null.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import NoneType
from typing import Any, NoReturn


class Unsure(Exception):
    """A value that only the whole engine knows how to compare."""


class Broken(Exception):
    """An evaluation that fails; the expression as a whole is then null."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an expression sees: the answers, the row it stands in, names bound inside it."""

    data: Mapping[str, Any]
    this: Mapping[str, Any]
    today: date
    bound: Mapping[str, Any]


Expression = Callable[[Seen], Any]


def _unsure() -> NoReturn:
    raise Unsure


class Literal:
    """A value written in the expression; comparisons with it are worth a shorter way."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, seen: Seen) -> Any:
        return self.value


def start(name: str, bound: bool) -> Expression:
    if bound:
        return lambda seen: seen.bound[name]
    if name == "this":
        return lambda seen: seen.this
    return lambda seen: seen.data.get(name)


def path(start: Expression, steps: list[str]) -> Expression:
    def follow(seen: Seen) -> Any:
        value = start(seen)
        for step in steps:
            value = _entry(value, step)
        return value

    return follow


def _entry(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list):
        return [_unsure() if isinstance(one, list) else _entry(one, step) for one in value]
    if isinstance(value, date):
        _unsure()
    return None


def either(left: Expression, right: Expression) -> Expression:
    def of(seen: Seen) -> bool | None:
        a, b = left(seen), right(seen)
        if a is True or b is True:
            return True
        return False if a is False and b is False else None

    return of


def both(left: Expression, right: Expression) -> Expression:
    def of(seen: Seen) -> bool | None:
        a, b = left(seen), right(seen)
        if a is False or b is False:
            return False
        return True if a is True and b is True else None

    return of


def negated(inner: Expression) -> Expression:
    def of(seen: Seen) -> bool | None:
        value = inner(seen)
        return not value if isinstance(value, bool) else None

    return of


def compared(sign: str, left: Expression, right: Expression) -> Expression:
    if sign in ("=", "!="):
        same = sign == "="
        if isinstance(right, Literal) and isinstance(right.value, str):
            return _named(same, left, right.value)
        return lambda seen: _told(same, left(seen), right(seen))
    before = _ORDERS[sign]

    def ordered(seen: Seen) -> bool | None:
        a, b = left(seen), right(seen)
        if b is None:
            return None
        if isinstance(b, bool | list | dict):
            raise Broken  # there is no range up to such a thing
        if a is None:
            return None
        if isinstance(a, list | dict):
            _unsure()
        _require_one_kind(a, b)
        return _unsure() if isinstance(a, str) else before(a, b)

    return ordered


def _told(same: bool, a: Any, b: Any) -> bool | None:
    """`=` and `!=`. feelin negates as JavaScript does: what can't be told is unequal."""
    _require_one_kind(a, b)
    told = equal(a, b)
    return told if same else not told


def _named(same: bool, left: Expression, text: str) -> Expression:
    """`kind = "person"`: most conditions are of this kind."""

    def named(seen: Seen) -> bool | None:
        value = left(seen)
        return (value == text) is same if isinstance(value, str) else _told(same, value, text)

    return named


def _require_one_kind(a: Any, b: Any) -> None:
    """Single values of different kinds are not compared quietly (platform/feel/js/kinds.ts)."""
    if isinstance(a, list | dict | NoneType) or isinstance(b, list | dict | NoneType):
        return
    if _kind(a) != _kind(b):
        raise Broken


_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def equal(a: Any, b: Any) -> bool | None:
    """FEEL's equality: None where values of two kinds can't be equal or unequal."""
    if (a is None) != (b is None):
        return False
    a, b = _alone(a), _alone(b)
    kind = _kind(a)
    if kind != _kind(b):
        return None
    if kind == "list":
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))
    if kind == "context":
        return len(a) == len(b) and all(k in b and equal(a[k], b[k]) for k in a)
    return bool(a == b)


def _alone(value: Any) -> Any:
    """A list of one is that one; an empty list is nothing."""
    if isinstance(value, list) and len(value) < 2:
        return value[0] if value else None
    return value


def _kind(value: Any) -> str:
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "list"
    return "date" if isinstance(value, date) else "context"


def counted(inner: Expression) -> Expression:
    def of(seen: Seen) -> int | None:
        value = inner(seen)
        return None if value is None else len(_as_list(value))

    return of


def distinct(inner: Expression) -> Expression:
    def of(seen: Seen) -> list[Any] | None:
        value = inner(seen)
        if value is None:
            return None
        found: list[Any] = []
        for one in _as_list(value):
            if not any(equal(one, other) for other in found):
                found.append(one)
        return found

    return of


def containing(items: Expression, wanted: Expression) -> Expression:
    def of(seen: Seen) -> bool | None:
        value, one = items(seen), wanted(seen)
        if value is None:
            return None
        return any(equal(item, one) is True for item in _as_list(value))

    return of


def quantified(
    quantifier: Callable[..., bool], name: str, items: Expression, test: Expression
) -> Expression:
    def of(seen: Seen) -> bool | None:
        value = items(seen)
        if value is None:
            return None
        if not isinstance(value, list):
            raise Unsure
        results = (
            test(Seen(seen.data, seen.this, seen.today, {**seen.bound, name: one})) for one in value
        )
        return quantifier(result is not None and result is not False for result in results)

    return of


def dated(inner: Expression) -> Expression:
    def of(seen: Seen) -> date | None:
        value = inner(seen)
        if value is None or isinstance(value, date):
            return value
        if not isinstance(value, str) or "T" in value:
            raise Unsure
        return day_of(value)

    return of


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_of(text: str) -> date | None:
    """The day written as YYYY-MM-DD; None for anything else."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
