"""Compiled definitions, each parsed once and shared by all its cases."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary, WeakValueDictionary

from bpmn.build import Element, Plan, build
from bpmn.expressions import Expressions
from bpmn.paths import in_order
from bpmn.problems import Problem, Unreadable
from bpmn.reader import read
from bpmn.rules import lint
from bpmn.steps import StepSpec
from feel import BadDecision, DecisionModel

CACHE_SIZE = 256
"""Plans kept; a parsed definition takes some 200 KB."""


@dataclass(frozen=True)
class Process:
    """A definition and the FEEL engine its cases use. Cheap to make, safe to share."""

    plan: Plan
    feel: Expressions
    decisions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Business rule task → the key under which FEEL holds this version of its DMN file, and the
    decision to ask."""
    tables: tuple[DecisionModel, ...] = ()
    """Those files, held so that FEEL goes on holding them."""

    @property
    def id(self) -> str:
        return self.plan.spec.name

    @property
    def name(self) -> str:
        return self.plan.drawing.scopes[self.id].name or self.id

    @property
    def sha256(self) -> str:
        return self.plan.drawing.sha256

    @property
    def steps(self) -> Mapping[str, StepSpec]:
        """Human and service tasks by element id, in document order."""
        return self.plan.steps

    @property
    def way(self) -> tuple[StepSpec, ...]:
        """The steps in the order of the way through them, wherever they were drawn."""
        return tuple(
            self.steps[id] for id in in_order(self.plan.drawing, self.id) if id in self.steps
        )

    @property
    def variables(self) -> Mapping[str, str]:
        """Declared routing variables: name → number, string, boolean, date or list."""
        return self.plan.variables

    @property
    def elements(self) -> Mapping[str, Element]:
        """Every flow node by id, for naming what `Moved.passed` lists."""
        return self.plan.elements


_plans: OrderedDict[bytes, Plan] = OrderedDict()
_tables: WeakKeyDictionary[Expressions, WeakValueDictionary[str, DecisionModel]]
_tables = WeakKeyDictionary()
_lock = threading.Lock()


def compile(  # Python's own is never needed in this room
    xml: bytes,
    feel: Expressions,
    *,
    decisions: Mapping[str, bytes] | None = None,
    linted: bool = False,
) -> Process:
    """Make a definition runnable; the parsed specs are cached by the SHA-256 of the file.

    `decisions` holds the DMN files its business rule tasks name, by key. With `linted=True` the
    rules are not run again: a published version goes on running when a rule is added later.
    Raises `Unreadable` with every error lint finds, or for what can't be built.
    """
    key = hashlib.sha256(xml).digest() + bytes([linted])
    with _lock:
        plan = _plans.get(key)
        if plan is not None:
            _plans.move_to_end(key)
    if plan is None:
        drawing = read(xml)
        if not linted:
            errors = [problem for problem in lint(drawing, feel) if problem.severity == "error"]
            if errors:
                raise Unreadable(errors)
        plan = build(drawing)
        with _lock:
            _plans[key] = plan
            while len(_plans) > CACHE_SIZE:
                _plans.popitem(last=False)
    return Process(plan, feel, *_load_decisions(plan, feel, decisions or {}))


def _load_decisions(
    plan: Plan, feel: Expressions, tables: Mapping[str, bytes]
) -> tuple[dict[str, tuple[str, str]], tuple[DecisionModel, ...]]:
    """Hand the tables to FEEL, each under its content, so that versions don't collide."""
    chosen: dict[str, tuple[str, str]] = {}
    held: dict[str, DecisionModel] = {}
    for element, asked in plan.decisions.items():
        table = tables.get(asked.key)
        if table is None:  # the caller has loaded it by this very key
            chosen[element] = (asked.key, asked.decision or asked.key)
            continue
        key = f"{asked.key}@{hashlib.sha256(table).hexdigest()[:16]}"
        held[key] = _load_decision(feel, key, table, asked.key)
        known = held[key].decisions
        wanted = asked.decision or (next(iter(known)) if len(known) == 1 else asked.key)
        if wanted not in known:
            raise Unreadable(
                [
                    Problem(
                        "decision-unclear",
                        "决策文件“{key}”里有 {count} 个决策，请在 ow:decision 里写成"
                        "“{key}#决策编号”。",
                        {"key": asked.key, "count": len(known)},
                        element,
                    )
                ]
            )
        chosen[element] = (key, wanted)
    return chosen, tuple(held.values())


def _load_decision(feel: Expressions, key: str, table: bytes, name: str) -> DecisionModel:
    """A table, read once by each engine for as long as a process uses it."""
    with _lock:
        model = _tables.setdefault(feel, WeakValueDictionary()).get(key)
    if model is None:
        try:
            model = feel.load_decision(key, table)
        except BadDecision as error:
            raise Unreadable(
                [
                    Problem(
                        "decision-unreadable",
                        "决策文件“{key}”有误：{detail}。",
                        {"key": name, "detail": found.message},
                        found.element,
                        found.line or 0,
                    )
                    for found in error.problems
                ]
            ) from error
        with _lock:
            _tables[feel][key] = model
    return model
