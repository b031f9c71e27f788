"""A BPMN file as plain frozen values: what lint judges and what the engine is built from.

Nothing here has been checked beyond its form: references may dangle, ids may repeat, attributes may
be nonsense. `bpmn.rules` says what is wrong; `bpmn.build` refuses what it can't build.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

EventKind = Literal[
    "none", "message", "timer", "signal", "error", "escalation", "terminate", "cancel",
    "conditional", "compensate", "link", "multiple",
]  # fmt: skip
LoopKind = Literal["parallel", "sequential", "standard"]

ACTIVITIES = frozenset(
    {"task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask",
     "receiveTask", "subProcess", "transaction", "callActivity", "adHocSubProcess"}
)  # fmt: skip
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
GATEWAYS = frozenset(
    {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway",
     "complexGateway"}
)  # fmt: skip
EVENTS = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS

MAX_FLOW_NODES = 300
"""A definition larger than this is several matters drawn as one."""
MAX_FLOWS = 1000


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow, in document order within its scope."""

    id: str
    source: str
    target: str
    condition: str | None
    """The expression's text, stripped; None when the flow carries none."""
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Event:
    """What an event catches or throws. `name` and `code` are resolved through `ref`."""

    kind: EventKind = "none"
    ref: str | None = None
    name: str | None = None
    code: str | None = None
    timer: tuple[str, str] | None = None
    """("timeDate" | "timeDuration" | "timeCycle", its text)"""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Loop:
    """Multi-instance or standard loop; expressions are texts."""

    kind: LoopKind
    line: int
    count: str | None = None
    collection: str | None = None
    item: str | None = None
    """Name under which each instance sees its element of the collection."""
    result: str | None = None
    result_item: str | None = None
    """Each instance's value of this variable is collected into the list `result`."""
    completion: str | None = None
    condition: str | None = None
    maximum: str | None = None
    test_before: bool = False
    ow: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Input:
    """`<ow:input name= value=>`: a value (FEEL) handed to a service or sent with a message."""

    name: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Variable:
    """`<ow:variable name= type=>`: a routing variable, the only data the engine keeps."""

    name: str
    type: str
    line: int


@dataclass(frozen=True, slots=True)
class Foreign:
    """An attribute or extension element of another namespace, which nothing here will execute."""

    namespace: str
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node. `attributes` are the plain BPMN ones, `ow` ours (without prefix)."""

    id: str
    tag: str
    name: str
    line: int
    scope: str
    lane: str | None = None
    documentation: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    ow: Mapping[str, str] = field(default_factory=dict)
    event: Event = Event()
    loop: Loop | None = None
    inputs: tuple[Input, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    oddities: tuple[tuple[str, int], ...] = ()
    """Child elements of BPMN's own that we don't run: (local name, line)."""
    spot: str = ""
    """Where a gateway or event without a name stands, for sentences about it: "受理 → ◇"."""

    @property
    def attached_to(self) -> str | None:
        return self.attributes.get("attachedToRef")

    @property
    def interrupting(self) -> bool:
        return self.attributes.get("cancelActivity", "true").lower() != "false"

    @property
    def default(self) -> str | None:
        return self.attributes.get("default")

    @property
    def called(self) -> str | None:
        return self.attributes.get("calledElement")

    @property
    def triggered_by_event(self) -> bool:
        return self.attributes.get("triggeredByEvent", "false").lower() == "true"

    @property
    def label(self) -> str:
        """What to call it in a sentence."""
        return self.name or self.spot or self.id


@dataclass(frozen=True)
class Scope:
    """A process or a sub-process: the nodes and flows drawn directly in it."""

    id: str
    tag: str
    name: str
    line: int
    parent: str | None
    """The scope it is drawn in; None for a process."""
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    variables: tuple[Variable, ...] = ()
    executable: bool = False
    foreign: tuple[Foreign, ...] = ()
    ow: Mapping[str, str] = field(default_factory=dict)
    outgoing: Mapping[str, tuple[Flow, ...]] = field(init=False)
    incoming: Mapping[str, tuple[Flow, ...]] = field(init=False)
    boundary: Mapping[str, tuple[Node, ...]] = field(init=False)
    """Boundary events by the id of the activity they sit on."""

    def __post_init__(self) -> None:
        outgoing: dict[str, tuple[Flow, ...]] = {}
        incoming: dict[str, tuple[Flow, ...]] = {}
        boundary: dict[str, tuple[Node, ...]] = {}
        for flow in self.flows:
            outgoing[flow.source] = (*outgoing.get(flow.source, ()), flow)
            incoming[flow.target] = (*incoming.get(flow.target, ()), flow)
        for node in self.nodes.values():
            if node.tag == "boundaryEvent" and node.attached_to:
                boundary[node.attached_to] = (*boundary.get(node.attached_to, ()), node)
        object.__setattr__(self, "outgoing", outgoing)
        object.__setattr__(self, "incoming", incoming)
        object.__setattr__(self, "boundary", boundary)


@dataclass(frozen=True)
class Drawing:
    """A whole file. `scopes` holds processes and sub-processes by id, in document order."""

    xml: bytes
    sha256: str
    scopes: Mapping[str, Scope]
    nodes: Mapping[str, Node]
    """Every flow node by id; of nodes sharing an id, the first."""
    duplicates: tuple[tuple[str, int], ...]
    """Ids used again, with the line of the second use."""
    nameless: tuple[tuple[str, int], ...]
    """Flow nodes and flows without an id: (tag, line)."""
    misplaced: tuple[tuple[str, int], ...]
    """Elements that call themselves ours but aren't known, anywhere: (name, line)."""

    @property
    def processes(self) -> tuple[Scope, ...]:
        return tuple(scope for scope in self.scopes.values() if scope.parent is None)

    @property
    def main(self) -> Scope | None:
        """The process a case runs: the one no other calls; of several, the only executable one."""
        called = {node.called for node in self.nodes.values() if node.tag == "callActivity"}
        free = [scope for scope in self.processes if scope.nodes and scope.id not in called]
        if len(free) != 1:
            free = [scope for scope in free if scope.executable]
        return free[0] if len(free) == 1 else None

    @property
    def variables(self) -> dict[str, str]:
        """Name → type of every routing variable declared in the file; the first wins."""
        found: dict[str, str] = {}
        for scope in self.scopes.values():
            for variable in scope.variables:
                found.setdefault(variable.name, variable.type)
        return found

    def root(self, scope: str) -> str:
        """The id of the process a scope belongs to."""
        while (parent := self.scopes[scope].parent) is not None:
            scope = parent
        return scope

    def ancestors(self, scope: str) -> Iterator[str]:
        """A scope's id and those around it, innermost first."""
        current: str | None = scope
        while current is not None:
            yield current
            current = self.scopes[current].parent
