"""A counter's own program files complete applications over JSON: same rights, same checks."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import Browser
from world import Town, answers_of

from onewindow import clock, db
from onewindow.matters import actions as matters
from onewindow.matters.package import Package, read_folder

ROOT = Path(__file__).parents[2]
JSON = {"accept": "application/json"}
ANSWERS = {
    "applicant_name": "云川市第一建筑公司",
    "applicant_id": "91459000MA0000001X",
    "applicant_phone": "13800000009",
    "subject": "临时占道",
}
RECORD = {f"field_{n:02d}": f"值 {n:02d}" for n in range(20)} | {"total_fee": 1200}

BrowserOf = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def published(town: Town) -> None:
    """Two matters of the county: one asks for no files, the other does."""
    await _publish(town, read_folder(ROOT / "benchmarks/approval-6"))
    library = read_folder(ROOT / "bpmn/library/food-business", ROOT / "forms/library/food-business")
    await _publish(town, library)


async def _publish(town: Town, package: Package) -> None:
    with db.as_system():
        version = await matters.save_draft(
            town.tenants["qingxi"], package, by=None, now=clock.now()
        )
        await matters.publish(version, by=None, now=clock.now())


async def send(browser: Browser, url: str, body: dict[str, Any]) -> Any:
    token = await browser.csrf_token()
    return await browser.post(url, json=body, headers={**JSON, "x-csrftoken": token})


async def count_of_cases() -> int:
    with db.as_system():
        return int(await db.fetchval("select count(*) from cases"))


@pytest.mark.usefixtures("published")
async def test_a_clerks_program_files_a_case_and_finishes_its_first_task(
    browser_of: BrowserOf,
) -> None:
    clerk = await browser_of("li.min")
    answer = await send(clerk, "/counter/approval-6/cases", {"answers": ANSWERS})
    assert answer.status_code == 201, answer.text
    filed = answer.json()
    (task,) = filed["opened"]
    assert (task["element"], task["name"], filed["ended"]) == ("accept", "受理", False)
    assert answer.headers["location"] == f"/cases/{filed['receipt_number']}"

    with db.as_system():
        case = await db.fetchrow(
            "select * from cases where receipt_number = $1", filed["receipt_number"]
        )
        kinds = await db.fetch("select kind, on_behalf_of from case_event")
        queued = await db.fetchval("select count(*) from pgqueuer")
    assert (case["state"], case["channel"]) == ("submitted", "window")
    assert (case["applicant_name"], case["summary"]) == ("云川市第一建筑公司", "临时占道")
    assert case["applicant"] is None
    assert case["filed_by"] is not None
    assert [tuple(row) for row in kinds] == [("case.submitted", "云川市第一建筑公司")]
    assert queued == 0  # the receipt is typeset when somebody opens it

    done = await send(
        clerk, f"/tasks/{task['id']}/completion", {"answers": RECORD, "outcome": "accept"}
    )
    assert done.status_code == 200, done.text
    opened = done.json()["opened"]
    assert sorted(each["element"] for each in opened) == ["review_a", "review_b", "review_c"]
    with db.as_system():
        waiting = await db.fetch("select id from task where state = 'open' order by id")
    assert [each["id"] for each in opened] == [row["id"] for row in waiting]


@pytest.mark.usefixtures("published")
async def test_only_a_window_may_file(browser_of: BrowserOf) -> None:
    reviewer = await browser_of("chen.gang")
    refused = await send(reviewer, "/counter/approval-6/cases", {"answers": ANSWERS})
    assert refused.status_code == 403
    applicant = await browser_of("13800000001")
    refused = await send(applicant, "/counter/approval-6/cases", {"answers": ANSWERS})
    assert refused.status_code == 403
    assert await count_of_cases() == 0


@pytest.mark.usefixtures("published")
async def test_a_matter_is_filed_only_where_it_is_offered(browser_of: BrowserOf) -> None:
    neighbour = await browser_of("zheng.shuang")
    refused = await send(neighbour, "/counter/approval-6/cases", {"answers": ANSWERS})
    assert refused.status_code == 404
    township = await browser_of("lin.xiao")
    filed = await send(township, "/counter/approval-6/cases", {"answers": ANSWERS})
    assert filed.status_code == 201, filed.text


@pytest.mark.usefixtures("published")
async def test_what_is_wrong_is_named_and_nothing_is_kept(browser_of: BrowserOf) -> None:
    clerk = await browser_of("li.min")
    incomplete = {**ANSWERS, "applicant_phone": "", "subject": ""}
    refused = await send(clerk, "/counter/approval-6/cases", {"answers": incomplete})
    assert refused.status_code == 422
    assert {each["field"] for each in refused.json()["fields"]} == {"applicant_phone", "subject"}

    careful = answers_of("food-business")
    refused = await send(clerk, "/counter/food-business/cases", {"answers": careful["apply"]})
    assert refused.status_code == 422
    assert all(each["field"].startswith("material-") for each in refused.json()["fields"])
    assert await count_of_cases() == 0
