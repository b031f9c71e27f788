"""Which way a token goes: gateways and their conditions, splits, cycles, calls."""

from collections.abc import Iterator

from bpmn.build import OUTCOME, outcome_variable
from bpmn.dialect import HUMAN_TASKS
from bpmn.drawing import SUBPROCESSES, Drawing, Flow, Node, Scope
from bpmn.problems import Malformed, Problem
from bpmn.quick import Comparison, comparison
from bpmn.rules.report import error, warning
from bpmn.steps import step_of

_CHOOSING = ("exclusiveGateway", "inclusiveGateway")
_WAITING = frozenset({*HUMAN_TASKS, "serviceTask", "receiveTask", "intermediateCatchEvent",
                      "eventBasedGateway"})  # fmt: skip


def check(drawing: Drawing) -> Iterator[Problem]:
    waits: dict[str, bool] = {}
    for scope in drawing.scopes.values():
        for node in scope.nodes.values():
            flows = scope.outgoing.get(node.id, ())
            if node.tag in _CHOOSING:
                yield from _choice(scope, node, flows)
            elif node.tag == "eventBasedGateway":
                yield from _race(scope, node, flows)
            else:
                yield from _plain(node, flows)
        yield from _cycles(drawing, scope, waits)
    yield from _calls(drawing)


# ---- gateways -----------------------------------------------------------------------------------


def _choice(scope: Scope, node: Node, flows: tuple[Flow, ...]) -> Iterator[Problem]:
    if len(flows) == 1 and flows[0].condition is None:
        return
    conditional: list[Flow] = []
    for flow in flows:
        if flow.id == node.default:
            if flow.condition is not None:
                yield warning(
                    "condition-ignored",
                    "默认连线“{name}”上的条件不起作用：其他条件都不成立时才走它。请删去条件。",
                    flow,
                )
        elif flow.condition is None:
            yield error(
                "condition-missing",
                "网关“{gateway}”到“{target}”的连线没有条件：请填写条件，或设为默认连线。",
                flow,
                gateway=node.label,
                target=_label(scope, flow.target),
            )
        else:
            conditional.append(flow)
    comparisons = [_comparison(scope, node, flow.condition or "") for flow in conditional]
    if node.default is None and conditional and not _exhaustive(scope, node, comparisons):
        yield error(
            "default-missing",
            "网关“{name}”没有默认连线，条件都不成立时办件会卡住：请把其中一条设为默认连线。",
            node,
        )
    if node.tag == "exclusiveGateway":
        yield from _overlaps(scope, node, conditional, comparisons)


def _overlaps(
    scope: Scope, node: Node, flows: list[Flow], comparisons: list[Comparison | None]
) -> Iterator[Problem]:
    for index, flow in enumerate(flows):
        earlier = next(
            (
                flows[other]
                for other in range(index)
                if not _disjoint(comparisons[index], comparisons[other])
            ),
            None,
        )
        if earlier is not None:
            yield warning(
                "overlapping-conditions",
                "网关“{gateway}”到“{one}”和到“{other}”的条件可能同时成立，"
                "那时走先画的一条（“{one}”）：请确认，或把条件写得互不重叠。",
                flow,
                gateway=node.label,
                one=_label(scope, earlier.target),
                other=_label(scope, flow.target),
            )


