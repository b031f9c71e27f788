"""The rewritten tree as a clean file: only elements and attributes our dialect has."""

from lxml import etree  # type: ignore[import-untyped]

from bpmn import dialect
from bpmn.drawing import FLOW_NODES, SUBPROCESSES
from bpmn.foreign.report import label
from bpmn.foreign.tree import Tree, q
from bpmn.safexml import Element, split

DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
NAMESPACES = {
    "bpmn": dialect.BPMN, "bpmndi": dialect.BPMNDI, "dc": DC, "di": DI, "xsi": dialect.XSI,
    "ow": dialect.OW,
}  # fmt: skip

_EVENT_DEFINITIONS = frozenset(
    f"{kind}EventDefinition"
    for kind in ("message", "timer", "signal", "error", "escalation", "terminate", "cancel",
                 "conditional", "link", "compensate")
)  # fmt: skip
_SCOPE = FLOW_NODES | {"sequenceFlow", "textAnnotation", "association"}
_EVERY = frozenset({"documentation", "extensionElements"})
_LOOPS = frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"})

_CHILDREN: dict[str, frozenset[str]] = {
    "definitions": frozenset({"collaboration", "process", "message", "signal", "error",
                              "escalation"}),
    "collaboration": frozenset({"participant"}),
    "process": _SCOPE | {"laneSet"},
    **dict.fromkeys(SUBPROCESSES, _SCOPE | _LOOPS),
    "laneSet": frozenset({"lane"}),
    "lane": frozenset({"flowNodeRef", "childLaneSet"}),
    "childLaneSet": frozenset({"lane"}),
    "sequenceFlow": frozenset({"conditionExpression"}),
    "textAnnotation": frozenset({"text"}),
    "timerEventDefinition": frozenset({"timeDate", "timeDuration", "timeCycle"}),
    "multiInstanceLoopCharacteristics": frozenset({"loopCardinality", "completionCondition"}),
    "standardLoopCharacteristics": frozenset({"loopCondition"}),
}  # fmt: skip
_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "definitions": ("targetNamespace",),
    "process": ("isExecutable",),
    "participant": ("processRef",),
    "sequenceFlow": ("sourceRef", "targetRef"),
    "exclusiveGateway": ("default",),
    "inclusiveGateway": ("default",),
    "subProcess": ("triggeredByEvent",),
    "boundaryEvent": ("attachedToRef", "cancelActivity"),
    "startEvent": ("isInterrupting",),
    "sendTask": ("messageRef",),
    "receiveTask": ("messageRef",),
    "messageEventDefinition": ("messageRef",),
    "signalEventDefinition": ("signalRef",),
    "errorEventDefinition": ("errorRef",),
    "escalationEventDefinition": ("escalationRef",),
    "linkEventDefinition": ("name",),
    "error": ("errorCode",),
    "escalation": ("escalationCode",),
    "multiInstanceLoopCharacteristics": ("isSequential",),
    "standardLoopCharacteristics": ("loopMaximum", "testBefore"),
    "association": ("sourceRef", "targetRef", "associationDirection"),
}
_TEXTS = frozenset({"documentation", "text", "flowNodeRef", "conditionExpression", "timeDate",
                    "timeDuration", "timeCycle", "loopCardinality", "completionCondition",
                    "loopCondition"})  # fmt: skip
_FORMAL = frozenset({"conditionExpression", "timeDate", "timeDuration", "timeCycle",
                     "loopCardinality", "completionCondition", "loopCondition"})  # fmt: skip
_QUIET = frozenset({"incoming", "outgoing", "import", "extension", "relationship", "itemDefinition",
                    "messageFlow", "categoryValueRef", "laneSet", "partitionElement"})  # fmt: skip
_NAMELESS = frozenset({"textAnnotation", "association"}) | _LOOPS | _TEXTS
_NAMED = frozenset({"dataObjectReference", "dataStoreReference", "group"})


def written(tree: Tree) -> Element:
    """A new `definitions` without a picture; what isn't taken over is reported."""
    tree.forget()
    root = etree.Element(q("definitions"), nsmap=NAMESPACES)
    root.set("id", tree.root.get("id"))
    root.set("targetNamespace", "urn:onewindow:imported")
    order = {"collaboration": 0, "process": 1}
    _children(tree, tree.root, root, lambda child: order.get(split(child.tag)[1], 2))
    for scope in root.iter(q("process"), *(q(tag) for tag in SUBPROCESSES)):
        _flow_ends(scope)
    return root


