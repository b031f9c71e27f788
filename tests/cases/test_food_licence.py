"""The food licence of a county, from application to a certificate that anybody can verify."""

import re

from browsing import Browser, words
from casework import apply_for, case_row, do, record, state_of, waiting
from world import Town

from onewindow import db, jobs


async def test_a_food_licence_goes_from_application_to_a_certificate_that_verifies(
    cast, town: Town, browser: Browser
) -> None:
    receipt = await apply_for(cast.applicant, "food-business", "qingxi")
    assert re.fullmatch(r"SJ459021\d{8}0001", receipt)
    assert await state_of(receipt) == "submitted"
    case = await case_row(receipt)
    assert case["number"] is None
    assert case["applicant"] == town.people["13800000001"]
    assert (case["applicant_name"], case["applicant_kind"]) == ("青溪县林记面馆", "organisation")

    assert await do(cast.window, receipt, "accept") == ["inspect"]
    case = await case_row(receipt)
    assert case["state"] == "accepted"
    assert case["number"].endswith("0001")
    assert await do(cast.reviewer, receipt, "inspect") == ["review"]
    assert await state_of(receipt) == "in_review"
    assert await do(cast.reviewer, receipt, "review") == ["check"]
    assert await do(cast.checker, receipt, "check") == ["decide"]
    assert await state_of(receipt) == "checked"
    assert await do(cast.decider, receipt, "decide") == []
    case = await case_row(receipt)
    assert (case["state"], case["decision"]) == ("decided", "granted")
    assert await waiting(receipt) == set()  # the certificate is being made

    await jobs.drain()
    assert await state_of(receipt) == "issued"
    assert await do(cast.window, receipt, "deliver") == []
    case = await case_row(receipt)
    assert (case["state"], case["closing"]) == ("delivered", 0)
    assert case["closed_at"] is not None

    with db.as_system():
        certificate = await db.fetchrow("select * from certificate")
    assert certificate["number"] == "JY24590210000001"
    page = await browser.get(f"/certificates/{certificate['code']}")
    said = words(page)
    assert page.status_code == 200
    assert "证照有效" in said
    assert "JY24590210000001" in said
    assert "青溪县市场监督管理局" in said
    # Only what verification must show: neither the applicant's phone nor anybody's ID number.
    assert "13800138000" not in page.text
    assert "110101198506120004" not in page.text
    assert (await browser.get("/certificates/AAAAAAAAAAAAAAAA")).status_code == 404

    address = f"/cases/{receipt}/certificates/{certificate['code']}"
    pdf = await cast.applicant.get(address)
    assert pdf.status_code == 200
    assert pdf.content.startswith(b"%PDF")
    assert (await browser.get(address)).status_code == 303  # to the sign-in page
    for line in await record(receipt):
        assert line["by_name"] or line["kind"] in (
            "paper.made",
            "certificate.issued",
            "case.closed",
        )


async def test_selling_packed_food_only_is_filed_without_inspection_or_decision(cast) -> None:
    receipt = await apply_for(cast.applicant, "food-business", "qingxi", variant="prepackaged")
    assert await do(cast.window, receipt, "accept") == ["filing"]
    await do(cast.reviewer, receipt, "filing")
    await jobs.drain()
    await do(cast.window, receipt, "deliver")
    with db.as_system():
        certificate = await db.fetchrow("select number, name from certificate")
        steps = await db.fetch("select element from task order by id")
    assert certificate["number"] == "YB24590210000001"
    assert [step["element"] for step in steps] == ["accept", "filing", "deliver"]
    assert await state_of(receipt) == "delivered"


async def test_the_record_says_who_when_and_what_and_strangers_read_no_names(cast) -> None:
    receipt = await cast.food(upto="deliver")
    await jobs.drain()
    lines = [(line["kind"], line["by_name"], line["step_name"]) for line in await record(receipt)]
    assert lines[:3] == [
        ("case.submitted", "张伟", ""),
        ("task.completed", "李敏", "受理"),
        ("case.accepted", "李敏", ""),
    ]
    assert ("case.granted", "赵蕾", "") in lines
    seen = await cast.applicant.get(f"/applications/{receipt}")
    assert seen.status_code == 200
    assert "赵蕾" not in seen.text
    inside = await cast.window.get(f"/cases/{receipt}")
    assert "赵蕾" in words(inside)


async def test_the_record_names_the_post_that_did_the_step_and_no_other(cast) -> None:
    receipt = await cast.food(upto="decide")
    done = {line["step_name"]: line["by_post"] for line in await record(receipt)}
    assert done["审查"] == "市场监督管理局 食品审查岗"
    assert done["审核"] == "市场监督管理局 食品审核岗"  # 刘洋 holds 食品审查B岗 too
    with db.as_system():
        await db.execute("update department set name_en = 'Markets' where key like 'market%'")
        await db.execute("update post set name_en = 'Food checker' where key = 'food-check'")
    english = words(await cast.window.get(f"/cases/{receipt}?lang=en"))
    assert "刘洋 · Markets, Food checker" in english
    assert "陈刚 · 市场监督管理局 食品审查岗" in english  # no English name: the Chinese one
