"""The page on which cases are chosen for another version, with what was typed into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from litestar.response import Template

from bpmn.changes import KIND_NAMES
from onewindow import clock, db
from onewindow.cases import migrations
from onewindow.cases.migrations import Choice
from onewindow.cases.passage import Passage
from onewindow.cases.rules import ReasonNeeded
from onewindow.errors import Invalid, Refusal
from onewindow.matters.queries import published_versions
from onewindow.matters.versions import Version
from onewindow.tenants.queries import places
from onewindow.web.errors import sentence
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _
from onewindow.web.requests import field
from onewindow.web.templates import page

DIFFERENT = {
    "name": N_("名称"),
    "stage": N_("办理阶段"),
    "form": N_("表单"),
    "assign": N_("办理人"),
    "limit": N_("时限"),
    "outcomes": N_("办理结果"),
    "fields": N_("字段权限"),
    "papers": N_("文书"),
    "time": N_("计时"),
    "message": N_("消息"),
}
TYPES = {
    "number": N_("数字"),
    "string": N_("文字"),
    "boolean": N_("是或否"),
    "date": N_("日期"),
    "list": N_("列表"),
}
SHOWN = 200
"""Cases listed one by one; the report holds all."""
STAYS, DROPPED = "", "-"
"""What is chosen for a removed step: its cases stay; (events at a border) it is let go."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The page as it was filled in: names and values as they were typed."""

    body: Mapping[str, Any]

    def text(self, name: str) -> str:
        return field(self.body, name)

    def number(self, name: str) -> int:
        text = self.text(name)
        return int(text) if text.isdigit() and len(text) < 9 else 0

    @property
    def choice(self) -> Choice:
        since, until = self._day("since"), self._day("until")
        return Choice(
            step=self.text("step")[:120],
            since=since,
            until=until + timedelta(days=1) if until else None,
            place=self.number("place"),
            overdue=bool(self.text("overdue")),
        )

    def mapping(self, changes: Any) -> dict[str, Any]:
        """Where each removed step leads, and the values of added variables; what was left empty
        isn't in it. Nothing chosen yet: what is likely."""
        elements: dict[str, str | None] = {}
        for gone in changes.removed:
            name = f"element-{gone.stand.id}"
            given = self.text(name) if name in self.body else gone.likely or STAYS
            if given == DROPPED and gone.droppable:
                elements[gone.stand.id] = None
            elif given in {each.id for each in gone.fitting}:
                elements[gone.stand.id] = given
        values = {
            name: text[:2000]
            for name in changes.variables_added
            if (text := self.text(f"value-{name}"))
        }
        return {"elements": elements, "values": values}

    def _day(self, name: str) -> datetime | None:
        try:
            day = date.fromisoformat(self.text(name))
        except ValueError:
            return None
        return clock.start_of_day(day)


async def show_form(
    matter: Any,
    asked: Asked,
    *,
    rehearsed: bool = False,
    refused: Refusal | None = None,
) -> Template:
    """The page; with a verdict on each chosen case when it was `rehearsed`."""
    passage, versions = await passage_of(matter, asked)
    lacking = sentence(refused) if isinstance(refused, ReasonNeeded) else ""
    shared = {
        "matter": matter,
        "versions": versions,
        "asked": asked,
        "refused": sentence(refused)
        if refused and not isinstance(refused, Invalid | ReasonNeeded)
        else "",
        "problems": refused.fields if isinstance(refused, Invalid) else (),
        "lacking": lacking,
    }
    if passage is None:
        return page("configure/migration-new.html", passage=None, **shared)
    now = clock.now()
    choice = asked.choice
    cases = await migrations.chosen(passage.old.id, choice, now)
    everybody = (
        cases if choice == Choice() else await migrations.chosen(passage.old.id, Choice(), now)
    )
    verdicts = await migrations.rehearse(passage, cases, now) if rehearsed else []
    staying = [each for each in verdicts if each.text]
    return page(
        "configure/migration-new.html",
        status=refused.status if refused else 200,
        passage=passage,
        cases=len(cases),
        under_way=[
            each
            for each in await migrations.migrations_of(matter["id"], matter["tenant"])
            if each["state"] != "done" and each["from_version"] == passage.old.id
        ],
        all=len(everybody),
        most=migrations.MOST,
        steps=_steps(passage.old, everybody),
        places=await _places(passage.old.id),
        removed=[_removed(each, passage, asked, everybody) for each in passage.changes.removed],
        changed=[
            (_named(passage.new, each.after), [_(str(DIFFERENT[what])) for what in each.what])
            for each in passage.changes.changed
        ],
        added=[_named(passage.new, each) for each in passage.changes.added],
        variables=[
            {
                "name": name,
                "type": _(str(TYPES[kind])),
                "worked_out": name in passage.worked_out,
                "value": asked.text(f"value-{name}"),
            }
            for name, kind in passage.changes.variables_added.items()
        ],
        marks_old=_marks_old(passage),
        marks_new=_marks_new(passage),
        notes=_notes(everybody),
        rehearsed=rehearsed,
        going=len(verdicts) - len(staying),
        staying=staying[:SHOWN],
        stay=len(staying),
        groups=grouped((each.text, each.params) for each in staying),
        step_names=lambda verdict: _("、").join(
            passage.old.step_name(step, language()) for step in verdict.steps
        ),
        **shared,
    )