def _children(tree: Tree, source: Element, made: Element, key: object = None) -> None:
    tag = split(source.tag)[1]
    allowed = _CHILDREN.get(tag, frozenset()) | _EVERY
    if tag in FLOW_NODES and tag not in SUBPROCESSES:
        allowed = allowed | (_LOOPS if "Event" not in tag and "Gateway" not in tag else frozenset())
        allowed = allowed | (_EVENT_DEFINITIONS if "Event" in tag else frozenset())
    children = [child for child in source if isinstance(child.tag, str)]
    first = {"documentation": 0, "extensionElements": 1}
    ranked = sorted(children, key=lambda child: first.get(split(child.tag)[1], 2))
    if callable(key):
        ranked = sorted(ranked, key=key)
    for child in ranked:
        namespace, name = split(child.tag)
        if namespace == dialect.BPMN and name in allowed and _kept(tree, child):
            _element(tree, child, made)
        elif namespace == dialect.BPMN:
            _dropped(tree, child, name)


def _element(tree: Tree, source: Element, parent: Element) -> None:
    name = split(source.tag)[1]
    made = etree.SubElement(parent, q(name))
    if source.get("id") and name not in _TEXTS:
        made.set("id", source.get("id"))
    if source.get("name") and name not in _NAMELESS:
        made.set("name", " ".join(source.get("name").split())[:200])
    for attribute in _ATTRIBUTES.get(name, ()):
        if source.get(attribute):
            made.set(attribute, source.get(attribute).strip())
    for key, value in source.attrib.items():
        if split(key)[0] == dialect.OW:
            made.set(key, value)
    if name in _TEXTS:
        made.text = "".join(source.itertext()).strip()
        if name in _FORMAL:
            made.set(f"{{{dialect.XSI}}}type", "bpmn:tFormalExpression")
    elif name == "extensionElements":
        for extension in source:
            if isinstance(extension.tag, str) and split(extension.tag)[0] == dialect.OW:
                ours = etree.SubElement(made, extension.tag)
                ours.attrib.update({k: v for k, v in extension.attrib.items() if k[0] != "{"})
        if len(made) == 0:
            parent.remove(made)
    else:
        _children(tree, source, made)


def _kept(tree: Tree, element: Element) -> bool:
    """References that lead nowhere aren't taken along."""
    name = split(element.tag)[1]
    if name == "flowNodeRef":
        found = tree.ids.get((element.text or "").strip())
        return found is not None and split(found.tag)[1] in FLOW_NODES
    if name == "association":
        ends = [tree.ids.get(element.get(end) or "") for end in ("sourceRef", "targetRef")]
        drawn = FLOW_NODES | {"textAnnotation", "sequenceFlow"}
        return all(end is not None and split(end.tag)[1] in drawn for end in ends)
    if name == "documentation":
        return bool("".join(element.itertext()).strip())
    return True


def _dropped(tree: Tree, element: Element, name: str) -> None:
    if name in _NAMED:
        what = {"dataObjectReference": "数据对象", "dataStoreReference": "数据存储",
                "group": "分组框"}[name]  # fmt: skip
        tree.report.dropped(
            element,
            "data-dropped" if name != "group" else "group-dropped",
            "{what}“{label}”没有带入：办件的数据在表单和流程变量里。"
            if name != "group"
            else "{what}“{label}”没有带入，它只是图上的圈注。",
            what=what,
            label=label(element),
        )
    elif name not in _QUIET:
        tree.report.counted(
            element,
            "parts-dropped",
            "{count} 处“{what}”没有带入：平台用不到，或会从别处得到。",
            name,
        )


def _flow_ends(scope: Element) -> None:
    """`incoming` and `outgoing` anew from the flows."""
    nodes = {child.get("id"): child for child in scope if split(child.tag)[1] in FLOW_NODES}
    for flow in scope.findall(q("sequenceFlow")):
        for node, tag in ((flow.get("targetRef"), "incoming"), (flow.get("sourceRef"), "outgoing")):
            if node in nodes:
                at = nodes[node]
                place = sum(
                    1
                    for child in at
                    if split(child.tag)[1]
                    in ("documentation", "extensionElements", "incoming",
                        *(("outgoing",) if tag == "outgoing" else ()))
                )  # fmt: skip
                reference = etree.Element(q(tag))
                reference.text = flow.get("id")
                at.insert(place, reference)
