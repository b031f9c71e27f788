"""From a `Drawing` to SpiffWorkflow specs, built by hand.

SpiffWorkflow's parser is not used: it reads scripts and vendors' extensions, sorts flows by the
height of the boxes they lead to, and recurses once per node. Here flows keep the order they were
drawn in, and what isn't named below can't be built.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bpmn import dialect, events, loops, specs
from bpmn.drawing import SUBPROCESSES, Drawing, Flow, Input, Node, Scope
from bpmn.problems import Malformed, Problem, Unreadable
from bpmn.spiff import (
    BpmnTaskSpec,
    EventDefinition,
    MultipleEventDefinition,
    NoneEventDefinition,
    SignalEventDefinition,
    TaskSpec,
    TerminateEventDefinition,
)
from bpmn.steps import StepSpec, is_step, step_of


@dataclass(frozen=True)
class Element:
    """A flow node as timelines and diagrams name it."""

    id: str
    tag: str
    name: str
    scope: str


@dataclass(frozen=True, slots=True)
class DecisionRef:
    """The table a business rule task asks: `key`, or `key#decision id` for one of several."""

    key: str
    decision: str | None
    result: str | None


@dataclass(frozen=True)
class Plan:
    """One definition, ready to run any number of cases. Shared and never changed."""

    drawing: Drawing
    spec: specs.ProcessSpec
    subspecs: Mapping[str, specs.ProcessSpec]
    steps: Mapping[str, StepSpec]
    elements: Mapping[str, Element]
    variables: Mapping[str, str]
    outcomes: Mapping[str, str]
    """Step id → the variable holding its outcome, for steps that have outcomes."""
    inputs: Mapping[str, tuple[Input, ...]]
    decisions: Mapping[str, DecisionRef]

    @property
    def names(self) -> frozenset[str]:
        """Every name an expression may use wherever it stands."""
        return frozenset(self.variables) | frozenset(self.outcomes.values()) | {OUTCOME}


_ID = re.compile(r"[^\W\d][\w-]*")
"""Names with dots and blanks are the engine's own: "x.EndJoin", "x [child]"."""
OUTCOME = "outcome"
"""The variable holding the outcome given last."""


def outcome_variable(step: str) -> str:
    return f"{step}_{OUTCOME}"


def build(drawing: Drawing) -> Plan:
    """Raises `Unreadable` for what can't run; which of it is unwise is for `lint` to say."""
    main = drawing.main
    if main is None:
        raise Unreadable([Problem("main-process-unclear", "看不出要执行的是哪一个流程。")])
    if drawing.duplicates:
        identity, line = drawing.duplicates[0]
        raise _unreadable("duplicate-id", "编号“{id}”重复了。", identity, line)
    try:
        steps = {node.id: step_of(node) for node in drawing.nodes.values() if is_step(node)}
    except Malformed as error:
        raise Unreadable([Problem(error.code, error.text, error.params, error.element)]) from None
    for name, kind in drawing.variables.items():
        if kind not in dialect.VARIABLE_TYPES:
            raise _unreadable("variable-malformed", "变量“{id}”的类型不认识。", name, 0)
    subspecs: dict[str, specs.ProcessSpec] = {}
    pending = [main.id]
    while pending:
        scope = drawing.scopes[pending.pop()]
        if scope.id not in subspecs:
            subspecs[scope.id] = _build_scope(drawing, scope)
            pending.extend(_inner_scopes(drawing, scope))
    return Plan(
        drawing=drawing,
        spec=subspecs.pop(main.id),
        subspecs=subspecs,
        steps=steps,
        elements={
            node.id: Element(node.id, node.tag, node.name, node.scope)
            for node in drawing.nodes.values()
        },
        variables=drawing.variables,
        outcomes={step.id: outcome_variable(step.id) for step in steps.values() if step.outcomes},
        inputs={node.id: node.inputs for node in drawing.nodes.values() if node.inputs},
        decisions={
            node.id: _decision(node)
            for node in drawing.nodes.values()
            if node.tag == "businessRuleTask"
        },
    )


def _inner_scopes(drawing: Drawing, scope: Scope) -> list[str]:
    inner = [node.id for node in scope.nodes.values() if node.tag in SUBPROCESSES]
    for node in scope.nodes.values():
        if node.tag == "callActivity":
            if node.called is None or node.called not in drawing.scopes:
                raise _unreadable("call-target-missing", "调用的流程不在文件里：“{id}”。", node)
            inner.append(node.called)
    return inner


def _decision(node: Node) -> DecisionRef:
    key, _, decision = node.ow.get("decision", "").partition("#")
    return DecisionRef(key, decision or None, node.ow.get("result") or None)


