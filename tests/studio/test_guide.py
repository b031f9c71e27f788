"""`docs/configure-a-matter.zh-CN.md` followed in a real browser, by the names it gives things.

A button the guide doesn't name is not clicked: `named` looks each up there. The guide's pictures
are taken on the way: `PICTURES=docs/images make test ARGS=tests/studio/test_guide.py`.
"""

import os
import re
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import FloatRect, Locator, Page, expect

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/configure-a-matter.zh-CN.md").read_text("utf-8")
PICTURES = os.environ.get("PICTURES", "")


def named(name: str) -> str:
    assert f"**{name}**" in GUIDE, f"the guide doesn't name {name}"
    return name


def written(text: str) -> str:
    assert f"`{text}`" in GUIDE or f"“{text}”" in GUIDE, f"the guide doesn't say to write {text}"
    return text


class Reader:
    """Somebody with the guide beside the screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.canvas = page.locator(".process-canvas")
        self.panel = page.locator("[data-process-panel]")

    async def button(self, name: str) -> None:
        await self.page.get_by_role("button", name=named(name), exact=True).first.click()

    async def link(self, name: str) -> None:
        await self.page.get_by_role("link", name=name).first.click()

    async def part(self, name: str) -> None:
        """A part of the matter, at the left."""
        await self.page.locator(".studio-rail").get_by_role("link", name=name).first.click()

    async def step(self, id: str) -> None:
        await self.canvas.locator(f"[data-element-id={id}] .djs-hit").first.click()

    async def connect_to(self, id: str) -> None:
        """The arrow beside what is selected, then the other end."""
        arrow = self.page.locator(".djs-context-pad .entry[data-action=connect]")
        await arrow.hover()
        await self.page.wait_for_timeout(200)  # as a hand would
        await arrow.click()
        end = await self.box(id)
        x, y = end["x"] + end["width"] / 2, end["y"] + end["height"] / 2
        await self.page.mouse.move(x, y, steps=8)
        await self.page.mouse.click(x, y)
        await self.page.wait_for_timeout(500)  # until then the next click counts as this one's

    async def box(self, id: str) -> FloatRect:
        box = await self.canvas.locator(
            f".djs-shape[data-element-id^={id}] .djs-hit"
        ).first.bounding_box()
        assert box is not None, id
        return box

    async def flow_between(self, left: str, right: str) -> None:
        """Click the flow between two neighbours."""
        one, other = await self.box(left), await self.box(right)
        x = (one["x"] + one["width"] + other["x"]) / 2
        await self.page.mouse.click(x, one["y"] + one["height"] / 2)

    async def append(self, words: str) -> None:
        await self.page.keyboard.press("a")
        await expect(self.page.locator(".djs-popup input")).to_be_focused()
        await self.page.keyboard.type(written(words))
        await expect(self.page.locator(".djs-popup .entry.selected")).to_contain_text(words)
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator(".djs-popup")).to_have_count(0)

    async def field(self, label: str, text: str, *, where: Locator | None = None) -> None:
        await (where or self.page).get_by_label(named(label)).first.fill(text)

    async def saved(self) -> None:
        await expect(self.page.locator("[data-studio-saved][data-state=saved]")).to_be_visible()

    async def picture(self, name: str) -> None:
        """As it looks now, for the guide: at rest, and no larger than a page needs."""
        if not PICTURES:
            return
        await self.page.mouse.move(720, 860)
        await expect(self.page.locator("#toasts > *")).to_have_count(0)
        await self.page.wait_for_timeout(700)
        shot = Image.open(BytesIO(await self.page.screenshot()))
        shot.quantize(128).save(ROOT / PICTURES / f"{name}.png", optimize=True)


async def test_the_guide_leads_from_nothing_to_a_published_matter(screen_of: Any) -> None:
    page: Page = await screen_of("wu.fan")
    reader = Reader(page)
    await begun(reader)
    await drawn(reader)
    await formed(reader)
    await settled(reader)
    await played(reader)
    await published(reader)
    await decided(reader)


async def begun(reader: Reader) -> None:
    """Part 1."""
    page = reader.page
    await page.goto("/configure/matters")
    await reader.link(named("新建事项"))
    await reader.field("事项名称", written("户外招牌设置"))
    await page.get_by_label(named("办理部门")).select_option(label=written("市场监督管理局"))
    await reader.field("设定依据", written("《城市市容和环境卫生管理条例》第十一条"))
    await reader.button("新建并画流程")
    await expect(reader.canvas.locator(".djs-shape").first).to_be_visible()


async def drawn(reader: Reader) -> None:
    """Part 2: an inspection, a gateway, a flow, a variable, a condition."""
    page, panel = reader.page, reader.panel
    await reader.step("accept")
    await reader.append("勘验")
    await panel.get_by_label(named("部门"), exact=True).select_option(label="市场监督管理局")
    await reader.step("accept")
    await reader.append("排他网关")
    await reader.field("名称", written("大型吗？"), where=panel)
    await reader.connect_to("review")
    await panel.get_by_label(named("默认连线")).check()
    await page.locator(".djs-container > svg").first.click(position={"x": 300, "y": 600})
    await reader.button("添加变量")
    await expect(panel.locator("input").last).to_be_focused()
    await page.keyboard.type(written("area"))
    await page.keyboard.press("Tab")
    await panel.locator("select").last.select_option(label=written("数字"))
    await expect(panel.get_by_label("变量名").last).to_have_value("area")
    await reader.flow_between("Gateway", "inspect")
    await reader.field("名称", written("大型"), where=panel)
    named("条件（表达式）")
    await panel.locator(".cm-content").first.click()
    await page.keyboard.type("area >")
    await page.keyboard.press("Escape")
    await page.locator(".studio-problems summary, [data-problems-toggle]").first.click()
    await reader.saved()
    await expect(page.get_by_text("2 处错误")).to_be_visible()
    await reader.picture("studio-process")
    await panel.locator(".cm-content").first.click()
    await page.keyboard.press("Control+a")
    await page.keyboard.type(written("area > 10"))
    await reader.saved()


async def formed(reader: Reader) -> None:
    """Part 3: fields, a rule, the variable's value."""
    page = reader.page
    await reader.part(named("申请表"))
    await page.locator(".fjs-editor-form-root").wait_for()
    group = page.locator(".fd-card", has_text="申请内容").first.locator(".fd-head").first
    for kind, label, key in (
        ("单选", "招牌类型", "sign_kind"),
        ("数字", "展示面积（平方米）", "area"),
        ("日期时间", "设置起始日期", "from_date"),
        ("日期时间", "设置截止日期", "until_date"),
    ):
        await group.click()
        await page.locator(".fjs-palette-field", has_text=named(kind)).first.click()
        await page.keyboard.type(written(label))
        await reader.field("字段名", written(key))
        await page.get_by_label(named("必填")).check()
        if kind == "单选":
            await reader.button("成批添加")
            await expect(page.locator(".fd-paste textarea")).to_be_focused()
            await page.keyboard.type("墙面招牌\n立式招牌")
            await reader.button("添加")
    await page.keyboard.press("Escape")
    await reader.button("添加规则")
    rule = page.locator(".fd-row").last
    named("必须成立")
    await rule.locator(".cm-content").click()
    await page.keyboard.type("until_date > from_d")
    await page.wait_for_timeout(600)
    await reader.picture("studio-form")
    await rule.locator(".cm-content").click()
    await page.keyboard.press("Control+a")
    await page.keyboard.type(written("until_date > from_date"))
    await page.keyboard.press("Escape")
    await rule.get_by_label(named("不成立时的提示"), exact=True).fill(
        written("截止日期要晚于起始日期。")
    )
    await reader.saved()
    await reader.part(named("事项信息"))
    named("流程变量")
    await page.get_by_role("textbox", name=re.compile("^area")).click()
    await page.keyboard.type(written("answers.area"))
    await reader.saved()
    await expect(page.get_by_text("1 处错误")).to_be_visible()
    await reader.part("申请表")
    await page.get_by_role("tab", name=named("预览")).click()
    await reader.button("手机")
    await reader.button("填入样例")
    await reader.button("校验")
    await expect(page.get_by_text("校验通过")).to_be_visible()


