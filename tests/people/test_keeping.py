"""Looking after other people's accounts, and finding colleagues."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from browsing import Browser, words
from world import PASSWORD, Town

from bpmn.dialect import parse_assign
from onewindow import clock, db
from onewindow.errors import Invalid, NotThere
from onewindow.people import queries, staffing
from onewindow.people.gate import Actor
from onewindow.people.tables import Person, Session
from onewindow.tenants.actions import KeyTaken

BrowserOf = Callable[..., Awaitable[Browser]]


async def sql(statement: str, *values: object) -> Any:
    with db.as_system():
        return await db.fetchval(statement, *values)


def actor(town: Town, login: str, tenant: str, *roles: str) -> Actor:
    id = town.tenants[tenant]
    return Actor(
        id=town.people[login], session=0, name=login, kind="staff", username=login, phone="",
        id_number=None, language="zh", must_change_password=False, tenant=id, tenant_key=tenant,
        tenant_name="", tenant_name_en="", visible=(id,), roles=frozenset(roles), lanes=(),
        backup_lanes=(), posts="", offices=(),
    )  # fmt: skip


# --- keeping ------------------------------------------------------------------------------------


async def test_a_configurator_gives_a_new_password_and_nobody_else_can(
    browser_of: BrowserOf, app: Any, town: Town
) -> None:
    theirs = await browser_of("li.min")
    clerk = await browser_of("chen.gang")
    assert (await clerk.get("/people")).status_code == 403
    assert (await clerk.send_form("/people/li.min/password")).status_code == 403

    keeper = await browser_of("wu.fan")
    assert "李敏" in words(await keeper.get("/people"))
    shown = await keeper.send_form("/people/li.min/password")
    password = re.findall(r'data-copy="([a-z2-9-]{19})"', shown.text)[0]
    assert (await theirs.get("/account")).status_code == 303
    async with Browser(app) as browser:
        await browser.sign_in("li.min", password)
        assert (await browser.get("/inbox")).headers["location"] == "/account/password"
    by = await sql(
        "select person from audit_entry where table_name = 'person' and row_id = $1"
        " and after ? 'must_change_password' and operation = 'update'",
        town.people["li.min"],
    )
    assert by == town.people["wu.fan"]
    assert password not in (await sql("select string_agg(after::text, ' ') from audit_entry"))


async def test_a_keeper_looks_after_their_own_place_only(browser_of: BrowserOf) -> None:
    keeper = await browser_of("wu.fan")
    listed = words(await keeper.get("/people"))
    assert "郑爽" not in listed
    for login in ("zheng.shuang", "lin.xiao", "nobody.here"):
        assert (await keeper.get(f"/people/{login}")).status_code == 404
        assert (await keeper.send_form(f"/people/{login}/closure")).status_code == 404
    assert "请到“账户与安全”中办理" in words(await keeper.get("/people/wu.fan"))
    assert (await keeper.send_form("/people/wu.fan/password")).status_code == 403
    found = words(await keeper.get("/people", params={"q": "陈"}))
    assert "陈刚" in found
    assert "李敏" not in found
    assert "没有找到人员" in words(await keeper.get("/people", params={"q": "%"}))


async def test_the_platform_operator_looks_after_everybody(browser_of: BrowserOf) -> None:
    operator = await browser_of("zhou.ming")
    assert "郑爽" in words(await operator.get("/people"))
    assert (await operator.send_form("/people/zheng.shuang/closure")).is_redirect
    assert not await sql("select active from person where username = 'zheng.shuang'")
    assert "账号已停用" in words(await operator.get("/people/zheng.shuang?done=closed"))
    assert (await operator.send_form("/people/zheng.shuang/reopening")).is_redirect
    assert (await browser_of("zheng.shuang")).session_token


async def test_a_lost_phone_and_a_locked_name_are_put_right(
    browser_of: BrowserOf, browser: Browser
) -> None:
    await sql("update person set totp_on = true, totp_secret = 'X' where username = 'li.min'")
    for _n in range(5):
        await browser.send_form("/sign-in", {"name": "li.min", "password": "not the password"})
    keeper = await browser_of("wu.fan")
    assert "连续输错次数过多，锁定到" in words(await keeper.get("/people/li.min"))
    await keeper.send_form("/people/li.min/unlocking")
    await keeper.send_form("/people/li.min/second-step/recovery")
    assert "锁定到" not in words(await keeper.get("/people/li.min"))
    assert (await browser.sign_in("li.min")).headers["location"] == "/inbox"


# --- colleagues and lanes -----------------------------------------------------------------------


async def test_a_task_can_be_handed_to_colleagues_of_the_same_place(town: Town) -> None:
    chen = actor(town, "chen.gang", "qingxi", "reviewer")
    with db.use(chen.scope):
        everybody = {colleague.login for colleague in await queries.colleagues(chen)}
        reviewers = await queries.colleagues(chen, lane="market-supervision/reviewer")
        assert everybody >= {"li.min", "wang.jianguo", "wu.fan", "liu.yang", "zhao.lei"}
        assert everybody.isdisjoint({"chen.gang", "zheng.shuang", "lin.xiao"})
        assert [(each.login, each.posts) for each in reviewers] == [("liu.yang", "食品审查B岗")]
        assert (await queries.person_named(chen, "li.min")).name == "李敏"
        for stranger in ("zheng.shuang", "13800000001", "nobody.here"):
            with pytest.raises(NotThere):
                await queries.person_named(chen, stranger)


async def test_lanes_are_found_and_said_with_the_names_of_the_place(town: Town) -> None:
    qingxi = town.tenants["qingxi"]
    with db.use(db.PUBLIC):
        li_min = await queries.lane_of(parse_assign("person:li.min"))
        assert li_min == f"person:{town.people['li.min']}"
        assert await queries.lane_of(parse_assign("person:nobody")) == "person:0"
        assert await queries.lane_words(qingxi, li_min) == "李敏"
        assert (
            await queries.lane_words(qingxi, "market-supervision/reviewer")
            == "市场监督管理局 · 审查"
        )
        assert await queries.lane_words(qingxi, "post:food-review") == "食品审查岗"
        assert await queries.lane_words(qingxi, "/decider", "en") == "Decider"
    with db.as_system():
        assert not await db.fetchval("select staffed($1, 'person:0')", qingxi)


async def test_posts_are_shown_with_who_stands_in(town: Town) -> None:
    with db.use(db.PUBLIC):
        holdings = await queries.holdings_of(town.people["chen.gang"], clock.today())
    assert [(each.post, each.backup, each.stand_ins) for each in holdings] == [
        ("食品审查岗", "食品审查B岗", "刘洋")
    ]


async def test_a_post_that_has_ended_gives_no_rights_any_more(
    browser_of: BrowserOf, town: Town
) -> None:
    await sql(
        "update post_holder set since = $2, until = $2 where person = $1 returning 1",
        town.people["li.min"],
        clock.today() - timedelta(days=2),
    )
    browser = await browser_of("li.min")
    assert (await browser.get("/inbox")).status_code == 403
    assert "目前没有岗位" in words(await browser.get("/account/posts"))


# --- staffing -----------------------------------------------------------------------------------


async def test_staff_are_set_up_with_every_mistake_named(town: Town) -> None:
    qingxi = town.tenants["qingxi"]
    with db.as_system():
        with pytest.raises(Invalid) as refused:
            await staffing.hire(qingxi, "1 x", " ", "short", phone="1", id_number="2")
        assert {problem.field for problem in refused.value.fields} == {
            "username", "name", "password", "phone", "id_number",
        }  # fmt: skip
        with pytest.raises(KeyTaken):
            await staffing.hire(qingxi, "Li.Min", "另一个李敏", PASSWORD)
        with pytest.raises(NotThere):
            await staffing.create_post(qingxi, "no-such", "x1", "岗位", "reviewer")
        with pytest.raises(Invalid):
            await staffing.create_post(qingxi, "service-centre", "x1", "岗位", "applicant")
        with pytest.raises(KeyTaken):
            await staffing.create_post(qingxi, "service-centre", "window", "岗位", "guide")
        with pytest.raises(Invalid):
            await staffing.stand_in(qingxi, "window", "window")


async def test_a_place_cannot_appoint_to_its_neighbours_post(town: Town) -> None:
    with db.as_tenant(town.tenants["qingxi"]):
        with pytest.raises(Exception, match="row-level security"):
            await staffing.appoint(town.tenants["baishi"], "window", town.people["li.min"])
        with pytest.raises(NotThere):
            await staffing.appoint(town.tenants["qingxi"], "agent", town.people["li.min"])


# --- what the panel's library asks --------------------------------------------------------------


async def test_the_panels_library_gets_our_sessions_and_passwords(town: Town) -> None:
    li_min = town.people["li.min"]
    session = await Session.create_session(li_min)
    assert await Session.get_user_id(session.token) == li_min
    assert await sql("select office from session") == town.tenants["qingxi"]
    await sql("update session set second_factor = false returning 1")
    assert await Session.get_user_id(session.token) is None
    await Session.remove_session(session.token)
    assert await sql("select count(*) from session") == 0

    assert await Person.login("li.min", PASSWORD) == li_min
    assert await Person.login("li.min", "not the password") is None
    await sql("update person set totp_on = true where username = 'li.min' returning 1")
    assert await Person.login("li.min", PASSWORD) is None

    with db.as_system():
        await Person.update_password("chen.gang", "a kite above the river")
        assert await Person.login("chen.gang", "a kite above the river")
        with pytest.raises(ValueError, match="至少 10 个字符"):
            await Person.update_password("chen.gang", "short")
        made = await Person.create_user(
            "new.one", "lotus pond at dusk", tenant=town.tenants["qingxi"], name="新人", active=True
        )
        stored = await sql("select password from person where id = $1", made.id)
        assert stored.startswith("$argon2id$")
        # Loading and saving a row doesn't stretch the stretched once more.
        loaded = await Person.objects().get(Person.id == made.id)
        loaded.phone = "13900000009"
        await loaded.save()
        assert await sql("select password from person where id = $1", made.id) == stored
    assert await Person.login("new.one", "lotus pond at dusk") == made.id
