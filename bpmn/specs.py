"""SpiffWorkflow's task specs, bent where they would break a case.

Four changes, each for a defect that was reproduced on 3.2.0:
- Only the next step is predicted, not the whole definite future (which grows as 3^k over k
  three-way blocks, recurses as deep as the process is long, and fills the state).
- Gateways that join count the tokens that arrived instead of searching the history, so that a
  second pass through a loop isn't let through by tokens of the first.
- Nothing travels in task data: variables belong to the case (`bpmn.case`), so a join can't
  overwrite what one branch wrote with what another branch never touched.
- Conditions are tried in the order the flows were drawn, in one crossing into FEEL.
"""

from collections import Counter
from collections.abc import Mapping

from bpmn.problems import Stuck
from bpmn.spiff import (
    BoundaryEventJoin,
    BoundaryEventSplit,
    BpmnProcessSpec,
    BpmnSpecMixin,
    BpmnStartTask,
    CatchingEvent,
    EndJoin,
    SimpleBpmnTask,
    Task,
    TaskSpec,
    TaskState,
    defaults,
)

LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


class Lean(TaskSpec):
    """Looks one step ahead."""

    def _predict(
        self,
        my_task: Task,
        seen: object = None,
        looked_ahead: int = 0,
        mask: int = TaskState.PREDICTED_MASK,
    ) -> None:
        if my_task.has_state(mask):
            self._predict_hook(my_task)

    def _update(self, my_task: Task) -> None:
        if not my_task._children:
            self._predict_hook(my_task)
        if self._update_hook(my_task):
            my_task._ready()


class StartTask(Lean, BpmnStartTask):
    pass


class FinalJoin(Lean, EndJoin):
    pass


class FinalTask(Lean, SimpleBpmnTask):
    pass


