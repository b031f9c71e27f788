"""What law gives every case, whatever its drawing: correct, refuse, return, withdraw.

These are offered by a task's stage and never drawn. Each is one transaction: rows, record, jobs.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

import bpmn
from onewindow import db
from onewindow.cases import law, live
from onewindow.cases.application import (
    For,
    acceptance_due,
    holder_of,
    require_materials,
    summary_of,
    verdict_on,
)
from onewindow.cases.law import Missing
from onewindow.cases.moves import Job, Move, carry_out, engine
from onewindow.cases.queries import (
    CaseView,
    answers_of,
    speaks_for_applicant,
    standing,
    task_for,
)
from onewindow.cases.record import entry, note
from onewindow.cases.steps import require_doable
from onewindow.db import queue
from onewindow.errors import Forbidden, Stale
from onewindow.matters.versions import version_of
from onewindow.people.gate import Actor
from onewindow.tenants.queries import settings_of
from onewindow.workdays.queries import calendar_of, due_date


async def request_correction(
    actor: Actor, task: int, *, items: Sequence[Missing], now: datetime
) -> None:
    """Tell the applicant, once and in writing, everything that is missing (一次性告知).

    The step waits meanwhile. Raises Invalid for an empty or unknown item, SecondCorrection.
    """
    row = await task_for(actor, task)
    await require_doable(actor, row)
    version = await version_of(row["version"])
    earlier = await db.fetchval(
        "select at from correction where case_id = $1 order by at limit 1", row["c_id"]
    )
    asked = law.correction_asked(row["name"], row["stage"], row["c_state"], items, version, earlier)
    place = row["c_filed_at"]
    limit = version.definition.limits.limit_at("correction", await settings_of(place))
    due = await due_date(place, limit, now)
    case = standing(row, "c_")
    async with db.transaction():
        held = await db.fetch(
            "update task set state = 'held', assignee = coalesce(assignee, $2)"
            " where case_id = $1 and state = 'open' returning id",
            case.id,
            actor.id,
        )
        if task not in {each["id"] for each in held}:
            raise Stale
        await db.execute(
            "insert into correction (tenant, case_id, by, at, items, due)"
            " values ($1, $2, $3, $4, $5, $6)",
            case.tenant,
            case.id,
            actor.id,
            now,
            orjson.dumps(asked).decode(),
            due,
        )
        await db.execute(
            "update cases set state = 'correcting', correction_due = $2, updated_at = $3"
            " where id = $1",
            case.id,
            due,
            now,
        )
        await note(
            case,
            entry(
                actor,
                "correction.requested",
                now,
                lane=row["lane"],
                element=row["element"],
                step_name=row["name"],
                detail={"items": asked, "due": due.isoformat()},
            ),
        )
        await queue.put("case.paper", {"case": case.id, "paper": "correction"}, tenant=case.tenant)
    live.changed(*case.participants)


async def answer_correction(
    actor: Actor, case: CaseView, *, answers: Mapping[str, Any] | None, now: datetime
) -> None:
    """The applicant (or the window for them) has put right what was asked; the step goes on.

    `answers` are the whole application form again; None takes what was written since (the case's
    draft), if anything. The time to tell them of acceptance begins anew: everything is there from
    now. Raises Invalid naming fields and materials.
    """
    law.require_answerable(case.state)
    if not speaks_for_applicant(actor, case):
        raise Forbidden
    version = await version_of(case.version)
    if answers is None and case.draft is not None:
        answers = orjson.loads(case.draft)
    data = verdict_on(version, answers) if answers is not None else None
    stands = (
        data
        if data is not None
        else (await answers_of(case.id)).get(version.definition.apply_form, {})
    )
    await require_materials(case.id, version, stands)
    known = For(case.applicant_name, case.applicant_id, case.applicant_phone, case.applicant_kind)
    who, summary = holder_of(version, stands, known), summary_of(version, stands)
    due = await acceptance_due(version, case.filed_at, now)
    async with db.transaction():
        answered = await db.fetchval(
            "update correction set answered_at = $2 where case_id = $1 and answered_at is null"
            " returning id",
            case.id,
            now,
        )
        if answered is None:
            raise Stale
        if data is not None:
            await db.execute(
                "insert into case_answer (tenant, case_id, form, data, by, at)"
                " values ($1,$2,$3,$4,$5,$6)",
                case.tenant,
                case.id,
                version.definition.apply_form,
                orjson.dumps(data).decode(),
                actor.id,
                now,
            )
        await db.execute(
            "update task set state = 'open', due = coalesce($2, due), applicant_name = $3,"
            " summary = $4 where case_id = $1 and state = 'held'",
            case.id,
            due,
            who.name,
            summary,
        )
        # Lists, papers and the certificate name the applicant as the answers that stand do.
        await db.execute(
            "update cases set state = 'submitted', acceptance_due = $2, correction_due = null,"
            " draft = null, updated_at = $3, applicant_name = $4, applicant_id = $5,"
            " applicant_phone = $6, applicant_kind = $7, summary = $8 where id = $1",
            case.id,
            due,
            now,
            who.name,
            who.id_number,
            who.phone,
            who.kind,
            summary,
        )
        await note(
            case,
            entry(
                actor,
                "correction.answered",
                now,
                on_behalf_of="" if actor.is_applicant else who.name,
            ),
        )
    live.changed(*case.participants)


async def refuse(
    actor: Actor, task: int, *, facts: str, reasons: str, legal_basis: str, now: datetime
) -> None:
    """Not accepted, or not granted: with reasons and legal basis, reported to the supervisor.

    Ends the case. Offered where it is accepted and where it is decided (否定报备).
    """
    row = await task_for(actor, task)
    await require_doable(actor, row)
    refused = law.refused_at(
        row["name"],
        row["stage"],
        row["c_state"],
        facts=facts,
        reasons=reasons,
        legal_basis=legal_basis,
        at=now,
    )
    case = standing(row, "c_")
    version = await version_of(row["version"])
    move = await _ending(row, now, actor, outcome=refused.kind)
    move.changes |= refused.changes
    move.entries.append(
        entry(
            actor,
            "case.refused",
            now,
            lane=row["lane"],
            element=row["element"],
            step_name=row["name"],
            outcome=refused.kind,
            why=refused.reasons,
            detail={"legal_basis": refused.legal_basis, "facts": refused.facts},
        )
    )
    async with db.transaction():
        if not await carry_out(move, version, also=[Job("case.paper", {"paper": refused.kind})]):
            raise Stale
        await db.execute(
            "insert into refusal (tenant, case_id, kind, by, at, facts, reasons, legal_basis)"
            " values ($1,$2,$3,$4,$5,$6,$7,$8)",
            case.tenant,
            case.id,
            refused.kind,
            actor.id,
            now,
            refused.facts,
            refused.reasons,
            refused.legal_basis,
        )


async def return_to(actor: Actor, task: int, *, target: str, why: str, now: datetime) -> None:
    """Send the case back to an earlier step, with a reason. What was answered there is kept."""
    row = await task_for(actor, task)
    await require_doable(actor, row)
    case = standing(row, "c_")
    offered = [step["element"] for step in await earlier_steps(row)]
    reason = law.require_return(target, offered, why)
    version = await version_of(row["version"])
    calendar = await calendar_of(case.tenant)
    with engine():
        moved = bpmn.jump(
            version.process, row["run"], target, now, from_task=row["uid"].hex, calendar=calendar
        )
    move = Move(
        case=case,
        revision=row["revision"],
        moved=moved,
        at=now,
        person=actor.id,
        task=task,
        outcome="returned",
        due_before=row["next_due"],
    )
    name = version.process.steps[target].name
    move.entries.append(
        entry(
            actor,
            "case.returned_to",
            now,
            lane=row["lane"],
            element=row["element"],
            step_name=row["name"],
            why=reason,
            detail={"to": target, "to_name": name},
        )
    )
    if not await carry_out(move, version):
        raise Stale


async def earlier_steps(row: Mapping[str, Any]) -> list[Any]:
    """Steps of this case already done, to which it may be sent back: element, name, doer."""
    steps = await db.fetch(
        "select distinct on (t.element) t.element, t.name, t.name_en, t.stage, p.name as done_by"
        " from task t left join person p on p.id = t.done_by"
        " where t.case_id = $1 and t.state = 'done' and t.element <> $2"
        " order by t.element, t.id desc",
        row["c_id"],
        row["element"],
    )
    there = (await version_of(row["version"])).process.steps
    return [step for step in steps if law.may_return_to(step["stage"]) and step["element"] in there]


async def withdraw(actor: Actor, case: CaseView, *, why: str, now: datetime) -> None:
    """The applicant takes the application back, before it is decided."""
    if not speaks_for_applicant(actor, case):
        raise Forbidden
    reason, changes = law.withdrawn(case.state, why, now)
    row = await db.fetchrow(
        "select r.revision, r.state as run from case_run r where r.case_id = $1", case.id
    )
    version = await version_of(case.version)
    move = Move(
        case=case.standing,
        revision=row["revision"],
        moved=await _ended(case.id, row["run"]),
        at=now,
        person=actor.id,
    )
    move.changes |= changes
    move.entries.append(
        entry(
            actor,
            "case.withdrawn",
            now,
            why=reason,
            on_behalf_of="" if actor.is_applicant else case.applicant_name,
        )
    )
    if not await carry_out(move, version):
        raise Stale


async def _ending(row: Mapping[str, Any], now: datetime, actor: Actor, *, outcome: str) -> Move:
    """A move that finishes this task and stops everything else of the case."""
    return Move(
        case=standing(row, "c_"),
        revision=row["revision"],
        moved=await _ended(row["c_id"], row["run"]),
        at=now,
        person=actor.id,
        task=row["id"],
        outcome=outcome,
    )


async def _ended(case: int, state: bytes) -> bpmn.Moved:
    """The engine's answer when law ends a case: its state as it was, nothing left to do."""
    waiting = await db.fetch(
        "select uid from task where case_id = $1 and state in ('open', 'held')", case
    )
    return bpmn.Moved(
        state=state,
        opened=(),
        closed=tuple(each["uid"].hex for each in waiting),
        live=(),
        services=(),
        messages=(),
        next_due=None,
        ended=True,
        data={},
        passed=(),
    )
