"""A small part of FEEL in Python: what nearly all conditions and rules of forms are made of.

Comparisons, `and`, `or`, `not`, paths, literals, `count`, `list contains`, `distinct values`,
`some`/`every … satisfies`, `date` and `today`. It exists so that such a form needs no V8 for a
verdict. It must give what js/feel.js gives (tests compare them on thousands of values); whatever
lies outside is left to V8: `Unsupported` when reading, `Unsure` when a value is of an odd kind.

Three-valued logic as in DMN 1.4 §10.3.2.12: None is FEEL's null.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import NoneType
from typing import Any, NoReturn


class Unsupported(Exception):
    """An expression that only the whole engine can read."""


class Unsure(Exception):
    """A value that only the whole engine knows how to compare."""


class _Broken(Exception):
    """An evaluation that fails; the expression as a whole is then null."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an expression sees: the answers, the row it stands in, names bound inside it."""

    data: Mapping[str, Any]
    this: Mapping[str, Any]
    today: date
    bound: Mapping[str, Any]


Expression = Callable[[Seen], Any]


def condition(text: str, names: frozenset[str]) -> Callable[[Seen], bool]:
    """Whether the expression is true, as a function of what it sees.

    `names`: the roots of the form's own answers; other names are given from outside and left to
    V8. Raises Unsupported.
    """
    expression = _Reader(text.removeprefix("="), names).read()

    def holds(seen: Seen) -> bool:
        try:
            return expression(seen) is True
        except _Broken:
            return False

    return holds


_WORD = re.compile(
    r"""\s*(?:
      (?P<number>[0-9]+(?:\.[0-9]+)?)(?![\w.])
    | (?P<string>"[^"\\\n]*")
    | (?P<name>[^\W\d]\w*)
    | (?P<sign><=|>=|!=|[=<>().,-])
    )""",
    re.VERBOSE,
)
_LARGEST = 2**53 - 1
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_WORDS_TEXT = """
    and or not in some every satisfies if then else for return between instance of true false null
    function item partial parent i _this_ _parent_ _i_ date time duration today now list count
    distinct
"""
_WORDS = frozenset(_WORDS_TEXT.split())


class _Reader:
    """Reads words into closures, one method a level of precedence."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self.words = _words(text)
        self.at = 0
        self.names = names
        self.bound: list[str] = []

    def read(self) -> Expression:
        expression = self.disjunction()
        if self.peek() is not None:
            _unsupported()
        return expression

    def peek(self, ahead: int = 0) -> str | None:
        place = self.at + ahead
        return self.words[place] if place < len(self.words) else None

    def take(self, wanted: str | None = None) -> str:
        word = self.peek()
        if word is None or (wanted is not None and word != wanted):
            _unsupported()
        self.at += 1
        return word

    def disjunction(self) -> Expression:
        quantifier = self.peek()
        if quantifier in ("some", "every"):
            return self.quantified(self.take())  # which reaches as far as it can
        left = self.conjunction()
        while self.peek() == "or":
            self.take()
            left = _either(left, self.conjunction())
        return left

    def conjunction(self) -> Expression:
        left = self.comparison()
        while self.peek() == "and":
            self.take()
            left = _both(left, self.comparison())
        return left

    def comparison(self) -> Expression:
        left = self.value()
        sign = self.peek()
        if sign not in _COMPARISONS:
            return left
        self.take()
        right = self.value()
        if self.peek() in _COMPARISONS:
            _unsupported()
        return _compared(sign, left, right)

    def value(self) -> Expression:
        word = self.take()
        if word == "(":
            inner = self.disjunction()
            self.take(")")
            return inner if self.peek() != "." else _unsupported()
        if word[0] == '"':
            return _Literal(word[1:-1])
        if word[0].isdigit() or word == "-":
            return _Literal(self.number(word))
        if word in ("true", "false", "null"):
            return _Literal({"true": True, "false": False, "null": None}[word])
        if word == "not" and self.peek() == "(":
            return _negated(self.argument())
        if word == "count" and self.peek() == "(":
            return _counted(self.argument())
        if word == "date" and self.peek() == "(":
            return _dated(self.argument())
        if word == "today" and self.peek() == "(":
            self.take("(")
            self.take(")")
            return lambda seen: seen.today
        if word == "list" and self.peek() == "contains":
            return self.containing()
        if word == "distinct" and self.peek() == "values":
            self.take()
            return _distinct(self.argument())
        return self.path(word)

    def number(self, word: str) -> float:
        sign = -1 if word == "-" else 1
        digits = self.take() if word == "-" else word
        if not digits[0].isdigit():
            _unsupported()
        number = float(digits) if "." in digits else int(digits)
        return sign * number if number <= _LARGEST else _unsupported()

    def argument(self) -> Expression:
        self.take("(")
        inner = self.disjunction()
        self.take(")")
        return inner if self.peek() != "." else _unsupported()

    def containing(self) -> Expression:
        self.take("contains")
        self.take("(")
        items = self.disjunction()
        self.take(",")
        wanted = self.disjunction()
        self.take(")")
        return _containing(items, wanted)

    def quantified(self, quantifier: str) -> Expression:
        name = self.name(self.take())
        self.take("in")
        items = self.path(self.take())
        self.take("satisfies")
        self.bound.append(name)
        test = self.disjunction()
        self.bound.pop()
        return _quantified(any if quantifier == "some" else all, name, items, test)

    def path(self, word: str) -> Expression:
        if word != "this" and word not in self.bound:
            self.name(word)
            if word not in self.names:
                _unsupported()
        start = _start(word, word in self.bound)
        steps = []
        while self.peek() == ".":
            self.take()
            steps.append(self.name(self.take(), step=True))
        following = self.peek()
        # Two words side by side may be one name to FEEL.
        if following and (following == "(" or (following[0].isalpha() and not _joins(following))):
            _unsupported()
        return _path(start, steps) if steps else start

    def name(self, word: str, *, step: bool = False) -> str:
        if not (word[0].isalpha() or word[0] == "_") or (word in _WORDS and not step):
            _unsupported()
        return word if word != "this" else _unsupported()


def _joins(word: str) -> bool:
    return word in ("and", "or", "satisfies")


def _words(text: str) -> list[str]:
    words: list[str] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            _unsupported()
        words.append(match[0].strip())
        at = match.end()
    return words


def _unsupported() -> NoReturn:
    raise Unsupported


def _unsure() -> NoReturn:
    raise Unsure


class _Literal:
    """A value written in the expression; comparisons with it are worth a shorter way."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, seen: Seen) -> Any:
        return self.value


