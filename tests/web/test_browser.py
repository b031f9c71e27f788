"""The pages in a real Chromium: policy, keyboard, contrast, narrow screens, uploads, saving."""

import asyncio
import json
import os
import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.async_api import Browser, Page, Route, expect

SHEETS = (
    "/styleguide",
    "/styleguide/inbox",
    "/styleguide/case",
    "/styleguide/guide",
    "/styleguide/fill",
    "/styleguide/form",
    "/styleguide/enter",
    "/styleguide/refusals/404",
)
# A picture of every sheet goes there when asked for: SCREENSHOTS=tests/screenshots pytest …
SCREENSHOTS = os.environ.get("SCREENSHOTS")


async def open_page(chromium: Browser, address: str, path: str, **options) -> Page:
    context = await chromium.new_context(
        **{"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}} | options
    )
    page = await context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "console",
        lambda said: page.problems.append(said.text) if "Content Security" in said.text else None,
    )
    await page.goto(address + path)
    return page


CONTRAST = Path(__file__).with_name("contrast.js").read_text("utf-8")

# Controls that a screen reader could only call "button" or "edit".
NAMELESS = """() =>
  [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((e) => e.type !== 'hidden' && !e.closest('[aria-hidden=true]'))
    .filter((e) => !e.ariaLabel && !e.title && !e.labels?.length && !e.textContent.trim())
    .filter((e) => !e.querySelector('[aria-label]'))
    .map((e) => e.outerHTML.slice(0, 120))"""
