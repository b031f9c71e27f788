"""Which flows a move went along: what draws a case's path and tells which ways nobody tried."""

from bpmn.testing import (
    boundary,
    catch,
    definition,
    end,
    flow,
    multiple,
    parallel,
    path,
    start,
    subprocess,
    timer,
    user,
    xor,
)


def test_a_choice_goes_along_one_flow_though_both_meet_again(walk) -> None:
    made = definition(
        start(), user("ask"), xor("how", "how_met"), user("extra"), xor("met"), user("last"), end(),
        path("start ask how"), flow("how", "extra", "extra_wanted = true"), flow("how", "met"),
        path("extra met last end"), extra_wanted="boolean",
    )  # fmt: skip
    straight = walk(made, extra_wanted=False)
    assert straight.last.flows == (("start", "ask"),)
    assert straight.do("ask").flows == (("ask", "how"), ("how", "met"), ("met", "last"))
    around = walk(made, extra_wanted=True)
    assert around.do("ask").flows == (("ask", "how"), ("how", "extra"))
    assert around.do("extra").flows == (("extra", "met"), ("met", "last"))


def test_every_branch_of_a_join_is_gone_along(walk) -> None:
    made = definition(
        start(), parallel("split"), user("a"), user("b"), parallel("join"), end(),
        path("start split a join end"), path("split b join"),
    )  # fmt: skip
    case = walk(made)
    assert set(case.last.flows) == {("start", "split"), ("split", "a"), ("split", "b")}
    assert case.do("a").flows == (("a", "join"),)
    assert case.do("b").flows == (("b", "join"), ("join", "end"))


def test_a_boundary_timer_and_what_it_interrupts(walk) -> None:
    made = definition(
        start(), user("wait"), boundary("late", "wait", timer("P1D")), user("remind"),
        user("next"), end("done"), end("gone"),
        path("start wait next done"), path("late remind gone"),
    )  # fmt: skip
    in_time = walk(made)
    assert in_time.last.flows == (("start", "wait"),)
    assert ("wait", "next") in in_time.do("wait").flows
    late = walk(made)
    fired = late.wait(days=2)
    assert ("late", "remind") in fired.flows
    assert ("wait", "next") not in fired.flows


def test_inside_a_repeated_subprocess(walk) -> None:
    made = definition(
        start(),
        subprocess(
            "each", multiple(count="2"), start("begin"), user("look"), end("seen"),
            path("begin look seen"),
        ),
        catch("pause", timer("P1D")), end(), path("start each pause end"),
    )  # fmt: skip
    case = walk(made)
    assert set(case.last.flows) == {("start", "each"), ("begin", "look")}
    case.do("look", index=0)
    last = case.do("look", index=1)
    assert ("look", "seen") in last.flows
    assert ("each", "pause") in last.flows