def _start(name: str, bound: bool) -> Expression:
    if bound:
        return lambda seen: seen.bound[name]
    if name == "this":
        return lambda seen: seen.this
    return lambda seen: seen.data.get(name)


def _path(start: Expression, steps: list[str]) -> Expression:
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


def _either(left: Expression, right: Expression) -> Expression:
    def either(seen: Seen) -> bool | None:
        a, b = left(seen), right(seen)
        if a is True or b is True:
            return True
        return False if a is False and b is False else None

    return either


def _both(left: Expression, right: Expression) -> Expression:
    def both(seen: Seen) -> bool | None:
        a, b = left(seen), right(seen)
        if a is False or b is False:
            return False
        return True if a is True and b is True else None

    return both


def _negated(inner: Expression) -> Expression:
    def negated(seen: Seen) -> bool | None:
        value = inner(seen)
        return not value if isinstance(value, bool) else None

    return negated


def _compared(sign: str, left: Expression, right: Expression) -> Expression:
    if sign in ("=", "!="):
        same = sign == "="
        if isinstance(right, _Literal) and isinstance(right.value, str):
            return _named(same, left, right.value)
        return lambda seen: _told(same, left(seen), right(seen))
    before = _ORDERS[sign]

    def ordered(seen: Seen) -> bool | None:
        a, b = left(seen), right(seen)
        if b is None:
            return None
        if isinstance(b, bool | list | dict):
            raise _Broken  # there is no range up to such a thing
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
        raise _Broken


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


def _counted(inner: Expression) -> Expression:
    def counted(seen: Seen) -> int | None:
        value = inner(seen)
        return None if value is None else len(_as_list(value))

    return counted


def _distinct(inner: Expression) -> Expression:
    def distinct(seen: Seen) -> list[Any] | None:
        value = inner(seen)
        if value is None:
            return None
        found: list[Any] = []
        for one in _as_list(value):
            if not any(equal(one, other) for other in found):
                found.append(one)
        return found

    return distinct


def _containing(items: Expression, wanted: Expression) -> Expression:
    def containing(seen: Seen) -> bool | None:
        value, one = items(seen), wanted(seen)
        if value is None:
            return None
        return any(equal(item, one) is True for item in _as_list(value))

    return containing


def _quantified(
    quantifier: Callable[..., bool], name: str, items: Expression, test: Expression
) -> Expression:
    def quantified(seen: Seen) -> bool | None:
        value = items(seen)
        if value is None:
            return None
        if not isinstance(value, list):
            raise Unsure
        results = (
            test(Seen(seen.data, seen.this, seen.today, {**seen.bound, name: one})) for one in value
        )
        return quantifier(result is not None and result is not False for result in results)

    return quantified


def _dated(inner: Expression) -> Expression:
    def dated(seen: Seen) -> date | None:
        value = inner(seen)
        if value is None or isinstance(value, date):
            return value
        if not isinstance(value, str) or "T" in value:
            raise Unsure
        return day_of(value)

    return dated


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
