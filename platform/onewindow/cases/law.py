"""What each act on a case asks for, and what follows from it: before anything is written.

`steps` and `verbs` ask here for a real case, `rehearsal` for a played one, so that a draft is
refused and goes on exactly as its cases will. Pure; told the time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import bpmn
from onewindow.cases import rules
from onewindow.cases.rules import State
from onewindow.errors import FieldProblem, Invalid, Refusal
from onewindow.matters.versions import Version
from onewindow.web.i18n import N_
from onewindow.web.words import date_words

Answer = tuple[str, str, Mapping[str, Any]]
"""Answers to keep: form, element, data."""
Slot = tuple[str, str, int | None]
"""Whose answers they are: form, element, and which instance of it where it is done several times.
Answered again, after it was sent back, they take the place of those before."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing a correction notice asks for: a material, a field, or both, and what is wrong."""

    text: str
    material: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Follows:
    """What an act means for the case: columns that change (ISO texts for moments). `accepts` and
    `grants`: whether its clocks start, or it is decided, by this act."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    accepts: bool = False
    grants: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal that may stand: `kind` not_accepted or denied, which is its paper's key too."""

    kind: str
    facts: str
    reasons: str
    legal_basis: str
    changes: Mapping[str, Any]


class SecondCorrection(Refusal):
    """One notice, once: Administrative Licensing Law art. 32(4)."""

    text = "补正要求应当一次性告知。本件已于{at}告知过，再次要求补正须由监管人员说明理由后放行。"


class NotHere(Refusal):
    text = "“{step}”环节不能{verb}。"


# ---- a step is done -----------------------------------------------------------------------------


def outcome_of(step: bpmn.StepSpec, outcome: str) -> str:
    """The outcome chosen; empty for a step without any. Raises NoSuchOutcome."""
    offered = [each.id for each in step.outcomes]
    if not offered:
        return ""
    if outcome not in offered:
        raise rules.NoSuchOutcome(step=step.name, outcome=outcome)
    return outcome


def looks_back(version: Version, step: bpmn.StepSpec) -> bool:
    """Whether the step's form needs what was answered before: it shows some of it, or may reckon
    with it (a fee of the area applied for). Exact forms have no expressions."""
    return bool(step.form) and ("read" in step.fields.values() or not version.form(step.form).exact)


def known_to(version: Version, step: bpmn.StepSpec, given: Mapping[str, Any]) -> dict[str, Any]:
    """Of all that was answered before, what a step's form may show and reckon with. Not what it
    asks: what others answered to the same question, or to the same form, is theirs."""
    asked = version.form(step.form).asked(step.fields) if step.form else frozenset()
    return {name: value for name, value in given.items() if name not in asked}


def begun(
    version: Version,
    step: bpmn.StepSpec,
    instance: int | None,
    given: Mapping[str, Any],
    answered: Mapping[Slot, Mapping[str, Any]],
) -> dict[str, Any]:
    """What a step's form holds when it is opened: of `given`, all that was answered before, what it
    may show; and what this same step was answered before it was sent back. A step that goes on
    with the application has that."""
    if not step.form:
        return {}
    own = answered.get((step.form, step.id, instance)) or answered.get((step.form, "", None), {})
    return {**known_to(version, step, given), **own}


def answers_to(
    version: Version,
    step: bpmn.StepSpec,
    answers: Mapping[str, Any],
    given: Mapping[str, Any],
    today: date | None = None,
) -> tuple[Mapping[str, Any], Answer | None]:
    """The verdict of a step's form: its data, and what to keep of it (None for a step without a
    form). Read-only fields come from `given`, all that was answered before, and expressions may
    use it; what the form asks itself is never filled in from there. Raises Invalid."""
    if not step.form:
        return {}, None
    form = version.form(step.form)
    known = known_to(version, step, given) if looks_back(version, step) else {}
    verdict = form.verdict(dict(answers), given=known, access=step.fields, today=today)
    if not verdict.ok:
        raise Invalid([FieldProblem(e.id, e.message, label=e.label) for e in verdict.errors])
    return verdict.data, (step.form, step.id, verdict.data)


def after_step(stage: str, state: str, at: datetime) -> Follows:
    """What the completion of a step of `stage` means for a case in `state`."""
    before = State(state)
    after = rules.standing_after(stage, before)
    changes: dict[str, Any] = {}
    if after is not before:
        changes["state"] = after
    accepts = after is State.ACCEPTED and before in rules.BEFORE_ACCEPTANCE
    grants = after is State.DECIDED and before is not State.DECIDED
    if accepts:
        changes["accepted_at"] = at.isoformat()
    if grants:
        changes |= {"decided_at": at.isoformat(), "decision": "granted"}
    return Follows(changes, accepts, grants)


