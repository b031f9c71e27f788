"""What law gives every case: correct once, refuse with reasons, send back, take back."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
from browsing import Browser, words
from casework import (
    AS_JSON,
    apply_for,
    attach,
    case_row,
    complete,
    do,
    fill,
    record,
    say,
    state_of,
    task_of,
    waiting,
)
from world import Town, answers_of

from onewindow import clock, db, jobs

LAYOUT = [{"text": "布局图没有标注流程", "material": "layout"}, {"text": "面积与图不符"}]
GROUNDS = {
    "facts": "现场在居民楼内",
    "reasons": "场所依法不得经营餐饮",
    "legal_basis": "《中华人民共和国行政许可法》第三十二条",
}


async def correct(browser: Browser, receipt: str, items: Any = LAYOUT) -> httpx.Response:
    task = await task_of(receipt, "accept")
    return await say(browser, "POST", f"/tasks/{task}/correction", {"items": items})


async def refuse(browser: Browser, receipt: str, step: str, **changed: str) -> httpx.Response:
    task = await task_of(receipt, step)
    return await say(browser, "POST", f"/tasks/{task}/refusal", {**GROUNDS, **changed})


async def send_back(browser: Browser, receipt: str, step: str, to: str) -> httpx.Response:
    task = await task_of(receipt, step)
    body = {"target": to, "why": "核查记录不全"}
    return await say(browser, "POST", f"/tasks/{task}/return", body)


async def answer(browser: Browser, receipt: str) -> httpx.Response:
    return await browser.send_form(f"/applications/{receipt}/correction")


# --- correction (补正) ------------------------------------------------------------------------


async def test_a_correction_is_asked_once_with_everything_and_its_answer_goes_on(cast) -> None:
    friday = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)
    with clock.at(friday):
        receipt = await apply_for(cast.applicant, "food-business", "qingxi")
        assert (await correct(cast.window, receipt)).status_code == 200
    case = await case_row(receipt)
    assert case["state"] == "correcting"
    assert case["correction_due"].date().isoformat() == "2026-03-20"
    assert await waiting(receipt) == {"accept (held)"}
    # The step waits: nobody can do it meanwhile.
    held = await complete(cast.window, await task_of(receipt, "accept"), {}, "accept")
    assert (held.status_code, held.json()["code"]) == (409, "on-hold")
    seen = words(await cast.applicant.get(f"/applications/{receipt}"))
    assert "布局图没有标注流程" in seen
    assert "面积与图不符" in seen

    wednesday = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
    with clock.at(wednesday):
        assert (await attach(cast.applicant, receipt, "layout", name="新图.pdf")).status_code == 201
        assert (await answer(cast.applicant, receipt)).status_code == 303
    case = await case_row(receipt)
    assert (case["state"], case["correction_due"]) == ("submitted", None)
    # Three working days anew: everything is there from now (domain §3.3).
    assert case["acceptance_due"].date().isoformat() == "2026-03-16"
    with db.as_system():
        due = await db.fetchval("select due from task where state = 'open'")
    assert due == case["acceptance_due"]
    second = await correct(cast.window, receipt)
    assert (second.status_code, second.json()["code"]) == (409, "second-correction")
    assert "一次性告知" in second.json()["message"]
    assert await do(cast.window, receipt, "accept") == ["inspect"]
    kinds = [line["kind"] for line in await record(receipt)]
    assert kinds.count("correction.requested") == 1
    assert "material.added" in kinds
    await jobs.drain()
    # The receipt is typeset when somebody opens it; the notice at once.
    receipt_pdf = await cast.window.get(f"/cases/{receipt}/papers/0")
    assert receipt_pdf.content[:5] == b"%PDF-"
    again = await cast.window.get(f"/cases/{receipt}/papers/0")
    assert again.content == receipt_pdf.content
    with db.as_system():
        papers = await db.fetch("select paper from paper order by id")
    assert [row["paper"] for row in papers] == ["correction", "acceptance", "receipt"]


async def test_a_correction_asks_for_nothing_beyond_the_guide(cast) -> None:
    receipt = await cast.food()
    for items in (
        [],
        [{"text": "   "}],
        [{"text": "再交一份", "material": "bribe"}],
        "not json",
        [1, None],
    ):
        refused = await correct(cast.window, receipt, items)
        assert refused.status_code == 422, items
    assert await state_of(receipt) == "submitted"
    late = await cast.food(upto="inspect")
    task = await task_of(late, "inspect")
    refused = await say(cast.reviewer, "POST", f"/tasks/{task}/correction", {"items": LAYOUT})
    assert (refused.status_code, refused.json()["code"]) == (409, "not-here")


async def test_what_was_corrected_counts_name_line_and_way(cast) -> None:
    """The certificate, the lists and the drawing follow the answers that stand."""
    receipt = await apply_for(cast.applicant, "food-business", "qingxi")
    assert (await correct(cast.window, receipt, [{"text": "经营者名称与执照不符"}])).is_success
    answers = answers_of("food-business", "prepackaged")["apply"]
    answers["operator_name"] = "青溪县改名便利店"
    assert (await fill(cast.applicant, receipt, answers)).status_code in (200, 303)
    for wanted in ("filing_sheet", "authorisation"):
        assert (await attach(cast.applicant, receipt, wanted)).status_code == 201
    handed = await answer(cast.applicant, receipt)
    if await state_of(receipt) == "correcting":
        raise AssertionError(words(handed))
    case = await case_row(receipt)
    assert case["applicant_name"] == "青溪县改名便利店"
    assert case["applicant_id"] == answers["credit_code"]
    assert case["summary"] == await summary_of(answers)
    with db.as_system():
        row = await db.fetchrow("select applicant_name, summary from task where state = 'open'")
    assert tuple(row) == ("青溪县改名便利店", case["summary"])
    # Packed food only now: filed, not inspected.
    assert await do(cast.window, receipt, "accept") == ["filing"]
    await do(cast.reviewer, receipt, "filing")
    await jobs.drain()
    with db.as_system():
        certificate = await db.fetchrow("select number, holder from certificate")
    assert tuple(certificate) == ("YB24590210000001", "青溪县改名便利店")


async def summary_of(answers: dict[str, Any]) -> str:
    from world import package_of

    from onewindow import rooms

    expression = package_of("food-business").definition["summary"]
    return str(rooms.feel().evaluate(expression, {"answers": answers}))


async def test_a_correction_is_answered_by_the_applicant_or_the_window_and_nobody_else(
    cast, desk_of
) -> None:
    receipt = await cast.food()
    await correct(cast.window, receipt)
    stranger = await desk_of("13800000002")
    assert (await answer(stranger, receipt)).status_code == 404
    assert (await attach(stranger, receipt, "layout")).status_code == 404
    for colleague in (cast.reviewer, cast.decider):
        assert (await answer(colleague, receipt)).status_code == 403
        assert (await attach(colleague, receipt, "layout")).status_code == 403
    assert await state_of(receipt) == "correcting"
    assert (await attach(cast.window, receipt, "layout")).status_code == 201
    assert (await answer(cast.window, receipt)).status_code == 303
    line = (await record(receipt))[-1]
    assert (line["by_name"], line["on_behalf_of"]) == ("李敏", "青溪县林记面馆")
    before = await record(receipt)
    assert (await answer(cast.applicant, receipt)).status_code in (303, 409)
    assert await record(receipt) == before


async def test_a_correction_that_still_lacks_what_is_required_stays_open(cast) -> None:
    receipt = await cast.food()
    await correct(cast.window, receipt)
    with db.as_system():
        uid = await db.fetchval("select uid from case_material where material = 'layout'")
    gone = await say(cast.applicant, "DELETE", f"/cases/{receipt}/files/{uid}")
    assert gone.status_code == 200
    refused = await answer(cast.applicant, receipt)
    assert refused.status_code in (303, 422)
    assert await state_of(receipt) == "correcting"
    assert await waiting(receipt) == {"accept (held)"}


async def test_two_corrections_asked_at_once_are_one(cast) -> None:
    receipt = await cast.food()
    said = await asyncio.gather(*(correct(cast.window, receipt) for _n in range(3)))
    assert sorted(each.status_code for each in said) == [200, 409, 409]
    with db.as_system():
        assert await db.fetchval("select count(*) from correction") == 1


# --- refusal (不予受理 / 不予许可) --------------------------------------------------------------


async def test_not_accepting_needs_reasons_and_law_ends_the_case_and_is_reported(
    cast, town: Town, desk_of
) -> None:
    receipt = await cast.food()
    for missing in ("reasons", "legal_basis"):
        refused = await refuse(cast.window, receipt, "accept", **{missing: "  "})
        assert refused.status_code == 422
    assert await state_of(receipt) == "submitted"
    assert (await refuse(cast.window, receipt, "accept")).status_code == 200
    case = await case_row(receipt)
    assert (case["state"], case["closing"], case["decision"]) == ("not_accepted", 6, "")
    assert case["number"] is None
    assert await waiting(receipt) == set()
    with db.as_tenant(town.tenants["yunchuan"], *town.tenants.values()):
        report = await db.fetchrow("select * from refusal")
    assert (report["kind"], report["by"], report["reasons"]) == (
        "not_accepted", town.people["li.min"], GROUNDS["reasons"],
    )  # fmt: skip
    await jobs.drain()
    page = words(await cast.applicant.get(f"/applications/{receipt}"))
    assert GROUNDS["reasons"] in page
    assert GROUNDS["legal_basis"] in page
    assert "不予受理通知书" in page
    # The supervising city sees it the same day (说不报告).
    supervisor = await desk_of("sun.yue")
    assert GROUNDS["reasons"] in words(await supervisor.get(f"/cases/{receipt}"))
    again = await refuse(cast.window, receipt, "accept")
    assert again.status_code == 409


async def test_denying_is_the_deciders_and_ends_the_case(cast) -> None:
    receipt = await cast.food(upto="decide")
    refused = await refuse(cast.checker, receipt, "decide")
    assert refused.status_code == 403
    assert (await refuse(cast.decider, receipt, "decide")).status_code == 200
    case = await case_row(receipt)
    assert (case["state"], case["closing"], case["decision"]) == ("denied", 1, "denied")
    assert case["decided_at"] is not None
    await jobs.drain()
    with db.as_system():
        assert await db.fetchval("select count(*) from certificate") == 0
        assert await db.fetchval("select count(*) from paper where paper = 'denied'") == 1
    line = next(line for line in await record(receipt) if line["kind"] == "case.refused")
    assert (line["by_name"], line["why"]) == ("赵蕾", GROUNDS["reasons"])
    assert line["detail"]["legal_basis"] == GROUNDS["legal_basis"]


async def test_a_refusal_is_not_made_where_nothing_is_accepted_or_decided(cast) -> None:
    receipt = await cast.food(upto="review")
    refused = await refuse(cast.reviewer, receipt, "review")
    assert (refused.status_code, refused.json()["code"]) == (409, "not-here")
    assert await state_of(receipt) == "in_review"


async def test_a_refusal_in_one_of_parallel_branches_is_not_offered_and_a_denial_ends_all(
    desk_of,
) -> None:
    applicant, window = await desk_of("13800000001"), await desk_of("qian.lan")
    receipt = await apply_for(applicant, "construction-permit", "yunchuan")
    await do(window, receipt, "accept")
    branch = await refuse(await desk_of("xia.yu"), receipt, "fire_review")
    assert branch.status_code == 409
    for step, login in (
        ("fire_review", "xia.yu"),
        ("quality_safety", "du.peng"),
        ("civil_defence", "luo.min"),
    ):
        await do(await desk_of(login), receipt, step)
    assert (await refuse(await desk_of("gao.yuan"), receipt, "decide")).status_code == 200
    assert await state_of(receipt) == "denied"
    assert await waiting(receipt) == set()


# --- sending back (退回) ------------------------------------------------------------------------


async def test_a_case_goes_back_to_an_earlier_step_with_a_reason_and_keeps_its_answers(
    cast,
) -> None:
    receipt = await cast.food(upto="check")
    task = await task_of(receipt, "check")
    for body in (
        {"target": "inspect", "why": " "},
        {"target": "accept", "why": "太早"},  # acceptance has started the legal clock
        {"target": "decide", "why": "还没到"},
        {"target": "nowhere", "why": "没有"},
        {"target": "check", "why": "自己"},
    ):
        refused = await say(cast.checker, "POST", f"/tasks/{task}/return", body)
        assert refused.status_code == 422, body
    assert (await send_back(cast.checker, receipt, "check", "inspect")).status_code == 200
    assert await waiting(receipt) == {"inspect"}
    page = (await cast.reviewer.get(f"/cases/{receipt}")).text
    assert answers_of("food-business")["inspect"]["inspectors"][0]["badge"] in page
    line = (await record(receipt))[-1]
    assert (line["kind"], line["why"], line["detail"]["to"]) == (
        "case.returned_to", "核查记录不全", "inspect",
    )  # fmt: skip
    for step, who in (
        ("inspect", cast.reviewer),
        ("review", cast.reviewer),
        ("check", cast.checker),
        ("decide", cast.decider),
    ):
        await do(who, receipt, step)
    await jobs.drain()
    await do(cast.window, receipt, "deliver")
    assert await state_of(receipt) == "delivered"
    with db.as_system():
        assert await db.fetchval("select count(*) from case_answer where form = 'inspect'") == 2
        assert await db.fetchval("select count(*) from certificate") == 1


async def test_inside_a_parallel_part_only_ones_own_branch_goes_back(desk_of) -> None:
    """From after the join everything comes back to the chosen branch; the others stay done."""
    applicant, window = await desk_of("13800000001"), await desk_of("qian.lan")
    decider = await desk_of("gao.yuan")
    receipt = await apply_for(applicant, "construction-permit", "yunchuan")
    await do(window, receipt, "accept")
    desks = {
        "fire_review": await desk_of("xia.yu"),
        "quality_safety": await desk_of("du.peng"),
        "civil_defence": await desk_of("luo.min"),
    }
    # While the branches run, none can be sent into another one.
    await do(desks["fire_review"], receipt, "fire_review")
    inside = await send_back(desks["civil_defence"], receipt, "civil_defence", "fire_review")
    assert inside.status_code in (409, 422)
    assert await waiting(receipt) == {"quality_safety", "civil_defence"}
    for step in ("quality_safety", "civil_defence"):
        await do(desks[step], receipt, step)
    assert await waiting(receipt) == {"decide"}
    outside = await send_back(decider, receipt, "decide", "fire_review")
    assert outside.status_code == 200, outside.text
    opened = await waiting(receipt)
    assert "fire_review" in opened
    assert "decide" not in opened
    for step in sorted(opened):
        await do(desks[step], receipt, step)
    assert await waiting(receipt) == {"decide"}
    await do(decider, receipt, "decide")
    assert await state_of(receipt) == "decided"


async def test_maker_checker_looks_at_who_did_the_step_last(cast, desk_of) -> None:
    receipt = await cast.food(upto="inspect")
    both = await desk_of("liu.yang")
    await do(both, receipt, "inspect")
    assert (await send_back(cast.reviewer, receipt, "review", "inspect")).status_code == 200
    await do(cast.reviewer, receipt, "inspect")
    await do(cast.reviewer, receipt, "review")
    await do(both, receipt, "check")  # what is checked is 陈刚's inspection
    assert await waiting(receipt) == {"decide"}


# --- taking back (撤回) -------------------------------------------------------------------------


async def test_an_applicant_takes_back_before_the_decision_and_not_after(cast) -> None:
    receipt = await cast.food(upto="decide")
    address = f"/applications/{receipt}/withdrawal"
    silent = await cast.applicant.send_form(address, {"why": " "}, headers=AS_JSON)
    assert silent.status_code == 422
    await do(cast.decider, receipt, "decide")
    late = await cast.applicant.send_form(address, {"why": "不要了"}, headers=AS_JSON)
    assert (late.status_code, late.json()["code"]) == (409, "not-in-this-state")
    early = await cast.food()
    taken = await cast.applicant.send_form(f"/applications/{early}/withdrawal", {"why": "不开了"})
    assert taken.status_code == 303
    case = await case_row(early)
    assert (case["state"], case["closing"]) == ("withdrawn", 2)
    assert await waiting(early) == set()
    line = (await record(early))[-1]
    assert (line["kind"], line["by_name"], line["why"]) == ("case.withdrawn", "张伟", "不开了")
    twice = await cast.applicant.send_form(
        f"/applications/{early}/withdrawal", {"why": "再撤"}, headers=AS_JSON
    )
    assert twice.status_code == 409


async def test_only_the_applicant_and_the_window_take_an_application_back(cast, desk_of) -> None:
    receipt = await cast.food(upto="inspect")
    address = f"/applications/{receipt}/withdrawal"
    assert (await cast.reviewer.send_form(address, {"why": "省事"})).status_code == 403
    assert (await cast.decider.send_form(address, {"why": "省事"})).status_code == 403
    stranger = await desk_of("13800000002")
    assert (await stranger.send_form(address, {"why": "x"})).status_code == 404
    assert await state_of(receipt) == "accepted"
    assert (await cast.window.send_form(address, {"why": "申请人来电撤回"})).status_code == 303
    line = (await record(receipt))[-1]
    assert (line["by_name"], line["on_behalf_of"]) == ("李敏", "青溪县林记面馆")
