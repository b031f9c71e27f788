"""Following an application: the list, where it stands, correcting, withdrawing, papers."""

from urllib.parse import unquote

import pytest
from browsing import Browser, words
from casework import apply_for, ask_correction, attach, begin, case_row, do, fill, say, state_of
from world import answers_of

from onewindow import db, jobs


async def test_an_empty_list_shows_the_way(li_na: Browser) -> None:
    said = words(await li_na.get("/applications"))
    assert "还没有办件" in said
    assert "找要办的事" in said


async def test_the_list_is_sorted_by_what_is_to_do(zhang: Browser, window: Browser) -> None:
    receipt = await apply_for(zhang, "food-business", "qingxi")
    await begin(zhang, "sole-trader", "qingxi")
    everything = words(await zhang.get("/applications"))
    assert "食品经营许可" in everything
    assert "个体工商户设立登记" in everything
    yours = words(await zhang.get("/applications?show=yours"))
    assert "个体工商户设立登记" in yours
    assert "食品经营许可" not in yours
    await ask_correction(window, receipt)
    yours = words(await zhang.get("/applications?show=yours"))
    assert "食品经营许可" in yours
    assert "前补正" in yours
    assert "这里没有办件" in words(await zhang.get("/applications?show=over"))
    assert (await zhang.get("/applications?show=nonsense&before=9e9")).status_code == 200
    assert (await window.get("/applications")).headers["location"] == "/counter"


async def test_progress_says_what_is_next_and_by_when(
    zhang: Browser, window: Browser, desk_of
) -> None:
    receipt = await apply_for(zhang, "food-business", "qingxi")
    said = words(await zhang.get(f"/applications/{receipt}"))
    assert "窗口将在" in said
    assert "前告知是否受理" in said
    await do(window, receipt, "accept")
    page = await zhang.get(f"/applications/{receipt}")
    said = words(page)
    assert "正在办理“现场核查（两人）”，承诺在" in said
    assert "政务服务中心" in said
    assert "李敏" not in said  # the house, not the person
    zhang.cookies.set("ow_lang", "en", domain="window.test", path="/")
    english = words(await zhang.get(f"/applications/{receipt}"))
    assert "Now at “Inspect on site (two inspectors)”" in english
    assert "Accepted" in english


async def test_a_correction_is_answered_on_one_page(zhang: Browser, window: Browser) -> None:
    receipt = await apply_for(zhang, "food-business", "qingxi")
    await ask_correction(window, receipt)
    said = words(await zhang.get(f"/applications/{receipt}"))
    assert "平面布局图没有标注操作流程" in said
    assert "去补正" in said

    page = await zhang.get(f"/applications/{receipt}/correction")
    said = words(page)
    assert "申请表 待修改" in said
    assert "经营布局和操作流程图 待补充" in said
    assert "还有 2 项没有补" in page.text

    # The form is written as a draft: nothing counts before everything is handed in together.
    changed = {**answers_of("food-business")["apply"], "kitchen_area": 25}
    answer = await fill(zhang, receipt, changed)
    assert answer.headers["location"] == f"/applications/{receipt}/correction"
    assert (await attach(zhang, receipt, "layout", name="新布局图.pdf")).status_code == 201
    said = words(await zhang.get(f"/applications/{receipt}/correction"))
    assert "申请表 已修改" in said
    assert "经营布局和操作流程图 已补充" in said
    with db.as_system():
        assert await db.fetchval("select count(*) from case_answer") == 1

    answer = await zhang.send_form(f"/applications/{receipt}/correction")
    assert answer.headers["location"] == f"/applications/{receipt}?done=answered"
    assert "补正已提交" in words(await zhang.get(answer.headers["location"]))
    assert await state_of(receipt) == "submitted"
    with db.as_system():
        kept = await db.fetch("select data ->> 'kitchen_area' as area from case_answer order by id")
    assert [row["area"] for row in kept] == ["30", "25"]
    assert (await case_row(receipt))["draft"] is None
    # Sent again from a page left open, nothing happens twice.
    again = await zhang.send_form(f"/applications/{receipt}/correction")
    assert again.headers["location"] == f"/applications/{receipt}"


async def test_a_correction_that_leaves_something_out_says_what(
    zhang: Browser, window: Browser
) -> None:
    receipt = await apply_for(zhang, "food-business", "qingxi")
    await ask_correction(window, receipt)
    with db.as_system():
        await db.execute("update case_material set removed_at = now() where material = 'layout'")
    answer = await zhang.send_form(f"/applications/{receipt}/correction")
    assert answer.status_code == 422
    assert "还缺：经营布局和操作流程图" in words(answer)
    assert await state_of(receipt) == "correcting"


