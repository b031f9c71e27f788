"""Who confirms a change, and how a matter leaves the catalogue."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from browsing import Browser, words
from drafting import KEY, NOW, drafted, hash_of, hurdle, redefined, said, state_of
from world import Town, package_of

from onewindow import db
from onewindow.errors import Forbidden, Invalid, Stale
from onewindow.matters import actions as matters
from onewindow.matters import drafts
from onewindow.matters.package import assembled
from onewindow.people.gate import entered
from onewindow.people.sessions import first_office, open_session
from onewindow.publishing import actions, reviews
from onewindow.tenants.actions import change_settings
from onewindow.tenants.queries import forget

DeskOf = Callable[..., Awaitable[Browser]]
FEE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="fee">
<decision id="fee" name="收费标准"><decisionTable id="t" hitPolicy="UNIQUE">
<input id="i" label="备案"><inputExpression id="e"><text>prepackaged_only</text>
</inputExpression></input>
<output id="o" label="费率" name="rate" typeRef="number"/>
<rule id="r"><inputEntry id="ri"><text>true</text></inputEntry>
<outputEntry id="ro"><text>20</text></outputEntry></rule></decisionTable></decision>
</definitions>"""
REFUSED = (asyncpg.InsufficientPrivilegeError, asyncpg.ForeignKeyViolationError)


async def asked(acting: Any) -> tuple[int, str]:
    """白石县 asks the city about a change."""
    async with acting("lu.jia") as keeper:
        version = await drafted(keeper.tenant, redefined(keywords=["饭馆"]))
        seen = await hash_of(version)
        with pytest.raises(actions.GateShut):
            await actions.publish(keeper, version, seen=seen, now=NOW)
        await actions.ask(keeper, version, seen=seen, text="加检索词", now=NOW)
        with pytest.raises(Stale):
            await actions.ask(keeper, version, seen=seen, now=NOW)
    return version, seen


async def test_the_place_above_confirms_and_then_it_can_be_published(
    town: Town, acting: Any
) -> None:
    version, seen = await asked(acting)
    async with acting("sun.yue") as supervisor:
        (waiting,) = await reviews.waiting(supervisor)
        assert (waiting["tenant_key"], waiting["about"]) == ("baishi", "changed")
        with pytest.raises(Invalid):
            await reviews.judge(supervisor, version, "returned", seen=seen, now=NOW)
        await reviews.judge(supervisor, version, "confirmed", seen=seen, now=NOW)
        assert await reviews.waiting(supervisor) == []
        with pytest.raises(Stale):
            await reviews.judge(supervisor, version, "confirmed", seen=seen, now=NOW)
    async with acting("lu.jia") as keeper:
        assert "孙悦" in (await hurdle(version, "confirmation")).said
        await actions.publish(keeper, version, seen=seen, now=NOW)
        assert await state_of(version) == "published"


async def test_a_change_after_confirming_makes_it_void(town: Town, acting: Any) -> None:
    version, seen = await asked(acting)
    async with acting("sun.yue") as supervisor:
        await reviews.judge(supervisor, version, "confirmed", seen=seen, now=NOW)
    async with acting("lu.jia") as keeper:
        draft = await drafts.draft_of(keeper.tenant, KEY)
        changed = redefined(keywords=["酒楼"])(draft.package)
        await matters.write_draft(version, changed, by=keeper.id, now=NOW)
        found = await hurdle(version, "confirmation")
        assert found.stops
        assert "不再有效" in said(found)
        await actions.ask(keeper, version, seen=await hash_of(version), now=NOW)


async def test_returned_with_reasons_it_can_be_asked_again(town: Town, acting: Any) -> None:
    version, seen = await asked(acting)
    async with acting("sun.yue") as supervisor:
        told = {"seen": seen, "now": NOW}
        await reviews.judge(supervisor, version, "comment", text="为什么？", place="检索词", **told)
        await reviews.judge(supervisor, version, "returned", text="检索词不妥。", **told)
    async with acting("lu.jia") as keeper:
        standing = await reviews.standing(keeper.tenant, version, seen)
        assert [row["kind"] for row in standing.talk] == ["asked", "comment", "returned"]
        assert "检索词不妥。" in said(await hurdle(version, "confirmation"))
        await actions.ask(keeper, version, seen=seen, now=NOW)


