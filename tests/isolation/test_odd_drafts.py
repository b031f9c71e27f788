"""Drafts as nobody should write them, and people who write them at the same time.

A draft may be wrong in every part: each page of the studio and each question of its API answers all
the same, with a page or a refusal in words, and nothing is half written.
"""

import asyncio
import contextlib
import io
import random
import zipfile
from typing import Any

import orjson
import pytest
from browsing import Browser
from world import Town, package_of

from onewindow import rooms
from onewindow.errors import Invalid
from onewindow.matters.difference import difference
from onewindow.matters.mending import in_shape
from onewindow.matters.package import read_zip, write_zip

API = "/api/matters/food-business/draft"
PAGES = "/configure/matters/food-business/draft"
LOOKED_AT = (
    f"{API}/findings", f"{API}/surroundings", f"{PAGES}/settings/papers", f"{PAGES}/forms",
    f"{PAGES}/process", f"{PAGES}/play", f"{PAGES}/tests", f"{PAGES}/guide", f"{PAGES}/arrival",
    f"{PAGES}/publication", f"{PAGES}/papers/acceptance", f"{PAGES}/certificates/certificate",
)  # fmt: skip
MISFITS: tuple[Any, ...] = (1, "x", [1], [[]], {"zh": ["x"]}, [{"key": [1]}], {"a": {"b": 1}}, [{}])
START = {"at": "2026-03-02T09:00:00+08:00"}


@pytest.fixture
async def keeper(town: Town, desk_of) -> Browser:
    desk = await desk_of("configurator.qingxi")
    desk.headers.update({"x-csrftoken": await desk.csrf_token(), "accept": "application/json"})
    return desk


async def save(keeper: Browser, part: str, content: bytes | str) -> Any:
    """As the studio saves: made from what is there now."""
    there = await keeper.get(f"{API}/parts/{part}")
    made_from = {"if-match": there.headers["etag"]}
    return await keeper.put(f"{API}/parts/{part}", headers=made_from, content=content)


async def test_whatever_stands_in_a_definition_every_page_answers(keeper: Browser) -> None:
    """One misfit in each property, all properties wrong at once, and nothing at all."""
    chance = random.Random(20261122)
    definition = (await keeper.get(f"{API}/parts/definition")).json()
    others = [name for name in definition if name not in ("key", "schema")]
    drafts = [{**definition, name: chance.choice(MISFITS)} for name in others]
    drafts += [{**definition, **dict.fromkeys(others, misfit)} for misfit in MISFITS[:2]]
    drafts.append({"key": definition["key"]})
    drafts.append({**definition, "certificate": {**definition["certificate"], "number": "none"}})
    broken = []
    for draft in drafts:
        saved = await save(keeper, "definition", orjson.dumps(draft))
        assert saved.status_code == 200, saved.text
        answers = [await keeper.get(address) for address in chance.sample(LOOKED_AT, 4)]
        answers.append(await keeper.post(f"{API}/play", json={"scenario": {"start": START}}))
        answers.append(await keeper.post(f"{API}/publication", json={}))
        broken += [(a.url.path, draft) for a in answers if a.status_code >= 500]
    assert broken == []


def test_the_difference_says_that_something_unreadable_changed() -> None:
    whole = package_of("food-business")
    for misfit in MISFITS:
        odd = type(whole)(
            {**whole.definition, "steps": misfit}, whole.process, whole.decisions, whole.forms
        )
        assert difference(whole, odd).changes
        assert difference(odd, whole).changes
    assert in_shape(whole.definition) == whole.definition


HOSTILE = {
    "process": (
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<!DOCTYPE l [<!ENTITY a "aaaaaaaa"><!ENTITY b "' + "&a;" * 5000 + '">]><l>&b;</l>',
        '<?xml-stylesheet href="http://evil.test"?><a/>',
        "<a>" * 5000 + "</a>" * 5000,
        "<a>" + "<b/>" * 30_000 + "</a>",
        '<?xml version="1.0" encoding="x-nothing"?><a/>',
        "",
        "\x00",
    ),
    "definition": (
        '{"key":"food-business","a":' + "[" * 100 + "]" * 100 + "}",
        '{"key":"food-business","a":' + "[" * 50_000 + "]" * 50_000 + "}",
        '{"key":"food-business","a":NaN}',
        '{"key":"food-business","a":1e999}',
        '{"key":"food-business","a":"\\ud800"}',
        '{"key":"food-business","a\\u0000":1}',
        '{"key":"another"}',
        "[]",
        "",
    ),
}


@pytest.mark.parametrize("part", HOSTILE)
async def test_what_cannot_be_kept_is_refused_in_words_and_changes_nothing(
    keeper: Browser, part: str
) -> None:
    before = (await keeper.get(API)).json()
    for content in HOSTILE[part]:
        answer = await save(keeper, part, content)
        assert answer.status_code == 422, (content[:60], answer.text)
        assert answer.json()["fields"][0]["message"], content[:60]
    assert (await save(keeper, part, b" " * (5 << 20))).status_code == 413
    assert (await keeper.get(API)).json() == before


