"""Moving a running case to another version of its process, on our own rows.

SpiffWorkflow's `migrate_workflow` starts running timers anew and loses half-done multi-instance.
Here the rows are carried over (`bpmn.carry`), then looked at in the new version: whatever could
leave the case waiting for ever is refused, and the old state stays as it is.

What lies behind a case lies behind it: a step that the new version puts in earlier isn't done after
the fact. What lies ahead is the new version's.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bpmn import events
from bpmn.build import OUTCOME
from bpmn.carry import CannotMigrate, Carrier, Conversion
from bpmn.case import Case, update_joins
from bpmn.codec import Saved, decode, pack, signature, unpack
from bpmn.graph import Graph
from bpmn.moved import Moved
from bpmn.moves import go_on, prepare
from bpmn.problems import BadData, BadState, Stuck
from bpmn.process import Process
from bpmn.specs import LIVE, BoundaryEvent, ParallelGateway, Split
from bpmn.spiff import TaskState
from bpmn.tasks import is_moving, is_open, stands_at
from bpmn.variables import coerce, restore
from feel import Calendar, FeelError

__all__ = ["CannotMigrate", "Conversion", "migrate"]


def migrate(
    old: Process,
    new: Process,
    state: bytes,
    conversion: Conversion,
    now: datetime,
    *,
    known: Mapping[str, Any] | None = None,
    calendar: Calendar | None = None,
) -> Moved:
    """The case in the new version. `known` are values of its added variables, where the caller has
    them already.

    Tasks that stay open keep their ids and are in `live`; `opened` and `closed` only name what
    follows from a join that no longer has to wait. Raises `CannotMigrate`, `BadState`.
    """
    saved = unpack(state)
    if saved.definition != signature(old.plan):
        raise BadState(reason="属于流程的另一个版本")
    if not any(row.state & LIVE for row in saved.rows):
        raise CannotMigrate("办件已经办结，不需要迁移。", code="already-ended")
    variables = _variables(old, new, saved.variables, conversion, known or {}, now, calendar)
    carrier = Carrier(old, new, conversion)
    carried = Saved(
        signature(new.plan),
        variables,
        carrier.carry(saved.rows, old.id, new.id),
        [
            (owner, _inner(new, inner), carrier.carry(rows, *carrier.scopes[owner]))
            for owner, inner, rows in saved.subs
        ],
    )
    case = decode(pack(carried), new.plan, new.feel, new.decisions, now=now, calendar=calendar)
    live = list(case.live())
    case.live_before = frozenset(task.id for task in live)
    case.open_before = [task.id for task in live if is_open(task)]
    try:
        _open_borders(case, _known_events(old, conversion))
        _listen_anew(case)
        for workflow in case.workflows():
            update_joins(workflow)
        _require_partners(case)
        for task in live:
            if is_open(task):
                task.internal_data.pop("values", None)
                task.internal_data.pop("assign", None)
                prepare(case, task)
        return go_on(case)
    except Stuck as stuck:
        raise CannotMigrate(
            "在新版本里走不下去：{why}",
            code="stuck-there",
            element=stuck.element,
            why=stuck.message,
        ) from stuck


# ---- variables ----------------------------------------------------------------------------------


def _variables(
    old: Process,
    new: Process,
    kept: Mapping[str, Any],
    conversion: Conversion,
    known: Mapping[str, Any],
    now: datetime,
    calendar: Calendar | None,
) -> dict[str, Any]:
    """The new version's variables: those of both versions as they stand, added ones by what was
    said, outcomes of steps under the name of the step that takes their place."""
    found: dict[str, Any] = {}
    names: dict[str, Any] = dict.fromkeys(old.variables)
    names.update((name, restore(old.variables.get(name, ""), it)) for name, it in kept.items())
    for name, kind in new.variables.items():
        if name in old.variables:
            if name in kept:
                found[name] = _fitting(name, kind, kept[name])
        elif name in known:
            found[name] = _fitting(name, kind, known[name])
        elif name in conversion.values:
            try:
                value = new.feel.evaluate(
                    conversion.values[name], names, calendar=calendar, now=now
                )
            except FeelError as error:
                raise CannotMigrate(
                    "新增的流程变量“{name}”算不出取值：{why}",
                    code="variable-undecided", element=name, name=name, why=error.message,
                ) from error  # fmt: skip
            found[name] = _fitting(name, kind, value)
        else:
            raise CannotMigrate(
                "新增的流程变量“{name}”没有给出取值。",
                code="variable-missing", element=name, name=name,
            )  # fmt: skip
    for step, variable in old.plan.outcomes.items():
        successor = conversion.elements.get(step, step) or step
        if variable in kept and successor in new.plan.outcomes:
            found[new.plan.outcomes[successor]] = kept[variable]
    if OUTCOME in kept:
        found[OUTCOME] = kept[OUTCOME]
    return found


def _inner(new: Process, kept: Mapping[str, Any]) -> dict[str, Any]:
    """What an instance keeps to itself: its item, and the variables that are still there."""
    return {
        name: _fitting(name, new.variables[name], value) if name in new.variables else value
        for name, value in kept.items()
    }


def _fitting(name: str, kind: str, value: Any) -> Any:
    try:
        return coerce(name, kind, value)
    except BadData as error:
        raise CannotMigrate(
            "流程变量“{name}”的值不合新版本的要求：{why}",
            code="variable-unfit", element=name, name=name, why=error.message,
        ) from error  # fmt: skip


# ---- the case in its new version ----------------------------------------------------------------


def _known_events(old: Process, conversion: Conversion) -> frozenset[str | None]:
    """Events at borders that the old version had too: one that has fired doesn't wait again."""
    return frozenset(
        conversion.elements.get(node.id, node.id)
        for node in old.plan.drawing.nodes.values()
        if node.tag == "boundaryEvent"
    )


