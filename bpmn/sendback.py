"""Sending a case back (or on): live tasks are cancelled and a fresh token is put at the target.

Which tasks go is decided on the drawing. A *branch* is what can be reached from one outgoing flow
of a gateway that forks, up to where its branches meet. Sent back from a task within the innermost
branch that holds both it and the target, only that branch is cleared; otherwise the whole
(sub-)process. Where the target lies inside a branch whose siblings are no longer running, the join
behind it is told that those siblings have arrived: sending one of three reviews back for another
look doesn't ask the other two again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bpmn.build import Plan
from bpmn.case import Case
from bpmn.drawing import ACTIVITIES, GATEWAYS
from bpmn.graph import Graph
from bpmn.moved import Moved
from bpmn.moves import go_on, take, untouched_if_refused
from bpmn.problems import NoSuchTask, Refused
from bpmn.process import Process
from bpmn.specs import LIVE, BoundaryEvent, Join, ParallelGateway, Split
from bpmn.spiff import BpmnProcessSpec, Task, TaskState
from bpmn.tasks import is_moving, stands_at
from feel import Calendar

_TARGETS = ACTIVITIES | GATEWAYS | {"intermediateCatchEvent", "intermediateThrowEvent"}


class CannotJump(Refused):
    """The target isn't a place a case can be sent to."""

    code = "cannot-jump"


def jump(
    process: Process,
    state: bytes,
    target: str,
    now: datetime,
    *,
    from_task: str | None = None,
    data: Mapping[str, Any] | None = None,
    calendar: Calendar | None = None,
) -> Moved:
    """Send a case to the element `target`, earlier or later.

    With `from_task`, branches that run beside it keep running if the target lies in its own
    branch. `data` sets declared variables first. Timers, messages and services of cancelled tasks
    are dropped; `Moved.closed` names the tasks. Raises `CannotJump`, `NoSuchTask`, `Stuck`.
    """
    case = take(process, state, now, calendar)
    with untouched_if_refused(state, case):
        values = case.accept(data or {})
        root, path = _path(process.plan, target)
        origin = _origin(case, from_task) if from_task is not None else None
        workflow, path = _common(case, root, path, origin)
        graph = Graph(workflow.spec)
        here = _standing_in(case, workflow, origin)
        region = graph.branch_of(here, path[0]) if here is not None else None
        _refuse_side_branch(graph, path[0], here)
        _refuse_skipping(workflow, graph, path[0], region)
    case.assign(workflow.task_tree, values)
    _clear(workflow, region)
    for position, element in enumerate(path):
        token = _put(workflow, element)
        if position < len(path) - 1:
            workflow = case.subprocesses[token.id]
            _clear(workflow, None)
    return go_on(case)


def _path(plan: Plan, target: str) -> tuple[str, list[str]]:
    """The process a target is drawn in, and the target preceded by the sub-processes around it,
    outermost first."""
    element = plan.elements.get(target)
    if element is None or element.tag not in _TARGETS:
        raise CannotJump("流程里没有可以退回到的步骤“{target}”。", target=target)
    path = [target]
    scope = element.scope
    while (holder := plan.drawing.nodes.get(scope)) is not None:
        path.insert(0, scope)
        scope = holder.scope
    return scope, path


def _origin(case: Case, task_id: str) -> Task:
    for task in case.live():
        if task.id.hex == task_id:
            return task
    raise NoSuchTask()


def _common(case: Case, root: str, path: list[str], origin: Task | None) -> tuple[Any, list[str]]:
    """The innermost workflow under way that holds the target: one the origin is in or, without an
    origin, one that is alone of its kind; and what is left of the path from there."""
    around = case.workflows()
    if origin is not None:
        around = [origin.workflow]
        while around[-1] is not case:
            around.append(around[-1].owner.workflow)
    roots = [workflow for workflow in around if workflow.spec.name == root]
    if len(roots) != 1:
        raise CannotJump(
            "“{name}”在被调用的流程里，那个流程现在没有在办，或同时在办几份：请从它里面的任务退回，"
            "或退回到调用它的步骤。",
            code="jump-into-called-process",
            element=path[-1],
            name=case.plan.drawing.nodes[path[-1]].label,
        )
    workflow = roots[0]
    while len(path) > 1:
        inner = [
            sub
            for sub in around
            if sub is not case
            and sub.owner.workflow is workflow
            and sub.owner.task_spec.bpmn_id == path[0]
        ]
        if len(inner) != 1:
            break
        workflow, path = inner[0], path[1:]
    for element in path[:-1]:
        node = case.plan.drawing.nodes[element]
        if node.loop is not None:
            raise CannotJump(
                "“{name}”要分几份同时办理，不能直接退回到它里面的步骤，请退回到它本身。",
                code="jump-into-loop",
                element=node.id,
                name=node.label,
            )
    return workflow, path


