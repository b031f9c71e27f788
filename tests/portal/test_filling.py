"""From an empty draft to a receipt: form, materials, check, hand in; and whatever goes wrong."""

import json
import re
from typing import Any

import pytest
import uploads
from browsing import Browser, form_of, words
from casework import apply_for, attach, attach_all, begin, fill, hand_in, say
from world import answers_of

from onewindow import db


@pytest.fixture
async def draft(zhang: Browser) -> str:
    return await begin(zhang, "food-business", "qingxi")


async def save(browser: Browser, uid: str, answers: dict[str, Any], revision: int) -> Any:
    body = {"answers": answers, "revision": revision}
    return await say(browser, "PUT", f"/applications/{uid}/answers", body)


def apply() -> dict[str, Any]:
    return answers_of("food-business")["apply"]


async def test_the_task_list_says_what_is_done_and_what_comes_next(
    zhang: Browser, draft: str
) -> None:
    said = words(await zhang.get(f"/applications/{draft}"))
    assert "云川市青溪县" in said
    assert "填写申请表 未开始" in said
    assert "开始填写" in said
    await save(zhang, draft, {"business": "catering"}, 0)
    said = words(await zhang.get(f"/applications/{draft}"))
    assert "填写申请表 未完成" in said
    await fill(zhang, draft, apply())
    said = words(await zhang.get(f"/applications/{draft}"))
    assert "填写申请表 已完成" in said
    assert "上传材料 还缺 2 项" in said
    assert "继续上传材料" in said
    await attach_all(zhang, draft, apply())
    assert "可以提交" in words(await zhang.get(f"/applications/{draft}"))


async def test_the_form_knows_who_is_applying(zhang: Browser) -> None:
    uid = await begin(zhang, "sole-trader", "qingxi")
    page = await zhang.get(f"/applications/{uid}/form")
    known = form_of(page)["data"]
    assert known["operator_name"] == "张伟"
    assert known["operator_id"] == "459021199003070018"
    # What somebody emptied stays empty.
    await save(zhang, uid, {"operator_name": ""}, 0)
    assert form_of(await zhang.get(f"/applications/{uid}/form"))["data"]["operator_name"] == ""


async def test_a_firms_form_is_not_filled_with_a_persons_name(zhang: Browser, draft: str) -> None:
    known = form_of(await zhang.get(f"/applications/{draft}/form"))["data"]
    assert known == {"contact_mobile": "13800000001"}


async def test_what_is_typed_is_kept_and_a_stale_page_is_told(zhang: Browser, draft: str) -> None:
    first = await save(zhang, draft, {"floor_area": 86}, 0)
    assert (first.status_code, first.json()) == (200, {"revision": 1})
    stale = await save(zhang, draft, {"floor_area": 99}, 0)
    assert stale.status_code == 409
    assert "另一个页面有更新的内容" in stale.json()["message"]
    assert form_of(await zhang.get(f"/applications/{draft}/form"))["data"]["floor_area"] == 86


async def test_a_stale_form_comes_back_with_everything_typed_and_counts_when_sent_again(
    zhang: Browser, draft: str
) -> None:
    await save(zhang, draft, {"floor_area": 86}, 0)
    mine = {**apply(), "floor_area": 99}
    form = {"answers": json.dumps(mine), "revision": "0"}
    answer = await zhang.send_form(f"/applications/{draft}/form", form)
    assert answer.status_code == 409
    assert "这份申请在另一个页面有更新的内容" in words(answer)
    assert form_of(answer)["data"]["floor_area"] == 99
    form["revision"] = re.search(r'name="revision" value="(\d+)"', answer.text)[1]
    again = await zhang.send_form(f"/applications/{draft}/form", form)
    assert again.headers["location"] == f"/applications/{draft}/materials"


