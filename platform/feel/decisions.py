"""Decisions as the rooms above see them: what a DMN file holds, and what was decided and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a model. `inputs` are names it expects to be given, itself or for the
    decisions it requires."""

    id: str
    name: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One expression or unary test of a model, with what is needed to check it.

    `names`: those in scope by the drawing; `closed`: there are no others (the decision declares
    its inputs). `where` and `params` are the beginning of a message about it.
    """

    kind: Literal["expression", "unary"]
    text: str
    element: str | None
    line: int | None
    names: frozenset[str]
    closed: bool
    where: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True, weakref_slot=True)
class DecisionModel:
    """A DMN file, read. `decisions` by id in document order; the rest is for the engine."""

    name: str
    decisions: Mapping[str, Decision]
    data: Mapping[str, Any] = field(repr=False)
    cells: tuple[Cell, ...] = field(repr=False)
    lines: Mapping[str, int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that matched: its number from 1, its id in the file, the annotation beside it."""

    number: int
    id: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Step:
    """One decision made on the way. `table`, `inputs` and `rules` are empty for decisions
    that aren't tables; `inputs` are (column's label, value)."""

    decision: str
    name: str
    table: str | None
    inputs: tuple[tuple[str, Any], ...]
    rules: tuple[Rule, ...]
    value: Any


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision's value and how it came about, in the order of deciding; it is the last."""

    value: Any
    trace: tuple[Step, ...]
