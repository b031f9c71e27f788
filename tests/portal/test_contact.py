"""Where to go and whom to call: the matter's own words, else the department's, else the place's."""

from datetime import UTC, datetime, time

from browsing import words
from casework import apply_for, case_row
from world import Town

from onewindow import clock, db
from onewindow.cases.moves import usual_limit
from onewindow.matters.definition import Guide, Limits
from onewindow.matters.versions import version_of
from onewindow.tenants.actions import change_settings
from onewindow.tenants.rules import Hours, TenantSettings
from onewindow.tenants.words import hours_words
from onewindow.web.i18n import speaking

COUNTY = {
    "address": "文化路 16 号",
    "phone": "0459-2112345",
    "complaint_phone": "12345",
    "office_hours": [{"opens": "08:30", "closes": "12:00"}, {"opens": "14:30", "closes": "17:30"}],
}


async def test_the_place_where_it_is_handed_in_says_where_to_go_and_when(
    cast, town: Town, browser
) -> None:
    with db.as_system():
        await change_settings(town.tenants["qingxi"], COUNTY)
        await change_settings(town.tenants["linjiang"], {"address": "沿江路 3 号"})
        # A telephone is the matter's, the department's, then the place's.
        await db.execute(
            "update department set complaint_phone = '0459-2119999'"
            " where key = 'market-supervision' and tenant = $1",
            town.tenants["qingxi"],
        )
    shown = words(await browser.get("/places/linjiang"))
    assert "临江镇便民服务中心（沿江路 3 号）" in shown
    assert "周一至周五 8:30–12:00，14:30–17:30（法定节假日除外）" in shown
    assert "0459-2112345" in shown
    guide = words(await browser.get("/matters/linjiang/food-business"))
    assert "临江镇便民服务中心（沿江路 3 号）" in guide
    assert "8:30–12:00" in guide
    assert "县政务服务中心一楼综合窗口" in words(await browser.get("/matters/qingxi/food-business"))
    # No address of its own: the matter's place, never the county's address.
    elsewhere = words(await browser.get("/matters/songling/food-business"))
    assert "县政务服务中心一楼综合窗口" in elsewhere
    assert "文化路" not in elsewhere
    assert "文化路" not in words(await browser.get("/places/songling"))

    receipt = await apply_for(cast.applicant, "food-business", "linjiang")
    for address in (f"/applications/{receipt}/receipt", f"/applications/{receipt}"):
        shown = words(await cast.applicant.get(address))
        assert "临江镇便民服务中心（沿江路 3 号）" in shown
        assert "0459-2112345" in shown
    assert "0459-2119999" in shown
    password = shown.partition("查询密码")[2].split()[0]
    tracked = words(await browser.send_form("/track", {"number": receipt, "password": password}))
    assert "沿江路 3 号" in tracked


async def test_a_matter_that_names_no_limit_takes_its_places(cast, town: Town, monkeypatch) -> None:
    usual = Limits(statutory="10wd", promised="5wd")
    assert str(usual.limit_at("acceptance", TenantSettings())) == "3wd"
    assert Limits(statutory="10wd", promised="5wd", acceptance="", correction="4wd") == (
        usual.model_copy(update={"correction": "4wd"})
    )
    monkeypatch.setattr(Limits, "limit_at", lambda limits, name, here: here.limit(name))
    with db.as_system():
        await change_settings(town.tenants["yunchuan"], {"limits": {"acceptance": "2wd"}})
        await change_settings(town.tenants["linjiang"], {"limits": {"acceptance": "1wd"}})
    monday = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    with clock.at(monday):
        for place, due in (("qingxi", "2026-03-04"), ("linjiang", "2026-03-03")):
            case = await case_row(await apply_for(cast.applicant, "food-business", place))
            assert clock.local(case["acceptance_due"]).date().isoformat() == due


async def test_a_step_whose_drawing_names_no_limit_has_the_one_law_sets(town: Town) -> None:
    """Ten working days after the decision (Administrative Licensing Law art. 44)."""
    with db.as_system():
        version = await version_of(
            await db.fetchval("select current_version from matter where key = 'food-business'")
        )
    here = TenantSettings()
    assert str(usual_limit("deliver", version, here)) == "10wd"
    assert str(usual_limit("accept", version, here)) == "3wd"
    assert usual_limit("review", version, here) is None


def test_opening_hours_are_said_as_stretches_of_days() -> None:
    odd = TenantSettings(
        weekly=("mon", "tue", "wed", "sat", "sun"),
        office_hours=(Hours(opens=time(9), closes=time(16, 5)),),
    )
    assert hours_words(odd) == "周一至周三、周六、周日 9:00–16:05（法定节假日除外）"
    with speaking("en"):
        assert hours_words(TenantSettings()) == (
            "Monday to Friday 9:00–12:00, 13:30–17:00, except public holidays"
        )
    assert hours_words(TenantSettings(office_hours=())) == ""


def test_a_guide_may_leave_out_what_its_place_says() -> None:
    basis = ({"zh": "《食品安全法》第三十五条", "en": "Food Safety Law art. 35"},)
    guide = Guide.model_validate({"legal_basis": basis, "place": {"zh": "", "en": ""}})
    assert (guide.place, guide.hours, guide.phone) == (None, None, "")
