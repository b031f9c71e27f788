"""BPMN drawn with other tools, made into a draft in our dialect with an honest report.

    adopted = adopt(data)          # raises Unreadable for what is no BPMN
    adopted.xml                    # read() takes it; lint() names no error the report doesn't
    for entry in adopted.report: … # line, element, what was rewritten, dropped, is to be filled in

Nothing is executed and nothing fetched; other products' code is never taken over.
"""

from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

from bpmn.foreign import happenings, ids, pools, tasks, vendors, ways
from bpmn.foreign.opening import opened
from bpmn.foreign.picture import Artist, planes_of
from bpmn.foreign.report import Report, Rewrite
from bpmn.foreign.tree import Tree, q
from bpmn.foreign.writing import written
from bpmn.reader import read
from bpmn.rules import lint

__all__ = ["Adopted", "Rewrite", "adopt"]


@dataclass(frozen=True, slots=True)
class Adopted:
    """A draft in our dialect, and what it took to get there, by line of the file given."""

    xml: bytes
    name: str
    """What the file calls the process; may be empty."""
    report: tuple[Rewrite, ...]

    @property
    def to_fill_in(self) -> tuple[Rewrite, ...]:
        """What somebody has to decide before the draft can be published."""
        return tuple(entry for entry in self.report if entry.severity == "fill_in")


def adopt(xml: bytes) -> Adopted:
    """Take a drawing from anywhere; raises `Unreadable` when it is no harmless BPMN 2.0 or draws
    nothing that could be a matter's process."""
    report = Report()
    tree = Tree(opened(xml, report), report)
    ids.settle(tree)
    planes = planes_of(tree.root)
    main = pools.choose(tree)
    ends = {
        flow.get("id"): (flow.get("sourceRef", ""), flow.get("targetRef", ""))
        for flow in main.iter(q("sequenceFlow"))
    }
    vendors.take_over(tree)
    tasks.convert(tree)
    happenings.convert(tree)
    ways.convert(tree)
    clean = written(tree)
    Artist(clean, planes, ends, report).draw()
    etree.indent(clean)
    draft: bytes = etree.tostring(clean, xml_declaration=True, encoding="UTF-8")
    _say_what_lint_says(draft, report)
    return Adopted(draft, main.get("name") or "", report.finished())


def _say_what_lint_says(draft: bytes, report: Report) -> None:
    """What would keep the draft from being published and hasn't been said yet."""
    said = set(report.to_decide())
    for problem in lint(read(draft)):
        if problem.severity == "error" and (problem.element is None or problem.element not in said):
            report.entries.append(
                Rewrite(
                    report.lines.get(problem.element or "", 0),
                    problem.element,
                    problem.code,
                    problem.text,
                    problem.params,
                    "fill_in",
                )
            )
