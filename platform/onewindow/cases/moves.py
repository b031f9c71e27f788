"""Writing a step of a case: the engine's answer becomes rows, in one statement.

`Move` gathers what one act changes; `carry_out` puts it down under the run's revision. Whoever
comes second changes nothing and is told (`steps.complete`, `verbs`).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
import orjson

import bpmn
from bpmn.dialect import Assign, Limit
from feel import FeelError
from onewindow import db
from onewindow.cases import law, live
from onewindow.cases.record import Entry
from onewindow.db import queue
from onewindow.errors import Refusal
from onewindow.matters.numbering import Numbering
from onewindow.matters.versions import Version
from onewindow.people.queries import lane_of
from onewindow.tenants.queries import departments_at, place_for, settings_of
from onewindow.tenants.rules import TenantSettings
from onewindow.workdays.queries import due_date

# What it does is in sql/move.sql.
_MOVE = f"select move_case({', '.join(f'${n}' for n in range(1, 24))})"
_NO_LONGER_FREE = "OW001"


class _Overtaken(Exception):
    """Somebody took the task, or put it on hold, since it was read."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The part of a case's row that a step reads; made by `queries` from whichever row it has."""

    id: int
    tenant: int
    filed_at: int
    participants: tuple[int, ...]
    state: str
    receipt_number: str
    number: str | None
    applicant: int | None
    applicant_name: str
    summary: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A task that a step has opened, by row id: what a program needs to do it next."""

    id: int
    element: str
    name: str


@dataclass(frozen=True, slots=True)
class Job:
    """Something for the queue: what kind, and the numbers it needs besides the case's; not before
    `at`, and not twice under `once`."""

    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    once: str | None = None

    async def put(self, case: int, tenant: int) -> None:
        """Queue it, for a case of `tenant`."""
        body = {"case": case, **self.payload}
        await queue.put(self.kind, body, tenant=tenant, at=self.at, once=self.once)


@dataclass(slots=True)
class Move:
    """One act and all it changes.

    `changes` are columns of the case (`sql/move.sql`, standing); `answer` is (form, element, data).
    `due_before` is when the case's next timer was due before this act. `opened` is known once the
    move is written.
    """

    case: Standing
    revision: int
    moved: bpmn.Moved
    at: datetime
    person: int | None = None
    task: int | None = None
    outcome: str = ""
    done_for: int | None = None
    answer: tuple[str, str, Mapping[str, Any]] | None = None
    entries: list[Entry] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    numbering: Numbering | None = None
    due_before: datetime | None = None
    opened: tuple[Opened, ...] = ()


class EngineRefused(Refusal):
    """The engine can't go on as asked: a way with no condition that holds, an answer of the wrong
    kind. Said in its own sentence, on the page where it was asked."""


@contextmanager
def engine() -> Iterator[None]:
    """Inside, the engine's refusals become refusals like any other; a damaged state doesn't."""
    try:
        yield
    except bpmn.BadState:
        raise
    except (bpmn.Refused, FeelError) as refused:
        told = refused.problem if isinstance(refused, FeelError) else refused
        raise EngineRefused(told.text, **dict(told.params)) from refused


async def carry_out(
    move: Move, version: Version, *, papers: Sequence[str] = (), also: Sequence[Job] = ()
) -> bool:
    """Write the move and queue what must follow it. False if somebody else was faster.

    Most steps need no job and are one statement; with jobs both stand in one transaction.
    """
    if move.moved.ended and "closed_at" not in move.changes:
        move.changes = {**law.at_the_end(move.at), **move.changes}
        move.entries.append(Entry("case.closed", move.at))
    jobs = [
        *also,
        *(service_job(call) for call in move.moved.services),
        *(Job("case.paper", {"paper": paper}) for paper in papers),
    ]
    due = move.moved.next_due
    if due is not None and due != move.due_before and not move.moved.ended:
        jobs.append(timers_job(move.case.id, due))
    try:
        if not jobs:
            written = await _write(move, version)
        else:
            async with db.transaction():
                written = await _write(move, version)
                if written:
                    for job in jobs:
                        await job.put(move.case.id, move.case.tenant)
    except _Overtaken:
        written = False
    if written:
        live.changed(
            move.case.tenant, *move.case.participants, *move.changes.get("participants", ())
        )
    return written


def service_job(call: bpmn.ServiceCall) -> Job:
    """The job that does a service step; what it needs travels with it."""
    return Job(
        "case.service",
        {"task": call.id, "operation": call.step.operation, "inputs": dict(call.inputs)},
    )


def timers_job(case: int, due: datetime) -> Job:
    """The job that lets a case's timers fire at `due`. Timers whose job is lost are swept up."""
    return Job("case.timers", at=due, once=f"timers:{case}:{due.isoformat()}")


