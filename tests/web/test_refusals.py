"""Every refusal has a designed answer, in the shape the client asked for."""

import pytest

from onewindow.errors import Invalid, NotThere, Refusal, Stale, TooMany
from onewindow.web import errors

JSON = {"accept": "application/json"}
HTMX = {"hx-request": "true"}


async def test_a_page_that_is_not_there_looks_like_one_that_is_forbidden_to_see(client):
    await client.get("/styleguide")  # brings the cookie whose token pages carry
    missing = await client.get("/nowhere")
    hidden = await client.get("/nothing")
    assert missing.status_code == hidden.status_code == 404
    assert "没有找到您要的内容，或者您无权查看。" in missing.text
    assert missing.text.replace("/nowhere", "") == hidden.text.replace("/nothing", "")


async def test_programs_get_json_and_htmx_gets_a_note_beside_the_page(client):
    told = (await client.get("/forbidden", headers=JSON)).json()
    assert told == {"code": "forbidden", "status": 403, "message": "只有审核人员可以办理。"}
    note = await client.get("/forbidden", headers=HTMX)
    assert note.status_code == 403
    assert note.headers["hx-retarget"] == "#toasts"
    assert "<html" not in note.text
    assert "只有审核人员可以办理。" in note.text


async def test_an_ended_session_leads_to_sign_in_and_back(client):
    answer = await client.get("/private?tab=2&q=a b")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fprivate%3Ftab%3D2%26q%3Da%2520b"
    assert (await client.get("/private", headers=JSON)).status_code == 401


async def test_an_ended_session_does_not_throw_away_what_was_typed(client):
    token = await _token(client)
    page = await client.post("/private", data={"_csrf_token": token, "note": "很长的意见"})
    assert page.status_code == 401
    assert "在新窗口登录" in page.text
    note = await client.post("/private", headers={"x-csrftoken": token, **HTMX})
    assert note.status_code == 401
    assert "/sign-in?next=" in note.text


async def test_fields_that_need_changing_are_named(client):
    token = await _token(client)
    answer = await client.post("/people", headers={"x-csrftoken": token, **JSON})
    assert answer.status_code == 422
    assert answer.json()["fields"] == [{"field": "name", "message": "请填写姓名。"}]


async def test_too_many_attempts_say_when_to_come_back(client):
    answer = await client.get("/busy")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "30"


async def test_a_fault_gets_a_number_and_tells_no_details(client, capsys):
    page = await client.get("/broken")
    told = (await client.get("/broken", headers=JSON)).json()
    assert page.status_code == 500
    assert "secret detail" not in page.text
    assert told["incident"]
    assert "事件编号" in page.text
    log = capsys.readouterr().out
    assert told["incident"] in log
    assert "secret detail" in log


async def test_a_page_about_a_fault_survives_a_fault_of_its_own(client, monkeypatch):
    def broken(*_args, **_context):
        raise RuntimeError("no database either")

    monkeypatch.setattr("onewindow.web.templates.nav_for", broken)
    monkeypatch.setattr("onewindow.web.templates._theme", broken)
    answer = await client.get("/nothing")
    assert answer.status_code == 404
    assert "没有找到您要的内容" in answer.text


async def test_a_leaf_rooms_error_is_read_as_a_refusal(client):
    answer = await client.get("/cupboard", headers=JSON)
    assert answer.status_code == 404
    assert answer.json()["message"] == "柜子里没有这份文件。"


async def test_litestars_own_refusals_are_told_in_our_words(client):
    wrong_method = await client.post("/busy", headers=JSON | {"x-csrftoken": await _token(client)})
    assert (wrong_method.status_code, wrong_method.json()["message"]) == (
        405,
        "这个地址不能这样访问。",
    )
    bad = await client.get("/numbers?n=many", headers=JSON)
    assert bad.status_code == 400 or bad.status_code == 422
    assert "int" not in bad.json()["message"]


async def test_a_form_without_its_token_is_refused_with_advice(client):
    answer = await client.post("/people", data={"name": "x"})
    assert answer.status_code == 403
    assert "页面已失效，请返回上一页刷新后重新提交。" in answer.text


async def test_refusals_speak_english_when_asked(client):
    answer = await client.get("/nothing?lang=en")
    assert "This doesn’t exist, or you may not see it." in answer.text
    assert '<html lang="en"' in answer.text


async def test_a_redirect_after_a_change_is_never_repeated_with_the_same_method(client):
    answer = await client.delete("/things/1", headers={"x-csrftoken": await _token(client)})
    assert answer.status_code == 303


def test_a_refusal_has_a_stable_code_and_a_sentence():
    class AlreadyAccepted(Refusal):
        text = "该办件已由{who}受理。"

    refusal = AlreadyAccepted(who="李敏")
    assert (refusal.code, refusal.status) == ("already-accepted", 409)
    assert str(refusal) == refusal.message == "该办件已由李敏受理。"
    assert Stale("{who}更快。", who="张建国").message == "张建国更快。"
    assert NotThere().code == "not-there"
    assert TooMany(retry_after=5).retry_after == 5
    assert Invalid({"a": "b"}).fields[0].message == "b"


def test_field_messages_take_the_first_sentence_of_each_field():
    refusal = Invalid({"name": "请填写姓名。"})
    assert errors.field_messages(refusal.fields) == {"name": "请填写姓名。"}


@pytest.mark.parametrize("status", [401, 403, 404, 409, 422, 429, 500])
async def test_every_kind_of_refusal_has_a_drawn_page(client, status):
    answer = await client.get(f"/styleguide/refusals/{status}", headers={"accept": "text/html"})
    if status == 401:
        assert answer.status_code == 303
        return
    assert answer.status_code == status
    assert 'class="drawing"' in answer.text


async def _token(client) -> str:
    await client.get("/styleguide")
    return client.cookies["ow_csrf"]
