"""The play and tests pages: a draft acted out, kept as a test, run again after a change."""

import re
from typing import Any

import pytest
from browsing import Browser
from playwright.async_api import Page, expect
from screens import be_late
from world import package_of

SHIPPED = package_of("food-business").tests
DRAFT = "/api/matters/food-business/draft"
PAGES = "/configure/matters/food-business/draft"


async def said(browser: Browser, address: str, body: Any) -> Any:
    headers = {"x-csrftoken": await browser.csrf_token(), "accept": "application/json"}
    return await browser.post(address, json=body, headers=headers)


async def kept(browser: Browser, part: str) -> Any:
    return (await browser.get(f"{DRAFT}/parts/{part}")).json()


# --- the API -------------------------------------------------------------------------------------


async def test_a_play_is_answered_with_the_whole_picture_and_keeps_nothing(
    keeper: Browser,
) -> None:
    test = await kept(keeper, "tests/licence")
    scenario = {"start": test["start"], "acts": test["acts"][:2]}
    answer = (await said(keeper, f"{DRAFT}/play", {"scenario": scenario})).json()
    picture = answer["picture"]
    [task] = picture["open"]
    assert (task["step"], task["lane"], task["place"]) == (
        "inspect", "市场监督管理局 · 审查", "青溪县",
    )  # fmt: skip
    assert task["refusal"] == ""
    # Whoever inspects can't check: the one who may do both stands last.
    assert [each["login"] for each in task["people"]] == ["chen.gang", "liu.yang"]
    assert picture["state"] == "accepted"
    assert [paper["key"] for paper in picture["papers"]] == ["acceptance"]
    assert picture["clock"]["promised_due"].startswith("2026-11-30T23:59:59")
    assert "accept_to_scope" in picture["path"]["flows"]
    assert picture["acts"][1]["words"] == "受理"
    assert answer["expect"]["after"][1]["open"][0]["due"] == "2wd"
    scenario["acts"].append({"do": "complete", "step": "inspect", "outcome": "done"})
    refused = (await said(keeper, f"{DRAFT}/play", {"scenario": scenario})).json()
    assert (refused["refused"]["act"], refused["refused"]["code"]) == (3, "invalid")
    assert len(refused["picture"]["acts"]) == 3
    assert (await keeper.get("/configure/matters/food-business")).status_code == 200


async def test_a_paper_of_a_play_is_shown_as_it_would_come(keeper: Browser) -> None:
    test = await kept(keeper, "tests/filing")
    body = {"scenario": {"start": test["start"], "acts": test["acts"]}}
    sheet = await said(keeper, f"{DRAFT}/play/papers/certificate:filing_retail", body)
    assert sheet.status_code == 200
    assert sheet.headers["content-type"].startswith("image/")
    assert (await said(keeper, f"{DRAFT}/play/papers/nothing", body)).status_code == 404


async def test_tests_are_run_with_what_they_leave_out(keeper: Browser) -> None:
    answer = (await said(keeper, f"{DRAFT}/tests/run", {})).json()
    assert [result["ok"] for result in answer["results"]] == [True] * len(SHIPPED), answer
    assert answer["coverage"]["percent"] == 100
    only = {"filing": await kept(keeper, "tests/filing")}
    fewer = (await said(keeper, f"{DRAFT}/tests/run", {"tests": only})).json()
    assert {step["name"] for step in fewer["coverage"]["left"]} == {
        "现场核查（两人）", "审查", "审核", "决定",
    }  # fmt: skip


async def test_what_cannot_be_played_is_refused_and_strangers_find_nothing(
    keeper: Browser, desk_of: Any
) -> None:
    for scenario in (None, {}, {"start": {"at": "soon"}}, {"start": {}, "acts": "many"}):
        answer = await said(keeper, f"{DRAFT}/play", {"scenario": scenario})
        assert answer.status_code == 422, scenario
    assert (await said(keeper, f"{DRAFT}/tests/run", {"tests": []})).status_code == 422
    clerk: Browser = await desk_of("li.min")
    for address in ("play", "tests/run", "play/papers/receipt"):
        assert (await said(clerk, f"{DRAFT}/{address}", {})).status_code in (403, 404)
    other: Browser = await desk_of("lu.jia")
    assert (await said(other, f"{DRAFT}/play", {})).status_code == 404


# --- at the screen -------------------------------------------------------------------------------


@pytest.fixture
async def page(keeper: Browser, screen_of: Any) -> Any:
    """A screen whose security policy may never be broken."""
    broken: list[str] = []
    opened: Page = await screen_of("wu.fan")
    opened.on("console", lambda line: "Content Security" in line.text and broken.append(line.text))
    opened.on("pageerror", lambda error: broken.append(str(error)))
    yield opened
    assert broken == []


async def do_with_a_sample(page: Page, step: str) -> None:
    await expect(page.locator("#play-step")).to_have_text(step)
    await page.get_by_role("button", name="用样例填写").click()
    await expect(page.locator("[data-main]")).to_be_enabled()
    await page.keyboard.press("Control+Enter")


