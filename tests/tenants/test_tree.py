"""The tree of places: names, settings handed down, where a step is done."""

from datetime import time

import pytest
from world import Town

from onewindow import db
from onewindow.errors import Invalid, NotThere
from onewindow.tenants.actions import (
    KeyTaken,
    change_settings,
    create_department,
    create_tenant,
)
from onewindow.tenants.queries import (
    centre_name,
    departments,
    place_for,
    places,
    settings_of,
    tenant_by_key,
)
from onewindow.tenants.rules import TenantSettings, inherited


async def test_centres_are_named_by_their_level_in_both_languages(town: Town) -> None:
    with db.use(db.PUBLIC):
        names = {key: await centre_name(id) for key, id in town.tenants.items()}
        assert names["yunchuan"] == "云川市政务服务中心"
        assert names["qingxi"] == "青溪县政务服务中心"
        assert names["linjiang"] == "青溪县临江镇便民服务中心"
        assert names["liushu"] == "临江镇柳树村便民服务点"
        assert (
            await centre_name(town.tenants["linjiang"], "en")
            == "Linjiang Convenience Service Centre, Qingxi"
        )
        tree = await places()
        assert tree.full_name(town.tenants["liushu"]) == "云川市青溪县临江镇柳树村"
        assert tree.full_name(town.tenants["linjiang"], "en") == "Linjiang, Qingxi, Yunchuan"


async def test_a_place_may_name_its_centre_itself(town: Town) -> None:
    with db.as_system():
        yunchuan = town.tenants["yunchuan"]
        await change_settings(
            yunchuan, {"centre_names": {"township": {"zh": "{township}办事大厅"}}}
        )
        assert await centre_name(town.tenants["hewan"]) == "河湾镇办事大厅"
        assert await centre_name(town.tenants["baishi"]) == "白石县政务服务中心"
        id = await create_tenant(
            "shiqiao",
            "石桥镇",
            level="township",
            parent=town.tenants["baishi"],
            centre_name="石桥便民厅",
        )
        assert await centre_name(id) == "石桥便民厅"


async def test_settings_come_down_the_tree_and_the_nearest_wins(town: Town) -> None:
    city, county, township = (town.tenants[key] for key in ("yunchuan", "qingxi", "linjiang"))
    with db.as_system():
        await change_settings(city, {"phone": "12345", "limits": {"acceptance": "2wd"}})
        await change_settings(county, {"phone": "0700-1234567"})
        await change_settings(township, {"limits": {"correction": "5wd"}})
        settings = await settings_of(township)
        assert settings.phone == "0700-1234567"
        assert dict(settings.limits) == {
            "acceptance": "2wd", "correction": "5wd", "delivery": "10wd",
        }  # fmt: skip
        assert str(settings.limit("acceptance")) == "2wd"
        assert (await settings_of(town.tenants["baishi"])).phone == "12345"
        assert settings.weekdays == frozenset(range(5))
        assert settings.fallback_lane == "/centre_manager"

        await change_settings(county, {"phone": None})
        assert (await settings_of(township)).phone == "12345"


async def test_settings_that_cannot_be_used_are_named_and_nothing_is_written(town: Town) -> None:
    county = town.tenants["qingxi"]
    wrong = {
        "phon": "12345",
        "fallback_lane": "nobody",
        "limits": {"acceptance": "soon"},
        "weekly": [],
        "receipt_number": "SJ{date}",
        "case_number": "{secret}{serial:4}",
        "centre_names": {"county": {"zh": "{planet}中心"}},
        "office_hours": [
            {"opens": "09:00", "closes": "12:00"},
            {"opens": "11:00", "closes": "17:00"},
        ],
    }
    with db.as_system():
        before = await settings_of(county)
        with pytest.raises(Invalid) as refused:
            await change_settings(county, wrong)
        assert {problem.field.split(".")[0] for problem in refused.value.fields} == set(wrong)
        assert all(problem.message for problem in refused.value.fields)
        assert await settings_of(county) == before


def test_settings_written_as_json_read_back_typed() -> None:
    settings = inherited([{"office_hours": [{"opens": "08:30", "closes": "17:30"}]}])
    assert settings.office_hours[0].opens == time(8, 30)
    assert TenantSettings.model_validate_json(settings.model_dump_json()) == settings


@pytest.mark.parametrize(
    ("at", "filing", "owner", "where"),
    [
        (None, "linjiang", "qingxi", "qingxi"),
        ("owner", "linjiang", "qingxi", "qingxi"),
        ("filing", "linjiang", "qingxi", "linjiang"),
        ("county", "linjiang", "yunchuan", "qingxi"),
        ("township", "liushu", "qingxi", "linjiang"),
        ("village", "liushu", "qingxi", "liushu"),
        ("city", "liushu", "qingxi", "yunchuan"),
        ("county", "qingxi", "yunchuan", "qingxi"),
        # Filed above that level: it stays with the owner.
        ("township", "yunchuan", "qingxi", "qingxi"),
    ],
)
async def test_a_step_is_done_where_its_drawing_says(
    town: Town, at: str | None, filing: str, owner: str, where: str
) -> None:
    with db.use(db.PUBLIC):
        found = await place_for(at, filing=town.tenants[filing], owner=town.tenants[owner])
    assert found == town.tenants[where]


async def test_a_place_that_is_not_there_says_so(town: Town) -> None:
    with db.use(db.PUBLIC):
        assert (await tenant_by_key("qingxi")).name == "青溪县"
        with pytest.raises(NotThere):
            await tenant_by_key("atlantis")
        with pytest.raises(NotThere):
            await settings_of(999)


async def test_places_are_put_where_they_belong(town: Town) -> None:
    county = town.tenants["qingxi"]
    with db.as_system():
        with pytest.raises(KeyTaken):
            await create_tenant("linjiang", "又一个临江镇", level="township", parent=county)
        with pytest.raises(Invalid) as refused:
            await create_tenant("Bad Key", " ", level="city", parent=county, region_code="12")
        assert {p.field for p in refused.value.fields} == {"key", "name", "level", "region_code"}
        with pytest.raises(KeyTaken):
            await create_department(county, "civil-affairs", "民政局")
        assert list(await departments(county)) == [
            "service-centre", "market-supervision", "civil-affairs",
        ]  # fmt: skip
        tree = await places()
        assert [place.key for place in tree.children(county)] == ["linjiang", "songling"]
        assert {place.key for place in tree.subtree(county)} == {
            "qingxi", "linjiang", "songling", "liushu",
        }  # fmt: skip


async def test_only_ones_own_settings_can_be_changed(town: Town) -> None:
    with db.as_tenant(town.tenants["linjiang"]):
        with pytest.raises(NotThere):
            await change_settings(town.tenants["songling"], {"phone": "12345"})
        assert (await settings_of(town.tenants["songling"])).phone == "0459-2212345"


async def test_the_tree_costs_one_query_and_then_none(town: Town) -> None:
    with db.use(db.PUBLIC):
        with db.counting() as statements:
            await settings_of(town.tenants["liushu"])
        assert len([sql for sql in statements if "from tenant" in sql]) == 1
        with db.counting() as statements:
            await place_for("county", filing=town.tenants["liushu"], owner=town.tenants["qingxi"])
            await centre_name(town.tenants["hewan"], "en")
        assert statements == []
