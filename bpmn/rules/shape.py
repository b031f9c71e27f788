"""Ids and references, beginnings and ends, what can be reached, what can't be run at all."""

import re
from collections.abc import Iterator

from bpmn.drawing import Drawing, Node, Scope
from bpmn.problems import Problem
from bpmn.rules.report import error, warning
from bpmn.steps import is_step

MAX_NESTING = 8
"""Sub-processes within sub-processes; each level costs every move its share."""

_ID = re.compile(r"[^\W\d][\w-]*")
_STEP_ID = re.compile(r"[^\W\d]\w*")
_RESERVED = frozenset({"Start", "End", "Root"})


def check(drawing: Drawing) -> Iterator[Problem]:
    yield from _processes(drawing)
    yield from _ids(drawing)
    for scope in drawing.scopes.values():
        yield from _references(drawing, scope)
        yield from _ends(drawing, scope)
        yield from _unsupported(drawing, scope)
    yield from _reachability(drawing)


def _processes(drawing: Drawing) -> Iterator[Problem]:
    if drawing.main is None:
        candidates = [scope for scope in drawing.processes if scope.nodes]
        at = candidates[0] if candidates else 1
        yield error(
            "main-process-unclear",
            "文件里有 {count} 个流程，看不出办件走哪一个：请只留一个不被调用的流程，"
            "或只把它设为“可执行”。",
            at,
            count=len(candidates),
        )
    for scope in drawing.scopes.values():
        if sum(1 for _ in drawing.ancestors(scope.id)) > MAX_NESTING + 1:
            yield error(
                "nesting-too-deep",
                "子流程“{name}”嵌套超过 {limit} 层，请减少层次。",
                scope,
                limit=MAX_NESTING,
            )


def _ids(drawing: Drawing) -> Iterator[Problem]:
    for identity, line in drawing.duplicates:
        yield error(
            "duplicate-id",
            "编号“{id}”在文件里用了不止一次，后画的会被当成同一个元素：请换一个编号。",
            line,
            id=identity,
        )
    for tag, line in drawing.nameless:
        yield error("id-missing", "有一个“{tag}”没有编号（id），请补上。", line, tag=tag)
    for node in drawing.nodes.values():
        if node.id in _RESERVED:
            yield error("reserved-id", "编号“{id}”是流程引擎保留的，请换一个。", node, id=node.id)
        elif not (_STEP_ID if is_step(node) else _ID).fullmatch(node.id):
            yield error(
                "id-malformed",
                "编号“{id}”要以字母或下划线开头，只含字母、数字和下划线：请修改。",
                node,
                id=node.id,
            )
        if is_step(node) and not node.name:
            yield error(
                "name-missing", "任务“{id}”没有名称，办理人会看不懂：请填写。", node, id=node.id
            )


def _references(drawing: Drawing, scope: Scope) -> Iterator[Problem]:
    for flow in scope.flows:
        for end in (flow.source, flow.target):
            if end in scope.nodes:
                continue
            if end in drawing.nodes:
                yield error(
                    "flow-crosses-border",
                    "连线“{id}”跨过了子流程的边界：请改为连到子流程本身。",
                    flow,
                    id=flow.id,
                )
            else:
                yield error(
                    "dangling-reference",
                    "连线“{id}”的一端没有接到任何元素：请接好或删去。",
                    flow,
                    id=flow.id,
                )
    for node in scope.nodes.values():
        if node.tag == "boundaryEvent" and node.attached_to not in scope.nodes:
            yield error(
                "dangling-reference", "边界事件“{name}”没有附着在任务上：请重新放置或删去。", node
            )
        if node.default is not None and node.default not in (
            flow.id for flow in scope.outgoing.get(node.id, ())
        ):
            yield error(
                "default-dangling",
                "“{name}”的默认连线“{flow}”不是从它出发的：请重新指定。",
                node,
                flow=node.default,
            )