def _build_scope(drawing: Drawing, scope: Scope) -> specs.ProcessSpec:
    spec = specs.ProcessSpec(scope.id)
    outer: dict[str, TaskSpec] = {}
    """Where flows into a node lead."""
    inner: dict[str, TaskSpec] = {}
    """Where flows out of a node leave."""
    starts = [node for node in scope.nodes.values() if node.tag == "startEvent"]
    if len(starts) != 1:
        raise _unreadable(
            "one-start-needed", "“{id}”要有且只有一个开始事件。", scope.id, scope.line
        )
    for node in scope.nodes.values():
        if node.id in spec.task_specs or not _ID.fullmatch(node.id):
            raise _unreadable("reserved-id", "编号“{id}”不能用，请换一个。", node)
        inner[node.id] = outer[node.id] = _build_node(spec, node)
    for host, attached in scope.boundary.items():
        if host not in inner:
            raise _unreadable("dangling-reference", "“{id}”附着的任务不存在。", attached[0])
        outer[host] = _guard(spec, inner[host], [inner[node.id] for node in attached])
    spec.start.connect(outer[starts[0].id])
    for flow in scope.flows:
        if flow.source not in inner or flow.target not in outer:
            raise _unreadable("dangling-reference", "连线“{id}”两端不全。", flow.id, flow.line)
        _connect(scope.nodes[flow.source], flow, inner[flow.source], outer[flow.target], scope)
    for node in scope.nodes.values():
        if node.tag == "endEvent":
            inner[node.id].connect(spec.end)
    for task_spec in spec.task_specs.values():
        if isinstance(task_spec, specs.InclusiveGateway):
            task_spec.reaching = _reaching(spec, task_spec)
    return spec


def _guard(spec: specs.ProcessSpec, main: TaskSpec, attached: list[TaskSpec]) -> specs.Split:
    """Put a task between the split and join that its boundary events need."""
    split = specs.Split(spec, f"{main.name}.BoundaryEventSplit")
    join = specs.Join(spec, f"{main.name}.BoundaryEventJoin", split_task=split.name, cancel=True)
    for task_spec in (main, *attached):
        split.connect(task_spec)
        task_spec.connect(join)
    return split


def _connect(node: Node, flow: Flow, source: TaskSpec, target: TaskSpec, scope: Scope) -> None:
    if isinstance(source, specs.ExclusiveGateway | specs.InclusiveGateway):
        alone = len(scope.outgoing[node.id]) == 1
        if flow.id == node.default or (alone and flow.condition is None):
            source.connect(target)
        elif flow.condition is None:
            raise _unreadable("condition-missing", "连线“{id}”缺少条件。", flow.id, flow.line)
        else:
            source.connect_outgoing_if(flow.condition, target)
    elif flow.condition is not None or (
        len(scope.outgoing[node.id]) > 1
        and not isinstance(source, specs.ParallelGateway | specs.EventGateway)
    ):
        raise _unreadable("implicit-split", "“{id}”不能分出几条路或带条件的连线。", node)
    elif isinstance(source, specs.EventGateway) and not isinstance(
        target, specs.CatchEvent | specs.ReceiveTask
    ):
        raise _unreadable("event-gateway-target", "“{id}”之后只能接捕获事件。", node)
    else:
        source.connect(target)


def _reaching(
    spec: specs.ProcessSpec, gateway: specs.InclusiveGateway
) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for source in dict.fromkeys(gateway._inputs):
        seen: set[str] = set()
        pending = [source]
        while pending:
            name = pending.pop()
            if name not in seen and name != gateway.name:
                seen.add(name)
                pending.extend(spec.task_specs[name]._inputs)
        found[source] = frozenset(seen)
    return found


# ---- one node -----------------------------------------------------------------------------------


def _build_node(spec: specs.ProcessSpec, node: Node) -> TaskSpec:
    make = _MAKERS.get(node.tag)
    if make is None or node.triggered_by_event:
        raise _unreadable("unsupported-element", "“{id}”这种元素不能执行。", node)
    if node.loop is None:
        return make(spec, node, node.id)
    looped = make(spec, node, f"{node.id} [child]")
    loop = _build_loop(spec, node, looped.name)
    loop.attach(looped)
    return loop


def _build_loop(
    spec: specs.ProcessSpec, node: Node, looped: str
) -> loops.StandardLoop | loops.MultiInstance:
    loop = node.loop
    assert loop is not None
    if loop.kind == "standard":
        maximum = loop.maximum or str(loops.MAX_PASSES)
        if not maximum.isdigit() or (loop.condition is None and loop.maximum is None):
            raise _unreadable("loop-unbounded", "“{id}”的循环没有写明何时结束。", node)
        return loops.StandardLoop(
            spec,
            node.id,
            looped,
            condition=loop.condition,
            maximum=min(int(maximum), loops.MAX_PASSES),
            test_before=loop.test_before,
            bpmn_name=node.name,
        )
    if (loop.count is None) == (loop.collection is None):
        raise _unreadable("loop-count-missing", "“{id}”没有写明办理几次。", node)
    return loops.MultiInstance(
        spec,
        node.id,
        looped,
        sequential=loop.kind == "sequential",
        count=loop.count,
        collection=loop.collection,
        item=loop.item,
        result=loop.result,
        result_item=loop.result_item,
        completion=loop.completion,
        bpmn_name=node.name,
    )


