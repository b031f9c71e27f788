"""From a draft to a submitted case: by an applicant at home, or by a clerk at the counter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

import orjson

import bpmn
from feel import FeelError
from onewindow import db, rooms
from onewindow.cases import live
from onewindow.cases.moves import service_job, task_rows
from onewindow.cases.numbers import receipt_numbering
from onewindow.cases.queries import CaseView, standing
from onewindow.cases.record import entry, note
from onewindow.cases.rules import State
from onewindow.db import queue
from onewindow.errors import FieldProblem, Invalid, NotThere, Refusal, Stale
from onewindow.matters.definition import Material
from onewindow.matters.queries import offered
from onewindow.matters.versions import Version, version_of
from onewindow.people.gate import Actor
from onewindow.workdays.queries import due_date

Channel = Literal["online", "window", "agent"]


class NoLongerOffered(Refusal):
    text = "“{matter}”目前暂停办理，草稿已为您保留。"


class DraftChanged(Stale):
    text = "这份申请在另一个页面有更新的内容，刚才的修改没有覆盖它。"
    advice = "请刷新页面查看最新内容。"


@dataclass(frozen=True, slots=True)
class For:
    """Whom a clerk or agent files for: identity as shown at the window."""

    name: str
    id_number: str
    phone: str
    kind: Literal["person", "organisation"] = "person"


async def start_draft(
    actor: Actor, *, matter: str, place: int, channel: Channel, now: datetime
) -> UUID:
    """Begin an application for the matter offered under `matter` at tenant `place`."""
    offer = await offered(place, matter)
    version = await version_of(offer.version)
    uid = uuid4()
    own = actor.is_applicant
    await db.execute(
        "insert into cases (uid, tenant, filed_at, participants, matter, version, state, channel,"
        " applicant, applicant_name, applicant_id, applicant_phone, filed_by, draft, created_at,"
        " updated_at) values ($1,$2,$3,$4,$5,$6,'draft',$7,$8,$9,$10,$11,$12,'{}',$13,$13)",
        uid,
        version.tenant,
        place,
        sorted({version.tenant, place}),
        version.matter,
        version.id,
        channel,
        actor.id if own else None,
        actor.name if own else "",
        (actor.id_number or "") if own else "",
        actor.phone if own else "",
        None if own else actor.id,
        now,
    )
    return uid


async def save_draft(
    actor: Actor, case: CaseView, *, answers: Mapping[str, Any], revision: int, now: datetime
) -> int:
    """Keep half-filled answers; returns the new revision. Raises DraftChanged for a stale page."""
    version = await version_of(case.version)
    verdict = version.form(version.definition.apply_form).verdict(dict(answers), partial=True)
    if not verdict.ok:
        raise Invalid([FieldProblem(e.id, e.message, label=e.label) for e in verdict.errors])
    saved: int | None = await db.fetchval(
        "update cases set draft = $2, draft_revision = draft_revision + 1, updated_at = $4"
        " where id = $1 and state = 'draft' and draft_revision = $3 returning draft_revision",
        case.id,
        orjson.dumps(verdict.data).decode(),
        revision,
        now,
    )
    if saved is None:
        raise DraftChanged
    return saved


async def discard_draft(actor: Actor, case: CaseView) -> None:
    """Throw a draft away, with its files."""
    gone = await db.fetchval(
        "delete from cases where id = $1 and state = 'draft' returning id", case.id
    )
    if gone is None:
        raise NotThere


async def submit(
    actor: Actor,
    case: CaseView,
    *,
    answers: Mapping[str, Any] | None = None,
    filed_for: For | None = None,
    now: datetime,
) -> str:
    """Hand the application in; returns the receipt number. The case starts to run.

    Raises Invalid naming fields and materials; nothing is lost then, the draft stays.
    """
    version = await version_of(case.version)
    if version.state != "published" or case.matter_state != "published":
        raise NoLongerOffered(matter=version.name())
    given = answers if answers is not None else orjson.loads(case.draft or "{}")
    data = verdict_on(version, given)
    await _require_materials(case, version, data)
    who = filed_for or For(case.applicant_name, case.applicant_id, case.applicant_phone)
    who = _holder(version, data, who)
    summary = _summary(version, data)
    variables = await _variables(version, data, case, who)
    moved = bpmn.start(version.process, variables, now)
    acceptance_due = await due_date(
        case.filed_at, version.definition.limits.limit("acceptance"), now
    )
    number = await receipt_numbering(case.filed_at, version, now)
    async with db.transaction():
        receipt: str | None = await db.fetchval(
            "update cases set state = 'submitted', receipt_number = $2 ||"
            " lpad(next_serial(filed_at, 'receipt', $3)::text, $4, '0') || $5, draft = null,"
            " applicant_name = $6, applicant_id = $7, applicant_phone = $8, applicant_kind = $9,"
            " summary = $10, submitted_at = $11, updated_at = $11, acceptance_due = $12"
            " where id = $1 and state = 'draft' returning receipt_number",
            case.id,
            number.prefix,
            number.period,
            number.width,
            number.suffix,
            who.name,
            who.id_number,
            who.phone,
            who.kind,
            summary,
            now,
            acceptance_due,
        )
        if receipt is None:
            raise Stale("这份申请已经提交过了。")
        row = {
            **dict(case.row),
            "receipt_number": receipt,
            "applicant_name": who.name,
            "summary": summary,
            "state": State.SUBMITTED,
        }
        start = standing(row)
        tasks = await task_rows(start, version, moved, now)
        await _begin(start, moved, tasks, version, data, actor, now)
        await note(
            start,
            entry(
                actor,
                "case.submitted",
                now,
                on_behalf_of="" if actor.is_applicant else who.name,
                detail={"channel": case.channel, "receipt": receipt},
            ),
        )
        await queue.put("case.paper", {"case": case.id, "paper": "receipt"}, tenant=case.tenant)
        for call in moved.services:
            job = service_job(call)
            await queue.put(job.kind, {"case": case.id, **job.payload}, tenant=case.tenant)
    live.changed(*start.participants, *(task["tenant"] for task in tasks))
    return receipt


_BEGIN = """
with run as (
    insert into case_run (tenant, case_id, revision, state, data, next_due, ended)
    values ($1, $2, 1, $3, $4, $5, $6) returning case_id
), answer as (
    insert into case_answer (tenant, case_id, form, data, by, at)
    select $1, $2, $7, $8::jsonb, $9::int, $10::timestamptz from run
), joined as (
    update cases set participants = $12::int[] where id = $2 and participants <> $12::int[]
)
insert into task (tenant, case_id, uid, element, stage, name, name_en, case_number, matter_name,
                  matter_name_en, applicant_name, summary, lane, fallback, differs_from, opened_at,
                  due, state)
