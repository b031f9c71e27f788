"""What a move gives back: the new state and everything that changed for the outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bpmn.dialect import Assign
from bpmn.steps import StepSpec


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A human task waiting for somebody."""

    id: str
    """32 hex digits, the same for as long as the task is open."""
    step: StepSpec
    name: str
    """The step's name with its {variables} filled in when the task opened."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What was filled in, by variable: for the name in another language."""
    index: int | None = None
    """Which instance (from 0) of a multi-instance or looped step; else None."""
    assign: Assign | None = None
    """Who may take it; None only where the drawing doesn't say."""


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A service task waiting for its `answer`; `inputs` were evaluated when it was reached."""

    id: str
    step: StepSpec
    inputs: Mapping[str, Any] = field(default_factory=dict)
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message leaving the case, with the payload its `ow:input` children name."""

    message: str
    element: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """The outcome of one move; `state` is opaque and all there is to store.

    `opened`/`closed` compare with before the move (`closed` holds task ids, services included;
    completed or cancelled alike), `live` is all that is open now. `services` are newly waiting
    calls. `next_due` (UTC) is when `fire` has something to do. `data` holds the case's variables,
    dates as `date`. `passed` lists the element ids that tokens left or reached, in order; `done`
    those that are finished; `flows` the (from, to) of the sequence flows they went along.
    """

    state: bytes
    opened: tuple[OpenTask, ...]
    closed: tuple[str, ...]
    live: tuple[OpenTask, ...]
    services: tuple[ServiceCall, ...]
    messages: tuple[Thrown, ...]
    next_due: datetime | None
    ended: bool
    data: Mapping[str, Any]
    passed: tuple[str, ...]
    done: tuple[str, ...] = ()
    flows: tuple[tuple[str, str], ...] = ()