async def test_the_window_may_correct_for_the_applicant_and_nobody_else(
    zhang: Browser, li_na: Browser, window: Browser, desk_of
) -> None:
    receipt = await apply_for(zhang, "food-business", "qingxi")
    await ask_correction(window, receipt)
    address = f"/applications/{receipt}/correction"
    assert address in (await window.get(f"/cases/{receipt}")).text
    assert "待补充" in words(await window.get(address))
    assert (await li_na.get(address)).status_code == 404
    elsewhere = await desk_of("zheng.shuang")
    assert (await elsewhere.get(address)).status_code == 404
    assert (await elsewhere.send_form(address)).status_code == 404
    supervisor = await desk_of("sun.yue")  # may read the case, not write it
    assert (await supervisor.get(address)).headers["location"] == f"/cases/{receipt}"
    body = {"answers": {}, "revision": 0}
    saved = await say(supervisor, "PUT", f"/applications/{receipt}/answers", body)
    assert saved.status_code == 409


async def test_withdrawing_needs_a_reason_and_ends_it(zhang: Browser) -> None:
    receipt = await apply_for(zhang, "food-business", "qingxi")
    address = f"/applications/{receipt}/withdrawal"
    assert "不能恢复" in words(await zhang.get(address))
    empty = await zhang.send_form(address, {"why": "  "})
    assert empty.status_code == 422
    assert "请填写撤回原因。" in words(empty)
    done = await zhang.send_form(address, {"why": "店面没有谈成。"})
    said = words(await zhang.get(done.headers["location"]))
    assert "申请已撤回" in said
    assert "重新申请" in said
    assert (await zhang.get(address)).headers["location"] == f"/applications/{receipt}"


async def test_a_refusal_gives_reasons_and_remedies(zhang: Browser, window: Browser) -> None:
    receipt = await apply_for(zhang, "food-business", "qingxi")
    with db.as_system():
        task = await db.fetchval("select id from task order by id desc limit 1")
    await window.send_form(
        f"/tasks/{task}/refusal",
        {"reasons": "经营场所是住宅。", "legal_basis": "《食品安全法》第三十三条", "facts": ""},
    )
    said = words(await zhang.get(f"/applications/{receipt}"))
    for part in (
        "不予受理",
        "经营场所是住宅。",
        "《食品安全法》第三十三条",
        "行政复议",
        "重新申请",
    ):
        assert part in said, part
    assert "行政复议" in said
    assert "撤回申请" not in said


async def test_the_certificate_is_shown_in_the_browser_under_a_good_name(
    zhang: Browser, li_na: Browser, cast_food
) -> None:
    receipt = await cast_food()
    await jobs.drain()
    page = await zhang.get(f"/applications/{receipt}")
    said = words(page)
    assert "电子证照" in said
    assert "有效期至" in said
    with db.as_system():
        certificate = await db.fetchrow("select code, number from certificate")
    address = f"/cases/{receipt}/certificates/{certificate['code']}"
    assert address in page.text
    pdf = await zhang.get(address)
    assert pdf.headers["content-type"] == "application/pdf"
    kind, _semi, name = pdf.headers["content-disposition"].partition(";")
    assert kind == "inline"
    assert unquote(name).endswith(f"食品经营许可证-青溪县林记面馆-{certificate['number']}.pdf")
    # A sandbox keeps browsers from showing a PDF; the page's own scripts have no place in it.
    assert "sandbox" not in pdf.headers["content-security-policy"]
    assert pdf.headers["content-security-policy"].startswith("default-src 'none'")
    saved = await zhang.get(f"{address}?save=1")
    assert saved.headers["content-disposition"].startswith("attachment;")
    assert (await li_na.get(address)).status_code == 404

    paper = 0  # the receipt, typeset when it is first opened
    shown = await zhang.get(f"/cases/{receipt}/papers/{paper}")
    assert unquote(shown.headers["content-disposition"]).endswith(
        f"收件回执-青溪县林记面馆-{receipt}.pdf"
    )
    assert (await li_na.get(f"/cases/{receipt}/papers/{paper}")).status_code == 404
    assert (await zhang.get(f"/cases/{receipt}/papers/999999")).status_code == 404


@pytest.fixture
def cast_food(zhang: Browser, window: Browser, desk_of):
    async def decided() -> str:
        receipt = await apply_for(zhang, "food-business", "qingxi")
        for step, login in (
            ("accept", "li.min"),
            ("inspect", "chen.gang"),
            ("review", "chen.gang"),
            ("check", "liu.yang"),
            ("decide", "zhao.lei"),
        ):
            await do(await desk_of(login), receipt, step)
        return receipt

    return decided
