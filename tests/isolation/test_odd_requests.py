"""Addresses and bodies as nobody should send them: every route answers, none breaks.

Values that have broken systems before, in every place that a request has: path, query, body. What
comes back is a refusal in words with its right status, never a fault of ours; and nothing changes.
"""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import Browser
from fingerprints import everything
from routes import pages_of
from things import things_of
from world import Town

ODD = (
    "0",
    "-1",
    "9" * 30,
    "1e9",
    "NaN",
    "²",
    "%00",
    "a%00b",
    "%ff%fe",
    "..%2f..%2fetc%2fpasswd",
    "';drop table cases;--",
    "%25",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "一窗" * 40,
    "x" * 3000,
    "00000000-0000-0000-0000-000000000000",
    "null",
    "%F0%9F%A6%84",
)
QUERIES = (
    "q", "before", "after", "page", "state", "matter", "stage", "light", "whose", "words", "keep",
    "at", "small", "type", "number", "next", "lang", "done", "late", "record", "name", "claimed",
    "transferred", "sort", "year", "anew",
)  # fmt: skip
MARKERS = ("2024-01-01_5", "never_x", "2024-01-01T00:00:00+00:00_" + "9" * 30, "_", "never_1")
GONE = ("/live", "/unavailable")


@pytest.fixture
async def crowd(town: Town, desk_of) -> dict[str, Browser]:
    """Somebody for each door there is, who come back day after day."""
    return {
        "applicant": await desk_of("13800000001"),
        "window": await desk_of("li.min"),
        "configurator": await desk_of("wu.fan"),
        "operator": await desk_of("zhou.ming"),
    }


def filled(path: str, known: dict[str, Any], chance: random.Random) -> Iterator[str]:
    """The address with one of its parts odd and the others right; as it is if it has none."""
    parts = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    if not parts:
        yield path
        return
    for part in parts:
        for odd in chance.sample(ODD, 6):
            yield path.format_map({**known, part: odd})


async def test_no_odd_address_breaks_anything(town: Town, app: Any, crowd) -> None:
    chance = random.Random(20261122)
    known = {**await things_of(town, "qingxi"), "name": "x"}
    broken = []
    paths = [path for method, path in pages_of(app) if method == "GET" and path not in GONE]
    for path in paths:
        for address in filled(path, known, chance):
            names = chance.sample(QUERIES, 3)
            query = "&".join(f"{name}={chance.choice((*ODD, *MARKERS))}" for name in names)
            for who, browser in crowd.items():
                answer = await browser.get(f"{address}?{query}")
                if answer.status_code >= 500:
                    broken.append((who, f"{address[:200]}?{query[:200]}", answer.status_code))
    assert broken == []


BODIES: tuple[dict[str, Any], ...] = (
    {"content": b"{", "headers": {"content-type": "application/json"}},
    {"content": b"[]", "headers": {"content-type": "application/json"}},
    {"content": b'"text"', "headers": {"content-type": "application/json"}},
    {"content": b"\xff\xfe{}", "headers": {"content-type": "application/json"}},
    {"content": b"null", "headers": {"content-type": "application/json"}},
    {"content": b"[" * 20000, "headers": {"content-type": "application/json"}},
    {"json": {name: {"a": [1, {"b": None}]} for name in ("answers", "items", "to", "task")}},
    {"json": dict.fromkeys(("to", "task", "revision", "holding", "office", "job"), "9" * 30)},
    {"json": dict.fromkeys(("why", "answers", "outcome", "name", "reasons"), "a\x00b")},
    {"json": {"answers": {"operator_name": "a\x00b", "floor_area": 1e308, "staff": "x"}}},
    {"json": {"answers": {"x" * 5000: "y"}, "revision": 2**70, "outcome": ["a"]}},
    {"content": b"--x", "headers": {"content-type": "multipart/form-data; boundary=x"}},
    {"content": b"\x00\x01\x02", "headers": {"content-type": "text/plain"}},
    {"content": b"a=%00&answers=%7B&to=" + b"9" * 30 + b"&task=x&office=-1"},
    {"content": b"=&&&==&;", "headers": {"content-type": "application/x-www-form-urlencoded"}},
    {"content": b"a" * 70000, "headers": {"content-type": "application/x-www-form-urlencoded"}},
)
# They end the session, or stretch passwords on purpose, which takes its time.
NOT_HERE = ("/sign-out", "/sign-in", "/sign-in/code", "/register", "/account/password")


async def test_no_odd_body_breaks_or_changes_anything_of_others(
    town: Town, app: Any, crowd
) -> None:
    chance = random.Random(20261122)
    known = {**await things_of(town, "qingxi"), "name": "x"}
    before = await everything(town.tenants["baishi"])
    broken = []
    for method, path in pages_of(app):
        if method == "GET" or path in NOT_HERE:
            continue
        address = path.format_map(known)
        for who, browser in crowd.items():
            token = {"x-csrftoken": await browser.csrf_token(), "accept": "application/json"}
            for body in chance.sample(BODIES, 4):
                more = {**body, "headers": {**token, **body.get("headers", {})}}
                answer = await browser.request(method, address, **more)
                if answer.status_code >= 500:
                    broken.append((who, method, path, repr(body)[:150], answer.status_code))
    assert broken == []
    after = await everything(town.tenants["baishi"])
    # The city's operator may run anybody's failed jobs again.
    assert {**after, "pgqueuer": ""} == {**before, "pgqueuer": ""}


async def test_nothing_is_changed_without_the_token_of_a_page(
    town: Town, app: Any, crowd, browser: Browser
) -> None:
    known = {**await things_of(town, "qingxi"), "name": "x"}
    before = await everything(town.tenants["qingxi"])
    for method, path in pages_of(app):
        if method == "GET":
            continue
        if path.startswith("/configure"):
            known["number"] = known["draft_version"]
        address = path.format_map(known)
        for who, visitor in {**crowd, "public": browser}.items():
            answer = await visitor.request(method, address, data={"why": "x"})
            assert answer.status_code == 403, (who, method, path, answer.status_code)
            wrong = await visitor.request(method, address, headers={"x-csrftoken": "0" * 128})
            assert wrong.status_code == 403, (who, method, path)
    assert "页面已失效" in answer.text
    assert await everything(town.tenants["qingxi"]) == before


async def test_refusals_are_sentences_with_a_stable_code(town: Town, crowd) -> None:
    for address, status, code in (
        ("/cases", 403, "forbidden"),
        ("/applications/nothing-like-that", 404, "not-there"),
        ("/places/nowhere", 404, "not-there"),
        ("/matters/qingxi/nothing", 404, "not-offered-here"),
        ("/operations/jobs", 403, "forbidden"),
    ):
        answer = await crowd["applicant"].get(address, headers={"accept": "application/json"})
        body = answer.json()
        assert (answer.status_code, body["code"]) == (status, code), address
        assert body["message"].endswith(("。", "）"))
        page = await crowd["applicant"].get(address)
        assert body["message"] in page.text


async def test_an_address_of_everybodys_is_never_a_way_out(crowd) -> None:
    """Where somebody comes back to after signing in is always a page of ours."""
    applicant = crowd["applicant"]
    ways = ("//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)", "\x00")
    for there in ways:
        answer = await applicant.get("/sign-in", params={"next": there})
        assert answer.status_code < 500
        assert "evil.test" not in answer.headers.get("location", "")
