"""Putting right a case that has gone astray: what an operator may do, seen before it is done.

The engine is moved; the law's clocks aren't touched, and what only people may do (accepting,
deciding) can't be stepped over. Every repair needs a reason and is on the record with what was
before and after.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

import orjson
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

import bpmn
from onewindow import db
from onewindow.cases import live, rules
from onewindow.cases.moves import Move, carry_out, engine
from onewindow.cases.queries import CaseView
from onewindow.cases.record import entry, note
from onewindow.cases.rules import BEFORE_ACCEPTANCE, OVER, State
from onewindow.errors import Forbidden, Invalid, Refusal, Stale
from onewindow.matters.versions import Version, version_of
from onewindow.people.gate import Actor
from onewindow.web.i18n import N_

Act = Literal["move", "skip", "repeat", "correct", "retry"]
ACTS: tuple[str, ...] = get_args(Act)
LAWFUL = ("accept", "decide")
"""Stages at which law lets clocks begin or ends a case: nobody steps over them."""


class NothingToRepair(Refusal):
    text = "办件已经办结，不能再修复。"


class WaitsForCorrection(Refusal):
    text = "办件正在等待申请人补正，补正后或期限届满后再修复。"


class NotSteppedOver(Refusal):
    text = "“{step}”是法定环节，须由有权的人办理，不能跳过。"


class NoFailedJobs(Refusal):
    text = "本件没有失败的作业。"


@dataclass(frozen=True, slots=True)
class Repair:
    """What is asked for. `task`: engine id of the open task it is about ("" : the whole case);
    `target`: element to go to; `outcome` a skipped step ends with; `data`: variables put right."""

    act: str
    task: str = ""
    target: str = ""
    outcome: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A human or automatic step that is open."""

    id: str
    step: bpmn.StepSpec
    name: str


