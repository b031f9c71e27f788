"""The other shipped matters at work: branches in any order, two levels of government, a timer, a
case of one day."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from browsing import Browser, words
from casework import AS_JSON, apply_for, case_row, complete, do, inbox, record, state_of, task_of
from casework import waiting as waiting_at
from world import Town

from onewindow import clock, db, jobs

BRANCHES = {"fire_review": "xia.yu", "quality_safety": "du.peng", "civil_defence": "luo.min"}


@pytest.mark.parametrize("order", list(itertools.permutations(BRANCHES)), ids="-".join)
async def test_the_three_reviews_of_a_construction_permit_may_come_in_any_order(
    desk_of, order: tuple[str, ...]
) -> None:
    applicant, window = await desk_of("13800000001"), await desk_of("qian.lan")
    receipt = await apply_for(applicant, "construction-permit", "yunchuan")
    assert sorted(await do(window, receipt, "accept")) == sorted(BRANCHES)
    for nth, step in enumerate(order):
        assert await waiting_at(receipt) == set(order[nth:])
        opened = await do(await desk_of(BRANCHES[step]), receipt, step)
        assert opened == (["decide"] if nth == 2 else [])
    await do(await desk_of("gao.yuan"), receipt, "decide")
    await jobs.drain()
    await do(window, receipt, "deliver")
    assert await state_of(receipt) == "delivered"


async def test_each_department_of_a_joint_case_sees_its_own_branch_only(desk_of) -> None:
    applicant, window = await desk_of("13800000001"), await desk_of("qian.lan")
    receipt = await apply_for(applicant, "construction-permit", "yunchuan")
    await do(window, receipt, "accept")
    for step, login in BRANCHES.items():
        desk = await desk_of(login)
        assert [task["element"] for task in await inbox(desk)] == [step]
        other = next(each for each in BRANCHES if each != step)
        refused = await complete(desk, await task_of(receipt, other), outcome="submit")
        assert refused.status_code == 403
        assert "不在您的待办中" in refused.json()["message"]


async def test_an_allowance_goes_from_township_to_county_with_seven_days_of_notice(
    desk_of, town: Town, browser: Browser
) -> None:
    applicant, window = await desk_of("13800000002"), await desk_of("lin.xiao")
    officer, checker = await desk_of("he.jing", "linjiang"), await desk_of("ye.qing")
    county, elsewhere = await desk_of("song.wei"), await desk_of("tang.ning")
    start = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    with clock.at(start):
        receipt = await apply_for(applicant, "subsistence-allowance", "linjiang")
        assert receipt.startswith("SJ459021101")
        await do(window, receipt, "accept")
        await do(officer, receipt, "info_check")
        await do(officer, receipt, "home_visit")
        assert await do(officer, receipt, "publicise") == []
        # The county handles the matter and sees the case; another township of it doesn't.
        assert (await county.get(f"/cases/{receipt}")).status_code == 200
        assert (await elsewhere.get(f"/cases/{receipt}")).status_code == 404
    with db.as_system():
        due = await db.fetchval("select next_due from case_run")
    assert due == start + timedelta(days=7)

    with clock.at(start + timedelta(days=7, seconds=-1)):
        await jobs.sweep_timers()
        await jobs.drain()
        assert await waiting_at(receipt) == set()
    with clock.at(start + timedelta(days=7, seconds=1)):
        await jobs.sweep_timers()
        await jobs.drain()
        assert await waiting_at(receipt) == {"notice_result"}
        assert "timer.fired" in {line["kind"] for line in await record(receipt)}
        assert await do(officer, receipt, "notice_result") == ["township_review"]
        barred = await complete(
            officer, await task_of(receipt, "township_review"), outcome="submit"
        )
        assert barred.status_code == 403  # neither their role, nor may a maker check
        assert await do(checker, receipt, "township_review") == ["decide"]
        assert [task["element"] for task in await inbox(county)] == ["decide"]
        await do(county, receipt, "decide")
        await jobs.drain()
        await do(window, receipt, "deliver")
    case = await case_row(receipt)
    assert case["state"] == "delivered"
    assert case["participants"] == sorted([town.tenants["qingxi"], town.tenants["linjiang"]])
    with db.as_system():
        code = await db.fetchval("select code from certificate")
    assert "青溪县民政局" in words(await browser.get(f"/certificates/{code}"))


async def test_an_objection_leads_to_a_hearing_by_others_than_the_visitor(desk_of) -> None:
    applicant, window = await desk_of("13800000002"), await desk_of("lin.xiao")
    officer, checker = await desk_of("he.jing", "linjiang"), await desk_of("ye.qing")
    now = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    with clock.at(now):
        receipt = await apply_for(applicant, "subsistence-allowance", "linjiang", variant="related")
        await do(window, receipt, "accept")
        for step in ("info_check", "home_visit", "publicise"):
            await do(officer, receipt, step, variant="related")
    with clock.at(now + timedelta(days=8)):
        await jobs.sweep_timers()
        await jobs.drain()
        opened = await do(officer, receipt, "notice_result", outcome="objection", variant="related")
        assert opened == ["hearing"]
        assert await do(checker, receipt, "hearing", variant="related") == ["township_review"]
        # An official's relative: the county visits once more.
        assert await do(checker, receipt, "township_review", variant="related") == ["county_visit"]
        county = await desk_of("pan.yun")
        assert await do(county, receipt, "county_visit", variant="related") == ["decide"]


async def test_a_sole_trader_is_registered_the_same_day(desk_of, cast) -> None:
    morning = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    with clock.at(morning):
        receipt = await apply_for(cast.applicant, "sole-trader", "qingxi")
        await do(cast.window, receipt, "accept")
        due = await case_row(receipt)
        await do(cast.checker, receipt, "check")
        await jobs.drain()
        await do(cast.window, receipt, "deliver")
    case = await case_row(receipt)
    assert case["state"] == "delivered"
    assert case["decided_at"] == case["accepted_at"] == morning
    assert due["promised_due"].date() == morning.date() + timedelta(days=1)


async def test_a_matter_is_offered_by_its_owner_and_below_and_nowhere_else(
    browser: Browser, desk_of
) -> None:
    for place, status in (("linjiang", 200), ("qingxi", 200), ("hewan", 404), ("yunchuan", 404)):
        answer = await browser.get(f"/matters/{place}/subsistence-allowance")
        assert answer.status_code == status, place
    applicant = await desk_of("13800000001")
    begun = await applicant.send_form("/matters/hewan/sole-trader/applications", headers=AS_JSON)
    assert begun.status_code == 404
