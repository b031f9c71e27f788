"""A matter's other parts on their screens: settings, decision tables, a new matter."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from browsing import Browser
from playwright.async_api import Page, Route, expect

DRAFT = "/configure/matters/food-business/draft"
API = "/api/matters/food-business/draft"
Open = Callable[..., Awaitable[Page]]

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="file" name="核查人数"
    namespace="urn:test">
  <decision id="inspectors" name="核查人数"><decisionTable id="table" hitPolicy="UNIQUE">
    <input id="i1" label="面积"><inputExpression id="e1" typeRef="number"><text>area</text>
      </inputExpression></input>
    <output id="o1" label="人数" name="inspectors" typeRef="number"/>
    <rule id="small"><inputEntry id="s1"><text>&lt;= 100</text></inputEntry>
      <outputEntry id="s2"><text>2</text></outputEntry></rule>
    <rule id="large"><inputEntry id="l1"><text>&gt;= 100</text></inputEntry>
      <outputEntry id="l2"><text>3</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>
"""


@pytest.fixture
def at(keeper: Browser, screen_of: Any) -> Open:
    """`await at("settings/guide")` → the configurator's screen there."""

    async def opened(place: str, **more: Any) -> Page:
        page: Page = await screen_of("wu.fan", **more)
        await page.goto(f"{DRAFT}/{place}")
        return page

    return opened


async def send(browser: Browser, address: str, body: Any = None, **more: Any) -> Any:
    headers = {"x-csrftoken": await browser.csrf_token(), "accept": "application/json"}
    return await browser.post(address, json=body or {}, headers=headers, **more)


async def saved(page: Page) -> None:
    await expect(page.locator('[data-studio-saved][data-state="saved"]')).to_be_visible()


async def definition(page: Page) -> dict[str, Any]:
    content: dict[str, Any] = await (await page.request.get(f"{API}/parts/definition")).json()
    return content


async def test_a_material_is_added_put_right_by_its_finding_doubled_and_taken_back(
    at: Open,
) -> None:
    page = await at("settings/materials")
    await page.get_by_role("button", name="添加材料").click()
    name = page.get_by_label("材料名称", exact=True)
    await expect(name).to_be_focused()
    await name.fill("其他材料")
    await expect(page.locator(".set-wrong")).to_contain_text("兜底条款")
    await expect(page.locator('[data-count="definition/materials"]')).to_have_text("2")
    await name.fill("经营场所租赁合同")
    await expect(page.locator(".set-wrong .is-error")).to_have_count(0)

    tools = page.get_by_role("group", name="“经营场所租赁合同”的操作")
    await tools.get_by_role("button", name="复制一份").click()
    await tools.get_by_role("button", name="上移").click()
    await tools.get_by_role("button", name="删除").click()
    await page.get_by_role("button", name="撤销").click()
    await saved(page)
    materials = (await definition(page))["materials"]
    assert [each["key"] for each in materials[-2:]] == ["material-2", "material-1"]
    assert {each["name"]["zh"] for each in materials[-2:]} == {"经营场所租赁合同"}

    # A finding in the list of problems leads to the very field.
    await page.goto(f"{DRAFT}/settings/materials#element=materials.material-1.standard")
    await page.reload()
    await expect(page.get_by_label("受理标准", exact=False).first).to_be_focused()


async def test_the_guide_is_shown_as_applicants_get_it_while_it_is_written(at: Open) -> None:
    page = await at("settings/guide")
    shown = page.frame_locator("iframe:not([data-coming])")
    await expect(shown.get_by_role("heading", name="食品经营许可")).to_be_visible()
    await page.get_by_label("办理地点（选填）", exact=True).fill("县政务服务中心三楼 305 窗口")
    await expect(shown.get_by_text("三楼 305 窗口")).to_be_visible()
    # An empty text spoils neither the page nor what else is told.
    await page.get_by_role("button", name="添加条件").click()
    await expect(page.locator(".set-wrong").first).to_contain_text("不能为空")
    await expect(shown.get_by_text("（待填写）")).to_be_visible()
    await page.get_by_role("button", name="电脑").click()
    frame = page.locator(".set-screen iframe:not([data-coming])")
    await expect(frame).to_have_css("width", "1180px")


