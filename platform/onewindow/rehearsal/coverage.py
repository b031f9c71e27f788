"""Which ways of a drawing no scenario goes."""

from collections.abc import Iterable
from dataclasses import dataclass

from bpmn.dialect import HUMAN_TASKS
from bpmn.drawing import Drawing
from onewindow.matters.versions import Version
from onewindow.rehearsal.scenarios import Result


@dataclass(frozen=True, slots=True)
class Way:
    """A flow: its id, the elements it joins, and what stands on it."""

    id: str
    source: str
    target: str
    name: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """`flows` and `steps` are ids that some scenario went along; `ways` and `left` what none did.
    `percent` counts flows, whole numbers rounded down: 100 is all of them."""

    percent: int
    flows: tuple[str, ...]
    steps: tuple[str, ...]
    ways: tuple[Way, ...]
    left: tuple[str, ...]


def coverage(version: Version, results: Iterable[Result]) -> Coverage:
    """What the scenarios went through together, failed ones included as far as they went."""
    gone: set[tuple[str, str]] = set()
    passed: set[str] = set()
    for result in results:
        gone |= {*result.flows}
        passed |= {*result.passed}
    drawing: Drawing = version.process.plan.drawing
    flows = [flow for scope in drawing.scopes.values() for flow in scope.flows]
    tasks = [
        node.id for node in drawing.nodes.values() if node.tag in (*HUMAN_TASKS, "serviceTask")
    ]
    covered = [flow for flow in flows if (flow.source, flow.target) in gone]
    return Coverage(
        percent=100 * len(covered) // len(flows) if flows else 100,
        flows=tuple(flow.id for flow in covered),
        steps=tuple(id for id in tasks if id in passed),
        ways=tuple(
            Way(flow.id, flow.source, flow.target, flow.name)
            for flow in flows
            if flow not in covered
        ),
        left=tuple(id for id in tasks if id not in passed),
    )
