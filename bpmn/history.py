"""Forgetting: a case keeps its tokens, not its past.

SpiffWorkflow's tree grows by every step taken, and its iterators stop at a depth of 1,000. What a
token still needs is little: the tasks that are live, the open boundary scopes they stand in, and
the loops they are instances of. Everything finished in between is spliced out, so the size of a
case depends on how much is going on, not on how long it has been.
"""

from typing import Any
from uuid import UUID

from bpmn.case import Case
from bpmn.specs import LIVE
from bpmn.spiff import BoundaryEventSplit, Task, TaskState, defaults

_PREDICTED = TaskState.MAYBE | TaskState.LIKELY | TaskState.FUTURE


def compact(case: Case) -> None:
    """Splice out all that is finished. What is left behaves exactly as before."""
    _drop_finished_subprocesses(case)
    for workflow in case.workflows():
        _compact_tree(workflow)
    case.event_manager.tasks = {task.id: task for task in case.listening()}


def _drop_finished_subprocesses(case: Case) -> None:
    """A finished sub-process has handed over its result; one whose task was cancelled or removed
    is an orphan. SpiffWorkflow keeps both, and fails on the second."""
    for owner_id, sub in list(case.subprocesses.items()):
        owner = sub.owner
        if not (owner._state & LIVE and case.holds_task(owner)) and owner_id in case.subprocesses:
            case.forget(owner)


def _compact_tree(workflow: Any) -> None:
    tasks: dict[UUID, Task] = workflow.tasks
    root = workflow.task_tree
    live = [task for task in tasks.values() if task._state & LIVE]
    scopes = {task._parent for task in live if _is_main(task, tasks)}
    keep = {root.id, *scopes, *(task.id for task in live)}
    for task in live:
        # The way down from an open scope is kept by its first step: the scope's children are told
        # apart by what they are.
        step = task
        while (parent_id := step._parent) is not None:
            if parent_id in scopes:
                keep.add(step.id)
            step = tasks[parent_id]
    if all(task.id in keep or task._state & _PREDICTED for task in tasks.values()):
        return
    kept: dict[UUID, Task] = {}
    for task in tasks.values():
        above = tasks.get(task._parent) if task._parent is not None else None
        if task.id in keep or (task._state & _PREDICTED and above and above._state & LIVE):
            kept[task.id] = task
    for task in kept.values():
        parent = task._parent
        while parent is not None and parent not in kept:
            parent = tasks[parent]._parent
        task._parent = parent
        task._children = []
    for task in kept.values():
        if task._parent is not None:
            kept[task._parent]._children.append(task.id)
    workflow.tasks = kept
    workflow.last_task = None


def _is_main(task: Task, tasks: dict[UUID, Task]) -> bool:
    """True for a live task whose boundary events can still interrupt it."""
    parent = tasks.get(task._parent) if task._parent is not None else None
    return (
        parent is not None
        and isinstance(parent.task_spec, BoundaryEventSplit)
        and not isinstance(task.task_spec, defaults.BoundaryEvent)
    )
