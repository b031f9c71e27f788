"""Kinds of tasks and sub-processes our engine has others for."""

from bpmn.drawing import SUBPROCESSES
from bpmn.foreign.conditions import translate
from bpmn.foreign.tree import MAX_NOTE, NODE_TAGS, Tree, local, ow, q, text_of
from bpmn.safexml import Element


def convert(tree: Tree) -> None:
    for script in tree.each("scriptTask"):
        _script(tree, script)
    for gateway in tree.each("complexGateway"):
        gateway.tag = q("inclusiveGateway")
        tree.report.rewritten(
            gateway, "complex-gateway", "复杂网关“{name}”已改为包容网关：请核对各条连线的条件。"
        )
    for adhoc in tree.each("adHocSubProcess"):
        adhoc.tag = q("subProcess")
        tree.report.fill_in(
            adhoc,
            "ad-hoc",
            "“{name}”原来不分先后（ad-hoc），已改为普通子流程：请画出先后，或用并行网关分开。",
        )
    for inner in tree.each(*SUBPROCESSES):
        if not any(child.tag in NODE_TAGS for child in inner):
            inner.tag = q("userTask")
            inner.attrib.pop("triggeredByEvent", None)
            tree.report.fill_in(
                inner,
                "empty-sub-process",
                "子流程“{name}”里没有画东西，先画成任务：请写明由谁办理，或画出它的内容。",
            )
    _compensation(tree)
    for loop in tree.each("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
        _loop(tree, loop)


def _script(tree: Tree, script: Element) -> None:
    text = text_of(script, "script")
    for child in script.findall(q("script")):
        script.remove(child)
    script.tag = q("serviceTask")
    if text:
        tree.remember(script, f"原脚本：\n{text[:MAX_NOTE]}")
    tree.report.fill_in(
        script,
        "script-dropped",
        "“{name}”是脚本任务，脚本没有带入（记在说明里）：请选择平台的操作，或改用决策表计算。",
    )


def _compensation(tree: Tree) -> None:
    """Undoing what was done is drawn as tasks here; nothing would run the handlers."""
    for task in [each for each in tree.each(*_activities()) if _true(each, "isForCompensation")]:
        tree.report.dropped(
            task, "compensation-dropped", "补偿任务“{name}”没有带入：请把要撤销的工作画成普通任务。"
        )
        tree.remove(task)
    for event in tree.each(
        "boundaryEvent", "intermediateThrowEvent", "intermediateCatchEvent", "endEvent"
    ):
        definition = event.find(q("compensateEventDefinition"))
        if definition is None:
            continue
        tree.report.dropped(
            event,
            "compensation-dropped",
            "补偿事件“{name}”没有带入：请把要撤销的工作画成普通任务。",
        )
        if local(event) == "boundaryEvent":
            tree.remove(event)
        else:
            event.remove(definition)
            if local(event) == "intermediateCatchEvent":
                event.tag = q("intermediateThrowEvent")


def _activities() -> tuple[str, ...]:
    return ("task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask",
            "businessRuleTask", "subProcess", "transaction")  # fmt: skip


def _true(element: Element, name: str) -> bool:
    return (element.get(name) or "").strip().lower() in ("true", "1")


def _loop(tree: Tree, loop: Element) -> None:
    """Counts and lists that can be said here; the rest is kept as a note and asked for."""
    node = loop.getparent()
    if node.tag not in NODE_TAGS:
        return
    foreign: list[str] = []
    for child in list(loop):
        kind, text = local(child), "".join(child.itertext()).strip()
        if text and (tree.ours or (kind == "loopCardinality" and text.isdigit() and int(text))):
            child.text = text
            for inner in list(child):
                child.remove(inner)
            continue
        if kind in ("completionCondition", "loopCondition") and (found := translate(text)):
            for name, type_ in found.variables.items():
                tree.variables.setdefault(name, type_)
            for inner in list(child):
                child.remove(inner)
            child.text = found.feel
            continue
        loop.remove(child)
        if text and kind in ("loopCardinality", "completionCondition", "loopCondition"):
            foreign.append(text)
    if maximum := loop.get("loopMaximum"):
        if not maximum.strip().isdigit():
            loop.attrib.pop("loopMaximum")
        else:
            loop.set("loopMaximum", maximum.strip())
    if collection := loop.get(ow("collection")):
        tree.variables.setdefault(collection, "list")
    if foreign:
        tree.remember(node, "原循环条件：" + "；".join(foreign)[:MAX_NOTE])
        tree.report.fill_in(
            node,
            "loop-to-fill",
            "“{name}”的循环条件“{condition}”没有译出：请填写份数、列表或结束条件。",
            condition="；".join(foreign)[:120],
        )
