"""Scenarios: run against files alone, differences told in words, hostile ones bounded."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from world import package_of

from bpmn.testing import boundary, definition, end, path, service, start, timer, user
from onewindow.errors import Invalid
from onewindow.matters.package import Package
from onewindow.rehearsal import scenarios
from onewindow.rehearsal.coverage import coverage
from onewindow.rehearsal.scenario import MOST_ACTS, read_scenario, written
from onewindow.rehearsal.world import plain_world
from onewindow.web.i18n import speaking

FOOD = package_of("food-business")
WORLD = plain_world("county")


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    with speaking("zh"):
        yield


def judged(test: Any, package: Package = FOOD) -> scenarios.Result:
    return scenarios.run(replace(package, tests={"it": test}), WORLD)[0]


def licence() -> dict[str, Any]:
    return deepcopy(dict(FOOD.tests["licence"]))


def drawn(process: bytes) -> Package:
    """The food licence with another drawing."""
    return replace(FOOD, process=process.decode())


def begin(**more: Any) -> dict[str, Any]:
    return {"start": licence()["start"], **more}


# --- what is told --------------------------------------------------------------------------------


def test_a_change_of_the_draft_is_told_where_it_shows_first() -> None:
    told = FOOD.process.replace(
        'name="审查" ow:stage="review" ow:form="review" ow:limit="1wd"\n'
        '        ow:assign="department:market-supervision role:reviewer"',
        'name="审查" ow:stage="review" ow:form="review" ow:limit="2wd"\n'
        '        ow:assign="department:market-supervision role:checker"',
    )
    assert told != FOOD.process
    result = judged(licence(), replace(FOOD, process=told))
    assert not result.ok
    first, second = result.differences[:2]
    assert first.step == "review"
    assert first.text == (
        "第 3 步（现场核查（两人）：完成核查）后，“审查”应由“审查”办理，实际是“审核”。"
    )
    assert "的期限应为 1 个工作日，实际是 2 个工作日" in second.text


def test_what_was_seen_is_what_passes() -> None:
    test = licence()
    test["expect"] = {"papers": ["receipt"], "ended": False, "outcome": "denied"}
    failed = judged(test)
    assert [each.text for each in failed.differences] == [
        "应生成《收件回执》，实际没有。",
        "不应生成《受理通知书》，实际生成了。",
        "不应生成《食品经营许可证》，实际生成了。",
        "结果应为“不予批准”，实际是“准予”。",
        "办件不应办结，实际已经办结。",
    ]
    assert judged({**test, "expect": failed.seen}).ok


def test_an_act_that_is_refused_is_told_with_its_place() -> None:
    test = licence()
    test["acts"][0]["answers"] = {}
    result = judged(test)
    assert result.differences[-1].text.startswith("“受理”没有办成：")
    assert result.differences[-1].act == 1
    assert result.seen["refused"]["fields"] == ["accept_checks"]
    # What must not succeed is a test too.
    short = {**test, "acts": test["acts"][:1], "expect": result.seen}
    assert judged(short).ok
    assert judged({**short, "acts": licence()["acts"][:1]}).differences[-1].text == (
        "“受理”应当办不成，实际办成了。"
    )


def test_a_material_or_an_answer_that_is_missing_stops_the_start() -> None:
    test = licence()
    test["start"]["materials"] = []
    assert "还缺" in judged(test).differences[0].text
    test = licence()
    del test["start"]["answers"]["operator_name"]
    assert judged(test).seen == {"refused": {"fields": ["operator_name"], "code": "invalid"}}
    test = licence()
    test["start"]["place"] = "atlantis"
    assert "atlantis" in judged(test).differences[0].text


def test_a_maker_named_as_checker_is_refused() -> None:
    test = licence()
    for act in test["acts"]:
        if act.get("step") in ("review", "check"):
            act["by"] = "chen.gang"
    assert "须由另一人办理" in judged(test).differences[-1].text


def test_the_same_differences_are_told_in_english() -> None:
    test = {**licence(), "expect": {"outcome": "denied", "ended": False}}
    with speaking("en"):
        said = [each.text for each in judged(test).differences]
    assert said == [
        "The outcome should be “Refused”; it is “Granted”.",
        "The case should not be closed yet; it is.",
    ]


def test_what_no_scenario_goes_along_is_named() -> None:
    version = scenarios.version_for(FOOD, WORLD)
    one = scenarios.run(replace(FOOD, tests={"it": licence()}), WORLD)
    told = coverage(version, one)
    assert told.left == ("filing",)
    assert {way.id for way in told.ways} == {"scope_to_filing", "filing_to_ready"}
    assert 80 < told.percent < 100
    assert coverage(version, scenarios.run(FOOD, WORLD)).percent == 100
    assert coverage(version, []).percent == 0


def test_a_scenario_written_is_the_one_that_was_read() -> None:
    for test in FOOD.tests.values():
        assert written(read_scenario(test)) == test


# --- what is wrong with a scenario, and what it may do -------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({}, "start"),
        ({"start": {"at": "2026-03-02T09:00:00"}}, "start.at"),
        (begin(acts=[{"do": "dance"}]), "acts[0]"),
        (begin(acts=[{"step": "accept"}]), "acts[0]"),
        (begin(acts=[{"do": "wait", "for": "3 years"}]), "acts[0].for"),
        (begin(acts=[{"do": "wait"}]), "acts[0]"),
        (begin(acts=[{"do": "complete", "step": "accept", "colour": "red"}]), "acts[0].colour"),
        (begin(acts=[{"do": "wait", "for": "1d"}] * (MOST_ACTS + 1)), "acts"),
        (begin(name="x" * 2_000_000), "scenario"),
        ([], ""),
        (None, ""),
    ],
)
def test_a_scenario_that_cannot_be_read_says_where(wrong: Any, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_scenario(wrong)
    assert refused.value.fields[0].field == place
    result = judged(wrong)
    assert not result.ok
    assert result.differences


def test_a_draft_that_cannot_be_run_fails_every_scenario_and_says_why() -> None:
    [result] = scenarios.run(replace(FOOD, process="<nothing", tests={"it": licence()}), WORLD)
    assert not result.ok
    assert result.differences[0].text
    broken = {**FOOD.definition, "limits": {"promised": "soon"}}
    assert not judged(licence(), replace(FOOD, definition=broken)).ok


def test_a_form_that_cannot_be_used_stops_where_it_is_needed() -> None:
    bad = {**FOOD.forms, "inspect": {"id": "inspect", "components": [{"type": "html"}]}}
    result = judged(licence(), replace(FOOD, forms=bad))
    assert result.differences[-1].act == 3
    assert "不能使用" in result.differences[-1].text


LOOPED = definition(
    start(), service("note", inputs={"paper": '"acceptance"'}), user("ask", ow_stage="accept"),
    end(), path("start note ask end"),
)  # fmt: skip


def test_acts_of_every_hostile_kind_are_refused_or_bounded() -> None:
    for acts in (
        [{"do": "wait", "until": "timer"}],
        [{"do": "wait", "for": "999mo"}],
        [{"do": "wait", "until": "1999-01-01T00:00:00Z"}],
        [{"do": "service", "step": "issue", "result": {}}],
        [{"do": "return", "step": "accept", "to": "nowhere", "why": "x"}],
        [{"do": "withdraw", "why": ""}],
        [{"do": "answer"}],
        [{"do": "complete", "step": "accept", "outcome": "'; drop table cases"}],
        [{"do": "complete", "step": "__class__"}],
        [{"do": "correct", "step": "accept", "items": [{"text": "再交", "material": "bribe"}]}],
        [{"do": "refuse", "step": "accept", "reasons": " ", "legal_basis": ""}],
    ):
        result = judged(begin(acts=acts))
        assert not result.ok, acts
        assert result.differences[-1].act == 1, acts
    assert judged(begin(acts=[{"do": "wait", "for": "1d"}] * MOST_ACTS)).ok


def test_timers_that_never_end_are_stopped() -> None:
    ticking = definition(
        start(), user("ask"), boundary("tick", "ask", timer("PT1S")), end("done"),
        path("start ask done"), path("tick ask"),
    )  # fmt: skip
    result = judged(begin(acts=[{"do": "wait", "for": "1d"}]), drawn(ticking))
    assert not result.ok
    assert "死循环" in result.differences[0].text


def test_a_service_the_platform_cannot_do_is_answered_by_hand() -> None:
    asking = definition(
        start(), service("query").replace("send_paper", "query_register"), user("look"), end(),
        path("start query look end"), found="boolean",
    )  # fmt: skip
    package = drawn(asking)
    waiting = judged(begin(expect={"after": [{"open": []}], "ended": False}), package)
    assert waiting.ok, waiting.differences
    answered = judged(
        begin(
            acts=[{"do": "service", "step": "query", "result": {"found": True}}],
            expect={"after": [None, {"open": [{"step": "look"}]}], "data": {"found": True}},
        ),
        package,
    )
    assert answered.ok, answered.differences


def test_what_ten_scenarios_tell_is_short() -> None:
    tests = {f"t{n}": test for n, test in enumerate([*FOOD.tests.values()] * 3)}
    results = scenarios.run(replace(FOOD, tests=dict(list(tests.items())[:10])), WORLD)
    assert all(result.ok for result in results)
    assert len(json.dumps([result.seen for result in results])) < 100_000
