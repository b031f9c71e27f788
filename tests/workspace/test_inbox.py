"""The inbox on a clerk's screen: the keyboard alone, many at once, news that comes by itself."""

import re
from typing import Any

import pytest
from browsing import words
from casework import apply_for, do, task_of
from playwright.async_api import expect

from onewindow import db
from onewindow.cases import steps


@pytest.fixture
async def two(desk_of: Any) -> list[str]:
    """Two applications waiting at the window, the older first."""
    applicant = await desk_of("13800000001")
    return [
        await apply_for(applicant, "food-business", "qingxi"),
        await apply_for(applicant, "food-business", "qingxi"),
    ]


async def test_the_keyboard_alone_walks_ticks_and_opens(screen_of: Any, two: list[str]) -> None:
    page = await screen_of("li.min")
    await page.goto("/inbox")
    await expect(page.locator("tbody tr")).to_have_count(2)
    for key in ("j", "j", "k", "x"):
        await page.keyboard.press(key)
    first = page.locator("tbody tr").first
    await expect(first).to_have_class(re.compile("is-current"))
    await expect(first.get_by_role("checkbox")).to_be_checked()
    await expect(page.locator(".bulk-bar")).to_contain_text("已选 1")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/cases/{two[1]}")
    await page.go_back()
    await page.keyboard.press("/")
    await expect(page.locator("#topbar-q")).to_be_focused()


async def test_what_somebody_else_claims_leaves_the_inbox_by_itself(
    screen_of: Any, desk_of: Any, two: list[str]
) -> None:
    page = await screen_of("li.min")
    await page.goto("/inbox")
    await expect(page.locator(".door-count")).to_have_text("2")
    await page.wait_for_timeout(300)  # the stream is open
    await do(await desk_of("li.min"), two[0], "accept")
    await expect(page.locator(".door-count")).to_have_text("1")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("tbody")).to_contain_text(two[1])


async def test_many_at_once_say_what_came_of_each(
    screen_of: Any, desk_of: Any, two: list[str]
) -> None:
    page = await screen_of("li.min")
    await page.goto("/inbox")
    await page.get_by_label("全选").check()
    await do(await desk_of("li.min"), two[0], "accept")
    await page.locator(".bulk-bar").get_by_role("button", name="签收").click()
    notice = page.locator("main .notice-warning")
    await expect(notice).to_contain_text("1 件已签收，1 件没有签收。")
    await expect(notice).to_contain_text(two[0])
    await expect(notice).to_contain_text("已由李敏于")


async def test_what_breaks_on_the_way_does_not_hide_what_was_done(
    desk_of: Any, two: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = await desk_of("li.min")
    first, second = [await task_of(receipt, "accept") for receipt in two]
    claim = steps.claim

    async def breaking(actor: Any, task: int, **more: Any) -> None:
        if task == first:
            raise ConnectionResetError
        await claim(actor, task, **more)

    monkeypatch.setattr(steps, "claim", breaking)
    answer = await clerk.send_form("/inbox/claims", {"task": [first, second]})
    assert answer.status_code == 200
    assert "1 件已签收，1 件没有签收。" in words(answer)
    assert f"{two[0]} ：系统出了问题，这一件没有办理" in words(answer)
    with db.as_system():
        taken = await db.fetch("select id from task where assignee is not null")
    assert [row["id"] for row in taken] == [second]


async def test_a_bulk_transfer_without_a_reason_keeps_ticks_and_choice(
    desk_of: Any, two: list[str], town: Any
) -> None:
    reviewer = await desk_of("chen.gang")
    clerk = await desk_of("li.min")
    await do(clerk, two[0], "accept")
    task = await task_of(two[0], "inspect")
    colleague = town.people["liu.yang"]
    refused = await reviewer.send_form("/inbox/transfers", {"task": task, "to": colleague})
    assert refused.status_code == 422
    assert "请写明转办理由。" in words(refused)
    assert f'value="{task}" aria-label' in refused.text
    assert refused.text.count(" checked") == 1
    assert f'<option value="{colleague}" selected>' in refused.text
    # 刘洋 is a reviewer by 陈刚's backup post; 赵蕾 isn't one at all.
    stranger = await reviewer.send_form(
        "/inbox/transfers", {"task": task, "to": town.people["zhao.lei"], "why": "外出"}
    )
    assert stranger.status_code == 409
    assert "1 件没有转办" in words(stranger)
    handed = await reviewer.send_form(
        "/inbox/transfers", {"task": task, "to": colleague, "why": "外出"}
    )
    assert handed.headers["location"] == "/inbox?transferred=1"
    assert "1 件已转办" in words(await reviewer.get(handed.headers["location"]))


async def test_views_are_kept_named_and_forgotten(desk_of: Any, two: list[str]) -> None:
    clerk = await desk_of("li.min")
    await clerk.get("/inbox?stage=accept&keep=1")
    assert 'value="accept" selected' in (await clerk.get("/inbox")).text  # as it was left
    kept = await clerk.send_form("/inbox/views", {"stage": "accept", "name": "要受理的/急"})
    assert kept.headers["location"] == "/inbox?stage=accept"
    assert "要受理的/急" in words(await clerk.get("/inbox"))
    token = await clerk.csrf_token()
    gone = await clerk.delete(
        "/inbox/views", params={"name": "要受理的/急"}, headers={"x-csrftoken": token}
    )
    assert gone.status_code == 303
    assert "要受理的/急" not in words(await clerk.get("/inbox"))
