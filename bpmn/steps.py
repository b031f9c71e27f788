"""What a task in the drawing asks for: who, what form, how long, which buttons, which operation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bpmn import dialect
from bpmn.dialect import Access, Assign, Limit, Outcome
from bpmn.drawing import Input, Node

StepKind = Literal["human", "service"]


@dataclass(frozen=True, slots=True)
class StepSpec:
    """A task that waits for somebody (human) or something (service).

    `assign` is None when `assign_expression` (FEEL giving such a text) must be evaluated for each
    task; `OpenTask.assign` always has the answer.
    """

    id: str
    name: str
    kind: StepKind
    stage: str = "other"
    form: str | None = None
    assign: Assign | None = None
    assign_expression: str | None = None
    limit: Limit | None = None
    outcomes: tuple[Outcome, ...] = ()
    fields: Mapping[str, Access] = field(default_factory=dict)
    differs_from: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    operation: str | None = None
    inputs: tuple[Input, ...] = ()
    lane: str | None = None
    documentation: str = ""
    """What the drawing says about the task, for the person doing it."""
    repeated: bool = False
    """True if the element is multi-instance or a loop: several tasks of it may be open."""


def is_step(node: Node) -> bool:
    return node.tag in dialect.HUMAN_TASKS or node.tag == "serviceTask"


def step_of(node: Node) -> StepSpec:
    """Read a task's `ow:` attributes; raises `Malformed` for the first that doesn't parse."""
    ow = node.ow
    assign = ow.get("assign")
    dynamic = assign is not None and dialect.is_expression(assign)
    human = node.tag in dialect.HUMAN_TASKS
    return StepSpec(
        id=node.id,
        name=node.label,
        kind="human" if human else "service",
        stage=ow.get("stage", "other"),
        form=ow.get("form") or None,
        assign=dialect.parse_assign(assign) if assign and not dynamic else None,
        assign_expression=assign if dynamic else None,
        limit=dialect.parse_limit(ow["limit"]) if ow.get("limit") else None,
        outcomes=dialect.parse_outcomes(ow["outcomes"]) if ow.get("outcomes") else (),
        fields=dialect.parse_fields(ow.get("fields", "")),
        differs_from=dialect.parse_words(ow.get("differs-from", "")),
        papers=dialect.parse_words(ow.get("papers", "")),
        operation=ow.get("operation") or None,
        inputs=node.inputs,
        lane=node.lane,
        documentation=node.documentation,
        repeated=node.loop is not None,
    )
