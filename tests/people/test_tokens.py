"""Access tokens: what a program may do for a person, and when it no longer may."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from browsing import ADDRESS, Browser, words
from world import Town

from onewindow import clock, db
from onewindow.people import bearers, gate

BrowserOf = Callable[..., Awaitable[Browser]]
KEEPER = "wu.fan"


async def made(browser: Browser, *scopes: str, days: int = 30) -> str:
    answer = await browser.send_form(
        "/account/tokens", {"name": "夜间发布", "scopes": list(scopes), "days": days}
    )
    assert answer.status_code == 201 or answer.status_code == 200, words(answer)
    return next(word for word in words(answer).split() if word.startswith("owt_"))


def program(app: Any, token: str, **more: Any) -> httpx.AsyncClient:
    """A client with nothing but the token: no cookies, no CSRF token."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=("10.9.9.9", 1)),
        base_url=ADDRESS,
        headers={"authorization": f"Bearer {token}", **more},
    )


async def test_a_program_reads_and_writes_drafts_with_its_owners_rights(
    town: Town, browser_of: BrowserOf, app: Any
) -> None:
    browser = await browser_of(KEEPER)
    token = await made(browser, "matters:read", "matters:write")
    assert token not in (await browser.get("/account/tokens")).text  # said once
    async with program(app, token) as client:
        listed = await client.get("/api/matters")
        assert listed.status_code == 200
        own = {row["key"] for row in (await browser.get("/api/matters")).json()}
        assert {row["key"] for row in listed.json()} == own
        key = sorted(own)[0]
        begun = await client.post(f"/api/matters/{key}/draft", json={})
        assert begun.status_code == 201, begun.text
        part = await client.get(f"/api/matters/{key}/draft/parts/definition")
        saved = await client.put(
            f"/api/matters/{key}/draft/parts/definition",
            json={**part.json(), "keywords": ["令牌"]},
            headers={"if-match": part.headers["etag"]},
        )
        assert saved.status_code == 200, saved.text
    with db.as_system():
        row = await db.fetchrow("select * from access_token")
        by = await db.fetchval("select max(changed_by) from matter_version where state = 'draft'")
    assert token not in str(dict(row))
    assert row["used_at"] is not None
    assert by == row["person_id"]


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/api/matters", "matters:read"),
        ("GET", "/api/matters/x/draft/publication", "matters:read"),
        ("POST", "/api/matters", "matters:write"),
        ("PUT", "/api/matters/x/draft/parts/forms/apply", "matters:write"),
        ("POST", "/api/matters/x/draft/publication", "matters:publish"),
        ("POST", "/api/matters/x/migrations", "matters:publish"),
        ("GET", "/api/matters/x/migrations/1", "matters:publish"),
        ("DELETE", "/api/matters/x", "matters:publish"),
        ("GET", "/api/matters/x", "matters:read"),
        ("GET", "/api/matters/x/versions/2/package", "matters:read"),
        ("PUT", "/api/matters/x/draft/package", "matters:write"),
        ("PUT", "/api/matters/x/package", "matters:publish"),
        ("PUT", "/api/matters/x/draft/parts/forms/publication", "matters:write"),
        ("DELETE", "/api/matters/x/draft/publication", "matters:publish"),
        ("POST", "/api/matters/x/draft/review", "matters:publish"),
        ("POST", "/api/matters/x/suspension", "matters:publish"),
        ("GET", "/api/matters/x/difference", "matters:read"),
        ("POST", "/api/matters/x/upstream", "matters:write"),
        ("POST", "/api/reviews/qingxi/x/2", "matters:publish"),
        ("POST", "/api/adoptions", "matters:write"),
        ("POST", "/api/drawings", "matters:read"),
        ("POST", "/api/expressions/check", "matters:read"),
        ("PUT", "/api/form-blocks/person", "matters:write"),
        ("GET", "/api/else", None),
        ("GET", "/api", None),
        ("GET", "api/matters", None),
        ("GET", "/", None),
    ],
)
def test_each_address_needs_one_scope_and_unknown_ones_the_highest_or_none(
    method: str, path: str, scope: str | None
) -> None:
    assert bearers.scope_needed(method, path) == scope


