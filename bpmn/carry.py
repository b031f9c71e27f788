"""Carrying the saved rows of a case over to another version, one by one, or saying why not.

A task keeps its id, a timer its due time, a loop its progress. Every row that is live must find a
place of the same kind, by its own id or as the configurator said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any
from uuid import uuid4

from bpmn import loops
from bpmn.changes import Stand, places
from bpmn.codec import Row
from bpmn.graph import Graph
from bpmn.problems import Refused
from bpmn.process import Process
from bpmn.specs import LIVE, Gathering, ProcessSpec, SubProcess
from bpmn.spiff import TaskState

_SPLIT, _JOIN, _CHILD = ".BoundaryEventSplit", ".BoundaryEventJoin", " [child]"
_END_JOIN = ".EndJoin"


class CannotMigrate(Refused):
    """The case stays on its version. `element` is where it stands, or the variable in question."""

    code = "cannot-migrate"


@dataclass(frozen=True, slots=True)
class Conversion:
    """What is said about things that aren't in both versions.

    `elements`: element of the old version → the one of the new that takes its cases; None lets an
    event at the border of a task go. `values`: variable the new version adds → FEEL over the old
    variables ("null" leaves it empty on purpose).
    """

    elements: Mapping[str, str | None] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


class Carrier:
    """Carries the rows of one case, workflow by workflow, the outer ones first.

    `scopes` (owner's row → process of its sub-process, before and after) fills as the rows around a
    sub-process are carried.
    """

    def __init__(self, old: Process, new: Process, conversion: Conversion) -> None:
        self.old, self.new = old, new
        self.elements = conversion.elements
        self.before, self.after = places(old), places(new)
        self.scopes: dict[str, tuple[str, str]] = {}

    def carry(self, rows: list[Row], scope: str, new_scope: str) -> list[Row]:
        """The rows of the workflow of `scope`, in the new version's `new_scope`; changes them."""
        old_spec = spec_of(self.old, scope)
        old_specs = old_spec.task_specs
        new_spec = spec_of(self.new, new_scope)
        specs = new_spec.task_specs
        abreast = self._abreast(rows, scope)
        heirs: dict[Row, Row | None] = {}
        """Rows that are dropped, and where what hung below them hangs now."""
        carried: list[Row] = []
        for row in rows:
            above = row.parent
            element, part = _parted(row.spec)
            name = self._renamed(row, element, part, new_scope)
            if name is not None and part in (_SPLIT, _JOIN):
                # No events at its border any more; or the event this join came from is gone.
                name = None if name not in specs or (part == _JOIN and above in heirs) else name
            if name is None:
                # What a fired event has set going is not bound to the task it sat on.
                at_border = above is not None and above.spec.endswith(_SPLIT) and part == ""
                heirs[row] = above.parent if at_border and above is not None else above
                continue
            while row.parent in heirs:
                row.parent = heirs[row.parent]
            if part == "" and row.state & LIVE:
                guard = name + _SPLIT
                guarded = row.parent is not None and row.parent.spec == guard
                if guard in specs and not guarded:
                    row.parent = Row(uuid4().hex, row.parent, TaskState.COMPLETED, guard)
                    carried.append(row.parent)
                self._require_same_loop(row, element, old_specs[row.spec], specs[name])
            if row.state & LIVE and isinstance(inner := old_specs[row.spec], SubProcess):
                self.scopes[row.id] = (inner.spec, specs[name].spec)
            row.spec = name
            carried.append(row)
        self._require_abreast(abreast, new_spec)
        self._rename_arrivals(carried, new_spec, old_spec)
        return carried

    def _abreast(self, rows: list[Row], scope: str) -> list[tuple[Row, Row]]:
        """Tokens that stand in parallel branches."""
        spec = spec_of(self.old, scope)
        moving = [
            row
            for row in rows
            if row.state & LIVE and not isinstance(spec.task_specs[row.spec], Gathering)
        ]
        graph = Graph(spec)
        return [
            pair
            for pair in combinations(moving, 2)
            if graph.side_by_side(*(_standing(row) for row in pair))
        ]

    def _require_abreast(self, pairs: list[tuple[Row, Row]], spec: ProcessSpec) -> None:
        """Steps drawn one after the other in the new version would be done twice over."""
        graph = Graph(spec)
        for one, other in pairs:
            places = _standing(one), _standing(other)
            if all(place in spec.task_specs for place in places) and not graph.side_by_side(
                *places
            ):
                first, second = (spec.task_specs[place] for place in places)
                raise CannotMigrate(
                    "“{name}”与“{other}”正在并行办理，在新版本里不再并行。",
                    code="no-longer-parallel", element=first.bpmn_id,
                    name=first.bpmn_name or first.name, other=second.bpmn_name or second.name,
                )  # fmt: skip

    def _renamed(self, row: Row, element: str, part: str | None, new_scope: str) -> str | None:
        """A row's spec in the new version; None where it is dropped. Raises `CannotMigrate`."""
        if part is None:  # the engine's own start and end
            return f"{new_scope}{_END_JOIN}" if element.endswith(_END_JOIN) else element
        place = self.before.get(element)
        given = self.elements.get(element, element)
        found = self.after.get(given) if given is not None else None
        finished = not row.state & LIVE
        if found is None or place is None or found.kind != place.kind:
            if finished or (given is None and place is not None and place.sort == "boundary"):
                return None
            raise _misfit(element, place, found)
        if found.scope != new_scope:
            raise CannotMigrate(
                "“{name}”不能改到“{target}”：两个环节不在同一层流程里。",
                code="other-scope", element=element, name=place.name, target=found.name,
            )  # fmt: skip
        host = self.old.plan.drawing.nodes[element].attached_to
        if (
            host is not None
            and self.elements.get(host, host) != self.new.plan.drawing.nodes[found.id].attached_to
        ):
            raise CannotMigrate(
                "“{name}”正在等待，在新版本里附着在另一个环节上。",
                code="other-host", element=element, name=place.name,
            )  # fmt: skip
        return found.id + part

    def _require_same_loop(self, row: Row, element: str, before: Any, after: Any) -> None:
        """Half-done multi-instance goes on where it stands, if its instances are made alike."""
        if not isinstance(before, loops.MultiInstance):
            return
        alike = all(getattr(before, it) == getattr(after, it) for it in ("item", "result_item"))
        if not alike or (after.result is not None and "results" not in row.internal):
            raise CannotMigrate(
                "“{name}”已分成几份在办，新版本里每一份的数据不同，请等这一步办完再迁移。",
                code="loop-differs", element=element, name=self.before[element].name,
            )  # fmt: skip

    def _rename_arrivals(self, carried: list[Row], spec: ProcessSpec, was: ProcessSpec) -> None:
        """Tokens waiting at a join know where they came from. Where the new version has put
        something in between, they count as having passed it."""
        for row in carried:
            join = spec.task_specs[row.spec]
            if not isinstance(join, Gathering) or "from" not in row.internal:
                continue
            element, part = _parted(row.internal["from"])
            pending = [f"{self.elements.get(element, element)}{part or ''}"]
            ways: set[str] = set()
            for name in pending:
                if name in join._inputs:
                    ways.add(name)
                elif name in spec.task_specs:
                    pending += [
                        following
                        for following in spec.task_specs[name]._outputs
                        if following not in was.task_specs and following not in pending
                    ]
            if len(ways) != 1:
                raise CannotMigrate(
                    "已有分支到达汇合“{name}”，新版本里这个分支的走法不同。",
                    code="join-differs", element=row.spec, name=join.bpmn_name or row.spec,
                )  # fmt: skip
            row.internal["from"] = ways.pop()


def spec_of(process: Process, scope: str) -> ProcessSpec:
    """The specs of a process or sub-process."""
    plan = process.plan
    return plan.spec if scope == process.id else plan.subspecs[scope]


def _standing(row: Row) -> str:
    """The spec a token stands at; instances of a loop count as the loop."""
    return row.spec.removesuffix(_CHILD)


def _parted(spec: str) -> tuple[str, str | None]:
    """A spec's element and what it is of it: "" the element itself; None: the engine's own."""
    for part in (_SPLIT, _JOIN, _CHILD):
        if spec.endswith(part):
            return spec.removesuffix(part), part
    return spec, None if spec in ("Start", "End") or spec.endswith(_END_JOIN) else ""


_GONE: Mapping[str, str] = {
    "boundary": "“{name}”正在计时或等待，新版本里没有它，也未指定去处。",
    "gathering": "已有分支到达汇合“{name}”，新版本里没有它。",
}


def _misfit(element: str, place: Stand | None, found: Stand | None) -> CannotMigrate:
    name = place.name if place is not None else element
    sort = place.sort if place is not None else "step"
    if found is None or place is None:
        return CannotMigrate(
            _GONE.get(sort, "环节“{name}”已取消，未指定去处。"),
            code=f"{sort}-gone", element=element, name=name,
        )  # fmt: skip
    return CannotMigrate(
        "“{name}”与新版本里的“{target}”不是同一种环节。",
        code="kind-differs", element=element, name=name, target=found.name,
    )  # fmt: skip
