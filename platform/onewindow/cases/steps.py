"""Doing a task: claim, release, transfer, complete."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

import bpmn
from onewindow import db
from onewindow.cases import law, live, rules
from onewindow.cases.application import variables_anew
from onewindow.cases.moves import Move, Opened, carry_out, engine
from onewindow.cases.numbers import case_numbering
from onewindow.cases.queries import standing, task_for
from onewindow.cases.record import entry, note
from onewindow.errors import FieldProblem, Invalid, Stale
from onewindow.matters.versions import Version, version_of
from onewindow.people.gate import Actor
from onewindow.people.queries import lane_words
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _
from onewindow.web.words import datetime_words
from onewindow.workdays.queries import calendar_of, due_date


@dataclass(frozen=True, slots=True)
class Completed:
    """What came of a completion: the tasks it opened, and whether the case has come to its end."""

    opened: tuple[Opened, ...]
    ended: bool


async def complete(
    actor: Actor,
    task: int,
    *,
    answers: Mapping[str, Any],
    outcome: str = "",
    why: str = "",
    now: datetime,
) -> Completed:
    """Finish a task with its form's answers and one of its outcomes.

    Raises Invalid (fields named) when the form's verdict is no, AlreadyDone or TakenBy when
    somebody was faster, MakerIsChecker, NotYourTask, OnHold, TaskGone.
    """
    row = await task_for(actor, task)
    await require_doable(actor, row)
    version = await version_of(row["version"])
    step = version.process.steps[row["element"]]
    outcome = law.outcome_of(step, outcome)
    data, answer = await _answers(version, step, row, answers)
    routing = {**data, "outcome": outcome}
    if row["corrected"]:
        routing = {**await variables_anew(version, row["c_id"]), **routing}
    case = standing(row, "c_")
    calendar = await calendar_of(case.tenant)
    with engine():
        moved = bpmn.complete(
            version.process, row["run"], row["uid"].hex, routing, now, calendar=calendar
        )
    absent = await _stood_in_for(actor, row)
    move = Move(
        case=case,
        revision=row["revision"],
        moved=moved,
        at=now,
        person=actor.id,
        task=task,
        outcome=outcome,
        done_for=absent["id"] if absent else None,
        due_before=row["next_due"],
        answer=answer,
    )
    move.entries.append(
        entry(
            actor,
            "task.completed",
            now,
            lane=row["lane"],
            element=row["element"],
            step_name=row["name"],
            outcome=outcome,
            why=why.strip()[:2000],
            on_behalf_of=absent["name"] if absent else "",
        )
    )
    await _advance(move, version, step.stage, actor, row["lane"])
    state = move.changes.get("state", case.state)
    papers = rules.papers_after(step.papers, state, ended=moved.ended)
    if not await carry_out(move, version, papers=papers):
        await _told_who_was_faster(actor, task)
    return Completed(move.opened, moved.ended)


async def claim(actor: Actor, task: int, *, now: datetime) -> None:
    """Take a task from the lane into one's own hands."""
    row = await task_for(actor, task)
    await require_doable(actor, row)
    async with db.transaction():
        taken = await db.fetchval(
            "update task set assignee = $2, claimed_at = $3"
            " where id = $1 and state = 'open' and assignee is null returning id",
            task,
            actor.id,
            now,
        )
        if taken is not None:
            await note(standing(row, "c_"), entry(actor, "task.claimed", now, **_step(row)))
    if taken is None:
        await _told_who_was_faster(actor, task)
    live.changed(row["tenant"])


async def release(actor: Actor, task: int, *, now: datetime) -> None:
    """Put one's task back into its lane."""
    row = await task_for(actor, task)
    async with db.transaction():
        freed = await db.fetchval(
            "update task set assignee = null, claimed_at = null"
            " where id = $1 and state = 'open' and assignee = $2 and lane not like 'person:%'"
            " returning id",
            task,
            actor.id,
        )
        if freed is None:
            raise Stale
        await note(standing(row, "c_"), entry(actor, "task.released", now, **_step(row)))
    live.changed(row["tenant"])


async def transfer(actor: Actor, task: int, *, to: int, why: str, now: datetime) -> None:
    """Hand a task to a colleague who holds its lane. Both names and the reason are recorded."""
    row = await task_for(actor, task)
    if not actor.is_any("centre_manager", "supervisor"):
        await require_doable(actor, row)
    reason = rules.require_reason(N_("转办理由"), why)
    with db.as_system():
        colleague = await db.fetchrow(
            "select distinct p.id, p.name from lane_holder l join person p on p.id = l.person"
            " where l.tenant = $1 and p.id = $2 and (l.lane = $3 or $3 like 'person:%')",
            row["tenant"],
            to,
            row["lane"],
        )
    if colleague is None or row["tenant"] != actor.tenant:
        raise Invalid({"to": "请选择本岗位可以办理此事的同事。"})
    earlier = await _done_earlier_by(row, to)
    if earlier:
        raise Invalid(
            [
                FieldProblem(
                    "to",
                    "{who}已经办理了本件的“{earlier}”，这一环节须由另一人办理。",
                    {"who": colleague["name"], "earlier": earlier},
                )
            ]
        )
    async with db.transaction():
        handed = await db.fetchval(
            "update task set assignee = $2, claimed_at = $3"
            " where id = $1 and state = 'open' and assignee is not distinct from $4 returning id",
            task,
            to,
            now,
            row["assignee"],
        )
        if handed is None:
            raise Stale
        await note(
            standing(row, "c_"),
            entry(
                actor,
                "task.transferred",
                now,
                why=reason,
                detail={"to": colleague["name"]},
                **_step(row),
            ),
        )
    live.changed(row["tenant"])


