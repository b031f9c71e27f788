"""Multi-instance and standard loops, with results gathered by the case and a bound on their number.

A loop is a task of its own that stays STARTED while its instances ("<id> [child]") run below it.
Its progress is a few numbers in its internal data, so that finished instances can be forgotten.
"""

from typing import Any

from bpmn.problems import Stuck
from bpmn.specs import LIVE, Lean
from bpmn.spiff import LoopTask, Task, TaskSpec, TaskState

MAX_INSTANCES = 50
"""Instances of one multi-instance task; a longer list is a matter for several cases."""
MAX_PASSES = 100
"""Passes of a standard loop."""


class _Loop(Lean, LoopTask):
    """Common to all loops: `task_spec` names the looped spec."""

    def __init__(self, wf_spec: Any, bpmn_id: str, task_spec: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.bpmn_id = bpmn_id
        self.bpmn_name = kwargs.get("bpmn_name")
        self.task_spec = task_spec

    def attach(self, looped: TaskSpec) -> None:
        """Be told when an instance completes. SpiffWorkflow connects this on first use only, so a
        case restored onto a fresh spec would hang."""
        looped._inputs = [self.name]
        looped.completed_event.connect(self.merge_child)

    def merge_child(self, workflow: Any, child: Task) -> None:
        raise NotImplementedError

    def _instance(self, my_task: Task, index: int, data: dict[str, Any]) -> None:
        looped = my_task.workflow.spec.task_specs[self.task_spec]
        child = my_task._add_child(looped, TaskState.WAITING)
        child.triggered = True
        child.internal_data["index"] = index
        child.data.update(data)
        looped._update(child)

    def _instances(self, my_task: Task) -> list[Task]:
        return [task for task in my_task.children if task.task_spec.name == self.task_spec]


class StandardLoop(_Loop):
    """Repeats while its FEEL condition holds, up to `maximum` times."""

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        task_spec: str,
        *,
        condition: str | None,
        maximum: int,
        test_before: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, bpmn_id, task_spec, **kwargs)
        self.condition = condition
        self.maximum = maximum
        self.test_before = test_before

    def _update_hook(self, my_task: Task) -> bool:
        my_task.internal_data["merged"] = 0
        if self.test_before and self._finished(my_task):
            return True
        my_task._set_state(TaskState.STARTED)
        self._instance(my_task, 0, {})
        return False

    def merge_child(self, workflow: Any, child: Task) -> None:
        my_task = child.parent
        my_task.internal_data["merged"] += 1
        if self._finished(my_task):
            my_task._set_state(TaskState.READY)
        else:
            self._instance(my_task, my_task.internal_data["merged"], {})

    def _finished(self, my_task: Task) -> bool:
        if my_task.internal_data["merged"] >= self.maximum:
            return True
        if self.condition is None:
            return False
        return not my_task.workflow.top_workflow.holds(my_task, [self.condition])[0]


class MultiInstance(_Loop):
    """One instance for each element of a list, or `count` of them; in parallel or one by one."""

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        task_spec: str,
        *,
        sequential: bool,
        count: str | None = None,
        collection: str | None = None,
        item: str | None = None,
        result: str | None = None,
        result_item: str | None = None,
        completion: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, bpmn_id, task_spec, **kwargs)
        self.sequential = sequential
        self.count = count
        self.collection = collection
        self.item = item
        self.result = result
        self.result_item = result_item
        self.completion = completion
        self.own_names = frozenset(filter(None, (item, result_item)))
        """Names each instance of a looped *task* keeps to itself."""

    def _update_hook(self, my_task: Task) -> bool:
        items = self._items(my_task)
        progress = my_task.internal_data
        progress["merged"] = 0
        progress["total"] = len(items)
        if self.result is not None:
            progress["results"] = [None] * len(items)
            my_task.workflow.top_workflow.assign(my_task, {self.result: []})
        if not items:
            return True
        my_task._set_state(TaskState.STARTED)
        if self.sequential:
            progress["items"] = items
            self._instance(my_task, 0, self._named(items[0]))
        else:
            for index, item in enumerate(items):
                self._instance(my_task, index, self._named(item))
        return False

    def merge_child(self, workflow: Any, child: Task) -> None:
        my_task = child.parent
        progress = my_task.internal_data
        progress["merged"] += 1
        case = my_task.workflow.top_workflow
        if self.result is not None:
            progress["results"][child.internal_data["index"]] = [
                case.own_value(child, self.result_item)
            ]
            gathered = [found[0] for found in progress["results"] if found is not None]
            case.assign(my_task, case.accept({self.result: gathered}))
        enough = self.completion is not None and case.holds(child, [self.completion])[0]
        if enough or progress["merged"] == progress["total"]:
            for other in self._instances(my_task):
                if other is not child and other._state & LIVE:
                    other.cancel()
            my_task._set_state(TaskState.READY)
        elif self.sequential:
            index = progress["merged"]
            self._instance(my_task, index, self._named(progress["items"][index]))

    def _items(self, my_task: Task) -> list[Any]:
        case = my_task.workflow.top_workflow
        if self.collection is not None:
            items = case.evaluate(my_task, self.collection)
            if not isinstance(items, list):
                raise self._stuck(
                    "loop-list-needed", "“{name}”要逐个办理的“{list}”不是列表。",
                    list=self.collection,
                )  # fmt: skip
        else:
            count = case.evaluate(my_task, self.count)
            if isinstance(count, bool) or not isinstance(count, int | float) or count != int(count):
                raise self._stuck("loop-count-needed", "“{name}”的办理次数不是整数。")
            items = list(range(max(0, min(int(count), MAX_INSTANCES + 1))))
        if len(items) > MAX_INSTANCES:
            raise self._stuck(
                "too-many-instances", "“{name}”要分给 {limit} 份以上，超过上限。",
                limit=MAX_INSTANCES,
            )  # fmt: skip
        return items

    def _named(self, item: Any) -> dict[str, Any]:
        return {self.item: item} if self.item is not None else {}

    def _stuck(self, code: str, text: str, **params: Any) -> Stuck:
        name = self.bpmn_name or self.bpmn_id
        return Stuck(text, code=code, element=self.bpmn_id, name=name, **params)
