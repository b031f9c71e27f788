"""Foreign conditions in FEEL, where they plainly say the same; anything cleverer is left alone."""

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"[^"\\]*"|'[^'\\]*')|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<sign>==|!=|<=|>=|&&|\|\||[<>=!()]))""",
    re.ASCII,
)
_WORDS = {"eq": "=", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "==": "=",
          "&&": "and", "||": "or", "!": "not"}  # fmt: skip
_COMPARE = ("=", "!=", "<", "<=", ">", ">=")
_RESERVED = frozenset({"and", "or", "not", "true", "false", "null", "if", "then", "else", "for",
                       "in", "return", "some", "every", "satisfies", "between", "instance", "of",
                       "function", "external", "empty", "div", "mod", "instanceof"})  # fmt: skip
_WRAPPED = re.compile(r"[$#]\{(.*)\}", re.DOTALL)
MAX_LENGTH = 300


@dataclass
class Translated:
    """A condition in FEEL and the variables it reads: name → number, string or boolean."""

    feel: str
    variables: dict[str, str] = field(default_factory=dict)


class _Other(Exception):
    """Says more than names, values, comparisons, and/or/not."""


def translate(text: str) -> Translated | None:
    """`${amount > 1000 && !vip}`, `= amount > 1000`, `approved == true` … in FEEL; None when it
    isn't plain. A lone word is a condition only when it was marked as an expression."""
    text = text.strip()
    marked = text.startswith("=")
    if match := _WRAPPED.fullmatch(text):
        text, marked = match[1], True
    text = text.removeprefix("=").strip()
    if not text or len(text) > MAX_LENGTH:
        return None
    try:
        tokens = _tokens(text)
        reading = _Reading(tokens)
        feel = reading.either()
        if reading.at < len(tokens):
            return None
    except (_Other, RecursionError):
        return None
    if len(tokens) == 1 and not marked and tokens[0][1] not in ("true", "false"):
        return None
    return Translated(feel, reading.variables)


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _Other
        value = match[match.lastgroup]
        tokens.append((match.lastgroup, _WORDS.get(value, value)))
        at = match.end()
    return tokens


class _Reading:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self.variables: dict[str, str] = {}

    def either(self) -> str:
        parts = [self.both()]
        while self._take("or"):
            parts.append(self.both())
        return " or ".join(parts)

    def both(self) -> str:
        parts = [self.one()]
        while self._take("and"):
            parts.append(self.one())
        return " and ".join(parts)

    def one(self) -> str:
        if self._take("not"):
            bracketed = self._take("(")
            inner = self.either() if bracketed else self._truth()
            if bracketed:
                self._need(")")
            return f"not({inner})"
        if self._take("("):
            inner = self.either()
            self._need(")")
            return f"({inner})"
        kind, value = self._operand()
        if self.at < len(self.tokens) and self.tokens[self.at][1] in _COMPARE:
            sign = self.tokens[self.at][1]
            self.at += 1
            other_kind, other = self._operand()
            if kind == other_kind == "name":
                raise _Other  # nobody can say of what type they are
            self._learn(value, kind, other_kind)
            self._learn(other, other_kind, kind)
            return f"{value} {sign} {other}"
        if kind == "name":
            self._learn(value, "name", "boolean")
            return value
        if kind == "boolean":
            return value
        raise _Other

    def _truth(self) -> str:
        kind, value = self._operand()
        if kind not in ("name", "boolean"):
            raise _Other
        self._learn(value, kind, "boolean")
        return value

    def _operand(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise _Other
        kind, value = self.tokens[self.at]
        self.at += 1
        if kind == "sign":
            raise _Other
        if kind == "text":
            return "string", f'"{value[1:-1]}"'
        if value in ("true", "false"):
            return "boolean", value
        if kind == "name" and value in _RESERVED:
            raise _Other
        return kind, value

    def _learn(self, name: str, kind: str, type_of_other: str) -> None:
        if kind == "name" and self.variables.setdefault(name, type_of_other) != type_of_other:
            raise _Other

    def _take(self, sign: str) -> bool:
        found = self.at < len(self.tokens) and self.tokens[self.at][1] == sign
        found = found and self.tokens[self.at][0] != "text"
        self.at += found
        return found

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise _Other
