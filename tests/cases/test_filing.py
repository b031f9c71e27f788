"""Handing in: drafts that are never lost, receipts, the counter, numbers, due dates."""

import asyncio
import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from browsing import Browser, words
from casework import (
    AS_JSON,
    apply_for,
    attach,
    attach_all,
    begin,
    case_row,
    do,
    fill,
    hand_in,
    record,
    say,
    state_of,
)
from world import Town, answers_of

from onewindow import clock, db
from onewindow.cases.rules import query_password
from onewindow.settings import settings
from onewindow.workdays.actions import set_day

ANSWERS = answers_of("food-business")["apply"]


async def own(sql: str, *values: Any) -> Any:
    with db.as_system():
        return await db.fetchval(sql, *values)


async def save(browser: Browser, uid: str, answers: dict[str, Any], revision: int) -> Any:
    body = {"answers": answers, "revision": revision}
    return await say(browser, "PUT", f"/applications/{uid}/answers", body)


# --- drafts -------------------------------------------------------------------------------------


async def test_half_an_application_is_kept_and_taken_up_again_elsewhere(cast, desk_of) -> None:
    uid = await begin(cast.applicant, "food-business", "qingxi")
    saved = await save(cast.applicant, uid, {"operator_name": "半途小馆"}, 0)
    assert saved.json() == {"revision": 1}
    elsewhere = await desk_of("13800000001")
    page = await elsewhere.get(f"/applications/{uid}/form")
    assert json.dumps("半途小馆") in page.text
    assert uid in (await elsewhere.get("/applications")).text
    # Not complete yet: it can't be handed in, and nothing is lost by trying.
    refused = await hand_in(elsewhere, uid)
    assert refused.status_code == 422
    assert await own("select draft->>'operator_name' from cases") == "半途小馆"
    assert await own("select count(*) from case_run") == 0


async def test_a_stale_page_overwrites_nothing_and_is_told(cast) -> None:
    uid = await begin(cast.applicant, "food-business", "qingxi")
    assert (await save(cast.applicant, uid, {"operator_name": "新的"}, 0)).status_code == 200
    stale = await save(cast.applicant, uid, {"operator_name": "旧的"}, 0)
    assert (stale.status_code, stale.json()["code"]) == (409, "draft-changed")
    assert await own("select draft->>'operator_name' from cases") == "新的"
    page = await cast.applicant.send_form(
        f"/applications/{uid}/form", {"answers": '{"operator_name": "旧的"}', "revision": "0"}
    )
    assert page.status_code == 409
    assert await own("select draft->>'operator_name' from cases") == "新的"
    # Twenty at once: each revision is written once.
    said = await asyncio.gather(
        *(save(cast.applicant, uid, {"operator_name": f"第{n}"}, 1) for n in range(20))
    )
    assert sorted(each.status_code for each in said) == [200] + [409] * 19


async def test_a_draft_is_thrown_away_with_its_files_and_only_by_who_wrote_it(
    cast, desk_of
) -> None:
    uid = await begin(cast.applicant, "food-business", "qingxi")
    await attach(cast.applicant, uid, "layout")
    for other in (await desk_of("13800000002"), cast.window, cast.manager):
        assert (await say(other, "DELETE", f"/applications/{uid}")).status_code == 404
        assert (await other.get(f"/applications/{uid}")).status_code == 404
    gone = await say(cast.applicant, "DELETE", f"/applications/{uid}")
    assert gone.is_redirect or gone.status_code == 200
    assert await own("select count(*) from cases") == 0
    assert await own("select count(*) from case_material") == 0
    assert (await say(cast.applicant, "DELETE", f"/applications/{uid}")).status_code == 404
    receipt = await apply_for(cast.applicant, "food-business", "qingxi")
    assert (await say(cast.applicant, "DELETE", f"/applications/{receipt}")).status_code == 404
    assert await state_of(receipt) == "submitted"


async def test_a_suspended_matter_takes_no_new_cases_and_keeps_the_drafts(cast, desk_of) -> None:
    running = await cast.food(upto="inspect")
    uid = await begin(cast.applicant, "food-business", "qingxi")
    await fill(cast.applicant, uid, ANSWERS)
    await attach_all(cast.applicant, uid, ANSWERS)
    configurator: Browser = await desk_of("wu.fan")
    door = "/configure/matters/food-business/suspension"
    assert (await configurator.send_form(door, {"reason": "系统升级"})).status_code == 303
    refused = await cast.applicant.send_form(
        f"/applications/{uid}/submission", {"truthful": "yes"}, headers=AS_JSON
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "no-longer-offered")
    assert await own("select state from cases where uid = $1::uuid", uid) == "draft"
    assert "系统升级" in words(await cast.applicant.get("/matters/qingxi/food-business"))
    assert await do(cast.reviewer, running, "inspect") == ["review"]
    assert (await configurator.send_form(door, {"resume": "1"})).status_code == 303
    assert (await hand_in(cast.applicant, uid)).status_code == 303


