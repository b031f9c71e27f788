"""Taking running cases of a matter to another version, many at a time.

Cases stay on their version unless somebody chooses them here. First a rehearsal says of each case
whether it can go and why not, writing nothing; then jobs take them over in batches, one transaction
a case. It can be paused; one case that fails doesn't stop the rest.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
import orjson
import structlog

import bpmn
from onewindow import db, rooms
from onewindow.cases import rules
from onewindow.cases.passage import Author, Passage, why_not
from onewindow.db import queue
from onewindow.errors import Invalid, NotThere, Refusal, Stale
from onewindow.people.gate import Actor
from onewindow.web.i18n import N_

log = structlog.get_logger()

BATCH = 20
"""Cases a job takes over before it queues the next job, so that others get their turn."""
MOST = 5000
"""Cases one migration takes."""
BREATH = 25
"""Rehearsed cases after which other requests get their turn."""


FAULTS = (
    bpmn.BadState, AssertionError, LookupError, TypeError, ValueError,
    asyncpg.IntegrityConstraintViolationError, asyncpg.DataError,
)  # fmt: skip
"""What is wrong with one case only. A database that is away is not: the batch is tried again."""


class NothingChosen(Refusal):
    status = 422
    text = "没有符合条件的在办件。"


class SameVersion(Refusal):
    status = 422
    text = "请选择两个不同的版本。"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which running cases of a version: all, or those waiting at a step, handed in between two
    moments, handed in at a place (those below it too), overdue."""

    step: str = ""
    since: datetime | None = None
    until: datetime | None = None
    place: int = 0
    overdue: bool = False

    def stored(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one case can be taken over: `text` (filled by `params`) says why not; empty: it can.

    `steps` are the elements it waits at, in its old version.
    """

    case: int
    number: str
    applicant: str
    steps: tuple[str, ...]
    text: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


_CHOSEN = """
select c.id, coalesce(c.number, c.receipt_number) as number, c.applicant_name,
       array(select t.element from task t
              where t.case_id = c.id and t.state in ('open', 'held') order by t.id) as steps
  from cases c join case_run r on r.case_id = c.id
 where c.version = $1 and c.closed_at is null and c.state <> 'draft' and not r.ended
   and ($2 = '' or exists (select 1 from task t where t.case_id = c.id and t.element = $2
                                                  and t.state in ('open', 'held')))
   and ($3::timestamptz is null or c.submitted_at >= $3)
   and ($4::timestamptz is null or c.submitted_at < $4)
   and ($5 = 0 or c.filed_at in (select id from tenant where path @> array[$5::int]))
   and (not $6 or c.promised_due < $7
        or exists (select 1 from task t where t.case_id = c.id and t.state = 'open' and t.due < $7))
 order by c.id
 limit $8
"""


async def chosen(version: int, choice: Choice, now: datetime) -> list[Any]:
    """Running cases of a version that meet the choice: id, number, applicant_name, steps."""
    return await db.fetch(
        _CHOSEN,
        version,
        choice.step,
        choice.since,
        choice.until,
        choice.place,
        choice.overdue,
        now,
        MOST,
    )


async def rehearse(passage: Passage, cases: Sequence[Any], now: datetime) -> list[Verdict]:
    """A verdict on each of these cases (rows of `chosen`); nothing is written."""
    verdicts: dict[int, Verdict] = {}
    told = {row["id"]: row for row in cases}
    for start in range(0, len(cases), BREATH):
        for row in await passage.rows([row["id"] for row in cases[start : start + BREATH]]):
            text, params = await _verdict(passage, row, now)
            shown = told[row["id"]]
            verdicts[row["id"]] = Verdict(
                row["id"],
                shown["number"],
                shown["applicant_name"],
                tuple(shown["steps"]),
                text,
                params,
            )
        await asyncio.sleep(0)
    return [verdicts[id] for id in told if id in verdicts]


async def _verdict(
    passage: Passage, row: Mapping[str, Any], now: datetime
) -> tuple[str, dict[str, Any]]:
    try:
        await passage.moved(row, now)
    except (bpmn.Refused, Refusal) as refused:
        return why_not(refused)
    return "", {}


async def begin(
    actor: Actor,
    passage: Passage,
    choice: Choice,
    *,
    reason: str,
    now: datetime,
) -> int:
    """Note which cases shall go, and queue the first batch; the migration's id.

    Raises NothingChosen, SameVersion, ReasonNeeded, Invalid for a value that is no FEEL.
    """
    reason = rules.require_reason(N_("迁移理由"), reason, most=300)
    if passage.old.id == passage.new.id or passage.old.matter != passage.new.matter:
        raise SameVersion
    _require_values(passage)
    cases = await chosen(passage.old.id, choice, now)
    if not cases:
        raise NothingChosen
    mapping = {
        "elements": dict(passage.conversion.elements),
        "values": dict(passage.conversion.values),
    }
    async with db.transaction():
        migration: int = await db.fetchval(
            "insert into case_migration (tenant, matter, from_version, to_version, chosen, mapping,"
            " state, reason, by, by_name, at) values ($1,$2,$3,$4,$5,$6,'running',$7,$8,$9,$10)"
            " returning id",
            actor.tenant,
            passage.old.matter,
            passage.old.id,
            passage.new.id,
            orjson.dumps(choice.stored()).decode(),
            orjson.dumps(mapping).decode(),
            reason,
            actor.id,
            actor.name,
            now,
        )
        await db.execute(
            "insert into case_migration_item (tenant, migration, case_id, state, reason)"
            " select $1, $2, id, 'waiting', '' from unnest($3::bigint[]) as id",
            actor.tenant,
            migration,
            [row["id"] for row in cases],
        )
        await _queue_batch(migration, actor.tenant, now)
    return migration


def _require_values(passage: Passage) -> None:
    wrong = {
        f"value-{name}": "这不是正确的表达式：" + "；".join(p.message for p in problems)
        for name, text in passage.conversion.values.items()
        if (problems := rooms.feel().check(text, passage.old.process.plan.names))
    }
    if wrong:
        raise Invalid(wrong)


async def pause(migration: int) -> None:
    """The batch under way is finished; no other begins."""
    await db.execute(
        "update case_migration set state = 'paused' where id = $1 and state = 'running'", migration
    )


async def resume(migration: int, *, tenant: int, now: datetime) -> None:
    async with db.transaction():
        again = await db.fetchval(
            "update case_migration set state = 'running', ended_at = null"
            " where id = $1 and state = 'paused' returning id",
            migration,
        )
        if again is not None:
            await _queue_batch(migration, tenant, now)


async def try_again(migration: int, *, tenant: int, now: datetime) -> None:
    """Once more for the cases that stayed or failed: they may have come to another step."""
    async with db.transaction():
        waiting = await db.fetch(
            "update case_migration_item set state = 'waiting', reason = '', at = null"
            " where migration = $1 and state in ('stays', 'failed') returning id",
            migration,
        )
        if waiting:
            await db.execute(
                "update case_migration set state = 'running', ended_at = null where id = $1",
                migration,
            )
            await _queue_batch(migration, tenant, now)


async def carry_on(migration: int, now: datetime) -> None:
    """Take the next batch over, and queue the job for the one after; called by the queue."""
    row = await db.fetchrow("select * from case_migration where id = $1", migration)
    if row is None or row["state"] != "running":
        return
    passage = await Passage.between(
        row["from_version"], row["to_version"], orjson.loads(row["mapping"])
    )
    by = Author(row["by"], row["by_name"], row["reason"])
    items = await db.fetch(
        "select id, case_id from case_migration_item where migration = $1 and state = 'waiting'"
        " order by id limit $2",
        migration,
        BATCH,
    )
    for item in items:
        await _take(passage, item["id"], item["case_id"], by, now)
    async with db.transaction():
        # Paused meanwhile, it stays so; resuming queues the next batch.
        state = await db.fetchval(
            "select state from case_migration where id = $1 for update", migration
        )
        if state == "running" and len(items) == BATCH:
            await _queue_batch(migration, row["tenant"], now)
        elif state == "running":
            await db.execute(
                "update case_migration set state = 'done', ended_at = $2 where id = $1",
                migration,
                now,
            )


async def _take(passage: Passage, item: int, case: int, by: Author, now: datetime) -> None:
    """One case, and what became of it: `moved`, `stays` (with the reason) or `failed`."""
    text, params = "", {}
    state = "moved"
    for attempt in (1, 2):
        rows = await passage.rows([case])
        if not rows:
            state, (text, params) = "stays", await _why_gone(passage, case)
            break
        try:
            async with db.transaction():
                await passage.take(rows[0], by, now)
                await _note(item, "moved", "", {}, now)
            return
        except Stale:
            if attempt == 2:
                state, (text, params) = "failed", why_not(Stale())
        except FAULTS as error:
            # A fault of ours or a damaged case: it is told, and the others go on.
            log.error("case-not-migrated", case=case, error=repr(error))
            state, text, params = "failed", N_("迁移时出错：{why}"), {"why": str(error)[:200]}
            break
        except (bpmn.Refused, Refusal) as refused:
            state, (text, params) = "stays", why_not(refused)
            break
    await _note(item, state, str(text), params, now)


async def _why_gone(passage: Passage, case: int) -> tuple[Any, dict[str, Any]]:
    """Why a case isn't on the old version any more: somebody else's migration, or its end."""
    other = await db.fetchrow(
        "select g.by_name, v.number from case_migration_item i"
        " join case_migration g on g.id = i.migration and g.from_version = $2"
        " join cases c on c.id = i.case_id and c.version = g.to_version"
        " join matter_version v on v.id = g.to_version"
        " where i.case_id = $1 and i.state = 'moved' order by i.at desc limit 1",
        case,
        passage.old.id,
    )
    if other is None:
        return N_("办件已经办结，或已不在原版本上。"), {}
    return N_("已由{who}的另一次迁移转到 v{number}。"), {"who": other[0], "number": other[1]}


async def _note(item: int, state: str, text: str, params: Mapping[str, Any], now: datetime) -> None:
    reason = orjson.dumps({"text": text, "params": dict(params)}).decode() if text else ""
    await db.execute(
        "update case_migration_item set state = $2, reason = $3, at = $4"
        " where id = $1 and state = 'waiting'",
        item,
        state,
        reason,
        now,
    )


async def _queue_batch(migration: int, tenant: int, now: datetime) -> None:
    """Not twice for the same remaining cases, however often somebody asks."""
    left = await db.fetchval(
        "select count(*) from case_migration_item where migration = $1 and state = 'waiting'",
        migration,
    )
    await queue.put(
        "case.migration",
        {"migration": migration},
        tenant=tenant,
        once=f"migration:{migration}:{left}:{now.timestamp()}",
    )


# ---- looking ------------------------------------------------------------------------------------


async def migration_of(tenant: int, id: int) -> Any:
    """A migration of the tenant with its numbers. Raises NotThere."""
    row = await db.fetchrow(_MIGRATIONS + " and g.id = $2" + _GROUPED, tenant, id)
    if row is None:
        raise NotThere
    return row


async def migrations_of(matter: int, tenant: int) -> list[Any]:
    """A matter's migrations, newest first."""
    return await db.fetch(
        _MIGRATIONS + " and g.matter = $2" + _GROUPED + " limit 50", tenant, matter
    )


_MIGRATIONS = """
select g.*, o.number as from_number, n.number as to_number, count(i.id) as all,
       count(*) filter (where i.state = 'moved') as moved,
       count(*) filter (where i.state = 'stays') as stays,
       count(*) filter (where i.state = 'failed') as failed,
       count(*) filter (where i.state = 'waiting') as waiting
  from case_migration g
  join matter_version o on o.id = g.from_version
  join matter_version n on n.id = g.to_version
  left join case_migration_item i on i.migration = g.id
 where g.tenant = $1"""
_GROUPED = " group by g.id, o.number, n.number order by g.id desc"


async def items_of(migration: int, *, states: Sequence[str] = (), limit: int = MOST) -> list[Any]:
    """What became of each case: number, receipt_number, applicant_name, state, text, params, at."""
    rows = await db.fetch(
        "select i.id, i.state, i.reason, i.at, c.receipt_number, c.applicant_name,"
        " coalesce(c.number, c.receipt_number) as number"
        " from case_migration_item i join cases c on c.id = i.case_id"
        " where i.migration = $1 and ($2::text[] = '{}' or i.state = any($2))"
        " order by i.id limit $3",
        migration,
        list(states),
        limit,
    )
    return [{**row, **_reason(row["reason"])} for row in rows]


def _reason(stored: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(stored) if stored else {"text": "", "params": {}}
    except orjson.JSONDecodeError:
        return {"text": stored, "params": {}}
    return found
