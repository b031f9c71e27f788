"""The drawing of a process in the reader's language."""

import textwrap
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from bpmn.dialect import BPMN, BPMNDI
from bpmn.safexml import parse
from onewindow.matters.versions import Version, without_item

_BPMN = f"{{{BPMN}}}"
_DRAWN = {"di": BPMNDI, "dc": "http://www.omg.org/spec/DD/20100524/DC"}
_LABEL = 90
"""As wide as labels beside their element are anyway, unless the drawing says otherwise."""
_LETTER, _LINE = 6, 14
"""About as much as a letter and a line of a label take."""


def drawing_in(version: Version, language: str) -> bytes:
    """The process as BPMN with its elements named in `language`.

    The drawing itself is Chinese; English names of its elements stand in the definition's `steps`.
    What has none keeps its Chinese name. A step that is done for each item of a list is named
    without the item.
    """
    names = version.definition.steps if language == "en" else {}
    if not names and all("{" not in step.name for step in version.process.steps.values()):
        return version.process_xml
    root = parse(version.process_xml)
    for element in root.iter(etree.Element):
        if not str(element.tag).startswith(_BPMN):
            continue
        name = names.get(element.get("id", ""), element.get("name"))
        if names and element.tag == f"{_BPMN}process" and element.get("id", "") not in names:
            name = version.definition.name.in_(language)
        if name is not None:
            step = element.get("id") in version.process.steps
            element.set("name", without_item(name) if step else name)
    for shape in root.iterfind(".//di:BPMNLabel/..", _DRAWN):
        for bounds in shape.iterfind("di:BPMNLabel/dc:Bounds", _DRAWN):
            _widen(bounds)
            _lift(bounds, shape.find("dc:Bounds", _DRAWN), names.get(shape.get("bpmnElement"), ""))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def _widen(bounds: Any) -> None:
    """Room for an English word where the drawing leaves as much as the Chinese one takes."""
    try:
        x, width = float(bounds.get("x")), float(bounds.get("width"))
    except (TypeError, ValueError):  # no drawing program wrote that
        return
    if width < _LABEL:
        bounds.set("x", f"{x - (_LABEL - width) / 2:g}")
        bounds.set("width", str(_LABEL))


def _lift(bounds: Any, shape: Any, name: str) -> None:
    """A label above its element grows upwards: with a second line it would lie upon it."""
    try:
        y, top = float(bounds.get("y")), float(shape.get("y"))
    except (AttributeError, TypeError, ValueError):  # a flow's, or no drawing program wrote that
        return
    lines = len(textwrap.wrap(name, _LABEL // _LETTER))
    if y < top and lines > 1 and y + lines * _LINE > top:
        bounds.set("y", f"{top - 4 - lines * _LINE:g}")


def lanes_in(version: Version, language: str) -> dict[str, str]:
    """Step → the name of the lane it stands in; steps outside every lane are left out."""
    names = version.definition.steps if language == "en" else {}
    lanes: dict[str, str] = {}
    # Inner lanes come later in the document and win.
    for lane in parse(version.process_xml).iter(f"{_BPMN}lane"):
        name = names.get(lane.get("id", ""), lane.get("name", ""))
        for reference in lane.findall(f"{_BPMN}flowNodeRef"):
            lanes[(reference.text or "").strip()] = name
    return lanes
