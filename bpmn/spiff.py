"""The one door to SpiffWorkflow: the parts we build on, and nothing else of it.

Its parser, its Python script engine's defaults, its DMN engine and its serializers are left out on
purpose. Types for these names are in `spiff.pyi`; the library ships none.
"""

import logging

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import (
    BoundaryEventJoin,
    BoundaryEventSplit,
    BpmnStartTask,
    SimpleBpmnTask,
    _EndJoin,
)
from SpiffWorkflow.bpmn.specs.event_definitions import (
    CancelEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
    MultipleEventDefinition,
    NoneEventDefinition,
    SignalEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

# It logs every change of state and gathers what it would log before asking who listens, which took
# a twentieth of a request. Nobody does.
for _name in ("spiff.task", "spiff.workflow", "spiff.data"):
    logging.getLogger(_name).setLevel(logging.WARNING)
Task.collect_log_extras = lambda *_: None

EndJoin = _EndJoin

__all__ = [
    "BasePythonScriptEngineEnvironment",
    "BoundaryEventJoin",
    "BoundaryEventSplit",
    "BpmnEvent",
    "BpmnProcessSpec",
    "BpmnSpecMixin",
    "BpmnStartTask",
    "BpmnSubWorkflow",
    "BpmnTaskSpec",
    "BpmnWorkflow",
    "CancelEventDefinition",
    "CatchingEvent",
    "EndJoin",
    "ErrorEventDefinition",
    "EscalationEventDefinition",
    "EventDefinition",
    "LoopTask",
    "MessageEventDefinition",
    "MultipleEventDefinition",
    "NoneEventDefinition",
    "PythonScriptEngine",
    "SignalEventDefinition",
    "SimpleBpmnTask",
    "SpiffWorkflowException",
    "Task",
    "TaskSpec",
    "TaskState",
    "TerminateEventDefinition",
    "TimerEventDefinition",
    "defaults",
]
