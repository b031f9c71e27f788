"""The operator's page: jobs that failed, why, and running them again."""

from typing import Any

from browsing import words
from casework import case_row

from onewindow import db
from onewindow.db import queue

TRACE = '{"exception_type": "Unprintable", "exception_message": "文书无法生成。", "traceback": "…"}'


async def failed(case: dict[str, Any], paper: str) -> int:
    """A job of a case that has failed for good."""
    with db.as_system():
        await queue.put("case.paper", {"case": case["id"], "paper": paper}, tenant=case["tenant"])
        job: int = await db.fetchval(
            "update pgqueuer set status = 'failed', attempts = 5"
            " where id = (select max(id) from pgqueuer) returning id"
        )
        await db.execute(
            "insert into pgqueuer_log (job_id, status, priority, entrypoint, traceback)"
            " values ($1, 'exception', 0, 'case.paper', $2)",
            job,
            TRACE,
        )
    return job


async def status_of(job: int) -> str | None:
    with db.as_system():
        return await db.fetchval("select status::text from pgqueuer where id = $1", job)


async def test_failed_jobs_say_why_and_run_again(desk_of: Any, receipt: str) -> None:
    case = await case_row(receipt)
    first, second = await failed(case, "receipt"), await failed(case, "correction")
    operator = await desk_of("zhou.ming")
    said = words(await operator.get("/operations/jobs"))
    assert "生成文书 收件回执" in said
    assert "文书无法生成。" in said
    assert receipt in said
    assert "青溪县" in said
    again = await operator.send_form(f"/operations/jobs/{first}/attempts")
    assert again.headers["location"] == "/operations/jobs?done=again"
    assert (await status_of(first), await status_of(second)) == ("queued", "failed")
    await operator.send_form("/operations/jobs/attempts")
    assert await status_of(second) == "queued"


async def test_a_job_that_makes_no_sense_is_given_up(desk_of: Any, receipt: str) -> None:
    job = await failed(await case_row(receipt), "receipt")
    operator = await desk_of("zhou.ming")
    token = await operator.csrf_token()
    gone = await operator.delete(f"/operations/jobs/{job}", headers={"x-csrftoken": token})
    assert gone.status_code == 303
    assert await status_of(job) is None
    assert "没有失败的作业" in words(await operator.get("/operations/jobs"))


async def test_that_no_worker_runs_is_said(desk_of: Any) -> None:
    operator = await desk_of("zhou.ming")
    assert "作业进程没有运行" in words(await operator.get("/operations/jobs"))
    with db.as_system():
        await db.execute(
            "insert into pgqueuer_schedules (expression, entrypoint, next_run)"
            " values ('* * * * *', 'clock.timers', now() + interval '30 seconds')"
        )
    said = words(await operator.get("/operations/jobs"))
    assert "作业进程没有运行" not in said
    assert "计时巡检 每分钟" in said


async def test_only_operators_see_jobs(desk_of: Any) -> None:
    for login in ("li.min", "wu.fan", "sun.yue"):
        assert (await (await desk_of(login)).get("/operations/jobs")).status_code == 403
