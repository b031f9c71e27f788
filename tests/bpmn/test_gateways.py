"""Choosing, forking, joining and racing."""

from datetime import timedelta

import pytest

import bpmn
from bpmn.testing import (
    catch,
    definition,
    element,
    end,
    event,
    flow,
    inclusive,
    named,
    parallel,
    path,
    start,
    subprocess,
    timer,
    user,
    xor,
)


def choice(**kinds: str) -> bytes:
    return definition(
        start(),
        user("a"),
        xor("g", default="g_c"),
        user("b"),
        user("c"),
        end(),
        path("start a g"),
        flow("g", "b", "x > 1"),
        path("g c end"),
        path("b end"),
        **kinds,
    )


def test_an_exclusive_gateway_takes_the_flow_whose_condition_holds_or_the_default(walk):
    for x, expected in ((5, "b"), (1, "c")):
        case = walk(choice(x="number"))
        case.do("a", x=x)
        assert case.open == [expected]


def test_a_condition_on_a_missing_fact_stops_the_case_instead_of_taking_the_default(walk):
    case = walk(choice(x="number"))
    with pytest.raises(bpmn.Stuck) as stuck:
        case.do("a")
    assert stuck.value.code in ("condition-undecided", "expression-failed")
    assert stuck.value.element == "g"
    assert case.do("a", x=2).live[0].step.id == "b"  # nothing was lost


def test_conditions_are_tried_in_the_order_they_were_drawn_whatever_the_picture(walk):
    case = walk(
        definition(
            start(),
            xor("g", default="g_c"),
            user("a"),
            user("b"),
            user("c"),
            end(),
            path("start g"),
            flow("g", "b", "x > 1"),
            flow("g", "a", "x > 0"),
            path("g c end"),
            path("a end"),
            path("b end"),
            x="number",
        ),
        x=9,
    )
    assert case.open == ["b"]


def test_without_a_default_and_without_a_condition_that_holds_the_case_says_so(walk):
    xml = definition(
        start(),
        user("a"),
        xor("g"),
        user("b"),
        user("c"),
        end(),
        path("start a g"),
        flow("g", "b", "x > 1"),
        flow("g", "c", "x > 5"),
        path("b end"),
        path("c end"),
        x="number",
    )
    case = walk(xml, linted=True)
    with pytest.raises(bpmn.Stuck) as stuck:
        case.do("a", x=0)
    assert (stuck.value.code, stuck.value.element) == ("no-way-on", "g")
    assert "条件都不成立" in stuck.value.message


FORK = (
    start(),
    parallel("fork"),
    user("a"),
    user("b"),
    parallel("join"),
    user("z"),
    end(),
    path("start fork a join z end"),
    path("fork b join"),
)


def test_a_parallel_join_waits_for_every_branch(walk):
    case = walk(definition(*FORK))
    assert case.open == ["a", "b"]
    case.do("b")
    assert case.open == ["a"]
    case.do("a")
    assert case.open == ["z"]


def test_the_branches_of_a_second_pass_are_waited_for_anew(walk):
    """The library's own join lets the second pass through on tokens of the first."""
    case = walk(
        definition(
            *FORK[:-3],
            end(),
            user("prepare"),
            xor("again", default="again_end"),
            path("start prepare fork a join z again"),
            path("fork b join"),
            path("again end"),
            flow("again", "prepare", "redo"),
            redo="boolean",
        )
    )
    for _ in range(3):
        case.do("prepare")
        case.do("a")
        assert case.open == ["b"]
        case.do("b")
        case.do("z", redo=True)
    case.do("prepare")
    case.do("b")
    assert case.open == ["a"]
    case.do("a")
    case.do("z", redo=False)
    assert case.last.ended


def test_what_one_branch_sets_isnt_undone_by_another_that_never_touched_it(walk):
    """The library merges branches whole: the last to arrive overwrites with its older copy."""
    case = walk(definition(*FORK, x="string", y="string"), x="old", y="old")
    case.do("a", x="new from a")
    case.do("b", y="new from b")
    assert case.data == {"x": "new from a", "y": "new from b"}


def inclusive_case(*, long: bool = False) -> bytes:
    return definition(
        start(),
        inclusive("fork", default="fork_c"),
        user("a"),
        user("a2"),
        user("b"),
        user("c"),
        inclusive("join"),
        user("z"),
        end(),
        path("start fork"),
        flow("fork", "a", "x > 0"),
        flow("fork", "b", "x > 1"),
        path("fork c join z end"),
        path("a a2 join"),
        path("b join"),
        x="number",
    )


@pytest.mark.parametrize(("x", "opened"), [(0, ["c"]), (1, ["a"]), (2, ["a", "b"])])
def test_an_inclusive_gateway_opens_what_holds_and_joins_what_was_opened(walk, x, opened):
    case = walk(inclusive_case(), x=x)
    assert case.open == opened
    for step in (["b"] if x == 2 else []) + (["a", "a2"] if x else ["c"]):
        assert "z" not in case.open
        case.do(step)
    assert case.open == ["z"]


def test_an_inclusive_join_waits_for_a_sub_process_that_may_still_lead_to_it(walk):
    case = walk(
        definition(
            start(),
            parallel("fork"),
            user("a"),
            subprocess("sub", start("s1"), user("inner"), end("e1"), path("s1 inner e1")),
            xor("maybe", default="maybe_other"),
            user("b"),
            user("other"),
            inclusive("join"),
            user("z"),
            end(),
            path("start fork a join z end"),
            path("fork sub maybe"),
            flow("maybe", "b", "x"),
            path("b join"),
            path("maybe other end"),
            x="boolean",
        )
    )
    case.do("a")
    assert case.open == ["inner"]
    case.do("inner", x=True)
    assert case.open == ["b"]
    case.do("b")
    assert case.open == ["z"]


def test_an_inclusive_join_goes_on_when_the_other_token_has_ended_elsewhere(walk):
    case = walk(
        definition(
            start(),
            parallel("fork"),
            user("a"),
            user("decide"),
            xor("maybe", default="maybe_gone"),
            user("b"),
            end("gone"),
            inclusive("join"),
            user("z"),
            end(),
            path("start fork a join z end"),
            path("fork decide maybe gone"),
            flow("maybe", "b", "x"),
            path("b join"),
            x="boolean",
        )
    )
    case.do("a")
    assert case.open == ["decide"]
    case.do("decide", x=False)
    assert case.open == ["z"]


def race() -> bytes:
    return definition(
        start(),
        element("eventBasedGateway", "race"),
        catch("paid", event("message", "payment")),
        catch("late", timer("P3D")),
        user("thanks"),
        user("remind"),
        end(),
        path("start race paid thanks end"),
        path("race late remind end"),
        head=named("message", "payment"),
    )


def test_an_event_gateway_takes_the_message_that_comes_first(walk):
    case = walk(race())
    assert case.last.next_due == case.now + timedelta(days=3)
    case.hear("payment")
    assert case.open == ["thanks"]
    assert case.last.next_due is None
    assert "paid" in case.last.passed


def test_an_event_gateway_takes_the_timer_that_comes_first(walk):
    case = walk(race())
    case.wait(days=2, hours=23)
    assert case.open == []
    case.wait(hours=1)
    assert case.open == ["remind"]
    with pytest.raises(bpmn.NotWaiting):
        case.hear("payment")
