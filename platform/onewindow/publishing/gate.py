"""The gate: everything a draft must clear before it comes into force, asked at once.

A judgement is of one state of a draft (`hash`). The page shows it, `actions.publish` makes it anew
and refuses when anything hard isn't cleared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

import bpmn
from onewindow import db, rooms
from onewindow.errors import Invalid, NotThere
from onewindow.handover import adoption
from onewindow.matters.actions import findings_of
from onewindow.matters.difference import Difference, difference
from onewindow.matters.findings import Finding
from onewindow.matters.mending import mended
from onewindow.matters.package import Package
from onewindow.matters.versions import Version, compiled
from onewindow.people.queries import office_names
from onewindow.publishing import eligible, reviews, samples, trials
from onewindow.publishing.hurdles import Hurdle, Reason, Severity, pure_hurdles, step_name
from onewindow.web.i18n import gettext as _
from onewindow.web.words import datetime_words

CONFIRMATION = "confirmation"

__all__ = ["Hurdle", "Judgement", "Reason", "Severity", "judge"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate says of one state of a draft.

    `before` is the version in force (its number), None for a new matter; `changes` what differs
    from it. `running` are the steps at which cases of earlier versions are now.
    """

    version: int
    tenant: int
    hash: str
    number: int
    hurdles: tuple[Hurdle, ...]
    standing: reviews.Standing
    about: reviews.About
    before: int | None
    changes: Difference
    running: tuple["AtStep", ...]

    @property
    def green(self) -> bool:
        return not any(hurdle.stops for hurdle in self.hurdles)

    @property
    def stopping(self) -> tuple[Hurdle, ...]:
        return tuple(hurdle for hurdle in self.hurdles if hurdle.stops)

    @property
    def unready(self) -> tuple[Hurdle, ...]:
        """What stops it besides that nobody has confirmed it yet."""
        return tuple(hurdle for hurdle in self.stopping if hurdle.key != CONFIRMATION)

    @property
    def warning(self) -> tuple[Hurdle, ...]:
        return tuple(hurdle for hurdle in self.hurdles if hurdle.warns)


@dataclass(frozen=True, slots=True)
class AtStep:
    """Cases of the version in force that are at a step now. `effect`: "" when the new version has
    it as it was, else "changed" or "removed"."""

    step: str
    name: str
    cases: int
    effect: str


async def judge(version: int, *, now: datetime) -> Judgement:
    """Everything about a draft or a scheduled version. Raises NotThere for any other."""
    row = await db.fetchrow(
        "select v.id, v.tenant, v.matter, m.key, v.number, v.state, v.hash, v.definition,"
        " v.process, v.forms, v.decisions, v.tests, m.current_version,"
        " c.number as before, c.state as before_state"
        " from matter_version v join matter m on m.id = v.matter"
        " left join matter_version c on c.id = m.current_version"
        " where v.id = $1 and v.state in ('draft', 'scheduled')",
        version,
    )
    if row is None:
        raise NotThere
    package = _package(row)
    findings = await findings_of(package)
    made = await rooms.at_bench(_compiled, row, findings)
    process = made.process if made else await rooms.at_bench(_process, row)
    definition = mended(package.definition)
    in_force = await _in_force(row["current_version"])
    changes = difference(in_force, package, names=await office_names(row["tenant"]))
    standing = await reviews.standing(row["tenant"], version, row["hash"])
    about = reviews.about_of(in_force, package)
    hurdles = [
        *await rooms.at_bench(pure_hurdles, package, definition, findings),
        *await inherited(row["tenant"], package),
        await eligible.staffed(process, row["tenant"], definition.steps),
        await trials.passed(package, row["tenant"], fit=made is not None),
        await samples.rendered(made, package, row["tenant"], now),
        confirmed(standing, row["key"]),
    ]
    return Judgement(
        version=version,
        tenant=row["tenant"],
        hash=row["hash"],
        number=row["number"],
        hurdles=tuple(hurdles),
        standing=standing,
        about=about,
        before=row["before"],
        changes=changes,
        running=await _running(row["matter"], changes, package, definition.steps),
    )