async def settled(reader: Reader) -> None:
    """Parts 4 and 5: the limit that stops publishing, and the certificate."""
    page = reader.page
    await reader.link(named("发布"))
    await expect(page.get_by_text("最长路径需要 14 个工作日").first).to_be_visible()
    await reader.picture("studio-publication")
    await page.go_back()
    await reader.part(named("办理时限"))
    assert "**承诺时限**改为 15" in GUIDE
    await page.get_by_label(named("承诺时限"), exact=True).fill("15")
    await reader.saved()
    await reader.part(named("文书与证照"))
    await page.wait_for_timeout(1500)
    await reader.picture("studio-papers")


async def played(reader: Reader) -> None:
    """Part 6: a large sign and a small one, both kept as tests."""
    page = reader.page
    await reader.link(named("试运行"))
    await gone_through(reader, "12", ("受理", "勘验", "审查", "决定", "送达"), "大型")
    await reader.link(named("测试"))
    await expect(page.get_by_text("没有测试走过的连线")).to_be_visible()
    await reader.picture("studio-tests")
    await reader.link("试运行")
    await reader.button("重新开始")
    await gone_through(reader, "6", ("受理", "审查", "决定", "送达"), "小型")
    await reader.link("测试")
    await expect(page.get_by_text("走过 100% 的连线")).to_be_visible()


