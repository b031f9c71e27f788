"""Events: what they wait for and throw, made complete where the file leaves it open."""

import re
from collections import defaultdict
from copy import deepcopy

from bpmn import times
from bpmn.foreign.tree import MAX_NOTE, Tree, definitions_of, is_scope, local, q
from bpmn.safexml import Element

_EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent",
           "boundaryEvent")  # fmt: skip
_NAMED = {"message": "消息", "signal": "信号", "error": "错误", "escalation": "升级"}
_ONCE = re.compile(r"R1?/(P[^/]+)")


def convert(tree: Tree) -> None:
    for event in tree.each(*_EVENTS):
        _resolve(tree, event)
        _one_only(tree, event)
    _links(tree)
    for event in tree.each(*_EVENTS):
        _start(tree, event)
        _signal_end(tree, event)
        for definition in definitions_of(event):
            kind = local(definition).removesuffix("EventDefinition")
            if kind in _NAMED:
                _name(tree, event, definition, kind)
            elif kind == "timer":
                _timer(tree, event, definition)
            elif kind == "conditional":
                _condition(tree, event, definition)
    for task in tree.each("sendTask", "receiveTask"):
        _name(tree, task, task, "message")
    _hosts(tree)


def _resolve(tree: Tree, event: Element) -> None:
    """Definitions shared at the top of the file are drawn into the event that uses them."""
    for reference in event.findall(q("eventDefinitionRef")):
        found = tree.ids.get((reference.text or "").strip())
        event.remove(reference)
        if found is not None and local(found).endswith("EventDefinition"):
            copy = deepcopy(found)
            copy.attrib.pop("id", None)
            event.append(copy)


def _one_only(tree: Tree, event: Element) -> None:
    extra = definitions_of(event)[1:]
    for definition in extra:
        event.remove(definition)
    if extra:
        tree.report.fill_in(
            event,
            "events-reduced",
            "“{name}”原来同时等几件事，只留了第一件：其余的请另画事件。",
        )


def _start(tree: Tree, event: Element) -> None:
    """A case begins by an application or the step before, whatever the file waits for."""
    if local(event) != "startEvent" or event.getparent().get("triggeredByEvent") == "true":
        return
    triggers = definitions_of(event)
    for trigger in triggers:
        event.remove(trigger)
    if triggers:
        tree.report.rewritten(
            event,
            "start-trigger-dropped",
            "开始事件“{name}”的触发条件已去掉：办件由申请人申请，或由上一步开始。",
        )


def _signal_end(tree: Tree, event: Element) -> None:
    definition = event.find(q("signalEventDefinition"))
    if local(event) != "endEvent" or definition is None:
        return
    event.tag = q("intermediateThrowEvent")
    end = tree.add(event.getparent(), "endEvent", event, f"{event.get('id')}_end")
    tree.connect(event, end)
    tree.report.rewritten(
        event, "signal-end", "信号结束事件“{name}”已拆成抛出信号和普通结束两个事件。"
    )


def _name(tree: Tree, holder: Element, definition: Element, kind: str) -> None:
    """Every message, signal, error and escalation is a thing with a name."""
    reference = definition.get(f"{kind}Ref")
    found = tree.ids.get(reference or "")
    if found is not None and local(found) == kind:
        return
    definition.attrib.pop(f"{kind}Ref", None)
    if kind in ("error", "escalation") and local(holder) == "boundaryEvent":
        return  # catches any
    name = " ".join((holder.get("name") or "").split()) or _NAMED[kind]
    known = [each for each in tree.root.findall(q(kind)) if each.get("name") == name]
    made = known[0] if known else tree.add(tree.root, kind, holder, f"{kind}_{holder.get('id')}")
    made.set("name", name)
    if kind in ("error", "escalation"):
        made.set(f"{kind}Code", name)
    definition.set(f"{kind}Ref", made.get("id"))
    tree.report.rewritten(
        holder,
        "reference-made",
        "“{name}”没有指明是哪个{what}，已按它的名称新建“{made}”：请核对。",
        what=_NAMED[kind],
        made=name,
    )


def _timer(tree: Tree, event: Element, definition: Element) -> None:
    said = [(local(child), "".join(child.itertext()).strip()) for child in definition]
    for child in list(definition):
        definition.remove(child)
    for kind, text in said:
        once = _ONCE.fullmatch(text)
        if kind == "timeCycle" and once and times.is_literal(once[1]):
            kind, text = "timeDuration", once[1]
            tree.report.rewritten(
                event, "timer-once", "定时“{name}”只响一次，已写成时长 {time}。", time=text
            )
        if kind in ("timeDate", "timeDuration", "timeCycle") and (
            kind == "timeCycle" or times.is_literal(text) or tree.ours
        ):
            if len(text) <= MAX_NOTE:
                child = definition.makeelement(q(kind))
                child.text = text
                definition.append(child)
                return
        elif text and text != "_undefined":
            tree.remember(event, f"原定时：{text[:MAX_NOTE]}")
            tree.report.fill_in(
                event,
                "timer-to-fill",
                "定时“{name}”的“{time}”没有译出：请填写时长（如 P3D）、日期或 FEEL 表达式。",
                time=text[:120],
            )


def _condition(tree: Tree, event: Element, definition: Element) -> None:
    text = "".join(definition.itertext()).strip()
    for child in list(definition):
        definition.remove(child)
    if text:
        tree.remember(event, f"原条件：{text[:MAX_NOTE]}")


def _links(tree: Tree) -> None:
    """Link events are flows drawn in two pieces; here they are flows again."""
    pairs: dict[tuple[Element, str], tuple[list[Element], list[Element]]] = defaultdict(
        lambda: ([], [])
    )
    for event in tree.each("intermediateThrowEvent", "intermediateCatchEvent"):
        link = event.find(q("linkEventDefinition"))
        if link is not None:
            name = (link.get("name") or event.get("name") or "").strip().lower()
            at = 0 if local(event) == "intermediateThrowEvent" else 1
            pairs[event.getparent(), name][at].append(event)
    for throws, catches in pairs.values():
        if not throws or not catches:
            continue
        for event in (*throws, *catches):
            event.remove(event.find(q("linkEventDefinition")))
            event.tag = q("intermediateThrowEvent")
        for throw in throws:
            tree.connect(throw, catches[0])
            tree.report.rewritten(throw, "link-connected", "链接事件“{name}”已改为一条直接的连线。")


def _hosts(tree: Tree) -> None:
    """A boundary event without a task to sit on can't be drawn."""
    for event in tree.each("boundaryEvent"):
        host = tree.ids.get(event.get("attachedToRef") or "")
        if host is not None and host.getparent() is event.getparent() and not is_event(host):
            continue
        event.attrib.pop("attachedToRef", None)
        event.attrib.pop("cancelActivity", None)
        event.tag = q("intermediateCatchEvent")
        tree.report.fill_in(
            event,
            "boundary-adrift",
            "边界事件“{name}”没有附着在任务上，先画成中间事件：请放回它所属的任务。",
        )


def is_event(element: Element) -> bool:
    return local(element) in _EVENTS or (
        local(element).endswith("Gateway") and not is_scope(element)
    )
