"""What the process designer makes ready by itself: ids, variables, forms, what had no shape."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from browsing import Browser
from playwright.async_api import Locator, Page, expect

API = "/api/matters/food-business/draft"
Open = Callable[[str], Awaitable[Page]]


async def put(keeper: Browser, part: str, content: str, **made_from: str) -> None:
    headers = {
        "x-csrftoken": await keeper.csrf_token(), "content-type": "application/xml",
        **(made_from or {"if-none-match": "*"}),
    }  # fmt: skip
    answer = await keeper.put(f"{API}/parts/{part}", content=content.encode(), headers=headers)
    assert answer.status_code == 200, answer.text


def shape(page: Page, element: str) -> Locator:
    return page.locator(f".process-canvas .djs-shape[data-element-id={element}]")


async def test_a_pasted_step_is_called_after_what_it_was_copied_from(at: Open) -> None:
    page = await at("process")
    await shape(page, "review").locator(".djs-hit").first.click()
    await page.keyboard.press("Control+c")
    await page.keyboard.press("Control+v")
    box = await shape(page, "review").bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 40, box["y"] - 60, steps=4)
    await page.mouse.click(box["x"] + 40, box["y"] - 60)
    await expect(shape(page, "review_2")).to_be_visible()


async def test_a_variable_made_for_a_tables_answer_has_its_type_and_goes_with_it(
    at: Open, keeper: Browser, table: str
) -> None:
    table = table.replace('name="level" typeRef="string"', 'name="level" typeRef="number"')
    await put(keeper, "decisions/level", table.replace('"A"', "1"))
    page = await at("process")
    panel = page.locator("[data-process-panel]")
    await shape(page, "accept").locator(".djs-hit").first.click()
    await page.keyboard.press("a")
    await expect(page.locator(".djs-popup input")).to_be_focused()
    await page.keyboard.type("决策表")
    await page.keyboard.press("Enter")
    await panel.get_by_label("用哪张表").select_option("level")
    await panel.get_by_label("结果放进").select_option("level")
    await expect(panel.get_by_label("结果放进")).to_have_value("level")
    await page.locator(".djs-container > svg").first.click(position={"x": 400, "y": 700})
    kind = panel.get_by_label("类型").last
    await expect(panel.get_by_label("变量名").last).to_have_value("level")
    await expect(kind).to_have_value("number")
    # Both at once, and both taken back at once.
    await page.keyboard.press("Control+z")
    await expect(panel.get_by_label("结果放进")).to_have_value("")
    await expect(panel.get_by_label("结果放进").locator("option")).to_contain_text(
        ["不放进变量", "prepackaged_only", "新变量 level"]
    )


async def test_an_inspection_comes_with_a_form_for_its_record(
    keeper: Browser, screen_of: Any
) -> None:
    other = "/api/matters/sole-trader/draft"
    headers = {"x-csrftoken": await keeper.csrf_token()}
    assert (await keeper.post(other, json={}, headers=headers)).status_code == 201
    page = await screen_of("wu.fan")
    await page.goto("/configure/matters/sole-trader/draft/process")
    await shape(page, "accept").locator(".djs-hit").first.click()
    await page.keyboard.press("a")
    await expect(page.locator(".djs-popup input")).to_be_focused()
    await page.keyboard.type("勘验")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("表单", exact=True)).to_have_value("inspect")
    await expect(page.locator(".studio-rail a[href$='/forms/inspect']")).to_have_text("勘验")
    form = (await keeper.get(f"{other}/parts/forms/inspect")).json()
    assert "inspection_findings" in str(form)


async def test_what_a_damaged_file_does_not_draw_is_drawn_by_its_finding(
    at: Open, keeper: Browser
) -> None:
    loaded = await keeper.get(f"{API}/parts/process")
    damaged = re.sub(
        r'<bpmndi:BPMN(Shape|Edge) id="[^"]*" bpmnElement="(review|review_to_check)".*?'
        r"</bpmndi:BPMN\1>",
        "",
        loaded.text,
        flags=re.DOTALL,
    )
    await put(keeper, "process", damaged, **{"if-match": loaded.headers["etag"]})
    page = await at("process")
    await expect(shape(page, "check")).to_be_visible()
    await expect(shape(page, "review")).to_have_count(0)
    await page.locator("[data-problems-toggle]").click()
    await page.locator("[data-problems-list] a", has_text="“审查”没有画在图上").click()
    await expect(shape(page, "review")).to_have_class(re.compile("selected"))
    way = page.locator(".process-canvas .djs-connection[data-element-id=review_to_check]")
    await expect(way).to_be_visible()
    await expect(page.locator("[data-problems-list]")).not_to_contain_text("没有画在图上")
    # Taken back it is in the file as it was, and drawn again it is the same.
    await page.keyboard.press("Control+z")
    await expect(shape(page, "review")).to_have_count(0)
    await expect(page.locator("[data-problems-list]")).to_contain_text("“审查”没有画在图上")
    undrawn = (await keeper.get(f"{API}/parts/process")).text
    assert undrawn.count("<bpmn:userTask") == damaged.count("<bpmn:userTask")
    assert 'id="review_to_check" sourceRef="review" targetRef="check"' in undrawn
    await page.keyboard.press("Control+Shift+z")
    await expect(page.locator("[data-problems-list]")).not_to_contain_text("没有画在图上")
    drawn = (await keeper.get(f"{API}/parts/process")).text
    for each in ("userTask", "sequenceFlow", "outgoing", "incoming", "flowNodeRef"):
        assert drawn.count(f"<bpmn:{each}") == loaded.text.count(f"<bpmn:{each}")
    assert drawn.count("<bpmndi:BPMNEdge") == loaded.text.count("<bpmndi:BPMNEdge")


async def test_a_ready_made_step_is_named_in_both_languages_by_whoever_reads_english(
    keeper: Browser, screen_of: Any
) -> None:
    other = "/api/matters/sole-trader/draft"
    headers = {"x-csrftoken": await keeper.csrf_token()}
    assert (await keeper.post(other, json={}, headers=headers)).status_code in (200, 201, 409)
    page = await screen_of("wu.fan")
    await page.goto("/configure/matters/sole-trader/draft/process?lang=en")
    await shape(page, "accept").locator(".djs-hit").first.click()
    await page.keyboard.press("a")
    await expect(page.locator(".djs-popup input")).to_be_focused()
    await page.keyboard.type("public notice")
    await page.keyboard.press("Enter")
    await expect(shape(page, "publicise")).to_contain_text("公示")
    for _ in range(50):
        steps = (await keeper.get(f"{other}/parts/definition")).json()["steps"]
        if "publicise" in steps:
            break
        await page.wait_for_timeout(100)
    assert steps["publicise"] == "Public notice"
    assert steps["accept"] == "Accept"
