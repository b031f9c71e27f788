"""The form designer in a real browser: drawn, previewed, judged, written as JSON, never lost."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from browsing import Browser
from playwright.async_api import Locator, Page, expect

DRAFT = "/configure/matters/food-business/draft"
API = "/api/matters/food-business/draft"
Open = Callable[..., Awaitable[Page]]


@pytest.fixture
async def designer(desk_of: Any, screen_of: Any) -> AsyncIterator[Open]:
    """`await designer("review")` → the designer on a form of the food licence's draft. The page's
    content policy may never be broken."""
    keeper: Browser = await desk_of("wu.fan")
    headers = {"x-csrftoken": await keeper.csrf_token()}
    begun = await keeper.post(API, json={}, headers=headers)
    assert begun.status_code == 201, begun.text
    broken: list[str] = []

    async def at(form: str = "review", **more: Any) -> Page:
        page: Page = await screen_of("wu.fan", **more)
        page.on(
            "console", lambda said: "Content Security" in said.text and broken.append(said.text)
        )
        await page.goto(f"{DRAFT}/forms/{form}")
        await page.locator(".fjs-editor-form-root").wait_for()
        return page

    yield at
    assert broken == []


async def drag(page: Page, what: Locator, onto: Locator) -> None:
    """As a hand does it: form-js listens to the mouse on its way."""
    start, end = await what.bounding_box(), await onto.bounding_box()
    assert start
    assert end
    await page.mouse.move(start["x"] + 20, start["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(start["x"] + 60, start["y"] + 60, steps=4)
    await page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] - 4, steps=8)
    await page.mouse.up()


async def saved(page: Page) -> None:
    await expect(page.locator('[data-studio-saved][data-state="saved"]')).to_be_visible()


async def stored(page: Page, form: str = "review") -> dict[str, Any]:
    answer = await page.request.get(f"{API}/parts/forms/{form}")
    content: dict[str, Any] = await answer.json()
    return content


async def kept(page: Page, sought: str, form: str = "review") -> str:
    """The stored form as text, once it has what is sought."""
    for _ in range(100):
        text = json.dumps(await stored(page, form), ensure_ascii=False)
        if sought in text:
            return text
        await page.wait_for_timeout(100)
    raise AssertionError(f"{sought} was never saved")


def labels(definition: dict[str, Any]) -> list[str]:
    found = []
    for one in definition.get("components", []):
        found += [one.get("label", ""), *labels(one)]
    return found


async def test_a_component_is_dragged_in_named_and_seen_as_people_will_see_it(
    designer: Open,
) -> None:
    page = await designer()
    await drag(page, page.locator('[data-field-type="idnumber"]'), page.locator(".fd-card").last)
    await page.get_by_label("名称", exact=True).fill("证人身份证号码")
    await page.get_by_label("名称（英文）").fill("Witness's identity number")
    await page.get_by_label("字段名").fill("witness_id")
    await page.get_by_label("字段名").press("Enter")
    await page.get_by_text("必填", exact=True).click()
    await saved(page)
    await page.get_by_role("tab", name="预览").click()
    await page.get_by_label("证人身份证号码").fill("530102198105120000")
    await page.get_by_role("button", name="校验").click()
    await expect(page.locator(".fd-verdict")).to_contain_text("校验不通过")
    await expect(page.locator(".fd-verdict")).not_to_contain_text("与浏览器的结论不同")
    await page.get_by_role("button", name="填入样例").click()
    await page.get_by_role("button", name="校验").click()
    await expect(page.locator(".fd-verdict")).to_contain_text("服务器校验通过")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_label("Witness's identity number")).to_be_visible()
    assert "证人身份证号码" in labels(await stored(page))


async def test_json_and_canvas_are_one_and_a_slip_names_its_line(designer: Open) -> None:
    page = await designer()
    before = await stored(page)
    await page.get_by_role("tab", name="JSON").click()
    text = page.get_by_label("表单定义的 JSON")
    await text.click()
    await page.keyboard.press("Control+Home")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.insert_text('  "versionTag": 审查,\n')
    await expect(page.locator(".fd-broken")).to_contain_text("第 2 行第 17 列")
    assert (await stored(page)) == before
    await page.keyboard.press("Control+Home")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Shift+ArrowDown")
    await page.keyboard.insert_text('  "versionTag": "二",\n')
    await expect(page.locator(".fd-broken")).to_be_hidden()
    await kept(page, '"versionTag": "二"')
    # What the checks find stands at its place, and in the properties of the component.
    definition = await stored(page)
    definition["components"][0]["components"][1]["key"] = "if"
    await text.click()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text(json.dumps(definition, ensure_ascii=False, indent=2))
    await expect(page.locator(".fjs-element[data-problem]")).to_have_count(1)
    await expect(page.locator(".cm-lintRange-error")).to_have_text('"key"')
    await page.get_by_role("tab", name="属性").click()
    await page.locator(".fjs-element[data-problem] .fd-head").click()
    await expect(page.locator(".fd-problems")).to_contain_text("与表达式的用语重名")


async def test_a_block_is_put_in_with_names_of_its_own_and_one_is_kept(designer: Open) -> None:
    page = await designer()
    for _ in range(2):
        await page.get_by_role("button", name="插入常用块").click()
        await page.locator(".fd-block", has_text="代理人").click()
        await expect(page.locator("dialog[open]")).to_have_count(0)
    assert "=by_agent_2 != " in await kept(page, '"by_agent_2"')
    await page.get_by_role("button", name="存为常用块").click()
    await page.locator("dialog[open] input").first.fill("两位代理人")
    await page.locator("dialog[open]").get_by_role("button", name="保存").click()
    await expect(page.locator(".toast-note")).to_contain_text("已存为常用块")
    await page.goto("/configure/form-blocks")
    await expect(page.locator("tr", has_text="两位代理人")).to_contain_text("本地")


async def test_every_change_is_undone_by_keys(designer: Open) -> None:
    page = await designer()
    cards = page.locator(".fd-card")
    count = await cards.count()
    await page.locator(".fd-textarea .fd-head").first.click()
    await page.keyboard.press("Control+d")
    await expect(cards).to_have_count(count + 1)
    await page.keyboard.press("Delete")
    await expect(cards).to_have_count(count)
    await page.keyboard.press("Control+z")
    await expect(cards).to_have_count(count + 1)
    await page.keyboard.press("Control+z")
    await expect(cards).to_have_count(count)
    await page.keyboard.press("Control+y")
    await expect(cards).to_have_count(count + 1)


async def test_the_palette_adds_by_keys_inside_what_is_selected(designer: Open) -> None:
    page = await designer()
    palette = page.locator(".fjs-palette-field")
    await palette.and_(page.locator('[data-field-type="dynamiclist"]')).press("Enter")
    await palette.and_(page.locator('[data-field-type="money"]')).press("Enter")
    await palette.and_(page.locator('[data-field-type="datetime"]')).press("Enter")
    inside = page.locator(".fd-dynamiclist .fd-card")
    await expect(inside).to_have_count(2)
    await page.get_by_label("可填范围").select_option("past")
    text = await kept(page, '"range": "past"')
    assert '"path": "rows_1"' in text
    assert '"key": "money_1"' in text


async def test_a_click_beside_the_form_and_each_label_lead_where_they_say(designer: Open) -> None:
    page = await designer("apply")
    await page.locator(".fd-card", has_text="经营面积").last.click()
    await expect(page.get_by_role("button", name="添加规则")).to_have_count(0)
    blank = await page.locator(".fjs-form-container").bounding_box()
    assert blank
    await page.mouse.click(blank["x"] + 4, blank["y"] + blank["height"] / 2)
    await page.get_by_role("button", name="添加规则").click()
    rule = page.locator(".fd-row").last
    await rule.locator(".cm-content").fill("1 = 1")
    await rule.get_by_text("不成立时的提示", exact=True).click()
    await page.keyboard.type("不会吧。")
    assert '"message": "不会吧。"' in await kept(page, "不会吧。", "apply")


async def test_another_name_is_followed_by_the_expressions_that_use_it(designer: Open) -> None:
    page = await designer("apply")
    await page.get_by_placeholder("查找字段").fill("business")
    await page.get_by_placeholder("查找字段").press("Enter")
    name = page.get_by_label("字段名")
    await expect(name).to_have_value("business")
    await name.fill("main_business")
    await name.press("Enter")
    text = await kept(page, "=main_business != ", "apply")
    assert "=business" not in text


async def test_an_expression_is_completed_checked_and_tried(designer: Open) -> None:
    page = await designer("apply")
    await page.locator(".fd-card", has_text="经营者名称").last.locator(".fd-head").click()
    await page.locator("summary", has_text="显示与只读").click()
    editor = page.get_by_role("textbox", name="满足时隐藏")
    await editor.click()
    await page.keyboard.type("busi")
    await page.locator(".cm-tooltip-autocomplete").get_by_text("主体业态").click()
    await page.keyboard.type(' = "sales" and nobody')
    await expect(page.locator(".feel-said")).to_contain_text("没有名称“nobody”")
    for _ in " and nobody":
        await page.keyboard.press("Backspace")
    await expect(page.locator(".feel-said")).to_contain_text("样例结果：false · 是非")


async def test_what_was_typed_without_a_connection_is_there_again(designer: Open) -> None:
    page = await designer()
    await page.context.set_offline(True)
    await page.locator(".fd-textarea .fd-head").first.click()
    await page.get_by_label("名称", exact=True).fill("没有网络时写的")
    await expect(page.locator('[data-studio-saved][data-state="away"]')).to_be_visible()
    await page.context.set_offline(False)
    await page.goto("about:blank")
    await page.goto(f"{DRAFT}/forms/review")
    await expect(page.locator(".fd-card", has_text="没有网络时写的").first).to_be_visible()
    await kept(page, "没有网络时写的")


async def test_a_form_is_made_copied_and_given_another_key_with_its_steps(designer: Open) -> None:
    page = await designer()
    await page.goto(f"{DRAFT}/forms")
    await page.get_by_role("button", name="新建表单").click()
    await page.locator("#new-form").get_by_label("名称", exact=True).fill("专家意见")
    await page.locator("#new-form").get_by_label("标识").fill("expert")
    await page.locator("#new-form").get_by_role("button", name="新建").click()
    await expect(page.locator(".fjs-empty-editor")).to_be_visible()
    await expect(page.locator(".studio-rail")).to_contain_text("专家意见")
    await page.goto(f"{DRAFT}/forms")
    row = page.locator("tr", has=page.locator("code", has_text="review"))
    await row.get_by_role("button", name="改标识").click()
    await page.locator("#key-review").get_by_label("标识").fill("opinion")
    await page.locator("#key-review").get_by_role("button", name="更改").click()
    await expect(page.locator("code", has_text="opinion")).to_be_visible()
    process = await (await page.request.get(f"{API}/parts/process")).text()
    assert 'ow:form="opinion"' in process
    assert 'ow:form="review"' not in process


async def test_two_hundred_fields_are_drawn_and_saved(designer: Open) -> None:
    page = await designer()
    field = {"type": "textfield", "label": "项目", "validate": {"required": True}}
    many = [field | {"id": f"f{n}", "key": f"f{n}"} for n in range(200)]
    definition = {"type": "default", "schemaVersion": 19, "id": "many", "components": many}
    token = await page.locator('meta[name="csrf-token"]').get_attribute("content")
    answer = await page.request.put(
        f"{API}/parts/forms/many",
        data=definition,
        headers={"if-none-match": "*", "x-csrftoken": token or ""},
    )
    assert answer.ok
    await page.goto(f"{DRAFT}/forms/many")
    await expect(page.locator(".fd-card")).to_have_count(200)
    await page.locator(".fd-card").first.locator(".fd-head").click()
    await page.get_by_label("名称", exact=True).fill("第一项")
    await kept(page, "第一项", form="many")