def _refuse_side_branch(graph: Graph, target: str, here: str | None) -> None:
    """What a reminder sets going leads nowhere: a case sent there would never go on."""
    for branch in graph.side_branches():
        if target in branch and here not in branch:
            raise CannotJump(
                "“{name}”只是提醒引出的旁支，办件不能退回到那里。",
                code="jump-into-side-branch",
                element=target,
                name=graph.spec.task_specs[target].bpmn_name or target,
            )


def _refuse_skipping(
    workflow: Any, graph: Graph, target: str, region: frozenset[str] | None
) -> None:
    """Clearing a sibling branch that is still being worked on would skip it for good."""
    doomed = {
        stands_at(task)
        for task in workflow.tasks.values()
        if is_moving(task) and (region is None or stands_at(task) in region)
    }
    for join, standing in graph.joins_ahead(_entry(workflow.spec, target)):
        if not isinstance(join, ParallelGateway):
            continue
        for specs in standing.values():
            if _entry(workflow.spec, target) not in specs and doomed & specs:
                raise CannotJump(
                    "“{name}”在并行分支里，旁边的分支还没有办完。请从同一分支的任务退回，"
                    "或退回到分支之前的步骤。",
                    code="jump-skips-branch",
                    element=target,
                    name=workflow.spec.task_specs[target].bpmn_name or target,
                )


def _standing_in(case: Case, workflow: Any, origin: Task | None) -> str | None:
    """The spec in this workflow that the origin stands for."""
    task = origin
    while task is not None and task.workflow is not workflow:
        task = case.owner(task.workflow)
    if task is None:
        return None
    return stands_at(task)


def _clear(workflow: Any, region: frozenset[str] | None) -> None:
    """Cancel the live tasks of a region (None: all) and take them out of the tree."""
    for task in list(workflow.tasks.values()):
        going = region is None or stands_at(task) in region
        if going and task._state & LIVE and task.id in workflow.tasks:
            task.cancel()
    for task in list(workflow.tasks.values()):
        if task._state & LIVE and _outlived(task):
            task.cancel()
    for task in [task for task in workflow.tasks.values() if task._state == TaskState.CANCELLED]:
        if task.id in workflow.tasks:
            workflow._remove_task(task.id)


def _outlived(task: Task) -> bool:
    """True for a boundary event, or the join of its scope, whose task has been cancelled. What a
    fired event has set going is not bound to the task any more."""
    if not isinstance(task.task_spec, BoundaryEvent | Join):
        return False
    split: Task | None = task.parent
    while split is not None and not isinstance(split.task_spec, Split):
        split = split.parent
    return split is None or not any(
        child._state & LIVE and not isinstance(child.task_spec, BoundaryEvent)
        for child in split.children
    )


def _put(workflow: Any, element: str) -> Task:
    """A fresh token at an element, and arrivals for the siblings its joins would miss."""
    spec: BpmnProcessSpec = workflow.spec
    entry = spec.task_specs[_entry(spec, element)]
    _meet_joins(workflow, entry.name)
    token: Task = workflow.task_tree._add_child(entry, TaskState.FUTURE)
    token.triggered = True
    workflow.top_workflow.update(token)
    if isinstance(entry, Split):
        workflow.top_workflow.run(token)
        token = next(task for task in token.children if task.task_spec.name == element)
    return token


def _meet_joins(workflow: Any, target: str) -> None:
    """Settle with the joins ahead: what came by the token's own way is withdrawn, for it will come
    again; for siblings that are no longer running an arrival stands in."""
    moving = {stands_at(task) for task in workflow.tasks.values() if is_moving(task)}
    for join, standing in Graph(workflow.spec).joins_ahead(target):
        arrived: dict[str, list[Task]] = {}
        for task in workflow.tasks.values():
            if task.task_spec is join and task._state == TaskState.WAITING:
                arrived.setdefault(task.internal_data["from"], []).append(task)
        for source, specs in standing.items():
            if target in specs:
                for task in arrived.get(source, ()):
                    workflow._remove_task(task.id)
            # An inclusive join doesn't wait for what can't come.
            elif source not in arrived and isinstance(join, ParallelGateway) and not moving & specs:
                stand_in = workflow.task_tree._add_child(join, TaskState.FUTURE)
                stand_in.internal_data["from"] = source
                stand_in._set_state(TaskState.WAITING)


def _entry(spec: BpmnProcessSpec, element: str) -> str:
    """The spec a token enters an element by."""
    split = f"{element}.BoundaryEventSplit"
    return split if split in spec.task_specs else element
