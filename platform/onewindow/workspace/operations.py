"""What the operator watches: jobs that failed for good, with why and a way to run them again, and
what the clock starts by itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from litestar import Request, Router, delete, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from bpmn.dialect import OPERATION_NAMES
from onewindow import clock, db
from onewindow.delivery.wording import shipped_wordings
from onewindow.errors import Forbidden, NotThere
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.tenants.queries import places
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _
from onewindow.web.templates import page

KINDS = {
    "case.service": N_("流程中的自动环节"),
    "case.paper": N_("生成文书"),
    "case.timers": N_("流程计时"),
    "case.migration": N_("办件迁移到新版本"),
    "matter.publish": N_("定时发布事项"),
    "clock.timers": N_("计时巡检"),
    "clock.partitions": N_("建立后续月份的记录分区"),
    "clock.visits": N_("清理已结束的登录和过期的失败记录"),
}
EVERY = {"* * * * *": N_("每分钟")}
SILENT = timedelta(minutes=3)
"""A clock of every minute that is this late: no worker is running."""
SHOWN = 200


# A job says in its payload for whom it is; the operator sees those of the tenants they may read.
_SEEN = "(convert_from(j.payload, 'UTF8')::jsonb ->> 'tenant')::int = any($1)"


@get("/operations/jobs")
async def show_jobs(request: Request, clerk: Clerk) -> Template:
    """Failed jobs of the tenants the operator sees, newest first, what is waiting, and clocks."""
    _require_operator(clerk)
    now = clock.now()
    with db.as_system():
        rows = await db.fetch(
            "select j.id, j.entrypoint, j.updated, j.attempts, j.payload,"
            " (select l.traceback from pgqueuer_log l where l.job_id = j.id"
            "  and l.traceback is not null order by l.id desc limit 1) as trace"
            f" from pgqueuer j where j.status = 'failed' and {_SEEN}"
            " order by j.updated desc, j.id desc limit $2",
            list(clerk.visible),
            SHOWN,
        )
        counts = await db.fetch(
            f"select status::text, count(*) from pgqueuer j where {_SEEN} group by status",
            list(clerk.visible),
        )
        shown = [_job(row) for row in rows]
        numbers = await _case_numbers([job["case"] for job in shown if job["case"]])
        clocks = await db.fetch(
            "select distinct on (entrypoint) entrypoint, expression, next_run, last_run"
            " from pgqueuer_schedules order by entrypoint, created desc, id desc"
        )
    tree = {place.id: place for place in await places()}
    waiting = {row["status"]: row["count"] for row in counts}
    done = request.query_params.get("done", "")
    return page(
        "workspace/jobs.html",
        jobs=[
            {
                **job,
                "number": numbers.get(job["case"], ""),
                "place": tree[job["tenant"]].named(language()) if job["tenant"] in tree else "",
            }
            for job in shown
        ],
        waiting=waiting.get("queued", 0),
        running=waiting.get("picked", 0),
        clocks=[_clock(row) for row in clocks],
        stopped=_stopped(clocks, now),
        done=_(str(DONE[done])) if done in DONE else "",
    )


DONE = {
    "again": N_("已重新排队，稍后刷新查看结果。"),
    "dropped": N_("已不再运行。"),
}


@post("/operations/jobs/attempts", status_code=200)
async def run_all_again(clerk: Clerk) -> Redirect:
    """Put every failed job that the operator sees back into the queue."""
    _require_operator(clerk)
    with db.as_system():
        rows = await db.fetch(
            f"select id from pgqueuer j where status = 'failed' and {_SEEN} order by id limit $2",
            list(clerk.visible),
            SHOWN * 5,
        )
    await _requeue([row["id"] for row in rows])
    return Redirect("/operations/jobs?done=again", status_code=303)


@post("/operations/jobs/{job:int}/attempts", status_code=200)
async def run_again(clerk: Clerk, job: FromPath[int]) -> Redirect:
    """Put a failed job back into the queue."""
    _require_operator(clerk)
    await _require_seen(clerk, job)
    await _requeue([job])
    return Redirect("/operations/jobs?done=again", status_code=303)


@delete("/operations/jobs/{job:int}", status_code=200)
async def give_up(clerk: Clerk, job: FromPath[int]) -> Redirect:
    """Take a failed job off the list for good."""
    _require_operator(clerk)
    await _require_seen(clerk, job)
    with db.as_system():
        await db.execute("delete from pgqueuer where id = $1 and status = 'failed'", job)
    return Redirect("/operations/jobs?done=dropped", status_code=303)


async def _requeue(jobs: list[int]) -> None:
    if not jobs:
        return
    with db.as_system():
        async with db.transaction() as connection:
            await Queries(AsyncpgDriver(connection)).requeue_jobs(jobs)


def _job(row: Any) -> dict[str, Any]:
    try:
        numbers = orjson.loads(row["payload"] or b"{}")
    except orjson.JSONDecodeError:
        numbers = {}
    trace = orjson.loads(row["trace"]) if row["trace"] else {}
    kind = row["entrypoint"]
    return {
        "id": row["id"],
        "kind": _(str(KINDS.get(kind, kind))),
        "failed_at": row["updated"],
        "attempts": row["attempts"],
        "case": numbers.get("case", 0),
        "tenant": numbers.get("tenant", 0),
        "what": what_of(numbers),
        "why": trace.get("exception_message", "") or trace.get("exception_type", ""),
        "trace": trace.get("traceback", ""),
    }


def what_of(numbers: Mapping[str, Any]) -> str:
    """What a job was to do: an operation of the drawing, or which paper to make."""
    operation, paper = str(numbers.get("operation", "")), str(numbers.get("paper", ""))
    title = shipped_wordings().get(paper, {}).get("title", paper)
    return _(OPERATION_NAMES.get(operation, operation) or title)


def _clock(row: Any) -> dict[str, Any]:
    return {
        "name": _(str(KINDS.get(row["entrypoint"], row["entrypoint"]))),
        "every": _(str(EVERY.get(row["expression"], N_("每天")))),
        "last": row["last_run"],
        "next": row["next_run"],
    }


def _stopped(clocks: list[Any], now: datetime) -> bool:
    """Whether no worker has looked at the clocks for a while, or none ever has."""
    return not clocks or min(row["next_run"] for row in clocks) < now - SILENT


async def _case_numbers(cases: list[int]) -> dict[int, str]:
    rows = await db.fetch("select id, receipt_number from cases where id = any($1)", cases)
    return {row["id"]: row["receipt_number"] for row in rows}


async def _require_seen(clerk: Actor, job: int) -> None:
    with db.as_system():
        row = await db.fetchrow(
            "select payload from pgqueuer where id = $1 and status = 'failed'", job
        )
    if row is None or orjson.loads(row["payload"] or b"{}").get("tenant") not in clerk.visible:
        raise NotThere


def _require_operator(clerk: Actor) -> None:
    if not clerk.is_any("operator"):
        raise Forbidden


routes = [
    Router(
        "/",
        route_handlers=[show_jobs, run_all_again, run_again, give_up],
        dependencies=DEPENDENCIES,
    )
]
