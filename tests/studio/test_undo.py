"""Undo in the designers: the last thing done, wherever the focus is, and never behind a dialog."""

import re
from collections.abc import Awaitable, Callable

from browsing import Browser
from playwright.async_api import Page, expect

API = "/api/matters/food-business/draft"
Open = Callable[[str], Awaitable[Page]]


async def test_the_process_goes_back_from_any_field_and_shows_where(at: Open) -> None:
    page = await at("process")
    shape = page.locator(".process-canvas .djs-shape")
    panel = page.locator("[data-process-panel]")
    name, stage = panel.get_by_label("名称", exact=True), panel.get_by_label("环节类型")
    await shape.and_(page.locator("[data-element-id=review]")).locator(".djs-hit").first.click()
    await name.fill("书面审查")
    await name.press("Enter")
    await stage.select_option("check")
    # From the list just chosen in: the choice, not the text typed before it.
    await stage.press("Control+z")
    await expect(stage).to_have_value("review")
    await expect(name).to_have_value("书面审查")
    # What is being typed goes first, then what it was before.
    await name.press("End")
    await page.keyboard.insert_text("和现场")
    await page.keyboard.press("Control+z")
    await expect(name).to_have_value("书面审查")
    await page.keyboard.press("Control+z")
    await expect(name).to_have_value("审查")
    await page.keyboard.press("Control+Shift+z")
    await expect(name).to_have_value("书面审查")
    # Nothing goes back behind a menu; done elsewhere, the change is shown where it was.
    decide = shape.and_(page.locator("[data-element-id=decide]"))
    await decide.locator(".djs-hit").first.click()
    await page.keyboard.press("a")
    await expect(page.locator(".djs-popup input")).to_be_focused()
    await page.keyboard.type("公示")
    await expect(page.locator(".djs-popup .entry")).to_have_count(1)
    await page.keyboard.press("Control+z")
    await page.keyboard.press("Escape")
    await expect(page.locator(".djs-popup")).to_have_count(0)
    await expect(name).to_have_value("决定")
    await page.keyboard.press("Control+z")
    await expect(name).to_have_value("审查")
    await expect(shape.and_(page.locator("[data-element-id=review]"))).to_have_class(
        re.compile("selected")
    )


async def test_a_form_goes_back_from_any_field_and_nothing_typed_is_lost(at: Open) -> None:
    page = await at("forms/review")
    await page.locator(".fjs-palette-field", has_text="单行文字").click()
    name = page.get_by_label("名称", exact=True)
    await expect(name).to_be_focused()
    await page.keyboard.type("核查说明")
    await page.get_by_label("必填").check()
    await page.keyboard.press("Control+z")
    await expect(page.get_by_label("必填")).not_to_be_checked()
    await expect(name).to_have_value("核查说明")
    card = page.locator(".fjs-element[data-id=textfield_1]")
    for _ in range(3):
        await page.keyboard.press("Control+z")
    await expect(card).to_have_count(0)
    # What isn't there any more has no properties to be changed.
    await expect(page.get_by_label("表单名称", exact=True)).to_be_visible()
    await page.keyboard.press("Control+y")
    await expect(card).to_be_visible()
    # Half-written JSON is no form yet: it is taken back itself, and only then the form.
    await page.get_by_text("JSON", exact=True).click()
    text = page.locator(".fd-dock-json .cm-content")
    await text.press("Control+Home")
    await page.keyboard.type("???")
    await expect(page.get_by_text("JSON 第 1 行")).to_be_visible()
    await page.get_by_role("button", name="撤销").click()
    await expect(text).not_to_contain_text("???")
    await expect(card).to_be_visible()


async def test_a_table_goes_back_letter_by_letter_and_forward_again(
    at: Open, keeper: Browser, table: str
) -> None:
    headers = {
        "x-csrftoken": await keeper.csrf_token(), "if-none-match": "*",
        "content-type": "application/xml",
    }  # fmt: skip
    put = await keeper.put(f"{API}/parts/decisions/level", content=table.encode(), headers=headers)
    assert put.status_code == 200, put.text
    page = await at("decisions/level")
    cell = page.locator("td[data-element-id=c2]")
    await cell.click()
    await page.keyboard.press("End")
    await page.keyboard.type("+1")
    await expect(cell).to_contain_text('"A"+1')
    await page.keyboard.press("Control+z")
    await expect(cell).to_have_text('"A"+', use_inner_text=True)
    await page.keyboard.press("Control+z")
    await expect(cell).to_have_text('"A"', use_inner_text=True)
    await page.keyboard.press("Control+Shift+z")
    await page.keyboard.press("Control+Shift+z")
    await expect(cell).to_have_text('"A"+1', use_inner_text=True)
    await page.locator("td.add-rule-add, td.add-rule").first.click()
    await expect(page.locator("td.rule-index")).to_have_count(2)
    await page.keyboard.press("Control+z")
    await expect(page.locator("td.rule-index")).to_have_count(1)
