"""The case page: work done in a real Chromium, and what is refused stays where it was typed."""

import html
import json
import re
from typing import Any

from browsing import words
from casework import do, record, state_of, task_of
from cast import Cast
from playwright.async_api import Page, expect
from world import answers_of

from onewindow import jobs


async def answer(page: Page, note: str) -> None:
    """Tick everything of the acceptance form and write a note, as somebody with a mouse does."""
    await page.wait_for_selector(".fjs-form input")
    for box in await page.locator(".fjs-form input[type=checkbox]").all():
        await box.check()
    await page.locator(".fjs-form textarea").first.fill(note)


async def test_a_task_is_claimed_and_completed_and_the_inbox_says_so(
    screen_of: Any, receipt: str
) -> None:
    page = await screen_of("li.min")
    await page.goto(f"/cases/{receipt}")
    work = page.locator("#work")
    await work.get_by_role("button", name="签收", exact=True).click()
    await expect(page.locator("[data-toast]")).to_contain_text("已签收")
    await expect(work.locator(".claim")).to_contain_text("由您办理")
    await answer(page, "材料齐全。")
    await work.get_by_role("button", name="受理", exact=True).click()
    await page.wait_for_url("**/inbox?done=*")
    await expect(page.locator("[data-toast]")).to_contain_text("“受理”已办理完成")
    assert await state_of(receipt) == "accepted"


async def test_an_incomplete_form_is_judged_before_it_is_sent(screen_of: Any, receipt: str) -> None:
    page = await screen_of("li.min")
    await page.goto(f"/cases/{receipt}")
    await page.wait_for_selector(".fjs-form input")
    await page.locator(".fjs-form textarea").first.fill("先写一点")
    await page.locator("#work").get_by_role("button", name="受理", exact=True).click()
    await expect(page.locator("[data-form-problems]")).to_be_visible()
    await expect(page.locator(".fjs-form textarea").first).to_have_value("先写一点")
    assert page.url.endswith(f"/cases/{receipt}")


async def test_what_the_server_refuses_comes_back_with_what_was_typed(
    screen_of: Any, receipt: str
) -> None:
    """A page that doesn't judge by itself: an old one, or one that was tampered with."""
    page = await screen_of("li.min")
    await page.goto(f"/cases/{receipt}")
    await page.wait_for_selector(".fjs-form input")
    await page.evaluate(
        """() => {
          const form = document.getElementById('completion');
          form.querySelector('[name=answers]').value = JSON.stringify({ accept_note: '地址待核' });
          form.querySelector('[name=why]').value = '另有说明';
          const outcome = document.createElement('input');
          Object.assign(outcome, { type: 'hidden', name: 'outcome', value: 'accept' });
          form.append(outcome);
          form.submit();
        }"""
    )
    await expect(page.locator("[data-form-problems] a").first).to_be_visible()
    await expect(page.locator(".fjs-form textarea").first).to_have_value("地址待核")
    await expect(page.locator("[name=why]")).to_have_value("另有说明")
    assert await state_of(receipt) == "submitted"
    await page.reload()
    await expect(page.locator("#completion")).to_be_visible()


async def test_the_correction_dialogue_asks_for_each_ticked_material_and_keeps_what_was_typed(
    screen_of: Any, receipt: str
) -> None:
    page = await screen_of("li.min")
    await page.goto(f"/cases/{receipt}")
    await page.get_by_role("button", name="一次性告知补正").click()
    dialog = page.locator("#correction")
    # The licence is fetched from the register: nobody may ask the applicant for it.
    await expect(dialog).not_to_contain_text("营业执照")
    await expect(dialog.get_by_role("textbox")).to_have_count(1)
    await dialog.get_by_label("经营布局和操作流程图").check()
    await dialog.get_by_label("其他需要补正的问题").fill("面积与图纸不一致。")
    await dialog.get_by_role("button", name="发出补正告知").click()

    dialog = page.locator("#correction")
    await expect(dialog).to_be_visible()
    await expect(dialog).to_contain_text("请写明这一项需要补正什么。")
    await expect(dialog.get_by_label("其他需要补正的问题")).to_have_value("面积与图纸不一致。")
    await expect(dialog.get_by_role("textbox", name="需要补正什么")).to_be_focused()
    await dialog.get_by_role("button", name="缺少签字或盖章。").click()
    await dialog.get_by_role("button", name="发出补正告知").click()
    await expect(page.locator(".page-header")).to_contain_text("待补正")
    await expect(page.locator("main")).to_contain_text("经营布局和操作流程图：缺少签字或盖章。")
    assert await state_of(receipt) == "correcting"