# --- handing in ---------------------------------------------------------------------------------


async def test_handing_in_twice_makes_one_case(cast) -> None:
    uid = await begin(cast.applicant, "food-business", "qingxi")
    await fill(cast.applicant, uid, ANSWERS)
    await attach_all(cast.applicant, uid, ANSWERS)
    said = await asyncio.gather(*(hand_in(cast.applicant, uid) for _n in range(6)))
    assert 303 in [each.status_code for each in said]
    assert {each.status_code for each in said} <= {303, 409}
    again = await hand_in(cast.applicant, uid)
    assert again.status_code in (303, 409)
    for table in ("cases", "case_run", "task", "case_answer"):
        assert await own(f"select count(*) from {table}") == 1, table
    receipt = await own("select receipt_number from cases")
    assert [line["kind"] for line in await record(receipt)] == ["case.submitted"]


async def test_what_lacks_truth_fields_or_materials_is_not_handed_in(cast) -> None:
    uid = await begin(cast.applicant, "food-business", "qingxi")
    await fill(cast.applicant, uid, ANSWERS)
    missing = await hand_in(cast.applicant, uid)
    assert missing.status_code == 422
    assert "经营布局和操作流程图" in words(missing)
    await attach_all(cast.applicant, uid, ANSWERS)
    silent = await cast.applicant.send_form(f"/applications/{uid}/submission")
    assert silent.status_code == 422
    assert await own("select count(*) from case_run") == 0
    assert await own("select count(*) from pgqueuer") == 0
    assert await own("select count(*) from counter where kind = 'receipt'") == 0
    assert (await hand_in(cast.applicant, uid)).status_code == 303


async def test_the_receipt_and_its_password_open_the_progress_to_whoever_holds_them(
    cast, browser: Browser
) -> None:
    receipt = await cast.food(upto="inspect")
    page = words(await cast.applicant.get(f"/applications/{receipt}/receipt"))
    password = query_password(settings.secret, receipt)
    assert receipt in page
    assert password in page
    tracked = await browser.send_form("/track", {"number": receipt, "password": password})
    said = words(tracked)
    assert tracked.status_code == 200
    assert receipt in said
    # What a stranger holding the slip needs and no more.
    assert "青溪县林记面馆" not in said
    assert "李敏" not in said
    assert "92110108MA7K2P0R8U" not in said
    for number, wrong in ((receipt, "000000"), (receipt[:-1] + "9", password), ("", "")):
        refused = await browser.send_form("/track", {"number": number, "password": wrong})
        assert refused.status_code == 422
        assert receipt not in words(refused) or number == receipt


async def test_passwords_of_receipts_cannot_be_tried_out(cast, browser: Browser) -> None:
    receipt = await cast.food()
    said = [
        (await browser.send_form("/track", {"number": receipt, "password": f"{n:06d}"})).status_code
        for n in range(8)
    ]
    assert said[0] == 422
    assert said[-1] == 429
    right = query_password(settings.secret, receipt)
    locked = await browser.send_form("/track", {"number": receipt, "password": right})
    assert locked.status_code == 429
    # The applicant's own page isn't behind that lock.
    assert (await cast.applicant.get(f"/applications/{receipt}")).status_code == 200


# --- the counter --------------------------------------------------------------------------------


async def test_a_window_files_for_a_citizen_and_both_identities_are_kept(
    cast, town: Town, desk_of
) -> None:
    uid = await begin(cast.window, "food-business", "qingxi")
    filled = await fill(cast.window, uid, ANSWERS)
    assert filled.status_code == 303
    await attach_all(cast.window, uid, ANSWERS)
    answer = await hand_in(cast.window, uid)
    assert answer.status_code == 303
    receipt = answer.headers["location"].split("/")[2]
    case = await case_row(receipt)
    assert (case["applicant"], case["filed_by"], case["channel"]) == (
        None, town.people["li.min"], "window",
    )  # fmt: skip
    assert case["applicant_name"] == "青溪县林记面馆"
    line = (await record(receipt))[0]
    assert (line["by_name"], line["on_behalf_of"]) == ("李敏", "青溪县林记面馆")
    assert await own("select distinct trust from case_material") == "B"  # seen at a window
    for login, place in (("chen.gang", "qingxi"), ("wu.fan", "qingxi")):
        desk = await desk_of(login, place)
        assert (await desk.get("/counter")).status_code == 403
        refused = await desk.send_form("/counter/food-business/applications")
        assert refused.status_code == 403
    assert (await cast.applicant.get("/counter")).status_code == 403