REPEATED_IDS = """() =>
  [...document.querySelectorAll('[id]')].map((e) => e.id)
    .filter((id, i, all) => all.indexOf(id) !== i)"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
async def test_every_sheet_obeys_the_policy_reads_well_and_fits(chromium, address, scheme, width):
    size = {"width": width, "height": 900}
    for path in SHEETS:
        page = await open_page(chromium, address, path, viewport=size, color_scheme=scheme)
        await page.wait_for_load_state("load")
        if "data-diagram" in await page.content():
            await page.locator("[data-diagram]").scroll_into_view_if_needed()
            await expect(page.locator(".is-drawn").first).to_be_visible()
        assert page.problems == [], path
        assert await page.evaluate(CONTRAST) == [], (path, scheme)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
        if SCREENSHOTS:
            name = path.removeprefix("/styleguide").replace("/", "-").strip("-") or "pieces"
            file = Path(SCREENSHOTS) / f"styleguide-{name}-{width}-{scheme}.png"
            await page.screenshot(path=file, full_page=True)
        await page.context.close()


async def test_the_contrast_check_sees_what_is_poor(chromium, address):
    page = await open_page(chromium, address, "/styleguide/enter")
    await page.locator("h1").evaluate("(h) => (h.style.color = '#aaa')")
    assert len(await page.evaluate(CONTRAST)) == 1


async def test_every_control_has_a_name_and_every_id_is_its_own(chromium, address):
    for path in SHEETS:
        page = await open_page(chromium, address, path)
        assert await page.evaluate(NAMELESS) == [], path
        assert await page.evaluate(REPEATED_IDS) == [], path


async def test_an_inbox_is_worked_without_a_mouse(chromium, address):
    page = await open_page(chromium, address, "/styleguide/inbox")
    await page.keyboard.press("/")
    await expect(page.locator("#topbar-q")).to_be_focused()
    await page.keyboard.press("j")  # typed, not a shortcut
    await expect(page.locator("#topbar-q")).to_have_value("j")
    await page.locator("h1").click()
    for key in "jjk":
        await page.keyboard.press(key)
    await page.keyboard.press("j")
    await expect(page.locator("tr.is-current")).to_contain_text("青溪县老街面馆")
    await page.keyboard.press("x")
    await expect(page.locator("[data-bulk]")).to_be_visible()
    await expect(page.locator("[data-bulk-count]")).to_have_text("1")
    await page.locator("[data-select-all]").check()
    await expect(page.locator("[data-bulk-count]")).to_have_text("6")
    await page.locator("[data-select-all]").uncheck()
    await expect(page.locator("[data-bulk]")).to_be_hidden()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/styleguide/case")


async def test_the_skip_link_is_the_first_stop(chromium, address):
    page = await open_page(chromium, address, "/styleguide/inbox")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip-link")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()


async def test_a_button_pressed_before_the_code_is_there_is_pressed_then(chromium, address):
    context = await chromium.new_context(locale="zh-CN")
    page = await context.new_page()
    arrived = asyncio.Event()

    async def late(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    await page.route("**/app*.js", late)
    await page.goto(f"{address}/styleguide", wait_until="commit")
    await page.get_by_role("button", name="打开对话框").click()
    await expect(page.locator("#sample-dialog")).to_be_hidden()
    arrived.set()
    await expect(page.locator("#sample-dialog")).to_be_visible()


async def test_dialogs_open_close_and_ask(chromium, address):
    page = await open_page(chromium, address, "/styleguide")
    await page.get_by_role("button", name="打开对话框").click()
    dialog = page.locator("#sample-dialog")
    await expect(dialog).to_be_visible()
    await dialog.get_by_text("申请材料不齐全。").click()
    await expect(dialog.locator("textarea")).to_have_value("申请材料不齐全。")
    await expect(dialog.locator(".field-count")).to_have_text("8 / 200")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    # Two quick clicks on the button open it as well; a click beside it closes it.
    await page.get_by_role("button", name="打开对话框").dblclick()
    await expect(dialog).to_be_visible()
    await page.wait_for_timeout(600)
    await page.mouse.click(5, 5)
    await expect(dialog).to_be_hidden()

    asked = []
    page.on("request", lambda request: asked.append(request.method))
    await page.get_by_role("button", name="先问再做").click()
    await expect(page.locator("#ask")).to_contain_text("确定要撤回这份申请吗？")
    await page.get_by_role("button", name="取消").last.click()
    assert "DELETE" not in asked
    await page.get_by_role("button", name="先问再做").click()
    await page.get_by_role("button", name="确定").click()
    # The page stays, and the refusal is told at its edge.
    await expect(page.locator("#toasts .toast-danger")).to_be_visible()
    assert "DELETE" in asked


async def test_errors_lead_to_their_fields(chromium, address):
    page = await open_page(chromium, address, "/styleguide/fill")
    await expect(page.locator(".error-summary")).to_be_focused()
    await page.get_by_role("link", name=re.compile("身份证号码的最后一位")).click()
    await expect(page.locator("#id_number")).to_be_focused()
    described = await page.locator("#id_number").get_attribute("aria-describedby")
    assert described == "id_number-hint id_number-error"


async def test_files_are_sent_one_by_one_and_a_refused_one_says_why(chromium, address):
    page = await open_page(chromium, address, "/styleguide/fill")
    files = page.locator("[data-upload-list] > .file")
    await page.locator(".upload-input").set_input_files(
        [
            {"name": "现场照片.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 3000},
            {"name": "拒绝.pdf", "mimeType": "application/pdf", "buffer": b"y"},
            {"name": "脚本.exe", "mimeType": "application/pdf", "buffer": b"z"},
        ]
    )
    await expect(files).to_have_count(5)
    await expect(files.filter(has_text="现场照片.jpg")).to_contain_text("3 KB")
    refused = files.filter(has_text="拒绝.pdf")
    await expect(refused).to_contain_text("这个文件打不开，请重新导出后上传。")
    # A file the server has read and refused would be refused again: another one is asked for.
    await expect(refused.get_by_role("button", name="换一个文件")).to_be_visible()
    wrong = files.filter(has_text="脚本.exe")
    await expect(wrong).to_contain_text("不能使用这种文件，请上传 PDF、JPG、PNG")
    await expect(wrong.get_by_role("button", name="换一个文件")).to_be_visible()
    await wrong.get_by_role("button", name="移除").click()
    await expect(files).to_have_count(4)


async def test_an_interrupted_upload_is_tried_again_with_the_same_file(chromium, address):
    page = await open_page(chromium, address, "/styleguide/fill")
    await page.route("**/styleguide/files", lambda route: route.abort())
    await page.locator(".upload-input").set_input_files(
        [{"name": "布局.pdf", "mimeType": "application/pdf", "buffer": b"x"}]
    )
    item = page.locator(".file").filter(has_text="布局.pdf")
    await expect(item).to_contain_text("上传中断")
    await page.unroute("**/styleguide/files")
    await item.get_by_role("button", name="重试").click()
    await expect(item.locator("a.file-name")).to_have_text("布局.pdf")


async def test_typed_words_are_saved_and_saved_again_after_a_failure(chromium, address):
    page = await open_page(chromium, address, "/styleguide/fill")
    answers = iter([500, 201])
    sent = []

    async def answer(route):
        sent.append(route.request.post_data)
        await route.fulfill(status=next(answers), body="{}")

    await page.route("**/styleguide/autosave", answer)
    await page.locator("#name").fill("王秀英")
    state = page.locator("[data-autosave-state]")
    await expect(state).to_have_text("没有保存成功，正在重试")
    await expect(state).to_have_text(re.compile("^已保存"))
    assert len(sent) == 2
    assert "王秀英" in sent[1]


async def test_a_drawn_form_is_checked_before_it_is_sent(chromium, address):
    page = await open_page(chromium, address, "/styleguide/form")
    sent = []

    async def take(route):
        sent.append(route.request)
        await route.fulfill(status=204)

    await page.route("**/styleguide/form", take)
    await page.route("**/styleguide/autosave", take)
    await expect(page.get_by_label("经营者姓名")).to_have_value("王秀英")
    await page.get_by_role("button", name="下一步").click()
    summary = page.locator("[data-form-problems]")
    await expect(summary).to_be_focused()
    await expect(summary).to_contain_text("有 2 处需要修改")
    await summary.get_by_role("link", name=re.compile("身份证号码")).click()
    await expect(page.get_by_label("身份证号码")).to_be_focused()
    assert sent == []

    await page.keyboard.type("370102199003070016")
    await page.get_by_label("餐饮服务").check()
    await expect(page.locator("[data-autosave-state]")).to_have_text(re.compile("^已保存"))
    assert sent[-1].post_data_json["answers"]["business"] == "catering"
    await page.get_by_role("button", name="下一步").click()
    await page.wait_for_timeout(300)
    answers = json.loads(parse_qs(sent[-1].post_data)["answers"][0])
    assert answers["id_number"] == "370102199003070016"
    assert page.problems == []


async def test_an_unfinished_form_can_be_put_aside(chromium, address):
    page = await open_page(chromium, address, "/styleguide/form")
    sent = []

    async def take(route):
        sent.append(route.request.post_data)
        await route.fulfill(status=204)

    await page.route("**/styleguide/form", take)
    await page.get_by_label("经营者姓名").fill("周桂兰")
    await page.get_by_role("button", name="保存并退出").click()
    await page.wait_for_timeout(300)
    assert json.loads(parse_qs(sent[0])["answers"][0])["name"] == "周桂兰"


async def test_a_form_is_sent_once_however_often_it_is_clicked(chromium, address):
    page = await open_page(chromium, address, "/styleguide/enter")
    posts = []

    async def hold(route):
        posts.append(route.request)
        await route.fulfill(status=204)

    await page.route("**/styleguide/form", hold)
    await page.locator(".plain-card .btn-primary").evaluate("(b) => { b.click(); b.click(); }")
    await page.wait_for_timeout(300)
    assert len(posts) == 1


async def test_the_look_follows_the_system_until_somebody_chooses(chromium, address):
    page = await open_page(chromium, address, "/styleguide", color_scheme="dark")
    html = page.locator("html")
    await expect(html).to_have_attribute("data-bs-theme", "dark")
    await page.emulate_media(color_scheme="light")
    await expect(html).not_to_have_attribute("data-bs-theme", "dark")
    for look in ("light", "dark"):
        await page.locator(".topbar-tools > [data-theme-toggle]").click()
        await expect(html).to_have_attribute("data-look", look)
    await page.reload()
    await expect(html).to_have_attribute("data-bs-theme", "dark")
    assert await page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


async def test_the_language_changes_where_one_is(chromium, address):
    page = await open_page(chromium, address, "/styleguide/inbox?whose=mine")
    await page.get_by_role("link", name="English").click()
    await page.wait_for_url("**/styleguide/inbox?whose=mine&lang=en")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator(".doors")).to_contain_text("Certificates")
    await page.goto(address + "/styleguide/inbox")
    await expect(page.locator("html")).to_have_attribute("lang", "en")


async def test_on_a_phone_the_sidebar_comes_and_goes(chromium, address):
    page = await open_page(
        chromium, address, "/styleguide/inbox", viewport={"width": 390, "height": 800}
    )
    await expect(page.locator(".sidebar")).to_be_hidden()
    await page.get_by_role("button", name="打开导航").click()
    await expect(page.locator(".sidebar")).to_be_visible()
    await expect(page.locator(".door").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator(".sidebar")).to_be_hidden()
    await page.locator(".menu-person summary").click()
    await expect(page.locator(".menu-person .when-narrow")).to_be_visible()


async def test_a_number_is_copied(chromium, address):
    page = await open_page(
        chromium, address, "/styleguide/case", permissions=["clipboard-read", "clipboard-write"]
    )
    await page.get_by_role("button", name="复制").click()
    await expect(page.locator(".copy-button")).to_have_text("已复制")
    assert await page.evaluate("navigator.clipboard.readText()") == "370100013126000117"


async def test_the_diagram_shows_where_the_case_stands(chromium, address):
    page = await open_page(chromium, address, "/styleguide")
    await page.locator("[data-diagram]").scroll_into_view_if_needed()
    await expect(page.locator(".diagram.is-drawn")).to_be_visible()
    for element, state in (("accept", "done"), ("review", "current"), ("inspect", "overdue")):
        await expect(page.locator(f'[data-element-id="{element}"].is-{state}')).to_have_count(1)
    await expect(page.locator('[data-element-id="f1"].is-done')).to_have_count(1)
    await expect(page.locator('[data-element-id="f8"].is-done')).to_have_count(0)
    shape = page.locator('[data-element-id="review"] rect').first
    before = (await shape.bounding_box())["width"]
    await page.get_by_role("button", name="放大").click()
    assert (await shape.bounding_box())["width"] > before
    await page.locator("[data-diagram-canvas]").focus()
    await page.keyboard.press("0")
    await expect(page.locator(".bjs-powered-by")).to_be_visible()


async def test_a_live_counter_changes_without_a_reload(chromium, address):
    page = await open_page(chromium, address, "/nowhere")

    async def stream(route):
        body = "event: inbox\ndata: 13\n\n"
        await route.fulfill(status=200, content_type="text/event-stream", body=body)

    await page.route("**/live", stream)
    await page.goto(address + "/styleguide/inbox")
    await expect(page.locator('[data-live="inbox"]')).to_have_text("13")