def at_the_end(at: datetime) -> dict[str, Any]:
    """What it means for a case that its drawing has come to the end."""
    return {"closed_at": at.isoformat(), "closing": rules.CLOSING["certificate"]}


# ---- what law gives every case ------------------------------------------------------------------


def correction_asked(
    step: str,
    stage: str,
    state: str,
    items: Sequence[Missing],
    version: Version,
    earlier: datetime | None,
) -> list[dict[str, str]]:
    """What a correction notice may ask for, as it is kept. `earlier`: when one was sent already.

    Raises Invalid for an empty or unknown item, SecondCorrection, NotHere, NotInThisState.
    """
    if stage != "accept":
        raise NotHere(step=step, verb=N_("要求补正"))
    rules.require_state(state, frozenset({State.SUBMITTED}), N_("要求补正"))
    if not items or any(not item.text.strip() for item in items):
        raise Invalid({"items": "请写明每一项需要补正的内容。"})
    asked = version.form(version.definition.apply_form).questions()
    for item in items:
        if item.material and version.definition.material(item.material) is None:
            raise Invalid({"items": "所要求的材料不在办事指南中，不得额外索要。"})
        if item.field and item.field not in asked:
            raise Invalid({"items": "所要求修改的内容不在申请表中，不得额外索要。"})
    if earlier is not None:
        raise SecondCorrection(at=date_words(earlier))
    return [
        {"text": item.text.strip()[:500], "material": item.material, "field": item.field}
        for item in items
    ]


REFUSALS = {
    "accept": ("not_accepted", State.NOT_ACCEPTED, rules.BEFORE_ACCEPTANCE, N_("不予受理")),
    "decide": ("denied", State.DENIED, rules.UNDER_WAY, N_("作出否定决定")),
}
"""Stage → kind of refusal, the state it leads to, the states it may be made in, what it is called.
"""


def refused_at(
    step: str,
    stage: str,
    state: str,
    *,
    facts: str,
    reasons: str,
    legal_basis: str,
    at: datetime,
) -> Refused:
    """A refusal at a step: with reasons and legal basis, and only where law gives one.

    Raises NotHere, NotInThisState, ReasonNeeded.
    """
    if stage not in REFUSALS:
        raise NotHere(step=step, verb=N_("作出否定决定"))
    kind, after, allowed, verb = REFUSALS[stage]
    rules.require_state(state, allowed, verb)
    reasons = rules.require_reason(N_("不予办理的理由"), reasons)
    legal_basis = rules.require_reason(N_("法律依据"), legal_basis)
    changes: dict[str, Any] = {
        "state": after,
        "closing": rules.CLOSING[kind],
        "closed_at": at.isoformat(),
    }
    if kind == "denied":
        changes |= {"decision": "denied", "decided_at": at.isoformat()}
    return Refused(kind, facts.strip()[:2000], reasons, legal_basis, changes)


def may_return_to(stage: str) -> bool:
    """Whether a case may be sent back to a step of this stage that was done already.

    Never before acceptance once it is accepted: that would restart a clock the law has started.
    """
    return stage != "accept"


def require_return(target: str, offered: Iterable[str], why: str) -> str:
    """The reason for sending a case back to `target`. Raises ReasonNeeded, and Invalid where the
    target isn't among the steps offered."""
    reason = rules.require_reason(N_("退回理由"), why)
    if target not in set(offered):
        raise Invalid({"target": "请选择本件已经办理过的环节。"})
    return reason


def require_answerable(state: str) -> None:
    """Raises NotInThisState unless a correction is waited for."""
    rules.require_state(state, frozenset({State.CORRECTING}), N_("提交补正"))


def withdrawn(state: str, why: str, at: datetime) -> tuple[str, dict[str, Any]]:
    """The reason for taking an application back and what changes by it. Raises NotInThisState once
    it is decided, and ReasonNeeded."""
    rules.require_state(state, rules.BEFORE_ACCEPTANCE | rules.UNDER_WAY, N_("撤回"))
    reason = rules.require_reason(N_("撤回原因"), why)
    return reason, {
        "state": State.WITHDRAWN,
        "closing": rules.CLOSING["void"],
        "closed_at": at.isoformat(),
    }