def _plain(kind: type[BpmnTaskSpec]) -> Callable[[specs.ProcessSpec, Node, str], TaskSpec]:
    def make(spec: specs.ProcessSpec, node: Node, name: str) -> TaskSpec:
        return _named(kind(spec, name, bpmn_name=node.name), node)

    return make


def _event(
    kind: type[BpmnTaskSpec], *, throws: bool
) -> Callable[[specs.ProcessSpec, Node, str], TaskSpec]:
    def make(spec: specs.ProcessSpec, node: Node, name: str) -> TaskSpec:
        definition = _definition(node, throws=throws)
        extra = {"cancel_activity": node.interrupting} if node.tag == "boundaryEvent" else {}
        made = kind(spec, name, event_definition=definition, bpmn_name=node.name, **extra)
        return _named(made, node)

    return make


def _gateway(spec: specs.ProcessSpec, node: Node, name: str) -> TaskSpec:
    made = specs.EventGateway(
        spec, name, event_definition=MultipleEventDefinition(), bpmn_name=node.name
    )
    return _named(made, node)


def _subprocess(kind: type[BpmnTaskSpec]) -> Callable[[specs.ProcessSpec, Node, str], TaskSpec]:
    def make(spec: specs.ProcessSpec, node: Node, name: str) -> TaskSpec:
        inner = node.called if node.tag == "callActivity" else node.id
        return _named(kind(spec, name, subworkflow_spec=inner, bpmn_name=node.name), node)

    return make


def _named(spec: BpmnTaskSpec, node: Node) -> TaskSpec:
    """An instance of a loop stands for the element it repeats."""
    spec.bpmn_id = node.id
    spec.bpmn_name = node.name
    return spec


def _definition(node: Node, *, throws: bool) -> EventDefinition:
    event = node.event
    name = event.name or node.id
    match event.kind:
        case "none":
            return NoneEventDefinition()
        case "message" if throws:
            return events.MessageThrown(name)
        case "message":
            return events.MessageCaught(name, node.ow.get("correlation"))
        case "timer" if event.timer is not None and event.timer[0] != "timeCycle" and not throws:
            return events.Timer(node.id, event.timer[1])
        case "signal" if node.tag != "endEvent":
            return SignalEventDefinition(name)
        case "error" if node.tag in ("endEvent", "boundaryEvent"):
            return events.Error(name, event.code)
        case "escalation":
            return events.Escalation(name, event.code)
        case "terminate" if node.tag == "endEvent":
            return TerminateEventDefinition()
        case "cancel" if node.tag in ("endEvent", "boundaryEvent"):
            return events.Cancel()
    raise _unreadable("unsupported-event", "“{id}”这种事件不能执行。", node)


_MAKERS: Mapping[str, Callable[[specs.ProcessSpec, Node, str], TaskSpec]] = {
    **{tag: _plain(specs.HumanTask) for tag in dialect.HUMAN_TASKS},
    "serviceTask": _plain(specs.ServiceTask),
    "businessRuleTask": _plain(specs.DecisionTask),
    "sendTask": _event(specs.SendTask, throws=True),
    "receiveTask": _event(specs.ReceiveTask, throws=False),
    "startEvent": _event(specs.StartEvent, throws=False),
    "endEvent": _event(specs.EndEvent, throws=True),
    "intermediateCatchEvent": _event(specs.CatchEvent, throws=False),
    "intermediateThrowEvent": _event(specs.ThrowEvent, throws=True),
    "boundaryEvent": _event(specs.BoundaryEvent, throws=False),
    "exclusiveGateway": _plain(specs.ExclusiveGateway),
    "inclusiveGateway": _plain(specs.InclusiveGateway),
    "parallelGateway": _plain(specs.ParallelGateway),
    "eventBasedGateway": _gateway,
    "subProcess": _subprocess(specs.SubProcess),
    "transaction": _subprocess(specs.Transaction),
    "callActivity": _subprocess(specs.CallActivity),
}


def _unreadable(code: str, text: str, at: Node | str, line: int = 0) -> Unreadable:
    identity = at.id if isinstance(at, Node) else at
    line = at.line if isinstance(at, Node) else line
    return Unreadable([Problem(code, text, {"id": identity}, identity, line)])
