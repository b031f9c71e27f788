"""Questions one asks of a task in the tree."""

from bpmn import specs
from bpmn.spiff import LoopTask, Task, TaskState

_ANSWERED = (specs.HumanTask, specs.ServiceTask)


def instance_index(task: Task) -> int | None:
    """Which instance of a loop a task belongs to, looking outwards; None outside loops."""
    current: Task | None = task
    while current is not None:
        if "index" in current.internal_data:
            return int(current.internal_data["index"])
        current = current.workflow.top_workflow.owner(current.workflow)
    return None


def is_open(task: Task) -> bool:
    """A human or service task waiting for its answer."""
    return task._state == TaskState.READY and isinstance(task.task_spec, _ANSWERED)


def is_boundary(task: Task) -> bool:
    return isinstance(task.task_spec, specs.BoundaryEvent)


def loop_of(task: Task) -> Task | None:
    """The loop a task is an instance of. That its parent is a loop isn't enough: so is that of
    what follows a loop."""
    above: Task | None = task.parent
    if above is None or not isinstance(above.task_spec, LoopTask):
        return None
    return above if above.task_spec.task_spec == task.task_spec.name else None


def label(task: Task) -> str:
    """What to call the element it stands for."""
    return str(task.task_spec.bpmn_name or task.task_spec.bpmn_id or task.task_spec.name)


def is_moving(task: Task) -> bool:
    """True for a token that goes on by itself or by somebody's doing, not one waiting at a join."""
    return bool(task._state & specs.LIVE) and not isinstance(task.task_spec, specs.Gathering)


def stands_at(task: Task) -> str:
    """A task's spec; instances of a loop count as the loop."""
    return str(task.task_spec.name).removesuffix(" [child]")