def _open_borders(case: Case, known: frozenset[str | None]) -> None:
    """Events that the new version puts at the border of a task under way begin to wait now."""
    for workflow in case.workflows():
        for task in list(workflow.tasks.values()):
            if not isinstance(task.task_spec, Split) or not any(
                child._state & LIVE and not isinstance(child.task_spec, BoundaryEvent)
                for child in task.children
            ):
                continue
            for event in task.task_spec.outputs:
                if isinstance(event, BoundaryEvent) and event.name not in known:
                    case.update(task._add_child(event, TaskState.WAITING))


def _listen_anew(case: Case) -> None:
    """What waits for an event waits for the new version's: a timer that was running keeps its due
    time, one that wasn't starts now."""
    for task in list(case.listening()):
        awaited = events.definitions(task)
        if any(isinstance(each, events.Timer) for each in awaited):
            if "due" not in task.internal_data:
                case.update(task)
        else:
            task.internal_data.pop("due", None)
        messages = {
            each.name
            for each in awaited
            if isinstance(each, events.MessageCaught) and each.correlation
        }
        if messages != set(task.internal_data.get("keys", ())):
            task.internal_data.pop("keys", None)
            case.note_correlations(task)


def _require_partners(case: Case) -> None:
    """Every branch a join will wait for must have a token: the new version may have a branch more,
    and the case may have passed the fork already."""
    for workflow in case.workflows():
        graph = Graph(workflow.spec)
        if not any(isinstance(join, ParallelGateway) for join in graph.joins()):
            continue
        moving = {stands_at(task) for task in workflow.tasks.values() if is_moving(task)}
        for name in moving:
            for join, standing in graph.joins_ahead(name):
                arrived = {
                    task.internal_data["from"]
                    for task in workflow.tasks.values()
                    if task.task_spec is join and task._state == TaskState.WAITING
                }
                for source, specs in standing.items():
                    if (
                        isinstance(join, ParallelGateway)
                        and source not in arrived
                        and not moving & specs
                    ):
                        raise CannotMigrate(
                            "新版本在汇合“{name}”之前多了一个并行分支，本件已经过了分叉处。",
                            code="branch-missing",
                            element=join.bpmn_id,
                            name=join.bpmn_name or join.name,
                        )
