"""From a draft to a version in force at the screens of those who do it: the gate, its links, the
difference, the place above, going back."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Page, expect
from world import Town

from onewindow import clock, db
from onewindow.matters import actions as matters
from onewindow.matters import drafts

ScreenOf = Callable[..., Awaitable[Page]]
KEY = "food-business"
HOME = f"/configure/matters/{KEY}"


async def drafted(tenant: int, *changes: tuple[str, str], promised: str = "5wd") -> None:
    """A draft of the food licence, its drawing changed by hand."""
    with db.as_tenant(tenant):
        draft = await drafts.begin(tenant, KEY, by=1, at=clock.now())
        drawing = draft.package.process
        for before, after in changes:
            assert before in drawing
            drawing = drawing.replace(before, after)
        definition = dict(draft.package.definition)
        definition["limits"] = {**definition["limits"], "promised": promised}
        package = replace(draft.package, process=drawing, definition=definition)
        await matters.write_draft(draft.id, package, by=1, now=clock.now())


async def sure(page: Page) -> None:
    await page.locator("#ask").get_by_role("button", name="确定").click()


@pytest.fixture
def qingxi(town: Town) -> int:
    return town.tenants["qingxi"]


async def test_red_says_why_and_leads_there_green_publishes_and_the_difference_is_told(
    screen_of: ScreenOf, qingxi: int
) -> None:
    renamed = ('name="审查" ', 'name="书面审查" ')
    await drafted(qingxi, renamed, promised="4wd")
    page = await screen_of("wu.fan")
    await page.goto(f"{HOME}/draft/publication")
    await expect(page.get_by_role("heading", name="还有 1 项没有通过")).to_be_visible()
    await expect(page.locator("#publish").get_by_role("button", name="发布")).to_be_disabled()
    reason = page.locator("#hurdle-limits a").first
    await expect(reason).to_contain_text("最长路径需要 5 个工作日，超过承诺时限（4 个工作日）")
    await reason.click()
    await page.wait_for_url("**/draft/settings/limits#element=limits.promised")

    await drafted(qingxi, promised="5wd")
    await page.goto(f"{HOME}/draft/publication")
    await expect(page.get_by_role("heading", name="可以发布")).to_be_visible()
    await page.get_by_label("版本说明").fill("审查改为书面审查")
    await page.locator("#publish").get_by_role("button", name="发布").click()
    await sure(page)
    await page.wait_for_url("**?done=published")
    row = page.locator("tbody tr", has_text="v2")
    await expect(row).to_contain_text("现行")
    await expect(row).to_contain_text("审查改为书面审查")

    await row.get_by_role("link", name="与 v1 比较").click()
    await expect(page.get_by_text("环节“审查”的名称由“审查”改为“书面审查”")).to_be_visible()
    drawings = page.locator(".drawings .diagram.is-drawn")
    await expect(drawings).to_have_count(2)
    await expect(page.locator(".djs-element.is-changed")).to_have_count(2)
    # They move together.
    shown = "d => d.map(e => e.querySelector('.viewport').getScreenCTM().a)"
    before = await drawings.evaluate_all(shown)
    await page.locator(".drawings [data-diagram-zoom=in]").first.click()
    after = await drawings.evaluate_all(shown)
    assert after[0] == pytest.approx(after[1], rel=0.01)
    assert after[0] > before[0] * 1.1


async def test_it_is_published_at_a_time_and_the_time_can_be_cancelled(
    screen_of: ScreenOf, qingxi: int
) -> None:
    await drafted(qingxi)
    page = await screen_of("wu.fan")
    await page.goto(f"{HOME}/draft/publication")
    await expect(page.get_by_label("在这个时间生效")).to_be_hidden()
    await page.get_by_label("定时生效").check()
    await page.get_by_label("版本说明").fill("十二月起施行")
    await page.get_by_label("在这个时间生效").fill("2001-01-01T08:00")
    await page.locator("#publish").get_by_role("button", name="发布").click()
    await sure(page)
    await expect(page.locator(".error-summary")).to_contain_text("生效时间须晚于现在")
    await expect(page.locator("[data-problems-said]")).not_to_contain_text("正在检查")
    await expect(page.get_by_label("版本说明")).to_have_value("十二月起施行")
    await page.get_by_label("在这个时间生效").fill("2099-01-01T08:00")
    await page.locator("#publish").get_by_role("button", name="发布").click()
    await sure(page)
    await page.wait_for_url("**?done=scheduled")
    await expect(page.get_by_text("v2 定于 2099年1月1日 08:00 生效")).to_be_visible()
    await page.get_by_role("button", name="取消排定").click()
    await sure(page)
    await expect(page.get_by_role("link", name="继续设计草稿 v2")).to_be_visible()


async def test_the_city_comments_returns_and_confirms_what_a_county_asks(
    screen_of: ScreenOf, town: Town
) -> None:
    await drafted(town.tenants["baishi"], ('name="审查" ', 'name="书面审查" '))
    keeper, city = await screen_of("lu.jia"), await screen_of("sun.yue")
    await keeper.goto(f"{HOME}/draft/publication")
    await expect(keeper.locator("#hurdle-confirmation")).to_contain_text("须经云川市确认")
    await keeper.get_by_label("送审说明").fill("改为书面审查。")
    await keeper.get_by_role("button", name="送审").click()
    await expect(keeper.locator("#review")).to_contain_text("已送云川市，等待确认。")

    await city.goto("/inbox")
    door = city.get_by_role("link", name="待确认事项")
    await expect(door.locator(".door-count")).to_have_text("1")
    await door.click()
    await city.get_by_role("link", name="食品经营许可 v2").click()
    await expect(city.locator(".djs-element.is-changed")).to_have_count(2)
    await city.get_by_role("button", name="提意见", exact=True).click()
    await expect(city.get_by_label("针对哪一处")).to_have_value("环节“审查” · 名称")
    await city.get_by_role("button", name="退回").click()
    await expect(city.locator(".review-side .error-summary")).to_contain_text("请写明退回的理由")
    await city.get_by_label("意见", exact=False).last.fill("名称不要改。")
    await city.get_by_role("button", name="退回").click()
    await expect(city.get_by_text("没有待确认的事项")).to_be_visible()

    await keeper.reload()
    await expect(keeper.locator("#hurdle-confirmation")).to_contain_text(
        "云川市已退回：名称不要改。"
    )
    await keeper.get_by_role("button", name="送审").click()
    await expect(keeper.locator("#review")).to_contain_text("等待确认")
    await city.goto(f"/configure/reviews/baishi/{KEY}/2")
    await city.get_by_role("button", name="确认").click()
    await sure(city)
    await expect(city.get_by_text("已确认，送审方可以发布了。")).to_be_visible()

    await keeper.reload()
    await expect(keeper.locator("#hurdle-confirmation")).to_contain_text("云川市的孙悦已于")
    await keeper.locator("#publish").get_by_role("button", name="发布").click()
    await sure(keeper)
    await keeper.wait_for_url("**?done=published")
    row = keeper.locator("tbody tr", has_text="v2")
    await expect(row).to_contain_text("云川市 · 孙悦")


async def test_one_goes_back_to_an_older_version_by_publishing_it_anew(
    screen_of: ScreenOf, qingxi: int
) -> None:
    await drafted(qingxi, ('name="审查" ', 'name="书面审查" '))
    page = await screen_of("wu.fan")
    await page.goto(f"{HOME}/draft/publication")
    await page.locator("#publish").get_by_role("button", name="发布").click()
    await sure(page)
    await page.wait_for_url("**?done=published")
    await page.locator("tbody tr", has_text="v1").get_by_role("button", name="恢复到此版").click()
    await sure(page)
    await page.wait_for_url("**/draft/process")
    await page.goto(f"{HOME}/versions/1/difference/3")
    await expect(page.get_by_text("两个版本内容相同")).to_be_visible()


async def test_suspending_asks_for_the_reason_that_applicants_read(
    screen_of: ScreenOf, town: Town, browser: Any
) -> None:
    page = await screen_of("wu.fan")
    await page.goto(HOME)
    await page.get_by_role("button", name="暂停受理").click()
    dialog = page.locator("#suspend")
    await dialog.get_by_role("button", name="暂停受理").click()
    await expect(dialog.locator(".error-summary")).to_contain_text("请写明暂停受理的原因")
    await dialog.get_by_label("暂停的原因").fill("系统升级，周五恢复。")
    await dialog.get_by_role("button", name="暂停受理").click()
    await expect(page.get_by_text("系统升级，周五恢复。").first).to_be_visible()
    assert "系统升级，周五恢复。" in (await browser.get(f"/matters/linjiang/{KEY}")).text
    await page.get_by_role("button", name="恢复受理").click()
    await expect(page.get_by_role("button", name="暂停受理").first).to_be_visible()
