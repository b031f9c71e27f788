"""What can be wrong, said so that it can be read aloud."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with something an admin wrote.

    `code` is a stable kebab-case identifier, `text` a Chinese sentence with `{name}` places,
    `params` their values: an upper room translates `text` and fills it in again.
    `start` and `end` are character offsets in the expression as given (None: unknown),
    `line` and `element` say where it stands in an XML file (None: not from a file).
    """

    code: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    start: int | None = None
    end: int | None = None
    line: int | None = None
    element: str | None = None

    @property
    def message(self) -> str:
        return self.text.format(**self.params)


class FeelError(Exception):
    """An expression, a decision or a call that gave no value; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def message(self) -> str:
        return self.problem.message
