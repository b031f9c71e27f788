"""From a draft to a submitted case: by an applicant at home, or by a clerk at the counter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson

from onewindow import db
from onewindow.cases import live
from onewindow.cases.application import Channel, For, Ready, get_ready, verdict_on
from onewindow.cases.moves import (
    Opened,
    Standing,
    opened_tasks,
    service_job,
    task_rows,
    timers_job,
)
from onewindow.cases.queries import CaseView, standing
from onewindow.cases.record import entry
from onewindow.cases.rules import State
from onewindow.errors import NotThere, Refusal, Stale
from onewindow.matters.queries import offered
from onewindow.matters.versions import Version, version_of
from onewindow.people.gate import Actor


class NoLongerOffered(Refusal):
    text = "“{matter}”目前暂停办理，草稿已为您保留。"


class DraftChanged(Stale):
    text = "这份申请在另一个页面有更新的内容，刚才的修改没有覆盖它。"
    advice = "请刷新页面查看最新内容。"


@dataclass(frozen=True, slots=True)
class Filed:
    """What came of a direct filing: its receipt number and the tasks now open."""

    receipt_number: str
    opened: tuple[Opened, ...]
    ended: bool


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
    """Keep half-filled answers; returns the new revision. Raises DraftChanged for a stale page.

    A correction is written in the same way: what was handed in stays until it is answered.
    """
    version = await version_of(case.version)
    data = verdict_on(version, answers, partial=True)
    saved: int | None = await db.fetchval(
        "update cases set draft = $2, draft_revision = draft_revision + 1, updated_at = $4"
        " where id = $1 and state in ('draft', 'correcting') and draft_revision = $3"
        " returning draft_revision",
        case.id,
        orjson.dumps(data).decode(),
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
    known = filed_for or For(case.applicant_name, case.applicant_id, case.applicant_phone)
    ready = await get_ready(version, given, known, case.filed_at, case.channel, now, case=case.id)
    number, who = ready.number, ready.who
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
            ready.summary,
            now,
            ready.acceptance_due,
        )
        if receipt is None:
            raise Stale("这份申请已经提交过了。")
        row = {
            **dict(case.row),
            "receipt_number": receipt,
            "applicant_name": who.name,
            "summary": ready.summary,
            "state": State.SUBMITTED,
        }
        await _begin(actor, standing(row), version, ready, case.channel, now)
    return receipt


async def file(
    actor: Actor, *, matter: str, answers: Mapping[str, Any], channel: Channel, now: datetime
) -> Filed:
    """Draft and submission in one, at the actor's own place: for programs that have every answer.

    Raises as `submit` does; nothing is kept then. A matter that wants files can't be filed so.
    """
    place = actor.tenant
    version = await version_of((await offered(place, matter)).version)
    ready = await get_ready(version, answers, For("", "", ""), place, channel, now)
    number, who = ready.number, ready.who
    participants = sorted({version.tenant, place})
    async with db.transaction():
        filed = await db.fetchrow(
            "insert into cases (uid, tenant, filed_at, participants, matter, version, state,"
            " channel, applicant_name, applicant_id, applicant_phone, applicant_kind, filed_by,"
            " summary, created_at, updated_at, submitted_at, acceptance_due, receipt_number)"
            " values ($1, $2, $3, $4, $5, $6, 'submitted', $7, $8, $9, $10, $11, $12, $13, $14,"
            " $14, $14, $15, $16 || lpad(next_serial($3, 'receipt', $17)::text, $18, '0') || $19)"
            " returning id, receipt_number",
            uuid4(),
            version.tenant,
            place,
            participants,
            version.matter,
            version.id,
            channel,
            who.name,
            who.id_number,
            who.phone,
            who.kind,
            actor.id,
            ready.summary,
            now,
            ready.acceptance_due,
            number.prefix,
            number.period,
            number.width,
            number.suffix,
        )
        case = Standing(
            id=filed["id"],
            tenant=version.tenant,
            filed_at=place,
            participants=tuple(participants),
            state=State.SUBMITTED,
            receipt_number=filed["receipt_number"],
            number=None,
            applicant=None,
            applicant_name=who.name,
            summary=ready.summary,
        )
        opened = await _begin(actor, case, version, ready, channel, now)
    return Filed(case.receipt_number, opened, ready.moved.ended)


# What it does is in sql/move.sql.
_BEGIN = f"select begin_case({', '.join(f'${n}' for n in range(1, 15))})"


async def _begin(
    actor: Actor, case: Standing, version: Version, ready: Ready, channel: str, now: datetime
) -> tuple[Opened, ...]:
    """Write the first step of a case that was just handed in; gives the tasks it opened."""
    moved = ready.moved
    tasks = await task_rows(case, version, moved, now)
    taking_part = sorted({*case.participants, *(task["tenant"] for task in tasks)})
    submitted = entry(
        actor,
        "case.submitted",
        now,
        on_behalf_of="" if actor.is_applicant else ready.who.name,
        detail={"channel": channel, "receipt": case.receipt_number},
    )
    opened = await db.fetchval(
        _BEGIN,
        case.tenant,
        case.id,
        now,
        actor.id,
        moved.state,
        orjson.dumps(moved.data, default=str).decode(),
        moved.next_due,
        moved.ended,
        list(moved.done),
        version.definition.apply_form,
        orjson.dumps(ready.data).decode(),
        taking_part,
        orjson.dumps(tasks).decode(),
        orjson.dumps([submitted.row()]).decode(),
    )
    following = [service_job(call) for call in moved.services]
    if moved.next_due is not None:
        following.append(timers_job(case.id, moved.next_due))
    for job in following:
        await job.put(case.id, case.tenant)
    live.changed(*taking_part)
    return opened_tasks(opened)