async def test_what_is_wrong_is_said_at_its_field_in_the_readers_language(
    zhang: Browser, draft: str
) -> None:
    wrong = {**apply(), "representative_id": "110101198506120005", "staff": []}
    answer = await fill(zhang, draft, wrong)
    assert answer.status_code == 422
    problems = form_of(answer)["problems"]
    assert {"representative_id", "staff"} <= {problem["path"] for problem in problems}
    assert all(re.search(r"[一-鿿]", problem["message"]) for problem in problems)
    zhang.cookies.set("ow_lang", "en", domain="window.test", path="/")
    english = form_of(await fill(zhang, draft, wrong))["problems"]
    assert not any(re.search(r"[一-鿿]", problem["message"]) for problem in english)
    # Nothing typed is lost by that.
    form = form_of(await zhang.get(f"/applications/{draft}/form"))["data"]
    assert form["representative_id"] == "110101198506120005"


async def test_saving_for_later_asks_for_nothing(zhang: Browser, draft: str) -> None:
    form = {"answers": json.dumps({"floor_area": 5}), "revision": "0", "then": "later"}
    answer = await zhang.send_form(f"/applications/{draft}/form", form)
    assert answer.headers["location"] == f"/applications/{draft}"


async def test_nobody_else_finds_a_draft(
    zhang: Browser, li_na: Browser, window: Browser, browser: Browser, draft: str
) -> None:
    for page in ("", "/form", "/materials", "/check", "/receipt", "/withdrawal"):
        for other in (li_na, window):
            assert (await other.get(f"/applications/{draft}{page}")).status_code == 404, page
        assert (await browser.get(f"/applications/{draft}{page}")).status_code == 303
    assert (await save(li_na, draft, {"floor_area": 1}, 0)).status_code == 404
    assert (await hand_in(li_na, draft)).status_code == 404


async def test_materials_are_taken_in_and_refused_in_words(zhang: Browser, draft: str) -> None:
    await fill(zhang, draft, apply())
    said = words(await zhang.get(f"/applications/{draft}/materials"))
    assert "营业执照 免提交" in said
    assert "PDF、JPG、PNG，每个不超过 20 MB，最多 5 个" in said
    program = await attach(zhang, draft, "layout", b"MZ" + bytes(300), "布局图.pdf")
    assert program.status_code == 422
    assert "不能上传" in program.json()["message"]
    assert (await attach(zhang, draft, "layout", name="布局图.pdf")).status_code == 201
    assert "布局图.pdf" in words(await zhang.get(f"/applications/{draft}/materials"))


async def test_a_page_gets_the_files_row_and_may_look_at_it_and_take_it_out(
    zhang: Browser, draft: str
) -> None:
    row = await zhang.post(
        f"/cases/{draft}/materials/layout",
        files={"file": ("布局图.pdf", uploads.pdf(2))},
        headers={
            "x-csrftoken": await zhang.csrf_token(),
            "accept": "application/json",
            "x-fragment": "file",
        },
    )
    assert row.text.lstrip().startswith('<li class="file">')
    view = re.search(r'href="([^"]+/view)"', row.text)[1]
    seen = await zhang.get(view)
    said = words(seen)
    assert "经营布局和操作流程图" in said
    assert "共 2 页" in said
    assert f"/applications/{draft}/materials#material-layout" in seen.text
    picture = re.search(r'src="([^"]+preview\?at=1)"', seen.text)[1]
    assert (await zhang.get(picture)).headers["content-type"] == "image/webp"

    original = await zhang.get(view.removesuffix("/view"))
    assert original.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in original.headers["content-security-policy"]
    token = {"x-csrftoken": await zhang.csrf_token()}
    gone = await zhang.delete(view.removesuffix("/view"), headers=token)
    assert gone.status_code == 200
    assert (await zhang.get(view)).status_code == 404


async def test_the_check_page_says_what_keeps_it_from_being_handed_in(
    zhang: Browser, draft: str
) -> None:
    await save(zhang, draft, {"business": "catering"}, 0)
    said = words(await zhang.get(f"/applications/{draft}/check"))
    assert "还不能提交" in said
    assert "申请表还没有填完" in said
    await fill(zhang, draft, apply())
    page = await zhang.get(f"/applications/{draft}/check")
    said = words(page)
    assert "申请表还没有填完" not in said
    assert "还缺：经营布局和操作流程图" in said
    assert f"/applications/{draft}/materials#material-layout" in page.text
    assert "青溪县林记面馆" in said
    refused = await hand_in(zhang, draft)
    assert refused.status_code == 422
    assert "有 2 处需要修改" in words(refused)
    assert f"/applications/{draft}/check?lang=en" in refused.text  # not the address it was sent to


