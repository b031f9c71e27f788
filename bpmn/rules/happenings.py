"""Events: what can be caught and thrown, and whether somebody is there at the other end."""

import re
from collections.abc import Iterator

from bpmn import times
from bpmn.drawing import ACTIVITIES, SUBPROCESSES, Drawing, Node
from bpmn.problems import Problem
from bpmn.rules.report import error, warning

_CALLED = SUBPROCESSES | {"callActivity"}
_LOOKS_LITERAL = re.compile(r"-?P[\dT].*|\d{4}-\d\d.*|\d+\s*(天|日|小时|个?工作日|[dhm]|wd|mo)?")
_NAMED = {"message": "消息", "signal": "信号", "error": "错误", "escalation": "升级"}
_ALLOWED = {
    "startEvent": {"none"},
    "endEvent": {"none", "message", "error", "escalation", "terminate", "cancel"},
    "intermediateCatchEvent": {"message", "timer", "signal"},
    "intermediateThrowEvent": {"none", "message", "signal", "escalation"},
    "boundaryEvent": {"message", "timer", "signal", "error", "escalation", "cancel"},
    "sendTask": {"message"},
    "receiveTask": {"message"},
}


def check(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes.values():
        if node.tag in _ALLOWED:
            yield from _kind(node)
            yield from _reference(node)
            yield from _timer(node)
        if node.tag == "boundaryEvent":
            yield from _boundary(drawing, node)
    yield from _errors(drawing)
    yield from _cancels(drawing)
    yield from _pairs(drawing)


def _kind(node: Node) -> Iterator[Problem]:
    kind = node.event.kind
    if kind in _ALLOWED[node.tag] or node.tag == "startEvent":
        return
    if kind == "signal" and node.tag == "endEvent":
        yield error(
            "signal-end-event",
            "信号结束事件“{name}”发不出信号：请在普通结束事件前加一个中间抛出信号事件。",
            node,
        )
    elif kind == "link":
        yield error(
            "link-event", "链接事件“{name}”会使办件中断：请改用连线直接连到要去的地方。", node
        )
    elif kind == "compensate":
        yield error(
            "compensation", "补偿事件“{name}”不会执行：请把要撤销的工作画成普通任务。", node
        )
    elif kind == "conditional":
        yield error(
            "conditional-event",
            "条件事件“{name}”不能执行：请改用网关判断，或等待消息、定时。",
            node,
        )
    elif kind == "multiple":
        yield error("multiple-events", "“{name}”带有几个事件定义：请只留一个。", node)
    elif kind == "none" and node.tag == "boundaryEvent":
        yield error("event-missing", "边界事件“{name}”没有写明等什么：请选择定时、消息等。", node)
    elif kind == "none" and node.tag == "intermediateCatchEvent":
        yield error("event-missing", "捕获事件“{name}”没有写明等什么：请选择定时、消息等。", node)
    else:
        yield error("unsupported-event", "“{name}”不能用这种事件：请换一种。", node)


def _reference(node: Node) -> Iterator[Problem]:
    event = node.event
    what = {"message": "消息", "signal": "信号", "error": "错误", "escalation": "升级"}.get(
        event.kind
    )
    if what is None or event.kind not in _ALLOWED[node.tag] or event.name is not None:
        return
    if event.kind in ("error", "escalation") and node.tag == "boundaryEvent" and not event.ref:
        return  # catches any
    yield error(
        "event-reference-missing",
        "“{name}”没有指明是哪个{what}：请选择或新建一个{what}。",
        node,
        what=what,
    )


def _timer(node: Node) -> Iterator[Problem]:
    event = node.event
    if event.kind != "timer" or "timer" not in _ALLOWED[node.tag]:
        return
    if event.timer is None:
        yield error(
            "timer-without-time",
            "定时“{name}”没有写时间：请填写时长（如 P3D 表示 3 天、PT4H 表示 4 小时）或日期。",
            node,
        )
        return
    kind, text = event.timer
    if kind == "timeCycle":
        yield error(
            "timer-cycle",
            "定时“{name}”是循环定时，不能执行：请改用一次性定时；反复催办由平台的督办负责。",
            node,
        )
    elif not times.is_literal(text) and _LOOKS_LITERAL.fullmatch(text.lstrip("= ")):
        yield error(
            "timer-invalid",
            "定时“{name}”的“{time}”不是有效的时间：请写成 P3D（3 天）、PT4H（4 小时）、"
            "2026-01-31T09:00:00+08:00 这样的格式，或写 FEEL 表达式。",
            node,
            time=text,
        )


def _boundary(drawing: Drawing, node: Node) -> Iterator[Problem]:
    host = drawing.nodes.get(node.attached_to or "")
    if host is None:
        return
    kind = node.event.kind
    if host.tag not in ACTIVITIES:
        yield error("boundary-host", "边界事件“{name}”只能附着在任务或子流程上：请重新放置。", node)
    elif kind in ("error", "escalation") and host.tag not in _CALLED:
        yield error(
            "boundary-never-fires",
            "“{host}”不会抛出错误或升级，边界事件“{name}”永远不会触发：请删去，"
            "或把工作放进子流程。",
            node,
            host=host.label,
        )
    elif kind == "cancel" and host.tag != "transaction":
        yield error(
            "cancel-outside-transaction",
            "取消事件“{name}”只能附着在事务子流程上：请重新放置或改用错误事件。",
            node,
        )
    elif host.tag in ("sendTask", "businessRuleTask"):
        yield warning(
            "boundary-never-fires",
            "“{host}”会立即完成，边界事件“{name}”永远不会触发：请删去。",
            node,
            host=host.label,
        )
    if kind in ("error", "cancel") and not node.interrupting:
        yield error(
            "boundary-must-interrupt",
            "错误和取消总会中断“{host}”：请把边界事件“{name}”改为中断型（实线）。",
            node,
            host=host.label,
        )


def _errors(drawing: Drawing) -> Iterator[Problem]:
    """Every error end needs somebody around it who catches it."""
    for node in drawing.nodes.values():
        if node.tag != "endEvent" or node.event.kind != "error":
            continue
        if not any(
            boundary.event.kind == "error" and boundary.event.code in (None, node.event.code)
            for holder in _holders(drawing, node.scope)
            for boundary in drawing.scopes[holder.scope].boundary.get(holder.id, ())
        ):
            yield error(
                "error-uncaught",
                "“{name}”抛出的错误没有谁接住：请在外面的子流程或调用活动上加错误边界事件，"
                "或改为普通结束事件。",
                node,
            )


def _holders(drawing: Drawing, scope: str) -> Iterator[Node]:
    """The sub-process and call activities a scope may run for, outwards."""
    seen: set[str] = set()
    pending = [scope]
    while pending:
        inner = pending.pop()
        for node in drawing.nodes.values():
            holds = node.id if node.tag in SUBPROCESSES else node.called
            if holds == inner and node.id not in seen:
                seen.add(node.id)
                yield node
                pending.append(node.scope)


def _cancels(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes.values():
        if node.tag == "endEvent" and node.event.kind == "cancel":
            holder = drawing.nodes.get(node.scope)
            if holder is None or holder.tag != "transaction":
                yield error(
                    "cancel-outside-transaction",
                    "取消结束事件“{name}”只能用在事务子流程里：请改为普通结束事件。",
                    node,
                )
            elif not any(
                boundary.event.kind == "cancel"
                for boundary in drawing.scopes[holder.scope].boundary.get(holder.id, ())
            ):
                yield error(
                    "cancel-uncaught",
                    "事务“{holder}”取消后没有去处：请在它上面加取消边界事件。",
                    node,
                    holder=holder.label,
                )


def _pairs(drawing: Drawing) -> Iterator[Problem]:
    """Signals stay within a case, messages never do."""
    thrown: dict[str, set[str | None]] = {"signal": set(), "message": set()}
    for node in drawing.nodes.values():
        if node.event.kind in thrown and _throws(node):
            thrown[node.event.kind].add(node.event.name)
    for node in drawing.nodes.values():
        event = node.event
        if event.name is None or _throws(node) or node.tag == "startEvent":
            continue
        if event.kind == "signal" and event.name not in thrown["signal"]:
            yield error(
                "signal-never-thrown",
                "流程里没有谁抛出信号“{signal}”，“{name}”会一直等下去：请加上抛出信号的事件。",
                node,
                signal=event.name,
            )
        elif event.kind == "message" and event.name in thrown["message"]:
            yield error(
                "message-to-itself",
                "消息“{message}”由本流程发出又在本流程等待，但消息只在办件之间传递："
                "请改用信号，或给两个消息起不同的名称。",
                node,
                message=event.name,
            )


def _throws(node: Node) -> bool:
    return node.tag in ("endEvent", "intermediateThrowEvent", "sendTask")
