"""Every address of the site, called by everybody with what belongs to somebody else.

The addresses are read from the running application. One without a rule fails the test: who adds a
page says in `addresses.py` what it may show and to whom. The panel's walk: `test_panel.py`.
"""

import asyncio
from typing import Any

import pytest
import uploads
from addresses import RULES, TRIED_WITH, Rule
from browsing import Browser
from busy import CAST, MARKS
from fingerprints import everything
from routes import pages_of
from things import Things, things_of
from walkers import OTHER, walkers
from world import Town

REFUSALS = (403, 404)


def test_every_address_of_the_site_has_its_rule(app: Any) -> None:
    answered = {f"{method} {path}" for method, path in pages_of(app)}
    assert answered - set(RULES) == set(), "say in addresses.py what these may show, and to whom"
    assert set(RULES) - answered == set(), "these addresses are gone"


@pytest.mark.parametrize("county", MARKS)
async def test_nobody_reaches_anything_of_the_other_county(
    town: Town, desk_of, app: Any, county: str
) -> None:
    foreign = await things_of(town, OTHER[county])
    before = await everything(foreign["tenant"])
    for login in walkers(county):
        desk = await desk_of(login)
        for address, rule in RULES.items():
            await walk(desk, address, rule, foreign, login)
    async with Browser(app) as public:
        for address, rule in RULES.items():
            if rule.kind in ("refused", "harmless", "open"):
                await walk(public, address, rule, foreign, "the public")
    assert await everything(foreign["tenant"]) == before


async def walk(desk: Browser, address: str, rule: Rule, foreign: Things, who: str) -> None:
    """Call an address as `who` with foreign things; hold the answer to its rule."""
    if rule.kind in ("account", "stream", "verified"):
        return
    method, path = address.split(" ")
    names = foreign
    if address in TRIED_WITH:
        names = {**foreign, "number": foreign[TRIED_WITH[address]]}
    if path.startswith(("/configure", "/api")):
        names = {**names, "number": foreign["draft_version"]}
    if "/form-blocks/" in path:
        names = {**names, "key": foreign["block"]}
    more: dict[str, Any] = {}
    if method != "GET":
        more["headers"] = {"x-csrftoken": await desk.csrf_token()}
        if rule.file:
            more["files"] = {"file": ("x.pdf", uploads.pdf())}
        elif method == "DELETE":
            more["params"] = rule.body(names)
        else:
            more["json" if rule.json else "data"] = rule.body(names)
    answer = await desk.request(method, path.format_map(names), **more)
    where = (who, address, answer.status_code)
    assert answer.status_code < 500 or path == "/unavailable", where
    for mark in foreign["marks"]:
        # What was typed may come back; nothing else may.
        typed = mark in path.format_map(names) or mark in repr(more)
        assert typed or mark not in answer.text, (*where, mark)
    if rule.kind == "refused":
        to_sign_in = answer.is_redirect and answer.headers["location"].startswith("/sign-in")
        ok = answer.status_code in REFUSALS or (
            who == "the public" and (to_sign_in or answer.status_code == 401)
        )
        assert ok, (*where, answer.headers.get("location"))


@pytest.mark.parametrize("county", MARKS)
async def test_the_same_addresses_open_to_those_whose_things_they_are(
    town: Town, desk_of, county: str
) -> None:
    """Else the walk above would prove nothing."""
    own = await things_of(town, county)
    applicant, window = [await desk_of(login) for login in CAST[county][:2]]
    keeper = await desk_of(f"configurator.{county}")
    operator = await desk_of(f"operator.{county}")
    for who, address in (
        (applicant, "/applications"),
        (applicant, "/applications/{number}"),
        (applicant, "/applications/{number}/receipt"),
        (applicant, "/applications/{draft}"),
        (applicant, "/applications/{draft}/form"),
        (applicant, "/applications/{draft}/materials"),
        (applicant, "/applications/{draft}/check"),
        (applicant, "/cases/{number}/certificates/{code}"),
        (applicant, "/cases/{number}/papers/0"),
        (applicant, "/cases/{draft}/files/{file}"),
        (applicant, "/cases/{draft}/files/{file}/view"),
        (applicant, "/cases/{draft}/files/{file}/preview"),
        (window, "/inbox"),
        (window, "/cases"),
        (window, "/cases/{number}"),
        (window, "/cases/{number}/process"),
        (window, "/counter"),
        (window, "/certificates"),
        (keeper, "/configure/matters/food-business"),
        (keeper, "/configure/matters/food-business/versions/{draft_version}"),
        (keeper, "/configure/matters/food-business/migrations/{migration}"),
        (keeper, "/configure/matters/food-business/migrations/{migration}/report"),
        (operator, "/cases/{open}/repair"),
        (keeper, "/configure/matters/food-business/draft/process"),
        (keeper, "/configure/matters/food-business/draft/forms/apply"),
        (keeper, "/configure/matters/food-business/draft/settings/materials"),
        (keeper, "/configure/matters/food-business/draft/play"),
        (keeper, "/configure/matters/food-business/draft/guide"),
        (keeper, "/configure/matters/food-business/draft/papers/receipt"),
        (keeper, "/configure/form-blocks"),
        (keeper, "/people/{login}"),
        (operator, "/operations/jobs"),
    ):
        answer = await who.get(address.format_map(own))
        assert answer.status_code == 200, (address, answer.status_code)
        binary = answer.headers["content-type"].split(";")[0] not in ("text/html",)
        editor = "/draft/" in address  # fetches what it edits
        if not binary and not editor and "process" not in address:
            marked = any(mark in answer.text for mark in own["marks"])
            assert marked, (address, "shows nothing of its own")
    draft = await keeper.get("/api/matters/food-business/draft/parts/definition")
    assert MARKS[county] in draft.text


async def test_the_live_count_is_of_ones_own_inbox(town: Town, desk_of) -> None:
    for county in MARKS:
        window = await desk_of(CAST[county][1])
        waiting = (await window.get("/inbox", headers={"accept": "application/json"})).json()
        first = await first_event(window, "/live")
        assert f"data: {len(waiting['results'])}" in first
    applicant = await desk_of("13800000001")
    assert (await applicant.get("/live")).status_code == 403


async def first_event(browser: Browser, path: str) -> str:
    """The first bytes of an endless answer; then the browser goes away."""
    sent: list[bytes] = []
    asked, heard = False, asyncio.Event()

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await heard.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200
        elif message.get("body"):
            sent.append(message["body"])
            heard.set()

    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"window.test"), (b"cookie", cookies.encode())],
        "client": ("10.1.1.1", 1),
        "server": ("window.test", 80),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
        "extensions": {},
    }
    async with asyncio.timeout(10):
        await browser._transport.app(scope, receive, send)
    return b"".join(sent).decode()
