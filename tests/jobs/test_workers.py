"""Real workers, as processes of their own, and what is left when one of them is killed."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from casework import apply_for, do, record, state_of, waiting
from world import Town

from onewindow import clock, db, jobs
from onewindow.db import queue
from onewindow.settings import settings

# A worker with two more kinds of work, which say in a table of theirs that they were there; what is
# slow, and how soon others take over, is shortened so that the test is.
WORKER = """
import asyncio, pathlib, sys
from datetime import timedelta
from onewindow import db, jobs
from onewindow.papers import typesetting

jobs.HEARTBEAT, jobs.LOOK = timedelta(seconds=float(sys.argv[3])), timedelta(seconds=0.3)
jobs.FIRST_PAUSE, jobs.LONGEST_PAUSE = timedelta(seconds=0.1), timedelta(seconds=5)
del jobs.CLOCK["clock.timers"]  # so that what fires does so by a job of its own
name, slow = sys.argv[1], float(sys.argv[2])

async def said(text):
    await db.execute("insert into test_said (who, text) values ($1, $2)", name, text)

async def slowly(numbers):
    await said("begun")
    await asyncio.sleep(slow)
    await said("done")

async def never(numbers):
    await said("tried")
    raise ValueError("字库里没有这个字")

render = typesetting.arender
async def rendered(*facts, **more):
    pathlib.Path(name + ".typesetting").touch()  # a row would wait for the transaction's end
    await asyncio.sleep(slow)
    return await render(*facts, **more)

typesetting.arender = rendered
jobs.KINDS |= {"test.slowly": slowly, "test.never": never}
asyncio.run(jobs.run_worker())
"""

Start = Callable[..., Awaitable["subprocess.Popen[bytes]"]]


@pytest.fixture
async def start(town: Town, tmp_path: Path) -> AsyncIterator[Start]:
    """`await start("a", slow=30)` → a worker on the test's own database, told to be slow;
    `silence`: seconds after which others take it for dead."""
    owner = await asyncpg.connect(town.dsn)
    await owner.execute(
        "create table test_said (id serial primary key, who text, text text,"
        " at timestamptz default clock_timestamp());"
        " grant all on test_said to ow_app, ow_system; grant all on test_said_id_seq to ow_app"
    )
    await owner.close()
    running: list[subprocess.Popen[bytes]] = []

    async def begin(name: str, slow: float = 0, silence: float = 1.2) -> "subprocess.Popen[bytes]":
        log = (tmp_path / f"{name}.log").open("wb")
        worker = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", WORKER, name, str(slow), str(silence)],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "DATABASE_URL": town.dsn,
                "STORAGE_URL": f"folder://{tmp_path}/objects",
                "ONEWINDOW_SECRET_KEY": settings.secret.decode(),
            },
            cwd=tmp_path,
            stdout=log,
            stderr=log,
        )
        running.append(worker)
        return worker

    yield begin
    for worker in running:
        if worker.poll() is None:
            worker.kill()
        worker.wait(60)


async def heard(who: str, text: str) -> int:
    with db.as_system():
        return await db.fetchval(
            "select count(*) from test_said where who = $1 and text = $2", who, text
        )


async def until(true: Callable[[], Awaitable[Any]], seconds: float = 90) -> Any:
    """Wait until it is so; fails the test after a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := await true():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")


async def left() -> int:
    with db.as_system():
        count: int = await db.fetchval("select count(*) from pgqueuer where status <> 'failed'")
    return count


async def empty() -> bool:
    return await left() == 0


async def put(town: Town, kind: str, **more: Any) -> None:
    with db.as_tenant(town.tenants["qingxi"]):
        await queue.put(kind, {}, **more)


async def test_what_a_killed_worker_was_doing_is_taken_over_and_nothing_stays_stuck(
    town: Town, start: Start
) -> None:
    first = await start("first", slow=60)
    await put(town, "test.slowly")
    await until(lambda: heard("first", "begun"))
    second = await start("second")
    first.send_signal(signal.SIGKILL)
    first.wait(60)
    await until(lambda: heard("second", "done"))
    await until(empty)
    assert await heard("first", "done") == 0
    # The dead worker's connections and locks went with it.
    with db.as_system():
        assert await db.fetchval("select count(*) from pgqueuer") == 0
    # And the living one goes on.
    await put(town, "test.slowly")
    await until(lambda: _at_least("second", "done", 2))
    assert second.poll() is None


async def _at_least(who: str, text: str, times: int) -> bool:
    return await heard(who, text) >= times


