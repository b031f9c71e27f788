"""An operator puts a case right: seen before it is done, with a reason, on the record."""

from typing import Any

import pytest
from browsing import Browser, words
from casework import ask_correction, case_row, do, record, task_of, waiting
from cast import Cast

from onewindow import db
from onewindow.db import queue


@pytest.fixture
async def operator(desk_of: Any) -> Browser:
    return await desk_of("zhou.ming")


async def uid_of(receipt: str, step: str) -> str:
    with db.as_system():
        uid = await db.fetchval("select uid from task where id = $1", await task_of(receipt, step))
    return uid.hex


async def revision_of(receipt: str) -> int:
    with db.as_system():
        number: int = await db.fetchval(
            "select revision from case_run where case_id = $1", (await case_row(receipt))["id"]
        )
    return number


async def repair(operator: Browser, receipt: str, act: str, **form: Any) -> Any:
    """See what a repair would do, then do it; the answer to the second."""
    seen = await operator.send_form(f"/cases/{receipt}/repair", {"act": act, **form})
    assert "修复后会怎样" in words(seen), words(seen)
    return await operator.send_form(
        f"/cases/{receipt}/repairs",
        {"act": act, "reason": "流程走错", "revision": await revision_of(receipt), **form},
    )


CLOCKS = ("state", "accepted_at", "promised_due", "statutory_due", "decided_at", "closed_at")


async def test_a_case_is_moved_and_its_clocks_stay(cast: Cast, operator: Browser) -> None:
    receipt = await cast.food("review")
    before, revision = await case_row(receipt), await revision_of(receipt)
    seen = await operator.send_form(f"/cases/{receipt}/repair", {"act": "move", "target": "decide"})
    assert "现在 审查 修复后 决定" in words(seen)
    assert (await waiting(receipt), await revision_of(receipt)) == ({"review"}, revision)
    done = await repair(operator, receipt, "move", target="decide")
    assert done.headers["location"].startswith(f"/cases/{receipt}")
    assert await waiting(receipt) == {"decide"}
    after = await case_row(receipt)
    assert {name: after[name] for name in CLOCKS} == {name: before[name] for name in CLOCKS}
    line = (await record(receipt))[-1]
    assert (line["kind"], line["by_name"], line["why"]) == ("case.repaired", "周明", "流程走错")
    assert line["detail"]["before"]["steps"] == ["审查"]
    assert line["detail"]["after"]["steps"] == ["决定"]
    told = words(await cast.manager.get(f"/cases/{receipt}"))
    assert "修复：移到“决定”" in told
    assert "环节：审查 → 决定" in told
    await do(cast.decider, receipt, "decide")


async def test_a_step_is_skipped_with_the_outcome_it_is_taken_for(
    cast: Cast, operator: Browser
) -> None:
    receipt = await cast.food("review")
    task = await uid_of(receipt, "review")
    await repair(operator, receipt, "skip", task=task, **{f"outcome-{task}": "submit"})
    assert await waiting(receipt) == {"check"}
    with db.as_system():
        state = await db.fetchval("select state from task where uid = $1::uuid", task)
    assert state == "cancelled"


async def test_nobody_steps_over_acceptance_or_decision(cast: Cast, operator: Browser) -> None:
    receipt = await cast.food("accept")
    for form in (
        {"act": "skip", "task": await uid_of(receipt, "accept")},
        {"act": "move", "target": "review"},
    ):
        refused = await operator.send_form(f"/cases/{receipt}/repair", form)
        assert refused.status_code in (409, 422), form
    await do(cast.window, receipt, "accept")
    back = await operator.send_form(f"/cases/{receipt}/repair", {"act": "move", "target": "accept"})
    assert back.status_code == 422
    assert await waiting(receipt) == {"inspect"}


async def test_a_step_is_done_once_more(cast: Cast, operator: Browser) -> None:
    receipt = await cast.food("check")
    await repair(operator, receipt, "repeat", target="review")
    assert await waiting(receipt) == {"review"}
    await do(cast.reviewer, receipt, "review")
    assert await waiting(receipt) == {"check"}


async def test_routing_data_is_put_right_by_type(cast: Cast, operator: Browser) -> None:
    receipt = await cast.food("accept")
    page = await operator.get(f"/cases/{receipt}/repair")
    assert 'name="data-prepackaged_only"' in page.text
    nothing = await operator.send_form(f"/cases/{receipt}/repair", {"act": "correct"})
    assert nothing.status_code == 422
    await repair(operator, receipt, "correct", **{"data-prepackaged_only": "true"})
    line = (await record(receipt))[-1]
    assert line["detail"]["before"]["data"] == {"prepackaged_only": False}
    assert line["detail"]["after"]["data"] == {"prepackaged_only": True}
    told = words(await cast.manager.get(f"/cases/{receipt}"))
    assert "prepackaged_only：否 → 是" in told


async def test_failed_work_runs_again_with_a_reason(cast: Cast, operator: Browser) -> None:
    receipt = await cast.food("accept")
    case = await case_row(receipt)
    none = await operator.send_form(f"/cases/{receipt}/repair", {"act": "retry"})
    assert "本件没有失败的作业。" in words(none)
    with db.as_system():
        await queue.put(
            "case.paper", {"case": case["id"], "paper": "receipt"}, tenant=case["tenant"]
        )
        job = await db.fetchval(
            "update pgqueuer set status = 'failed' where id = (select max(id) from pgqueuer)"
            " returning id"
        )
    await repair(operator, receipt, "retry")
    with db.as_system():
        status = await db.fetchval("select status::text from pgqueuer where id = $1", job)
    assert status == "queued"
    assert (await record(receipt))[-1]["detail"]["jobs"] == ["case.paper"]


async def test_without_a_reason_or_after_somebody_else_nothing_happens(
    cast: Cast, operator: Browser
) -> None:
    receipt = await cast.food("review")
    form = {"act": "move", "target": "decide", "revision": await revision_of(receipt)}
    nameless = await operator.send_form(f"/cases/{receipt}/repairs", form)
    assert nameless.status_code == 422
    assert "请填写修复理由。" in words(nameless)
    await do(cast.reviewer, receipt, "review")
    late = await operator.send_form(f"/cases/{receipt}/repairs", {**form, "reason": "走错"})
    assert late.status_code == 409
    assert await waiting(receipt) == {"check"}


async def test_a_case_that_waits_for_its_applicant_or_is_over_is_left_alone(
    cast: Cast, operator: Browser
) -> None:
    receipt = await cast.food("accept")
    await ask_correction(cast.window, receipt)
    refused = await operator.send_form(
        f"/cases/{receipt}/repair", {"act": "move", "target": "accept"}
    )
    assert "办件正在等待申请人补正" in words(refused)


async def test_only_operators_have_this_door(desk_of: Any, cast: Cast) -> None:
    receipt = await cast.food("accept")
    for login in ("li.min", "wang.jianguo", "wu.fan", "sun.yue"):
        desk = await desk_of(login)
        assert (await desk.get(f"/cases/{receipt}/repair")).status_code == 403
        assert "/repair" not in (await desk.get(f"/cases/{receipt}")).text
    operator = await desk_of("zhou.ming")
    assert f"/cases/{receipt}/repair" in (await operator.get(f"/cases/{receipt}")).text