async def test_without_the_scope_a_program_is_told_which_it_lacks(
    town: Town, browser_of: BrowserOf, app: Any
) -> None:
    browser = await browser_of(KEEPER)
    token = await made(browser, "matters:read")
    async with program(app, token) as client:
        refused = await client.post("/api/matters/food-business/draft", json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")
    assert "matters:write" in refused.json()["message"]


async def test_a_token_opens_the_api_and_nothing_else(
    town: Town, browser_of: BrowserOf, app: Any
) -> None:
    token = await made(await browser_of(KEEPER), *bearers.SCOPES)
    async with program(app, token, accept="text/html") as client:
        for page in ("/account", "/configure/matters", "/account/tokens", "/admin/"):
            answer = await client.get(page)
            assert answer.status_code in (303, 404), page
        made_by_itself = await client.post("/account/tokens", data={"name": "x"})
    assert made_by_itself.status_code == 403


async def test_revoked_expired_and_made_up_tokens_open_nothing(
    town: Town, browser_of: BrowserOf, app: Any
) -> None:
    browser = await browser_of(KEEPER)
    revoked, expired = await made(browser, "matters:read"), await made(browser, "matters:read")
    with db.as_system():
        first = await db.fetchval("select min(id) from access_token")
        await db.execute(
            "update access_token set ends_at = $1 where id <> $2",
            clock.now() - timedelta(seconds=1),
            first,
        )
    await browser.send_form(f"/account/tokens/{first}/closure")
    for token in (revoked, expired, "owt_made-up", "x"):
        async with program(app, token) as client:
            answer = await client.get("/api/matters")
        assert (answer.status_code, answer.json()["code"]) == (401, "token-unknown")


async def test_a_token_revoked_while_a_request_comes_in_slowly_changes_nothing(
    town: Town, browser_of: BrowserOf, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "SLOW", 0.0)
    browser = await browser_of(KEEPER)
    token = await made(browser, "matters:write")

    async def in_parts() -> AsyncIterator[bytes]:
        yield b"{"
        with db.as_system():
            await db.execute("update access_token set revoked_at = now()")
        yield b"}"

    async with program(app, token) as client:
        answer = await client.post(
            "/api/matters/food-business/draft",
            content=in_parts(),
            headers={"content-type": "application/json"},
        )
    assert (answer.status_code, answer.json()["code"]) == (401, "token-unknown")


async def test_a_session_cookie_does_not_help_a_token_and_still_needs_its_csrf_token(
    town: Town, browser_of: BrowserOf
) -> None:
    browser = await browser_of(KEEPER)
    bad = await browser.get("/api/matters", headers={"authorization": "Bearer owt_made-up"})
    assert bad.status_code == 401
    unguarded = await browser.post("/api/matters/food-business/draft", json={})
    assert unguarded.status_code == 403
    assert "/api/" not in str(unguarded.headers.get("location", ""))


async def test_rights_lost_by_the_person_are_lost_by_the_token(
    town: Town, browser_of: BrowserOf, app: Any
) -> None:
    token = await made(await browser_of(KEEPER), "matters:read")
    with db.as_system():
        await db.execute(
            "delete from post_holder where person = (select id from person where username = $1)",
            KEEPER,
        )
    async with program(app, token) as client:
        assert (await client.get("/api/matters")).status_code == 403
    with db.as_system():
        await db.execute("update person set active = false where username = $1", KEEPER)
    async with program(app, token) as client:
        assert (await client.get("/api/matters")).status_code == 401


async def test_another_persons_token_cannot_be_seen_or_revoked(
    town: Town, browser_of: BrowserOf, app: Any
) -> None:
    token = await made(await browser_of(KEEPER), "matters:read")
    stranger = await browser_of("li.min")
    assert "夜间发布" not in words(await stranger.get("/account/tokens"))
    with db.as_system():
        id = await db.fetchval("select id from access_token")
    await stranger.send_form(f"/account/tokens/{id}/closure")
    async with program(app, token) as client:
        assert (await client.get("/api/matters")).status_code == 200


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": " ", "scopes": "matters:read", "days": 30}, "请填写名称"),
        ({"name": "x", "days": 30}, "至少选择一项权限"),
        ({"name": "x", "scopes": "everything", "days": 30}, "至少选择一项权限"),
        ({"name": "x", "scopes": "matters:read", "days": 4000}, "请选择有效期"),
    ],
)
async def test_a_token_needs_a_name_a_scope_and_an_end(
    town: Town, browser_of: BrowserOf, data: dict[str, Any], said: str
) -> None:
    answer = await (await browser_of(KEEPER)).send_form("/account/tokens", data)
    assert answer.status_code == 422
    assert said in words(answer)


async def test_who_asks_too_often_is_told_to_wait(
    town: Town, browser_of: BrowserOf, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bearers, "A_MINUTE", 3)
    monkeypatch.setattr(bearers, "_meter", bearers._Meter())
    token = await made(await browser_of(KEEPER), "matters:read")
    async with program(app, token) as client:
        answers = [await client.get("/api/matters") for _n in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
