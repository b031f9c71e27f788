"""The process designer: drawn by keys and mouse, bound to people and forms, saved, never lost."""

import re
from typing import Any

import pytest
from browsing import Browser
from playwright.async_api import Page, expect

DRAFT = "/api/matters/food-business/draft"
DRAWING = f"{DRAFT}/parts/process"
PAGE = "/configure/matters/food-business/draft/process"


@pytest.fixture
async def designer(keeper: Browser, screen_of: Any) -> Any:
    """The designer's page with the drawing there; its security policy may never be broken."""
    broken: list[str] = []
    page: Page = await screen_of("wu.fan")
    page.on("console", lambda said: "Content Security" in said.text and broken.append(said.text))
    await page.goto(PAGE)
    await expect(shape(page, "decide")).to_be_visible()
    yield page
    assert broken == []


def shape(page: Page, element: str) -> Any:
    return page.locator(f".process-canvas .djs-shape[data-element-id={element}]")


async def pick(page: Page, element: str) -> None:
    await shape(page, element).locator(".djs-hit").first.click()


async def saved(page: Page) -> None:
    await expect(page.locator("[data-studio-saved][data-state=saved]")).to_be_visible()


async def drawing(keeper: Browser) -> str:
    return (await keeper.get(DRAWING)).text


def element_of(xml: str, element: str) -> str:
    """The tag that begins an element."""
    found = re.search(rf"<bpmn:\w+ id=\"{element}\"[^>]*>", xml)
    return found[0] if found else ""


def shapes(xml: str) -> dict[str, tuple[str, ...]]:
    """Where every element stands: x, y, width, height."""
    sides = " ".join(rf'{side}="([\d.-]+)"' for side in ("x", "y", "width", "height"))
    drawn = rf'bpmnElement="(\w+)"[^>]*>\s*<dc:Bounds {sides}'
    return {found[1]: found.groups()[1:] for found in re.finditer(drawn, xml)}


