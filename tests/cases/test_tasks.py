"""Doing tasks: who may, who was faster, who stands in for whom, and what the record keeps of it."""

import asyncio
import json
import re
from typing import Any

from browsing import Browser, form_of, words
from casework import (
    AS_JSON,
    apply_for,
    case_row,
    complete,
    do,
    inbox,
    record,
    say,
    state_of,
    task_of,
    waiting,
)
from newer import REVIEWED_TWICE, publish
from world import Town, answers_of, package_of

from onewindow import db
from onewindow.cases import inbox as box

INSPECTED = answers_of("food-business")["inspect"]


async def claim(browser: Browser, task: int) -> Any:
    return await say(browser, "POST", f"/tasks/{task}/claim")


async def away(town: Town, login: str, *, gone: bool = True) -> None:
    with db.as_system():
        await db.execute(
            "update post_holder set away = $2 where person = $1", town.people[login], gone
        )


async def test_a_claimed_task_is_ones_own_until_released(cast, desk_of) -> None:
    receipt = await cast.food(upto="inspect")
    task = await task_of(receipt, "inspect")
    other = await desk_of("liu.yang")  # holds the B post of the same lane
    assert [each["id"] for each in await inbox(other, whose="all")] == [task]
    assert (await claim(cast.reviewer, task)).status_code == 200
    assert await inbox(other) == []
    for refused in (
        await claim(other, task),
        await complete(other, task, INSPECTED, "done"),
    ):
        assert refused.status_code == 409
        assert refused.json()["message"] == "“现场核查（两人）”已由陈刚签收。"
    stolen = await say(other, "DELETE", f"/tasks/{task}/claim")
    assert stolen.status_code == 409
    freed = await say(cast.reviewer, "DELETE", f"/tasks/{task}/claim")
    assert freed.status_code == 200
    assert [each["id"] for each in await inbox(other)] == [task]
    assert (await complete(other, task, INSPECTED, "done")).status_code == 200
    kinds = [line["kind"] for line in await record(receipt)]
    assert kinds[-3:] == ["task.claimed", "task.released", "task.completed"]


async def test_a_task_is_handed_on_with_a_reason_and_only_to_who_may_do_it(
    cast, town: Town
) -> None:
    receipt = await cast.food(upto="inspect")
    task = await task_of(receipt, "inspect")
    address = f"/tasks/{task}/transfer"
    for to, why, field in (
        ("liu.yang", "", "why"),
        ("zhao.lei", "手头太忙", "to"),
        ("feng.tao", "白石县的同事", "to"),
        ("13800000001", "申请人", "to"),
    ):
        body = {"to": str(town.people[to]), "why": why}
        refused = await say(cast.reviewer, "POST", address, body)
        assert refused.status_code == 422, to
        assert field in [each["field"] for each in refused.json().get("fields", [])] or why == ""
    nobody = await say(cast.reviewer, "POST", address, {"to": "99999999", "why": "x"})
    assert nobody.status_code == 422
    body = {"to": str(town.people["liu.yang"]), "why": "下午外出核查"}
    assert (await say(cast.reviewer, "POST", address, body)).status_code == 200
    assert await inbox(cast.reviewer) == []
    assert [each["id"] for each in await inbox(cast.checker)] == [task]
    line = (await record(receipt))[-1]
    assert (line["kind"], line["by_name"], line["why"], line["detail"]) == (
        "task.transferred", "陈刚", "下午外出核查", {"to": "刘洋"},
    )  # fmt: skip
    # Whose task it is no longer can't hand it on; the head of the centre can take it up again.
    again = {"to": str(town.people["chen.gang"]), "why": "原经办人已回"}
    assert (await say(cast.reviewer, "POST", address, again)).status_code == 409
    assert (await say(cast.manager, "POST", address, again)).status_code == 200
    assert [each["id"] for each in await inbox(cast.reviewer)] == [task]


async def test_many_tasks_are_claimed_and_handed_on_at_once(cast, town: Town) -> None:
    receipts = [await cast.food(upto="inspect") for _n in range(3)]
    tasks = [await task_of(receipt, "inspect") for receipt in receipts]
    await claim(cast.checker, tasks[2])
    ticked = [("task", str(task)) for task in tasks]
    token = await cast.reviewer.csrf_token()
    answer = await cast.reviewer.post(
        "/inbox/claims", content=_form([*ticked, ("_csrf_token", token)]), headers=FORM
    )
    # Two are taken; of the third it is said who has it.
    assert answer.status_code in (200, 409)
    assert "刘洋" in words(answer)
    assert {each["id"] for each in await inbox(cast.reviewer, whose="mine")} == set(tasks[:2])
    fields = [("to", str(town.people["liu.yang"])), ("why", "请假一天"), ("_csrf_token", token)]
    answer = await cast.reviewer.post(
        "/inbox/transfers", content=_form([*ticked[:2], *fields]), headers=FORM
    )
    assert answer.status_code == 303
    assert {each["id"] for each in await inbox(cast.checker, whose="mine")} == set(tasks)
    nothing = await cast.reviewer.send_form("/inbox/claims")
    assert nothing.status_code in (303, 422)


