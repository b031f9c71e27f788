"""Signing in through the front door: every way in, and every way it is refused."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from browsing import Browser, words
from world import PASSWORD, Town

from onewindow import asgi, clock, db
from onewindow.people import passwords, sessions
from onewindow.people.gate import token_hash
from onewindow.settings import settings
from onewindow.web.navigation import nav_for

BrowserOf = Callable[..., Awaitable[Browser]]

WRONG = "not the password"


async def try_in(browser: Browser, name: str, password: str = WRONG) -> Any:
    return await browser.send_form("/sign-in", {"name": name, "password": password})


async def sql(statement: str, *values: object) -> Any:
    with db.as_system():
        return await db.fetchval(statement, *values)


async def test_a_clerk_signs_in_and_comes_to_the_inbox(browser: Browser) -> None:
    page = await browser.get("/sign-in")
    assert page.status_code == 200
    answer = await try_in(browser, "li.min", PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age" not in cookie  # it ends with the browser: windows share computers
    account = await browser.get("/account")
    assert "李敏" in words(account)
    assert "青溪县政务服务中心" in words(account)


async def test_the_cookie_is_secure_where_people_come_by_https(browser: Browser) -> None:
    with settings.using(public_url="https://window.test"):
        answer = await try_in(browser, "li.min", PASSWORD)
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "name", ["13800000002", "138 0000 0002", "１３８００００000２", "459021199003070026"]
)
async def test_an_applicant_signs_in_by_phone_or_id_number(browser: Browser, name: str) -> None:
    answer = await try_in(browser, name, PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "李娜" in words(await browser.get("/account"))


async def test_a_clerk_may_type_a_phone_number_too_unless_it_is_somebody_elses_name(
    browser: Browser, town: Town
) -> None:
    await sql("update person set phone = '13911112222' where username = 'li.min'")
    assert (await try_in(browser, "13911112222", PASSWORD)).status_code == 303
    # Shared by two members of staff it opens neither's account.
    await sql("update person set phone = '13911112222' where username = 'chen.gang'")
    other = Browser(browser._transport.app)
    assert (await try_in(other, "13911112222", PASSWORD)).status_code == 422
    # And an applicant's login name goes before a clerk's phone.
    await sql("update person set phone = '13800000001' where username = 'li.min'")
    await try_in(other, "13800000001", PASSWORD)
    assert "张伟" in words(await other.get("/account"))


async def test_a_wrong_password_and_an_unknown_name_read_the_same(browser: Browser) -> None:
    known = await try_in(browser, "li.min")
    unknown = await try_in(browser, "nobody.here")
    assert known.status_code == unknown.status_code == 422
    assert "账号或密码不正确，还可以再试 4 次。" in words(known)
    assert words(known) == words(unknown)
    assert 'value="li.min"' in known.text
    assert WRONG not in known.text


async def test_an_unknown_name_costs_the_same_stretching(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[bool] = []
    fits = passwords.fits_here

    def watched(password: str, stored: str | None) -> bool:
        compared.append(stored is not None)
        return fits(password, stored)

    monkeypatch.setattr(passwords, "fits_here", watched)
    await try_in(browser, "li.min")
    await try_in(browser, "nobody.here")
    assert compared == [True, False]


async def test_nothing_typed_is_no_try(browser: Browser) -> None:
    answer = await try_in(browser, "li.min", "")
    assert answer.status_code == 422
    assert "请输入账号和密码。" in words(answer)
    assert await sql("select count(*) from sign_in_attempt") == 0


async def test_five_wrong_passwords_lock_the_name_and_time_unlocks_it(browser: Browser) -> None:
    now = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    with clock.at(now):
        said = [words(await try_in(browser, "li.min")) for _n in range(5)]
    assert "还可以再试 1 次" in said[3]
    assert "账号已暂时锁定，请在 15 分钟后再试。" in said[4]
    with clock.at(now + timedelta(minutes=4)):
        locked = await try_in(browser, "LI.MIN", PASSWORD)
        assert locked.status_code == 429
        assert locked.headers["retry-after"] == str(11 * 60)
        assert "请在 11 分钟后再试" in words(locked)
        # Others at the same place are not locked out with them.
        assert (await try_in(Browser(browser._transport.app), "chen.gang", PASSWORD)).is_redirect
    with clock.at(now + timedelta(minutes=15)):
        assert (await try_in(browser, "li.min", PASSWORD)).is_redirect


async def test_a_right_password_forgives_the_wrong_ones_before(browser: Browser) -> None:
    for _round in range(3):
        for _n in range(3):
            assert (await try_in(browser, "li.min")).status_code == 422
        assert (await try_in(browser, "li.min", PASSWORD)).is_redirect
        await browser.send_form("/sign-out")


async def test_a_name_nobody_has_locks_like_any_other(browser: Browser) -> None:
    said = [(await try_in(browser, "nobody.here")).status_code for _n in range(6)]
    assert said == [422] * 5 + [429]


ANOTHER_PROCESS = """
import asyncio, sys
from onewindow import db
from onewindow.people import credentials

