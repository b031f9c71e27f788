"""One's own account: password, second step, other browsers, offices, absence."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from browsing import PHONE, Browser, words
from world import PASSWORD, Town

from onewindow import clock, db

BrowserOf = Callable[..., Awaitable[Browser]]

NEW = "a kite above the river"
NOW = datetime(2026, 11, 22, 2, 0, 7, tzinfo=UTC)


async def sql(statement: str, *values: object) -> Any:
    with db.as_system():
        return await db.fetchval(statement, *values)


async def new_password(browser: Browser, current: str, new: str, again: str | None = None) -> Any:
    return await browser.send_form(
        "/account/password", {"current": current, "new": new, "again": again or new}
    )


# --- password -----------------------------------------------------------------------------------


async def test_a_changed_password_ends_other_sessions_and_renames_this_one(
    browser_of: BrowserOf, app: Any
) -> None:
    here, elsewhere = await browser_of("li.min"), await browser_of("li.min")
    before = here.session_token
    answer = await new_password(here, PASSWORD, NEW)
    assert answer.headers["location"] == "/account?done=password"
    assert "密码已修改" in words(await here.get("/account?done=password"))
    assert here.session_token != before
    assert (await elsewhere.get("/account")).status_code == 303
    async with Browser(app) as thief:
        thief.carry(before)
        assert (await thief.get("/account")).status_code == 303
    assert (await browser_of_new(app, "li.min", NEW)).is_redirect


async def browser_of_new(app: Any, login: str, password: str) -> Any:
    async with Browser(app) as browser:
        return await browser.send_form("/sign-in", {"name": login, "password": password})


@pytest.mark.parametrize(
    ("current", "new", "again", "said"),
    [
        (PASSWORD, "too-short", None, "密码至少 10 个字符"),
        (PASSWORD, "li.min and friends", None, "不要包含您的姓名"),
        (PASSWORD, PASSWORD, None, "新密码不能与当前密码相同"),
        (PASSWORD, NEW, "a kite above the lake", "两次输入的新密码不一致"),
        ("not the password", NEW, None, "账号或密码不正确，还可以再试 4 次"),
    ],
)
async def test_a_password_that_will_not_do_is_said_beside_its_field(
    browser_of: BrowserOf, current: str, new: str, again: str | None, said: str
) -> None:
    browser = await browser_of("li.min")
    answer = await new_password(browser, current, new, again)
    assert answer.status_code == 422
    assert said in words(answer)
    assert new not in answer.text
    assert (await browser.get("/account")).status_code == 200


async def test_a_stolen_session_cannot_try_out_passwords(browser_of: BrowserOf) -> None:
    browser = await browser_of("li.min")
    answers = [await new_password(browser, "not the password", NEW) for _n in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]


async def test_a_password_from_the_keeper_must_be_changed_before_anything_else(
    browser_of: BrowserOf,
) -> None:
    await sql("update person set must_change_password = true where username = 'li.min'")
    browser = await browser_of("li.min")
    for address in ("/inbox", "/account", "/admin/", "/"):
        answer = await browser.get(address)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account/password")
    fragment = await browser.get("/inbox", headers={"hx-request": "true"})
    assert fragment.headers["hx-redirect"] == "/account/password"
    assert "请先换成只有自己知道的密码" in words(await browser.get("/account/password"))
    assert (await new_password(browser, PASSWORD, NEW)).headers["location"] == "/inbox"
    assert (await browser.get("/account")).status_code == 200


# --- second step --------------------------------------------------------------------------------


async def set_up(browser: Browser) -> str:
    """Turn the second step on at NOW; the secret."""
    await browser.send_form("/account/second-step")
    page = await browser.get("/account/second-step")
    assert "<svg" in page.text
    secret = "".join(re.findall(r'data-copy="([A-Z2-7 ]+)"', page.text)[0].split())
    with clock.at(NOW):
        answer = await browser.send_form(
            "/account/second-step/confirmation", {"code": pyotp.TOTP(secret).at(NOW)}
        )
    assert answer.headers["location"] == "/account?done=second-step"
    return secret


async def enter(browser: Browser, secret: str, at: datetime) -> Any:
    with clock.at(at):
        return await browser.send_form("/sign-in/code", {"code": pyotp.TOTP(secret).at(at)})


async def test_the_second_step_is_in_force_only_after_a_first_code(browser_of: BrowserOf) -> None:
    browser, elsewhere = await browser_of("li.min"), await browser_of("li.min")
    await browser.send_form("/account/second-step")
    wrong = await browser.send_form("/account/second-step/confirmation", {"code": "000000"})
    assert wrong.status_code == 422
    assert "验证码不正确" in words(wrong)
    assert not await sql("select totp_on from person where username = 'li.min'")
    await set_up(browser)
    assert await sql("select totp_on from person where username = 'li.min'")
    assert (await elsewhere.get("/account")).status_code == 303


async def test_a_half_signed_in_browser_reaches_only_the_code_page(
    browser_of: BrowserOf, browser: Browser
) -> None:
    secret = await set_up(await browser_of("li.min"))
    answer = await browser.send_form(
        "/sign-in", {"name": "li.min", "password": PASSWORD, "next": "/account"}
    )
    assert answer.headers["location"] == "/sign-in/code?next=%2Faccount"
    half = browser.session_token
    for address in ("/account", "/inbox", "/people", "/account/second-step"):
        assert (await browser.get(address)).headers["location"].startswith("/sign-in?next=")
    assert (await browser.get("/sign-in")).headers["location"] == "/sign-in/code"
    assert (await browser.send_form("/office", {"office": "1"})).status_code == 401
    assert "输入验证码" in words(await browser.get("/sign-in/code"))

    wrong = await browser.send_form("/sign-in/code", {"code": "12"})
    assert wrong.status_code == 422
    assert "还可以再试 4 次" in words(wrong)

    signed_in = await enter(browser, secret, NOW + timedelta(minutes=1))
    assert signed_in.headers["location"] == "/inbox"
    assert browser.session_token != half
    assert (await browser.get("/account")).status_code == 200


async def test_a_code_opens_one_door_once(browser_of: BrowserOf, app: Any) -> None:
    secret = await set_up(await browser_of("li.min"))
    later = NOW + timedelta(minutes=1)
    async with Browser(app) as first, Browser(app) as second:
        for browser in (first, second):
            await browser.send_form("/sign-in", {"name": "li.min", "password": PASSWORD})
        assert (await enter(first, secret, later)).is_redirect
        again = await enter(second, secret, later)
        assert again.status_code == 422
        assert "这个验证码已经用过" in words(again)
        assert (await enter(second, secret, later + timedelta(seconds=30))).is_redirect


async def test_codes_cannot_be_tried_out(browser_of: BrowserOf, browser: Browser) -> None:
    secret = await set_up(await browser_of("li.min"))
    await browser.send_form("/sign-in", {"name": "li.min", "password": PASSWORD})
    said = []
    for _n in range(6):
        with clock.at(NOW + timedelta(minutes=1)):
            said.append(await browser.send_form("/sign-in/code", {"code": "000000"}))
    assert [answer.status_code for answer in said] == [422] * 5 + [429]
    assert (await enter(browser, secret, NOW + timedelta(minutes=2))).status_code == 429
    assert (await enter(browser, secret, NOW + timedelta(minutes=17))).is_redirect


async def test_the_code_page_does_not_wait_for_ever(
    browser_of: BrowserOf, browser: Browser
) -> None:
    secret = await set_up(await browser_of("li.min"))
    await browser.send_form("/sign-in", {"name": "li.min", "password": PASSWORD})
    remaining = await sql("select ends_at - now() from session where not second_factor")
    assert remaining <= timedelta(minutes=10)
    await sql("update session set ends_at = now() where not second_factor")
    assert (await browser.get("/sign-in/code")).headers["location"] == "/sign-in"
    assert (await enter(browser, secret, NOW + timedelta(minutes=1))).status_code == 401


async def test_the_second_step_is_dropped_with_the_password_only(browser_of: BrowserOf) -> None:
    browser = await browser_of("li.min")
    await set_up(browser)
    wrong = await browser.send_form("/account/second-step/removal", {"password": "guess"})
    assert wrong.status_code == 422
    assert await sql("select totp_on from person where username = 'li.min'")
    right = await browser.send_form("/account/second-step/removal", {"password": PASSWORD})
    assert right.headers["location"] == "/account?done=second-step-off"
    assert await sql("select totp_secret from person where username = 'li.min'") == ""


# --- browsers -----------------------------------------------------------------------------------


async def test_one_sees_where_one_is_signed_in_and_ends_the_others(
    browser_of: BrowserOf, app: Any
) -> None:
    here = await browser_of("13800000001")
    phone = await browser_of(
        "13800000001", address="10.3.3.3", headers={"user-agent": PHONE, "accept": "text/html"}
    )
    shown = words(await here.get("/account"))
    assert "Chrome · Windows 本机" in shown
    assert "微信 · HarmonyOS" in shown
    assert all(f"网络地址 {address}" in shown for address in ("10.1.1.1", "10.3.3.3"))
    await here.send_form("/account/sessions/closure")
    assert (await phone.get("/account")).status_code == 303
    assert (await here.get("/account")).status_code == 200


async def test_nobody_ends_another_persons_session(browser_of: BrowserOf) -> None:
    mine, theirs = await browser_of("li.min"), await browser_of("chen.gang")
    others = await sql(
        "select s.id from session s join person p on p.id = s.person where p.username = 'chen.gang'"
    )
    await mine.send_form(f"/account/sessions/{others}/closure")
    assert (await theirs.get("/account")).status_code == 200


async def test_an_account_shows_itself_and_nobody_else(browser_of: BrowserOf) -> None:
    shown = words(await (await browser_of("13800000002")).get("/account"))
    assert "李娜" in shown
    assert "138****0002" in shown
    assert "459021199003070026" not in shown
    assert "我的岗位" not in shown


async def test_the_language_of_letters_is_kept(browser_of: BrowserOf) -> None:
    browser = await browser_of("li.min")
    answer = await browser.send_form("/account/language", {"language": "en"})
    assert "lang=en" in answer.headers["location"]
    assert await sql("select language from person where username = 'li.min'") == "en"
    assert (await browser.send_form("/account/language", {"language": "xx"})).status_code == 422


# --- offices and absence ------------------------------------------------------------------------


async def test_somebody_with_posts_in_two_places_acts_for_one_at_a_time(
    browser_of: BrowserOf, town: Town
) -> None:
    browser = await browser_of("he.jing")
    assert "云川市" in words(await browser.get("/inbox"))
    answer = await browser.send_form("/office", {"office": str(town.tenants["linjiang"])})
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    gate = await sql("select office from session")
    assert gate == town.tenants["linjiang"]
    refused = await browser.send_form("/office", {"office": str(town.tenants["baishi"])})
    assert refused.status_code == 403
    assert "没有在任岗位" in words(refused)
    assert await sql("select office from session") == town.tenants["linjiang"]


async def test_whoever_is_away_hands_their_lanes_to_the_backup_post(
    browser_of: BrowserOf, town: Town
) -> None:
    browser = await browser_of("chen.gang")
    assert "B 岗：食品审查B岗（刘洋）" in words(await browser.get("/account/posts"))
    lanes = (
        "select array_agg(lane) from lane_holder where backup and person = "
        "(select id from person where username = 'liu.yang')"
    )
    assert await sql(lanes) is None
    holding = await sql("select id from post_holder where person = $1", town.people["chen.gang"])
    await browser.send_form("/account/posts", {"away": str(holding)})
    assert "post:food-review" in await sql(lanes)
    # Away from their only post they see no office, are told why, and can come back.
    page = await browser.get("/account/posts")
    assert "您已从全部岗位离岗" in words(page)
    assert (await browser.get("/inbox")).status_code == 403
    await browser.send_form("/account/posts", {})
    assert await sql(lanes) is None
    assert (await browser.get("/inbox")).status_code == 200


async def test_signing_in_while_away_leads_to_the_page_that_says_so(
    browser: Browser, town: Town
) -> None:
    await sql("update post_holder set away = true where person = $1", town.people["chen.gang"])
    answer = await browser.sign_in("chen.gang")
    assert answer.headers["location"] == "/account/posts"


async def test_nobody_sends_a_colleague_away(browser_of: BrowserOf, town: Town) -> None:
    browser = await browser_of("li.min")
    others = await sql("select id from post_holder where person = $1", town.people["chen.gang"])
    await browser.send_form("/account/posts", {"away": [str(others), "x", "-1"]})
    assert not await sql("select away from post_holder where id = $1", others)


async def test_an_absence_is_in_the_audit_trail_under_ones_own_name(
    browser_of: BrowserOf, town: Town
) -> None:
    browser = await browser_of("chen.gang")
    holding = await sql("select id from post_holder where person = $1", town.people["chen.gang"])
    await browser.send_form("/account/posts", {"away": str(holding)})
    entry = await sql(
        "select person from audit_entry where table_name = 'post_holder' and row_id = $1"
        " and operation = 'update'",
        holding,
    )
    assert entry == town.people["chen.gang"]


async def test_applicants_have_no_posts(browser_of: BrowserOf) -> None:
    browser = await browser_of("13800000001")
    assert (await browser.get("/account/posts")).status_code == 403
    assert (await browser.send_form("/account/posts", {})).status_code == 403
