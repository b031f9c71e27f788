"""Of several processes and pools, the one a case will run; what it calls is drawn into it."""

from copy import deepcopy

from lxml import etree  # type: ignore[import-untyped]

from bpmn.dialect import HUMAN_TASKS
from bpmn.drawing import FLOW_NODES, MAX_FLOW_NODES, MAX_FLOWS
from bpmn.foreign.report import label
from bpmn.foreign.tree import NODE_TAGS, Tree, local, q
from bpmn.problems import Problem, Unreadable
from bpmn.safexml import Element

MAX_DEPTH = 6
"""Calls within calls that are still drawn out."""
_GLOBAL = {
    "globalTask": "task", "globalUserTask": "userTask", "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask", "globalBusinessRuleTask": "businessRuleTask",
}  # fmt: skip
_HUMAN = frozenset(q(tag) for tag in HUMAN_TASKS)


def choose(tree: Tree) -> Element:
    """Leave one process in the file and give it; raises `Unreadable` when nothing is drawn."""
    processes = tree.root.findall(q("process"))
    drawn = [process for process in processes if any(c.tag in NODE_TAGS for c in process)]
    if not drawn:
        raise Unreadable(
            [
                Problem(
                    "nothing-drawn",
                    "文件里没有画出流程：只有参与方、会话或空白的流程。",
                    line=tree.root.sourceline or 0,
                )
            ]
        )
    library = {process.get("id"): process for process in drawn}
    called = {_target(call) for process in drawn for call in process.iter(q("callActivity"))}
    main = max(drawn, key=lambda process: _rank(process, called))
    _draw_out(tree, main, library)
    _pools(tree, main, drawn)
    for process in processes:
        if process is not main:
            tree.root.remove(process)
    tree.forget()
    _require_fitting(main)
    if main.get("isExecutable") != "true":
        main.set("isExecutable", "true")
    return main


def _rank(process: Element, called: set[str]) -> tuple[bool, bool, int, int]:
    """Rather one nobody calls, marked executable, with more for people to do."""
    human = sum(1 for each in process.iter() if each.tag in _HUMAN)
    return (
        process.get("id") not in called,
        process.get("isExecutable") == "true",
        human,
        sum(1 for each in process.iter() if each.tag in NODE_TAGS),
    )


def _require_fitting(main: Element) -> None:
    """Before anything is done that takes time by the square."""
    nodes = sum(1 for each in main.iter() if each.tag in NODE_TAGS)
    flows = sum(1 for _ in main.iter(q("sequenceFlow")))
    if nodes > MAX_FLOW_NODES or flows > MAX_FLOWS:
        raise Unreadable(
            [
                Problem(
                    "too-many-nodes",
                    "流程有 {count} 个节点，超过 {limit} 个的上限；请拆成几个事项或简化流程。",
                    {"count": nodes, "limit": MAX_FLOW_NODES},
                )
            ]
        )


# ---- calls --------------------------------------------------------------------------------------


def _target(call: Element) -> str:
    return str(call.get("calledElement") or "").rpartition(":")[2]


def _draw_out(tree: Tree, main: Element, library: dict[str, Element]) -> None:
    """Called processes become sub-processes, so that one picture shows the whole."""
    room = MAX_FLOW_NODES - sum(1 for each in main.iter() if each.tag in NODE_TAGS)
    pending = [(call, 0, frozenset({main.get("id")})) for call in main.iter(q("callActivity"))]
    used: set[str] = set()
    while pending:
        call, depth, above = pending.pop(0)
        target = library.get(_target(call))
        size = sum(1 for e in target.iter() if e.tag in NODE_TAGS) if target is not None else 0
        identity = target.get("id") if target is not None else ""
        if target is None or identity in above or depth >= MAX_DEPTH or size > room:
            _placeholder(tree, call, _target(call))
            continue
        room -= size
        body = deepcopy(target)
        if identity in used:
            _rename(tree, body)
        used.add(identity)
        call.tag = q("subProcess")
        call.attrib.pop("calledElement", None)
        for child in list(body):
            if child.tag in NODE_TAGS or local(child) in (
                "sequenceFlow", "textAnnotation", "association",
            ):  # fmt: skip
                call.append(child)
        for each in call.iter(etree.Element):
            if each is not call and each.get("id"):
                tree.ids[each.get("id")] = each
        tree.report.rewritten(
            call,
            "call-drawn-out",
            "调用活动“{name}”调用的流程“{called}”已画进来，成为它的子流程。",
            called=label(target),
        )
        pending += [
            (inner, depth + 1, above | {identity}) for inner in call.iter(q("callActivity"))
        ]


