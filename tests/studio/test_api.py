"""What programs do with a bearer token: the same as the studio's pages, with the same rights."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import httpx
import pytest
from browsing import ADDRESS, Browser, words
from casework import case_row
from cast import Cast
from newer import WITHOUT_INSPECT, publish
from world import Town

from onewindow import clock, db, jobs
from onewindow.matters import actions as matters
from onewindow.matters.blank import Office, blank
from onewindow.matters.package import Package

ProgramOf = Callable[..., Awaitable[httpx.AsyncClient]]
FOOD = "/api/matters/food-business"
SCOPES = ("matters:read", "matters:write", "matters:publish")


@pytest.fixture
async def program_of(
    town: Town, app: Any, desk_of: Callable[..., Awaitable[Browser]]
) -> AsyncIterator[ProgramOf]:
    """`await program_of("wu.fan")`: a client with nothing but that person's token."""
    async with AsyncExitStack() as stack:

        async def program(login: str, *scopes: str) -> httpx.AsyncClient:
            made = await (await desk_of(login)).send_form(
                "/account/tokens", {"name": "程序", "scopes": list(scopes or SCOPES), "days": 30}
            )
            token = next(word for word in words(made).split() if word.startswith("owt_"))
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(app, client=("10.9.9.9", 1)),
                base_url=ADDRESS,
                headers={"authorization": f"Bearer {token}"},
            )
            return await stack.enter_async_context(client)

        yield program


async def changed(program: httpx.AsyncClient, **definition: Any) -> None:
    """A draft of the food licence with these settings."""
    begun = await program.post(f"{FOOD}/draft", json={})
    assert begun.status_code == 201, begun.text
    part = await program.get(f"{FOOD}/draft/parts/definition")
    saved = await program.put(
        f"{FOOD}/draft/parts/definition",
        json={**part.json(), **definition},
        headers={"if-match": part.headers["etag"]},
    )
    assert saved.status_code == 200, saved.text


async def test_cases_are_rehearsed_and_taken_to_another_version(
    town: Town, cast: Cast, program_of: ProgramOf
) -> None:
    receipt = await cast.food("inspect")
    version = await publish(town, *WITHOUT_INSPECT)
    keeper = await program_of("wu.fan")
    stays = await keeper.post(
        f"{FOOD}/migrations/rehearsal", json={"from": 1, "elements": {"inspect": ""}}
    )
    (case,) = stays.json()["cases"]
    number = (await case_row(receipt))["number"]
    assert (case["number"], case["goes"], case["steps"]) == (number, False, ["inspect"])
    assert "未指定去处" in case["message"]
    # What is left out leads where it is likely.
    goes = (await keeper.post(f"{FOOD}/migrations/rehearsal", json={"from": 1, "to": 2})).json()
    assert goes["elements"] == {"inspect": "site_visit"}
    assert [each["goes"] for each in goes["cases"]] == [True]
    assert (await case_row(receipt))["version"] != version

    asked = {"from": 1, "cases": {"step": "inspect", "until": "2099-12-31"}, "reason": "按新规定。"}
    begun = await keeper.post(f"{FOOD}/migrations", json=asked)
    assert begun.status_code == 201, begun.text
    one = f"{FOOD}/migrations/{begun.json()['id']}"
    assert begun.json()["cases"] == asked["cases"]
    assert (await keeper.post(f"{one}/pause")).json()["state"] == "paused"
    await jobs.drain()
    assert (await keeper.get(one)).json()["waiting"] == 1
    assert (await keeper.delete(f"{one}/pause")).json()["state"] == "running"
    await jobs.drain()
    done = (await keeper.get(one)).json()
    assert (done["state"], done["moved"], done["from"], done["to"]) == ("done", 1, 1, 2)
    assert (await case_row(receipt))["version"] == version
    (line,) = (await keeper.get(f"{one}/report")).json()
    assert (line["number"], line["state"]) == (number, "moved")
    assert [row["id"] for row in (await keeper.get(f"{FOOD}/migrations")).json()] == [done["id"]]

    figures = (await keeper.get(f"{FOOD}/running", params={"version": 2})).json()
    now = {step["element"]: step["now"] for step in figures["steps"]}
    assert (figures["version"], now["site_visit"]) == (2, 1)
    # Applicants' names are not for those who may only look at drafts.
    reader = await program_of("wu.fan", "matters:read")
    assert (await reader.get(f"{one}/report")).status_code == 403
    assert (await reader.get(f"{FOOD}/running")).status_code == 200


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "from"),
        ({"from": 9}, "from"),
        ({"from": 1, "to": 9}, "to"),
        ({"from": 1, "cases": {"sinse": "2026-01-01"}}, "cases.sinse"),
        ({"from": 1, "cases": {"since": "last week"}}, "cases.since"),
        ({"from": 1, "cases": {"place": "nowhere"}}, "cases.place"),
        ({"from": 1, "elements": {"review": "check"}}, "elements.review"),
        ({"from": 1, "elements": {"inspect": "decide_gate"}}, "elements.inspect"),
        ({"from": 1, "values": {"made_up": "1"}}, "values.made_up"),
    ],
)
async def test_a_migration_that_cant_be_read_begins_nothing(
    town: Town, program_of: ProgramOf, asked: dict[str, Any], field: str
) -> None:
    await publish(town, *WITHOUT_INSPECT)
    keeper = await program_of("wu.fan")
    refused = await keeper.post(f"{FOOD}/migrations", json={**asked, "reason": "试"})
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["fields"]] == [field]
    assert (await keeper.get(f"{FOOD}/migrations")).json() == []


