"""From the bytes of a BPMN file to a `Drawing`."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from bpmn import dialect
from bpmn.drawing import (
    FLOW_NODES,
    MAX_FLOW_NODES,
    MAX_FLOWS,
    SUBPROCESSES,
    Drawing,
    Event,
    EventKind,
    Flow,
    Foreign,
    Input,
    Loop,
    Node,
    Scope,
    Variable,
)
from bpmn.problems import Problem, Unreadable
from bpmn.safexml import Element, parse, split

_KNOWN = frozenset({"", dialect.BPMN, dialect.OW, dialect.XSI})
_PLAIN_CHILDREN = frozenset(
    {"documentation", "extensionElements", "incoming", "outgoing", "sequenceFlow", "laneSet",
     "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "textAnnotation",
     "association", "group", "category", "auditing", "monitoring", "artifact", "script",
     "potentialOwner", "performer", "humanPerformer", "resourceRole", "rendering"}
)  # fmt: skip
_EVENT_SUFFIX = "EventDefinition"
_DEFINITIONS = ("message", "signal", "error", "escalation")


def read(xml: bytes) -> Drawing:
    """Read a BPMN 2.0 file.

    Raises `Unreadable` when it is too large, not harmless XML, or not BPMN. Everything a person
    can mend in the drawing is left to `lint`.
    """
    root = parse(xml)
    if split(root.tag) != (dialect.BPMN, "definitions"):
        raise Unreadable(
            [
                Problem(
                    "not-bpmn",
                    "文件不是 BPMN 2.0 流程图：最外层应是 definitions，现在是“{tag}”。",
                    {"tag": split(root.tag)[1]},
                    line=root.sourceline or 0,
                )
            ]
        )
    return _Reading(root).drawing(xml)


class _Reading:
    def __init__(self, root: Element) -> None:
        self.root = root
        self.scopes: dict[str, Scope] = {}
        self.nodes: dict[str, Node] = {}
        self.seen: set[str] = set()
        self.duplicates: list[tuple[str, int]] = []
        self.nameless: list[tuple[str, int]] = []
        self.flow_nodes = 0
        self.named: dict[str, dict[str, tuple[str, str | None]]] = {
            kind: {
                element.get("id", ""): (
                    element.get("name") or element.get("id", ""),
                    element.get("errorCode") or element.get("escalationCode"),
                )
                for element in root.iterfind(_bpmn(kind))
            }
            for kind in _DEFINITIONS
        }
        self.lanes: dict[str, str] = {}
        for reference in root.iter(_bpmn("flowNodeRef")):  # inner lanes come later and win
            lane = reference.getparent()
            self.lanes[(reference.text or "").strip()] = lane.get("name") or lane.get("id", "")

    def drawing(self, xml: bytes) -> Drawing:
        processes = list(self.root.iterfind(_bpmn("process")))
        if not processes:
            raise Unreadable(
                [Problem("no-process", "文件里没有流程（process）。", line=self.root.sourceline)]
            )
        for process in processes:
            self._scope(process, None)
        if self.flow_nodes > MAX_FLOW_NODES:
            raise Unreadable(
                [
                    Problem(
                        "too-many-nodes",
                        "流程有 {count} 个节点，超过 {limit} 个的上限；请拆成几个事项或简化流程。",
                        {"count": self.flow_nodes, "limit": MAX_FLOW_NODES},
                    )
                ]
            )
        flows = sum(len(scope.flows) for scope in self.scopes.values())
        if flows > MAX_FLOWS:
            raise Unreadable(
                [
                    Problem(
                        "too-many-flows",
                        "流程有 {count} 条连线，超过 {limit} 条的上限；请简化流程。",
                        {"count": flows, "limit": MAX_FLOWS},
                    )
                ]
            )
        return Drawing(
            xml=xml,
            sha256=hashlib.sha256(xml).hexdigest(),
            scopes=self.scopes,
            nodes=self.nodes,
            duplicates=tuple(self.duplicates),
            nameless=tuple(self.nameless),
            misplaced=tuple(self._misplaced()),
        )

    def _scope(self, element: Element, parent: str | None) -> None:
        scope_id = element.get("id") or ""
        if parent is None:
            self._claim(element)
        tag = split(element.tag)[1]
        nodes: dict[str, Node] = {}
        flows: list[Flow] = []
        inner: list[Element] = []
        for child in element:
            namespace, local = split(child.tag)
            if namespace != dialect.BPMN:
                continue
            if local in FLOW_NODES:
                self.flow_nodes += 1
                if self._claim(child):
                    node = self._node(child, local, scope_id)
                    nodes[node.id] = self.nodes[node.id] = node
                    if local in SUBPROCESSES:
                        inner.append(child)
            elif local == "sequenceFlow" and self._claim(child):
                flows.append(_flow(child))
        for spotted in list(_spotted(nodes, flows)):
            nodes[spotted.id] = self.nodes[spotted.id] = spotted
        if scope_id not in self.scopes:
            self.scopes[scope_id] = Scope(
                id=scope_id,
                tag=tag,
                name=(element.get("name") or "").strip(),
                line=element.sourceline or 0,
                parent=parent,
                nodes=nodes,
                flows=tuple(flows),
                variables=tuple(_variables(element)),
                executable=element.get("isExecutable", "false") == "true",
                foreign=tuple(_foreign(element)),
                ow=_ow_attributes(element),
            )
        for child in inner:
            self._scope(child, scope_id)

    def _claim(self, element: Element) -> bool:
        """Take the element's id; False if it has none or it is taken."""
        identity = element.get("id")
        if not identity:
            self.nameless.append((split(element.tag)[1], element.sourceline or 0))
            return False
        if identity in self.seen:
            self.duplicates.append((identity, element.sourceline or 0))
            return False
        self.seen.add(identity)
        return True

    def _node(self, element: Element, tag: str, scope: str) -> Node:
        identity = element.get("id")
        return Node(
            id=identity,
            tag=tag,
            name=" ".join((element.get("name") or "").split()),
            line=element.sourceline or 0,
            scope=scope,
            lane=self.lanes.get(identity),
            documentation=_text(element, "documentation") or "",
            attributes={key: value for key, value in element.attrib.items() if key[0] != "{"},
            ow=_ow_attributes(element),
            event=self._event(element, tag),
            loop=_loop(element),
            inputs=tuple(_inputs(element)),
            foreign=tuple(_foreign(element)),
            oddities=tuple(_oddities(element, tag)),
        )

    def _event(self, element: Element, tag: str) -> Event:
        line = element.sourceline or 0
        if tag in ("sendTask", "receiveTask") and element.get("messageRef"):
            return self._named("message", element.get("messageRef"), line)
        definitions = [
            (split(child.tag)[1].removesuffix(_EVENT_SUFFIX), child)
            for child in element
            if split(child.tag)[1].endswith(_EVENT_SUFFIX)
        ]
        if len(definitions) > 1:
            return Event("multiple", line=line)
        for kind, definition in definitions:
            line = definition.sourceline or line
            if kind in self.named:
                return self._named(kind, definition.get(f"{kind}Ref"), line)
            if kind == "timer":
                return Event("timer", timer=_timer(definition), line=line)
            return Event(cast(EventKind, kind), name=definition.get("name"), line=line)
        return Event("message" if tag in ("sendTask", "receiveTask") else "none", line=line)

    def _named(self, kind: str, reference: str | None, line: int) -> Event:
        reference = (reference or "").rpartition(":")[2] or None
        name, code = self.named[kind].get(reference or "", (None, None))
        return Event(cast(EventKind, kind), ref=reference, name=name, code=code, line=line)

    def _misplaced(self) -> Iterator[tuple[str, int]]:
        for element in self.root.iter(f"{{{dialect.OW}}}*"):
            local = split(element.tag)[1]
            parent = element.getparent()
            if local not in ("input", "variable") or split(parent.tag)[1] != "extensionElements":
                yield local, element.sourceline or 0


