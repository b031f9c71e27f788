"""What was done to a foreign drawing, entry by entry, for the person who takes it on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bpmn.safexml import Element, split

Kept = Literal["rewritten", "fill_in", "dropped"]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One thing that isn't as it was in the file.

    `line` is that of the file given (0: of no line in particular); `element` is the id in the
    draft, or for what was left out the id it had. `severity`: rewritten (the same, said in our
    way), fill_in (somebody has to decide before it can be published), dropped (not taken over).
    """

    line: int
    element: str | None
    code: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    severity: Kept = "rewritten"

    @property
    def message(self) -> str:
        return self.text.format(**self.params)


class Report:
    """Collects entries while a file is being rewritten."""

    def __init__(self) -> None:
        self.entries: list[Rewrite] = []
        self._counted: dict[tuple[str, str], tuple[Rewrite, int]] = {}
        self.lines: dict[str, int] = {}
        """Element id → the line it came from; elements of our making have that of their cause."""

    def rewritten(self, at: Element | None, code: str, text: str, **params: Any) -> None:
        self._add(at, code, text, params, "rewritten")

    def fill_in(self, at: Element | None, code: str, text: str, **params: Any) -> None:
        self._add(at, code, text, params, "fill_in")

    def dropped(self, at: Element | None, code: str, text: str, **params: Any) -> None:
        self._add(at, code, text, params, "dropped")

    def counted(
        self, at: Element, code: str, text: str, what: str, severity: Kept = "dropped"
    ) -> None:
        """One entry for all that is alike: `what` and {count} are its params."""
        first, count = self._counted.get((code, what), (None, 0))
        first = first or Rewrite(self._line(at), None, code, text, {"what": what}, severity)
        self._counted[code, what] = (first, count + 1)

    def finished(self) -> tuple[Rewrite, ...]:
        """All entries by line; what is to be filled in comes before what merely changed there."""
        order = {"fill_in": 0, "rewritten": 1, "dropped": 2}
        entries = [
            *self.entries,
            *(
                Rewrite(one.line, None, one.code, one.text, {**one.params, "count": count},
                        one.severity)
                for one, count in self._counted.values()
            ),
        ]  # fmt: skip
        return tuple(sorted(entries, key=lambda entry: (entry.line, order[entry.severity])))

    def to_decide(self) -> Iterator[str]:
        """Elements somebody has been told to decide about."""
        return (entry.element for entry in self.entries if entry.severity == "fill_in" and entry.element)  # noqa: E501 # fmt: skip

    def _add(
        self, at: Element | None, code: str, text: str, params: dict[str, Any], severity: Kept
    ) -> None:
        identity = at.get("id") if at is not None else None
        if at is not None:
            params = {"name": label(at), **params}
        self.entries.append(Rewrite(self._line(at), identity, code, text, params, severity))

    def _line(self, at: Element | None) -> int:
        if at is None:
            return 0
        return self.lines.get(at.get("id") or "") or at.sourceline or 0


def label(element: Element) -> str:
    """What to call an element in a sentence."""
    name = " ".join((element.get("name") or "").split())
    return (name or element.get("id") or split(element.tag)[1])[:80]
