"""A small part of FEEL in Python: what nearly all conditions and rules of forms are made of.

Comparisons, `and`, `or`, `not`, paths, literals, `count`, `list contains`, `distinct values`,
`some`/`every … satisfies`, `date` and `today`. It exists so that such a form needs no V8 for a
verdict. It must give what js/feel.js gives (tests compare them on thousands of values); whatever
lies outside is left to V8: `Unsupported` when reading, `Unsure` when a value is of an odd kind.
"""

import re
from collections.abc import Callable
from typing import NoReturn

from forms import meaning
from forms.meaning import Broken, Expression, Literal, Seen, Unsure

__all__ = ["Seen", "Unsupported", "Unsure", "condition"]


class Unsupported(Exception):
    """An expression that only the whole engine can read."""


def condition(text: str, names: frozenset[str]) -> Callable[[Seen], bool]:
    """Whether the expression is true, as a function of what it sees.

    `names`: the roots of the form's own answers; other names are given from outside and left to
    V8. Raises Unsupported.
    """
    expression = _Reader(text.removeprefix("="), names).read()

    def holds(seen: Seen) -> bool:
        try:
            return expression(seen) is True
        except Broken:
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
            left = meaning.either(left, self.conjunction())
        return left

    def conjunction(self) -> Expression:
        left = self.comparison()
        while self.peek() == "and":
            self.take()
            left = meaning.both(left, self.comparison())
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
        return meaning.compared(sign, left, right)

    def value(self) -> Expression:
        word = self.take()
        if word == "(":
            inner = self.disjunction()
            self.take(")")
            return inner if self.peek() != "." else _unsupported()
        if word[0] == '"':
            return Literal(word[1:-1])
        if word[0].isdigit() or word == "-":
            return Literal(self.number(word))
        if word in ("true", "false", "null"):
            return Literal({"true": True, "false": False, "null": None}[word])
        if word == "not" and self.peek() == "(":
            return meaning.negated(self.argument())
        if word == "count" and self.peek() == "(":
            return meaning.counted(self.argument())
        if word == "date" and self.peek() == "(":
            return meaning.dated(self.argument())
        if word == "today" and self.peek() == "(":
            self.take("(")
            self.take(")")
            return lambda seen: seen.today
        if word == "list" and self.peek() == "contains":
            return self.containing()
        if word == "distinct" and self.peek() == "values":
            self.take()
            return meaning.distinct(self.argument())
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
        return meaning.containing(items, wanted)

    def quantified(self, quantifier: str) -> Expression:
        name = self.name(self.take())
        self.take("in")
        items = self.path(self.take())
        self.take("satisfies")
        self.bound.append(name)
        test = self.disjunction()
        self.bound.pop()
        return meaning.quantified(any if quantifier == "some" else all, name, items, test)

    def path(self, word: str) -> Expression:
        if word != "this" and word not in self.bound:
            self.name(word)
            if word not in self.names:
                _unsupported()
        start = meaning.start(word, word in self.bound)
        steps = []
        while self.peek() == ".":
            self.take()
            steps.append(self.name(self.take(), step=True))
        following = self.peek()
        # Two words side by side may be one name to FEEL.
        if following and (following == "(" or (following[0].isalpha() and not _joins(following))):
            _unsupported()
        return meaning.path(start, steps) if steps else start

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