async def test_an_absent_holders_tasks_go_to_the_backup_with_both_names_on_record(
    cast, town: Town, desk_of
) -> None:
    # 李敏's window has no backup in the town; 陈刚's reviews have 刘洋's B post.
    receipt = await cast.food(upto="inspect")
    await away(town, "chen.gang")
    stand_in = await desk_of("liu.yang")
    assert [each["element"] for each in await inbox(stand_in)] == ["inspect"]
    await do(stand_in, receipt, "inspect")
    line = (await record(receipt))[-1]
    assert (line["by_name"], line["on_behalf_of"]) == ("刘洋", "")  # the B post's own lane


async def test_a_backup_of_another_lane_acts_for_the_absent_one(cast, town: Town, desk_of) -> None:
    with db.as_system():
        await db.execute(
            "update post set backup = (select id from post where key = 'food-b') "
            "where key = 'food-decide'"
        )
    receipt = await cast.food(upto="decide")
    stand_in = await desk_of("liu.yang")
    refused = await complete(stand_in, await task_of(receipt, "decide"), {}, "grant")
    assert refused.status_code == 403  # 赵蕾 is there: nobody stands in for her
    await away(town, "zhao.lei")
    assert [each["element"] for each in await inbox(stand_in, whose="backup")] == ["decide"]
    await do(stand_in, receipt, "decide")
    line = next(line for line in await record(receipt) if line["step_name"] == "决定")
    assert (line["by_name"], line["on_behalf_of"]) == ("刘洋", "赵蕾")
    with db.as_system():
        done = await db.fetchrow("select done_by, done_for from task where element = 'decide'")
    assert (done["done_by"], done["done_for"]) == (town.people["liu.yang"], town.people["zhao.lei"])
    assert "赵蕾" in words(await cast.window.get(f"/cases/{receipt}"))


async def test_nobody_there_sends_a_task_to_the_fallback_and_says_so(
    cast, town: Town, desk_of
) -> None:
    with db.as_system():
        await db.execute(
            "update post set active = false where key = 'food-decide' and tenant = $1",
            town.tenants["qingxi"],
        )
    receipt = await cast.food(upto="decide")
    row = next(each for each in await inbox(cast.manager) if each["element"] == "decide")
    assert row["case"].endswith("0001")
    line = (await record(receipt))[-1]
    assert (line["kind"], line["step_name"]) == ("task.fallback", "决定")
    said = words(await cast.manager.get(f"/cases/{receipt}"))
    assert "无人" in said
    await do(cast.manager, receipt, "decide")
    assert await state_of(receipt) == "decided"


async def test_who_reviewed_may_not_check_not_even_as_a_backup(cast, town: Town, desk_of) -> None:
    receipt = await cast.food(upto="inspect")
    both = await desk_of("liu.yang")  # reviewer (B) and checker
    await do(both, receipt, "inspect")
    await do(cast.reviewer, receipt, "review")
    task = await task_of(receipt, "check")
    for refused in (await claim(both, task), await complete(both, task, {}, "submit")):
        assert refused.status_code == 403
        said = refused.json()["message"]
        assert said == "“审核”须由另一人办理：您已经办理了本件的“现场核查（两人）”。"
    page = words(await both.get(f"/cases/{receipt}"))
    assert "须由另一人办理" in page
    # Nor is it handed to who may not do it.
    body = {"to": str(town.people["liu.yang"]), "why": "请审核"}
    refused = await say(cast.manager, "POST", f"/tasks/{task}/transfer", body)
    assert refused.status_code == 422
    assert "现场核查" in refused.json()["fields"][0]["message"]


async def test_of_two_who_finish_the_same_task_one_wins_and_the_other_reads_who_and_when(
    cast, desk_of
) -> None:
    receipt = await cast.food(upto="inspect")
    task = await task_of(receipt, "inspect")
    desks = [cast.reviewer, await desk_of("liu.yang")]
    answers = await asyncio.gather(*(complete(desk, task, INSPECTED, "done") for desk in desks * 3))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    assert re.fullmatch(
        "“现场核查（两人）”已由(陈刚|刘洋)于.*办理，您的填写没有提交。", late.json()["message"]
    )
    assert late.json()["code"] == "already-done"
    with db.as_system():
        assert await db.fetchval("select count(*) from case_answer where form = 'inspect'") == 1
        assert await db.fetchval("select count(*) from task where element = 'review'") == 1
    done = [line for line in await record(receipt) if line["step_name"] == "现场核查（两人）"]
    assert len(done) == 1