@dataclass(frozen=True, slots=True)
class Bench:
    """A case laid open: its version, its run, where it stands, its data, its failed jobs."""

    case: CaseView
    version: Version
    run: bytes
    revision: int
    next_due: datetime | None
    data: Mapping[str, Any]
    waiting: tuple[Waiting, ...]
    jobs: tuple[Mapping[str, Any], ...]

    def targets(self) -> list[bpmn.StepSpec]:
        """Steps the case may be moved to. Acceptance is neither passed by nor gone back behind."""
        before = State(self.case.state) in BEFORE_ACCEPTANCE
        return [
            step
            for step in self.version.process.steps.values()
            if (step.stage == "accept") == before
        ]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a repair will do: steps open before and after, data that changes, timers, operations
    that will be carried out, whether the case ends; `jobs` run again."""

    repair: Repair
    moved: bpmn.Moved | None
    before: tuple[str, ...]
    after: tuple[str, ...]
    changed: Mapping[str, tuple[Any, Any]]
    operations: tuple[str, ...]
    ended: bool
    next_due: datetime | None
    jobs: int = 0


async def lay_open(actor: Actor, case: CaseView, now: datetime) -> Bench:
    """Everything a repair needs to know. Raises Forbidden for all but operators."""
    if not actor.is_any("operator"):
        raise Forbidden
    row = await db.fetchrow("select * from case_run where case_id = $1", case.id)
    version = await version_of(case.version)
    if row is None:
        raise NothingToRepair
    waiting: tuple[Waiting, ...] = ()
    data: Mapping[str, Any] = orjson.loads(row["data"])
    if not (row["ended"] or State(case.state) in OVER):
        waiting, data = _standing(version, row["state"], now)
    return Bench(
        case,
        version,
        row["state"],
        row["revision"],
        row["next_due"],
        data,
        waiting,
        await _failed_jobs(case.id),
    )


def _standing(
    version: Version, run: bytes, now: datetime
) -> tuple[tuple[Waiting, ...], Mapping[str, Any]]:
    looked = bpmn.look(version.process, run, now)
    human = [Waiting(task.id, task.step, task.name) for task in looked.live]
    services = [Waiting(call.id, call.step, call.step.name) for call in looked.services]
    return (*human, *services), looked.data


def preview(bench: Bench, repair: Repair, now: datetime) -> Preview:
    """What the repair would do; nothing is written. Raises the refusal that forbids it."""
    before = tuple(each.name for each in bench.waiting)
    if repair.act == "retry":
        if not bench.jobs:
            raise NoFailedJobs
        return Preview(repair, None, before, before, {}, (), False, bench.next_due, len(bench.jobs))
    state = State(bench.case.state)
    if state in OVER or (not bench.waiting and repair.act != "correct"):
        raise NothingToRepair
    if state is State.CORRECTING and repair.act != "correct":
        raise WaitsForCorrection
    with engine():
        moved = _moved(bench, repair, now)
    human, _data = (moved.live, moved.data) if not moved.ended else ((), moved.data)
    services = [
        each.name
        for each in bench.waiting
        if each.step.kind == "service" and each.id not in moved.closed
    ]
    return Preview(
        repair,
        moved,
        before,
        (
            *(task.name for task in human),
            *services,
            *(call.step.name for call in moved.services),
        ),
        {
            name: (bench.data.get(name), value)
            for name, value in moved.data.items()
            if bench.data.get(name) != value
        },
        tuple(call.step.operation or "" for call in moved.services),
        moved.ended,
        moved.next_due,
    )


def _moved(bench: Bench, repair: Repair, now: datetime) -> bpmn.Moved:
    process = bench.version.process
    task = next((each for each in bench.waiting if each.id == repair.task), None)
    match repair.act:
        case "correct":
            wrong = repair.data.keys() - process.variables.keys()
            if wrong or not repair.data:
                raise Invalid({"data": "请至少更正一项流程数据。"})
            return bpmn.correct(process, bench.run, repair.data, now)
        case "skip":
            if task is None:
                raise Invalid({"task": "请选择要跳过的环节。"})
            if task.step.stage in LAWFUL:
                raise NotSteppedOver(step=task.name)
            if task.step.kind == "service":
                return bpmn.answer(process, bench.run, task.id, {}, now)
            return bpmn.complete(process, bench.run, task.id, {"outcome": repair.outcome}, now)
        case "move" | "repeat":
            if repair.target not in {step.id for step in bench.targets()}:
                raise Invalid({"target": "请选择本件可以去的环节。"})
            return bpmn.jump(
                process, bench.run, repair.target, now, from_task=task.id if task else None
            )
    raise Invalid({"act": "请选择要做的修复。"})


async def carry(
    actor: Actor, bench: Bench, repair: Repair, *, reason: str, revision: int, now: datetime
) -> None:
    """Do it, as it was seen: raises Stale when the case has moved since (`revision`)."""
    reason = rules.require_reason(N_("修复理由"), reason)
    if revision != bench.revision:
        raise Stale
    seen = preview(bench, repair, now)
    line = entry(actor, "case.repaired", now, why=reason, detail=_detail(bench, repair, seen))
    # An operator looks after places they hold no post in: the rows are written as the case's own.
    with db.as_tenant(bench.case.tenant, person=actor.id):
        if seen.moved is None:
            await _retry(bench, line)
            return
        move = Move(
            case=bench.case.standing,
            revision=revision,
            moved=seen.moved,
            at=now,
            person=actor.id,
            due_before=bench.next_due,
            entries=[line],
        )
        if not await carry_out(move, bench.version):
            raise Stale
    live.changed(*bench.case.participants)


def _detail(bench: Bench, repair: Repair, seen: Preview) -> dict[str, Any]:
    task = next((each for each in bench.waiting if each.id == repair.task), None)
    step = bench.version.process.steps.get(
        repair.target or (task.step.id if task is not None else "")
    )
    return {
        "act": repair.act,
        "to": step.id if step is not None else "",
        "to_name": step.name if step is not None else "",
        "outcome": repair.outcome,
        "jobs": [job["entrypoint"] for job in bench.jobs] if repair.act == "retry" else [],
        "before": {
            "steps": list(seen.before),
            "data": {name: _plain(was) for name, (was, _now) in seen.changed.items()},
        },
        "after": {
            "steps": list(seen.after),
            "data": {name: _plain(now) for name, (_was, now) in seen.changed.items()},
        },
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | list | None) else str(value)


# ---- failed work --------------------------------------------------------------------------------


async def _failed_jobs(case: int) -> tuple[Mapping[str, Any], ...]:
    """Jobs of this case that have failed for good: id, entrypoint, payload, updated, why."""
    with db.as_system():
        rows = await db.fetch(
            "select j.id, j.entrypoint, j.payload, j.updated,"
            " (select l.traceback ->> 'exception_message' from pgqueuer_log l where l.job_id = j.id"
            "   and l.traceback is not null order by l.id desc limit 1) as why"
            " from pgqueuer j where j.status = 'failed'"
            " and (convert_from(j.payload, 'UTF8')::jsonb ->> 'case')::bigint = $1 order by j.id",
            case,
        )
    return tuple(rows)


async def _retry(bench: Bench, line: Any) -> None:
    jobs = [job["id"] for job in bench.jobs]
    async with db.transaction():
        await note(bench.case, line)
    with db.as_system():
        async with db.transaction() as connection:
            await Queries(AsyncpgDriver(connection)).requeue_jobs(jobs)