def _ends(drawing: Drawing, scope: Scope) -> Iterator[Problem]:
    if not scope.nodes and scope.parent is None:
        return  # a pool drawn for the picture only
    starts = [node for node in scope.nodes.values() if node.tag == "startEvent"]
    what = "流程" if scope.parent is None else "子流程"
    holder = drawing.nodes.get(scope.id)
    if holder is not None and (holder.triggered_by_event or holder.tag == "adHocSubProcess"):
        return  # refused as a whole
    if len(starts) != 1:
        yield error(
            "one-start-needed",
            "{what}“{name}”有 {count} 个开始事件，要有且只有一个。",
            scope,
            what=what,
            count=len(starts),
        )
    for node in starts:
        if node.event.kind != "none":
            yield error(
                "start-with-event",
                "开始事件“{name}”带有触发条件：办件由申请或上一步开始，请改为普通开始事件。",
                node,
            )
    if not any(node.tag == "endEvent" for node in scope.nodes.values()):
        yield error(
            "end-missing",
            "{what}“{name}”没有结束事件，办到最后不会办结：请在末尾加上结束事件。",
            scope,
            what=what,
        )
    for node in scope.nodes.values():
        if node.tag in ("startEvent", "boundaryEvent") and scope.incoming.get(node.id):
            yield error("incoming-refused", "“{name}”不能有连线指向它：请改连到别的元素。", node)
        if node.tag == "endEvent":
            if scope.outgoing.get(node.id):
                yield error("outgoing-refused", "结束事件“{name}”后面不能再有连线：请删去。", node)
        elif not scope.outgoing.get(node.id):
            yield error(
                "dead-end",
                "“{name}”后面没有连线，走到这里就没有下文了：请连到下一步或结束事件。",
                node,
            )


def _unsupported(drawing: Drawing, scope: Scope) -> Iterator[Problem]:
    for node in scope.nodes.values():
        if node.tag == "scriptTask":
            yield error(
                "script-refused",
                "“{name}”是脚本任务，平台不执行脚本：请改用服务任务，或用业务规则任务计算。",
                node,
            )
        elif node.tag == "complexGateway":
            yield error(
                "unsupported-element",
                "“{name}”是复杂网关，不能执行：请改用包容网关（OR）或并行网关（AND）。",
                node,
            )
        elif node.tag == "adHocSubProcess":
            yield error(
                "unsupported-element",
                "“{name}”是特别子流程（ad-hoc），不能执行：请改用普通子流程，写明先后。",
                node,
            )
        elif node.triggered_by_event:
            yield error(
                "event-subprocess",
                "“{name}”是事件子流程，不能可靠执行：请改用附着在任务或子流程上的边界事件。",
                node,
            )
        for local, line in node.oddities:
            yield warning(
                "part-ignored",
                "“{name}”里的“{part}”不会执行：流程里的数据请用流程变量。",
                node,
                line=line,
                part=local,
            )


def _reachability(drawing: Drawing) -> Iterator[Problem]:
    called = {node.called for node in drawing.nodes.values() if node.tag == "callActivity"}
    for scope in drawing.scopes.values():
        if scope.parent is None and scope is not drawing.main and scope.id not in called:
            if scope.nodes and drawing.main is not None:
                yield warning("process-unused", "流程“{name}”没有被调用，不会执行。", scope)
            continue
        seen: set[str] = set()
        pending = [node.id for node in scope.nodes.values() if node.tag == "startEvent"]
        if not pending:
            continue
        while pending:
            identity = pending.pop()
            if identity in seen or identity not in scope.nodes:
                continue
            seen.add(identity)
            pending.extend(flow.target for flow in scope.outgoing.get(identity, ()))
            pending.extend(node.id for node in scope.boundary.get(identity, ()))
        for node in scope.nodes.values():
            if node.id not in seen and not _refused(node):
                yield error(
                    "unreachable",
                    "从开始事件走不到“{name}”，它永远不会执行：请连上或删去。",
                    node,
                )


def _refused(node: Node) -> bool:
    return node.triggered_by_event or node.event.kind in ("link", "compensate")