def _race(scope: Scope, node: Node, flows: tuple[Flow, ...]) -> Iterator[Problem]:
    if len(flows) < 2:
        yield error("event-gateway-few", "事件网关“{name}”之后至少要接两个事件。", node)
    timers = 0
    messages: set[str | None] = set()
    for flow in flows:
        target = scope.nodes.get(flow.target)
        if target is None:
            continue
        catches = target.tag in ("intermediateCatchEvent", "receiveTask")
        if not catches or target.loop or len(scope.incoming.get(target.id, ())) > 1:
            yield error(
                "event-gateway-target",
                "事件网关“{gateway}”之后只能接捕获事件或接收任务，且只由它连入；“{name}”不行。",
                target,
                gateway=node.label,
            )
        elif scope.boundary.get(target.id):
            yield error(
                "event-gateway-target",
                "事件网关“{gateway}”之后的“{name}”不能带边界事件：请删去边界事件。",
                target,
                gateway=node.label,
            )
        if target.event.kind == "timer":
            timers += 1
        elif target.event.kind == "message":
            if target.event.name in messages:
                yield error(
                    "event-gateway-same-message",
                    "事件网关“{name}”之后有两处等同一个消息“{message}”：请只留一处。",
                    node,
                    message=target.event.name,
                )
            messages.add(target.event.name)
    if timers > 1:
        yield error(
            "event-gateway-timers",
            "事件网关“{name}”之后有 {count} 个定时，最早的总是先到：请只留一个。",
            node,
            count=timers,
        )
    yield from _unconditional(node, flows)


def _plain(node: Node, flows: tuple[Flow, ...]) -> Iterator[Problem]:
    if len(flows) > 1 and node.tag != "parallelGateway":
        yield error(
            "implicit-split",
            "从“{name}”直接分出 {count} 条连线：请在它后面加一个网关，写明是并行还是选择。",
            node,
            count=len(flows),
        )
    yield from _unconditional(node, flows)


def _unconditional(node: Node, flows: tuple[Flow, ...]) -> Iterator[Problem]:
    for flow in flows:
        if flow.condition is not None:
            yield error(
                "condition-on-plain-flow",
                "从“{source}”出发的连线带有条件，但只有排他网关和包容网关会看条件："
                "请删去，或加一个网关。",
                flow,
                source=node.label,
            )


# ---- conditions ---------------------------------------------------------------------------------


def _comparison(scope: Scope, node: Node, condition: str) -> Comparison | None:
    """A condition that is one simple comparison; `outcome` is that of the step just before."""
    found = comparison(condition)
    if found is not None and found[0] == OUTCOME and (step := step_before(scope, node)) is not None:
        return outcome_variable(step.id), found[1], found[2]
    return found


def _disjoint(one: Comparison | None, other: Comparison | None) -> bool:
    """True only if two simple comparisons certainly can't hold together."""
    if one is None or other is None or one[0] != other[0]:
        return False
    (_, op1, value1), (_, op2, value2) = one, other
    if op1 == op2 == "=":
        return bool(value1 != value2)
    if {op1, op2} == {"=", "!="}:
        return bool(value1 == value2)
    if isinstance(value1, str | bool) or isinstance(value2, str | bool) or "!=" in (op1, op2):
        return False
    low1, high1 = _interval(op1, value1)
    low2, high2 = _interval(op2, value2)
    return max(low1, low2) > min(high1, high2)


_Bound = tuple[float, int]


def _interval(op: str, value: float) -> tuple[_Bound, _Bound]:
    """Bounds as (value, side): an open bound lies one side further in."""
    lowest, highest = (float("-inf"), 0), (float("inf"), 0)
    match op:
        case "=":
            return (value, 0), (value, 0)
        case "<":
            return lowest, (value, -1)
        case "<=":
            return lowest, (value, 0)
        case ">":
            return (value, 1), highest
    return (value, 0), highest


def _exhaustive(scope: Scope, node: Node, comparisons: list[Comparison | None]) -> bool:
    """True if the conditions name every outcome of the step just before the gateway."""
    step = step_before(scope, node)
    outcomes = outcomes_of(step) if step is not None else ()
    if step is None or not outcomes:
        return False
    named = {
        compared[2]
        for compared in comparisons
        if compared is not None and compared[1] == "=" and compared[0] == outcome_variable(step.id)
    }
    return len(named) == len(comparisons) and named >= set(outcomes)


def step_before(scope: Scope, node: Node) -> Node | None:
    """The human task every way to a node comes from last, looking through gateways; None if there
    are several or something else comes in between."""
    found: set[str] = set()
    seen: set[str] = set()
    pending = [node.id]
    while pending:
        for flow in scope.incoming.get(pending.pop(), ()):
            source = scope.nodes.get(flow.source)
            if source is None or source.id in seen:
                continue
            seen.add(source.id)
            if source.tag in HUMAN_TASKS:
                found.add(source.id)
            elif source.tag in _CHOOSING:
                pending.append(source.id)
            else:
                return None
    return scope.nodes[found.pop()] if len(found) == 1 else None


