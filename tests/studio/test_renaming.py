"""A field is called something else: what uses the old name is told, and follows when asked to."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect
from world import package_of

API = "/api/matters/food-business/draft"
Open = Callable[[str], Awaitable[Page]]
PLACES = 1 + len(package_of("food-business").tests)
"""In the summary, and in the application of every scenario."""


@pytest.fixture
def at_form(at: Open) -> Open:
    async def opened(form: str) -> Page:
        page = await at(f"forms/{form}")
        await page.locator(".fjs-editor-form-root").wait_for()
        return page

    return opened


async def renamed(page: Page, before: str, after: str) -> None:
    await page.get_by_placeholder("查找字段").fill(before)
    name = page.get_by_label("字段名", exact=True)
    await expect(name).to_have_value(before)
    await name.fill(after)
    await name.press("Enter")


async def part(page: Page, name: str) -> Any:
    return await (await page.request.get(f"{API}/parts/{name}")).json()


def note(page: Page) -> Locator:
    return page.locator(".fd-follow")


async def test_what_uses_the_old_name_is_told_and_changed_at_a_press(at_form: Open) -> None:
    page = await at_form("apply")
    before = await part(page, "definition")
    await renamed(page, "floor_area", "shop_area")
    await expect(note(page)).to_contain_text(
        f"还有 {PLACES} 处用着旧字段名 floor_area（现在是 shop_area）："
        f"事项设置 1、测试 {PLACES - 1}。"
    )
    assert await part(page, "definition") == before
    await page.get_by_role("button", name="一起改").click()
    await expect(note(page)).to_contain_text(f"已把 {PLACES} 处的 floor_area 改为 shop_area")
    assert "answers.shop_area" in (await part(page, "definition"))["summary"]
    assert "shop_area" in (await part(page, "tests/licence"))["start"]["answers"]
    await expect(page.get_by_text("没有问题")).to_be_visible()
    await page.get_by_role("button", name="知道了").click()
    await expect(note(page)).to_be_hidden()


async def test_after_an_undo_it_is_offered_the_other_way_round(at_form: Open) -> None:
    page = await at_form("apply")
    await renamed(page, "floor_area", "shop_area")
    await page.get_by_role("button", name="一起改").click()
    await expect(note(page)).to_contain_text(f"已把 {PLACES} 处的")
    await page.get_by_role("button", name="撤销").click()
    await expect(note(page)).to_contain_text("旧字段名 shop_area（现在是 floor_area）")
    await page.get_by_role("button", name="一起改").click()
    await expect(note(page)).to_contain_text(f"已把 {PLACES} 处的 shop_area 改为 floor_area")
    assert "answers.floor_area" in (await part(page, "definition"))["summary"]


async def test_undone_before_anything_followed_there_is_nothing_to_ask(at_form: Open) -> None:
    page = await at_form("apply")
    await renamed(page, "floor_area", "shop_area")
    await expect(note(page)).to_be_visible()
    await page.reload()
    await expect(note(page)).to_contain_text(f"还有 {PLACES} 处")  # still so, and still offered
    await renamed(page, "shop_area", "floor_area")
    await expect(note(page)).to_be_hidden()


async def test_who_leaves_them_is_not_asked_again(at_form: Open) -> None:
    page = await at_form("apply")
    await renamed(page, "floor_area", "shop_area")
    await page.get_by_role("button", name="不改").click()
    await expect(note(page)).to_be_hidden()
    await page.reload()
    await page.locator(".fjs-editor-form-root").wait_for()
    await expect(page.get_by_text("处错误")).to_be_visible()
    await expect(note(page)).to_be_hidden()


async def test_a_name_that_was_another_fields_is_not_guessed_about(at_form: Open) -> None:
    page = await at_form("apply")
    await renamed(page, "floor_area", "shop_area")
    await expect(note(page)).to_be_visible()
    await renamed(page, "kitchen_area", "floor_area")
    await expect(note(page)).to_be_hidden()
