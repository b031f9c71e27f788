"""Running cases at the configurator's and the supervisor's screen."""

from typing import Any

from casework import do, waiting
from cast import Cast
from newer import WITHOUT_INSPECT, publish
from playwright.async_api import expect
from world import Town

from onewindow import jobs

FOOD = "/configure/matters/food-business"


async def test_cases_are_mapped_rehearsed_and_moved_while_one_looks_on(
    town: Town, cast: Cast, screen_of: Any
) -> None:
    first, second = await cast.food("inspect"), await cast.food("review")
    await publish(town, *WITHOUT_INSPECT)
    page = await screen_of("wu.fan")
    await page.goto(f"{FOOD}/migrations/new")
    await expect(page.locator(".diagram.is-drawn")).to_have_count(2)
    await expect(page.locator("[data-element-id=inspect].is-removed")).to_be_visible()
    await expect(page.locator("[data-element-id=site_visit].is-added")).to_be_visible()
    await expect(page.locator(".diagram-note", has_text="1 件")).to_have_count(2)
    await page.get_by_label("“现场核查（两人）”的办件转到").select_option("")
    await page.get_by_role("button", name="试算（不改动办件）").click()
    verdict = page.locator("#verdict")
    await expect(verdict).to_contain_text("可迁移 1 件")
    await expect(verdict).to_contain_text("环节“现场核查（两人）”已取消，未指定去处。")
    await expect(verdict).to_be_in_viewport()
    await page.get_by_label("“现场核查（两人）”的办件转到").select_option("site_visit")
    await page.get_by_role("button", name="重新试算").click()
    await expect(verdict).to_contain_text("可迁移 2 件")
    await page.get_by_role("button", name="开始迁移 2 件").click()
    await page.locator("#ask").get_by_role("button", name="确定").click()
    await page.get_by_role("alert").get_by_role("link", name="请填写迁移理由。").click()
    await expect(page.get_by_label("迁移理由")).to_be_in_viewport()
    await page.get_by_label("迁移理由").fill("新版本统一核验。")
    await page.get_by_role("button", name="开始迁移 2 件").click()
    await page.locator("#ask").get_by_role("button", name="确定").click()
    await page.wait_for_url("**/migrations/*")
    await expect(page.locator(".page-header")).to_contain_text("正在迁移")
    await page.evaluate("window.stays = true")
    await jobs.drain()
    await expect(page.locator(".page-header")).to_contain_text("已完成")
    await expect(page.locator(".migration-tally")).to_contain_text("2已迁移")
    assert await page.evaluate("window.stays")  # it looked by itself
    assert (await waiting(first), await waiting(second)) == ({"site_visit"}, {"review"})


async def test_the_heat_map_colours_steps_and_says_the_same_in_a_table(
    town: Town, cast: Cast, screen_of: Any
) -> None:
    await cast.food("review")
    receipt = await cast.food("inspect")
    await do(cast.reviewer, receipt, "inspect")
    await cast.food("accept")
    page = await screen_of("sun.yue")
    await page.goto("/configure/running")
    await page.get_by_role("link", name="食品经营许可").first.click()
    await expect(page.locator(".diagram.is-drawn")).to_be_visible()
    await expect(page.locator("[data-element-id=review].is-heat-5")).to_be_visible()
    await expect(page.locator("[data-element-id=accept].is-heat-3")).to_be_visible()
    await expect(page.locator("[data-element-id=decide].is-heat-0")).to_be_visible()
    row = page.locator("tr", has=page.get_by_role("cell", name="审查", exact=True))
    await expect(row.get_by_role("cell").nth(1)).to_have_text("2")
    await page.get_by_label("看什么").select_option("median")
    await page.wait_for_url("**by=median**")
    await expect(page.locator(".heat-scale")).to_contain_text("分钟")
    async with page.expect_download() as saved:
        await page.get_by_role("link", name="下载表格").click()
    written = (await (await saved.value).path()).read_text(encoding="utf-8-sig")
    assert written.splitlines()[0].startswith("环节,在办,其中超期")
    assert "审查,2,0," in written


async def test_who_neither_configures_nor_oversees_sees_no_heat(desk_of: Any) -> None:
    for login, status in (("li.min", 403), ("wang.jianguo", 200), ("lu.jia", 200)):
        answer = await (await desk_of(login)).get(f"{FOOD}/running")
        assert answer.status_code == status, login
        assert (await (await desk_of(login)).get("/configure/running")).status_code == status
    other = await (await desk_of("lu.jia")).get(f"{FOOD}/running", params={"at": "qingxi"})
    assert other.status_code == 404
