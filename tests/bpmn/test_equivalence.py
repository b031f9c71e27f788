"""Random walks: forgetting, saving and restoring must change nothing that can be seen.

Each walk drives the same process through three engines and compares what is open and awaited after
every step: ours, restored from bytes before each move; ours, kept whole in memory with all its
history; and stock SpiffWorkflow with its own parser, prediction, data and serializer, where stock
is right about the drawing.
"""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import TaskState

import bpmn
from bpmn.case import Case, instance_index, is_open
from bpmn.codec import decode, encode
from bpmn.moves import _warm
from bpmn.testing import (
    boundary,
    catch,
    definition,
    document,
    element,
    end,
    event,
    flow,
    inclusive,
    multiple,
    named,
    parallel,
    path,
    process,
    start,
    subprocess,
    timer,
    user,
    xor,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Place = tuple[str, int | None]
"""An element and the instance of a loop it belongs to."""

CHOICE = {"v": "number"}


def approval() -> bytes:
    """A correction loop, a multi-instance review and three kinds of boundary timers."""
    return definition(
        start(),
        user("accept"),
        boundary("accept_remind", "accept", timer('"P2D"'), interrupting=False),
        user("remind"),
        xor("complete", default="complete_inspect"),
        user("correct"),
        boundary("correct_late", "correct", timer('"P10D"')),
        user("inspect"),
        user("review", loop()),
        boundary("review_late", "review", timer('"P7D"'), interrupting=False),
        user("chase"),
        user("sum"),
        element("receiveTask", "payment", messageRef="paid"),
        user("deliver"),
        end(),
        end("withdrawn"),
        path("start accept complete inspect review sum payment deliver end"),
        flow("complete", "correct", "v < 40"),
        path("correct accept"),
        path("accept_remind remind end"),
        path("correct_late withdrawn"),
        path("review_late chase end"),
        head=named("message", "paid"),
        **CHOICE,
    )


def loop(tag: str = "false") -> str:
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{tag}">'
        "<bpmn:loopCardinality>3</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def branches() -> bytes:
    return definition(
        start(),
        parallel("fork"),
        user("a1"),
        user("a2"),
        boundary("a_late", "a2", timer('"P1D"')),
        user("a3"),
        xor("a_met"),
        user("b1"),
        parallel("inner"),
        user("b2"),
        user("b3"),
        parallel("inner_join"),
        parallel("join"),
        user("z"),
        end(),
        path("start fork a1 a2 a_met join z end"),
        path("a_late a3 a_met"),
        path("fork b1 inner b2 inner_join join"),
        path("inner b3 inner_join"),
        **CHOICE,
    )


def inclusives() -> bytes:
    return definition(
        start(),
        user("s"),
        inclusive("fork", default="fork_c"),
        user("a1"),
        user("a2"),
        user("b"),
        user("c"),
        inclusive("join"),
        user("z"),
        end(),
        path("start s fork"),
        flow("fork", "a1", "v > 30"),
        flow("fork", "b", "v > 60"),
        path("fork c join z end"),
        path("a1 a2 join"),
        path("b join"),
        **CHOICE,
    )


def nested() -> bytes:
    return document(
        process(
            "main",
            start(),
            user("first"),
            subprocess(
                "sub",
                start("s1"),
                user("in1"),
                subprocess("deep", start("s2"), user("deep1"), end("e2"), path("s2 deep1 e2")),
                boundary("deep_late", "deep", timer('"P3D"')),
                user("in2"),
                end("e1"),
                path("s1 in1 deep in2 e1"),
                path("deep_late e1"),
            ),
            boundary("sub_late", "sub", timer('"P9D"'), interrupting=False),
            user("chase"),
            element("callActivity", "call", calledElement="other"),
            user("last"),
            end(),
            path("start first sub call last end"),
            path("sub_late chase end"),
            **CHOICE,
        ),
        process("other", start("s3"), user("called"), end("e3"), path("s3 called e3")),
    )


def units() -> bytes:
    return definition(
        start(),
        user("first"),
        subprocess(
            "unit",
            loop(),
            start("s1"),
            user("one"),
            user("two"),
            end("e1"),
            path("s1 one two e1"),
        ),
        user("sequence", loop("true")),
        user("last"),
        end(),
        path("start first unit sequence last end"),
        **CHOICE,
    )


def races() -> bytes:
    return definition(
        start(),
        user("first"),
        element("eventBasedGateway", "race"),
        catch("paid", event("message", "payment")),
        catch("late", timer('"P3D"')),
        user("thanks"),
        user("chase"),
        xor("again", default="again_end"),
        catch("pause", timer('"P1D"')),
        end(),
        path("start first race paid thanks end"),
        path("race late chase again end"),
        flow("again", "pause", "v < 60"),
        path("pause first"),
        head=named("message", "payment"),
        **CHOICE,
    )


def rounds() -> bytes:
    """Parallel reviews within a correction loop beside a branch that stays open, and a
    multi-instance sub-process under a timer: what stock gets wrong."""
    return definition(
        start(),
        parallel("outer"),
        user("watch"),
        user("accept"),
        boundary("nudge", "accept", timer("P2D"), interrupting=False),
        user("nudged"),
        parallel("fork"),
        user("a"),
        user("b"),
        parallel("join"),
        xor("good", default="good_unit"),
        subprocess(
            "unit",
            multiple(count="3", completion="v > 90"),
            start("s1"),
            user("one"),
            boundary("one_late", "one", timer("P1D")),
            user("two"),
            end("e1"),
            path("s1 one two e1"),
            path("one_late two"),
        ),
        boundary("unit_late", "unit", timer("P4D")),
        inclusive("gather"),
        user("sum"),
        parallel("outer_join"),
        end(),
        path("start outer watch outer_join end"),
        path("outer accept fork a join good unit gather sum outer_join"),
        path("fork b join"),
        flow("good", "accept", "v < 50"),
        path("nudge nudged end"),
        path("unit_late gather"),
        **CHOICE,
    )


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


def _stock_is_timer(engine: Stock, place: Place) -> bool:
    for task in engine.workflow.get_tasks(state=TaskState.WAITING):
        if _stock_place(task) == place:
            definition = task.task_spec.event_definition
            inner = getattr(definition, "event_definitions", [definition])
            return any(isinstance(each, TimerEventDefinition) for each in inner)
    return False


# ---- walks --------------------------------------------------------------------------------------


def _walk(engines: list[Any], seed: int, messages: list[str], steps: int) -> int:
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


@pytest.mark.parametrize(
    ("drawing", "messages"),
    [
        (approval, ["paid"]),
        (branches, []),
        (inclusives, []),
        (nested, []),
        (units, []),
        (races, ["payment"]),
    ],
)
def test_ours_behaves_as_stock_does_where_stock_is_right(feel, drawing, messages):
    done = 0
    for seed in range(12):
        engines = [kind(drawing(), feel, NOW) for kind in (Bytes, Stock)]
        done += _walk(engines, seed, messages, 40)
    assert done > 30


@pytest.mark.parametrize("drawing", [rounds, branches, inclusives, nested, units])
def test_forgetting_and_restoring_change_nothing(feel, drawing):
    done = 0
    for seed in range(25):
        engines = [kind(drawing(), feel, NOW) for kind in (Bytes, Whole)]
        done += _walk(engines, seed, [], 60)
        assert engines[0].largest < 3000
    assert done > 60