async def test_a_step_is_drawn_by_keys_bound_saved_and_taken_back(
    designer: Page, keeper: Browser
) -> None:
    page = designer
    await pick(page, "review")
    await page.keyboard.press("a")
    await page.keyboard.type("公示")
    await expect(page.locator(".djs-popup .entry")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(shape(page, "publicise")).to_be_visible()
    # The box comes ready: stage, limit, buttons. The rest is chosen in the panel.
    panel = page.locator("[data-process-panel]")
    await expect(panel.get_by_label("环节类型")).to_have_value("publicise")
    await panel.get_by_label("环节类型").select_option("inspect")
    await panel.get_by_label("部门", exact=True).select_option("market-supervision")
    await panel.get_by_label("表单", exact=True).select_option("inspect")
    await panel.get_by_label("时限", exact=True).fill("1")
    await panel.get_by_label("时限", exact=True).press("Enter")
    await saved(page)
    xml = await drawing(keeper)
    tag = element_of(xml, "publicise")
    for said in (
        'ow:stage="inspect"', 'ow:form="inspect"', 'ow:limit="1d"',
        'ow:assign="department:market-supervision role:reviewer"', "no_objection:公示无异议",
    ):  # fmt: skip
        assert said in tag
    # It stands between the two steps, and nothing of the drawing is to be mended.
    assert 'id="review_to_check" sourceRef="publicise" targetRef="check"' in xml
    await expect(page.locator("[data-count=process]")).to_have_text("")
    for _ in range(5):
        await page.locator("[data-act=undo]").click()
    await expect(shape(page, "publicise")).to_have_count(0)
    await page.wait_for_timeout(1200)
    await saved(page)
    assert "publicise" not in await drawing(keeper)


async def test_a_joint_review_makes_the_room_it_needs_in_its_lane(
    designer: Page, keeper: Browser
) -> None:
    page = designer
    before = await drawing(keeper)
    await pick(page, "check")
    await page.keyboard.press("a")
    await page.keyboard.type("联办")
    await expect(page.locator(".djs-popup .entry")).to_have_count(1)
    await page.keyboard.press("Enter")
    boxes = [await shape(page, f"review_{n}").bounding_box() for n in (2, 3)]
    lane = await shape(page, "lane_decide").bounding_box()
    assert lane
    for box in boxes:
        assert box
        assert lane["y"] < box["y"]
        assert box["y"] + box["height"] < lane["y"] + lane["height"]
    await page.locator("[data-act=undo]").click()  # all of it in one go
    await expect(shape(page, "review_2")).to_have_count(0)
    await page.wait_for_timeout(1200)
    await saved(page)
    assert shapes(await drawing(keeper)) == shapes(before)


async def test_a_box_is_dragged_from_the_palette_and_a_form_made_for_it(
    designer: Page, keeper: Browser
) -> None:
    page = designer
    start = await page.locator(".djs-palette .palette-box", has_text="决定").bounding_box()
    lane = await shape(page, "check").bounding_box()
    assert start is not None
    assert lane is not None
    await page.mouse.move(start["x"] + 20, start["y"] + 16)
    await page.mouse.down()
    await page.mouse.move(lane["x"] - 60, lane["y"] + 30, steps=6)
    await page.mouse.move(lane["x"] - 120, lane["y"] + 30, steps=6)
    await page.mouse.up()
    await expect(shape(page, "decide_2")).to_be_visible()
    await page.locator("[data-process-panel]").get_by_role("button", name="新建表单").click()
    await expect(page.get_by_label("表单", exact=True)).to_have_value("decide-2")
    await saved(page)
    parts = (await keeper.get(DRAFT)).json()["parts"]
    assert "forms/decide-2" in parts
    assert 'ow:form="decide-2"' in element_of(await drawing(keeper), "decide_2")
    # It is in the list at once, and leads to its designer.
    await page.locator(".studio-rail a[href$='/forms/decide-2']").click()
    await expect(page.locator(".fjs-editor-container")).to_be_visible()


async def test_what_is_copied_in_one_matter_is_pasted_in_another(
    designer: Page, keeper: Browser
) -> None:
    page = designer
    await pick(page, "inspect")
    await page.keyboard.press("Control+c")
    headers = {"x-csrftoken": await keeper.csrf_token()}
    other = "/api/matters/sole-trader/draft"
    assert (await keeper.post(other, json={}, headers=headers)).status_code == 201
    await page.goto(PAGE.replace("food-business", "sole-trader"))
    await expect(shape(page, "issue")).to_be_visible()
    await pick(page, "issue")
    await page.keyboard.press("Control+v")
    box = await shape(page, "issue").bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] - 250, box["y"] + 40, steps=5)
    await page.mouse.click(box["x"] - 250, box["y"] + 40)
    await saved(page)
    xml = (await keeper.get(f"{other}/parts/process")).text
    pasted = re.search(r"<bpmn:userTask [^>]*现场核查[^>]*>", xml)
    assert pasted
    assert 'ow:stage="inspect"' in pasted[0]
    assert 'ow:outcomes="done:完成核查|Inspection done"' in pasted[0]


async def test_findings_are_marked_and_lead_to_their_element(designer: Page) -> None:
    page = designer
    await pick(page, "inspect")
    await page.locator("[data-process-panel]").get_by_label("角色", exact=True).select_option("")
    await page.locator("[data-process-panel]").get_by_label("部门", exact=True).select_option("")
    mark = page.locator(".process-mark.is-error")
    await expect(mark).to_have_count(1)
    await expect(page.locator(".props-findings")).to_contain_text("由谁办理")
    await page.locator("[data-act=fit]").click()
    await page.locator(".djs-container > svg").first.click(position={"x": 400, "y": 700})
    await expect(page.locator(".props-findings")).to_have_count(0)
    await page.locator("[data-problems-toggle]").click()
    await page.locator("[data-problems-list] a", has_text="由谁办理").click()
    await expect(shape(page, "inspect")).to_have_class(re.compile("selected"))
    await expect(page.locator(".props-findings")).to_contain_text("由谁办理")


