"""Answers a notice of correction asks for: picked from those shown, marked in the form."""

from browsing import words
from casework import apply_for, case_row, fill, record, state_of, task_of
from world import answers_of

from onewindow import db


async def test_a_clerk_picks_answers_and_the_applicant_is_led_to_them(cast) -> None:
    receipt = await apply_for(cast.applicant, "food-business", "qingxi")
    page = await cast.window.get(f"/cases/{receipt}")
    assert 'name="field" value="floor_area"' in page.text
    task = await task_of(receipt, "accept")
    half = {"field": ["floor_area", "credit_code"], "about-floor_area": "与平面布局图不一致。"}
    refused = await cast.window.send_form(f"/tasks/{task}/correction", half)
    assert refused.status_code == 422
    assert "请写明这一项需要补正什么。" in words(refused)
    assert 'name="field" value="floor_area" checked' in refused.text
    asked = await cast.window.send_form(
        f"/tasks/{task}/correction", {**half, "about-credit_code": "与营业执照不一致。"}
    )
    assert asked.status_code == 303
    line = next(each for each in await record(receipt) if each["kind"] == "correction.requested")
    assert [item["field"] for item in line["detail"]["items"]] == ["floor_area", "credit_code"]
    assert "经营面积（m²）：与平面布局图不一致。" in words(
        await cast.window.get(f"/cases/{receipt}")
    )

    home = words(await cast.applicant.get(f"/applications/{receipt}"))
    assert "经营面积（m²）：与平面布局图不一致。" in home
    listed = await cast.applicant.get(f"/applications/{receipt}/correction")
    assert f'href="/applications/{receipt}/form#floor_area"' in listed.text
    form = await cast.applicant.get(f"/applications/{receipt}/form")
    assert '"path": "floor_area"' in form.text.replace(
        '"path":"floor_area"', '"path": "floor_area"'
    )
    await fill(cast.applicant, receipt, {**answers_of("food-business")["apply"], "floor_area": 64})
    answered = await cast.applicant.send_form(f"/applications/{receipt}/correction")
    assert answered.status_code == 303
    assert await state_of(receipt) == "submitted"
    with db.as_system():
        stands = await db.fetchval(
            "select data->>'floor_area' from case_answer where case_id = $1"
            " order by id desc limit 1",
            (await case_row(receipt))["id"],
        )
    assert stands == "64"


async def test_nothing_can_be_asked_that_the_form_does_not_ask(cast) -> None:
    receipt = await apply_for(cast.applicant, "food-business", "qingxi")
    answer = await cast.window.send_form(
        f"/tasks/{await task_of(receipt, 'accept')}/correction",
        {"field": "bribe", "about-bribe": "请补充。"},
    )
    assert answer.status_code == 422
    assert "不得额外索要" in words(answer)
    assert await state_of(receipt) == "submitted"