def test_a_broken_or_hostile_zip_is_refused_and_never_breaks() -> None:
    good = write_zip(package_of("food-business"))

    def with_more(name: str, content: str, how: int = zipfile.ZIP_DEFLATED) -> bytes:
        made = io.BytesIO(good)
        with zipfile.ZipFile(made, "a") as archive:
            archive.writestr(name, content, compress_type=how)
        return made.getvalue()

    odd = [
        b"", b"PK\x03\x04" + b"x" * 100, good[: len(good) // 2],
        with_more("../../evil.json", "{}"), with_more("/etc/evil.json", "{}"),
        with_more("forms/<img src=x onerror=alert(1)>.json", "{}"),
        with_more("forms/below/apply.json", "{}"),
        with_more("tests/bomb.json", "[" * (40 << 20)), with_more("tests/new.json", "{}"),
        with_more("tests/deep.json", '{"a":' + "[" * 900 + "]" * 900 + "}"),
        with_more("note.txt", "x", zipfile.ZIP_LZMA),
    ]  # fmt: skip
    for data in odd:
        with pytest.raises(Invalid):
            read_zip(data)
    chance = random.Random(20261122)
    for _round in range(150):
        changed = bytearray(good)
        for _byte in range(6):
            changed[chance.randrange(len(good))] = chance.randrange(256)
        with contextlib.suppress(Invalid):  # the usual end
            assert read_zip(bytes(changed)).hash == package_of("food-business").hash


async def test_two_who_save_begin_or_publish_at_once_never_write_over_each_other(
    keeper: Browser,
) -> None:
    there = await keeper.get(f"{API}/parts/process")
    made_from = {"if-match": there.headers["etag"]}
    saves = await asyncio.gather(
        *(
            keeper.put(f"{API}/parts/process", headers=made_from, content=there.text + " " * n)
            for n in range(1, 5)
        )
    )
    assert sorted(each.status_code for each in saves) == [200, 412, 412, 412]
    new = {
        "key": "one-only", "name": {"zh": "甲", "en": "A"}, "department": "service-centre",
        "legal_basis": "某条例第一条",
    }  # fmt: skip
    begun = await asyncio.gather(*(keeper.post("/api/matters", json=new) for _ in range(4)))
    assert sorted(each.status_code for each in begun) == [201, 422, 422, 422]


@pytest.mark.parametrize(
    "change",
    [
        {"copy": {"tenant": "x", "key": 1}},
        {"copy": {"tenant": 10**18, "key": "food-business"}},
        {"item_type": ["licence"]},
        {"item_type": {"a": 1}},
        {"key": {"a": 1}},
        {"audience": [{}, 1]},
        {"name": {"zh": ["a"], "en": 1}},
    ],
)
async def test_a_matter_begun_with_nonsense_is_refused(
    keeper: Browser, change: dict[str, Any]
) -> None:
    new = {"name": {"zh": "甲", "en": "A"}, "department": "service-centre", "legal_basis": "x"}
    answer = await keeper.post("/api/matters", json={**new, **change})
    assert answer.status_code in (201, 400, 422), answer.text
    assert answer.status_code != 201 or "copy" not in change


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+00:00", 1e300])
async def test_a_play_outside_the_calendar_is_refused(keeper: Browser, at: Any) -> None:
    answer = await keeper.post(f"{API}/play", json={"scenario": {"start": {"at": at}}})
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"] == "start.at"


@pytest.mark.parametrize(
    "body",
    [b"[" * 20_000, b'{"expression":"1","names":' + b'{"a":' * 300 + b"1" + b"}" * 301, b"{}"],
)
async def test_a_question_nested_without_end_is_refused(keeper: Browser, body: bytes) -> None:
    sent = {"content-type": "application/json"}
    for what in ("check", "evaluate"):
        answer = await keeper.post(f"/api/expressions/{what}", content=body, headers=sent)
        assert answer.status_code == 422, answer.text


async def test_a_number_of_a_million_digits_is_no_pattern(keeper: Browser) -> None:
    answer = await keeper.get("/api/certificate-numbers", params={"pattern": "{serial:1000000}"})
    assert answer.json() == {"next": ""}


SLOW = "count(for a in 1..9999, b in 1..9999 return a) > 1"
TABLE = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"'
    ' namespace="n"><decision id="x" name="x"><variable id="v" name="x"/>'
    '<decisionTable id="t" hitPolicy="UNIQUE"><input id="i"><inputExpression id="e"'
    f' typeRef="number"><text>c</text></inputExpression></input><output id="o" name="x"/>'
    f'<rule id="r"><inputEntry id="q"><text>{SLOW}</text></inputEntry><outputEntry id="z">'
    "<text>1</text></outputEntry></rule></decisionTable></decision></definitions>"
)


async def test_nobody_at_a_counter_waits_for_a_draft_that_goes_on_and_on(
    keeper: Browser, desk_of
) -> None:
    """Both benches for drafts are taken, more wait: the inbox and its engine answer meanwhile."""
    window = await desk_of("li.min")
    await window.get("/inbox")
    rooms.feel().evaluate("1", {})
    trial = {"content": TABLE, "decision": "x", "rows": [{"c": 1}] * 100}
    heavy = [
        asyncio.create_task(keeper.post(f"{API}/decisions/x/trial", json=trial)) for _ in range(4)
    ]
    await asyncio.sleep(0.1)
    for _round in range(3):
        assert (await window.get("/inbox")).status_code == 200
        assert rooms.feel().evaluate("1 + 1", {}) == 2
    assert not any(task.done() for task in heavy[2:]), "the counter waited for a draft"
    answers = await asyncio.gather(*heavy)
    assert all(len(answer.json()["answers"]) == 100 for answer in answers)
