"""One FEEL engine for the room's tests, a case to be walked step by step, and the three engines
whose walks must agree."""

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import TaskState

import bpmn
from bpmn.case import Case
from bpmn.codec import decode, encode
from bpmn.moves import _warm
from bpmn.tasks import instance_index, is_open
from feel import Feel

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

Place = tuple[str, int | None]
"""An element and the instance of a loop it belongs to."""


@pytest.fixture(scope="session")
def feel() -> Iterator[Feel]:
    engine = Feel()
    yield engine
    engine.close()


class Walk:
    """A case under test: acts by step id, keeps the last `Moved`, moves its own clock.

    With `cold=True` no case stays warm, so every move goes through the bytes.
    """

    def __init__(
        self,
        xml: bytes,
        feel: Feel,
        *,
        cold: bool = False,
        linted: bool = False,
        decisions: Mapping[str, bytes] | None = None,
        **data: Any,
    ) -> None:
        self.process = bpmn.compile(xml, feel, linted=linted, decisions=decisions)
        self.now = NOW
        self.cold = cold
        self.last = self._take(bpmn.start(self.process, data, self.now))

    def _take(self, moved: bpmn.Moved) -> bpmn.Moved:
        self.last = moved
        if self.cold:
            _warm.clear()
        return moved

    @property
    def open(self) -> list[str]:
        return sorted(task.step.id for task in self.last.live)

    @property
    def data(self) -> Mapping[str, Any]:
        return self.last.data

    def task(self, step: str, index: int | None = None) -> bpmn.OpenTask:
        for task in self.last.live:
            if task.step.id == step and (index is None or task.index == index):
                return task
        raise AssertionError(f"{step} is not open, but {self.open}")

    def do(self, step: str, index: int | None = None, **data: Any) -> bpmn.Moved:
        task = self.task(step, index)
        return self._take(bpmn.complete(self.process, self.last.state, task.id, data, self.now))

    def services(self) -> dict[str, bpmn.ServiceCall]:
        looked = bpmn.look(self.process, self.last.state, self.now)
        return {call.step.id: call for call in looked.services}

    def answer(self, step: str, **data: Any) -> bpmn.Moved:
        call = self.services()[step]
        return self._take(bpmn.answer(self.process, self.last.state, call.id, data, self.now))

    def wait(self, **time: float) -> bpmn.Moved:
        self.now += timedelta(**time)
        return self._take(bpmn.fire(self.process, self.last.state, self.now))

    def hear(self, message: str, correlation: str | None = None, **payload: Any) -> bpmn.Moved:
        return self._take(
            bpmn.deliver(
                self.process, self.last.state, message, payload, self.now, correlation=correlation
            )
        )

    def jump(
        self, target: str, from_step: str | None = None, index: int | None = None, **data: Any
    ) -> bpmn.Moved:
        origin = self.task(from_step, index).id if from_step else None
        return self._take(
            bpmn.jump(self.process, self.last.state, target, self.now, from_task=origin, data=data)
        )


@pytest.fixture(params=["warm", "cold"])
def walk(request: pytest.FixtureRequest, feel: Feel) -> Callable[..., Walk]:
    """Begin a case; every test using this runs on warm objects and again through the bytes."""

    def begin(xml: bytes, **data: Any) -> Walk:
        return Walk(xml, feel, cold=request.param == "cold", **data)

    return begin


# ---- three engines ------------------------------------------------------------------------------


class Bytes:
    """Ours, from bytes each time."""

    def __init__(self, xml: bytes, feel: Any, now: Any) -> None:
        self.process = bpmn.compile(xml, feel)
        self.now = now
        self.state = bpmn.start(self.process, {"v": 0}, now).state
        self.largest = 0

    def _case(self) -> Case:
        return decode(self.state, self.process.plan, self.process.feel, {}, now=self.now)

    def view(self) -> tuple[list[Place], list[Place], bool]:
        return _view(self._case())

    def complete(self, place: Place, data: Mapping[str, Any]) -> None:
        task = next(t for t in self._case().live() if is_open(t) and _place(t) == place)
        self._moved(bpmn.complete(self.process, self.state, task.id.hex, data, self.now))

    def deliver(self, message: str) -> None:
        self._moved(bpmn.deliver(self.process, self.state, message, {}, self.now))

    def fire(self, place: Place) -> None:
        case = self._case()
        task = next(t for t in case.listening() if _place(t) == place and _is_timer(t))
        task.internal_data["due"] = self.now.isoformat()
        self._moved(bpmn.fire(self.process, encode(case), self.now))

    def _moved(self, moved: bpmn.Moved) -> None:
        _warm.clear()
        self.state = moved.state
        self.largest = max(self.largest, len(moved.state))


class Whole(Bytes):
    """Ours, never forgetting and never saved."""

    def __init__(self, xml: bytes, feel: Any, now: Any) -> None:
        plan = bpmn.compile(xml, feel).plan
        self.case = Case(plan, feel, {}, now=now)
        self.case.data.update({"v": 0})
        self.case.settle()

    def _case(self) -> Case:
        return self.case

    def complete(self, place: Place, data: Mapping[str, Any]) -> None:
        task = next(t for t in self.case.live() if is_open(t) and _place(t) == place)
        self.case.assign(task, self.case.accept(data))
        self.case.run(task)
        self.case.settle()

    def deliver(self, message: str) -> None:
        raise NotImplementedError

    def fire(self, place: Place) -> None:
        task = next(t for t in self.case.listening() if _place(t) == place and _is_timer(t))
        task.internal_data["due"] = self.case.now.isoformat()
        task.task_spec._update(task)
        self.case.settle()


