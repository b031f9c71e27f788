"""The panel on a configurator's screen: Piccolo's pages in the house's words."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from admin.labels import TABLES
from onewindow import db


@pytest.fixture
async def panel(screen_of: Any) -> Page:
    """吴凡, who configures 青溪县, at the panel."""
    page = await screen_of("wu.fan")
    await page.goto("/admin/")
    await expect(page.locator("#nav h1")).to_have_text("一窗 · 后台管理")
    return page


async def department(key: str, tenant: int) -> Any:
    with db.as_system():
        return await db.fetchrow(
            "select * from department where key = $1 and tenant = $2", key, tenant
        )


async def test_every_table_opens_in_chinese(panel: Page) -> None:
    await expect(panel).to_have_title("一窗 · 后台管理")
    await expect(panel.locator("#user")).to_contain_text("吴凡")
    for table, (_group, name) in TABLES.items():
        await panel.goto(f"/admin/#/{table}")
        await expect(panel.locator(".title h1")).to_have_text(name)
        shown = await panel.locator("#app").last.inner_text()
        for crumb in ("NULL", "Per Page", "per page", "of 1", "True", "MFA", "Showing"):
            assert crumb not in shown, (table, crumb)


async def test_a_department_is_opened_changed_and_added(panel: Page, town: Any) -> None:
    here = town.tenants["qingxi"]
    await panel.goto("/admin/#/department")
    await panel.get_by_role("link", name="民政局").click()
    await expect(panel.locator("h1").nth(1)).to_have_text("编辑进驻单位")
    await panel.locator("[name=phone]").fill("0459-2110001")
    await panel.get_by_role("button", name="保存").click()
    await expect(panel.get_by_text("已保存。")).to_be_visible()
    assert (await department("civil-affairs", here))["phone"] == "0459-2110001"

    # Defaults come after the form, and would empty what is there by then.
    async with panel.expect_response("**/department/new/**") as defaults:
        await panel.goto("/admin/#/department/add")
    await (await defaults.value).finished()
    await panel.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    await expect(panel.locator("h1").nth(1)).to_have_text("新增进驻单位")
    await panel.locator("[name=key]").fill("civil-affairs")
    await panel.locator("[name=name]").fill("又一个民政局")
    await panel.get_by_role("button", name="创建").click()
    await expect(panel.get_by_text("已有相同的代码或记录。")).to_be_visible()
    await expect(panel.locator("[name=name]")).to_have_value("又一个民政局")
    await panel.locator("[name=key]").fill("archives")
    await panel.locator("[name=name]").fill("档案局")
    await panel.get_by_role("button", name="创建").click()
    await expect(panel.get_by_text("已新增。")).to_be_visible()
    assert (await department("archives", here))["name"] == "档案局"


async def test_rows_of_offices_below_can_be_read_and_say_so(panel: Page, town: Any) -> None:
    below = await department("civil-affairs", town.tenants["linjiang"])
    await panel.goto("/admin/#/department")
    note = panel.locator("#panel-note")
    await expect(note).to_contain_text("下级机构的数据也列在这里，只能查看")
    await expect(panel.locator("tbody").last).to_contain_text("临江镇")
    await panel.goto(f"/admin/#/department/{below['id']}")
    await expect(note).to_contain_text("这一行属于临江镇，只能查看")
    await expect(panel.locator("[data-uitest=save_button]")).to_be_hidden()


async def test_keys_are_shown_and_chosen_as_words(panel: Page) -> None:
    await panel.goto("/admin/#/post")
    await expect(panel.locator("tbody").last).to_contain_text("窗口受理")
    await panel.goto("/admin/#/post/add")
    role = panel.locator("select[name=role]")
    await expect(role.get_by_role("option", name="中心负责人")).to_have_count(1)


async def test_settings_that_cannot_be_read_are_refused_with_their_place(
    panel: Page, town: Any
) -> None:
    await panel.goto(f"/admin/#/tenant/{town.tenants['qingxi']}")
    settings = panel.locator("textarea[name=settings]:visible")
    await settings.fill('{"phone": ')
    await panel.get_by_role("button", name="保存").click()
    await expect(panel.get_by_text("JSON 第 1 行")).to_be_visible()
    await expect(settings).to_have_value('{"phone": ')


async def test_the_panel_speaks_english_and_signs_out_by_the_houses_door(screen_of: Any) -> None:
    page = await screen_of("wu.fan", lang="en")
    await page.goto("/admin/#/calendar_day")
    await expect(page.locator(".title h1")).to_have_text("Holidays and adjusted days")
    await expect(page.locator("#panel-note")).to_contain_text("inherited")
    await page.locator("#panel-language").click()
    await expect(page.locator(".title h1")).to_have_text("节假日与调休")
    await page.locator("#user").click()
    await page.get_by_text("退出登录").click()
    await page.wait_for_url("**/sign-in**")
    await page.goto("/inbox")
    assert "/sign-in" in page.url