async def test_what_could_not_be_saved_is_there_again_after_a_crash(
    designer: Page, keeper: Browser
) -> None:
    page = designer
    before = await drawing(keeper)
    await page.route("**/parts/process", lambda route: route.abort())
    await pick(page, "review")
    await page.locator("[data-process-panel]").get_by_label("名称", exact=True).fill("书面审查")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-studio-saved][data-state=away]")).to_be_visible()
    assert await drawing(keeper) == before
    # This page never gets through; the next one finds what it kept.
    again = await page.context.new_page()
    await again.goto(PAGE)
    await expect(again.locator(".toast-note")).to_contain_text("已恢复")
    await expect(shape(again, "review")).to_contain_text("书面审查")
    await saved(again)
    assert 'name="书面审查"' in element_of(await drawing(keeper), "review")


async def test_showing_the_way_leaves_no_colours_in_the_drawing(
    designer: Page, keeper: Browser
) -> None:
    page = designer
    before = (await drawing(keeper)).count("color:")
    show = page.get_by_role("button", name="演示走向")
    await show.click()
    await expect(page.locator(".process-canvas .simulation")).to_have_count(1)
    await show.click()
    await pick(page, "check")
    await page.locator("[data-process-panel]").get_by_label("名称").fill("再审核")
    await page.keyboard.press("Tab")
    await saved(page)
    xml = await drawing(keeper)
    assert "再审核" in xml
    assert xml.count("color:") == before
    assert "var(--" not in xml


async def test_a_link_away_takes_the_last_change_along(designer: Page, keeper: Browser) -> None:
    page = designer
    await pick(page, "check")
    await page.locator("[data-process-panel]").get_by_label("名称").fill("再审核")
    await page.get_by_role("link", name="测试", exact=True).click()
    await page.wait_for_url("**/draft/tests")
    assert "再审核" in await drawing(keeper)


async def test_nobodys_work_is_written_over(designer: Page, keeper: Browser) -> None:
    page = designer
    loaded = await keeper.get(DRAWING)
    theirs = loaded.text.replace('name="送达"', 'name="送达证照"')
    headers = {
        "x-csrftoken": await keeper.csrf_token(),
        "if-match": loaded.headers["etag"],
        "content-type": "application/xml",
    }
    assert (await keeper.put(DRAWING, content=theirs.encode(), headers=headers)).status_code == 200
    await pick(page, "review")
    await page.locator("[data-process-panel]").get_by_label("名称", exact=True).fill("书面审查")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("吴凡")
    assert "书面审查" not in await drawing(keeper)
    await dialog.get_by_role("button", name="对照").click()
    await expect(dialog).to_contain_text("环节“送达”的名称由“送达”改为“送达证照”")
    await expect(dialog).to_contain_text("环节“审查”的名称由“审查”改为“书面审查”")
    await dialog.get_by_text("逐行对照").click()
    theirs_shown, mine_shown = dialog.locator("pre").first, dialog.locator("pre").last
    await expect(theirs_shown.locator(".is-different", has_text="送达证照")).to_be_visible()
    await expect(mine_shown.locator(".is-different", has_text="书面审查")).to_be_visible()
    await expect(mine_shown.locator(".is-folded").first).to_contain_text("行相同")
    await dialog.get_by_role("button", name="返回").click()
    await dialog.get_by_role("button", name="用对方的").click()
    await expect(shape(page, "deliver")).to_contain_text("送达证照")
    await expect(shape(page, "review")).to_contain_text("审查")


async def test_what_was_drawn_for_a_draft_that_is_gone_is_offered_to_the_next(
    designer: Page, keeper: Browser
) -> None:
    page = designer
    token = {"x-csrftoken": await keeper.csrf_token()}
    number = (await keeper.get("/api/matters/food-business/draft")).json()["number"]
    home = "/configure/matters/food-business"
    assert (await keeper.delete(f"{home}/versions/{number}", headers=token)).status_code == 303
    await pick(page, "review")
    await page.locator("[data-process-panel]").get_by_label("名称", exact=True).fill("书面审查")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-studio-saved]")).to_contain_text("已发布或已被删除")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.goto(home)
    await page.get_by_role("button", name="修改（新建草稿）").click()
    await expect(shape(page, "review")).to_contain_text("书面审查")
    await saved(page)
    assert 'name="书面审查"' in element_of(await drawing(keeper), "review")