async def test_two_who_change_different_sections_are_not_asked_and_both_are_kept(
    keeper: Browser, at: Open, screen_of: Any
) -> None:
    guide, limits = await at("settings/guide"), await at("settings/limits")
    await expect(limits.get_by_label("承诺时限", exact=True)).to_have_value("5")
    place = guide.get_by_label("办理地点（选填）", exact=True)
    await place.fill("三楼 305 窗口")
    await saved(guide)
    await limits.get_by_label("承诺时限", exact=True).fill("4")
    note = limits.locator(".toast-note")
    await expect(note).to_contain_text("吴凡在")
    await expect(note).to_contain_text("改过：办事指南。已和您的修改合在一起")
    await saved(limits)
    found = await definition(limits)
    assert found["limits"]["promised"] == "4wd"
    assert found["guide"]["place"]["zh"] == "三楼 305 窗口"

    # What both changed is asked about, and only that: what only one changed is in both answers.
    await place.fill("四楼")
    await expect(guide.locator(".toast-note")).to_contain_text("改过：办理时限")
    await saved(guide)
    other = await at("settings/guide")
    await expect(other.get_by_label("办理地点（选填）", exact=True)).to_have_value("四楼")
    await place.fill("五楼")
    await saved(guide)
    await limits.get_by_label("承诺时限", exact=True).fill("3")
    await saved(limits)
    await other.get_by_label("办理地点（选填）", exact=True).fill("六楼")
    await expect(other.get_by_text("这一部分已被他人改过")).to_be_visible()
    assert (await definition(other))["guide"]["place"]["zh"] == "五楼"
    await other.get_by_role("button", name="用我的").click()
    await saved(other)
    found = await definition(other)
    assert found["guide"]["place"]["zh"] == "六楼"
    assert found["limits"]["promised"] == "3wd"


async def test_limits_are_read_aloud_beside_what_the_drawing_takes(at: Open) -> None:
    page = await at("settings/limits")
    said = page.locator(".set-reading")
    await expect(said.first).to_have_text("承诺 5 个工作日，比法定 10 个工作日压缩 50%。")
    await expect(page.locator(".set-legs li")).not_to_have_count(0)
    await page.get_by_label("承诺时限", exact=True).fill("2")
    await expect(said.first).to_contain_text("压缩 80%")
    await expect(said.last).to_contain_text("超出承诺")
    await saved(page)
    assert (await definition(page))["limits"]["promised"] == "2wd"


async def test_a_paper_is_worded_for_the_matter_and_seen_as_printed(at: Open) -> None:
    page = await at("settings/papers")
    await page.get_by_role("button", name="不予受理通知书").click()
    sheet = page.locator(".set-sheet img")
    await expect(sheet).to_be_visible()
    await page.get_by_role("button", name="改写成本事项的文字").click()
    body = page.get_by_label("正文", exact=True)
    await body.fill("经审查，")
    await page.get_by_role("button", name="事项名称").click()
    await expect(body).to_have_value("经审查，{{ matter }}")
    await saved(page)
    assert (await definition(page))["papers"]["not_accepted"]["body"][
        "zh"
    ] == "经审查，{{ matter }}"
    await body.fill("{{ nobody }}")
    await expect(page.get_by_role("alert")).to_contain_text("没有对应的内容")
    await page.get_by_role("button", name="恢复通用文字").click()
    await saved(page)
    assert "not_accepted" not in (await definition(page)).get("papers", {})


