"""The drawing's picture: what the file drew is kept, what it didn't draw is placed.

Every node and flow of the draft is drawn somewhere. A sub-process whose inside has no place in the
main picture gets a plane of its own, which modelers open from the collapsed box.
"""

import math
from dataclasses import dataclass, field

from lxml import etree  # type: ignore[import-untyped]

from bpmn import dialect
from bpmn.drawing import SUBPROCESSES
from bpmn.foreign.layout import COLUMN, MARGIN, Box, Point, lay_out, on_border, route, size_of
from bpmn.foreign.report import Report
from bpmn.foreign.tree import NODE_TAGS, local, q
from bpmn.foreign.writing import DC, DI
from bpmn.safexml import Element, split

_FAR = 1_000_000.0
_LABEL = 30.0
"""Width of a pool's or lane's title."""
_SHIFT = 90.0
"""Room made for a node nobody drew."""


@dataclass
class Plane:
    """One picture: shapes by element, edges by flow, and how boxes are shown."""

    shapes: dict[str, Box] = field(default_factory=dict)
    edges: dict[str, list[Point]] = field(default_factory=dict)
    expanded: dict[str, bool] = field(default_factory=dict)
    upright: set[str] = field(default_factory=set)
    """Pools and lanes drawn from top to bottom."""
    detours: dict[tuple[str, str], float] = field(default_factory=dict)


def planes_of(root: Element) -> list[Plane]:
    """The pictures in a file, each element's first shape counting."""
    planes = []
    for drawn in root.iter(f"{{{dialect.BPMNDI}}}BPMNPlane"):
        plane = Plane()
        for each in drawn.iter(f"{{{dialect.BPMNDI}}}BPMNShape"):
            box = _box(each)
            if box is not None:
                identity = each.get("bpmnElement", "")
                if plane.shapes.setdefault(identity, box) is box:
                    plane.expanded[identity] = each.get("isExpanded", "true") != "false"
                    if each.get("isHorizontal") == "false":
                        plane.upright.add(identity)
        for each in drawn.iter(f"{{{dialect.BPMNDI}}}BPMNEdge"):
            points = [_point(p) for p in each.findall(f"{{{DI}}}waypoint")]
            if len(points) >= 2 and None not in points:
                plane.edges.setdefault(each.get("bpmnElement", ""), [p for p in points if p])
        planes.append(plane)
    return planes


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < _FAR else None


def _point(element: Element) -> Point | None:
    x, y = _number(element.get("x")), _number(element.get("y"))
    return None if x is None or y is None else (x, y)


def _box(shape: Element) -> Box | None:
    bounds = shape.find(f"{{{DC}}}Bounds")
    if bounds is None:
        return None
    x, y, width, height = (_number(bounds.get(name)) for name in ("x", "y", "width", "height"))
    if x is None or y is None or not width or not height or width < 0 or height < 0:
        return None
    return Box(x, y, width, height)