def _bpmn(local: str) -> str:
    return f"{{{dialect.BPMN}}}{local}"


def _text(element: Element, local: str) -> str | None:
    child = element.find(_bpmn(local))
    return None if child is None else "".join(child.itertext()).strip() or None


_GIVEN = re.compile(r"(Gateway|Event)_[0-9a-z]{7}")
"""An id that a drawing tool made up: it says nothing to anybody."""


def _spotted(nodes: dict[str, Node], flows: Sequence[Flow]) -> Iterator[Node]:
    """Gateways and events that have neither a name nor an id somebody chose, told by what comes
    before them."""
    before = {flow.target: nodes[flow.source] for flow in reversed(flows) if flow.source in nodes}
    for node in nodes.values():
        if not node.name and _GIVEN.fullmatch(node.id) and node.id in before:
            sign = "◇" if node.id.startswith("Gateway") else "○"
            yield replace(node, spot=f"{before[node.id].label} → {sign}")


def _flow(element: Element) -> Flow:
    return Flow(
        id=element.get("id"),
        source=element.get("sourceRef") or "",
        target=element.get("targetRef") or "",
        condition=_text(element, "conditionExpression"),
        name=(element.get("name") or "").strip(),
        line=element.sourceline or 0,
    )


def _timer(definition: Element) -> tuple[str, str] | None:
    for kind in ("timeDate", "timeDuration", "timeCycle"):
        if text := _text(definition, kind):
            return kind, text
    return None