async def inherited(tenant: int, package: Package) -> list[Hurdle]:
    """For an adopted matter: whether it is what the place above laid down, but for what is each
    place's own. No hurdle for others."""
    found = await adoption.findings(tenant, package)
    if found is None:
        return []
    reasons = [
        Reason(
            _(finding.text, **finding.params),
            f"process#element={finding.element}" if finding.part == "process.bpmn" else "process",
        )
        for finding in found
    ]
    said = _("与沿用的上级版本一致，只改了允许改的内容。")
    return [
        Hurdle(
            "inherited",
            _("没有改动上级规定的内容"),
            not found,
            "hard",
            tuple(reasons),
            said if not found else "",
        )
    ]


def confirmed(standing: reviews.Standing, key: str) -> Hurdle:
    """Whether whoever must confirm has."""
    title = _("上级机构已确认")
    if standing.above is None:
        return Hurdle(CONFIRMATION, title, True, said=_("本机构的事项不需要上级确认。"))
    above, last = standing.above.name, standing.last
    if standing.state == "confirmed" and last is not None:
        who = {"office": last["by_office"], "who": last["by_name"]}
        said = _("{office}的{who}已于{at}确认。", **who, at=datetime_words(last["at"]))
        return Hurdle(CONFIRMATION, title, True, said=said)
    texts = {
        "none": _("新增、变更、下放、取消事项须经{above}确认，还没有送审。", above=above),
        "asked": _("已送{above}，等待确认。", above=above),
        "void": _("送审以后草稿又有改动，原来的确认不再有效，请重新送{above}。", above=above),
    }
    text = texts.get(standing.state) or _(
        "{above}已退回：{why}", above=above, why=last["text"] if last else ""
    )
    return Hurdle(CONFIRMATION, title, False, "hard", (Reason(text, "publication#review"),))


def _package(row: Mapping[str, Any]) -> Package:
    return Package(
        orjson.loads(row["definition"]),
        row["process"],
        orjson.loads(row["decisions"]),
        orjson.loads(row["forms"]),
        orjson.loads(row["tests"]),
    )


def _compiled(row: Mapping[str, Any], findings: list[Finding]) -> Version | None:
    """The version ready for work; None while something hard is wrong with it."""
    if any(finding.severity == "error" for finding in findings):
        return None
    try:
        return compiled(row)
    except (Invalid, bpmn.Unreadable):
        return None


def _process(row: Mapping[str, Any]) -> bpmn.Process | None:
    """The drawing alone: who does what can be told before the forms are right."""
    try:
        return bpmn.compile(row["process"].encode(), rooms.feel())
    except bpmn.Unreadable:
        return None


async def _in_force(version: int | None) -> Package | None:
    if version is None:
        return None
    row = await db.fetchrow(
        "select definition, process, decisions, forms, tests from matter_version where id = $1",
        version,
    )
    return _package(row) if row is not None else None


async def _running(
    matter: int, changes: Difference, package: Package, names: Mapping[str, str]
) -> tuple[AtStep, ...]:
    """Where cases of this matter are, by step, and what the change would do to those steps."""
    rows = await db.fetch(
        "select t.element, min(t.name) as name, count(distinct t.case_id) as cases from task t"
        " join cases c on c.id = t.case_id where c.matter = $1 and c.closed_at is null"
        " and c.state <> 'draft' and t.state in ('open', 'held') group by t.element"
        " order by count(distinct t.case_id) desc, t.element limit 200",
        matter,
    )
    forms = {change.part for change in changes.changes if change.part.startswith("forms/")}
    used = _forms_of(package)
    return tuple(
        AtStep(
            row["element"],
            step_name(names, row["element"], row["name"]),
            row["cases"],
            changes.marks.get(row["element"], "")
            or ("changed" if f"forms/{used.get(row['element'])}" in forms else ""),
        )
        for row in rows
    )


def _forms_of(package: Package) -> dict[str, str]:
    try:
        drawing = bpmn.read(package.process.encode())
    except bpmn.Unreadable:
        return {}
    return {id: node.ow["form"] for id, node in drawing.nodes.items() if node.ow.get("form")}