class ProcessSpec(BpmnProcessSpec):
    """A process or sub-process whose inner start and end tasks are lean too."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.task_specs.clear()
        self.start = StartTask(self, "Start")
        self.end = FinalJoin(self, f"{name}.EndJoin")
        self.end.connect(FinalTask(self, "End"))


class HumanTask(Lean, defaults.UserTask):
    """Waits, READY, until `complete`."""


class ServiceTask(Lean, defaults.UserTask):
    """Waits, READY, until `answer`: what touches the world runs outside the move."""


class DecisionTask(Lean, BpmnSpecMixin):
    """A decision table, evaluated at once."""

    def _run_hook(self, my_task: Task) -> bool:
        my_task.workflow.top_workflow.decide(my_task)
        return True


class StartEvent(Lean, defaults.StartEvent):
    pass


class EndEvent(Lean, defaults.EndEvent):
    pass


class ThrowEvent(Lean, defaults.IntermediateThrowEvent):
    pass


class SendTask(Lean, defaults.SendTask):
    pass


class _Catching(Lean, CatchingEvent):
    """Works out what it waits for when a token arrives."""

    def _update_hook(self, my_task: Task) -> bool | None:
        ready = super()._update_hook(my_task)
        if not ready and "keys" not in my_task.internal_data:
            my_task.workflow.top_workflow.note_correlations(my_task)
        return ready


class CatchEvent(_Catching, defaults.IntermediateCatchEvent):
    pass


class ReceiveTask(_Catching, defaults.ReceiveTask):
    pass


class BoundaryEvent(_Catching, defaults.BoundaryEvent):
    pass


class EventGateway(_Catching, defaults.EventBasedGateway):
    pass


class Split(Lean, BoundaryEventSplit):
    pass


class Join(Lean, BoundaryEventJoin):
    pass


class SubProcess(Lean, defaults.SubWorkflowTask):
    def copy_data(self, my_task: Task, subworkflow: object) -> None:
        my_task.workflow.top_workflow.open_scope(my_task, subworkflow)

    def update_data(self, my_task: Task, subworkflow: object) -> None:
        """Nothing: a sub-process wrote to the case as it went."""


class Transaction(SubProcess, defaults.TransactionSubprocess):
    pass


class CallActivity(SubProcess, defaults.CallActivity):
    pass


class Gathering(Lean, BpmnSpecMixin):
    """A gateway where tokens wait for each other, each a WAITING task that knows its "from"."""

    def _arrivals(self, my_task: Task) -> dict[str, list[Task]]:
        """Waiting tokens by the spec they came from, `my_task` first of its kind."""
        came = my_task.internal_data.setdefault("from", my_task.parent.task_spec.name)
        my_task._set_state(TaskState.WAITING)
        arrived: dict[str, list[Task]] = {came: [my_task]}
        for task in my_task.workflow.tasks.values():
            if task.task_spec is self and task._state == TaskState.WAITING and task is not my_task:
                arrived.setdefault(task.internal_data["from"], []).append(task)
        return arrived

    def _consume(
        self, my_task: Task, arrived: Mapping[str, list[Task]], each: Counter[str]
    ) -> None:
        """Merge one set of tokens into `my_task`; what is left waits for the next."""
        for source, tasks in arrived.items():
            for task in tasks[: each[source]]:
                if task is not my_task:
                    my_task.workflow._remove_task(task.id)


class ParallelGateway(Gathering, defaults.ParallelGateway):
    def _update_hook(self, my_task: Task) -> bool:
        if my_task.triggered:  # put here by a send-back: nobody else is coming
            return True
        arrived = self._arrivals(my_task)
        needed = Counter(self._inputs)
        if any(len(arrived.get(source, ())) < count for source, count in needed.items()):
            return False
        self._consume(my_task, arrived, needed)
        return True

    def _run_hook(self, my_task: Task) -> bool:
        return True


class ExclusiveGateway(Lean, defaults.ExclusiveGateway):
    def _predict_hook(self, my_task: Task) -> None:
        """Nothing is known before the conditions are."""

    def _run_hook(self, my_task: Task) -> bool:
        chosen = _matching(self, my_task, only_first=True)
        name = chosen[0] if chosen else self.default_task_spec
        if name is None:
            raise no_way_on(my_task)
        my_task._sync_children([self._wf_spec.task_specs[name]], TaskState.FUTURE)
        return True


class InclusiveGateway(Gathering, defaults.InclusiveGateway):
    reaching: Mapping[str, frozenset[str]]
    """For each input, the specs from which a token could still arrive by it without passing this
    gateway; worked out once when the spec is built."""

    def _predict_hook(self, my_task: Task) -> None:
        """Nothing is known before the conditions are."""

    def _update_hook(self, my_task: Task) -> bool:
        if my_task.triggered:
            return True
        arrived = self._arrivals(my_task)
        if self._expects_more(my_task, frozenset(arrived)):
            return False
        self._consume(my_task, arrived, Counter(dict.fromkeys(arrived, 1)))
        return True

    def _expects_more(self, my_task: Task, came: frozenset[str]) -> bool:
        """True while a token elsewhere could still arrive by an input where none waits yet, unless
        it could as well arrive where one does (BPMN 2.0, table 13.3)."""
        missing = self.reaching.keys() - came
        if not missing:
            return False
        tasks = my_task.workflow.tasks
        for task in tasks.values():
            coming = task._state == TaskState.FUTURE and (
                (parent := tasks.get(task._parent)) is not None
                and parent._state == TaskState.COMPLETED
            )
            if not coming and not task._state & LIVE:
                continue
            if task.task_spec is self:
                if coming and task is not my_task:
                    return True
                continue
            name = task.task_spec.name
            if any(name in self.reaching[source] for source in missing) and not any(
                name in self.reaching[source] for source in came & self.reaching.keys()
            ):
                return True
        return False

    def _run_hook(self, my_task: Task) -> bool:
        defaults_ = [name for condition, name in self.cond_task_specs if condition is None]
        names = _matching(self, my_task) or defaults_
        if not names:
            raise no_way_on(my_task)
        specs = [self._wf_spec.task_specs[name] for name in names]
        my_task._sync_children(specs, TaskState.FUTURE)
        return True


def _matching(
    gateway: ExclusiveGateway | InclusiveGateway, my_task: Task, *, only_first: bool = False
) -> list[str]:
    """Names of the specs whose condition holds, in the order the flows were drawn."""
    conditions = [
        (condition.args[0], name)
        for condition, name in gateway.cond_task_specs
        if condition is not None
    ]
    if not conditions:
        return []
    verdicts = my_task.workflow.top_workflow.holds(
        my_task, [expression for expression, _ in conditions], only_first=only_first
    )
    return [name for (_, name), holds in zip(conditions, verdicts, strict=False) if holds]


def no_way_on(my_task: Task) -> Stuck:
    """No condition holds and there is no default flow."""
    spec = my_task.task_spec
    return Stuck(
        "网关“{name}”的条件都不成立，又没有默认连线，流程无法继续。",
        code="no-way-on",
        element=spec.bpmn_id,
        name=spec.bpmn_name or spec.bpmn_id,
    )
