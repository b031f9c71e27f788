"""A simple picture for a process that came without one: columns by order, rows by branch.

Lanes become bands. Nobody is meant to keep it; it is what a person starts tidying from.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Point = tuple[float, float]

COLUMN, ROW = 160.0, 120.0
MARGIN = 40.0


@dataclass(slots=True)
class Box:
    """Where a shape is drawn, in pixels from the top left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass
class Laid:
    """Boxes of the nodes, waypoints of the flows, and where each band begins and ends (y)."""

    boxes: dict[str, Box] = field(default_factory=dict)
    detours: dict[tuple[str, str], float] = field(default_factory=dict)
    """Flows that pass other columns: (source, target) → the height (y) at which nothing stands."""
    bands: list[tuple[float, float]] = field(default_factory=list)


def size_of(tag: str) -> tuple[float, float]:
    """How large bpmn.io draws an element."""
    if "Event" in tag and "Gateway" not in tag:
        return 36.0, 36.0
    if tag.endswith("Gateway"):
        return 50, 50
    return 100, 80


def lay_out(
    nodes: Mapping[str, str],
    flows: Sequence[tuple[str, str]],
    hosts: Mapping[str, str],
    bands: Mapping[str, int] | None = None,
    count: int = 1,
) -> Laid:
    """Place `nodes` (id → tag) by their `flows`; `hosts`: boundary event → what it sits on."""
    free = [each for each in nodes if each not in hosts]
    ahead = _ahead(free, [(hosts.get(s, s), hosts.get(t, t)) for s, t in flows])
    columns = _columns(free, ahead)
    rows, passing = _rows(free, ahead, columns, bands or {}, count)
    laid = Laid()
    top = MARGIN
    heights = [1] * count
    for node, row in rows.items():
        band = (bands or {}).get(node, 0)
        heights[band] = max(heights[band], row + 1)
    for band, row in passing.values():
        heights[band] = max(heights[band], row + 1)
    tops = []
    for lines in heights:
        tops.append(top)
        laid.bands.append((top, top + lines * ROW))
        top += lines * ROW
    for node in free:
        width, height = size_of(nodes[node])
        centre = MARGIN + 60 + columns[node] * COLUMN
        middle = tops[(bands or {}).get(node, 0)] + rows[node] * ROW + ROW / 2
        laid.boxes[node] = Box(centre - width / 2, middle - height / 2, width, height)
    for ends, (band, row) in passing.items():
        laid.detours[ends] = tops[band] + row * ROW + ROW / 2
    sitting: dict[str, int] = defaultdict(int)
    for event, host in hosts.items():
        if host in laid.boxes:
            laid.boxes[event] = on_border(laid.boxes[host], sitting[host])
            sitting[host] += 1
    return laid


def on_border(host: Box, number: int) -> Box:
    """The place of a host's next boundary event, from the lower right corner leftwards."""
    return Box(host.right - 36 - 10 - number * 44, host.bottom - 18, 36, 36)


def route(
    source: Box, target: Box, *, from_border: bool = False, detour: float | None = None
) -> list[Point]:
    """Waypoints between two shapes, with right angles; by the height `detour` where given."""
    sx, sy = source.middle
    tx, ty = target.middle
    if detour is not None and not from_border and abs(detour - sy) >= 1:
        out, back = source.right + 20, target.x - 20
        return [(source.right, sy), (out, sy), (out, detour), (back, detour), (back, ty),
                (target.x, ty)]  # fmt: skip
    if from_border:
        if target.x > sx and ty < source.bottom:  # up and over would cross the task it sits on
            low, back = source.bottom + 20, target.x - 20
            return [(sx, source.bottom), (sx, low), (back, low), (back, ty), (target.x, ty)]
        if target.x > sx:
            return [(sx, source.bottom), (sx, ty), (target.x, ty)]
        low = max(source.bottom, target.bottom) + 25
        return [(sx, source.bottom), (sx, low), (tx, low), (tx, target.bottom)]
    if target.x >= source.right:
        if abs(sy - ty) < 1:
            return [(source.right, sy), (target.x, ty)]
        bend = target.x - min(25, (target.x - source.right) / 2)
        return [(source.right, sy), (bend, sy), (bend, ty), (target.x, ty)]
    if target.y > source.bottom or target.bottom < source.y:
        down = target.y > source.bottom
        start = (sx, source.bottom if down else source.y)
        end = (tx, target.y if down else target.bottom)
        bend = (start[1] + end[1]) / 2
        return [start, (sx, bend), (tx, bend), end] if abs(sx - tx) >= 1 else [start, end]
    low = max(source.bottom, target.bottom) + 30
    return [(sx, source.bottom), (sx, low), (tx, low), (tx, target.bottom)]


def _ahead(free: Sequence[str], flows: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Who comes after whom, without the flows that lead back."""
    after: dict[str, list[str]] = {node: [] for node in free}
    led_to = set()
    for source, target in flows:
        if source in after and target in after and source != target:
            after[source].append(target)
            led_to.add(target)
    ahead: dict[str, list[str]] = {node: [] for node in free}
    state: dict[str, int] = {}
    for first in [*(n for n in free if n not in led_to), *free]:
        if first in state:
            continue
        state[first] = 1
        path = [(first, iter(after[first]))]
        while path:
            node, following = path[-1]
            for target in following:
                if state.get(target) == 1:
                    continue
                ahead[node].append(target)
                if target not in state:
                    state[target] = 1
                    path.append((target, iter(after[target])))
                    break
            else:
                state[node] = 2
                path.pop()
    return ahead


def _columns(free: Sequence[str], ahead: Mapping[str, list[str]]) -> dict[str, int]:
    """Each node one column right of the last that leads to it."""
    waiting = dict.fromkeys(free, 0)
    for targets in ahead.values():
        for target in targets:
            waiting[target] += 1
    columns = dict.fromkeys(free, 0)
    ready = [node for node in free if waiting[node] == 0]
    while ready:
        node = ready.pop()
        for target in ahead[node]:
            columns[target] = max(columns[target], columns[node] + 1)
            waiting[target] -= 1
            if waiting[target] == 0:
                ready.append(target)
    return columns


def _rows(
    free: Sequence[str],
    ahead: Mapping[str, list[str]],
    columns: Mapping[str, int],
    bands: Mapping[str, int],
    count: int,
) -> tuple[dict[str, int], dict[tuple[str, str], tuple[int, int]]]:
    """Each node as near to the row of what leads to it as there is room in its column; and for
    flows that pass columns, the band and row in which they meet nobody."""
    before: dict[str, list[str]] = {node: [] for node in free}
    for source, targets in ahead.items():
        for target in targets:
            before[target].append(source)
    rows: dict[str, int] = {}
    taken: set[tuple[int, int, int]] = set()
    for node in sorted(free, key=lambda each: columns[each]):
        band, column = min(bands.get(node, 0), count - 1), columns[node]
        near = [rows[each] for each in before[node] if bands.get(each, 0) == band]
        row = min(near, default=0)
        while (band, column, row) in taken:
            row += 1
        taken.add((band, column, row))
        rows[node] = row
    passing: dict[tuple[str, str], tuple[int, int]] = {}
    for source, targets in ahead.items():
        for target in targets:
            between = range(columns[source] + 1, columns[target])
            if not between:
                continue
            band, row = min(bands.get(target, 0), count - 1), rows[target]
            while any((band, column, row) in taken for column in between):
                row += 1
            taken |= {(band, column, row) for column in between}
            passing[source, target] = (band, row)
    return rows, passing
