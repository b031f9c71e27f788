"""What law gives every case, whatever its drawing: correct, refuse, return, withdraw.

These are offered by a task's stage and never drawn. Each is one transaction: rows, record, jobs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

import bpmn
from onewindow import db
from onewindow.cases import live, rules
from onewindow.cases.application import (
    For,
    holder_of,
    require_materials,
    summary_of,
    verdict_on,
)
from onewindow.cases.moves import Job, Move, carry_out, engine
from onewindow.cases.queries import (
    CaseView,
    answers_of,
    speaks_for_applicant,
    standing,
    task_for,
)
from onewindow.cases.record import entry, note
from onewindow.cases.rules import State
from onewindow.cases.steps import require_doable
from onewindow.db import queue
from onewindow.errors import Forbidden, Invalid, Stale
from onewindow.matters.versions import version_of
from onewindow.people.gate import Actor
from onewindow.web.i18n import N_
from onewindow.web.words import date_words
from onewindow.workdays.queries import due_date


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing a correction notice asks for: a material, a field, or both, and what is wrong."""

    text: str
    material: str = ""
    field: str = ""


class SecondCorrection(rules.Refusal):
    """One notice, once: Administrative Licensing Law art. 32(4)."""

    text = "补正要求应当一次性告知。本件已于{at}告知过，再次要求补正须由监管人员说明理由后放行。"


class NotHere(rules.Refusal):
    text = "“{step}”环节不能{verb}。"


async def request_correction(
    actor: Actor, task: int, *, items: Sequence[Missing], now: datetime
) -> None:
    """Tell the applicant, once and in writing, everything that is missing (一次性告知).

    The step waits meanwhile. Raises Invalid for an empty or unknown item, SecondCorrection.
    """
    row = await task_for(actor, task)
    await require_doable(actor, row)
    if row["stage"] != "accept":
        raise NotHere(step=row["name"], verb=N_("要求补正"))
    rules.require_state(row["c_state"], frozenset({State.SUBMITTED}), N_("要求补正"))
    version = await version_of(row["version"])
    if not items or any(not item.text.strip() for item in items):
        raise Invalid({"items": "请写明每一项需要补正的内容。"})
    for item in items:
        if item.material and version.definition.material(item.material) is None:
            raise Invalid({"items": "所要求的材料不在办事指南中，不得额外索要。"})
    earlier = await db.fetchval(
        "select at from correction where case_id = $1 order by at limit 1", row["c_id"]
    )
    if earlier is not None:
        raise SecondCorrection(at=date_words(earlier))
    due = await due_date(row["c_filed_at"], version.definition.limits.limit("correction"), now)
    case = standing(row, "c_")
    asked = [
        {"text": item.text.strip()[:500], "material": item.material, "field": item.field}
        for item in items
    ]
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
    rules.require_state(case.state, frozenset({State.CORRECTING}), N_("提交补正"))
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
    due = await due_date(case.filed_at, version.definition.limits.limit("acceptance"), now)
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
    plans = {
        "accept": ("not_accepted", State.NOT_ACCEPTED, rules.BEFORE_ACCEPTANCE, N_("不予受理")),
        "decide": ("denied", State.DENIED, rules.UNDER_WAY, N_("作出否定决定")),
    }
    if row["stage"] not in plans:
        raise NotHere(step=row["name"], verb=N_("作出否定决定"))
    kind, after, allowed, verb = plans[row["stage"]]
    rules.require_state(row["c_state"], allowed, verb)
    reasons = rules.require_reason(N_("不予办理的理由"), reasons)
    legal_basis = rules.require_reason(N_("法律依据"), legal_basis)
    case = standing(row, "c_")
    version = await version_of(row["version"])
    move = await _ending(row, now, actor, outcome=kind)
    move.changes |= {
        "state": after,
        "closing": rules.CLOSING["denied" if kind == "denied" else "not_accepted"],
        "closed_at": now.isoformat(),
    }
    if kind == "denied":
        move.changes |= {"decision": "denied", "decided_at": now.isoformat()}
    move.entries.append(
        entry(
            actor,
            "case.refused",
            now,
            element=row["element"],
            step_name=row["name"],
            outcome=kind,
            why=reasons,
            detail={"legal_basis": legal_basis, "facts": facts.strip()[:2000]},
        )
    )
    async with db.transaction():
        if not await carry_out(move, version, also=[Job("case.paper", {"paper": kind})]):
            raise Stale
        await db.execute(
            "insert into refusal (tenant, case_id, kind, by, at, facts, reasons, legal_basis)"
            " values ($1,$2,$3,$4,$5,$6,$7,$8)",
            case.tenant,
            case.id,
            kind,
            actor.id,
            now,
            facts.strip()[:2000],
            reasons,
            legal_basis,
        )


async def return_to(actor: Actor, task: int, *, target: str, why: str, now: datetime) -> None:
    """Send the case back to an earlier step, with a reason. What was answered there is kept."""
    row = await task_for(actor, task)
    await require_doable(actor, row)
    reason = rules.require_reason(N_("退回理由"), why)
    case = standing(row, "c_")
    if target not in {step["element"] for step in await earlier_steps(row)}:
        raise Invalid({"target": "请选择本件已经办理过的环节。"})
    version = await version_of(row["version"])
    with engine():
        moved = bpmn.jump(version.process, row["run"], target, now, from_task=row["uid"].hex)
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
            element=row["element"],
            step_name=row["name"],
            why=reason,
            detail={"to": target, "to_name": name},
        )
    )
    if not await carry_out(move, version):
        raise Stale


async def earlier_steps(row: Mapping[str, Any]) -> list[Any]:
    """Steps of this case already done, to which it may be sent back: element, name, doer.

    Never before acceptance once it is accepted: that would restart a clock the law has started.
    """
    steps = await db.fetch(
        "select distinct on (t.element) t.element, t.name, t.name_en, t.stage, p.name as done_by"
        " from task t left join person p on p.id = t.done_by"
        " where t.case_id = $1 and t.state = 'done' and t.element <> $2"
        " order by t.element, t.id desc",
        row["c_id"],
        row["element"],
    )
    return [step for step in steps if step["stage"] != "accept"]


async def withdraw(actor: Actor, case: CaseView, *, why: str, now: datetime) -> None:
    """The applicant takes the application back, before it is decided."""
    if not speaks_for_applicant(actor, case):
        raise Forbidden
    rules.require_state(case.state, rules.BEFORE_ACCEPTANCE | rules.UNDER_WAY, N_("撤回"))
    reason = rules.require_reason(N_("撤回原因"), why)
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
    move.changes |= {
        "state": State.WITHDRAWN,
        "closing": rules.CLOSING["void"],
        "closed_at": now.isoformat(),
    }
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
