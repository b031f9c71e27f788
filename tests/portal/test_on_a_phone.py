"""A citizen's whole way in a real Chromium, as wide as a phone: find, apply, upload, follow.

The town is served from this very process, so that what a page did can be read in its database.
"""

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import uploads
from playwright.async_api import Browser, Locator, Page, expect
from world import PASSWORD, answers_of, package_of

from onewindow import db

WIDTH = 390
# Pictures of the way go there when asked for: SCREENSHOTS=tests/screenshots pytest …
SCREENSHOTS = os.environ.get("SCREENSHOTS")


@pytest.fixture
async def phone(chromium: Browser, site: str) -> AsyncIterator[Callable[..., Awaitable[Page]]]:
    """`await phone()` → a page in a phone's browser; afterwards nothing may have gone wrong."""
    troubles: list[str] = []

    async def opened(login: str = "", **options: Any) -> Page:
        context = await chromium.new_context(
            **{
                "viewport": {"width": WIDTH, "height": 844},
                "has_touch": True,
                "locale": "zh-CN",
                # A visitor from abroad: shown times are China's all the same.
                "timezone_id": "America/New_York",
                "base_url": site,
            }
            | options
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda line: (
                troubles.append(line.text)
                if line.type == "error" and "Failed to load resource" not in line.text
                else None
            ),
        )
        if login:
            await page.goto("/sign-in")
            await sign_in(page, login)
        return page

    yield opened
    assert troubles == []


async def sign_in(page: Page, login: str) -> None:
    await page.fill("#name", login)
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda url: "/sign-in" not in url)


CONTRAST = (Path(__file__).parents[1] / "web" / "contrast.js").read_text("utf-8")
NAMELESS = """() =>
  [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((e) => e.type !== 'hidden' && !e.closest('[aria-hidden=true]'))
    .filter((e) => !e.ariaLabel && !e.title && !e.labels?.length && !e.textContent.trim())
    .filter((e) => !e.querySelector('[aria-label]'))
    .map((e) => e.outerHTML.slice(0, 120))"""


async def shown(page: Page, name: str) -> None:
    """The page fits the phone, can be read in light and dark, and every control has a name."""
    await page.wait_for_load_state()
    assert await page.evaluate("document.documentElement.scrollWidth") <= WIDTH, name
    assert await page.evaluate(NAMELESS) == [], name
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme)
        await page.wait_for_timeout(200)  # colours change over a moment
        assert await page.evaluate(CONTRAST) == [], (name, scheme)
    if SCREENSHOTS:
        await page.screenshot(path=Path(SCREENSHOTS) / f"phone-{name}.png", full_page=True)


