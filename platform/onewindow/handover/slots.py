"""Open slots of a drawing: sub-processes marked `ow:slot="true"`, which an adopter may fill. Pure.

An empty slot is a start that leads to an end. What is taken out of a slot is BPMN text: its
elements, what they name at the top of the file, and their picture; put into another version of the
drawing it stands where that version's slot is.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

import bpmn
from bpmn import dialect
from bpmn.safexml import parse

Element = Any

_B, _DI = f"{{{dialect.BPMN}}}", f"{{{dialect.BPMNDI}}}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_WAY = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
_SLOT = f"{{{dialect.OW}}}slot"
_NAMED = tuple(f"{_B}{kind}" for kind in ("message", "signal", "error", "escalation"))
_FRAME = ("documentation", "extensionElements", "incoming", "outgoing",
          "multiInstanceLoopCharacteristics", "standardLoopCharacteristics")  # fmt: skip
"""Of a slot, what belongs to whoever drew it."""


def slots_of(drawing: bpmn.Drawing) -> frozenset[str]:
    """The ids of the slots."""
    return frozenset(id for id, node in drawing.nodes.items() if node.ow.get("slot") == "true")


def inside(drawing: bpmn.Drawing, slot: str) -> frozenset[str]:
    """The ids of all nodes and flows in a slot, however deep."""
    found: set[str] = set()
    for scope in drawing.scopes.values():
        if slot in drawing.ancestors(scope.id):
            found |= {*scope.nodes, *(flow.id for flow in scope.flows)}
    return frozenset(found)


def taken_out(process: str, slot: str) -> str:
    """What a slot holds, as one XML text; "" if the drawing has no such slot."""
    root = parse(process.encode())
    frame = _slot(root, slot)
    if frame is None:
        return ""
    out = etree.Element("slot", nsmap={k: v for k, v in root.nsmap.items() if k})
    held = etree.SubElement(out, "held")
    for child in _content(frame):
        held.append(deepcopy(child))
    ids = {each.get("id") for each in held.iter(etree.Element)} - {None}
    wanted = {value for each in held.iter(etree.Element) for value in each.attrib.values()}
    named = etree.SubElement(out, "named")
    for each in root.iterchildren(*_NAMED):
        if each.get("id") in wanted:
            named.append(deepcopy(each))
    picture = etree.SubElement(out, "picture")
    corner = _bounds(root, slot)
    if corner is not None:
        picture.set("x", corner.get("x"))
        picture.set("y", corner.get("y"))
    for diagram in root.iterchildren(f"{_DI}BPMNDiagram"):
        plane = diagram.find(f"{_DI}BPMNPlane")
        if plane is not None and plane.get("bpmnElement") == slot:
            etree.SubElement(picture, "own").append(deepcopy(diagram))
        elif plane is not None:
            for shape in plane:
                if shape.get("bpmnElement") in ids:
                    picture.append(deepcopy(shape))
    return str(etree.tostring(out, encoding="unicode"))


def put_in(process: str, slot: str, held: str) -> str | None:
    """The drawing with its slot holding this; None if it has no such slot (any more)."""
    root = parse(process.encode())
    frame = _slot(root, slot)
    if frame is None:
        return None
    kept = parse(held.encode())
    gone = set()
    for child in list(_content(frame)):
        gone |= {each.get("id") for each in child.iter(etree.Element)}
        frame.remove(child)
    _forget_picture(root, slot, gone)
    for child in kept.find("held"):
        frame.append(deepcopy(child))
    there = {each.get("id") for each in root.iterchildren(*_NAMED)}
    process_at = list(root).index(root.find(f"{_B}process"))
    for each in kept.find("named"):
        if each.get("id") not in there:
            root.insert(process_at, deepcopy(each))
    _draw(root, slot, kept.find("picture"))
    drawn: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return drawn.decode()


def _slot(root: Element, slot: str) -> Element | None:
    for frame in root.iter(f"{_B}subProcess"):
        if frame.get("id") == slot and frame.get(_SLOT) == "true":
            return frame
    return None


def _content(frame: Element) -> Iterator[Element]:
    for child in frame:
        if isinstance(child.tag, str) and etree.QName(child).localname not in _FRAME:
            yield child


def _bounds(root: Element, element: str) -> Element | None:
    for shape in root.iter(f"{_DI}BPMNShape"):
        if shape.get("bpmnElement") == element:
            return shape.find(f"{_DC}Bounds")
    return None


def _forget_picture(root: Element, slot: str, gone: set[str | None]) -> None:
    for diagram in list(root.iterchildren(f"{_DI}BPMNDiagram")):
        plane = diagram.find(f"{_DI}BPMNPlane")
        if plane is None:
            continue
        if plane.get("bpmnElement") == slot:
            root.remove(diagram)
            continue
        for shape in list(plane):
            if shape.get("bpmnElement") in gone:
                plane.remove(shape)


def _draw(root: Element, slot: str, picture: Element) -> None:
    """The slot's picture where the slot is now: a plane of its own stays as it is, what is drawn
    within the whole moves along."""
    here = _bounds(root, slot)
    across = down = 0.0
    if here is not None and picture.get("x") is not None:
        across = float(here.get("x")) - float(picture.get("x"))
        down = float(here.get("y")) - float(picture.get("y"))
    plane = next((each for each in root.iter(f"{_DI}BPMNPlane")), None)
    for shape in picture:
        if shape.tag == "own":
            for diagram in shape:
                root.append(deepcopy(diagram))
        elif plane is not None:
            moved = deepcopy(shape)
            for point in (*moved.iter(f"{_DC}Bounds"), *moved.iter(_WAY)):
                point.set("x", f"{float(point.get('x')) + across:g}")
                point.set("y", f"{float(point.get('y')) + down:g}")
            plane.append(moved)
