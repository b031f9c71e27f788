"""Everything that runs without a person asking: what the queue does, and what the clock starts.

A job carries numbers and calls an action, within the tenant it acts for. It may run twice. One that
fails is tried again with growing pauses and then kept for the operator (`operations`), who sees
why and can run it again.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import asyncpg
import orjson
import structlog
from pgqueuer import PgQueuer
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.models import Job, Schedule

from onewindow import clock, db, rooms
from onewindow.cases import clockwork, migrations
from onewindow.db import queue
from onewindow.delivery import actions as delivery
from onewindow.errors import Refusal
from onewindow.people import attempts, sessions
from onewindow.publishing import actions as publishing
from onewindow.settings import Settings
from onewindow.settings import settings as settings_here

log = structlog.get_logger()

ATTEMPTS = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=5)
"""Between one try and the next: doubled each time."""
HEARTBEAT = timedelta(seconds=20)
"""How long a worker may be silent before others take over what it was doing. A killed worker's jobs
wait this long, and until somebody looks (`LOOK`); a job itself may take as long as it needs."""
LOOK = timedelta(seconds=5)
"""How often an idle worker looks by itself; new jobs wake it anyway."""
Work = Callable[[Mapping[str, Any]], Awaitable[None]]


class NotCarriedOut(Refusal):
    text = "平台没有能执行“{operation}”的作业。"


async def case_service(numbers: Mapping[str, Any]) -> None:
    """Do what a service step of a drawing asks for, then let the case go on."""
    operation = OPERATIONS.get(numbers["operation"])
    if operation is None:
        raise NotCarriedOut(operation=numbers["operation"])
    await operation(numbers["case"], numbers["task"], numbers["inputs"], clock.now())


async def case_paper(numbers: Mapping[str, Any]) -> None:
    """Typeset a notice or voucher."""
    await delivery.make_paper(numbers["case"], numbers["paper"], clock.now())


async def case_timers(numbers: Mapping[str, Any]) -> None:
    """Let a case's due timers fire."""
    await clockwork.fire_timers(numbers["case"], clock.now())


async def case_migration(numbers: Mapping[str, Any]) -> None:
    """Take a batch of running cases to another version of their matter."""
    await migrations.carry_on(numbers["migration"], clock.now())


async def matter_publish(numbers: Mapping[str, Any]) -> None:
    """Bring a scheduled version into force."""
    await publishing.publish_due(numbers["version"], clock.now())


KINDS: dict[str, Work] = {
    "case.service": case_service,
    "case.paper": case_paper,
    "case.timers": case_timers,
    publishing.DUE: matter_publish,
    "case.migration": case_migration,
}

OPERATIONS: dict[str, Callable[..., Awaitable[None]]] = {
    "issue_certificate": delivery.issue_certificate,
    "public_notice": delivery.public_notice,
    "send_paper": delivery.send_paper,
}


async def sweep_timers() -> None:
    """Every minute: timers whose own job was lost or came too early."""
    with db.as_system():
        for case, tenant in await clockwork.due_cases(clock.now()):
            await queue.put("case.timers", {"case": case}, tenant=tenant, once=f"timers:{case}")


async def make_partitions() -> None:
    """Every night: next months' partitions of the record and the audit trail."""
    with db.as_system():
        await db.execute("select make_partitions(3)")


async def forget_visits() -> None:
    """Every night: ended sessions, and failed sign-ins that no rule looks at any more."""
    await sessions.forget_ended()
    await attempts.forget_old()


# In UTC, as the queue counts: 19:17 is 3:17 at night in China.
CLOCK: dict[str, tuple[str, Callable[[], Awaitable[None]]]] = {
    "clock.timers": ("* * * * *", sweep_timers),
    "clock.partitions": ("17 19 * * *", make_partitions),
    "clock.visits": ("37 19 * * *", forget_visits),
}


