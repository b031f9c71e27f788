"""A running case: SpiffWorkflow's workflow with the case's own variables, clock and FEEL.

Variables live in one place, the case; a multi-instance sub-process keeps its own copy of what is
set inside it, and an instance of a multi-instance task keeps its item and its collected value.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from bpmn import events, loops, quick, times
from bpmn.build import OUTCOME, Plan
from bpmn.expressions import Expressions, FeelEngine
from bpmn.moved import Thrown
from bpmn.problems import Stuck
from bpmn.specs import LIVE
from bpmn.spiff import (
    BpmnSubWorkflow,
    BpmnWorkflow,
    CatchingEvent,
    LoopTask,
    SpiffWorkflowException,
    Task,
    TaskState,
)
from bpmn.tasks import is_boundary, label, loop_of
from bpmn.variables import coerce, restore
from feel import Calendar, FeelError

STEP_BUDGET = 200
"""Elements one move may run through; more is a cycle that waits for nobody."""

_ENGINE = FeelEngine()
_UNSURE = TaskState.MAYBE | TaskState.LIKELY


class SubCase(BpmnSubWorkflow):
    """A sub-process under way. `owner` is the task it runs for, in the workflow around it."""

    def __init__(self, owner: Task, case: "Case", name: str, *, restoring: bool = False) -> None:
        self.owner = owner
        loop = loop_of(owner)
        self.isolated = loop is not None and isinstance(loop.task_spec, loops.MultiInstance)
        """True if what is set inside stays inside: one of several instances side by side."""
        super().__init__(case.subprocess_specs[name], owner.id, case, deserializing=restoring)

    def _calculate_depth(self) -> int:
        return int(getattr(self.owner.workflow, "depth", 0)) + 1

    def update_waiting_tasks(self) -> None:
        update_joins(self)

    def _task_removed_notify(self, task: Task) -> None:
        self.top_workflow.forget(task)


class Case(BpmnWorkflow):
    """`data` holds the variables as they are kept; `now` and `calendar` are this move's."""

    def __init__(
        self,
        plan: Plan,
        feel: Expressions,
        decisions: Mapping[str, tuple[str, str]],
        *,
        now: datetime,
        calendar: Calendar | None = None,
        restoring: bool = False,
    ) -> None:
        self.plan = plan
        self.feel = feel
        self.decisions = decisions
        """Business rule task → the key and decision under which FEEL knows its table."""
        self.now = now
        self.calendar = calendar
        self.thrown: list[Thrown] = []
        self.passed: list[str] = []
        self.done: list[str] = []
        self.flows: list[tuple[str, str]] = []
        self.live_before: Set[UUID] = frozenset()
        """Tasks that were live when this move began."""
        self.open_before: Collection[UUID] = ()
        """Of these, the human and service tasks."""
        super().__init__(plan.spec, plan.subspecs, script_engine=_ENGINE, deserializing=restoring)

    # ---- going on ----------------------------------------------------------------------------

    def settle(self) -> None:
        """Run everything that waits for nobody. Raises `Stuck`; the case is spoilt then."""
        steps = 0
        while batch := [
            task
            for workflow in self.workflows(deepest_first=True)
            for task in workflow.tasks.values()
            if task._state == TaskState.READY and not task.task_spec.manual
        ]:
            for task in batch:
                if task._state != TaskState.READY or not self.holds_task(task):
                    continue  # another task of this batch cancelled it
                if task.task_spec.bpmn_id is not None:
                    steps += 1
                    if steps > STEP_BUDGET:
                        raise Stuck(
                            "流程连续走了 {limit} 步还没有停下来等人办理，请检查是否有死循环。",
                            code="step-budget",
                            element=task.task_spec.bpmn_id,
                            limit=STEP_BUDGET,
                        )
                self.run(task)

    def run(self, task: Task) -> None:
        """Run a task that is ready."""
        self.note_passed(task)
        with _engine_at(task):
            task.run()
        if task.task_spec.bpmn_id is not None:
            self.done.append(task.task_spec.bpmn_id)
            self.note_flows(task.task_spec.bpmn_id, task)

    def update(self, task: Task) -> None:
        """Let a task see whether what it waits for has come."""
        with _engine_at(task):
            task.task_spec._update(task)

    def note_passed(self, task: Task) -> None:
        element = task.task_spec.bpmn_id
        if element is not None and self.passed[-1:] != [element]:
            self.passed.append(element)

    def note_flows(self, source: str, task: Task) -> None:
        """Where a token went from `source`, through what only the engine knows of."""
        for child in task.children:
            target = child.task_spec.bpmn_id
            if target is None:
                self.note_flows(source, child)
            elif not is_boundary(child) and not (task.task_spec.bpmn_id and child._state & _UNSURE):
                self.flows.append((source, target))

    def workflows(self, *, deepest_first: bool = False) -> list[Any]:
        """The case itself and every sub-process under way."""
        found = [self, *self.subprocesses.values()]
        if deepest_first and len(found) > 1:
            found.sort(key=lambda workflow: -workflow.depth)
        return found

    def live(self) -> Iterator[Task]:
        """Every task that waits, is ready or under way."""
        for workflow in self.workflows():
            for task in workflow.tasks.values():
                if task._state & LIVE:
                    yield task

    def find(self, task_id: UUID) -> Task | None:
        for workflow in self.workflows():
            if (task := workflow.tasks.get(task_id)) is not None:
                return task  # type: ignore[no-any-return]
        return None

    def holds_task(self, task: Task) -> bool:
        workflow = task.workflow
        return workflow.tasks.get(task.id) is task and (
            workflow is self or self.subprocesses.get(workflow.parent_task_id) is workflow
        )

    def owner(self, workflow: Any) -> Task | None:
        """The task a sub-process runs for; None for the case itself."""
        return None if workflow is self else workflow.owner

    def create_subprocess(self, my_task: Task, spec_name: str) -> SubCase:
        sub = self.subprocesses[my_task.id] = SubCase(my_task, self, spec_name)
        return sub

    def open_scope(self, owner: Task, sub: SubCase) -> None:
        """A multi-instance sub-process sees its item as a variable of its own."""
        sub.data.update(owner.data)

    def update_waiting_tasks(self) -> None:
        update_joins(self)

    def _task_removed_notify(self, task: Task) -> None:
        self.forget(task)

    def forget(self, task: Task) -> None:
        """Drop what hangs on a task taken out of the tree: its timer, its sub-process."""
        self.event_manager.remove_task(task)
        sub = self.subprocesses.pop(task.id, None)
        if sub is not None:
            for inner in sub.tasks.values():
                self.forget(inner)

    # ---- variables and expressions -----------------------------------------------------------

    def names(self, task: Task) -> dict[str, Any]:
        """Everything an expression at this task may name; None where nothing is set yet."""
        plan = self.plan
        names: dict[str, Any] = dict.fromkeys(plan.variables)
        names.update(dict.fromkeys(plan.outcomes.values()))
        names[OUTCOME] = None
        names.update(self.data)
        around: list[dict[str, Any]] = []
        workflow = task.workflow
        while workflow is not self:
            around.append(workflow.data)
            workflow = workflow.owner.workflow
        for data in reversed(around):
            names.update(data)
        names.update(task.data)
        for name, kind in plan.variables.items():
            if kind == "date":
                names[name] = restore(kind, names[name])
        return names

    def variables(self) -> dict[str, Any]:
        """The case's variables as callers see them."""
        kinds = self.plan.variables
        return {name: restore(kinds.get(name, "string"), kept) for name, kept in self.data.items()}

    def accept(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Of anything offered, the declared variables, coerced; raises `BadData`."""
        return {
            name: coerce(name, kind, data[name])
            for name, kind in self.plan.variables.items()
            if name in data
        }

    def assign(self, task: Task, values: Mapping[str, Any]) -> None:
        """Set variables where this task's variables belong; values are as they are kept."""
        loop = loop_of(task)
        own: frozenset[str] = frozenset()
        if loop is not None and isinstance(loop.task_spec, loops.MultiInstance):
            own = loop.task_spec.own_names
        workflow = task.workflow
        while workflow is not self and not workflow.isolated:
            workflow = workflow.owner.workflow
        for name, value in values.items():
            (task.data if name in own else workflow.data)[name] = value

    def own_value(self, instance: Task, name: str | None) -> Any:
        """What an instance ended with under this name."""
        sub = self.subprocesses.get(instance.id)
        data = instance.data if sub is None else sub.data
        return None if name is None else data.get(name)

    def evaluate(self, task: Task, expression: str) -> Any:
        try:
            return self.feel.evaluate(
                expression, self.names(task), calendar=self.calendar, now=self.now
            )
        except FeelError as error:
            raise _failed(task, expression, error.message) from error

    def evaluate_all(self, task: Task, expressions: Sequence[str]) -> list[Any]:
        """All of them in one crossing; a `FeelError` stands where one gave no value."""
        names = self.names(task)
        questions = [(text, names) for text in expressions]
        return self.feel.evaluate_many(questions, self.calendar, now=self.now)

    def holds(
        self, task: Task, conditions: Sequence[str], *, only_first: bool = False
    ) -> list[bool]:
        """Which conditions are true. A condition must give true or false: null would mean that
        a fact is missing, and a case must not take a turn because a fact is missing."""
        names = self.names(task)
        values: list[Any] = [quick.verdict(condition, names) for condition in conditions]
        if None in values and not (only_first and True in values[: values.index(None)]):
            values = self.evaluate_all(task, conditions)
        verdicts: list[bool] = []
        for condition, value in zip(conditions, values, strict=True):
            if isinstance(value, FeelError):
                raise _failed(task, condition, value.message)
            if not isinstance(value, bool):
                raise Stuck(
                    "“{name}”的条件“{expression}”没有得出“是”或“否”，"
                    "请检查用到的变量是否都已有值。",
                    code="condition-undecided",
                    element=task.task_spec.bpmn_id,
                    name=label(task),
                    expression=condition,
                )
            verdicts.append(value)
            if value and only_first:
                break
        return verdicts

    def decide(self, task: Task) -> None:
        """Ask a business rule task's table and keep what it answers."""
        element = task.task_spec.bpmn_id
        reference = self.plan.decisions[element]
        key, decision = self.decisions[element]
        try:
            value = self.feel.decide(
                key, decision, self.names(task), calendar=self.calendar, now=self.now
            ).value
        except FeelError as error:
            raise _failed(task, reference.key, error.message) from error
        found = value if isinstance(value, dict) else {}
        if reference.result is not None and reference.result not in found:
            found = {**found, reference.result: None if isinstance(value, dict) else value}
        self.assign(task, self.accept(found))

    # ---- events ------------------------------------------------------------------------------

    def due(self, task: Task, expression: str) -> datetime:
        """When a timer reached now will fire, in UTC."""
        value: Any = expression
        if not times.is_literal(expression):
            value = self.evaluate(task, expression)
        found = times.due(value, self.now)
        if found is None:
            raise Stuck(
                "“{name}”的定时“{expression}”不是有效的时间。",
                code="timer-invalid",
                element=task.task_spec.bpmn_id,
                name=label(task),
                expression=expression,
            )
        return found

    def has_come(self, due: str) -> bool:
        return datetime.fromisoformat(due) <= self.now

    def is_due(self, task: Task) -> bool:
        due = task.internal_data.get("due")
        return due is not None and self.has_come(due)

    def send(self, task: Task, message: str) -> None:
        element = task.task_spec.bpmn_id
        self.thrown.append(Thrown(message, element, self.inputs(task)))

    def inputs(self, task: Task) -> dict[str, Any]:
        """The values of an element's `ow:input` children."""
        wanted = self.plan.inputs.get(task.task_spec.bpmn_id, ())
        values = self.evaluate_all(task, [entry.value for entry in wanted]) if wanted else []
        for entry, value in zip(wanted, values, strict=True):
            if isinstance(value, FeelError):
                raise _failed(task, entry.value, value.message)
        return {entry.name: value for entry, value in zip(wanted, values, strict=True)}

    def note_correlations(self, task: Task) -> None:
        """Work out, once, by which key each message awaited here is told from its like."""
        keys = {
            definition.name: str(self.evaluate(task, definition.correlation))
            for definition in events.definitions(task)
            if isinstance(definition, events.MessageCaught) and definition.correlation
        }
        if keys:
            task.internal_data["keys"] = keys

    def next_due(self) -> datetime | None:
        found = [task.internal_data.get("due") for task in self.event_manager.tasks.values()]
        return min((datetime.fromisoformat(due) for due in found if due), default=None)

    def listening(self) -> Iterator[Task]:
        """Tasks that wait for an event."""
        for task in self.live():
            if task._state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
                yield task


def update_joins(workflow: Any) -> None:
    """After a task completed: only joins look again. Timers are `fire`'s, messages `deliver`'s, so
    that an overdue task can still be completed."""
    waiting = [task for task in workflow.tasks.values() if task._state == TaskState.WAITING]
    for task in waiting:
        if (
            task._state == TaskState.WAITING
            and not isinstance(task.task_spec, CatchingEvent | LoopTask)
            and workflow.tasks.get(task.id) is task
        ):
            task.task_spec._update(task)


@contextmanager
def _engine_at(task: Task) -> Iterator[None]:
    """SpiffWorkflow's own complaints become ours."""
    try:
        yield
    except SpiffWorkflowException as error:
        raise Stuck(
            "流程在“{name}”处出错：{detail}",
            code="engine-refused",
            element=task.task_spec.bpmn_id,
            name=label(task),
            detail=str(error),
        ) from error


def _failed(task: Task, expression: str, detail: str) -> Stuck:
    return Stuck(
        "“{name}”的表达式“{expression}”算不出结果：{detail}",
        code="expression-failed",
        element=task.task_spec.bpmn_id,
        name=label(task),
        expression=expression,
        detail=detail,
    )