async def test_a_matter_is_suspended_taken_up_again_and_compared(
    town: Town, program_of: ProgramOf
) -> None:
    keeper = await program_of("wu.fan")
    silent = await keeper.post(f"{FOOD}/suspension", json={"resume": False})
    assert (silent.status_code, silent.json()["fields"][0]["field"]) == (422, "reason")
    suspended = await keeper.post(f"{FOOD}/suspension", json={"reason": "系统检修"})
    assert suspended.json() == {"key": "food-business", "state": "suspended"}
    assert (await keeper.get(FOOD)).json()["state"] == "suspended"
    resumed = await keeper.post(f"{FOOD}/suspension", json={"resume": True})
    assert resumed.json()["state"] == "published"

    await changed(keeper, keywords=["饭馆"])
    found = (await keeper.get(f"{FOOD}/difference")).json()
    assert (found["from"], found["to"], len(found["changes"])) == (1, 2, 1)
    assert "饭馆" in str(found["changes"])
    back = (await keeper.get(f"{FOOD}/difference", params={"from": "draft", "to": "1"})).json()
    assert (back["from"], back["to"]) == (2, 1)
    for wrong in ({"from": "9"}, {"to": "newest"}):
        assert (await keeper.get(f"{FOOD}/difference", params=wrong)).status_code == 404

    later = await keeper.post(f"{FOOD}/draft/publication", json={"at": "2099-01-01T08:00+08:00"})
    assert later.json()["state"] == "scheduled"
    assert (await keeper.delete(f"{FOOD}/draft/publication")).json()["state"] == "draft"
    assert (await keeper.delete(f"{FOOD}/draft/publication")).status_code == 404
    ended = await keeper.post(f"{FOOD}/withdrawal", json={"reason": "不再办理"})
    assert ended.json()["state"] == "withdrawn"


async def test_the_place_above_judges_what_is_asked_and_nobody_else(
    town: Town, program_of: ProgramOf
) -> None:
    keeper, city = await program_of("lu.jia"), await program_of("sun.yue")
    await changed(keeper, keywords=["饭馆"])
    asked = await keeper.post(f"{FOOD}/draft/review", json={"text": "加检索词"})
    assert (asked.status_code, asked.json()["state"]) == (200, "asked"), asked.text
    one = "/api/reviews/baishi/food-business/2"
    (row,) = (await city.get("/api/reviews")).json()
    assert (row["tenant"], row["number"], row["about"]) == ("baishi", 2, "changed")
    seen = (await city.get(one)).json()
    assert "饭馆" in str(seen["changes"])

    for login in ("wu.fan", "lu.jia"):  # the county beside it, and the one that asked
        other = await program_of(login)
        assert (await other.get(one)).status_code == 404
        assert (await other.post(one, json={"kind": "confirmed"})).status_code == 404
    wrong = await city.post(one.replace("baishi", "qingxi"), json={"kind": "confirmed"})
    assert wrong.status_code == 404
    assert (await city.post(one, json={"kind": "praised"})).status_code == 422
    stale = await city.post(one, json={"kind": "confirmed", "hash": "0" * 64})
    assert stale.status_code == 409
    reader = await program_of("sun.yue", "matters:read")
    assert (await reader.post(one, json={"kind": "confirmed"})).status_code == 403

    said = await city.post(one, json={"kind": "comment", "text": "为什么？", "place": "检索词"})
    assert said.status_code == 200
    assert [each["kind"] for each in (await city.get(one)).json()["talk"]] == ["asked", "comment"]
    assert (await city.post(one, json={"kind": "confirmed"})).status_code == 200
    assert (await city.get("/api/reviews")).json() == []
    done = await keeper.post(f"{FOOD}/draft/publication", json={})
    assert done.json()["state"] == "published", done.text
    # Taking the matter back is confirmed too.
    assert (await keeper.post(f"{FOOD}/withdrawal", json={})).status_code == 422
    ended = await keeper.post(f"{FOOD}/withdrawal", json={"reason": "调整"})
    assert ended.json()["state"] == "asked", ended.text
    assert [row["about"] for row in (await city.get("/api/reviews")).json()] == ["cancelled"]