async def test_of_many_who_claim_the_same_task_one_has_it(cast, desk_of) -> None:
    receipt = await cast.food(upto="inspect")
    task = await task_of(receipt, "inspect")
    desks = [cast.reviewer, await desk_of("liu.yang")]
    answers = await asyncio.gather(*(claim(desk, task) for desk in desks * 2))
    assert sorted(answer.status_code for answer in answers)[0] == 200
    assert {answer.status_code for answer in answers} <= {200, 409}
    kinds = [line["kind"] for line in await record(receipt)]
    assert kinds.count("task.claimed") == 1


async def test_branches_of_one_case_finished_at_once_are_both_kept(desk_of) -> None:
    applicant, window = await desk_of("13800000001"), await desk_of("qian.lan")
    receipt = await apply_for(applicant, "construction-permit", "yunchuan")
    await do(window, receipt, "accept")
    answers = answers_of("construction-permit")
    steps = {
        "fire_review": ("xia.yu", "fire"),
        "quality_safety": ("du.peng", "quality-safety"),
        "civil_defence": ("luo.min", "civil-defence"),
    }

    async def finish(step: str) -> Any:
        login, form = steps[step]
        return await complete(
            await desk_of(login), await task_of(receipt, step), answers[form], "submit"
        )

    said = await asyncio.gather(*(finish(step) for step in steps))
    # The case moved under some of them: nothing of theirs was written, and trying again works.
    for step, answer in zip(steps, said, strict=True):
        if answer.status_code != 200:
            assert answer.status_code == 409
            assert (await finish(step)).status_code == 200
    assert await waiting(receipt) == {"decide"}
    with db.as_system():
        forms = await db.fetch("select form from case_answer where element <> '' order by form")
    assert [row["form"] for row in forms] == ["accept", "civil-defence", "fire", "quality-safety"]


async def test_a_task_of_a_withdrawn_case_is_gone_and_says_so(cast) -> None:
    receipt = await cast.food(upto="inspect")
    task = await task_of(receipt, "inspect")
    await cast.applicant.send_form(f"/applications/{receipt}/withdrawal", {"why": "不开店了"})
    assert await state_of(receipt) == "withdrawn"
    for refused in (
        await complete(cast.reviewer, task, INSPECTED, "done"),
        await claim(cast.reviewer, task),
    ):
        assert refused.status_code == 409
        assert refused.json()["message"] == "“现场核查（两人）”已经撤销，不能再办理。"
    assert await inbox(cast.reviewer) == []


async def test_completing_and_withdrawing_at_once_leaves_one_story(cast) -> None:
    receipt = await cast.food(upto="inspect")
    task = await task_of(receipt, "inspect")
    await asyncio.gather(
        complete(cast.reviewer, task, INSPECTED, "done"),
        cast.applicant.send_form(f"/applications/{receipt}/withdrawal", {"why": "不开店了"}),
    )
    state, steps = await state_of(receipt), await waiting(receipt)
    kinds = [line["kind"] for line in await record(receipt)]
    if state == "withdrawn":
        assert steps == set()
        assert kinds.count("case.withdrawn") == 1
    else:
        assert (state, steps) == ("in_review", {"review"})
        assert "case.withdrawn" not in kinds
    assert (await case_row(receipt))["closing"] == (2 if state == "withdrawn" else None)


async def test_wrong_answers_and_outcomes_are_said_and_nothing_is_written(cast) -> None:
    receipt = await cast.food(upto="inspect")
    task = await task_of(receipt, "inspect")
    before = await record(receipt)
    for answers, outcome, field in (
        ({}, "done", "inspected_on"),
        ({**INSPECTED, "inspected_on": "不知道"}, "done", "inspected_on"),
        (INSPECTED, "granted", None),
        (INSPECTED, "", None),
    ):
        refused = await complete(cast.reviewer, task, answers, outcome)
        assert refused.status_code == 422, (answers, outcome)
        if field:
            assert field in [each["field"] for each in refused.json()["fields"]]
        else:
            assert "没有" in refused.json()["message"]
    assert await record(receipt) == before
    # As a page: the case again, with what was typed.
    token = await cast.reviewer.csrf_token()
    page = await cast.reviewer.post(
        f"/tasks/{task}/completion",
        data={"_csrf_token": token, "answers": '{"present_person": "张三丰"}', "outcome": "done"},
    )
    assert page.status_code == 422
    assert json.dumps("张三丰") in page.text


