"""One FEEL engine for the room's tests, and a case that can be walked step by step."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import bpmn
from bpmn.moves import _warm
from feel import Feel

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


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