def outcomes_of(node: Node) -> tuple[str, ...]:
    """Ids of a step's outcomes; none if they can't be read."""
    try:
        return tuple(outcome.id for outcome in step_of(node).outcomes)
    except Malformed:
        return ()


def _label(scope: Scope, identity: str) -> str:
    node = scope.nodes.get(identity)
    return node.label if node is not None else identity


# ---- cycles and calls ---------------------------------------------------------------------------


def _cycles(drawing: Drawing, scope: Scope, waits: dict[str, bool]) -> Iterator[Problem]:
    """A cycle in which nobody is waited for would spin until the step budget is used up."""
    rushing = [node.id for node in scope.nodes.values() if not _waits(drawing, node, waits)]
    after = {
        identity: [flow.target for flow in scope.outgoing.get(identity, ())]
        + [node.id for node in scope.boundary.get(identity, ())]
        for identity in rushing
    }
    for identity in after:
        if _returns(identity, after):
            yield error(
                "cycle-without-wait",
                "“{name}”在一个没有人办理、也不等待的循环里，会一直空转："
                "请在循环里加一个任务，或去掉回头的连线。",
                scope.nodes[identity],
            )
            return


def _returns(first: str, after: dict[str, list[str]]) -> bool:
    seen: set[str] = set()
    pending = list(after[first])
    while pending:
        identity = pending.pop()
        if identity == first:
            return True
        if identity in after and identity not in seen:
            seen.add(identity)
            pending.extend(after[identity])
    return False


def _waits(drawing: Drawing, node: Node, known: dict[str, bool]) -> bool:
    """True if nothing gets past this node without waiting for somebody or something. `known` holds
    what has been worked out of scopes so far."""
    if node.tag in _WAITING:
        return True
    if node.tag == "boundaryEvent":
        return node.event.kind in ("timer", "message", "signal")
    inner = node.id if node.tag in SUBPROCESSES else node.called
    if inner is None or inner not in drawing.scopes:
        return False
    if inner not in known:
        known[inner] = False  # of a recursion; refused elsewhere
        known[inner] = not _passable(drawing, drawing.scopes[inner], known)
    return known[inner]


def _passable(drawing: Drawing, scope: Scope, known: dict[str, bool]) -> bool:
    """True if a token can get from start to end without waiting."""
    seen: set[str] = set()
    pending = [node.id for node in scope.nodes.values() if node.tag == "startEvent"]
    while pending:
        node = scope.nodes.get(pending.pop())
        if node is None or node.id in seen:
            continue
        seen.add(node.id)
        if node.tag == "endEvent":
            return True
        if not _waits(drawing, node, known):
            pending.extend(flow.target for flow in scope.outgoing.get(node.id, ()))
    return False


def _calls(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes.values():
        if node.tag != "callActivity":
            continue
        target = drawing.scopes.get(node.called or "")
        if target is None or target.parent is not None:
            yield error(
                "call-target-missing",
                "调用活动“{name}”要调用的流程“{called}”不在文件里：请选择文件里的流程。",
                node,
                called=node.called or "",
            )
        elif drawing.root(node.scope) in _called_from(drawing, target.id):
            yield error(
                "call-recursive",
                "调用活动“{name}”最终又会调用到自己所在的流程，不会结束：请去掉其中一处调用。",
                node,
            )


def _called_from(drawing: Drawing, process: str) -> set[str]:
    """A process and all it calls, directly or through others."""
    seen: set[str] = set()
    pending = [process]
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        pending.extend(
            node.called
            for node in drawing.nodes.values()
            if node.tag == "callActivity"
            and node.called in drawing.scopes
            and node.called is not None
            and drawing.root(node.scope) == current
        )
    return seen
