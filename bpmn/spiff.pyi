"""Types of the SpiffWorkflow 3.2.0 parts that `bpmn.spiff` re-exports, as far as we use them."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any
from uuid import UUID

class SpiffWorkflowException(Exception): ...

class TaskState:
    MAYBE: int
    LIKELY: int
    FUTURE: int
    WAITING: int
    READY: int
    STARTED: int
    COMPLETED: int
    ERROR: int
    CANCELLED: int
    FINISHED_MASK: int
    DEFINITE_MASK: int
    PREDICTED_MASK: int
    NOT_FINISHED_MASK: int

class Event:
    def connect(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> None: ...

class Task:
    id: UUID
    workflow: Any
    parent: Task  # None at the root, which nobody here asks
    children: list[Task]
    task_spec: Any
    triggered: bool
    thread_id: int
    data: dict[str, Any]
    internal_data: dict[str, Any]
    last_state_change: float
    collect_log_extras: Any
    _state: int
    _parent: UUID | None
    _children: list[UUID]
    def has_state(self, mask: int) -> bool: ...
    def run(self) -> bool | None: ...
    def cancel(self) -> None: ...
    def _ready(self) -> None: ...
    def _set_state(self, value: int) -> None: ...
    def _add_child(self, task_spec: TaskSpec, state: int = ...) -> Task: ...
    def _sync_children(self, task_specs: list[TaskSpec], state: int = ...) -> None: ...

class TaskSpec:
    name: str
    manual: bool
    completed_event: Event
    _wf_spec: BpmnProcessSpec
    _inputs: list[str]
    _outputs: list[str]
    def __init__(self, wf_spec: BpmnProcessSpec, name: str, **kwargs: Any) -> None: ...
    @property
    def inputs(self) -> list[TaskSpec]: ...
    @property
    def outputs(self) -> list[TaskSpec]: ...
    def connect(self, taskspec: TaskSpec) -> None: ...
    def _predict(
        self, my_task: Task, seen: Any = ..., looked_ahead: int = ..., mask: int = ...
    ) -> None: ...
    def _predict_hook(self, my_task: Task) -> None: ...
    def _update(self, my_task: Task) -> None: ...
    def _update_hook(self, my_task: Task) -> bool | None: ...
    def _run_hook(self, my_task: Task) -> bool | None: ...
    def _on_cancel(self, my_task: Task) -> None: ...

class BpmnTaskSpec(TaskSpec):
    bpmn_id: str | None
    bpmn_name: str | None
    lane: str | None

class BpmnSpecMixin(BpmnTaskSpec): ...
class BpmnStartTask(BpmnTaskSpec): ...
class SimpleBpmnTask(BpmnTaskSpec): ...
class EndJoin(BpmnTaskSpec): ...
class BoundaryEventSplit(SimpleBpmnTask): ...
class BoundaryEventJoin(BpmnTaskSpec): ...

class CatchingEvent(TaskSpec):
    event_definition: EventDefinition
    def catch(self, my_task: Task, event: BpmnEvent) -> None: ...

class LoopTask(BpmnTaskSpec):
    task_spec: str

class EventDefinition:
    name: str | None
    def __init__(self, name: str | None = ..., *args: Any, **kwargs: Any) -> None: ...
    def has_fired(self, my_task: Task) -> bool: ...
    def catches(self, my_task: Task, event: BpmnEvent) -> bool: ...
    def catch(self, my_task: Task, event: BpmnEvent | None = ...) -> None: ...
    def throw(self, my_task: Task) -> None: ...

class NoneEventDefinition(EventDefinition): ...
class CancelEventDefinition(EventDefinition): ...
class TerminateEventDefinition(EventDefinition): ...
class SignalEventDefinition(EventDefinition): ...
class ErrorEventDefinition(EventDefinition): ...
class EscalationEventDefinition(EventDefinition): ...

class MessageEventDefinition(EventDefinition):
    name: str

class MultipleEventDefinition(EventDefinition):
    event_definitions: list[EventDefinition]

class TimerEventDefinition(EventDefinition):
    expression: str
    def __init__(self, name: str, expression: str, **kwargs: Any) -> None: ...

class BpmnEvent:
    event_definition: EventDefinition
    payload: Any
    def __init__(
        self, event_definition: EventDefinition, payload: Any = ..., *args: Any, **kwargs: Any
    ) -> None: ...

class BpmnProcessSpec:
    name: str
    file: str | None
    task_specs: dict[str, Any]
    start: TaskSpec
    end: TaskSpec
    svg: Any
    description: str | None
    io_specification: Any
    data_objects: dict[str, Any]
    data_stores: dict[str, Any]
    correlation_keys: dict[str, Any]
    bpmn_start_events: list[Any]
    def __init__(self, name: str | None = ..., **kwargs: Any) -> None: ...

class EventManager:
    tasks: dict[UUID, Task]
    def add_task(self, my_task: Task) -> None: ...
    def remove_task(self, my_task: Task) -> None: ...

class _Workflow:
    spec: BpmnProcessSpec
    data: dict[str, Any]
    tasks: dict[UUID, Task]
    task_tree: Task
    last_task: Task | None
    success: bool
    completed: bool
    completed_event: Event
    correlations: dict[str, Any]
    depth: int
    def cancel(self) -> Any: ...
    def update_waiting_tasks(self) -> None: ...
    def _remove_task(self, task_id: UUID) -> None: ...
    def _task_removed_notify(self, task: Task) -> None: ...

class BpmnWorkflow(_Workflow):
    subprocess_specs: Mapping[str, BpmnProcessSpec]
    subprocesses: dict[UUID, Any]
    bpmn_events: list[BpmnEvent]
    event_manager: EventManager
    def __init__(
        self,
        spec: BpmnProcessSpec,
        subprocess_specs: Mapping[str, BpmnProcessSpec] | None = ...,
        script_engine: PythonScriptEngine | None = ...,
        **kwargs: Any,
    ) -> None: ...
    def create_subprocess(self, my_task: Task, spec_name: str) -> BpmnSubWorkflow: ...

class BpmnSubWorkflow(_Workflow):
    parent_task_id: UUID
    top_workflow: Any
    def __init__(
        self, spec: BpmnProcessSpec, parent_task_id: UUID, top_workflow: BpmnWorkflow, **kwargs: Any
    ) -> None: ...

class BasePythonScriptEngineEnvironment:
    def __init__(self, environment_globals: Any = ...) -> None: ...

class PythonScriptEngine:
    environment: Any
    def __init__(self, environment: BasePythonScriptEngineEnvironment | None = ...) -> None: ...

class defaults(SimpleNamespace):  # noqa: N801 - a module of the library
    class UserTask(BpmnSpecMixin): ...
    class StartEvent(CatchingEvent, BpmnSpecMixin): ...
    class EndEvent(BpmnSpecMixin): ...
    class IntermediateCatchEvent(CatchingEvent, BpmnSpecMixin): ...
    class IntermediateThrowEvent(BpmnSpecMixin): ...
    class ReceiveTask(CatchingEvent, BpmnSpecMixin): ...
    class SendTask(BpmnSpecMixin): ...

    class BoundaryEvent(CatchingEvent, BpmnSpecMixin):
        cancel_activity: bool

    class EventBasedGateway(CatchingEvent, BpmnSpecMixin):
        event_definition: MultipleEventDefinition

    class ParallelGateway(BpmnSpecMixin): ...

    class _Choice(BpmnSpecMixin):
        cond_task_specs: list[tuple[Any, str]]
        def connect_outgoing_if(self, condition: str | None, taskspec: TaskSpec) -> None: ...

    class ExclusiveGateway(_Choice):
        default_task_spec: str | None

    class InclusiveGateway(_Choice): ...

    class SubWorkflowTask(BpmnSpecMixin):
        spec: str
        def start_workflow(self, my_task: Task) -> None: ...
        def _on_subworkflow_completed(self, subworkflow: Any, my_task: Task) -> None: ...

    class TransactionSubprocess(SubWorkflowTask): ...
    class CallActivity(SubWorkflowTask): ...