async def require_doable(actor: Actor, row: Mapping[str, Any]) -> None:
    """Refuse unless the task is open, in the actor's lanes, and not barred by maker–checker."""
    step = _name(row)
    match row["state"]:
        case "done":
            await _told_who_was_faster(actor, row["id"])
        case "cancelled":
            raise rules.TaskGone(step=step)
        case "held":
            raise rules.OnHold(step=step)
    mine = row["lane"] in actor.lanes or row["lane"] in actor.backup_lanes
    if row["tenant"] != actor.tenant or not (mine or row["assignee"] == actor.id):
        lane = await lane_words(row["tenant"], row["lane"], language())
        raise rules.NotYourTask(step=step, lane=lane)
    if row["assignee"] is not None and row["assignee"] != actor.id:
        raise rules.TakenBy(step=step, who=await _name_of(row["assignee"]))
    earlier = await _done_earlier_by(row, actor.id)
    if earlier:
        raise rules.MakerIsChecker(step=step, earlier=earlier)


async def _done_earlier_by(row: Mapping[str, Any], person: int) -> str:
    """Maker–checker: the step that `person` did and this one must differ from; empty for none."""
    if not row["earlier_doers"]:
        return ""
    for element, doer in orjson.loads(row["earlier_doers"]).items():
        if doer == person:
            return (await version_of(row["version"])).step_name(element, language())
    return ""


async def _answers(
    version: Version, step: bpmn.StepSpec, row: Mapping[str, Any], answers: Mapping[str, Any]
) -> tuple[Mapping[str, Any], law.Answer | None]:
    """The form's verdict on the answers; what it looks back at comes from what is stored."""
    given = await latest_answers(row["c_id"]) if law.looks_back(version, step) else {}
    return law.answers_to(version, step, answers, given)


async def latest_answers(case: int) -> dict[str, Any]:
    """All answers of a case, later ones over earlier ones: what read-only fields show."""
    rows = await db.fetch(
        "select data from case_answer where case_id = $1 order by id limit 500", case
    )
    merged: dict[str, Any] = {}
    for each in rows:
        merged.update(orjson.loads(each["data"]))
    return merged


async def _advance(move: Move, version: Version, stage: str, actor: Actor, lane: str) -> None:
    """What the step means for the case's standing: acceptance starts the clocks, and so on."""
    follows = law.after_step(stage, move.case.state, move.at)
    move.changes |= follows.changes
    if follows.accepts:
        limits = version.definition.limits
        for column, limit in (
            ("promised_due", limits.limit("promised")),
            ("statutory_due", limits.limit("statutory")),
        ):
            move.changes[column] = (await due_date(move.case.tenant, limit, move.at)).isoformat()
        move.numbering = await case_numbering(move.case.tenant, version, move.at)
        move.entries.append(entry(actor, "case.accepted", move.at, lane=lane))
    if follows.grants:
        move.entries.append(entry(actor, "case.granted", move.at, lane=lane))


async def _stood_in_for(actor: Actor, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The absent colleague a backup acts for (id, name), so that both names are on record (AB岗);
    None usually."""
    if row["lane"] in actor.lanes or row["lane"] not in actor.backup_lanes:
        return None
    with db.as_system():
        absent: Mapping[str, Any] | None = await db.fetchrow(
            "select away.id, away.name from lane_holder l join post p on p.backup = l.post"
            " join post_holder h on h.post = p.id and h.away join person away on away.id = h.person"
            " join department d on d.id = p.department"
            " where l.tenant = $1 and l.person = $3 and not l.backup and $2 in"
            " (d.key || '/' || p.role, d.key || '/', '/' || p.role, 'post:' || p.key) limit 1",
            row["tenant"],
            row["lane"],
            actor.id,
        )
    return absent


async def _told_who_was_faster(actor: Actor, task: int) -> None:
    """Raise the refusal that says who did or took the task, and when."""
    row = await db.fetchrow(
        "select t.name, t.name_en, t.state, t.done_at, d.name as doer, a.name as assignee,"
        " t.assignee as who"
        " from task t left join person d on d.id = t.done_by left join person a"
        " on a.id = t.assignee where t.id = $1",
        task,
    )
    if row is None:
        raise Stale
    if row["state"] == "done":
        at = datetime_words(row["done_at"])
        raise rules.AlreadyDone(step=_name(row), who=row["doer"] or _("他人"), at=at)
    if row["state"] == "cancelled":
        raise rules.TaskGone(step=_name(row))
    if row["who"] is not None and row["who"] != actor.id:
        raise rules.TakenBy(step=_name(row), who=row["assignee"] or _("他人"))
    raise Stale


async def _name_of(person: int) -> str:
    return await db.fetchval("select name from person where id = $1", person) or _("他人")


def _name(row: Mapping[str, Any]) -> str:
    """What a task is called in the reader's language."""
    return row["name_en"] if language() == "en" and row["name_en"] else row["name"]


def _step(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"element": row["element"], "step_name": row["name"], "lane": row["lane"]}