async def run_job(work: Work, job: Job) -> None:
    """Run one job within the tenant it was queued for.

    The queue counts from the beginning of the transaction that put the job, so it hands one out
    that much too early; whatever asks then whether its time has come would hear no, and wait for
    the next sweep. Such a job is put back until its moment.
    """
    numbers = orjson.loads(job.payload or b"{}")
    if "not_before" in numbers:
        early = datetime.fromisoformat(numbers["not_before"]) - clock.now()
        if early > timedelta(0):
            raise RetryRequested(early, "before its time")
    with db.as_tenant(numbers["tenant"], person=numbers.get("person", 0)):
        await work(numbers)


def assemble(connection: Any) -> PgQueuer:
    """A queue manager that knows every kind of job and every clock."""
    manager = PgQueuer.from_asyncpg_connection(connection)
    for kind, work in KINDS.items():
        manager.entrypoint(
            kind,
            on_failure="hold",
            executor_factory=partial(
                DatabaseRetryEntrypointExecutor,
                max_attempts=ATTEMPTS,
                initial_delay=FIRST_PAUSE,
                max_delay=LONGEST_PAUSE,
            ),
        )(partial_job(work))
    for name, (expression, work_of_clock) in CLOCK.items():
        manager.schedule(name, expression)(partial_clock(work_of_clock))
    return manager


def partial_job(work: Work) -> Callable[[Job], Awaitable[None]]:
    async def entry(job: Job) -> None:
        await run_job(work, job)

    return entry


def partial_clock(work: Callable[[], Awaitable[None]]) -> Callable[[Schedule], Awaitable[None]]:
    async def entry(schedule: Schedule) -> None:
        await work()

    return entry


async def run_worker(settings: Settings = settings_here, stop: asyncio.Event | None = None) -> None:
    """Work until told to stop; jobs under way are finished first, within `stop_seconds`."""
    if settings.database_url is None:
        raise RuntimeError("no DATABASE_URL: `onewindow run` starts the embedded database")
    await db.start(
        settings.database_url, size=settings.pool_max, system_size=settings.system_pool_max
    )
    await rooms.open_rooms(settings.storage_url)
    connection = await asyncpg.connect(
        settings.database_url,
        server_settings={"role": "ow_system", "application_name": "ow_worker"},
    )
    manager = assemble(connection)
    if stop is None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, manager.shutdown.set)
    else:
        asyncio.get_running_loop().create_task(_pass_on(stop, manager.shutdown))
    log.info("worker started", kinds=sorted(KINDS))
    try:
        await manager.run(
            dequeue_timeout=LOOK,
            heartbeat_timeout=HEARTBEAT,
            batch_size=settings.job_concurrency,
            max_concurrent_tasks=max(settings.job_concurrency * 2, 2),
        )
    finally:
        with suppress(Exception):
            await connection.close()
        await rooms.close_rooms()
        await db.stop()


async def _pass_on(stop: asyncio.Event, shutdown: asyncio.Event) -> None:
    await stop.wait()
    shutdown.set()


async def drain() -> None:
    """Run what is queued and due now, here and at once: how the demo and tests don't wait.

    What a worker has picked meanwhile is waited for. An error is raised, not retried.
    """
    while True:
        with db.as_system():
            row = await db.fetchrow(
                "delete from pgqueuer where id = (select id from pgqueuer where status = 'queued'"
                " and execute_after <= now() order by priority desc, id limit 1"
                " for update skip locked) returning entrypoint, payload"
            )
        if row is None:
            with db.as_system():
                picked = await db.fetchval("select 1 from pgqueuer where status = 'picked' limit 1")
            if picked is None:
                return
            await asyncio.sleep(0.05)
            continue
        numbers = orjson.loads(row["payload"] or b"{}")
        with db.as_tenant(numbers["tenant"], person=numbers.get("person", 0)):
            await KINDS[row["entrypoint"]](numbers)
