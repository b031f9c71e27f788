"""What an application must be before it is handed in, and all that is worked out from its answers.

Nothing is written here: `filing` writes what came out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import orjson

import bpmn
from feel import FeelError
from onewindow import clock, db, rooms
from onewindow.cases.numbers import receipt_numbering
from onewindow.errors import FieldProblem, Invalid, Refusal
from onewindow.matters.definition import Material
from onewindow.matters.numbering import Numbering
from onewindow.matters.versions import Version
from onewindow.tenants.queries import settings_of
from onewindow.web.i18n import language
from onewindow.workdays.queries import calendar_of, due_date
from onewindow.workdays.rules import Calendar

Channel = Literal["online", "window", "agent"]


@dataclass(frozen=True, slots=True)
class For:
    """Whom a clerk or agent files for: identity as shown at the window."""

    name: str
    id_number: str
    phone: str
    kind: Literal["person", "organisation"] = "person"


@dataclass(frozen=True, slots=True)
class Ready:
    """An application that passed every check, with all that is worked out before it is written."""

    data: Mapping[str, Any]
    who: For
    summary: str
    moved: bpmn.Moved
    acceptance_due: datetime
    number: Numbering


async def get_ready(
    version: Version,
    answers: Mapping[str, Any],
    known: For,
    place: int,
    channel: Channel,
    now: datetime,
    *,
    case: int | None = None,
) -> Ready:
    """Check answers and materials (of `case`, if there is one) and let the process start.

    Raises Invalid naming fields and materials, and Refusal where the process can't start.
    """
    data = verdict_on(version, answers)
    await require_materials(case, version, data)
    who = holder_of(version, data, known)
    return Ready(
        data=data,
        who=who,
        summary=summary_of(version, data),
        moved=begun(
            version, data, who, place, channel, now, calendar=await calendar_of(version.tenant)
        ),
        acceptance_due=await acceptance_due(version, place, now),
        number=await receipt_numbering(place, version, now),
    )


def begun(
    version: Version,
    data: Mapping[str, Any],
    who: For,
    place: int,
    channel: Channel,
    now: datetime,
    *,
    calendar: Calendar | None = None,
) -> bpmn.Moved:
    """The process, started with the routing variables that these answers give; its expressions
    reckon working days by `calendar`."""
    variables = variables_of(version, data, who, place, channel, now=now)
    return bpmn.start(version.process, variables, now, calendar=calendar)


async def acceptance_due(version: Version, place: int, now: datetime) -> datetime:
    """By when an application handed in at `place` is to be answered."""
    limit = version.definition.limits.limit_at("acceptance", await settings_of(place))
    return await due_date(place, limit, now)


def verdict_on(
    version: Version,
    answers: Mapping[str, Any],
    *,
    partial: bool = False,
    today: date | None = None,
) -> dict[str, Any]:
    """The application form's verdict, in the reader's language: its data, or Invalid naming the
    fields. With `partial`, what isn't filled in yet is no problem. `today`: where it isn't the
    clock's."""
    verdict = version.form(version.definition.apply_form).verdict(
        dict(answers),
        partial=partial,
        lang="en" if language() == "en" else "zh",
        today=today or clock.today(),
    )
    if not verdict.ok:
        raise Invalid([FieldProblem(e.id, e.message, label=e.label) for e in verdict.errors])
    return verdict.data


def wanted_materials(
    version: Version, answers: Mapping[str, Any], *, now: datetime | None = None
) -> list[Material]:
    """The materials this application needs: those without a condition, and those whose holds.

    A condition about something not answered yet counts as not (yet) needed. `now`: where it isn't
    the time on the wall, here and below.
    """
    wanted = []
    for material in version.definition.materials:
        if material.when is not None:
            try:
                names = {"answers": dict(answers)}
                if rooms.feel().evaluate(material.when, names, now=now) is not True:
                    continue
            except FeelError:
                continue
        wanted.append(material)
    return wanted