async def test_no_dialogue_is_sent_empty(desk_of: Any, receipt: str) -> None:
    clerk = await desk_of("li.min")
    task = await task_of(receipt, "accept")
    for verb, typed, asked in (
        ("correction", {}, "请勾选需要补正的材料"),
        ("refusal", {"reasons": "  "}, "请写明不予办理的理由。"),
        ("transfer", {"why": "外出"}, "请选择接手的同事。"),
    ):
        refused = await clerk.send_form(f"/tasks/{task}/{verb}", typed)
        assert refused.status_code == 422, verb
        assert asked in words(refused)
        again = await clerk.get(f"/tasks/{task}/{verb}")
        assert again.headers["location"] == f"/cases/{receipt}"
    assert await state_of(receipt) == "submitted"


async def test_the_second_to_finish_reads_who_was_first_and_keeps_their_words(
    desk_of: Any, receipt: str
) -> None:
    first, second = await desk_of("li.min"), await desk_of("li.min")
    task = await task_of(receipt, "accept")
    await do(first, receipt, "accept")
    late = await second.send_form(
        f"/tasks/{task}/completion",
        {
            "outcome": "accept",
            "why": "我也看过了",
            "answers": json.dumps({**answers_of("food-business")["accept"], "accept_note": "同意"}),
        },
    )
    assert late.status_code == 409
    said = words(late)
    assert "“受理”已由李敏于" in said
    assert "您填写的内容" in said
    assert "我也看过了" in said
    assert "同意" in said


async def test_who_reviewed_is_told_that_another_must_check(desk_of: Any, receipt: str) -> None:
    window, reviewer = await desk_of("li.min"), await desk_of("liu.yang")
    await do(window, receipt, "accept")
    # 刘洋 stands in for nobody here: her B post holds the reviewers' lane too.
    await do(reviewer, receipt, "inspect")
    await do(reviewer, receipt, "review")
    page = await reviewer.get(f"/cases/{receipt}")
    said = words(page)
    assert "“审核”须由另一人办理：您已经办理了本件的“审查”。" in said
    assert "completion" not in page.text
    refused = await reviewer.send_form(
        f"/tasks/{await task_of(receipt, 'check')}/completion", {"outcome": "submit"}
    )
    assert refused.status_code == 403
    assert "须由另一人办理" in words(refused)


async def test_a_manager_reassigns_what_somebody_else_has(
    desk_of: Any, receipt: str, town: Any
) -> None:
    await do(await desk_of("li.min"), receipt, "accept")
    manager = await desk_of("wang.jianguo")
    page = await manager.get(f"/cases/{receipt}")
    task = await task_of(receipt, "inspect")
    assert f'id="assign-{task}"' in page.text
    refused = await manager.send_form(f"/tasks/{task}/transfer", {"to": town.people["liu.yang"]})
    assert refused.status_code == 422
    assert f'id="assign-{task}" aria-labelledby="assign-{task}-title" data-open' in refused.text
    handed = await manager.send_form(
        f"/tasks/{task}/transfer", {"to": town.people["liu.yang"], "why": "陈刚外出"}
    )
    assert handed.status_code == 303
    assert (await record(receipt))[-1]["kind"] == "task.transferred"
    assert "现场核查（两人）：转给刘洋办理" in words(await manager.get(f"/cases/{receipt}"))