async def test_a_county_adopts_a_matter_above_and_follows_it(
    town: Town, program_of: ProgramOf
) -> None:
    office = Office(
        "market-supervision", {"zh": "市场监督管理局", "en": ""}, ("reviewer", "decider")
    )
    made = blank("stall", {"zh": "摊位许可", "en": "Stall"}, office, legal_basis="某条例")
    newer = replace(made, definition={**made.definition, "summary": "=answers.applicant_name"})
    county, city = await program_of("wu.fan"), await program_of("zhou.ming")
    offered = {"place": "yunchuan", "key": "stall"}
    assert (await county.post("/api/adoptions", json=offered)).status_code == 404
    await published_above(town, made)
    offers = (await county.get("/api/adoptions")).json()
    assert offered in [{name: offer[name] for name in offered} for offer in offers]
    assert (await county.post("/api/adoptions", json=offered)).json() == {"key": "stall"}
    await published_above(town, newer)
    drift = (await county.get("/api/matters/stall/upstream")).json()
    assert (drift["taken"], drift["newest"], drift["behind"]) == (1, 2, True)
    pieces = [each["piece"] for each in drift["drift"]]
    assert (await county.post("/api/matters/stall/upstream", json={})).status_code == 422
    taken = await county.post("/api/matters/stall/upstream", json={"pieces": pieces})
    assert taken.json() == {"key": "stall", "lost": []}, taken.text
    assert (await county.get("/api/matters/stall/upstream")).json()["behind"] is False
    seen = (await city.get("/api/matters/stall/adopters")).json()
    assert [(each["place"], each["drafted"]) for each in seen["adopters"]] == [("qingxi", 2)]


async def published_above(town: Town, package: Package) -> None:
    with db.as_system():
        at = clock.now()
        version = await matters.save_draft(town.tenants["yunchuan"], package, by=None, now=at)
        await matters.publish(version, by=None, now=at)


async def test_drawings_of_other_tools_and_blocks_come_over_the_same_door(
    town: Town, program_of: ProgramOf
) -> None:
    keeper = await program_of("wu.fan")
    foreign = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"'
        ' name="备案"><startEvent id="s"/><task id="t" name="核对"/><endEvent id="e"/>'
        '<sequenceFlow id="a" sourceRef="s" targetRef="t"/>'
        '<sequenceFlow id="b" sourceRef="t" targetRef="e"/></process></definitions>'
    )
    made = (await keeper.post("/api/drawings", content=foreign)).json()
    assert (made["name"], "ow:" in made["process"]) == ("备案", True)
    assert {"fill_in"} <= {entry["severity"] for entry in made["report"]}
    await changed(keeper)
    part = await keeper.get(f"{FOOD}/draft/parts/process")
    put = await keeper.put(
        f"{FOOD}/draft/parts/process",
        content=made["process"].encode(),
        headers={"if-match": part.headers["etag"], "content-type": "application/xml"},
    )
    assert put.status_code == 200, put.text
    assert (await keeper.post("/api/drawings", content="<x/>")).status_code == 422

    schema = {"components": [{"type": "textfield", "key": "shop", "label": "店名"}]}
    kept = await keeper.put("/api/form-blocks/shop", json={"name": "店铺", "schema": schema})
    assert kept.status_code == 200, kept.text
    listed = {each["key"]: each["own"] for each in (await keeper.get("/api/form-blocks")).json()}
    assert listed["shop"] is True
    assert (await keeper.get("/api/form-blocks/shop")).json()["schema"] == schema
    assert (await keeper.delete("/api/form-blocks/shop")).status_code == 200
    assert (await keeper.get("/api/form-blocks/shop")).status_code == 404


def test_every_address_of_the_api_is_described_with_an_example(app: Any) -> None:
    from routes import pages_of

    from admin.configure.api_examples import EXAMPLES

    wanted = {f"{method} {path}" for method, path in pages_of(app) if path.startswith("/api/")}
    undescribed = {"GET /api/docs", "GET /api/openapi.json"}
    assert {a for a in wanted - undescribed if not EXAMPLES.get(a, {}).get("zh")} == set()
    assert set(EXAMPLES) - wanted == set()