async def passage_of(matter: Any, asked: Asked) -> tuple[Passage | None, list[Any]]:
    """What was asked for; else from where most cases are to the version in force. None where there
    are no two versions."""
    versions = await published_versions(matter["id"])
    by_number = {row["number"]: row["id"] for row in versions}
    new = by_number.get(asked.number("to")) or matter["current_version"]
    others = [row for row in versions if row["id"] != new]
    if new is None or not others:
        return None, versions
    old = by_number.get(asked.number("from"))
    if old is None or old == new:
        old = max(others, key=lambda row: (row["running"], row["number"]))["id"]
    plain = await Passage.between(old, new, {})
    return await Passage.between(old, new, asked.mapping(plain.changes)), versions


def _removed(gone: Any, passage: Passage, asked: Asked, cases: list[Any]) -> dict[str, Any]:
    stand = gone.stand
    given = passage.conversion.elements.get(stand.id, STAYS)
    waiting = sum(stand.id in row["steps"] for row in cases)
    options = [(each.id, _named(passage.new, each)) for each in gone.fitting]
    if gone.droppable:
        options.append((DROPPED, _("不再等待")))
    return {
        "id": stand.id,
        "name": _named(passage.old, stand),
        "kind": _(KIND_NAMES[stand.sort]),
        "waiting": waiting,
        "options": options,
        "chosen": DROPPED if given is None else given,
        "likely": gone.likely is not None and given == gone.likely,
    }


def _named(version: Version, stand: Any) -> str:
    if language() == "en":
        return version.definition.steps.get(stand.id, stand.name)
    return str(stand.name)


def _steps(version: Version, cases: list[Any]) -> list[tuple[str, str]]:
    """Steps where cases wait, as the drawing has them in order."""
    here = {step for row in cases for step in row["steps"]}
    return [(id, version.step_name(id, language())) for id in version.process.steps if id in here]


async def _places(version: int) -> list[tuple[int, str]]:
    """Where running cases of a version were handed in, and the places above these."""
    rows = await db.fetch(
        "select distinct filed_at from cases where version = $1 and closed_at is null"
        " and state <> 'draft'",
        version,
    )
    tree = {place.id: place for place in await places()}
    above = {id for row in rows for id in tree[row["filed_at"]].path}
    return [(id, place.named(language())) for id, place in tree.items() if id in above]


def _marks_old(passage: Passage) -> dict[str, str]:
    return {
        **{each.before.id: "changed" for each in passage.changes.changed},
        **{each.stand.id: "removed" for each in passage.changes.removed},
    }


def _marks_new(passage: Passage) -> dict[str, str]:
    return {
        **{each.after.id: "changed" for each in passage.changes.changed},
        **{each.id: "added" for each in passage.changes.added},
    }


def _notes(cases: list[Any]) -> dict[str, str]:
    """How many cases wait at each step."""
    counts: dict[str, int] = {}
    for row in cases:
        for step in set(row["steps"]):
            counts[step] = counts.get(step, 0) + 1
    return {step: _("{n} 件", n=count) for step, count in counts.items()}


def grouped(reasons: Any) -> list[tuple[str, int]]:
    """Reasons in words with how often each was given, the most frequent first."""
    counts: dict[str, int] = {}
    for text, params in reasons:
        told = _(text, **params)
        counts[told] = counts.get(told, 0) + 1
    return sorted(counts.items(), key=lambda each: -each[1])