async def test_a_name_being_typed_leaves_the_first_click_on_the_arrow_its_own(
    designer: Page, keeper: Browser
) -> None:
    page = designer
    await pick(page, "review")
    name = page.get_by_label("名称", exact=True).first
    await name.fill("书面审查")
    await page.locator(".djs-context-pad .entry[data-action=connect]").click()
    await shape(page, "decide").locator(".djs-hit").first.click()
    await expect(page.locator("[data-process-panel]")).to_contain_text("连线")
    await saved(page)
    xml = await drawing(keeper)
    assert 'name="书面审查"' in element_of(xml, "review")
    assert 'sourceRef="review" targetRef="decide"' in xml


async def test_a_frozen_version_is_looked_at(keeper: Browser, screen_of: Any) -> None:
    page = await screen_of("wu.fan", lang="en")
    await page.goto("/configure/matters/food-business/versions/1/process-view#element=review")
    await expect(shape(page, "review")).to_have_class(re.compile("selected"))
    await expect(page.get_by_label("Stage", exact=True)).to_have_value("review")
    await expect(page.get_by_label("Stage", exact=True)).to_be_disabled()
    await expect(page.locator(".djs-palette")).to_have_count(0)


async def test_two_branches_lie_neither_on_one_another_nor_on_a_flow(designer: Page) -> None:
    page = designer
    await pick(page, "review")
    await page.keyboard.press("a")
    await page.keyboard.type("排他")
    await page.keyboard.press("Enter")
    gateway = page.locator(".process-canvas .djs-shape.selected").first
    fork = await gateway.get_attribute("data-element-id")
    assert fork
    for word, made in (("勘验", "inspect_2"), ("公示", "publicise")):
        await pick(page, fork)
        await page.keyboard.press("a")
        await page.keyboard.type(word)
        await expect(page.locator(".djs-popup .entry")).to_have_count(1)
        await page.keyboard.press("Enter")
        await expect(shape(page, made)).to_be_visible()
    boxes = [
        await shape(page, name).locator(".djs-hit").first.bounding_box()
        for name in ("inspect_2", "publicise", "check")
    ]
    areas = [(b["x"], b["y"], b["x"] + b["width"], b["y"] + b["height"]) for b in boxes if b]
    for k, one in enumerate(areas):
        for other in areas[k + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1]
            assert apart or other[3] <= one[1]


