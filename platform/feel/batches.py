"""Questions put together so that they cross into V8 once, each context once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from feel.notation import better_notation
from feel.problems import MAX_EXPRESSION, FeelError, problem
from feel.refusals import shifted

Kind = Literal["expression", "unary"]
Question = tuple[Kind, str, Mapping[str, Any]]

_EQUALS = re.compile(r"\s*=\s*")


def read_source(expression: str) -> tuple[str, int]:
    """What the engine reads, and how many characters were before it. Raises FeelError."""
    if len(expression) > MAX_EXPRESSION:
        raise FeelError(problem("too-long", length=len(expression), most=MAX_EXPRESSION))
    equals = _EQUALS.match(expression)
    offset = equals.end() if equals else 0
    source = expression[offset:]
    if not source.strip():
        raise FeelError(problem("empty"))
    if "==" in source and (better := better_notation(source)) and better.params["char"] == "==":
        # feelin reads `a == 1` as a comparison with a test, and answers null.
        raise FeelError(shifted(better, offset))
    return source, offset


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in a batch: its place among all questions, and its context's in the batch."""

    index: int
    kind: Kind
    source: str
    offset: int
    context: int


class Batch:
    """Questions that cross together, each context once."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.contexts: list[bytes] = []
        self.size = 0
        # The names are kept as well as their number: an id is unique only while they live.
        self._numbers: dict[int, tuple[int, Mapping[str, Any]]] = {}

    def holds(self, names: Mapping[str, Any]) -> bool:
        return id(names) in self._numbers

    def add(self, names: Mapping[str, Any], context: bytes) -> None:
        self._numbers[id(names)] = (len(self.contexts), names)
        self.contexts.append(context)
        self.size += len(context)

    def ask(
        self, index: int, kind: Kind, source: str, offset: int, names: Mapping[str, Any]
    ) -> None:
        self.asked.append(Asked(index, kind, source, offset, self._numbers[id(names)][0]))

    def arguments(self, around: bytes) -> bytes:
        questions = orjson.dumps([[a.kind, a.source, a.context] for a in self.asked])
        return b"[%b,[%b],%b]" % (questions, b",".join(self.contexts), around)

    def split(self) -> "list[Batch]":
        singles = []
        for asked in self.asked:
            single = Batch()
            single.contexts = [self.contexts[asked.context]]
            single.asked = [Asked(asked.index, asked.kind, asked.source, asked.offset, 0)]
            singles.append(single)
        return singles
