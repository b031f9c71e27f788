"""What can be wrong with a drawing, a value or a move, said as values.

This room speaks Chinese but does not translate: every problem carries a stable `code`, the Chinese
template `text` and its `params`, so that a room above can look the template up in another language
and fill in the same params.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a definition.

    `code` is kebab-case and never changes; `text` is a Chinese template with {name} placeholders;
    `element` is the id of the BPMN element (None: the file as a whole); `line` counts from 1
    (0: unknown). A definition with an "error" can't be published; a "warning" can.
    """

    code: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    element: str | None = None
    line: int = 0
    severity: Severity = "error"

    @property
    def message(self) -> str:
        return self.text.format(**self.params)


class Refused(Exception):
    """Base of this room's named refusals; `str()` of it is the Chinese sentence."""

    code = "refused"
    text = "操作被拒绝。"

    def __init__(
        self,
        text: str | None = None,
        *,
        code: str | None = None,
        element: str | None = None,
        **params: Any,
    ) -> None:
        self.code = code or self.code
        self.text = text or self.text
        self.element = element
        self.params = params
        super().__init__(self.message)

    @property
    def message(self) -> str:
        return self.text.format(**self.params)


class Malformed(Refused):
    """An `ow:` attribute's text doesn't follow its grammar."""

    code = "malformed"


class Unreadable(Refused):
    """The file is no BPMN we take: too large, not XML, not BPMN, or breaking a lint rule."""

    code = "unreadable"
    text = "流程文件有 {count} 处问题，无法使用。第一处：{first}"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(element=first.element, count=len(self.problems), first=first.message)


class Stuck(Refused):
    """The process can't go on: no flow fits, an expression fails, the step budget is used up."""

    code = "stuck"


class NoSuchTask(Refused):
    """The task isn't open any more (done, cancelled), or never was."""

    code = "no-such-task"
    text = "这项任务已经办结或已被撤销，请刷新后再看。"


class BadState(Refused):
    """The stored state isn't ours, is damaged, or doesn't fit this definition."""

    code = "bad-state"
    text = "办件的流程状态无法读取：{reason}。"


class BadData(Refused):
    """A routing variable's value doesn't have its declared type."""

    code = "bad-data"
    text = "流程变量“{name}”应为{type}，收到的是“{value}”。"