@pytest.mark.parametrize(
    ("login", "why"),
    [
        ("lu.jia", "who asked"),
        ("qian.lan", "a window clerk of the city"),
        ("wu.fan", "the neighbour's configurator"),
        ("ma.chao", "the township below"),
        ("13800000001", "an applicant"),
    ],
)
async def test_nobody_else_can_write_a_confirmation_whatever_the_application_does(
    town: Town, acting: Any, login: str, why: str
) -> None:
    version, seen = await asked(acting)
    forged = (
        "insert into matter_review (tenant, version, hash, kind, about, at)"
        " values ($1, $2, $3, 'confirmed', 'changed', now())"
    )
    person = town.people[login]
    token = await open_session(person, lasts=timedelta(hours=1), office=await first_office(person))
    async with entered(str(token), timedelta(hours=1)) as (_actor, _half):
        made = await db.fetchval(
            "select judge_matter($1, $2, 'confirmed', '', '', now())", version, seen
        )
        assert made is None, why
        with pytest.raises(REFUSED):
            await db.execute(forged, town.tenants["baishi"], version, seen)


async def test_the_city_reads_a_draft_below_and_cannot_change_it(town: Town, acting: Any) -> None:
    version, seen = await asked(acting)
    async with acting("sun.yue"):
        assert await hash_of(version) == seen
        changed = await db.execute("update matter_version set note = 'x' where id = $1", version)
        assert changed == "UPDATE 0"
        await db.execute("update matter_review set kind = 'confirmed'")
        await db.execute("delete from matter_review")
    with db.as_system():
        assert await db.fetchval("select kind from matter_review") == "asked"


async def test_a_confirmation_is_of_one_state_only(town: Town, acting: Any) -> None:
    version, _seen = await asked(acting)
    async with acting("sun.yue") as supervisor:
        with pytest.raises(Stale):
            await reviews.judge(supervisor, version, "confirmed", seen="0" * 64, now=NOW)


async def test_places_may_settle_that_nobody_confirms(town: Town, acting: Any) -> None:
    with db.as_system():
        await change_settings(town.tenants["baishi"], {"confirmation": "none"})
    forget()
    async with acting("lu.jia") as keeper:
        version = await drafted(keeper.tenant)
        assert (await hurdle(version, "confirmation")).passed
        with pytest.raises(reviews.NobodyAbove):
            await actions.ask(keeper, version, seen=await hash_of(version), now=NOW)


# ---- leaving the catalogue ----------------------------------------------------------------------


async def test_withdrawing_needs_a_word_from_above_and_tells_applicants_why(
    town: Town, acting: Any, browser: Browser, desk_of: DeskOf
) -> None:
    async with acting("lu.jia") as keeper:
        row = await db.fetchrow(
            "select m.id, m.current_version, v.hash from matter m join matter_version v"
            " on v.id = m.current_version where m.tenant = $1 and m.key = $2",
            keeper.tenant,
            KEY,
        )
        with pytest.raises(actions.NotConfirmed):
            await actions.withdraw(keeper, row["id"], reason="职能调整。", now=NOW)
        version, seen = row["current_version"], row["hash"]
        await reviews.ask(keeper, version, about="cancelled", text="调整", now=NOW, seen=seen)
    async with acting("sun.yue") as supervisor:
        await reviews.judge(supervisor, version, "confirmed", seen=seen, now=NOW)
    # The reason that was agreed to is there when the matter is taken back.
    page = await (await desk_of("lu.jia")).get(f"/configure/matters/{KEY}")
    assert ">调整</textarea>" in page.text
    async with acting("lu.jia") as keeper:
        with pytest.raises(Invalid):
            await actions.withdraw(keeper, row["id"], reason=" ", now=NOW)
        await actions.withdraw(keeper, row["id"], reason="职能划转到市里。", now=NOW)
    told = await browser.get("/matters/baishi/food-business")
    assert told.status_code == 410
    assert "职能划转到市里。" in told.text


