"""Matters as text: drafts that aren't lost, findings that lead to their line, packages."""

import io
import zipfile
from typing import Any

from browsing import Browser, words
from playwright.async_api import expect

from onewindow import db

MATTER = "/configure/matters/food-business"


async def texts_of(number: int) -> dict[str, str]:
    with db.as_system():
        row = await db.fetchrow(
            "select definition, process, forms, decisions from matter_version v join matter m"
            " on m.id = v.matter join tenant t on t.id = m.tenant"
            " where m.key = 'food-business' and t.key = 'qingxi' and v.number = $1",
            number,
        )
    return dict(row)


async def send(keeper: Browser, data: bytes, **more: str) -> Any:
    return await keeper.post(
        "/configure/packages",
        files={"file": ("matter.zip", data)},
        data=more,
        headers={"x-csrftoken": await keeper.csrf_token()},
    )


async def test_a_finding_leads_to_its_line(screen_of: Any) -> None:
    page = await screen_of("wu.fan")
    await page.goto(MATTER)
    await page.get_by_role("button", name="修改（新建草稿）").click()
    await page.wait_for_url("**/draft/process")
    await page.goto(f"{MATTER}/versions/2")
    await page.locator("summary", has_text="流程（BPMN").click()
    process = page.locator("#process")
    drawing = await process.input_value()
    await process.fill(drawing.replace('ow:limit="2wd"', 'ow:limit="2zz"'))
    await page.get_by_role("button", name="保存并检查").click()
    place = page.locator(".finding-place")
    await expect(place).to_contain_text("inspect")
    await place.click()
    await expect(process).to_be_focused()
    chosen = await process.evaluate("(e) => e.value.slice(e.selectionStart, e.selectionEnd)")
    assert 'id="inspect"' in chosen
    # It can't be published, and nothing of it is lost.
    await page.get_by_role("button", name="发布", exact=True).click()
    await page.locator("#ask").get_by_role("button", name="确定").click()
    await expect(page.locator("#findings")).to_contain_text("1 处错误须改正后才能发布")
    assert "2zz" in await page.locator("#process").input_value()


async def test_a_draft_is_gone_on_with_and_never_overwritten(desk_of: Any) -> None:
    keeper = await desk_of("wu.fan")
    begun = await keeper.send_form(f"{MATTER}/drafts")
    assert begun.headers["location"] == f"{MATTER}/draft"
    texts = await texts_of(2)
    changed = texts["process"].replace("现场核查（两人）", "现场核查（三人）")
    await keeper.send_form(f"{MATTER}/versions/2", {**texts, "process": changed})
    again = await keeper.send_form(f"{MATTER}/drafts")
    assert again.headers["location"] == f"{MATTER}/draft"
    assert "三人" in (await texts_of(2))["process"]

    package = (await keeper.get(f"{MATTER}/versions/1/package")).content
    refused = await send(keeper, package)
    assert refused.status_code == 409
    assert "已有未发布的草稿" in words(refused)
    assert "三人" in (await texts_of(2))["process"]
    taken = await send(keeper, package, replace="yes")
    assert taken.headers["location"] == f"{MATTER}/draft/arrival"
    assert "三人" not in (await texts_of(2))["process"]

    dropped = await keeper.delete(
        f"{MATTER}/versions/2", headers={"x-csrftoken": await keeper.csrf_token()}
    )
    assert dropped.headers["location"] == f"{MATTER}?done=dropped"
    published = await keeper.delete(
        f"{MATTER}/versions/1", headers={"x-csrftoken": await keeper.csrf_token()}
    )
    assert published.status_code == 403


async def test_what_is_no_package_is_refused_on_the_page(desk_of: Any) -> None:
    keeper = await desk_of("wu.fan")
    no_matter = io.BytesIO()
    with zipfile.ZipFile(no_matter, "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    for data, why in (
        (b"PK??", "这不是一个有效的事项包"),
        (no_matter.getvalue(), "事项包缺少 matter.json"),
        (b"", "这个文件是空的"),
    ):
        refused = await send(keeper, data)
        assert refused.status_code == 422, data
        assert why in words(refused)
        assert 'action="/configure/packages"' in refused.text