async def test_a_supervisor_reads_and_has_nothing_to_press(desk_of: Any, receipt: str) -> None:
    page = await (await desk_of("sun.yue")).get(f"/cases/{receipt}")
    assert page.status_code == 200
    assert "您可以查看本件" in words(page)
    assert "/tasks/" not in page.text


async def test_files_are_looked_at_beside_the_case(screen_of: Any, receipt: str) -> None:
    page = await screen_of("li.min")
    await page.goto(f"/cases/{receipt}")
    name = page.locator("#materials .file-name").first
    await name.click()
    pane = page.locator("[data-pane]")
    await expect(pane.locator("img").first).to_be_visible()
    await expect(pane.locator(".pane-name")).to_contain_text(await name.inner_text())
    await expect(page.locator("#work")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(pane).to_have_count(0)
    await expect(name).to_be_focused()


async def test_the_drawing_shows_where_the_case_stands(screen_of: Any, receipt: str) -> None:
    page = await screen_of("li.min")
    await page.goto(f"/cases/{receipt}")
    await page.locator("#process").scroll_into_view_if_needed()
    await expect(
        page.locator(".diagram.is-drawn [data-element-id=accept].is-current")
    ).to_be_visible()


async def test_what_the_platform_did_is_drawn_as_done_as_well(cast: Cast) -> None:
    receipt = await cast.food("decide")
    shown = (await cast.window.get(f"/cases/{receipt}")).text
    done = re.findall(r'data-done="([^"]*)"', shown)[0].split()
    assert done[:3] == ["received", "accept", "scope"]
    assert done[-2:] == ["review", "check"]
    await do(cast.decider, receipt, "decide")
    await jobs.drain()
    shown = (await cast.window.get(f"/cases/{receipt}")).text
    assert 'data-current="deliver"' in shown
    done = re.findall(r'data-done="([^"]*)"', shown)[0].split()
    assert done[-1] == "issue"
    assert "filing" not in done


async def test_on_a_phone_the_work_is_one_touch_away(screen_of: Any, receipt: str) -> None:
    page = await screen_of("li.min", width=390)
    await page.goto(f"/cases/{receipt}")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_role("link", name="办理", exact=True).click()
    await expect(page.locator("#work")).to_be_in_viewport()
    await page.locator("#materials .file-name").first.click()
    close = page.get_by_role("button", name="关闭预览")
    await expect(close).to_be_in_viewport()
    await close.click()


async def test_the_page_speaks_english_but_for_what_people_wrote(
    desk_of: Any, receipt: str
) -> None:
    clerk = await desk_of("li.min")
    clerk.cookies.set("ow_lang", "en", domain="window.test", path="/")
    page = await clerk.get(f"/cases/{receipt}")
    said = html.unescape(words(page))
    for english in ("Food business licence", "Accept", "Qingxi", "Request correction"):
        assert english.lower() in said.lower()
    for chinese in ("受理", "办件信息", "申报材料", "青溪县 ·"):
        assert chinese not in said


async def test_identity_numbers_are_hidden_until_who_handles_the_case_asks_for_them(
    desk_of: Any, receipt: str
) -> None:
    async def told(login: str, query: str = "") -> str:
        page = (await (await desk_of(login)).get(f"/cases/{receipt}{query}")).text
        return page[page.index('id="facts"') : page.index('id="materials"')]

    numbers = ("110101198506120004", "110101199308210003")
    said = await told("li.min")
    assert "1101**********0004" in said
    assert not any(number in said for number in numbers)
    assert "?numbers=all" in said
    said = await told("li.min", "?numbers=all")
    assert all(number in said for number in numbers)
    said = await told("wang.jianguo", "?numbers=all")
    assert not any(number in said for number in numbers)