async def test_a_step_goes_into_the_flow_that_is_selected_and_its_condition_stays_before_it(
    designer: Page, keeper: Browser
) -> None:
    page = designer
    xml = await drawing(keeper)
    found = re.search(
        r'<bpmn:sequenceFlow id="(\w+)"[^>]*sourceRef="(\w+)" targetRef="(\w+)" ?>\s*<bpmn:cond',
        xml,
    )
    assert found, "the food licence has a condition"
    flow, before, after = found.groups()
    await page.goto(f"{PAGE}#element={flow}")
    await page.reload()
    await expect(page.get_by_label("编号", exact=True)).to_have_value(flow)
    await page.locator(".process-canvas .djs-container").focus()
    await page.locator(".djs-context-pad .entry[title^=在这条线上插入]").click()
    await page.keyboard.type("公示")
    await expect(page.locator(".djs-popup .entry")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(shape(page, "publicise")).to_be_visible()
    await saved(page)
    xml = await drawing(keeper)
    assert f'sourceRef="{before}" targetRef="publicise"' in xml
    assert f'sourceRef="publicise" targetRef="{after}"' in xml
    assert re.search(rf'<bpmn:sequenceFlow id="{flow}"[^>]*>\s*<bpmn:condition', xml)


async def test_with_nothing_selected_a_new_element_is_put_into_the_pool(
    designer: Page, keeper: Browser
) -> None:
    page = designer
    await page.locator(".djs-container > svg").first.click(position={"x": 400, "y": 700})
    await page.keyboard.press("n")
    await page.keyboard.type("缴费")
    await page.keyboard.press("Enter")
    await expect(shape(page, "pay")).to_contain_text("缴费")
    await saved(page)
    xml = await drawing(keeper)
    assert xml.index("<bpmn:process ") < xml.index('id="pay"') < xml.index("</bpmn:process>")


async def test_keys_connect_walk_through_and_find(designer: Page, keeper: Browser) -> None:
    page = designer
    await pick(page, "review")
    await page.keyboard.press("c")
    target = await shape(page, "decide").locator(".djs-hit").first.bounding_box()
    assert target
    x, y = target["x"] + target["width"] / 2, target["y"] + target["height"] / 2
    await page.mouse.move(x - 5, y)
    await page.mouse.move(x, y)
    await page.mouse.click(x, y)
    await saved(page)
    assert 'sourceRef="review" targetRef="decide"' in await drawing(keeper)
    # T walks through, and back; a tool that is clicked leaves the keys to the drawing.
    walking = page.locator(".process.is-simulating")
    await page.locator("[data-act=fit]").click()
    await page.keyboard.press("t")
    await expect(walking).to_have_count(1)
    await page.keyboard.press("t")
    await expect(walking).to_have_count(0)
    # What is pasted or comes from an input method is searched for as well.
    await page.keyboard.press("Control+f")
    await page.locator(".djs-search-input input").fill("审查")
    await expect(page.locator(".djs-search-result")).not_to_have_count(0)


async def test_an_element_that_was_renamed_gives_its_first_id_away_and_both_stay(
    designer: Page, keeper: Browser
) -> None:
    page = designer
    for name in ("village_notice", "second_notice"):
        await pick(page, "review")
        await page.keyboard.press("a")
        await page.keyboard.type("公示")
        await expect(page.locator(".djs-popup .entry")).to_have_count(1)
        await page.keyboard.press("Enter")
        identity = page.get_by_label("编号", exact=True)
        await expect(identity).to_have_value("publicise")
        await identity.fill(name)
        await identity.press("Enter")
        await expect(shape(page, name)).to_be_visible()
        await expect(identity).to_be_focused()  # the panel stays the same element's
        await page.keyboard.press("Escape")
    await saved(page)
    await page.reload()
    for name in ("village_notice", "second_notice"):
        await expect(shape(page, name)).to_be_visible()
    assert (await drawing(keeper)).count('id="publicise_di"') == 1


async def test_no_two_fields_of_the_panel_share_an_id_however_often_it_is_drawn_again(
    designer: Page,
) -> None:
    page = designer
    panel = page.locator("[data-process-panel]")
    await pick(page, "inspect")
    await panel.get_by_text("办几份", exact=True).click()
    await panel.get_by_label("几份，同时办", exact=True).check()
    await panel.get_by_label("列表里每项一份", exact=True).check()
    await expect(panel.get_by_label("几份，同时办", exact=True)).to_be_checked()
    ids = await panel.locator("[id]").evaluate_all("all => all.map((each) => each.id)")
    assert len(ids) == len(set(ids))
    await expect(panel.get_by_label("说明", exact=True)).to_have_count(1)


async def test_a_new_steps_form_has_nothing_to_be_mended(designer: Page, keeper: Browser) -> None:
    page = designer
    panel = page.locator("[data-process-panel]")
    for step in ("inspect", "review"):
        await pick(page, step)
        await panel.get_by_role("button", name="新建表单").click()
        await expect(panel.get_by_label("表单", exact=True)).to_have_value(f"{step}-2")
    await saved(page)
    found = (await keeper.get(f"{DRAFT}/findings")).json()["findings"]
    assert [each for each in found if each["part"].endswith("-2")] == []
