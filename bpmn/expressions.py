"""FEEL behind SpiffWorkflow's script engine, so that nothing of a definition reaches Python.

SpiffWorkflow's own engine is Python's `eval` and `exec`. Both doors are replaced, the engine and
the environment behind it, because correlations and ad-hoc conditions go straight to the
environment. Scripts and library-side service calls are refused; only expressions are left.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bpmn.problems import Stuck
from bpmn.spiff import BasePythonScriptEngineEnvironment, PythonScriptEngine, Task
from feel import Calendar, Decided, DecisionModel, FeelError, Problem


class Expressions(Protocol):
    """What this room asks of a FEEL engine; `feel.Feel` is one."""

    def evaluate(
        self,
        expression: str,
        names: Mapping[str, Any],
        *,
        calendar: Calendar | None = None,
        now: datetime | None = None,
    ) -> Any: ...

    def evaluate_many(
        self,
        questions: Sequence[tuple[str, Mapping[str, Any]]],
        calendar: Calendar | None = None,
        *,
        now: datetime | None = None,
    ) -> list[Any | FeelError]: ...

    def check(
        self, expression: str, known: Collection[str] | None, *, unary: bool = False
    ) -> list[Problem]: ...

    def load_decision(self, key: str, xml: bytes) -> DecisionModel: ...

    def decide(
        self,
        key: str,
        decision_id: str,
        names: Mapping[str, Any],
        *,
        calendar: Calendar | None = None,
        now: datetime | None = None,
    ) -> Decided: ...


class ScriptRefused(Stuck):
    """Something tried to run a script; scripts have no place in a definition."""

    code = "script-refused"
    text = "流程里的脚本不会被执行。"


class FeelEnvironment(BasePythonScriptEngineEnvironment):
    """Last door before Python: everything that gets here past the engine is refused."""

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        raise ScriptRefused()

    def execute(self, script: str, context: Any, external_context: Any = None) -> bool:
        raise ScriptRefused()

    def call_service(self, context: Any, **kwargs: Any) -> Any:
        raise ScriptRefused()


class FeelEngine(PythonScriptEngine):
    """Hands an expression to the case the task belongs to, which knows its names and its FEEL."""

    def __init__(self) -> None:
        super().__init__(environment=FeelEnvironment())

    def validate(self, expression: str) -> None:
        raise ScriptRefused()

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> Any:
        return task.workflow.top_workflow.evaluate(task, expression)

    def execute(self, task: Task, script: str, external_context: Any = None) -> bool:
        raise ScriptRefused(element=task.task_spec.bpmn_id)

    def call_service(self, task: Task, **kwargs: Any) -> Any:
        raise ScriptRefused(element=task.task_spec.bpmn_id)