async def test_a_suspended_matter_can_be_read_about_but_not_applied_for(
    town: Town, acting: Any, desk_of: DeskOf
) -> None:
    async with acting("wu.fan") as keeper:
        matter = await db.fetchval(
            "select id from matter where tenant = $1 and key = $2", keeper.tenant, KEY
        )
        with pytest.raises(Invalid):
            await actions.suspend(keeper, matter, reason="", now=NOW)
        await actions.suspend(keeper, matter, reason="系统升级，周五恢复。", now=NOW)
    applicant = await desk_of("13800000001")
    guide = await applicant.get("/matters/linjiang/food-business")
    assert guide.status_code == 200
    assert "系统升级，周五恢复。" in guide.text
    assert "在线申请" not in guide.text
    token = await applicant.csrf_token()
    refused = await applicant.post(
        "/matters/linjiang/food-business/applications", headers={"x-csrftoken": token}
    )
    assert refused.status_code == 409
    async with acting("wu.fan") as keeper:
        await actions.resume(keeper, matter, now=NOW)
    assert "在线申请" in (await applicant.get("/matters/linjiang/food-business")).text


async def test_a_supervisor_of_the_city_cannot_suspend_it(town: Town, acting: Any) -> None:
    with db.as_system():
        matter = await db.fetchval(
            "select m.id from matter m join tenant t on t.id = m.tenant"
            " where m.key = $1 and t.key = 'baishi'",
            KEY,
        )
    async with acting("sun.yue") as supervisor:
        with pytest.raises(Forbidden):
            await actions.suspend(supervisor, matter, reason="x", now=NOW)


async def test_what_a_change_adds_is_read_in_the_whole_matter_below_the_difference(
    town: Town, acting: Any, desk_of: DeskOf
) -> None:
    async with acting("lu.jia") as keeper:
        draft = await drafts.begin(keeper.tenant, KEY, by=1, at=NOW)
        added = {"key": "lease", "name": {"zh": "租赁合同"}, "standard": {"zh": "租期不少于一年"}}
        materials = [*draft.package.definition["materials"], added]
        changed = redefined(materials=materials)(draft.package)
        await matters.write_draft(draft.id, changed, by=1, now=NOW)
        await actions.ask(keeper, draft.id, seen=changed.hash, now=NOW)
    page = words(await (await desk_of("sun.yue")).get(f"/configure/reviews/baishi/{KEY}/2"))
    assert "新增材料“租赁合同”" in page
    assert "租期不少于一年" in page


async def test_whoever_confirms_a_new_matter_reads_all_of_it(
    town: Town, acting: Any, desk_of: DeskOf
) -> None:
    package = package_of("food-business")
    package = assembled(
        {**package.definition, "key": "market-stall"},
        package.process,
        {"fee": FEE},
        package.forms,
        package.tests,
    )
    async with acting("lu.jia") as keeper:
        version = await matters.save_draft(keeper.tenant, package, by=keeper.id, now=NOW)
        await actions.ask(keeper, version, seen=await hash_of(version), now=NOW)
    city = await desk_of("sun.yue")
    here = "/configure/reviews/baishi/market-stall/1"
    page = (await city.get(here)).text
    for text in (
        "字段“食品处理区面积（m²）”",
        "=business != &#34;catering&#34; and business != &#34;canteen&#34;",
        "内容与网上填报一致，由法定代表人（负责人）签字或加盖公章。",
        "材料“授权委托书”",
        "补正时限",
        "证照栏目“经营场所”",
        "决策表“收费标准”",
        "<td>true</td>",
        'data-place="字段“外设仓库地址”"',
    ):
        assert text in page, text
    guide = await city.get(f"{here}/guide")
    assert "常见问题" in guide.text
    assert f"{here}/guide/process" in guide.text
    assert (await city.get(f"{here}/guide/process")).status_code == 200
    sheet = await city.get(f"{here}/certificates/certificate")
    assert sheet.headers["content-type"].startswith("image/")
    neighbour = await desk_of("wu.fan")
    for below in ("", "/guide", "/certificates/certificate"):
        assert (await neighbour.get(here + below)).status_code in (403, 404)