select x.tenant, run.case_id, x.uid, x.element, x.stage, x.name, x.name_en, x.case_number,
       x.matter_name, x.matter_name_en, x.applicant_name, x.summary,
       case when s.yes then x.lane else x.fallback_lane end, not s.yes, x.differs_from,
       $10::timestamptz, x.due, 'open'
from run, jsonb_to_recordset($11::jsonb) as x(
     tenant int, uid uuid, element text, stage text, name text, name_en text, case_number text,
     matter_name text, matter_name_en text, applicant_name text, summary text, lane text,
     fallback_lane text, differs_from text[], due timestamptz)
cross join lateral (select staffed(x.tenant, x.lane) as yes) s
"""


async def _begin(
    start: Any,
    moved: bpmn.Moved,
    tasks: list[dict[str, Any]],
    version: Version,
    data: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    await db.execute(
        _BEGIN,
        start.tenant,
        start.id,
        moved.state,
        orjson.dumps(moved.data, default=str).decode(),
        moved.next_due,
        moved.ended,
        version.definition.apply_form,
        orjson.dumps(data).decode(),
        actor.id,
        now,
        orjson.dumps(tasks).decode(),
        sorted({*start.participants, *(task["tenant"] for task in tasks)}),
    )


def verdict_on(version: Version, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The application form's verdict: its data, or Invalid naming the fields."""
    verdict = version.form(version.definition.apply_form).verdict(dict(answers))
    if not verdict.ok:
        raise Invalid([FieldProblem(e.id, e.message, label=e.label) for e in verdict.errors])
    return verdict.data


def wanted_materials(version: Version, answers: Mapping[str, Any]) -> list[Material]:
    """The materials this application needs: those without a condition, and those whose holds.

    A condition about something not answered yet counts as not (yet) needed.
    """
    wanted = []
    for material in version.definition.materials:
        if material.when is not None:
            try:
                if rooms.feel().evaluate(material.when, {"answers": dict(answers)}) is not True:
                    continue
            except FeelError:
                continue
        wanted.append(material)
    return wanted


async def _require_materials(case: CaseView, version: Version, data: Mapping[str, Any]) -> None:
    rows = await db.fetch(
        "select distinct material from case_material where case_id = $1 and removed_at is null",
        case.id,
    )
    there = {row["material"] for row in rows}
    missing = [
        material
        for material in wanted_materials(version, data)
        if material.necessity == "required" and not material.shared and material.key not in there
    ]
    if missing:
        raise Invalid(
            [
                FieldProblem(f"material-{m.key}", "还缺：{name}。", {"name": m.name.zh})
                for m in missing
            ],
            "还缺 {count} 份必要的申请材料。",
            count=len(missing),
        )


def _holder(version: Version, data: Mapping[str, Any], who: For) -> For:
    """The applicant as the form names them; what the form doesn't ask stays as known."""
    plan = version.definition.holder
    name = _at(data, plan.name) or who.name
    identity = _at(data, plan.id_number) or who.id_number
    phone = (_at(data, plan.phone) if plan.phone else None) or who.phone
    identity = str(identity)
    is_organisation = len(identity) == 18 and identity[0] in "159Y" and identity[1] in "129ABC"
    kind: Literal["person", "organisation"] = who.kind
    if is_organisation and not identity[:17].isdigit():
        kind = "organisation"
    return For(str(name)[:120], identity[:18], str(phone)[:20], kind)


def _summary(version: Version, data: Mapping[str, Any]) -> str:
    if version.definition.summary is None:
        return ""
    try:
        text = rooms.feel().evaluate(version.definition.summary, {"answers": dict(data)})
    except FeelError:
        return ""  # a line for lists; the case is worth more
    return str(text or "")[:200]


async def _variables(
    version: Version, data: Mapping[str, Any], case: CaseView, who: For
) -> dict[str, Any]:
    names = {
        "answers": dict(data),
        "applicant": {"name": who.name, "kind": who.kind},
        "filing": {"channel": case.channel, "tenant": case.filed_at},
    }
    expressions = version.definition.variables
    values = rooms.feel().evaluate_many([(text, names) for text in expressions.values()])
    variables = {}
    for name, value in zip(expressions, values, strict=True):
        if isinstance(value, FeelError):
            raise Refusal("流程变量“{name}”无法计算：{why}", name=name, why=str(value))
        variables[name] = value
    return variables


def _at(data: Mapping[str, Any], path: str) -> Any:
    value: Any = data
    for step in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value