class Stock:
    """SpiffWorkflow as it comes, but for FEEL; serialized and restored before every step."""

    def __init__(self, xml: bytes, feel: Any, now: Any) -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(xml)
        name = "main" if "main" in parser.get_process_ids() else "process"
        self.engine = _StockFeel(feel)
        self.serializer = BpmnWorkflowSerializer()
        self.workflow = BpmnWorkflow(
            parser.get_spec(name), parser.get_subprocess_specs(name), script_engine=self.engine
        )
        self.workflow.task_tree.data["v"] = 0
        self.workflow.do_engine_steps()

    def _restored(self) -> BpmnWorkflow:
        text = self.serializer.serialize_json(self.workflow)
        self.workflow = self.serializer.deserialize_json(text)
        self.workflow.script_engine = self.engine
        return self.workflow

    def view(self) -> tuple[list[Place], list[Place], bool]:
        workflow = self.workflow
        ready = [
            _stock_place(task)
            for task in workflow.get_tasks(state=TaskState.READY)
            if task.task_spec.manual
        ]
        waiting = [
            _stock_place(task)
            for task in workflow.get_tasks(state=TaskState.WAITING)
            if isinstance(task.task_spec, CatchingEvent)
        ]
        return sorted(ready, key=str), sorted(waiting, key=str), workflow.is_completed()

    def complete(self, place: Place, data: Mapping[str, Any]) -> None:
        workflow = self._restored()
        task = next(
            t for t in workflow.get_tasks(state=TaskState.READY) if _stock_place(t) == place
        )
        task.data.update(data)
        task.run()
        workflow.do_engine_steps()

    def deliver(self, message: str) -> None:
        workflow = self._restored()
        workflow.send_event(BpmnEvent(MessageEventDefinition(message), payload={}))
        workflow.do_engine_steps()

    def fire(self, place: Place) -> None:
        workflow = self._restored()
        task = next(
            t for t in workflow.get_tasks(state=TaskState.WAITING) if _stock_place(t) == place
        )
        task.internal_data["event_value"] = "2000-01-01T00:00:00+00:00"
        workflow.refresh_timers()
        workflow.do_engine_steps()


class _StockFeel(PythonScriptEngine):
    def __init__(self, feel: Any) -> None:
        super().__init__()
        self.feel = feel

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return self.feel.evaluate(expression, {"v": None, **task.data})


def _place(task: Any) -> Place:
    return task.task_spec.bpmn_id, instance_index(task)


def _is_timer(task: Any) -> bool:
    return "due" in task.internal_data


def _view(case: Case) -> tuple[list[Place], list[Place], bool]:
    ready = sorted((_place(task) for task in case.live() if is_open(task)), key=str)
    waiting = sorted((_place(task) for task in case.listening()), key=str)
    return ready, waiting, not any(True for _ in case.live())


def _stock_place(task: Any) -> Place:
    index = None
    current = task
    while current is not None and index is None:
        internal = current.internal_data
        index = internal.get("key_or_index", internal.get("item"))
        parent = current.workflow.parent_task_id
        current = task.workflow.top_workflow.get_task_from_id(parent) if parent else None
    return task.task_spec.bpmn_id, index


# ---- walks --------------------------------------------------------------------------------------


def walk_together(engines: list[Any], seed: int, messages: list[str], steps: int) -> int:
    """Do the same random things to all; returns how many were done."""
    dice = random.Random(seed)
    for done in range(steps):
        views = [engine.view() for engine in engines]
        assert all(view == views[0] for view in views), (seed, done, views)
        ready, waiting, ended = views[0]
        if ended:
            return done
        timers = [
            place
            for place in waiting
            if any(_place(t) == place and _is_timer(t) for t in engines[0]._case().listening())
        ]
        hearable = [name for name in messages if messages and _hears(engines[0], name)]
        action, subject = dice.choice(
            [("complete", place) for place in ready] * 3
            + [("fire", place) for place in timers]
            + [("deliver", name) for name in hearable] * 3
        )
        data = {"v": dice.randrange(100)}
        for engine in engines:
            if action == "complete":
                engine.complete(subject, data)
            else:
                getattr(engine, action)(subject)
    return steps


def _hears(engine: Bytes, message: str) -> bool:
    try:
        bpmn.deliver(engine.process, engine.state, message, {}, engine.now)
    except bpmn.NotWaiting:
        return False
    finally:
        _warm.clear()
    return True


@pytest.fixture
def together(feel: Feel) -> Callable[..., int]:
    """Walk one drawing at random in several engines; returns the number of steps done."""

    def begin(
        xml: bytes, seed: int, *, other: str, messages: list[str] | None = None, steps: int = 60
    ) -> int:
        kinds: list[Any] = [Bytes, {"stock": Stock, "whole": Whole}[other]]
        engines = [kind(xml, feel, NOW) for kind in kinds]
        return walk_together(engines, seed, messages or [], steps)

    return begin
