"""Acting on cases as people do: through the pages and addresses of the site, never around them.

    desk = await desk_of("li.min")
    receipt = await apply_for(applicant, "food-business", "qingxi")
    await do(desk, receipt, "accept")

Whatever is refused comes back as the answer; `done` and friends fail the test for you when the
happy way isn't taken.
"""

import json
from typing import Any

import httpx
import uploads
from browsing import Browser, words
from world import answers_of

from onewindow import db
from onewindow.cases.application import wanted_materials
from onewindow.matters.versions import version_of

AS_JSON = {"accept": "application/json"}


async def say(
    browser: Browser, method: str, url: str, body: Any = None, **more: Any
) -> httpx.Response:
    """A program's request: JSON there and back, with the CSRF token."""
    headers = {**AS_JSON, "x-csrftoken": await browser.csrf_token(), **more.pop("headers", {})}
    return await browser.request(method, url, json=body, headers=headers, **more)


async def begin(browser: Browser, matter: str, place: str) -> str:
    """Start an application; the draft's name in addresses."""
    address = f"/matters/{place}/{matter}/applications"
    if browser.office:
        address = f"/counter/{matter}/applications"
    answer = await browser.send_form(address, {"anew": "yes"})
    assert answer.status_code == 303, words(answer)
    return answer.headers["location"].split("/")[2]


async def fill(browser: Browser, uid: str, answers: dict[str, Any]) -> httpx.Response:
    return await browser.send_form(
        f"/applications/{uid}/form", {"answers": json.dumps(answers, ensure_ascii=False)}
    )


async def attach(
    browser: Browser,
    number: str,
    material: str,
    data: bytes | None = None,
    name: str = "材料.pdf",
) -> httpx.Response:
    """Upload one file under a material, as the page's uploader does."""
    return await browser.post(
        f"/cases/{number}/materials/{material}",
        files={"file": (name, uploads.pdf() if data is None else data)},
        headers={"x-csrftoken": await browser.csrf_token(), **AS_JSON},
    )


async def attach_all(browser: Browser, uid: str, answers: dict[str, Any]) -> None:
    """Upload every material the answers call for and the law requires."""
    with db.as_system():
        version = await version_of(
            await db.fetchval("select version from cases where uid = $1::uuid", uid)
        )
    for material in wanted_materials(version, answers):
        if material.necessity == "required" and not material.shared:
            answer = await attach(browser, uid, material.key, name=f"{material.name.zh}.pdf")
            assert answer.status_code == 201, words(answer)


async def hand_in(browser: Browser, uid: str) -> httpx.Response:
    return await browser.send_form(f"/applications/{uid}/submission", {"truthful": "yes"})


async def apply_for(
    browser: Browser,
    matter: str,
    place: str,
    *,
    variant: str = "",
    **changed: Any,
) -> str:
    """A whole application, from the guide to the receipt number."""
    answers = {**answers_of(matter, variant)["apply"], **changed}
    uid = await begin(browser, matter, place)
    filled = await fill(browser, uid, answers)
    assert filled.status_code == 303, words(filled)
    await attach_all(browser, uid, answers)
    answer = await hand_in(browser, uid)
    assert answer.status_code == 303, words(answer)
    return answer.headers["location"].split("/")[2]


async def inbox(browser: Browser, **query: str) -> list[dict[str, Any]]:
    """The tasks of somebody's inbox."""
    answer = await browser.get("/inbox", params=query, headers=AS_JSON)
    assert answer.status_code == 200, words(answer)
    return answer.json()["results"]


async def task_of(receipt: str, step: str) -> int:
    """The newest task of a step of a case, whoever may see it."""
    with db.as_system():
        task: int = await db.fetchval(
            "select t.id from task t join cases c on c.id = t.case_id"
            " where c.receipt_number = $1 and t.element = $2 order by t.id desc limit 1",
            receipt,
            step,
        )
    assert task is not None, f"{receipt} has never been at {step}"
    return task


async def complete(
    browser: Browser,
    task: int,
    answers: dict[str, Any] | None = None,
    outcome: str = "",
    **more: Any,
) -> httpx.Response:
    body = {"answers": answers or {}, "outcome": outcome, **more}
    return await say(browser, "POST", f"/tasks/{task}/completion", body)


async def do(
    browser: Browser,
    receipt: str,
    step: str,
    *,
    outcome: str | None = None,
    answers: dict[str, Any] | None = None,
    variant: str = "",
) -> list[str]:
    """Finish a step with careful answers and its first outcome; the steps that opened."""
    with db.as_system():
        version = await version_of(
            await db.fetchval("select version from cases where receipt_number = $1", receipt)
        )
    spec = version.process.steps[step]
    if answers is None and spec.form:
        answers = answers_of(version.matter_key, variant).get(spec.form, {})
    if outcome is None:
        outcome = spec.outcomes[0].id if spec.outcomes else ""
    answer = await complete(browser, await task_of(receipt, step), answers, outcome)
    assert answer.status_code == 200, words(answer)
    return [task["element"] for task in answer.json()["opened"]]


async def state_of(receipt: str) -> str:
    """The case's state, as a page would put it in words."""
    return str((await case_row(receipt))["state"])


async def waiting(receipt: str) -> set[str]:
    """The steps a case waits at: those open, and those held, marked so."""
    with db.as_system():
        rows = await db.fetch(
            "select t.element, t.state from task t join cases c on c.id = t.case_id"
            " where c.receipt_number = $1 and t.state in ('open', 'held')",
            receipt,
        )
    return {row["element"] + ("" if row["state"] == "open" else " (held)") for row in rows}


async def case_row(receipt: str) -> dict[str, Any]:
    """The case as the database has it."""
    with db.as_system():
        row = await db.fetchrow("select * from cases where receipt_number = $1", receipt)
    return dict(row)


async def record(receipt: str) -> list[dict[str, Any]]:
    """The lines of the case's record, oldest first."""
    with db.as_system():
        rows = await db.fetch(
            "select e.* from case_event e join cases c on c.id = e.case_id"
            " where c.receipt_number = $1 order by e.at, e.id",
            receipt,
        )
    return [{**row, "detail": json.loads(row["detail"])} for row in rows]


async def ask_correction(window: Browser, receipt: str) -> None:
    """The window asks for a food business's drawings again, and for one thing in its form."""
    answer = await window.send_form(
        f"/tasks/{await task_of(receipt, 'accept')}/correction",
        {
            "material": "layout",
            "text-layout": "平面布局图没有标注操作流程。",
            "other": "食品处理区面积与布局图不一致。",
        },
    )
    assert answer.status_code == 303, words(answer)
