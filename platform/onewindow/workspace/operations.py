"""What the operator watches: jobs that failed for good, with why and a way to run them again."""

from typing import Any

import orjson
from litestar import Router, delete, get, post
from litestar.response import Redirect, Template
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from onewindow import db
from onewindow.errors import Forbidden, NotThere
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.web.i18n import N_
from onewindow.web.i18n import gettext as _
from onewindow.web.templates import page

KINDS = {
    "case.service": N_("流程中的自动环节"),
    "case.paper": N_("生成文书"),
    "case.timers": N_("流程计时"),
    "clock.timers": N_("计时巡检"),
    "clock.partitions": N_("按月分区"),
}


@get("/operations/jobs")
async def show_jobs(clerk: Clerk) -> Template:
    """Failed jobs of the tenants the operator sees, newest first, and how many are waiting."""
    _require_operator(clerk)
    with db.as_system():
        rows = await db.fetch(
            "select j.id, j.entrypoint, j.created, j.updated, j.attempts, j.payload,"
            " (select l.traceback from pgqueuer_log l where l.job_id = j.id"
            "  and l.traceback is not null order by l.id desc limit 1) as trace"
            " from pgqueuer j where j.status = 'failed' order by j.id desc limit 500"
        )
        counts = await db.fetch(
            "select status::text, count(*) from pgqueuer group by status order by status"
        )
        shown = [job for row in rows if (job := _job(row))["tenant"] in clerk.visible]
        numbers = await _case_numbers([job["case"] for job in shown if job["case"]])
    return page(
        "workspace/jobs.html",
        jobs=[{**job, "number": numbers.get(job["case"], "")} for job in shown],
        waiting=sum(row["count"] for row in counts if row["status"] in ("queued", "picked")),
    )


@post("/operations/jobs/{job:int}/attempts", status_code=200)
async def run_again(clerk: Clerk, job: int) -> Redirect:
    """Put a failed job back into the queue."""
    _require_operator(clerk)
    await _require_seen(clerk, job)
    with db.as_system():
        async with db.transaction() as connection:
            await Queries(AsyncpgDriver(connection)).requeue_jobs([job])
    return Redirect("/operations/jobs", status_code=303)


@delete("/operations/jobs/{job:int}", status_code=200)
async def give_up(clerk: Clerk, job: int) -> Redirect:
    """Take a failed job off the list for good."""
    _require_operator(clerk)
    await _require_seen(clerk, job)
    with db.as_system():
        await db.execute("delete from pgqueuer where id = $1 and status = 'failed'", job)
    return Redirect("/operations/jobs", status_code=303)


def _job(row: Any) -> dict[str, Any]:
    try:
        numbers = orjson.loads(row["payload"] or b"{}")
    except orjson.JSONDecodeError:
        numbers = {}
    trace = orjson.loads(row["trace"]) if row["trace"] else {}
    return {
        "id": row["id"],
        "kind": _(str(KINDS.get(row["entrypoint"], row["entrypoint"]))),
        "failed_at": row["updated"],
        "attempts": row["attempts"],
        "case": numbers.get("case", 0),
        "tenant": numbers.get("tenant", 0),
        "what": numbers.get("operation") or numbers.get("paper") or "",
        "why": f"{trace.get('exception_type', '')}: {trace.get('exception_message', '')}".strip(
            ": "
        ),
    }


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


routes = [Router("/", route_handlers=[show_jobs, run_again, give_up], dependencies=DEPENDENCIES)]
