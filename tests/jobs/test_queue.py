"""What runs without a person asking: queued with what made it necessary, tried again, kept."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from browsing import words
from casework import apply_for, complete, do, record, say, state_of, task_of, waiting
from world import Town

from onewindow import clock, db, jobs
from onewindow.cases import clockwork
from onewindow.db import queue
from onewindow.delivery import actions as delivery
from onewindow.workspace.operations import KINDS


async def own(sql: str, *values: Any) -> Any:
    with db.as_system():
        return await db.fetchval(sql, *values)


async def queued() -> list[tuple[str, dict[str, Any]]]:
    with db.as_system():
        rows = await db.fetch("select entrypoint, payload from pgqueuer order by id")
    return [(row["entrypoint"], json.loads(row["payload"])) for row in rows]


async def test_a_job_stands_in_the_transaction_that_made_it_necessary(cast, town: Town) -> None:
    receipt = await cast.food(upto="decide")
    await jobs.drain()
    task = await task_of(receipt, "decide")
    for refused in (
        await complete(cast.decider, task, {"decision_note": 1}, "grant"),
        await complete(cast.checker, task, {}, "grant"),
    ):
        assert refused.status_code in (403, 422)
        assert await queued() == []
    await do(cast.decider, receipt, "decide")
    ((kind, numbers),) = await queued()
    assert (kind, numbers["operation"]) == ("case.service", "issue_certificate")
    # It acts for the case's tenant, under the name of whoever made it necessary.
    assert numbers["tenant"] == town.tenants["qingxi"]
    assert numbers["person"] == town.people["zhao.lei"]


async def test_a_job_runs_within_its_tenant_and_sees_no_other(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    async def look(numbers: Mapping[str, Any]) -> None:
        scope = db.current()
        rows = await db.fetch("select distinct tenant from post_holder")
        person = await db.fetchval("select current_setting('app.person')")
        seen.append((scope.tenant, scope.system, {row["tenant"] for row in rows}, person))

    monkeypatch.setitem(jobs.KINDS, "test.look", look)
    for place in ("qingxi", "baishi"):
        with db.as_tenant(town.tenants[place], person=7):
            await queue.put("test.look", {})
    await jobs.drain()
    assert seen == [
        (town.tenants[place], False, {town.tenants[place]}, "7") for place in ("qingxi", "baishi")
    ]


async def test_the_same_job_under_a_once_key_waits_once(town: Town) -> None:
    with db.as_tenant(town.tenants["qingxi"]):
        for _n in range(3):
            await queue.put("case.timers", {"case": 1}, once="timers:1")
        await queue.put("case.timers", {"case": 2}, once="timers:2")
    assert len(await queued()) == 2


async def test_a_certificate_is_issued_once_however_often_the_job_runs(cast) -> None:
    receipt = await cast.food(upto="deliver")
    ((_kind, numbers), *_rest) = [job for job in await queued() if job[0] == "case.service"]

    async def run() -> None:
        with db.as_tenant(numbers["tenant"]):
            await delivery.issue_certificate(
                numbers["case"], numbers["task"], numbers["inputs"], clock.now()
            )

    said = await asyncio.gather(*(run() for _n in range(4)), return_exceptions=True)
    # Whoever comes second may be told that the case has moved: the job is tried again, and then
    # finds nothing to do.
    assert [each for each in said if each is None]
    await run()
    await jobs.drain()
    assert await own("select count(*) from certificate") == 1
    assert await own("select value from counter where kind like 'certificate:%'") == 1
    kinds = [line["kind"] for line in await record(receipt)]
    assert kinds.count("certificate.issued") == 1
    assert await state_of(receipt) == "issued"
    assert await waiting(receipt) == {"deliver"}


async def test_a_number_another_certificate_of_the_name_has_is_passed_over(cast) -> None:
    await cast.food(upto="deliver")
    await jobs.drain()
    with db.as_system():  # a copied matter counts by itself, from one
        await db.execute("delete from counter where kind like 'certificate:%'")
    await cast.food(upto="deliver")
    await jobs.drain()
    assert await own("select count(distinct number) from certificate") == 2


async def test_a_paper_is_made_once_however_often_the_job_runs(cast) -> None:
    receipt = await cast.food()
    items = {"items": [{"text": "重画布局图", "material": "layout"}]}
    task = await task_of(receipt, "accept")
    assert (await say(cast.window, "POST", f"/tasks/{task}/correction", items)).is_success
    papers = [numbers for kind, numbers in await queued() if kind == "case.paper"]

    async def make(numbers: dict[str, Any]) -> None:
        with db.as_tenant(numbers["tenant"]):
            await delivery.make_paper(numbers["case"], numbers["paper"], clock.now())

    for numbers in papers:
        await asyncio.gather(*(make(numbers) for _n in range(3)), return_exceptions=True)
        await make(numbers)
    assert await own("select count(*) from paper where paper = 'correction'") == 1
    kinds = [line["kind"] for line in await record(receipt)]
    assert kinds.count("paper.made") == len(papers)


async def test_jobs_of_a_case_that_has_ended_do_nothing(cast) -> None:
    receipt = await cast.food(upto="inspect")
    case = await own("select id from cases")
    await cast.applicant.send_form(f"/applications/{receipt}/withdrawal", {"why": "不开了"})
    with db.as_tenant(await own("select tenant from cases")):
        assert await clockwork.fire_timers(case, clock.now()) is False
        assert await clockwork.answer_service(case, "0" * 32, {}, clock.now()) is False
    assert await state_of(receipt) == "withdrawn"


# --- timers -------------------------------------------------------------------------------------


async def publicised(desk_of: Any, now: datetime) -> str:
    """An allowance whose seven days of notice begin at `now`."""
    applicant, window = await desk_of("13800000002"), await desk_of("lin.xiao")
    officer = await desk_of("he.jing", "linjiang")
    with clock.at(now):
        receipt = await apply_for(applicant, "subsistence-allowance", "linjiang")
        await do(window, receipt, "accept")
        for step in ("info_check", "home_visit", "publicise"):
            await do(officer, receipt, step)
    return receipt


async def test_a_timer_has_a_job_of_its_own_at_its_time(desk_of) -> None:
    now = datetime.now(UTC) - timedelta(days=3)
    await publicised(desk_of, now)
    with db.as_system():
        rows = await db.fetch(
            "select execute_after, dedupe_key from pgqueuer where entrypoint = 'case.timers'"
        )
    (job,) = rows
    due = await own("select next_due from case_run")
    assert due == now + timedelta(days=7)
    assert abs(job["execute_after"] - due) < timedelta(minutes=1)
    assert due.isoformat() in job["dedupe_key"]


async def test_a_timer_that_is_due_fires_by_its_own_job(desk_of) -> None:
    receipt = await publicised(desk_of, datetime.now(UTC) - timedelta(days=7, minutes=1))
    assert await waiting(receipt) == set()
    await jobs.drain()
    assert await waiting(receipt) == {"notice_result"}
    lines = [line for line in await record(receipt) if line["kind"] == "timer.fired"]
    assert len(lines) == 1
    assert lines[0]["by_name"] == ""


async def test_a_timer_whose_job_was_lost_is_swept_up(desk_of) -> None:
    receipt = await publicised(desk_of, datetime.now(UTC) - timedelta(days=7, minutes=1))
    with db.as_system():
        await db.execute("delete from pgqueuer")
    await jobs.drain()
    assert await waiting(receipt) == set()
    for _minute in range(3):
        await jobs.sweep_timers()
    assert [kind for kind, _numbers in await queued()] == ["case.timers"]
    await jobs.drain()
    assert await waiting(receipt) == {"notice_result"}
    await jobs.sweep_timers()
    assert await queued() == []


async def test_two_workers_firing_the_same_timer_fire_it_once(desk_of) -> None:
    receipt = await publicised(desk_of, datetime.now(UTC) - timedelta(days=7, minutes=1))
    case, tenant = await own("select id from cases"), await own("select tenant from cases")

    async def fire() -> bool:
        with db.as_tenant(tenant):
            return await clockwork.fire_timers(case, clock.now())

    said = await asyncio.gather(*(fire() for _n in range(5)), return_exceptions=True)
    assert said.count(True) == 1
    assert await waiting(receipt) == {"notice_result"}
    assert await own("select count(*) from task where element = 'notice_result'") == 1


# --- the operator's page ------------------------------------------------------------------------


async def fail(town: Town, place: str, why: str) -> int:
    """A job of a tenant that has failed for good, as the queue keeps it."""
    with db.as_system():
        job: int = await db.fetchval(
            "insert into pgqueuer (priority, entrypoint, payload, status, execute_after, attempts)"
            " values (0, 'case.paper', convert_to($1, 'UTF8'), 'failed', now(), 5) returning id",
            json.dumps({"case": 1, "paper": "receipt", "tenant": town.tenants[place]}),
        )
        trace = {"exception_type": "ValueError", "exception_message": why}
        await db.execute(
            "insert into pgqueuer_log (job_id, status, entrypoint, priority, traceback)"
            " values ($1, 'failed', 'case.paper', 0, $2::jsonb)",
            job,
            json.dumps(trace),
        )
    return job


async def test_the_operator_sees_why_a_job_failed_and_runs_it_again(
    town: Town, desk_of, cast
) -> None:
    operator = await desk_of("zhou.ming")
    await cast.food()
    first = await fail(town, "qingxi", "字库里没有这个字")
    second = await fail(town, "baishi", "文件库没有答复")
    page = words(await operator.get("/operations/jobs"))
    assert "字库里没有这个字" in page
    assert "文件库没有答复" in page
    answer = await operator.send_form(f"/operations/jobs/{first}/attempts")
    assert answer.status_code == 303
    assert await own("select status::text from pgqueuer where id = $1", first) == "queued"
    gone = await say(operator, "DELETE", f"/operations/jobs/{second}")
    assert gone.status_code in (200, 303)
    assert await own("select count(*) from pgqueuer where id = $1", second) == 0
    for job in (first, second, 99999999):  # none of them is a failed job any more
        refused = await operator.send_form(f"/operations/jobs/{job}/attempts")
        assert refused.status_code == 404
    for login in ("li.min", "wu.fan", "sun.yue"):
        assert (await (await desk_of(login)).get("/operations/jobs")).status_code == 403


async def test_an_operator_of_a_county_counts_and_sees_its_own_jobs_only(
    town: Town, desk_of
) -> None:
    with db.as_system():
        await db.execute(
            "update post set role = 'operator' where key = 'configurator' and tenant = $1",
            town.tenants["qingxi"],
        )
    operator = await desk_of("wu.fan")
    empty = words(await operator.get("/operations/jobs"))
    with db.as_tenant(town.tenants["baishi"]):
        for _n in range(7):
            await queue.put("case.timers", {"case": 1})
    failed = await fail(town, "baishi", "白石县的事")
    assert words(await operator.get("/operations/jobs")) == empty
    assert (await operator.send_form(f"/operations/jobs/{failed}/attempts")).status_code == 404
    assert (await say(operator, "DELETE", f"/operations/jobs/{failed}")).status_code == 404
    await operator.send_form("/operations/jobs/attempts")
    assert await own("select status::text from pgqueuer where id = $1", failed) == "failed"


def test_every_kind_has_a_name_for_the_operator() -> None:
    assert set(KINDS) == set(jobs.KINDS) | set(jobs.CLOCK)