def _loop(element: Element) -> Loop | None:
    standard = element.find(_bpmn("standardLoopCharacteristics"))
    if standard is not None:
        return Loop(
            "standard",
            standard.sourceline or 0,
            condition=_text(standard, "loopCondition"),
            maximum=standard.get("loopMaximum"),
            test_before=standard.get("testBefore", "false") == "true",
        )
    multiple = element.find(_bpmn("multiInstanceLoopCharacteristics"))
    if multiple is None:
        return None
    ow = _ow_attributes(multiple)
    return Loop(
        "sequential" if multiple.get("isSequential", "false") == "true" else "parallel",
        multiple.sourceline or 0,
        count=_text(multiple, "loopCardinality"),
        collection=ow.get("collection") or _text(multiple, "loopDataInputRef"),
        item=ow.get("item") or _item(multiple, "inputDataItem"),
        result=ow.get("result") or _text(multiple, "loopDataOutputRef"),
        result_item=ow.get("result-item") or _item(multiple, "outputDataItem"),
        completion=_text(multiple, "completionCondition"),
        ow=ow,
    )


def _item(multiple: Element, local: str) -> str | None:
    item = multiple.find(_bpmn(local))
    return None if item is None else item.get("name") or item.get("id")


def _ow_attributes(element: Element) -> dict[str, str]:
    return {
        split(key)[1]: value.strip()
        for key, value in element.attrib.items()
        if split(key)[0] == dialect.OW
    }


def _extensions(element: Element) -> Iterator[Element]:
    for extensions in element.iterfind(_bpmn("extensionElements")):
        yield from extensions


def _inputs(element: Element) -> Iterator[Input]:
    for child in _extensions(element):
        if split(child.tag) == (dialect.OW, "input"):
            yield Input(child.get("name", ""), child.get("value", ""), child.sourceline or 0)


def _variables(element: Element) -> Iterator[Variable]:
    for child in _extensions(element):
        if split(child.tag) == (dialect.OW, "variable"):
            yield Variable(child.get("name", ""), child.get("type", ""), child.sourceline or 0)


def _foreign(element: Element) -> Iterator[Foreign]:
    """Other vendors' attributes and extension elements on this element and its own parts."""
    for key in element.attrib:
        namespace, local = split(key)
        if namespace not in _KNOWN:
            yield Foreign(namespace, local, element.sourceline or 0)
    for child in element:
        namespace, local = split(child.tag)
        if namespace == dialect.BPMN and local == "extensionElements":
            for extension in child:
                namespace, local = split(extension.tag)
                if namespace not in _KNOWN:
                    yield Foreign(namespace, local, extension.sourceline or 0)
        elif namespace == dialect.BPMN and (
            local.endswith(_EVENT_SUFFIX) or local.endswith("LoopCharacteristics")
        ):
            yield from _foreign(child)
        elif namespace not in _KNOWN:
            yield Foreign(namespace, local, child.sourceline or 0)


def _oddities(element: Element, tag: str) -> Iterator[tuple[str, int]]:
    for child in element:
        namespace, local = split(child.tag)
        if namespace != dialect.BPMN or local in _PLAIN_CHILDREN or local.endswith(_EVENT_SUFFIX):
            continue
        if tag in SUBPROCESSES and local in FLOW_NODES:
            continue
        yield local, child.sourceline or 0