async def test_a_citizen_finds_applies_uploads_hands_in_and_follows(
    phone: Callable[..., Awaitable[Page]], tmp_path: Path
) -> None:
    page = await phone()
    await page.goto("/")
    await shown(page, "home")
    await page.fill("#finder", "摆摊")
    await page.keyboard.press("Enter")
    await page.locator(".offer", has_text="青溪县").click()
    await shown(page, "guide")

    # What to bring, for this one citizen.
    await page.select_option("#need-place_kind", label="网络经营场所（仅通过平台经营）")
    await expect(page.locator("#needs")).to_contain_text("网络经营场所使用证明")
    await expect(page.locator("#needs")).not_to_contain_text("经营场所申报承诺书")
    await page.locator("[data-diagram]").scroll_into_view_if_needed()
    await expect(page.locator("[data-diagram].is-drawn")).to_be_visible()

    # Signing in on the way costs nothing that was chosen.
    await page.get_by_role("button", name="在线申请").click()
    await sign_in(page, "13800000001")
    await shown(page, "begin")
    await page.get_by_role("button", name="开始填写").click()
    await page.get_by_role("link", name="继续填写").click()
    await expect(control(page, "place_kind-1")).to_be_checked()
    await expect(control(page, "operator_name")).to_have_value("张伟")
    await shown(page, "form")

    # Nothing looks chosen that nobody has chosen, and nothing wrong goes unsaid.
    await expect(control(page, "use_name-0")).to_have_css("background-color", "rgb(255, 255, 255)")
    await page.get_by_role("button", name="下一步").click()
    await expect(page.locator("[data-form-problems]")).to_be_visible()
    await page.locator("[data-form-problems] a").first.click()
    await expect(page.locator(".fjs-form :focus")).to_be_visible()

    answers = answers_of("sole-trader", "online")["apply"]
    await fill(page, package_of("sole-trader").forms["apply"], answers)
    await expect(page.locator("[data-autosave-state]")).to_contain_text("已保存")
    with db.as_system():
        saved = await db.fetchval("select updated_at from cases")
    clock = await page.locator("[data-autosave-state]").inner_text()
    assert (saved.hour + 8) % 24 == int(re.search(r"(\d\d):\d\d", clock)[1])
    await page.get_by_role("button", name="下一步").click()
    await page.wait_for_url("**/materials")
    await shown(page, "materials")

    await upload(page, tmp_path)
    await shown(page, "uploaded")
    await page.get_by_role("link", name="下一步").click()
    await page.wait_for_url("**/check")
    await shown(page, "check")
    await page.check("#truthful")
    await page.get_by_role("button", name="提交申请").click()
    await page.wait_for_url("**/receipt")
    await shown(page, "receipt")
    number, password = await page.locator(".receipt .copyable .num").all_inner_texts()

    # Back doesn't hand in again.
    await page.go_back()
    await expect(page.locator("h1")).to_contain_text("个体工商户设立登记")
    await shown(page, "progress")

    # Somebody else's telephone, with nothing but the slip of paper.
    other = await phone()
    await other.goto(f"/track/{number}")
    await other.fill("#password", password)
    await other.keyboard.press("Enter")
    await expect(other.locator(".outlook")).to_contain_text("前告知是否受理")
    await expect(other.locator("main")).not_to_contain_text("张伟")
    await shown(other, "tracked")


async def upload(page: Page, folder: Path) -> None:
    """A wrong file, a right one, a second thought, and then all that is asked for."""
    wrong, right = folder / "程序.pdf", folder / "材料.pdf"
    wrong.write_bytes(b"MZ" + bytes(400))
    right.write_bytes(uploads.pdf(2))
    boxes = page.locator("[data-upload]")
    first = boxes.first
    await first.locator("input[type=file]").set_input_files(wrong)
    await expect(first.locator(".has-problem")).to_contain_text("不能上传")
    async with page.expect_file_chooser() as chooser:
        await first.get_by_role("button", name="换一个文件").click()
    await (await chooser.value).set_files(right)
    await expect(first.locator("a.file-name")).to_have_text("材料.pdf")
    await expect(first.locator(".has-problem")).to_have_count(0)

    await first.locator("a.file-name").click()
    await expect(page.locator(".file-pages img")).to_have_count(2)
    await shown(page, "file")
    await page.locator(".crumbs a").click()
    await boxes.first.locator(".file-remove").click()
    await page.locator("#ask button[value=yes]").click()
    await expect(boxes.first.locator("a.file-name")).to_have_count(0)

    for box in await boxes.all():
        await box.locator("input[type=file]").set_input_files(right)
        await expect(box.locator("a.file-name")).to_have_count(1)


async def test_a_printed_guide_leaves_no_answer_folded(
    phone: Callable[..., Awaitable[Page]],
) -> None:
    page = await phone()
    await page.goto("/matters/qingxi/food-business")
    folded = page.locator("main details:not([open])")
    assert await folded.count()
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    await expect(folded).to_have_count(0)
    await page.evaluate("dispatchEvent(new Event('afterprint'))")
    await expect(page.locator("main details[open]")).to_have_count(0)