async def test_a_village_agent_files_through_the_village_and_the_township_takes_it_in(
    desk_of, town: Town
) -> None:
    agent = await desk_of("yang.liu")
    answers = answers_of("subsistence-allowance")["apply"]
    uid = await begin(agent, "subsistence-allowance", "liushu")
    assert (await fill(agent, uid, answers)).status_code == 303
    await attach_all(agent, uid, answers)
    receipt = (await hand_in(agent, uid)).headers["location"].split("/")[2]
    case = await case_row(receipt)
    assert (case["channel"], case["filed_at"]) == ("agent", town.tenants["liushu"])
    assert set(case["participants"]) == {
        town.tenants[place] for place in ("qingxi", "linjiang", "liushu")
    }
    await do(await desk_of("lin.xiao"), receipt, "accept")
    assert (await agent.get(f"/cases/{receipt}")).status_code == 200


# --- numbers and due dates ----------------------------------------------------------------------


async def test_case_numbers_have_no_gaps_and_no_doubles_under_concurrency(cast, desk_of) -> None:
    receipts = [await cast.food() for _n in range(8)]
    desks = [await desk_of("li.min") for _n in receipts]
    await asyncio.gather(
        *(do(desk, receipt, "accept") for desk, receipt in zip(desks, receipts, strict=True))
    )
    with db.as_system():
        rows = await db.fetch("select receipt_number, number from cases order by number")
    assert [row["number"][-4:] for row in rows] == [f"{n:04d}" for n in range(1, 9)]
    assert sorted(row["receipt_number"][-4:] for row in rows) == [f"{n:04d}" for n in range(1, 9)]
    # A completion that is refused takes no number with it.
    ninth = await cast.food()
    refused = await say(
        cast.window,
        "POST",
        f"/tasks/{await own('select max(id) from task')}/completion",
        {"answers": {}, "outcome": "accept"},
    )
    assert refused.status_code == 422
    await do(cast.window, ninth, "accept")
    assert (await case_row(ninth))["number"].endswith("0009")


async def test_numbers_of_different_places_never_meet(cast, desk_of) -> None:
    here = await apply_for(cast.applicant, "food-business", "qingxi")
    there = await apply_for(cast.applicant, "food-business", "baishi")
    township = await apply_for(cast.applicant, "food-business", "linjiang")
    assert len({here, there, township}) == 3
    await do(cast.window, here, "accept")
    await do(await desk_of("zheng.shuang"), there, "accept")
    await do(await desk_of("lin.xiao"), township, "accept")
    numbers = [(await case_row(each))["number"] for each in (here, there, township)]
    assert len(set(numbers)) == 3
    # The supervising city finds each by its number.
    supervisor = await desk_of("sun.yue")
    for number in numbers:
        assert (await supervisor.get(f"/cases/{number}")).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        # Five working days promised. Domain §3, clock example a): no holiday between.
        (datetime(2024, 3, 4, 2, 0, tzinfo=UTC), date(2024, 3, 11)),
        # Over 清明, 4–6 April with 7 April worked.
        (datetime(2024, 4, 1, 2, 0, tzinfo=UTC), date(2024, 4, 9)),
        # Over the Spring Festival, 10–17 February with 18 February worked.
        (datetime(2024, 2, 8, 2, 0, tzinfo=UTC), date(2024, 2, 21)),
    ],
)
async def test_due_dates_count_working_days_over_holidays(
    cast, accepted: datetime, due: date
) -> None:
    with clock.at(accepted):
        receipt = await apply_for(cast.applicant, "food-business", "qingxi")
        await do(cast.window, receipt, "accept")
    case = await case_row(receipt)
    assert clock.local(case["promised_due"]).date() == due
    assert case["statutory_due"] > case["promised_due"]


async def test_a_county_that_closes_for_a_day_gives_its_cases_a_day_more(cast, town: Town) -> None:
    with db.as_tenant(town.tenants["qingxi"]):
        await set_day(town.tenants["qingxi"], date(2024, 2, 9), worked=False, note="县休")
    with clock.at(datetime(2024, 2, 8, 2, 0, tzinfo=UTC)):
        here = await apply_for(cast.applicant, "food-business", "qingxi")
        there = await apply_for(cast.applicant, "food-business", "baishi")
    # Domain §3, clock example c): three working days for acceptance.
    days = [clock.local((await case_row(each))["acceptance_due"]).date() for each in (here, there)]
    assert days == [date(2024, 2, 20), date(2024, 2, 19)]


async def test_an_unannounced_year_is_said_and_not_guessed(cast) -> None:
    with clock.at(datetime(2031, 3, 3, 2, 0, tzinfo=UTC)):
        receipt = await cast.food()
        page = words(await cast.window.get(f"/cases/{receipt}"))
    assert re.search("2031.{0,20}节假日", page)


async def test_lights_follow_what_is_left(cast) -> None:
    monday = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    with clock.at(monday):
        await cast.food()
    seen = []
    for days in (0, 2, 4):
        with clock.at(monday + timedelta(days=days)):
            page = (await cast.window.get("/inbox")).text
            seen.append(next(x for x in ("red", "yellow", "green") if f"light-{x}" in page))
    assert seen == ["green", "yellow", "red"]