async def require_materials(case: int | None, version: Version, data: Mapping[str, Any]) -> None:
    """Raises Invalid naming the required materials of which there is no file yet."""
    there: set[str] = set()
    if case is not None and required_materials(version, data):
        rows = await db.fetch(
            "select distinct material from case_material where case_id = $1 and removed_at is null",
            case,
        )
        there = {row["material"] for row in rows}
    require_there(version, data, there)


def required_materials(
    version: Version, data: Mapping[str, Any], *, now: datetime | None = None
) -> list[Material]:
    """The materials without which this application can't be handed in."""
    return [
        material
        for material in wanted_materials(version, data, now=now)
        if material.necessity == "required" and not material.shared
    ]


def require_there(
    version: Version,
    data: Mapping[str, Any],
    there: Collection[str],
    *,
    now: datetime | None = None,
) -> None:
    """Raises Invalid naming the required materials that are not among those handed in."""
    required = required_materials(version, data, now=now)
    missing = [material for material in required if material.key not in there]
    if missing:
        raise Invalid(
            [
                FieldProblem(
                    f"material-{m.key}", "还缺：{name}。", {"name": m.name.in_(language())}
                )
                for m in missing
            ],
            "还缺 {count} 份必要的申请材料。",
            count=len(missing),
        )


def holder_of(version: Version, data: Mapping[str, Any], who: For) -> For:
    """The applicant as the form names them; what the form doesn't ask stays as known."""
    plan = version.definition.holder
    name = _first(data, plan.paths("name")) or who.name
    identity = _first(data, plan.paths("id_number")) or who.id_number
    phone = _first(data, plan.paths("phone")) or who.phone
    identity = str(identity)
    is_organisation = len(identity) == 18 and identity[0] in "159Y" and identity[1] in "129ABC"
    kind: Literal["person", "organisation"] = who.kind
    if is_organisation and not identity[:17].isdigit():
        kind = "organisation"
    return For(str(name)[:120], identity[:18], str(phone)[:20], kind)


def summary_of(version: Version, data: Mapping[str, Any], *, now: datetime | None = None) -> str:
    """The one line that lists show; empty where the answers give none."""
    if version.definition.summary is None:
        return ""
    try:
        names = {"answers": dict(data)}
        text = rooms.feel().evaluate(version.definition.summary, names, now=now)
    except FeelError:
        return ""  # a line for lists; the case is worth more
    return str(text or "")[:200]


async def variables_anew(version: Version, case: int) -> dict[str, Any]:
    """The routing variables by the answers that stand now: a correction may have changed them."""
    row = await db.fetchrow(
        "select c.filed_at, c.channel, c.applicant_name, c.applicant_id, c.applicant_phone,"
        " c.applicant_kind, (select a.data from case_answer a where a.case_id = c.id"
        "  and a.form = $2 order by a.id desc limit 1) as data from cases c where c.id = $1",
        case,
        version.definition.apply_form,
    )
    who = For(
        row["applicant_name"], row["applicant_id"], row["applicant_phone"], row["applicant_kind"]
    )
    data = orjson.loads(row["data"])
    return variables_of(version, data, who, row["filed_at"], row["channel"])


def variables_of(
    version: Version,
    data: Mapping[str, Any],
    who: For,
    place: int,
    channel: Channel,
    *,
    now: datetime | None = None,
) -> dict[str, Any]:
    """The routing variables that the application's answers give. Raises Refusal for one that can't
    be worked out."""
    expressions = version.definition.variables
    if not expressions:
        return {}
    names = {
        "answers": dict(data),
        "applicant": {"name": who.name, "kind": who.kind},
        "filing": {"channel": channel, "tenant": place},
    }
    values = rooms.feel().evaluate_many([(text, names) for text in expressions.values()], now=now)
    variables = {}
    for name, value in zip(expressions, values, strict=True):
        if isinstance(value, FeelError):
            raise Refusal("流程变量“{name}”无法计算：{why}", name=name, why=str(value))
        variables[name] = value
    return variables


def _first(data: Mapping[str, Any], paths: Sequence[str]) -> Any:
    """The first of these that is answered."""
    return next((value for path in paths if (value := _at(data, path))), None)


def _at(data: Mapping[str, Any], path: str) -> Any:
    value: Any = data
    for step in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value
