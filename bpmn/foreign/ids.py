"""Ids that can be used: there, different from each other, and names FEEL can read."""

import re

from lxml import etree  # type: ignore[import-untyped]

from bpmn import dialect
from bpmn.drawing import FLOW_NODES
from bpmn.foreign.tree import Tree, local
from bpmn.safexml import Element

_NAMED = FLOW_NODES | {
    "definitions", "process", "sequenceFlow", "collaboration", "participant", "messageFlow",
    "laneSet", "lane", "textAnnotation", "association", "message", "signal", "error", "escalation",
    "dataObjectReference", "dataStoreReference", "group",
}  # fmt: skip
"""Elements that get an id when they have none."""
_GOOD = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_GOOD_NODE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
"""A node's id is part of a variable's name (its outcome), so it has no hyphens."""
_RESERVED = frozenset({"Start", "End", "Root"})
_REFERENCES = frozenset(
    {"sourceRef", "targetRef", "attachedToRef", "default", "processRef", "messageRef", "signalRef",
     "errorRef", "escalationRef", "calledElement", "bpmnElement", "activityRef"}
)  # fmt: skip
_REFERRING = frozenset(
    {"incoming", "outgoing", "flowNodeRef", "sourceRef", "targetRef", "eventDefinitionRef",
     "resourceRef", "loopDataInputRef", "loopDataOutputRef"}
)  # fmt: skip


def settle(tree: Tree) -> None:
    """Give every element that needs one an id of its own and lead all references to it."""
    renamed: dict[str, str] = {}
    taken = {each.get("id") for each in tree.root.iter(etree.Element) if each.get("id")}
    for element in list(tree.root.iter(f"{{{dialect.BPMN}}}*")):
        had = element.get("id")
        if not had and local(element) not in _NAMED:
            continue
        if had in renamed:
            identity = tree.fresh(_wish(element, had))
            tree.report.rewritten(
                element,
                "duplicate-id",
                "编号“{id}”用了不止一次，这一处改为“{new}”；指向它的连线仍归第一处。",
                id=had,
                new=identity,
            )
        else:
            identity = _good(element, had, tree, taken)
            if had:
                renamed[had] = identity
            if had and had != identity:
                tree.report.counted(
                    element, "ids-renamed",
                    "有 {count} 个编号不能用在流程里（{what}），已改写，连线随之更新。",
                    "含连字符等符号，或以数字开头", "rewritten",
                )  # fmt: skip
        element.set("id", identity)
        tree.ids[identity] = element
        tree.report.lines[identity] = element.sourceline or 0
    for element in tree.root.iter(etree.Element):
        for name in _REFERENCES & set(element.attrib):
            element.set(name, _resolved(element.get(name, ""), renamed))
        if local(element) in _REFERRING and element.text:
            element.text = _resolved(element.text.strip(), renamed)


def _good(element: Element, had: str | None, tree: Tree, taken: set[str]) -> str:
    pattern = _GOOD_NODE if local(element) in FLOW_NODES else _GOOD
    if had and pattern.fullmatch(had) and had not in _RESERVED and len(had) <= 120:
        return had
    wish = _wish(element, had)
    while wish in taken or wish in _RESERVED:  # somebody further down has it by right
        wish += "_"
    return tree.fresh(wish)


def _wish(element: Element, had: str | None) -> str:
    plain = re.sub(r"\W+", "_", had or "", flags=re.ASCII).strip("_")[:80]
    if not plain or not (plain[0].isalpha() or plain[0] == "_"):
        plain = f"{local(element)}_{plain}".rstrip("_")
    return plain


def _resolved(reference: str, renamed: dict[str, str]) -> str:
    """The new id; references may be qualified names (`tns:task1`)."""
    reference = reference.strip()
    bare = reference.rpartition(":")[2]
    return renamed.get(reference) or renamed.get(bare) or bare