async def test_a_play_is_recorded_and_tells_when_the_draft_changes(
    page: Page, keeper: Browser
) -> None:
    await page.goto(f"{PAGES}/play")
    await page.get_by_role("button", name="用样例填写").click()
    await expect(page.locator(".play-form input:checked").first).to_be_visible()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#play-step")).to_have_text("受理")
    # A refused act says why and changes nothing; the record of what was done stays short.
    await page.get_by_role("button", name="不予受理").click()
    await page.get_by_role("dialog").get_by_role("button", name="不予受理").click()
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("请填写")
    await page.keyboard.press("Escape")
    await do_with_a_sample(page, "受理")
    await expect(page.locator("#play-step")).to_have_text("备案登记")
    await page.keyboard.press("Alt+Digit1")
    await expect(page.get_by_role("tab", name=re.compile("步骤"))).to_contain_text("2")
    await page.keyboard.press("Alt+KeyZ")
    await expect(page.get_by_role("tab", name=re.compile("步骤"))).to_contain_text("1")
    # Mending the draft loses nothing: the play is gone through anew.
    await page.goto(f"{PAGES}/process")
    await be_late(page, 1500)  # the answer comes before the page has painted
    await page.goto(f"{PAGES}/play")
    await do_with_a_sample(page, "备案登记")
    await do_with_a_sample(page, "送达")
    await expect(page.get_by_role("heading", name="办结")).to_be_visible()
    await page.get_by_role("button", name="存为测试").first.click()
    await page.get_by_label("测试名称").fill("录下的备案")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("已存为测试“录下的备案”。")).to_be_visible()
    test = await kept(keeper, "tests/case-1")
    assert test["expect"]["outcome"] == "granted"
    assert [act["step"] for act in test["acts"]] == ["accept", "filing", "deliver"]

    drawn = (await keeper.get(f"{DRAFT}/parts/process")).text
    changed = drawn.replace('ow:form="filing" ow:limit="1wd"', 'ow:form="filing" ow:limit="2wd"')
    assert changed != drawn
    etag = (await keeper.get(DRAFT)).json()["parts"]["process"]
    put = await keeper.put(
        f"{DRAFT}/parts/process",
        content=changed.encode(),
        headers={
            "x-csrftoken": await keeper.csrf_token(),
            "if-match": f'"{etag}"',
            "content-type": "application/xml",
        },
    )
    assert put.status_code == 200

    await page.goto(f"{PAGES}/tests")
    failed = page.locator(".tests-test", has_text="录下的备案")
    await expect(failed).to_contain_text("“备案登记”的期限应为 1 个工作日，实际是 2 个工作日")
    # The frame counts it beside the part, wherever one works.
    through = [test for test in SHIPPED.values() if "filing" in str(test["acts"])]
    await expect(page.locator('[data-count="tests"]')).to_have_text(str(1 + len(through)))
    await failed.get_by_role("button", name="按实际更新").click()
    await page.get_by_role("dialog").get_by_role("button", name="更新").click()
    await expect(failed.get_by_text("通过", exact=True)).to_be_visible()
    assert (await kept(keeper, "tests/case-1"))["expect"]["after"][1]["open"][0]["due"] == "2wd"


async def test_tests_are_written_renamed_copied_and_deleted(page: Page, keeper: Browser) -> None:
    await page.goto(f"{PAGES}/tests#element=filing")
    await expect(page.locator(".tests-test")).to_have_count(len(SHIPPED))
    await expect(page.locator(".tests-test.is-chosen")).to_contain_text("当日备案")
    await page.get_by_role("button", name="写一个测试").click()
    text = page.locator(".tests-json")
    await text.fill('{"start": {}\n "acts": []}')
    await page.get_by_role("dialog").get_by_role("button", name="保存").click()
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("JSON 第 2 行")
    await text.fill('{"name": "手写", "start": {"at": "2026-03-02T09:00:00"}}')
    await page.get_by_role("dialog").get_by_role("button", name="保存").click()
    written = page.locator(".tests-test", has_text="手写")
    await expect(written).to_contain_text("时刻须带时区")
    await written.get_by_role("button", name="重命名").click()
    await page.get_by_label("测试名称").fill("缺时区")
    await page.keyboard.press("Enter")
    renamed = page.locator(".tests-test", has_text="缺时区")
    await renamed.get_by_role("button", name="复制").click()
    await expect(page.locator(".tests-test", has_text="缺时区（副本）")).to_be_visible()
    await (
        page.locator(".tests-test", has_text="（副本）").get_by_role("button", name="删除").click()
    )
    await page.get_by_role("dialog").get_by_role("button", name="删除").click()
    await expect(page.locator(".tests-test")).to_have_count(len(SHIPPED) + 1)
    assert (await kept(keeper, "tests/case-1"))["name"] == "缺时区"