async def gone_through(reader: Reader, area: str, steps: tuple[str, ...], name: str) -> None:
    page = reader.page
    await reader.button("用样例填写")
    await page.get_by_label("展示面积（平方米）").fill(area)
    await reader.button("提交申请")
    for step in steps:
        await expect(page.locator(".play-card h2")).to_have_text(step)
        await reader.button("用样例填写")
        if step == "勘验":
            await reader.picture("studio-play")
        await page.locator(".play-card .btn-primary").click()
    await expect(page.locator(".play-ended")).to_be_visible()
    await reader.button("存为测试")
    await page.get_by_label("测试名称").fill(name)
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.locator("dialog[open]")).to_have_count(0)


async def published(reader: Reader) -> None:
    """Part 8."""
    page = reader.page
    await reader.link("发布")
    await expect(page.get_by_role("heading", name="可以发布")).to_be_visible()
    await page.get_by_label(named("版本说明")).fill("首次发布。")
    named("立即生效")
    await reader.button("发布")
    await page.locator("#ask").get_by_role("button", name=named("确定")).click()
    await page.wait_for_url("**/configure/matters/matter-1?**")


async def decided(reader: Reader) -> None:
    """Part 10 begins: a draft anew, and in it a decision table."""
    page = reader.page
    await reader.button("修改（新建草稿）")
    await reader.link(named("新建决策表"))
    await page.get_by_label("名称").fill(written("是否现场勘验"))
    await page.get_by_label("代码").fill(written("inspection"))
    await page.get_by_label(written("area")).check()
    await page.get_by_role("button", name="新建", exact=True).click()
    table = page.locator(".dmn-decision-table-container")
    for column, first, second in (
        ("input", written("> 10"), written("<= 10")),
        ("output", written('"需要"'), '"不需要"'),
    ):
        await table.locator(f"td.{column}-cell").first.click()
        await page.keyboard.type(first)
        await page.keyboard.press("Enter")
        await page.keyboard.type(second)
    side = page.locator("[data-decision-side]")
    await expect(side).to_contain_text("各种情况都有规则管到")
    named("试算")
    await side.get_by_label("area").fill("12")
    await side.get_by_role("button", name="算一下").click()
    await expect(side.locator(".dec-answer")).to_contain_text('"需要"')
    await reader.picture("studio-decision")
