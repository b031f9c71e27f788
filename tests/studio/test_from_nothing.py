"""A configurator alone: from an empty sheet to a first case in an applicant's hands, no code.

Every click, key and word typed by the configurator is counted and told; the fewer the better.
"""

from collections import Counter
from typing import Any

import orjson
from browsing import Browser, words
from casework import begin, complete, fill, hand_in, task_of
from playwright.async_api import Locator, Page, expect

from onewindow import db, jobs

MOST_ACTIONS = 50


class Hands:
    """Does what a person does at a page, and counts it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts: list[str] = []

    async def click(self, what: Locator, **how: Any) -> None:
        self.acts.append("click")
        await what.click(**how)

    async def type(self, where: Locator, text: str) -> None:
        self.acts.append("type")
        await where.fill(text)

    async def choose(self, where: Locator, value: str) -> None:
        self.acts.append("choose")
        await where.select_option(value)

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.acts.append("press")
            await self.page.keyboard.press(key)

    async def say(self, words: str) -> None:
        self.acts.append("type")
        await self.page.keyboard.type(words)

    async def drag(self, what: Locator, to: tuple[float, float]) -> None:
        self.acts.append("drag")
        box = await what.bounding_box()
        assert box is not None
        await self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await self.page.mouse.down()
        await self.page.mouse.move(to[0] - 20, to[1], steps=5)
        await self.page.mouse.move(*to, steps=5)
        await self.page.mouse.up()


async def test_a_matter_of_five_steps_is_drawn_tested_published_and_used(
    screen_of: Any, desk_of: Any
) -> None:
    page: Page = await screen_of("wu.fan")
    hands = Hands(page)

    # A new matter, and everything of its drawing thrown away.
    await page.goto("/configure/matters")
    await hands.click(page.get_by_role("link", name="新建事项"))
    await hands.type(page.get_by_label("事项名称"), "户外招牌设置")
    await hands.choose(page.get_by_label("办理部门"), "market-supervision")
    await hands.type(page.get_by_label("设定依据"), "《城市市容和环境卫生管理条例》第十一条")
    await hands.click(page.get_by_role("button", name="新建并画流程"))
    canvas = page.locator(".process-canvas")
    await expect(canvas.locator(".djs-shape").first).to_be_visible()
    sheet = page.locator(".djs-container > svg").first
    await hands.click(sheet, position={"x": 300, "y": 600})
    await hands.press("Control+a", "Delete")
    await expect(canvas.locator(".djs-shape")).to_have_count(0)

    # Drawn: a start, then each step put behind the one before.
    await hands.drag(
        page.locator(".djs-palette .entry[data-action='create.none-start-event']"), (420, 300)
    )
    await hands.say("收件")
    await hands.press("Enter")
    for step in ("受理", "审查", "决定", "制证", "送达", "结束"):
        await expect(sheet).to_be_focused()
        await hands.press("a")
        await expect(page.locator(".djs-popup input")).to_be_focused()
        await hands.say(step)
        await expect(page.locator(".djs-popup .entry.selected")).to_contain_text(step)
        await hands.press("Enter")
        await expect(page.locator(".djs-popup")).to_have_count(0)

    # Boxes come bound: form, role and department of the matter. One of them is changed by hand.
    panel = page.locator("[data-process-panel]")
    await hands.click(canvas.locator(".djs-shape[data-element-id=review] .djs-hit").first)
    await expect(panel.get_by_label("表单", exact=True)).to_have_value("review")
    await hands.choose(panel.get_by_label("部门", exact=True), "market-supervision")
    await expect(page.locator("[data-studio-saved][data-state=saved]")).to_be_visible()

    # Tried in the sandbox, and kept as a test.
    await hands.click(page.get_by_role("link", name="试运行").first)
    await hands.click(page.get_by_role("button", name="用样例填写"))
    await hands.click(page.get_by_role("button", name="提交申请"))
    for step, button in (
        ("受理", "受理"), ("审查", "提交审查意见"), ("决定", "准予"), ("送达", "已送达"),
    ):  # fmt: skip
        await expect(page.locator(".play-card h2")).to_have_text(step)
        await hands.click(page.get_by_role("button", name="用样例填写"))
        await hands.click(page.get_by_role("button", name=button, exact=True))
    await expect(page.locator(".play-ended")).to_be_visible()
    await hands.click(page.get_by_role("button", name="存为测试").first)
    await hands.type(page.get_by_label("测试名称"), "准予设置")
    await hands.click(page.get_by_role("button", name="保存", exact=True))
    await expect(page.locator("dialog[open]")).to_have_count(0)

    # Published: everything on one page, all green.
    await hands.click(page.get_by_role("link", name="发布").first)
    await expect(page.get_by_role("heading", name="可以发布")).to_be_visible()
    await expect(page.get_by_text("测试场景全部通过")).to_be_visible()
    await hands.click(page.get_by_role("button", name="发布", exact=True))
    await hands.click(page.locator("#ask").get_by_role("button", name="确定"))
    await page.wait_for_url("**/configure/matters/matter-1?**")

    print(f"\n{len(hands.acts)} actions from nothing to published: {dict(Counter(hands.acts))}")
    assert len(hands.acts) <= MOST_ACTIONS

    # Used at once: an applicant's case goes through the steps as they were drawn.
    with db.as_system():
        tests = await db.fetchval(
            "select tests from matter_version v join matter m on m.current_version = v.id"
            " where m.key = 'matter-1'"
        )
    (scenario,) = orjson.loads(tests).values()
    acts = {act["step"]: act for act in scenario["acts"]}
    applicant: Browser = await desk_of("13800000001")
    draft = await begin(applicant, "matter-1", "qingxi")
    filled = await fill(applicant, draft, scenario["start"]["answers"])
    assert filled.status_code == 303, words(filled)
    handed = await hand_in(applicant, draft)
    assert handed.status_code == 303, words(handed)
    receipt = handed.headers["location"].split("/")[2]
    people = {"accept": "li.min", "review": "chen.gang", "decide": "zhao.lei", "deliver": "li.min"}
    for step, login in people.items():
        desk: Browser = await desk_of(login)
        task = await task_of(receipt, step)
        done = await complete(desk, task, acts[step].get("answers"), acts[step]["outcome"])
        assert done.status_code == 200, done.text
        await jobs.drain()
    with db.as_system():
        case = await db.fetchrow(
            "select state, decision from cases where receipt_number = $1", receipt
        )
        certificate = await db.fetchval("select count(*) from certificate")
    assert (case["state"], case["decision"], certificate) == ("delivered", "granted", 1)
