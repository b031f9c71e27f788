"""How long a drawing can take, and refusals that nobody would get in writing."""

import bpmn
from bpmn.paths import in_order, longest
from bpmn.refusals import wrong_refusals
from bpmn.testing import (
    definition,
    element,
    end,
    flow,
    parallel,
    path,
    start,
    subprocess,
    user,
    xor,
)

DENY = "agree:同意|Agree;deny:不同意|Disagree"


def step(name: str, limit: str | None = None, stage: str = "review", **more: str) -> str:
    return user(name, ow_stage=stage, **({"ow_limit": limit} if limit else {}), **more)


def measured(*parts: str, **variables: str) -> tuple[float, list[str]]:
    way = longest(bpmn.read(definition(*parts, **variables)))
    return float(way.days), [leg.element for leg in way.legs]


def test_the_clock_runs_from_acceptance_to_the_decision() -> None:
    parts = (
        start(),
        step("accept", "3wd", "accept"),
        step("review", "2wd"),
        step("decide", "1wd", "decide"),
        step("deliver", "10wd", "deliver"),
        end(),
        path("start accept review decide deliver end"),
    )
    assert measured(*parts) == (3.0, ["review", "decide"])


def test_branches_side_by_side_take_as_long_as_the_slowest() -> None:
    parts = (
        start(),
        parallel("fork"),
        step("fire", "2wd"),
        step("safety", "4wd"),
        parallel("join"),
        step("decide", "1wd", "decide"),
        end(),
        path("start fork fire join decide end"),
        path("fork safety join"),
    )
    assert measured(*parts) == (5.0, ["safety", "decide"])


def test_a_loop_is_gone_through_once_and_a_wait_counts() -> None:
    wait = element(
        "intermediateCatchEvent",
        "notice",
        "<bpmn:timerEventDefinition><bpmn:timeDuration>P7D</bpmn:timeDuration>"
        "</bpmn:timerEventDefinition>",
    )
    parts = (
        start(),
        step("review", "2wd"),
        xor("again", default="again_notice"),
        wait,
        step("decide", "1wd", "decide"),
        end(),
        path("start review again notice decide end"),
        flow("again", "review", 'outcome = "more"'),
    )
    assert measured(*parts) == (8.0, ["review", "notice", "decide"])


def test_steps_without_a_limit_are_named() -> None:
    way = longest(bpmn.read(definition(start(), step("review"), end(), path("start review end"))))
    assert [leg.element for leg in way.unlimited] == ["review"]


def refusals(*parts: str) -> list[tuple[str, str]]:
    return [(each.element, each.why) for each in wrong_refusals(bpmn.read(definition(*parts)))]


def ways(*more: str, papers: str = "") -> tuple[str, ...]:
    """A review whose "no" leads straight to an end of its own."""
    extra = {"ow_papers": papers} if papers else {}
    return (
        start(),
        step("review", "1wd", ow_outcomes=DENY, **extra),
        xor("judged", default="judged_decide"),
        step("decide", "1wd", "decide"),
        end("granted"),
        end("denied"),
        path("start review judged decide granted"),
        *more,
    )


def test_a_no_that_ends_without_a_paper_is_found() -> None:
    no = flow("judged", "denied", 'review_outcome = "deny"')
    assert refusals(*ways(no)) == [("review", "unwritten")]
    assert refusals(*ways(no, papers="denied")) == []


def test_a_no_that_somebody_still_decides_on_is_fine() -> None:
    assert refusals(*ways(flow("judged", "denied", 'review_outcome = "agree"'))) == []


def test_deciding_no_is_a_verb_of_the_platform() -> None:
    parts = (
        start(),
        step("decide", "1wd", "decide", ow_outcomes="grant:准予|Grant;refuse:不予许可|Refuse"),
        end(),
        path("start decide end"),
    )
    assert refusals(*parts) == [("decide", "verb")]


def test_steps_are_told_in_the_order_of_the_way_however_they_were_drawn() -> None:
    drawing = bpmn.read(
        definition(
            start(), user("review"), end(), subprocess("site", start("s"), user("visit"), end("e"),
            path("s visit e")), path("start site review end"),
        )
    )  # fmt: skip
    order = [name for name in in_order(drawing, next(iter(drawing.scopes))) if name in STEPS]
    assert order == ["visit", "review"]


STEPS = {"visit", "review"}