async def main():
    await db.start(sys.argv[1])
    for _n in range(3):
        try:
            await credentials.check("li.min", "not the password", address="10.9.9.9")
        except credentials.WrongPassword as wrong:
            print(wrong.message)
    await db.stop()

asyncio.run(main())
"""


async def test_two_processes_count_together(browser: Browser, town: Town) -> None:
    tried = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-W", "ignore", "-c", ANOTHER_PROCESS, town.dsn],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "还可以再试 2 次" in tried.stdout
    assert "还可以再试 1 次" in words(await try_in(browser, "li.min"))
    assert "账号已暂时锁定" in words(await try_in(browser, "li.min"))
    assert (await try_in(browser, "li.min", PASSWORD)).status_code == 429


async def test_many_tries_at_once_get_no_more_than_one_after_another(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    monkeypatch.setattr(passwords, "fits_here", lambda password, stored: bool(compared.append("")))
    await browser.csrf_token()
    answers = await asyncio.gather(*(try_in(browser, "li.min") for _n in range(12)))
    assert len(compared) == 5
    assert sorted(answer.status_code for answer in answers) == [422] * 5 + [429] * 7


async def test_an_address_that_tries_everybody_is_stopped(browser: Browser, app: Any) -> None:
    await sql(
        "insert into sign_in_attempt (name_hash, address, at) select n::text, '10.1.1.1', $1"
        " from generate_series(1, 100) n returning 1",
        clock.now(),
    )
    stopped = await try_in(browser, "li.min", PASSWORD)
    assert stopped.status_code == 429
    assert "您所在网络的登录失败次数过多" in words(stopped)
    async with Browser(app, address="10.2.2.2") as elsewhere:
        assert (await try_in(elsewhere, "li.min", PASSWORD)).is_redirect


async def test_a_form_without_its_token_is_refused_in_words(browser: Browser) -> None:
    for token in ("", "f" * 96):
        await browser.get("/sign-in")
        answer = await browser.send_form(
            "/sign-in", {"name": "li.min", "password": PASSWORD}, token=token
        )
        assert answer.status_code == 403
        assert "页面已失效" in words(answer)
        assert browser.session_token is None


async def test_every_post_needs_the_token(browser_of: BrowserOf) -> None:
    browser = await browser_of("li.min")
    for address in (
        "/sign-out", "/office", "/account/password", "/account/posts", "/account/language",
        "/account/second-step", "/account/sessions/closure", "/people/chen.gang/password",
    ):  # fmt: skip
        assert (await browser.post(address, data={})).status_code == 403, address
    assert (await browser.get("/account")).status_code == 200


async def test_signing_in_never_keeps_a_token_that_was_there_before(
    browser: Browser, app: Any
) -> None:
    planted = "planted-by-somebody-else"
    browser.carry(planted)
    await try_in(browser, "li.min", PASSWORD)
    first = browser.session_token
    assert first is not None
    assert first != planted
    # Signing in once more, as somebody else, ends the session before.
    await browser.send_form("/sign-out")
    await browser.sign_in("li.min")
    before = browser.session_token
    token = await browser.csrf_token()
    await browser.post(
        "/sign-in", data={"_csrf_token": token, "name": "chen.gang", "password": PASSWORD}
    )
    assert "陈刚" in words(await browser.get("/account"))
    async with Browser(app) as thief:
        for stolen in (planted, first, before):
            thief.carry(stolen)
            assert (await thief.get("/account")).status_code == 303


async def test_only_the_hash_of_a_token_is_stored(browser_of: BrowserOf) -> None:
    browser = await browser_of("li.min")
    stored = await sql("select string_agg(session::text, ' ') from session")
    assert browser.session_token not in stored
    assert token_hash(str(browser.session_token)) in stored


async def test_an_idle_session_ends_and_says_so(browser_of: BrowserOf) -> None:
    browser = await browser_of("li.min")
    await sql("update session set seen_at = now() - interval '29 minutes' returning 1")
    assert (await browser.get("/account")).status_code == 200
    await sql("update session set seen_at = now() - interval '31 minutes' returning 1")
    sent_away = await browser.get("/account?done=yes")
    assert sent_away.headers["location"] == "/sign-in?next=%2Faccount%3Fdone%3Dyes"
    page = await browser.get(sent_away.headers["location"])
    assert "登录已过期" in words(page)
    assert browser.session_token is None
    again = await browser.send_form(
        "/sign-in", {"name": "li.min", "password": PASSWORD, "next": "/account?done=yes"}
    )
    assert again.headers["location"] == "/account?done=yes"


async def test_a_session_in_use_stays_but_not_for_ever(browser_of: BrowserOf) -> None:
    browser = await browser_of("li.min")
    await sql("update session set seen_at = now() - interval '20 minutes' returning 1")
    await browser.get("/account")
    assert await sql("select now() - seen_at < interval '1 minute' from session")
    await sql("update session set ends_at = now() - interval '1 second' returning 1")
    assert (await browser.get("/account")).status_code == 303


async def test_somebody_whose_account_is_closed_is_out_at_once(browser_of: BrowserOf) -> None:
    browser = await browser_of("li.min")
    await sql("update person set active = false where username = 'li.min' returning 1")
    assert (await browser.get("/account")).status_code == 303
    refused = await try_in(browser, "li.min", PASSWORD)
    assert refused.status_code == 403
    assert "该账号已停用。" in words(refused)
    # To somebody who doesn't know the password it is like any other account.
    assert "账号或密码不正确" in words(await try_in(browser, "li.min"))


async def test_signing_out_ends_the_session_itself(browser_of: BrowserOf, app: Any) -> None:
    browser = await browser_of("li.min")
    token = browser.session_token
    answer = await browser.send_form("/sign-out")
    assert browser.session_token is None
    assert "您已退出登录。" in words(await browser.get(answer.headers["location"]))
    async with Browser(app) as thief:
        thief.carry(token)
        assert (await thief.get("/account")).status_code == 303


async def test_whoever_is_signed_in_need_not_do_it_again(browser_of: BrowserOf) -> None:
    browser = await browser_of("li.min")
    assert (await browser.get("/sign-in")).headers["location"] == "/inbox"
    assert (await browser.get("/sign-in?next=/account")).headers["location"] == "/account"
    assert (await browser.get("/register")).headers["location"] == "/inbox"


async def test_people_are_not_sent_to_a_strangers_page_after_signing_in(browser: Browser) -> None:
    page = await browser.get("/sign-in?next=//evil.example/inbox")
    assert "evil" not in page.text
    answer = await browser.send_form(
        "/sign-in", {"name": "li.min", "password": PASSWORD, "next": "//evil.example"}
    )
    assert answer.headers["location"] == "/inbox"


async def test_people_come_to_the_first_door_that_is_open_to_them(browser: Browser) -> None:
    first = nav_for({"configurator"})[0].doors[0].href
    assert first != "/inbox"
    assert (await try_in(browser, "wu.fan", PASSWORD)).headers["location"] == first


async def test_two_copies_of_the_application_share_their_sessions(browser_of: BrowserOf) -> None:
    browser = await browser_of("li.min")
    async with Browser(asgi.build(settings)) as elsewhere:
        elsewhere.cookies = browser.cookies
        assert (await elsewhere.get("/account")).status_code == 200


async def test_a_signed_in_request_costs_one_statement_before_its_page(
    browser_of: BrowserOf,
) -> None:
    browser = await browser_of("li.min")
    with db.counting() as statements:
        assert (await browser.get("/account/password")).status_code == 200
    assert [statement for statement in statements if "set_config" not in statement] == [
        "select gate($1, $2, $3)"
    ]


async def test_what_has_ended_is_swept_away(town: Town) -> None:
    await sessions.open_session(town.people["li.min"], lasts=timedelta(days=-2))
    kept = await sessions.open_session(town.people["li.min"], lasts=timedelta(hours=1))
    await sessions.forget_ended()
    assert await sql("select token_hash from session") == token_hash(kept)


@pytest.mark.parametrize("address", ["/sign-in", "/sign-in?left=yes", "/register"])
async def test_the_public_pages_speak_english_throughout(browser: Browser, address: str) -> None:
    joint = "&" if "?" in address else "?"
    said = words(await browser.get(f"{address}{joint}lang=en"))
    assert re.findall(r"[\u3400-\u9fff]+", said.replace("一窗", "").replace("中文", "")) == []


async def test_refusals_at_the_door_speak_english_too(browser: Browser) -> None:
    await browser.get("/sign-in?lang=en")
    assert "Wrong account or password" in words(await try_in(browser, "li.min"))
    answer = await browser.send_form("/register", {"name": "", "password": "short"})
    assert "A password has at least 10 characters" in words(answer)
