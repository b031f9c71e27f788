"""Habits of good drawing: what bpmnlint says of a file, in our words.

Nothing here keeps a drawing from running; it keeps people from misreading it, so everything is a
warning. Of bpmnlint's recommended rules these are left out: those `bpmn.rules` says already, and
knows more of (starts, ends, conditions, splits, elements we don't run); the one against inclusive
gateways, which we do run; and `fake-join`, for a flow back to an earlier step is how a return is
drawn, and where two tokens may really meet `bpmn.rules.tokens` finds it.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from bpmn.drawing import Drawing, Flow, Node
from bpmn.problems import Problem
from feel import FeelError

# Built from js/ by admin/studio/build/bpmn.mjs.
BUNDLE = Path(__file__).with_name("bundle") / "habits.js"
_SECONDS = 2.0

_TEXTS: Mapping[str, str] = {
    "label-required": "“{name}”没有名称，看图的人不知道它指什么：请填写。",
    "label-required/gateway": "网关“{name}”没有名称：请写成一个问题，例如“材料齐全吗？”。",
    "label-required/event": "事件“{name}”没有名称：请写明发生了什么，例如“申请已提交”“期满”。",
    "label-required/flow": "带条件的连线“{name}”没有名称：请写明什么情况下走这条路，例如“同意”。",
    "label-required/lane": "泳道没有名称：请写明由谁办理。",
    "global": "消息、信号或错误“{name}”没有用到：请用上或删去。",
    "global/name": "消息、信号或错误“{name}”没有名称：请填写。",
    "global/unique": "有两个消息、信号或错误都叫“{name}”，会分不清：请合为一个或改名。",
    "no-bpmndi": "“{name}”没有画在图上，会执行却看不见：在流程设计里点这条提醒，就补画到图上。",
    "no-bpmndi/other": "“{name}”没有画在图上：请用“导入”重新带入这个流程，平台会排好版。",
    "no-picture": "文件里只有流程，没有图形，打开是空白：请从“导入”重新带入，平台会排好版。",
    "no-duplicate-sequence-flows": "“{name}”与另一条连线的起点、终点和条件都相同：请删去一条。",
    "no-gateway-join-fork": "网关“{name}”既汇合又分开，容易误读：请用两个网关，先汇合再分开。",
    "no-overlapping-elements": "“{name}”与别的元素叠在一起，会看不清：请移开。",
    "no-overlapping-elements/outside": "“{name}”画到了所在子流程或泳池的外面：请移回去。",
    "superfluous-gateway": "网关“{name}”只有一进一出，不起作用：请删去，或补上另一条路。",
    "superfluous-label": "连线“{name}”没有别的路可选，上面的文字不起作用：请删去。",
    "superfluous-termination": "“{name}”是终止结束，但到这里没有别的路还在走：请改为普通结束事件。",
}
# What the process designer draws of a file that hasn't.
_DRAWABLE = ("Task", "Event", "Gateway", "SubProcess", "Transaction", "SequenceFlow")
_UNCHECKED = "这张图的画法（名称、重叠等）没能检查：图可能太大，请删去用不上的部分再试。"


class Engine(Protocol):
    """What this module needs of `feel.Feel`."""

    def load_bundle(self, path: Path) -> None: ...
    def call(self, function: str, *arguments: Any, timeout: float = ...) -> Any: ...


def habits(xml: bytes, drawing: Drawing, engine: Engine) -> list[Problem]:
    """What bpmnlint finds in the file that `drawing` was read from, in the order of its lines.

    A step without a name is left to `lint`, which refuses it.
    """
    found = _found(xml.decode(errors="replace"), engine)
    if found is None:
        return [Problem("habits-unchecked", _UNCHECKED, severity="warning")]
    if {each[2] for each in found if each[0] == "no-bpmndi"} >= set(drawing.nodes):
        found = [each for each in found if each[0] != "no-bpmndi"]
        found.append(("no-picture", "", "", "", ""))
    problems = {
        (problem.code, problem.text, problem.element): problem
        for each in found
        for problem in _said(*each, drawing)
    }
    return sorted(problems.values(), key=lambda problem: problem.line)


def _found(text: str, engine: Engine) -> list[tuple[str, str, str, str, str]] | None:
    engine.load_bundle(BUNDLE)
    mark = uuid4().hex
    with suppress(FeelError):  # too much for the isolate's limits
        for _again in range(2):  # the isolate may be renewed between the two calls
            engine.call("habitsRead", mark, text, timeout=_SECONDS)
            found: list[tuple[str, str, str, str, str]] | None
            found = engine.call("habitsFound", mark, timeout=_SECONDS)
            if found is not None:
                return found
    return None


def _said(
    rule: str, kind: str, identity: str, written: str, message: str, drawing: Drawing
) -> Iterator[Problem]:
    node = drawing.nodes.get(identity)
    flow = _flow(drawing, identity)
    if rule == "no-duplicate-sequence-flows" and flow is None:
        return  # said of the flow; its two ends needn't be named as well
    if rule == "label-required" and kind.endswith(("Task", "CallActivity")):
        return
    at = node or flow
    variant = _variant(rule, kind, message)
    yield Problem(
        f"habit-{rule}",
        _TEXTS[variant],
        {"name": written.strip() or _spot(identity, node, flow, drawing)},
        identity or None,
        at.line if at is not None else 0,
        "warning",
    )


def _spot(identity: str, node: Node | None, flow: Flow | None, drawing: Drawing) -> str:
    """What has no name is told by where it stands."""
    if node is not None:
        return node.label
    ends = [drawing.nodes.get(end) for end in (flow.source, flow.target)] if flow else []
    return " → ".join(end.label for end in ends if end) or identity


def _variant(rule: str, kind: str, message: str) -> str:
    words = kind.removeprefix("bpmn:")
    if rule == "label-required":
        for ending, variant in (
            ("Gateway", "gateway"), ("Event", "event"), ("SequenceFlow", "flow"), ("Lane", "lane"),
            ("Participant", "lane"),
        ):  # fmt: skip
            if words.endswith(ending):
                return f"{rule}/{variant}"
    if rule == "no-bpmndi" and not words.endswith(_DRAWABLE):
        return "no-bpmndi/other"
    if rule == "global" and "missing name" in message:
        return "global/name"
    if rule == "global" and "not unique" in message:
        return "global/unique"
    if rule == "no-overlapping-elements" and "outside" in message:
        return "no-overlapping-elements/outside"
    return rule


def _flow(drawing: Drawing, identity: str) -> Flow | None:
    return next(
        (flow for scope in drawing.scopes.values() for flow in scope.flows if flow.id == identity),
        None,
    )
