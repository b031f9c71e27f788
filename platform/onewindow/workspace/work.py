"""The work card of a case: the step somebody may do, with its form, its buttons and its verbs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms.messages import Lang
from onewindow.cases import law, queries, rules, steps, verbs
from onewindow.cases.application import wanted_materials
from onewindow.cases.queries import Answered
from onewindow.cases.words import outcome_name
from onewindow.errors import Invalid, Refusal
from onewindow.matters.versions import Version
from onewindow.matters.words import refusal_name
from onewindow.people.gate import Actor
from onewindow.people.queries import colleagues
from onewindow.web.errors import field_messages, sentence
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language

Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Refused:
    """A form of the case's page that was refused: which and of what task, what had been typed into
    it, and why. `form` is completion, claim, transfer, correction, refusal or return; `element` the
    task's step in the drawing."""

    form: str
    task: int
    element: str
    typed: Mapping[str, Any]
    why: Refusal

    @property
    def message(self) -> str:
        return sentence(self.why)

    @property
    def advice(self) -> str:
        return _(self.why.advice) if self.why.advice else ""

    @property
    def errors(self) -> dict[str, str]:
        """Field → what is wrong with it."""
        return field_messages(self.why.fields) if isinstance(self.why, Invalid) else {}

    @property
    def words(self) -> list[str]:
        """What had been written, to be copied from when its form is gone."""
        texts = [
            value
            for name, value in self.typed.items()
            if isinstance(value, str) and not name.startswith("_") and name not in _CHOICES
        ]
        return [text for text in texts if text.strip()]


_CHOICES = ("outcome", "to", "target", "material", "field")


@dataclass(frozen=True, slots=True)
class Work:
    """One task as its card shows it. `barred` says why somebody who could do it may not."""

    task: Mapping[str, Any]
    barred: str = ""
    mine: bool = False
    backup: bool = False
    schema: Mapping[str, Any] | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    access: Mapping[str, str] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[tuple[str, str]] = field(default_factory=list)
    may_correct: bool = False
    refusal: str = ""
    earlier: list[tuple[str, str]] = field(default_factory=list)
    colleagues: list[tuple[int, str]] = field(default_factory=list)
    materials: list[tuple[str, str]] = field(default_factory=list)
    questions: list[tuple[str, str, str]] = field(default_factory=list)
    legal_basis: list[str] = field(default_factory=list)

    def offers(self, form: str) -> bool:
        """Whether the card still has this form."""
        return not self.barred and {
            "completion": True,
            "correction": self.may_correct,
            "refusal": bool(self.refusal),
            "return": bool(self.earlier),
            "transfer": bool(self.colleagues),
        }.get(form, False)


async def work_of(
    clerk: Actor,
    version: Version,
    waiting: list[dict[str, Any]],
    answered: Sequence[Answered],
    refused: Refused | None,
) -> Work | None:
    """The card for the task to do now: one's own first, else the first one may take."""
    barred = None
    for task in sorted(waiting, key=lambda each: each["assignee"] != clerk.id):
        try:
            row = await queries.task_for(clerk, task["id"])
            await steps.require_doable(clerk, row)
        except rules.MakerIsChecker as refusal:
            barred = barred or Work(task, barred=sentence(refusal))
        except Refusal:
            continue
        else:
            return await _card(clerk, version, task, row, answered, refused)
    return barred


async def _card(
    clerk: Actor,
    version: Version,
    task: dict[str, Any],
    row: Mapping[str, Any],
    answered: Sequence[Answered],
    refused: Refused | None,
) -> Work:
    step = version.process.steps[task["element"]]
    answers = {each.form: each.data for each in answered}
    merged: dict[str, Any] = {}
    for each in answered:
        merged.update(each.data)
    shown = law.begun(
        version, step, task["instance"], merged, {each.slot: each.data for each in answered}
    )
    problems: list[dict[str, Any]] = []
    if refused is not None and refused.form == "completion" and refused.task == task["id"]:
        typed = refused.typed.get("answers", {})
        problems = _problems(version, task["element"], typed, shown)
        shown = {**shown, **typed}
    stage = step.stage
    return Work(
        task,
        mine=task["assignee"] == clerk.id,
        backup=task["lane"] in clerk.backup_lanes and task["lane"] not in clerk.lanes,
        schema=version.schemas.get(step.form) if step.form else None,
        data=shown,
        access=dict(step.fields),
        problems=problems,
        outcomes=[(outcome.id, outcome_name(outcome)) for outcome in step.outcomes],
        may_correct=stage == "accept",
        refusal=refusal_name(stage, version.definition.item_type),
        earlier=[
            (each["element"], version.step_name(each["element"], language()))
            for each in await verbs.earlier_steps(row)
        ],
        colleagues=await choices(clerk, task["lane"]),
        # What the house fetches by itself can't be asked of the applicant.
        materials=[
            (material.key, material.name.in_(language()))
            for material in wanted_materials(version, merged)
            if not material.shared
        ],
        questions=_questions(version, answers) if stage == "accept" else [],
        legal_basis=[basis.in_(language()) for basis in version.definition.guide.legal_basis],
    )


def _questions(version: Version, answers: Answers) -> list[tuple[str, str, str]]:
    """What the applicant answered, to be asked for anew: path, question, answer."""
    apply = version.definition.apply_form
    lang: Lang = "en" if language() == "en" else "zh"
    found = version.form(apply).answered(answers.get(apply, {}), lang)
    return [(question.path, question.label, text) for question, text in found]


async def choices(clerk: Actor, lane: str | None = None) -> list[tuple[int, str]]:
    """Colleagues to hand a task to, as options of a list."""
    return [
        (each.id, _("{name}（{posts}）", name=each.name, posts=each.posts))
        for each in await colleagues(clerk, lane)
    ]


def _problems(
    version: Version, element: str, typed: Mapping[str, Any], given: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What the step's form says about the answers, each with the row it stands in."""
    step = version.process.steps[element]
    if not step.form:
        return []
    lang: Lang = "en" if language() == "en" else "zh"
    verdict = version.form(step.form).verdict(
        dict(typed), given=dict(given), access=step.fields, lang=lang
    )
    return [
        {"id": each.id, "path": each.path, "label": each.label, "message": each.message}
        for each in verdict.errors
    ]