async def test_an_expression_typed_at_any_speed_is_kept_whole_and_its_sheet_waits_for_the_end(
    at: Open,
) -> None:
    page = await at("settings/papers")
    errors: list[str] = []
    page.on("console", lambda said: said.type == "error" and errors.append(said.text))
    value = page.locator(".cm-content").first
    await value.click()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("answers.operator_name +")
    await expect(page.get_by_role("alert")).to_contain_text("无法得出")
    await page.keyboard.type(' "平方米"')
    await expect(page.locator(".set-sheet img")).to_be_visible()
    await expect(value).to_have_text('answers.operator_name + "平方米"')
    assert errors == []


async def test_english_pages_call_fields_papers_and_faults_in_english(at: Open) -> None:
    page = await at("settings/basics", lang="en")
    await expect(page.get_by_label("Telephone (optional)")).to_contain_text("Mobile number")
    await page.get_by_role("link", name="Papers and certificates").click()
    await expect(page.get_by_role("button", name="Notice of acceptance")).to_be_visible()
    await page.get_by_role("link", name="Materials").click()
    await page.get_by_role("button", name="Add a material").click()
    await expect(page.locator(".set-wrong").first).to_contain_text("This can’t be empty.")


@pytest.fixture
async def inspectors(at: Open, keeper: Browser) -> Page:
    """The table 勘验人数 open on its page."""
    put = await keeper.put(
        f"{API}/parts/decisions/inspectors", content=TABLE.encode(),
        headers={"x-csrftoken": await keeper.csrf_token(), "if-none-match": "*",
                 "content-type": "application/xml"},
    )  # fmt: skip
    assert put.status_code == 200, put.text
    return await at("decisions/inspectors")


async def test_what_is_asked_while_the_table_changes_is_answered_by_the_table_as_it_is(
    inspectors: Page,
) -> None:
    page = inspectors
    side = page.locator("[data-decision-side]")
    answer = side.locator(".dec-answer")
    await expect(side).to_contain_text("第 1、2 条：面积 100")
    cell = page.locator('td[data-element-id="s2"]')
    changed = asyncio.Event()

    async def late(route: Route) -> None:
        await changed.wait()
        await route.continue_()

    await page.route("**/trial", late, times=1)
    await side.get_by_label("面积").fill("80")
    await side.get_by_role("button", name="算一下").click()
    async with page.expect_response("**/examination"):
        await cell.click()
        await page.keyboard.press("Control+a")
        await page.keyboard.type("4")
    changed.set()
    await expect(answer.locator("b")).to_have_text("4")
    # Asked with the last key; another value takes the answer to the one before away.
    await cell.click()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("5")
    await side.get_by_role("button", name="算一下").click()
    await expect(answer.locator("b")).to_have_text("5")
    await side.get_by_label("面积").fill("70")
    await expect(answer).to_have_count(0)
    # Without an answer it says so, and goes on when there is one again.
    await page.route("**/trial", lambda route: route.abort(), times=1)
    await side.get_by_role("button", name="算一下").click()
    await expect(side).to_contain_text("暂时不能试算")
    await side.get_by_role("button", name="算一下").click()
    await expect(answer.locator("b")).to_have_text("5")
    await expect(side).not_to_contain_text("暂时不能试算")