async def test_a_worker_killed_while_making_a_certificate_leaves_one_certificate_and_no_gap(
    cast, start: Start, tmp_path: Path
) -> None:
    receipt = await cast.food(upto="deliver")
    first = await start("first", slow=60)

    async def typesetting() -> bool:
        return (tmp_path / "first.typesetting").exists()

    await until(typesetting)
    first.send_signal(signal.SIGKILL)
    first.wait(60)
    with db.as_system():
        assert await db.fetchval("select count(*) from certificate") == 0
    await start("second")

    async def issued() -> bool:
        return await state_of(receipt) == "issued"

    await until(issued)
    await until(empty)
    with db.as_system():
        numbers = await db.fetch("select number from certificate")
    assert [row["number"] for row in numbers] == ["JY24590210000001"]
    kinds = [line["kind"] for line in await record(receipt)]
    assert kinds.count("certificate.issued") == 1
    assert await waiting(receipt) == {"deliver"}
    await do(cast.window, receipt, "deliver")
    assert await state_of(receipt) == "delivered"


async def test_a_worker_told_to_stop_finishes_what_it_does_and_takes_nothing_new(
    town: Town, start: Start
) -> None:
    worker = await start("first", slow=1)
    await put(town, "test.slowly")
    await until(lambda: heard("first", "begun"))
    worker.send_signal(signal.SIGTERM)
    await put(town, "test.slowly")
    assert await asyncio.to_thread(worker.wait, 60) == 0
    assert await heard("first", "done") == 1
    with db.as_system():
        rows = await db.fetch("select status::text from pgqueuer")
    assert [row["status"] for row in rows] == ["queued"]
    await start("second")
    await until(lambda: heard("second", "done"))


async def test_a_job_that_fails_is_tried_again_then_held_for_the_operator_and_run_again(
    town: Town, start: Start, desk_of
) -> None:
    await start("first")
    await put(town, "test.never")

    async def held() -> Any:
        with db.as_system():
            return await db.fetchrow("select id, attempts from pgqueuer where status = 'failed'")

    job = await until(held)
    tries = await heard("first", "tried")
    assert 3 <= tries <= 7
    with db.as_system():
        rows = await db.fetch("select at from test_said order by id")
    pauses = [(b["at"] - a["at"]).total_seconds() for a, b in itertools.pairwise(rows)]
    assert pauses[-1] > pauses[0] * 1.2  # each pause longer than the one before
    operator = await desk_of("zhou.ming")
    assert "字库里没有这个字" in (await operator.get("/operations/jobs")).text
    await operator.send_form(f"/operations/jobs/{job['id']}/attempts")
    await until(lambda: _at_least("first", "tried", tries + 1))


async def test_a_timer_fires_at_its_time_by_its_own_job(desk_of, town: Town, start: Start) -> None:
    applicant, window = await desk_of("13800000002"), await desk_of("lin.xiao")
    officer = await desk_of("he.jing", "linjiang")
    await start("first")
    await put(town, "test.slowly")
    await until(lambda: heard("first", "done"))  # it is up
    began = datetime.now(UTC) - timedelta(days=7) + timedelta(seconds=2)
    with clock.at(began):
        receipt = await apply_for(applicant, "subsistence-allowance", "linjiang")
        await do(window, receipt, "accept")
        for step in ("info_check", "home_visit", "publicise"):
            await do(officer, receipt, step)
    with db.as_system():
        due = await db.fetchval("select next_due from case_run")

    async def opened() -> bool:
        return await waiting(receipt) == {"notice_result"}

    await until(opened)
    line = next(line for line in await record(receipt) if line["kind"] == "timer.fired")
    assert line["at"] >= due


async def test_a_job_handed_out_too_early_waits_for_its_moment(town: Town, start: Start) -> None:
    """The queue counts from the transaction's beginning: here three seconds before the job."""
    await start("first")
    await put(town, "test.slowly")
    await until(lambda: heard("first", "done"))  # it is up
    with db.as_tenant(town.tenants["qingxi"]):
        async with db.transaction():
            await asyncio.sleep(3)
            moment = datetime.now(UTC) + timedelta(seconds=3)
            await queue.put("test.slowly", {}, at=moment)
    await until(lambda: _at_least("first", "done", 2))
    with db.as_system():
        began = await db.fetchval("select max(at) from test_said where text = 'begun'")
    assert began >= moment


async def test_many_jobs_are_each_done_once_by_several_workers(town: Town, start: Start) -> None:
    # Busy is not dead: nobody takes over what a living worker is slow to do.
    await asyncio.gather(start("first", silence=60), start("second", silence=60))
    await asyncio.gather(*(put(town, "test.slowly") for _n in range(40)))
    await until(empty)
    with db.as_system():
        rows = await db.fetch("select text, count(*) from test_said group by text order by text")
    assert {row["text"]: row["count"] for row in rows} == {"begun": 40, "done": 40}


def test_a_worker_takes_over_within_half_a_minute() -> None:
    assert timedelta(seconds=30) >= jobs.HEARTBEAT + 2 * jobs.LOOK