async def test_what_was_typed_outlives_the_session(
    phone: Callable[..., Awaitable[Page]],
) -> None:
    page = await phone("13800000001")
    await page.goto("/matters/qingxi/sole-trader")
    await page.get_by_role("button", name="在线申请").click()
    await page.get_by_role("link", name="开始填写").click()
    await expect(control(page, "operator_name")).to_have_value("张伟")
    await page.context.clear_cookies(name="id")
    await control(page, "capital").fill("30000")
    await control(page, "capital").blur()
    note = page.locator("[data-autosave-state]")
    await expect(note).to_contain_text("登录已过期")
    # Going on isn't possible, and nothing is lost by trying.
    await page.get_by_role("button", name="保存，以后再填").click()
    await expect(note).to_contain_text("登录已过期")
    assert page.url.endswith("/form")

    async with page.context.expect_page() as opened:
        await note.get_by_role("link", name="在新窗口登录").click()
    await sign_in(await opened.value, "13800000001")
    await page.bring_to_front()
    await page.get_by_role("button", name="保存，以后再填").click()
    await page.wait_for_url(re.compile(r"/applications/[0-9a-f-]{36}$"))
    with db.as_system():
        assert await db.fetchval("select draft ->> 'capital' from cases") == "3000000"


async def test_a_matter_is_found_and_begun_without_touching_anything_but_keys(
    phone: Callable[..., Awaitable[Page]],
) -> None:
    page = await phone("13800000001", viewport={"width": 1440, "height": 900})
    await page.goto("/")
    await tab_to(page, page.locator("#finder"))
    await page.keyboard.type("低保")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/matters?*")
    await tab_to(page, page.locator(".offer").first)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/subsistence-allowance")
    await tab_to(page, page.locator("#need-proxy"))
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#need-proxy")).to_be_focused()
    await tab_to(page, page.get_by_role("button", name="在线申请"))
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/applications/[0-9a-f-]{36}$"))
    await tab_to(page, page.get_by_role("link", name="继续填写"))
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/form")


async def tab_to(page: Page, target: Locator) -> None:
    """Tab until there, seeing where one is all the way."""
    for _press in range(60):
        await page.keyboard.press("Tab")
        focus = "getComputedStyle(document.activeElement).outlineStyle"
        ring = await page.evaluate(f"document.activeElement === document.body ? 'auto' : {focus}")
        assert ring != "none", await page.evaluate("document.activeElement.outerHTML")
        if await target.evaluate("(element) => element === document.activeElement"):
            return
    pytest.fail("the keyboard doesn't lead there")


async def fill(page: Page, schema: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
    """Give every answer of a form, field by field in its order, as a person does."""
    for field in schema["components"]:
        await _give(page, field, answers, "")


async def _give(page: Page, field: Mapping[str, Any], answers: Mapping[str, Any], row: str) -> None:
    if field["type"] == "dynamiclist":
        for number, entry in enumerate(answers.get(field["path"], [])):
            first = f"{field['components'][0]['id']}_{number}"
            if not await page.locator(f'[id$="-{first}"], [id$="-{first}-0"]').count():
                await page.get_by_role("button", name="增加一项").last.click()
            for each in field["components"]:
                await _give(page, each, entry, f"_{number}")
        return
    for each in field.get("components", ()):
        await _give(page, each, answers, row)
    answer = answers.get(field.get("key", ""))
    if "components" in field or answer is None or answer == "":
        return
    id = field["id"] + row
    values = [option["value"] for option in field.get("values", ())]
    match field["type"]:
        case "radio":
            await control(page, f"{id}-{values.index(answer)}").check()
        case "checklist":
            for value in answer:
                await control(page, f"{id}-{values.index(value)}").check()
        case "checkbox":
            await control(page, id).set_checked(answer)
        case "select":
            await control(page, id).select_option(
                label=field["values"][values.index(answer)]["label"]
            )
        case "region":
            for part, text in answer.items():
                await control(page, f"{id}-{part}").fill(text)
        case "money":
            await control(page, id).fill(f"{answer / 100:.2f}")
        case _:
            await control(page, id).fill(str(answer))
            await control(page, id).blur()


def control(page: Page, id: str) -> Locator:
    return page.locator(f'.fjs-form [id$="-{id}"]').first
