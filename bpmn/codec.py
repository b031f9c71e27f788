"""A case as bytes and back: rows of tasks, without the definition and without the predictable.

Layout (version 1): the tag, then JSON
`[definition, variables, rows, [[owner id, variables, rows], …]]`
where `definition` is the first 16 hex digits of the file's SHA-256, sub-processes follow the order
of their depth, and a row is `[id, parent's row, state, spec, internal data, own variables]` with
empty tails left off. Parents come before children, so that no reordering can lose data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from bpmn.build import Plan
from bpmn.case import Case, SubCase
from bpmn.expressions import Expressions
from bpmn.problems import BadState
from bpmn.specs import LIVE, SubProcess
from bpmn.spiff import CatchingEvent, Task, TaskState
from feel import Calendar

TAG = b"ow1"
_TRIGGERED = 1 << 16
_KEPT = TaskState.FINISHED_MASK | LIVE
_PASSING = frozenset({"event_fired", "seen_events"})
"""SpiffWorkflow's marks of an event that has fired: set and used within one move."""


@dataclass(slots=True, eq=False)
class Row:
    """A saved task, free of any definition. `parent` is None at the root of a workflow."""

    id: str
    parent: "Row | None"
    state: int
    """With the mark of a triggered task."""
    spec: str
    internal: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saved:
    """A state taken apart: the case, then its sub-processes as (owner's row id, variables, rows),
    outer ones first."""

    definition: str
    variables: dict[str, Any]
    rows: list[Row]
    subs: list[tuple[str, dict[str, Any], list[Row]]]


def signature(plan: Plan) -> str:
    """How a state names the definition it belongs to."""
    return plan.drawing.sha256[:16]


def unpack(state: bytes) -> Saved:
    """Raises `BadState` when the bytes aren't a state."""
    try:
        definition, variables, rows, subs = _content(state)
        return Saved(
            definition,
            variables,
            _apart(rows),
            [(owner, inner, _apart(rows)) for owner, inner, rows in subs],
        )
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise _damaged(error) from error


def pack(saved: Saved) -> bytes:
    """The state these parts make. Parents stand before their children in each list of rows."""
    return TAG + orjson.dumps(
        [
            saved.definition,
            saved.variables,
            _together(saved.rows),
            [[owner, inner, _together(rows)] for owner, inner, rows in saved.subs],
        ]
    )


def encode(case: Case) -> bytes:
    """The state of a settled, compacted case."""
    subs = sorted(case.subprocesses.values(), key=lambda sub: sub.depth)
    return TAG + orjson.dumps(
        [
            signature(case.plan),
            case.data,
            _rows(case),
            [[sub.owner.id.hex, sub.data, _rows(sub)] for sub in subs],
        ]
    )


def decode(
    state: bytes,
    plan: Plan,
    feel: Expressions,
    decisions: Mapping[str, tuple[str, str]],
    *,
    now: datetime,
    calendar: Calendar | None = None,
) -> Case:
    """Raises `BadState` when the bytes aren't a state of this definition."""
    try:
        definition, variables, rows, subs = _content(state)
        if definition != signature(plan):
            raise BadState(reason="属于流程的另一个版本")
        case = Case(plan, feel, decisions, now=now, calendar=calendar, restoring=True)
        case.data = variables
        _restore(case, case, rows)
        for owner_id, variables, rows in subs:
            owner = case.find(UUID(hex=owner_id))
            if owner is None or not isinstance(owner.task_spec, SubProcess):
                raise BadState(reason="子流程没有归属")
            sub = SubCase(owner, case, owner.task_spec.spec, restoring=True)
            sub.data = variables
            case.subprocesses[owner.id] = sub
            sub.completed_event.connect(owner.task_spec._on_subworkflow_completed, owner)
            _restore(case, sub, rows)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise _damaged(error) from error
    return case


def _content(state: bytes) -> Any:
    if not state.startswith(TAG):
        raise BadState(reason="不认识的版本标记")
    return orjson.loads(state[len(TAG) :])


def _damaged(error: Exception) -> BadState:
    return BadState(reason=f"数据损坏（{type(error).__name__}）")


def _apart(rows: list[list[Any]]) -> list[Row]:
    found: list[Row] = []
    for identity, parent, state, spec, *rest in rows:
        above = found[parent] if parent >= 0 else None
        found.append(Row(identity, above, state, spec, *rest))
    return found


def _together(rows: list[Row]) -> list[list[Any]]:
    index: dict[Row | None, int] = {None: -1}
    written: list[list[Any]] = []
    for row in rows:
        index[row] = len(written)
        flat: list[Any] = [row.id, index[row.parent], row.state, row.spec]
        if row.internal or row.data:
            flat.append(row.internal)
        if row.data:
            flat.append(row.data)
        written.append(flat)
    return written


def _rows(workflow: Any) -> list[list[Any]]:
    """One row a task, in the order the tasks came to be, which puts parents before children."""
    index: dict[UUID, int] = {}
    rows: list[list[Any]] = []
    for task in workflow.tasks.values():
        if not task._state & _KEPT:
            continue  # predicted; will be predicted again
        index[task.id] = len(rows)
        row: list[Any] = [
            task.id.hex,
            -1 if task._parent is None else index[task._parent],
            task._state | (_TRIGGERED if task.triggered else 0),
            task.task_spec.name,
        ]
        if task._state & LIVE:
            internal = {
                name: value for name, value in task.internal_data.items() if name not in _PASSING
            }
            if internal or task.data:
                row.append(internal)
            if task.data:
                row.append(task.data)
        rows.append(row)
    return rows


def _restore(case: Case, workflow: Any, rows: list[list[Any]]) -> None:
    task_specs = workflow.spec.task_specs
    tasks: dict[UUID, Task] = workflow.tasks
    restored: list[Task] = []
    for identity, parent, state, name, *rest in rows:
        task = Task.__new__(Task)
        task.id = UUID(hex=identity)
        task.workflow = workflow
        task._children = []
        task._state = state & ~_TRIGGERED
        task.triggered = bool(state & _TRIGGERED)
        task.task_spec = task_specs[name]
        task.thread_id = 0
        task.last_state_change = 0.0
        task.internal_data = rest[0] if rest else {}
        task.data = rest[1] if len(rest) > 1 else {}
        if parent < 0:
            task._parent = None
        else:
            above = restored[parent]
            task._parent = above.id
            above._children.append(task.id)
        tasks[task.id] = task
        restored.append(task)
        if task._state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            case.event_manager.add_task(task)
    workflow.task_tree = restored[0]
    for task in restored:
        if task._state & LIVE:
            task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