class Artist:
    """Draws the picture of a clean `definitions` (see `writing`) out of a file's planes."""

    def __init__(
        self, root: Element, planes: list[Plane], ends: dict[str, tuple[str, str]], report: Report
    ) -> None:
        self.root = root
        self.process = root.find(q("process"))
        self.planes = planes
        self.ends = ends
        """Flow → (source, target) as the file had them; others are drawn anew."""
        self.report = report

    def draw(self) -> None:
        """Append the diagrams to the file."""
        main = self._chosen(self.process)
        lanes = list(self.process.iter(q("lane")))
        pool = self.root.find(f"{q('collaboration')}/{q('participant')}")
        frames = [each.get("id") for each in ([pool] if pool is not None else []) + lanes]
        drawn = any(node.get("id") in main.shapes for node in self._nodes(self.process))
        whole = drawn and all(frame in main.shapes for frame in frames)
        if not whole:
            main = self._laid_out(self.process, lanes)
            self._frame(main, pool, lanes)
            self.report.rewritten(
                self.process,
                "laid-out",
                "文件里没有可用的图形位置，已自动排列：请在流程设计里整理。"
                if not drawn
                else "泳道没有画出位置，整张图已自动排列：请在流程设计里整理。",
            )
        owner = self.process.getparent().find(q("collaboration"))
        self._plane(owner if owner is not None else self.process, self.process, main)

    # ---- one plane

    def _plane(self, owner: Element, scope: Element, plane: Plane) -> None:
        """Draw a scope and all inside that has its place in the same picture."""
        diagram = etree.SubElement(
            self.root, f"{{{dialect.BPMNDI}}}BPMNDiagram", id=f"{owner.get('id')}_diagram"
        )
        di = etree.SubElement(
            diagram, f"{{{dialect.BPMNDI}}}BPMNPlane",
            id=f"{owner.get('id')}_plane", bpmnElement=owner.get("id"),
        )  # fmt: skip
        inside, apart = self._inside(scope, plane)
        for each in inside:
            self._complete(each, plane)
        for each in reversed(inside):
            self._around(each, plane)
        self._shapes(di, inside, plane)
        for each in apart:
            self._plane(each, each, self._chosen(each))

    def _inside(self, scope: Element, plane: Plane) -> tuple[list[Element], list[Element]]:
        """Scopes drawn in this plane (outer first), and those that need one of their own."""
        inside, apart = [scope], []
        for node in self._nodes(scope):
            if local(node) not in SUBPROCESSES:
                continue
            shown = plane.expanded.get(node.get("id"), True)
            if shown and any(n.get("id") in plane.shapes for n in self._nodes(node)):
                inner, far = self._inside(node, plane)
                inside += inner
                apart += far
            else:
                apart.append(node)
                plane.expanded[node.get("id")] = False
        return inside, apart

    def _chosen(self, scope: Element) -> Plane:
        """The file's picture that shows most of a scope; an empty one if none does."""
        nodes = [node.get("id") for node in self._nodes(scope)]
        best = max(
            self.planes, key=lambda plane: sum(n in plane.shapes for n in nodes), default=Plane()
        )
        return Plane(dict(best.shapes), dict(best.edges), dict(best.expanded), set(best.upright))

    def _nodes(self, scope: Element) -> list[Element]:
        return [child for child in scope if child.tag in NODE_TAGS]

    # ---- what nobody drew

    def _complete(self, scope: Element, plane: Plane) -> None:
        nodes = {node.get("id"): node for node in self._nodes(scope)}
        if nodes and not any(identity in plane.shapes for identity in nodes):
            laid = self._laid_out(scope, [])
            plane.shapes |= laid.shapes
            plane.detours |= laid.detours
            return
        flows = scope.findall(q("sequenceFlow"))
        missing = [identity for identity in nodes if identity not in plane.shapes]
        sitting: dict[str, int] = {}
        for identity in [*missing]:
            host = nodes[identity].get("attachedToRef")
            if host in plane.shapes:
                number = sitting[host] = sitting.get(host, -1) + 1
                plane.shapes[identity] = on_border(plane.shapes[host], number)
        progress = True
        while progress:
            progress = False
            for identity in [i for i in missing if i not in plane.shapes]:
                if place := self._beside(identity, nodes[identity], flows, plane):
                    plane.shapes[identity] = place
                    progress = True
        low = max((plane.shapes[i].bottom for i in nodes if i in plane.shapes), default=0)
        left = min((plane.shapes[i].x for i in nodes if i in plane.shapes), default=MARGIN)
        for number, identity in enumerate(i for i in missing if i not in plane.shapes):
            width, height = size_of(local(nodes[identity]))
            plane.shapes[identity] = Box(left + number * COLUMN, low + MARGIN, width, height)

    def _beside(
        self, identity: str, node: Element, flows: list[Element], plane: Plane
    ) -> Box | None:
        """A place next to a neighbour, for which everything further right makes room."""
        width, height = size_of(local(node))
        for flow in flows:
            if flow.get("targetRef") == identity and flow.get("sourceRef") in plane.shapes:
                near = plane.shapes[flow.get("sourceRef")]
                cut = near.right
                at = cut + (_SHIFT - width) / 2
                break
            if flow.get("sourceRef") == identity and flow.get("targetRef") in plane.shapes:
                near = plane.shapes[flow.get("targetRef")]
                cut = near.x
                at = cut + (_SHIFT - width) / 2 - 20
                break
        else:
            return None
        middle = near.middle[1]
        _make_room(plane, cut, max(_SHIFT, width + 40))
        return Box(at, middle - height / 2, width, height)

    def _laid_out(self, scope: Element, lanes: list[Element]) -> Plane:
        nodes = {node.get("id"): local(node) for node in self._nodes(scope)}
        flows = [(f.get("sourceRef"), f.get("targetRef")) for f in scope.findall(q("sequenceFlow"))]
        hosts = {
            node.get("id"): node.get("attachedToRef")
            for node in self._nodes(scope)
            if node.get("attachedToRef") in nodes
        }
        leaves = [lane for lane in lanes if lane.find(q("childLaneSet")) is None]
        bands = {
            (reference.text or ""): number
            for number, lane in enumerate(leaves)
            for reference in lane.findall(q("flowNodeRef"))
        }
        laid = lay_out(nodes, flows, hosts, bands, max(len(leaves), 1))
        plane = Plane(shapes=laid.boxes, detours=laid.detours)
        right = max((box.right for box in laid.boxes.values()), default=COLUMN) + MARGIN
        for lane, (top, bottom) in zip(leaves, laid.bands, strict=False):
            plane.shapes[lane.get("id")] = Box(0, top, right, bottom - top)
        for identity in nodes:
            plane.expanded[identity] = False
        return plane

    def _frame(self, plane: Plane, pool: Element | None, lanes: list[Element]) -> None:
        """Pool and outer lanes around what has been laid out."""
        for lane in reversed(lanes):
            if lane.get("id") not in plane.shapes:
                inner = [plane.shapes[each.get("id")] for each in lane.iter(q("lane"))
                         if each is not lane and each.get("id") in plane.shapes]  # fmt: skip
                plane.shapes[lane.get("id")] = _around(inner, 0, left=_LABEL)
        if pool is not None:
            plane.shapes[pool.get("id")] = _around(
                list(plane.shapes.values()), 0 if lanes else 20, left=_LABEL if lanes else 50
            )

    def _around(self, scope: Element, plane: Plane) -> None:
        """An expanded sub-process is as large as what it holds."""
        if scope.tag == q("process") or scope.get("id") not in plane.expanded:
            if scope.tag != q("process") and scope.get("id") not in plane.shapes:
                boxes = [plane.shapes[n.get("id")] for n in self._nodes(scope)]
                plane.shapes[scope.get("id")] = _around(boxes, 30)
            return
        plane.shapes.setdefault(scope.get("id"), Box(0, 0, 100, 80))

    # ---- writing

    def _shapes(self, di: Element, inside: list[Element], plane: Plane) -> None:
        frames: list[Element] = []
        if inside[0] is self.process:
            frames += self.root.findall(f"{q('collaboration')}/{q('participant')}")
            frames += list(self.process.iter(q("lane")))
        shown = {scope.get("id") for scope in inside}
        notes = [note for scope in inside for note in scope.findall(q("textAnnotation"))]
        for number, note in enumerate(notes):
            plane.shapes.setdefault(note.get("id"), Box(number * 120.0, -80.0, 100.0, 50.0))
        nodes = [node for scope in inside for node in self._nodes(scope)]
        for element in [*frames, *nodes, *notes]:
            self._shape(di, element, plane, element.get("id") in shown)
        for scope in inside:
            for flow in [*scope.findall(q("sequenceFlow")), *scope.findall(q("association"))]:
                self._edge(di, flow, plane)

    def _shape(self, di: Element, element: Element, plane: Plane, shown: bool) -> None:
        identity = element.get("id")
        shape = etree.SubElement(
            di, f"{{{dialect.BPMNDI}}}BPMNShape", id=f"{identity}_di", bpmnElement=identity
        )
        if local(element) in SUBPROCESSES:
            shape.set("isExpanded", "true" if shown else "false")
        elif local(element) in ("participant", "lane"):
            shape.set("isHorizontal", "false" if identity in plane.upright else "true")
        box = plane.shapes[identity]
        bounds = etree.SubElement(shape, f"{{{DC}}}Bounds")
        for name in ("x", "y", "width", "height"):
            bounds.set(name, _said(getattr(box, name)))

    def _edge(self, di: Element, flow: Element, plane: Plane) -> None:
        identity = flow.get("id")
        ends = (flow.get("sourceRef"), flow.get("targetRef"))
        points = plane.edges.get(identity)
        boxes = [plane.shapes.get(end) or _middle_of(plane.edges.get(end)) for end in ends]
        if points is None or self.ends.get(identity, ends) != ends:
            if boxes[0] is None or boxes[1] is None:
                return
            source = next((e for e in self.root.iter() if e.get("id") == ends[0]), None)
            border = source is not None and source.tag == q("boundaryEvent")
            detour = plane.detours.get((ends[0], ends[1]))
            points = route(boxes[0], boxes[1], from_border=border, detour=detour)
            if split(flow.tag)[1] == "association":
                points = [boxes[0].middle, boxes[1].middle]
        edge = etree.SubElement(
            di, f"{{{dialect.BPMNDI}}}BPMNEdge", id=f"{identity}_di", bpmnElement=identity
        )
        for x, y in points:
            etree.SubElement(edge, f"{{{DI}}}waypoint", x=_said(x), y=_said(y))


def _middle_of(points: list[Point] | None) -> Box | None:
    """Where a note on a flow points."""
    if not points:
        return None
    x, y = points[len(points) // 2]
    return Box(x, y, 0, 0)


def _make_room(plane: Plane, cut: float, width: float) -> None:
    """Move all right of `cut` to the right; what lies across it grows."""
    for box in plane.shapes.values():
        if box.x >= cut:
            box.x += width
        elif box.right > cut:
            box.width += width
    for identity, points in plane.edges.items():
        plane.edges[identity] = [(x + width, y) if x >= cut else (x, y) for x, y in points]


def _around(boxes: list[Box], margin: float, *, left: float = 0) -> Box:
    x = min((box.x for box in boxes), default=0) - margin - left
    y = min((box.y for box in boxes), default=0) - margin
    right = max((box.right for box in boxes), default=100) + margin
    bottom = max((box.bottom for box in boxes), default=80) + margin
    return Box(x, y, right - x, bottom - y)


def _said(value: float) -> str:
    return f"{round(value, 1):g}" if abs(value) < 1000 else str(round(value))
