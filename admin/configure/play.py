"""Playing a draft and testing it: the two pages of the studio, and the API under them.

A play is its scenario: the page keeps the acts, the server goes through all of them each time and
answers with the whole picture. Nothing is kept but what is saved as a test, a part of the draft.
"""

import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Template

from admin.configure.studio import room
from onewindow import clock, db, rooms
from onewindow.errors import Invalid, NotThere, Refusal, TooMany
from onewindow.matters import actions, drafts
from onewindow.matters.drawing import drawing_in
from onewindow.matters.mending import in_shape
from onewindow.matters.package import Package
from onewindow.matters.versions import Version
from onewindow.papers import typesetting
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.rehearsal import expect, scenarios
from onewindow.rehearsal.coverage import coverage
from onewindow.rehearsal.expect import handed_out
from onewindow.rehearsal.picture import picture
from onewindow.rehearsal.scenario import LARGEST, Scenario, read_scenario, written
from onewindow.rehearsal.scenarios import Played, Stop
from onewindow.rehearsal.told import act_words
from onewindow.rehearsal.world import World
from onewindow.tenants.queries import places
from onewindow.tenants.rules import LEVEL_NAMES
from onewindow.web.errors import sentence
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language
from onewindow.web.requests import said

MOST_AT_ONCE = 3
"""Plays that one person may have under way: a page asks one after the other, and so does the frame
around it."""
MOST_PLACES = 200
WIDTH = 1240
"""Pixels of a paper's picture: A4 at 150 dots an inch."""


# ---- pages --------------------------------------------------------------------------------------


@get("/configure/matters/{key:str}/draft/play")
async def show_play(request: Request, clerk: Clerk, key: FromPath[str]) -> Template:
    """Play the draft; `test`: go on from a saved one."""
    actions.require_configurator(clerk)
    draft = await drafts.draft_of(clerk.tenant, key)
    tree = await places()
    here = [each for each in tree.subtree(clerk.tenant) if each.active]
    lang = language()
    definition = in_shape(draft.package.definition)
    told = {
        "apply": _apply_form(draft.package),
        "places": [
            [each.key, f"{each.named(lang)} · {LEVEL_NAMES[each.level][lang]}"]
            for each in here[:MOST_PLACES]
        ],
        "materials": [
            [str(each.get("key", "")), _said(each.get("name"))]
            for each in definition.get("materials", ())
            if not each.get("shared")
        ],
        "basis": [_said(each) for each in definition.get("guide", {}).get("legal_basis", ())],
        "tests": [[name, str(test.get("name") or name)] for name, test in _tests(draft.package)],
        "test": request.query_params.get("test", ""),
        "now": _this_minute(),
    }
    return await room(
        clerk, key, "", "configure/studio-play.html", section="play", draft=draft, told=told
    )


@get("/configure/matters/{key:str}/draft/tests")
async def show_tests(clerk: Clerk, key: FromPath[str]) -> Template:
    """The draft's scenarios with how they go, and what none of them goes through."""
    return await room(
        clerk, key, "", "configure/studio-tests.html", section="tests", now=_this_minute()
    )


@get("/configure/matters/{key:str}/draft/play/process", media_type="application/xml")
async def show_process(clerk: Clerk, key: FromPath[str]) -> Response[bytes]:
    """The draft's drawing in the reader's language; as it stands, where it can't be read."""
    package = await _package(clerk, key)
    try:
        world = await scenarios.world_for(package, clerk.tenant, ())
        version = await rooms.at_bench(scenarios.version_for, package, world)
        xml = drawing_in(version, language())
    except Refusal:
        xml = package.process.encode()
    return Response(xml, media_type="application/xml", headers={"cache-control": "no-store"})


# ---- the API ------------------------------------------------------------------------------------