def _placeholder(tree: Tree, call: Element, called: str) -> None:
    elsewhere = tree.ids.get(called)
    kind = _GLOBAL.get(local(elsewhere)) if elsewhere is not None else None
    call.attrib.pop("calledElement", None)
    call.tag = q(kind or "userTask")
    if kind and elsewhere is not None:
        if not call.get("name") and elsewhere.get("name"):
            call.set("name", elsewhere.get("name"))
        tree.report.rewritten(
            call, "global-task-taken", "调用活动“{name}”调用的是单个任务，已直接画成任务。"
        )
        return
    if called:
        tree.remember(call, f"原图此处调用流程：{called}")
    tree.report.fill_in(
        call,
        "call-without-target",
        "调用活动“{name}”要调用的流程“{called}”不在文件里，先画成任务：请写明由谁办理，"
        "或画成子流程。",
        called=called or "（未写明）",
    )


def _rename(tree: Tree, body: Element) -> None:
    """Ids of their own for a second copy of a process."""
    renamed = {}
    for each in body.iter(etree.Element):
        if had := each.get("id"):
            renamed[had] = tree.fresh(had)
            tree.ids[renamed[had]] = each
            tree.report.lines[renamed[had]] = tree.report.lines.get(had, 0)
            each.set("id", renamed[had])
    for each in body.iter(etree.Element):
        for name in ("sourceRef", "targetRef", "attachedToRef", "default"):
            if each.get(name) in renamed:
                each.set(name, renamed[each.get(name)])


# ---- pools --------------------------------------------------------------------------------------


def _pools(tree: Tree, main: Element, drawn: list[Element]) -> None:
    """Other pools are kept as a note: whom the process deals with, without a hand in it."""
    others: list[str] = []
    keeper: Element | None = None
    for participant in list(tree.root.iter(q("participant"))):
        if participant.get("processRef") == main.get("id") and keeper is None:
            keeper = participant
            continue
        process = tree.ids.get(participant.get("processRef") or "")
        if process is not None and process in drawn:
            nodes = sum(1 for each in process.iter() if local(each) in FLOW_NODES)
            tree.report.dropped(
                participant,
                "pool-dropped",
                "“{name}”是另一个参与方的流程（{count} 个节点），没有带入：一个事项只办一个流程；"
                "需要时请另建事项，用“发起办件”联办。",
                count=nodes,
            )
        else:
            tree.report.dropped(
                participant, "pool-noted", "参与方“{name}”没有画出流程，只记在流程的说明里。"
            )
        others.append(label(participant))
    for process in drawn:
        if process is not main and not any(
            p.get("processRef") == process.get("id") for p in tree.root.iter(q("participant"))
        ):
            tree.report.dropped(
                process, "process-dropped", "流程“{name}”不是办件要走的那一个，没有带入。"
            )
    for flow in tree.root.iter(q("messageFlow")):
        tree.report.counted(
            flow, "message-flows-dropped",
            "{count} 条{what}没有带入：与其他参与方的往来请用文书、通知或联办。", "消息流",
        )  # fmt: skip
    if others:
        tree.remember(main, "原图的其他参与方：" + "、".join(others))
    for collaboration in list(tree.root.findall(q("collaboration"))):
        for note in list(collaboration.iter(q("textAnnotation"), q("association"))):
            main.append(note)  # notes beside the pools are notes all the same
        tree.root.remove(collaboration)
    if keeper is not None or main.find(q("laneSet")) is not None:
        collaboration = etree.Element(q("collaboration"), id=tree.fresh("collaboration"))
        tree.ids[collaboration.get("id")] = collaboration
        tree.root.insert(0, collaboration)
        if keeper is None:
            keeper = tree.add(collaboration, "participant", main, f"{main.get('id')}_pool")
            keeper.set("name", main.get("name") or "")
        collaboration.append(keeper)
        keeper.set("processRef", main.get("id"))
        if not main.get("name") and keeper.get("name"):
            main.set("name", keeper.get("name"))