async def _write(move: Move, version: Version) -> bool:
    """Write the move itself. False if somebody moved the case in between; raises `_Overtaken`,
    which undoes the transaction, if they took the task."""
    tasks = await task_rows(move.case, version, move.moved, move.at)
    taking_part = {*move.case.participants, *(row["tenant"] for row in tasks)}
    if taking_part != set(move.case.participants):
        move.changes["participants"] = sorted(taking_part)
    form, element, data = move.answer or ("", "", {})
    number = move.numbering
    try:
        opened = await db.fetchval(
            _MOVE,
            move.case.id,
            move.revision,
            move.at,
            move.person,
            move.moved.state,
            _json(move.moved.data),
            move.moved.next_due,
            move.moved.ended,
            list(move.moved.done),
            move.task,
            move.outcome,
            move.done_for,
            list(move.moved.closed),
            form,
            element,
            _json(data),
            _json(tasks),
            _json([entry.row() for entry in move.entries]),
            _json(move.changes),
            number.prefix if number else "",
            number.period if number else "",
            number.width if number else 0,
            number.suffix if number else "",
        )
    except asyncpg.PostgresError as refused:
        if refused.sqlstate != _NO_LONGER_FREE:
            raise
        raise _Overtaken from None
    if opened is None:
        return False
    move.opened = opened_tasks(opened)
    return True


def opened_tasks(said: str) -> tuple[Opened, ...]:
    """Tasks as `sql/move.sql` tells them."""
    return tuple(Opened(**task) for task in orjson.loads(said))


async def task_rows(
    case: Standing, version: Version, moved: bpmn.Moved, now: datetime
) -> list[dict[str, Any]]:
    """A row for each task the engine opened: where, whose lane, until when."""
    rows = []
    for opened in moved.opened:
        step = opened.step
        who = opened.assign or Assign()
        tenant = await place_for(who.at, filing=case.filed_at, owner=case.tenant)
        here = await settings_of(tenant)
        limit = step.limit or usual_limit(step.stage, version, here)
        name, name_en = version.called(opened, await _offices(tenant, opened))
        rows.append(
            {
                "tenant": tenant,
                "uid": opened.id,
                "element": step.id,
                "instance": opened.index,
                "stage": step.stage,
                "name": name,
                "name_en": name_en,
                "case_number": case.number or case.receipt_number,
                "matter_name": version.definition.name.zh,
                "matter_name_en": version.definition.name.en,
                "applicant_name": case.applicant_name,
                "summary": case.summary,
                "lane": await lane_of(who, applicant=case.applicant),
                "fallback_lane": here.fallback_lane,
                "differs_from": list(step.differs_from),
                "due": (await due_date(tenant, limit, now)).isoformat() if limit else None,
            }
        )
    return rows


async def _offices(tenant: int, opened: bpmn.OpenTask) -> dict[str, tuple[str, str]]:
    """Names of the departments that a task's name speaks of, by key."""
    if not opened.values:
        return {}
    found = await departments_at((tenant, value) for value in opened.values.values())
    return {key: (office.name, office.name_en or office.name) for (_, key), office in found.items()}


def usual_limit(stage: str, version: Version, here: TenantSettings) -> Limit | None:
    """How long a step may take whose drawing says nothing: law sets a time for two of them."""
    match stage:
        case "accept":
            return version.definition.limits.limit_at("acceptance", here)
        case "deliver":
            return here.limit("delivery")
    return None


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()