async def test_the_promise_has_to_be_ticked(zhang: Browser, draft: str) -> None:
    await fill(zhang, draft, apply())
    await attach_all(zhang, draft, apply())
    answer = await zhang.send_form(f"/applications/{draft}/submission", {})
    assert answer.status_code == 422
    assert "请确认所填内容真实、材料有效。" in words(answer)


async def test_handing_in_twice_gives_one_receipt(zhang: Browser, draft: str) -> None:
    await fill(zhang, draft, apply())
    await attach_all(zhang, draft, apply())
    first = await hand_in(zhang, draft)
    second = await hand_in(zhang, draft)
    assert first.headers["location"] == second.headers["location"]
    with db.as_system():
        assert await db.fetchval("select count(*) from cases") == 1


async def test_the_receipt_holds_what_somebody_needs_later(zhang: Browser) -> None:
    receipt = await apply_for(zhang, "food-business", "qingxi")
    page = await zhang.get(f"/applications/{receipt}/receipt")
    said = words(page)
    for part in (receipt, "查询密码", "前告知是否受理", "5 个工作日", "青溪县市场监督管理局"):
        assert part in said, part
    assert "http://window.test/track" in said
    assert re.search(r'data-copy="\d{6}"', page.text)


async def test_after_handing_in_the_wizard_is_closed_and_leads_to_the_progress(
    zhang: Browser,
) -> None:
    receipt = await apply_for(zhang, "food-business", "qingxi")
    for page in ("form", "materials", "check"):
        answer = await zhang.get(f"/applications/{receipt}/{page}")
        assert answer.headers["location"] == f"/applications/{receipt}", page
    late = await save(zhang, receipt, {"floor_area": 1}, 9)
    assert late.status_code == 409
    assert "这份申请已经提交" in late.json()["message"]


async def test_a_draft_is_thrown_away_only_by_its_own(
    zhang: Browser, li_na: Browser, draft: str
) -> None:
    for who, status in ((li_na, 404), (zhang, 303)):
        token = {"x-csrftoken": await who.csrf_token()}
        answer = await who.delete(f"/applications/{draft}", headers=token)
        assert answer.status_code == status
    assert (await zhang.get(f"/applications/{draft}")).status_code == 404


async def test_a_draft_of_a_matter_that_was_suspended_says_so(zhang: Browser, draft: str) -> None:
    with db.as_system():
        await db.execute("update matter set state = 'suspended' where key = 'food-business'")
    assert "这份草稿不能提交" in words(await zhang.get(f"/applications/{draft}"))
    await fill(zhang, draft, apply())
    await attach_all(zhang, draft, apply())
    answer = await hand_in(zhang, draft)
    assert answer.status_code == 409
    assert "目前暂停办理，草稿已为您保留" in words(answer)


async def test_the_window_uses_the_same_pages_in_its_own_frame(window: Browser) -> None:
    uid = await begin(window, "food-business", "qingxi")
    page = await window.get(f"/applications/{uid}/form")
    assert 'class="workspace"' in page.text
    assert form_of(page)["data"] == {}  # the clerk isn't the applicant
    await fill(window, uid, apply())
    await attach_all(window, uid, apply())
    assert "已向申请人当面核对" in words(await window.get(f"/applications/{uid}/check"))
    receipt = (await hand_in(window, uid)).headers["location"].split("/")[2]
    page = await window.get(f"/applications/{receipt}/receipt")
    assert f'href="/cases/{receipt}"' in page.text
    assert "请将收件编号和查询密码交给申请人" in words(page)
    assert (await window.get(f"/applications/{receipt}")).headers["location"] == f"/cases/{receipt}"
