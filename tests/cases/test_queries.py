"""How often a page asks the database: counted, so that nobody adds a query for each row unseen.

A number that grows needs a reason; one that shrinks is welcome here.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any

from casework import AS_JSON, begin, complete, say, task_of
from world import answers_of

from onewindow import db

ANSWERS = answers_of("food-business")


async def asked(answer: Awaitable[Any]) -> int:
    """Statements that answering took, BEGIN and COMMIT too."""
    with db.counting() as seen:
        said = await answer
        await asyncio.sleep(0)  # the last one is counted after it was answered
    assert said.status_code == 200, said.text
    return len(seen)


async def twice(browser: Any, path: str, **more: Any) -> int:
    """The second time: what a process keeps, it has read by then."""
    await browser.get(path, **more)
    return await asked(browser.get(path, **more))


async def test_pages_ask_as_often_for_many_rows_as_for_one(cast) -> None:
    receipt = await cast.food(upto="inspect")
    pages = {
        "inbox": (cast.reviewer, "/inbox"),
        "case": (cast.reviewer, f"/cases/{receipt}"),
        "search": (cast.window, "/cases"),
        "counter": (cast.window, "/counter"),
        "register": (cast.window, "/certificates"),
        "applications": (cast.applicant, "/applications"),
        "application": (cast.applicant, f"/applications/{receipt}"),
        "guide": (cast.applicant, "/matters/qingxi/food-business"),
    }
    few = {name: await twice(*page) for name, page in pages.items()}
    for _n in range(6):
        await cast.food(upto="inspect")
    many = {name: await twice(*page) for name, page in pages.items()}
    assert many == few
    assert many == {
        "inbox": 7,
        "case": 16,
        "search": 4,
        "counter": 3,
        "register": 2,
        "applications": 3,
        "application": 8,
        "guide": 4,
    }


async def test_a_program_asks_for_the_inbox_with_two_statements_behind_the_gate(cast) -> None:
    await cast.food(upto="inspect")
    assert await twice(cast.reviewer, "/inbox", headers=AS_JSON) == 3


async def test_a_completion_is_three_statements_and_one_commit(cast) -> None:
    """Who asks, what the task is, and the whole move; with a job to queue four more."""
    receipt = await cast.food(upto="inspect")
    await cast.reviewer.csrf_token()
    task = await task_of(receipt, "inspect")
    assert await asked(complete(cast.reviewer, task, ANSWERS["inspect"], "done")) == 3
    task = await task_of(receipt, "review")
    assert await asked(complete(cast.reviewer, task, ANSWERS["review"], "submit")) == 3
    await cast.checker.csrf_token()
    task = await task_of(receipt, "check")
    assert await asked(complete(cast.checker, task, ANSWERS["check"], "submit")) == 3
    await cast.decider.csrf_token()
    task = await task_of(receipt, "decide")
    with db.counting() as seen:
        assert (await complete(cast.decider, task, ANSWERS["decide"], "grant")).status_code == 200
        await asyncio.sleep(0)
    named = [statement.split(";")[0].strip() for statement in seen]
    assert named.count("COMMIT") == named.count("BEGIN") == 1
    assert not [statement for statement in named if "SAVEPOINT" in statement]


async def test_claiming_is_one_update_and_one_line_of_the_record(cast) -> None:
    receipt = await cast.food(upto="inspect")
    await cast.reviewer.csrf_token()
    task = await task_of(receipt, "inspect")
    assert await asked(say(cast.reviewer, "POST", f"/tasks/{task}/claim")) == 6


async def test_a_draft_is_saved_with_one_statement(cast) -> None:
    uid = await begin(cast.applicant, "food-business", "qingxi")
    body = {"answers": {"operator_name": "小馆"}, "revision": 0}
    assert await asked(say(cast.applicant, "PUT", f"/applications/{uid}/answers", body)) == 3
