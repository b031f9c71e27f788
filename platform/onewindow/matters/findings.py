"""What is wrong with a matter's definition, one thing at a time."""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, and where: the part ("process.bpmn", "forms/apply", "matter.json"), the
    element or path in it, and the line where there is one. `where` is the beginning of the sentence
    about a cell of a decision table ("决定“…”第 2 条规则："), translated apart from `text`."""

    part: str
    code: str
    text: str
    params: dict[str, Any] = field(default_factory=dict)
    element: str = ""
    line: int | None = None
    severity: Literal["error", "warning"] = "error"
    where: str = ""

    @property
    def message(self) -> str:
        sentence = self.where + self.text
        return sentence.format(**self.params) if self.params else sentence


def finding_of(part: str, problem: Any) -> Finding:
    """A leaf room's problem as a finding."""
    return Finding(
        part,
        problem.code,
        problem.text,
        dict(problem.params),
        getattr(problem, "element", None) or getattr(problem, "path", "") or "",
        getattr(problem, "line", None) or None,
        getattr(problem, "severity", "error"),
        getattr(problem, "where", ""),
    )
