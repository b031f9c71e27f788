"""Running scenarios against a package: one by one for a page, all of them after a save.

    results = await run_all(package, tenant)          the tenant's posts, calendar and wordings
    results = run(package, plain_world("county"))     files alone

A scenario that can't be read, or a draft too broken to run, is a result too: it fails and says why.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import bpmn
import forms
from bpmn.dialect import HUMAN_TASKS, is_expression, parse_assign
from feel import FeelError
from onewindow import rooms
from onewindow.errors import Invalid, Refusal
from onewindow.matters.package import Package
from onewindow.matters.versions import Version, trial
from onewindow.rehearsal import acts, expect
from onewindow.rehearsal.expect import Difference
from onewindow.rehearsal.play import Play
from onewindow.rehearsal.scenario import LARGEST, Expect, Scenario, read_scenario, written
from onewindow.rehearsal.world import World, world_of
from onewindow.web.errors import sentence
from onewindow.web.i18n import gettext as _

SECONDS = 10.0
"""How long one scenario may take; a usual one takes some hundredths of a second."""
SECONDS_FOR_ALL = 20.0


class TooSlow(Refusal):
    text = "试运行超过 {seconds} 秒，已停止。"


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a play was refused: 0 the start, n the n-th act. `part` and `element` say what of the
    draft stands in the way, where it isn't what was typed."""

    act: int
    why: Refusal
    part: str = ""
    element: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scenario; `play` as it stood before the act that was refused, if one was."""

    play: Play | None
    stop: Stop | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One scenario's outcome. `differences` are told in the reader's language, the first first;
    `seen` is what it would have to expect to pass; `acts` what it does."""

    key: str
    name: str
    ok: bool
    differences: tuple[Difference, ...]
    seen: dict[str, Any]
    passed: Collection[str]
    flows: Collection[tuple[str, str]]
    seconds: float


async def run_all(package: Package, tenant: int) -> list[Result]:
    """Every scenario of the package as it would go in the tenant, by key."""
    world = await world_for(package, tenant, package.tests.values())
    return await rooms.at_bench(run, package, world)


async def world_for(package: Package, tenant: int, scenarios: Collection[Any]) -> World:
    """What scenarios of a package need to know of the tenant."""
    starts = [each.get("start") for each in scenarios if isinstance(each, Mapping)]
    places = {str(start.get("place", "")) for start in starts if isinstance(start, Mapping)} - {""}
    return await world_of(tenant, filed_at=places, logins=_logins(package))


def run(package: Package, world: World) -> list[Result]:
    """Every scenario of the package in this world, by key."""
    try:
        version = version_for(package, world)
    except Refusal as broken:
        return [_broken(key, test, broken) for key, test in sorted(package.tests.items())]
    results, until = [], time.monotonic() + SECONDS_FOR_ALL
    for key, test in sorted(package.tests.items()):
        if time.monotonic() < until:
            results.append(judge(key, test, version, world))
        else:
            results.append(_broken(key, test, TooSlow(seconds=int(SECONDS_FOR_ALL))))
    return results


def judge(key: str, test: Mapping[str, Any], version: Version, world: World) -> Result:
    """Whether one scenario goes as it expects."""
    begun = time.perf_counter()
    try:
        scenario = read_scenario(test)
    except Invalid as invalid:
        return _broken(key, test, invalid)
    played = play(version, world, scenario)
    differences = expect.differences(scenario, played.play, played.stop)
    return Result(
        key=key,
        name=scenario.name or key,
        ok=not differences,
        differences=tuple(differences),
        seen=written(scenario.model_copy(update={"expect": seen(scenario, played)})).get(
            "expect", {}
        ),
        passed=tuple(played.play.passed) if played.play is not None else (),
        flows=tuple(played.play.flows) if played.play is not None else (),
        seconds=time.perf_counter() - begun,
    )


def seen(scenario: Scenario, played: Played) -> Expect:
    """What a scenario would expect if all went as it just did."""
    return expect.seen(played.play, played.stop)


def play(version: Version, world: World, scenario: Scenario) -> Played:
    """Play a scenario to its end, or to the first act that is refused."""
    until = time.monotonic() + SECONDS
    case = Play(version, world, scenario.start)
    for number in range(len(scenario.acts) + 1):
        try:
            if time.monotonic() > until:
                raise TooSlow(seconds=int(SECONDS))
            if number == 0:
                case.begin()
            else:
                acts.do(case, scenario.acts[number - 1])
        except forms.BadForm as bad:
            part = next((f"forms/{k}" for k, v in version.schemas.items() if _is(v, bad)), "forms")
            return _stopped(version, world, scenario, number, Refusal(bad.text, **bad.params), part)
        except bpmn.Refused as stuck:
            refusal = Refusal(stuck.text, **dict(stuck.params))
            element = stuck.element or ""
            return _stopped(version, world, scenario, number, refusal, "process", element)
        except FeelError as failed:
            refusal = Refusal(failed.problem.text, **dict(failed.problem.params))
            return _stopped(version, world, scenario, number, refusal)
        except Refusal as refusal:
            stuck_at = getattr(refusal.__cause__, "element", None) or ""
            part = "process" if stuck_at else ""
            return _stopped(version, world, scenario, number, refusal, part, stuck_at)
    return Played(case)


def _stopped(
    version: Version,
    world: World,
    scenario: Scenario,
    number: int,
    why: Refusal,
    part: str = "",
    element: str = "",
) -> Played:
    """The play as it stood before act `number`: played anew, because a refused act may have begun
    to change it."""
    stop = Stop(number, why, part, element)
    if number == 0:
        return Played(None, stop)
    before = scenario.model_copy(update={"acts": scenario.acts[: number - 1]})
    return Played(play(version, world, before).play, stop)


def version_for(package: Package, world: World) -> Version:
    """The package ready to be played. Raises Invalid for a definition that can't be read, and
    Refusal for a drawing that can't be run."""
    try:
        return trial(package, world.owner)
    except bpmn.Unreadable as unreadable:
        first = unreadable.problems[0]
        raise Refusal(first.text, **dict(first.params)) from unreadable


def _broken(key: str, test: Any, why: Refusal) -> Result:
    said = sentence(why)
    if isinstance(why, Invalid) and why.fields:
        first = why.fields[0]
        said = _("{place}：{problem}", place=first.field, problem=_(first.text, **first.params))
    name = test.get("name") if isinstance(test, Mapping) else None
    told = str(name)[:120] if name else key
    return Result(key, told, False, (Difference(0, said),), {}, (), (), 0.0)


def _is(schema: Mapping[str, Any], bad: forms.BadForm) -> bool:
    return str(schema.get("id") or "") == bad.params["name"]


def _logins(package: Package) -> set[str]:
    """The people a drawing names for its steps."""
    try:
        drawing = bpmn.read(package.process.encode())
    except bpmn.Unreadable:
        return set()
    found = set()
    for node in drawing.nodes.values():
        text = node.ow.get("assign", "")
        if node.tag in HUMAN_TASKS and text and not is_expression(text):
            try:
                found.add(parse_assign(text).person)
            except bpmn.Malformed:
                continue
    return {login for login in found if login}


__all__ = ["LARGEST", "Played", "Result", "Stop", "judge", "play", "run", "run_all", "world_for"]