async def test_what_is_not_declared_never_enters_the_drawing(cast) -> None:
    receipt = await apply_for(cast.applicant, "food-business", "qingxi")
    task = await task_of(receipt, "accept")
    answers = {**answers_of("food-business")["accept"], "prepackaged_only": True, "outcome": "x"}
    answer = await complete(cast.window, task, answers, "accept")
    assert answer.status_code == 200
    assert await waiting(receipt) == {"inspect"}


async def test_an_inbox_is_soonest_due_first_and_read_a_page_at_a_time(
    cast, monkeypatch: Any
) -> None:
    receipts = [await cast.food() for _n in range(5)]
    with db.as_system():
        await db.execute("update task set due = due + (id % 3) * interval '1 day'")
        await db.execute("update task set due = null where id % 5 < 3")
    monkeypatch.setitem(box.inbox.__kwdefaults__, "limit", 2)
    seen: list[int] = []
    after = ""
    for _page in range(6):
        answer = await cast.window.get(
            "/inbox", params={"after": after} if after else {}, headers=AS_JSON
        )
        body = answer.json()
        seen += [row["id"] for row in body["results"]]
        after = body["next"]
        if not after:
            break
    with db.as_system():
        rows = await db.fetch("select id from task order by due, id")
    assert seen == [row["id"] for row in rows]
    assert len(seen) == len(receipts)


FORM = {"content-type": "application/x-www-form-urlencoded"}


def _form(fields: list[tuple[str, str]]) -> str:
    import urllib.parse

    return urllib.parse.urlencode(fields)


async def test_a_step_for_a_department_is_called_by_its_name_in_the_readers_language(
    town: Town, cast
) -> None:
    steps = package_of("food-business").definition["steps"]
    await publish(
        town,
        ('name="审查"', 'name="审查（{unit}）"'),
        ('<ow:variable name="prepackaged_only"', '<ow:variable name="unit" type="string" />'
         '<ow:variable name="prepackaged_only"'),
        variables={
            "prepackaged_only": '=answers.business = "prepackaged"',
            "unit": '="market-supervision"',
        },
        steps={**steps, "review": "Review ({unit})"},
    )  # fmt: skip
    with db.as_system():
        await db.execute(
            "update department set name_en = 'Market Supervision' where key = 'market-supervision'"
        )
    receipt = await cast.food("review")
    [task] = await inbox(cast.reviewer)
    assert task["name"] == "审查（市场监督管理局）"
    await do(cast.reviewer, receipt, "review")
    shown = words(await cast.checker.get(f"/cases/{receipt}"))
    assert "审查（市场监督管理局）：" in shown
    shown = words(await cast.checker.get(f"/cases/{receipt}?lang=en"))
    assert "Review (Market Supervision): " in shown
    assert "market-supervision" not in shown


async def test_each_of_several_reviews_of_one_form_is_written_and_read_for_itself(
    town: Town, cast: Any
) -> None:
    await publish(town, REVIEWED_TWICE)
    receipt = await cast.food(upto="review")
    case = f"/cases/{receipt}"

    async def review(note: str) -> None:
        answers = {**answers_of("food-business")["review"], "review_note": note}
        task = (await waiting_at(receipt, "review"))[0]
        answer = await complete(cast.reviewer, task, answers, "submit")
        assert answer.status_code == 200, words(answer)

    await review("甲：条件具备。")
    begun = form_of(await cast.reviewer.get(case))["data"]
    assert "review_note" not in begun
    assert begun["operator_name"]  # what was applied for may be shown
    await review("乙：另有要求。")
    read = words(await cast.checker.get(case))
    assert "甲：条件具备。" in read
    assert "乙：另有要求。" in read
    assert "审查 · 陈刚" in read

    # Sent back, each finds what was written at its own place.
    body = {"target": "review", "why": "请补充依据"}
    sent = await say(cast.checker, "POST", f"/tasks/{await task_of(receipt, 'check')}/return", body)
    assert sent.status_code == 200, words(sent)
    for note in ("甲：条件具备。", "乙：另有要求。"):
        assert form_of(await cast.reviewer.get(case))["data"]["review_note"] == note
        await review(f"{note}已补充。")
    read = words(await cast.checker.get(case))
    assert "甲：条件具备。已补充。" in read
    assert "乙：另有要求。已补充。" in read


async def waiting_at(receipt: str, step: str) -> list[int]:
    """Tasks of a step that wait, oldest first."""
    with db.as_system():
        rows = await db.fetch(
            "select t.id from task t join cases c on c.id = t.case_id where c.receipt_number = $1"
            " and t.element = $2 and t.state = 'open' order by t.id",
            receipt,
            step,
        )
    return [row["id"] for row in rows]
