"""What a new version does to the places where a running case can stand.

A case stands at tasks, at timers and other events it waits for, in sub-processes, and at gateways
where tokens wait for each other. `plan` compares these; `migrate` (bpmn.migrate) then moves cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpmn.drawing import SUBPROCESSES, Node
from bpmn.process import Process
from bpmn.steps import is_step

KIND_NAMES: Mapping[str, str] = {
    "human": "人工环节", "service": "自动环节", "receive": "等待消息", "catch": "等待事件",
    "boundary": "附着的事件", "choice": "事件网关", "gathering": "汇合", "scope": "子流程",
}  # fmt: skip
_LIKENESS = 2
"""Names sharing so many characters are worth suggesting."""


@dataclass(frozen=True, slots=True)
class Stand:
    """An element where a case can stand. `kind` must be equal on both sides for a case to be moved
    from one to the other; its first word is a key of `KIND_NAMES`."""

    id: str
    name: str
    kind: str
    scope: str
    stage: str = ""

    @property
    def sort(self) -> str:
        return self.kind.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Gone:
    """A place the new version doesn't have, or has as something else.

    `fitting` are the places of the new version that could take its cases, the likeliest first;
    `likely` is the first of them if there is good reason for it. What waits at the border of a
    task (`droppable`) may also be let go.
    """

    stand: Stand
    fitting: tuple[Stand, ...]
    likely: str | None
    droppable: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A place that stays, and what is different about it: keys of `differences`."""

    before: Stand
    after: Stand
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything about a new version that matters to running cases."""

    removed: tuple[Gone, ...] = ()
    added: tuple[Stand, ...] = ()
    changed: tuple[Change, ...] = ()
    variables_added: Mapping[str, str] = field(default_factory=dict)
    """Name → type. Each needs a value before a case can be moved."""
    variables_removed: tuple[str, ...] = ()
    variables_retyped: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def plan(old: Process, new: Process) -> Changes:
    """What was removed, added and changed among the places where a case can stand."""
    before, after = places(old), places(new)
    stays = {id for id, place in before.items() if id in after and after[id].kind == place.kind}
    gone = [place for id, place in before.items() if id not in stays]
    return Changes(
        removed=tuple(_gone(place, old, new, after) for place in gone),
        added=tuple(place for id, place in after.items() if id not in stays),
        changed=tuple(
            Change(before[id], after[id], what)
            for id in before
            if id in stays and (what := differences(old, new, id, id))
        ),
        variables_added={
            name: kind for name, kind in new.variables.items() if name not in old.variables
        },
        variables_removed=tuple(name for name in old.variables if name not in new.variables),
        variables_retyped={
            name: (kind, new.variables[name])
            for name, kind in old.variables.items()
            if new.variables.get(name, kind) != kind
        },
    )


def places(process: Process) -> dict[str, Stand]:
    """Every element where a case can stand, in document order."""
    found: dict[str, Stand] = {}
    for node in process.plan.drawing.nodes.values():
        kind = kind_of(node)
        if kind is not None:
            step = process.steps.get(node.id)
            stage = step.stage if step is not None else ""
            found[node.id] = Stand(node.id, node.label, kind, node.scope, stage)
    return found


def kind_of(node: Node) -> str | None:
    """What a case does at an element; None where it never stops."""
    loop = f":{node.loop.kind}" if node.loop is not None else ""
    match node.tag:
        case "serviceTask":
            # What is being done outside must be what the new version waits for.
            return f"service:{node.ow.get('operation', '')}{loop}"
        case "receiveTask":
            return f"receive{loop}"
        case "callActivity":
            return f"scope:call{loop}"
        case "intermediateCatchEvent":
            return f"catch:{node.event.kind}"
        case "boundaryEvent":
            return f"boundary:{node.event.kind}"
        case "eventBasedGateway":
            return "choice"
        case "parallelGateway" | "inclusiveGateway":
            return f"gathering:{node.tag}"
    if node.tag in SUBPROCESSES:
        return f"scope:{node.tag}{loop}"
    return f"human{loop}" if is_step(node) else None


def differences(old: Process, new: Process, id: str, other: str) -> tuple[str, ...]:
    """What a task that stays (perhaps under another id) asks differently: name, stage, form,
    assign, limit, outcomes, fields, papers; for what waits: time, message."""
    node, node2 = old.plan.drawing.nodes[id], new.plan.drawing.nodes[other]
    step, step2 = old.steps.get(id), new.steps.get(other)
    found = [] if node.name == node2.name else ["name"]
    if step is not None and step2 is not None:
        found += [
            name
            for name in ("stage", "form", "limit", "outcomes", "fields", "papers")
            if getattr(step, name) != getattr(step2, name)
        ]
        if (step.assign, step.assign_expression) != (step2.assign, step2.assign_expression):
            found.append("assign")
    if node.event.timer != node2.event.timer:
        found.append("time")
    if node.event.name != node2.event.name:
        found.append("message")
    return tuple(found)


def _gone(place: Stand, old: Process, new: Process, after: Mapping[str, Stand]) -> Gone:
    candidates = [
        other
        for other in after.values()
        if other.kind == place.kind and _same_scope(place, other, old, new)
    ]
    candidates.sort(key=lambda other: -_likeness(place, other))
    likely = candidates[0].id if candidates and _likeness(place, candidates[0]) > 0 else None
    return Gone(place, tuple(candidates), likely, place.sort == "boundary")


def _same_scope(place: Stand, other: Stand, old: Process, new: Process) -> bool:
    """A token can't be carried into or out of a sub-process."""
    return (place.scope, other.scope) == (old.id, new.id) or place.scope == other.scope


def _likeness(place: Stand, other: Stand) -> int:
    """How much speaks for one being the other's successor: the same name, then the same stage,
    then a name that is nearly the same."""
    if place.name == other.name:
        return 100
    shared = len(set(place.name) & set(other.name))
    same_stage = place.stage == other.stage and place.stage not in ("", "other")
    return (20 if same_stage else 0) + (shared if shared >= _LIKENESS else 0)
