"""Event definitions: what is caught and thrown, with the case's own clock and doors.

SpiffWorkflow's read the wall clock, keep message payloads in the task, and let an error of one
sub-process be caught at the border of another; these don't.
"""

from typing import Any, Protocol

from bpmn.problems import Stuck
from bpmn.spiff import (
    BoundaryEventSplit,
    BpmnEvent,
    CancelEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
    MultipleEventDefinition,
    Task,
    TaskState,
    TimerEventDefinition,
    defaults,
)
from bpmn.tasks import loop_of


class Timer(TimerEventDefinition):
    """Fires once `now` reaches a time that is fixed when the token arrives.

    The due time stands in the task's internal data under "due" (ISO, UTC).
    """

    def has_fired(self, my_task: Task) -> bool:
        case = my_task.workflow.top_workflow
        due = my_task.internal_data.get("due")
        if due is None:
            due = my_task.internal_data["due"] = case.due(my_task, self.expression).isoformat()
        fired: bool = case.has_come(due)
        if fired:
            my_task.internal_data["event_fired"] = True
        return fired


class MessageCaught(MessageEventDefinition):
    """Waits for a message; its payload goes through the case, never into the task."""

    def __init__(self, name: str, correlation: str | None = None) -> None:
        super().__init__(name)
        self.correlation = correlation

    def catch(self, my_task: Task, event: BpmnEvent | None = None) -> None:
        my_task.internal_data["event_fired"] = True


class MessageThrown(MessageEventDefinition):
    """Leaves the case: messages go between cases, never round within one."""

    def throw(self, my_task: Task) -> None:
        my_task.workflow.top_workflow.send(my_task, self.name)


class _Upward(Protocol):
    def __eq__(self, other: object) -> bool: ...


def _throw_upward(definition: _Upward, my_task: Task) -> bool:
    """Hand an event to the border of the sub-process it arose in, then to those around it."""
    workflow = my_task.workflow
    event = BpmnEvent(definition, payload={})  # type: ignore[arg-type]  # any definition will do
    while (owner := workflow.top_workflow.owner(workflow)) is not None:
        main = loop_of(owner) or owner
        split = main.parent
        if isinstance(split.task_spec, BoundaryEventSplit):
            catching = [
                task
                for task in split.children
                if task._state == TaskState.WAITING
                and isinstance(task.task_spec, defaults.BoundaryEvent)
                and task.task_spec.event_definition == definition
            ]
            for task in catching:
                task.task_spec.catch(task, event)
                task.task_spec._update(task)
            if catching:
                return True
        workflow = owner.workflow
    return False


class Error(ErrorEventDefinition):
    """Ends the sub-process it is thrown in; lint sees to it that somebody catches it."""

    def throw(self, my_task: Task) -> None:
        if not _throw_upward(self, my_task):
            raise Stuck(
                "“{name}”抛出的错误没有边界事件接住。",
                code="error-uncaught",
                element=my_task.task_spec.bpmn_id,
                name=my_task.task_spec.bpmn_name or my_task.task_spec.bpmn_id,
            )


class Escalation(EscalationEventDefinition):
    """Tells the outside without ending anything; uncaught, it passes."""

    def throw(self, my_task: Task) -> None:
        _throw_upward(self, my_task)


class Cancel(CancelEventDefinition):
    """Cancels the transaction it is thrown in."""

    def throw(self, my_task: Task, **kwargs: Any) -> None:
        _throw_upward(self, my_task)


def waits_for(task: Task, message: str) -> MessageCaught | None:
    """The definition by which a waiting task would take this message, if it would."""
    for definition in definitions(task):
        if isinstance(definition, MessageCaught) and definition.name == message:
            return definition
    return None


def definitions(task: Task) -> list[Any]:
    """What a catching task waits for; several at an event gateway."""
    definition = task.task_spec.event_definition
    if isinstance(definition, MultipleEventDefinition):
        return definition.event_definitions
    return [definition]