@post("/api/matters/{key:str}/draft/play", status_code=200, request_max_body_size=2 * LARGEST)
async def play(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Play `scenario` on the draft: {picture, expect, refused, stopped}.

    `picture` is what stands after the last act that could be done (null when the start could not),
    `refused` says which act was not and why, `expect` is what was seen, to be kept as a test.
    `stopped` says why the draft can't be played at all.
    """
    async with _one_of_few(clerk):
        package = await _package(clerk, key)
        scenario = _scenario(await said(request))
        try:
            version, world = await _stage(package, clerk, [written(scenario)])
        except Refusal as broken:
            return {"picture": None, "refused": None, "stopped": _stopped(broken), "expect": None}
        played = await rooms.at_bench(scenarios.play, version, world, scenario)
        return await rooms.at_bench(_told, scenario, played)


@post(
    "/api/matters/{key:str}/draft/play/papers/{paper:str}",
    status_code=200,
    request_max_body_size=2 * LARGEST,
)
async def show_paper(
    request: Request, clerk: Clerk, key: FromPath[str], paper: FromPath[str]
) -> Response[bytes]:
    """A paper of the play `scenario` as a picture, marked as a sample."""
    async with _one_of_few(clerk):
        package = await _package(clerk, key)
        scenario = _scenario(await said(request))
        version, world = await _stage(package, clerk, [written(scenario)])
        played = await rooms.at_bench(scenarios.play, version, world, scenario)
        made = handed_out(played.play) if played.play is not None else []
        found = next((each for each in made if each.key == paper), None)
        if found is None:
            raise NotThere
        if found.problem:
            raise Refusal(found.problem)
        pdf = await typesetting.arender(found.layout, found.facts)
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(pdf)
            file.flush()
            picture = await rooms.examiner().page(Path(file.name), width=WIDTH)
        return Response(picture.data, media_type=picture.media_type)


@post("/api/matters/{key:str}/draft/tests/run", status_code=200, request_max_body_size=2 * LARGEST)
async def run_tests(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Run every scenario of the draft: {results, coverage, seconds, stopped}. `tests` (key →
    scenario) are run in their stead, without being saved."""
    async with _one_of_few(clerk):
        package = await _package(clerk, key)
        given = (await said(request)).get("tests")
        if given is not None:
            if not isinstance(given, dict):
                raise Invalid({"tests": "应为一个 JSON 对象。"})
            package = replace(package, tests=given)
        begun = time.perf_counter()
        world = await _world(package, clerk, list(package.tests.values()))
        await db.let_go()
        results = await rooms.at_bench(scenarios.run, package, world)
        try:
            covered = _coverage(scenarios.version_for(package, world), results)
            stopped = None
        except Refusal as broken:
            covered, stopped = None, _stopped(broken)
        return {
            "results": [_result(each) for each in results],
            "coverage": covered,
            "seconds": round(time.perf_counter() - begun, 3),
            "stopped": stopped,
        }


# ---- below --------------------------------------------------------------------------------------


async def _package(clerk: Actor, key: str) -> Package:
    actions.require_configurator(clerk)
    return (await drafts.draft_of(clerk.tenant, key)).package


def _scenario(body: Mapping[str, Any]) -> Scenario:
    return read_scenario(body.get("scenario"))


async def _world(package: Package, clerk: Actor, tests: list[Any]) -> World:
    return await scenarios.world_for(package, clerk.tenant, tests)


async def _stage(package: Package, clerk: Actor, tests: list[Any]) -> tuple[Version, World]:
    """The draft ready to be played, in the tenant as it is. Raises Refusal for a broken one."""
    world = await _world(package, clerk, tests)
    await db.let_go()
    version = await rooms.at_bench(scenarios.version_for, package, world)
    return version, world


def _told(scenario: Scenario, played: Played) -> dict[str, Any]:
    kept = scenario.model_copy(update={"expect": scenarios.seen(scenario, played)})
    return {
        "picture": None if played.play is None else picture(played.play, scenario),
        "refused": None if played.stop is None else _refused(scenario, played, played.stop),
        "expect": written(kept).get("expect", {}),
        "stopped": None,
    }


def _refused(scenario: Scenario, played: Played, stop: Stop) -> dict[str, Any]:
    fields = stop.why.fields if isinstance(stop.why, Invalid) else ()
    return {
        "act": stop.act,
        "words": act_words(scenario, played.play, stop.act),
        "code": stop.why.code,
        "message": sentence(stop.why),
        "first": expect.told(stop),
        "advice": _(stop.why.advice) if stop.why.advice else "",
        "fields": [
            {"id": each.field, "label": each.label, "message": _(each.text, **each.params)}
            for each in fields
        ],
        "part": stop.part,
        "element": stop.element,
    }


def _stopped(broken: Refusal) -> str:
    if isinstance(broken, Invalid) and broken.fields:
        first = broken.fields[0]
        return _("{place}：{problem}", place=first.field, problem=_(first.text, **first.params))
    return sentence(broken)


def _coverage(version: Version, results: list[scenarios.Result]) -> dict[str, Any]:
    """What the scenarios go through, with the names of what they don't."""
    found, lang = coverage(version, results), language()
    return {
        **asdict(found),
        "ways": [
            {
                "id": way.id,
                "name": way.name,
                "from": _named(version, way.source, lang),
                "to": _named(version, way.target, lang),
            }
            for way in found.ways
        ],
        "left": [{"id": step, "name": version.step_name(step, lang)} for step in found.left],
    }


def _named(version: Version, element: str, lang: str) -> str:
    """What an element of the drawing is called."""
    node = version.process.plan.drawing.nodes.get(element)
    name = version.definition.steps.get(element, "") if lang == "en" else ""
    if name or node is None:
        return name or element
    return node.name or (_("网关") if node.tag.endswith("Gateway") else element)


def _result(result: scenarios.Result) -> dict[str, Any]:
    return {
        "key": result.key,
        "name": result.name,
        "ok": result.ok,
        "differences": [asdict(each) for each in result.differences],
        "seen": result.seen,
        "flows": [list(flow) for flow in result.flows],
        "passed": list(result.passed),
        "seconds": round(result.seconds, 4),
    }


_under_way: dict[int, int] = {}


@asynccontextmanager
async def _one_of_few(clerk: Actor) -> AsyncIterator[None]:
    """Keep one person from having many plays under way. Raises TooMany."""
    if _under_way.get(clerk.id, 0) >= MOST_AT_ONCE:
        raise TooMany(retry_after=1)
    _under_way[clerk.id] = _under_way.get(clerk.id, 0) + 1
    try:
        yield
    finally:
        _under_way[clerk.id] -= 1
        if not _under_way[clerk.id]:
            del _under_way[clerk.id]


def _this_minute() -> str:
    return clock.local(clock.now()).replace(second=0, microsecond=0).isoformat()


def _apply_form(package: Package) -> str:
    form = package.definition.get("apply_form", "apply")
    return form if isinstance(form, str) else "apply"


def _tests(package: Package) -> list[tuple[str, Mapping[str, Any]]]:
    return sorted(package.tests.items())


def _said(words: Any) -> str:
    """A text of a draft, which may be half written."""
    if not isinstance(words, Mapping):
        return ""
    return str(words.get(language()) or words.get("zh") or "")


routes = [
    Router(
        "/",
        route_handlers=[show_play, show_tests, show_process, play, show_paper, run_tests],
        dependencies=DEPENDENCIES,
    )
]