async def test_a_table_is_tried_marked_kept_and_called_something_else(
    inspectors: Page, keeper: Browser
) -> None:
    page = inspectors
    side = page.locator("[data-decision-side]")
    await expect(side).to_contain_text("第 1、2 条：面积 100")
    await side.get_by_label("面积").fill("80")
    await side.get_by_role("button", name="算一下").click()
    await expect(side.locator(".dec-answer")).to_contain_text("命中第 1 条")
    hit = page.locator('td.input-cell[data-row-id="small"]')
    other = page.locator('td.input-cell[data-row-id="large"]')
    ground = "cell => getComputedStyle(cell).backgroundColor"
    await expect(hit).not_to_have_css("background-color", await other.evaluate(ground))
    await side.get_by_role("button", name="存为测试数据").click()

    await page.locator('td[data-element-id="s2"]').click()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("4")
    await expect(side).to_contain_text("现在是 4")
    await page.locator('td[data-element-id="l1"]').click()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("> 100")
    await expect(side).to_contain_text("各种情况都有规则管到")
    await side.get_by_role("button", name="组边界数据试算").click()
    await expect(side).to_contain_text("2 条规则全部命中过")
    # The type of a column is chosen from a list of its own.
    result = page.locator("th.output-cell").first
    await result.dblclick()
    kind = page.locator(".dmn-decision-table-container .context-menu .dms-input").last
    await expect(kind).to_have_text("数字")
    await kind.click()
    await page.locator(".dms-select-options .option", has_text="文字").click()
    await expect(result).to_contain_text("文字")
    await page.keyboard.press("Control+z")
    await saved(page)

    await side.get_by_role("button", name="改代码").click()
    await page.get_by_label("新代码").fill("team-size")
    await page.get_by_role("button", name="改代码").last.click()
    await page.wait_for_url("**/decisions/team-size")
    await expect(page.locator("[data-decision-side]")).to_contain_text("现在是 4")
    parts = (await (await page.request.get(API)).json())["parts"]
    assert "decisions/team-size" in parts
    assert "decisions/inspectors" not in parts


async def test_a_new_matter_lacks_nothing_but_its_legal_basis(screen_of: Any) -> None:
    page = await screen_of("wu.fan")
    await page.goto("/configure/matters")
    await page.get_by_role("link", name="新建事项").click()
    await page.get_by_label("事项名称").fill("集市摊位设置许可")
    await page.get_by_role("button", name="新建并画流程").click()
    await expect(page.locator(".error-summary")).to_contain_text("请选择本机构的部门")
    await page.get_by_label("办理部门").select_option(label="市场监督管理局")
    await page.get_by_label("英文名称").evaluate(
        "field => { field.closest('details').open = true; }"
    )
    await page.get_by_label("英文名称").fill("Market stall")
    await page.get_by_role("button", name="新建并画流程").click()
    await page.wait_for_url("**/configure/matters/market-stall/draft/process")
    api = "/api/matters/market-stall/draft"

    async def errors() -> list[str]:
        found = (await (await page.request.get(f"{api}/findings")).json())["findings"]
        return [each["element"] for each in found if each["severity"] == "error"]

    assert await errors() == ["guide.legal_basis"]
    await page.goto("/configure/matters/market-stall/draft/settings/guide")
    await page.get_by_role("button", name="添加依据").click()
    await page.keyboard.type("《无证无照经营查处办法》第三条")
    await saved(page)
    assert await errors() == []


async def test_programs_begin_matters_too_and_copy_those_they_may_see(desk_of: Any) -> None:
    browser = await desk_of("wu.fan")
    wrong = await send(browser, "/api/matters", {"key": "new", "name": {"zh": ""}, "handling": "x"})
    assert wrong.status_code == 422
    assert {each["field"] for each in wrong.json()["fields"]} >= {
        "key", "name", "department", "handling",
    }  # fmt: skip
    asked = {
        "name": {"zh": "食品摊贩备案", "en": "Food stalls"},
        "department": "market-supervision",
    }
    copied = await send(browser, "/api/matters", {**asked, "copy": {"key": "food-business"}})
    assert copied.json() == {"key": "food-stalls", "number": 1}
    answer = await browser.get("/api/matters/food-stalls/draft/parts/definition")
    assert answer.json()["name"]["zh"] == "食品摊贩备案"
    assert len(answer.json()["materials"]) == 6
    foreign = await send(browser, "/api/matters", {**asked, "copy": {"tenant": 3, "key": "x"}})
    assert foreign.status_code == 422
    again = await send(browser, "/api/matters", {**asked, "key": "food-business"})
    assert again.json()["fields"][0]["field"] == "key"
