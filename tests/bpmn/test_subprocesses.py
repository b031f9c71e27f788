"""Processes within processes, and what they throw at their borders."""

import pytest

import bpmn
from bpmn.testing import (
    boundary,
    definition,
    document,
    element,
    end,
    event,
    flow,
    named,
    parallel,
    path,
    process,
    start,
    subprocess,
    throw,
    user,
    xor,
)


def test_a_sub_process_runs_inside_and_goes_on_outside(walk):
    case = walk(
        definition(
            start(),
            subprocess(
                "sub", start("s1"), user("in1"), user("in2"), end("e1"), path("s1 in1 in2 e1")
            ),
            user("out"),
            end(),
            path("start sub out end"),
            x="number",
        )
    )
    case.do("in1", x=1)
    case.do("in2")
    assert case.open == ["out"]
    assert case.data == {"x": 1}


def test_a_call_activity_runs_another_process_of_the_file(walk):
    case = walk(
        document(
            process(
                "main",
                start(),
                element("callActivity", "call", calledElement="other"),
                user("out"),
                end(),
                path("start call out end"),
            ),
            process(
                "other", start("s1"), user("inner"), end("e1"), path("s1 inner e1"), x="number"
            ),
        )
    )
    assert case.process.id == "main"
    case.do("inner", x=4)
    assert case.open == ["out"]
    assert case.data == {"x": 4}


def test_sub_processes_nest(walk):
    case = walk(
        definition(
            start(),
            subprocess(
                "outer",
                start("s1"),
                subprocess("middle", start("s2"), user("deep"), end("e2"), path("s2 deep e2")),
                end("e1"),
                path("s1 middle e1"),
            ),
            end(),
            path("start outer end"),
        )
    )
    case.do("deep")
    assert case.last.ended


def test_terminate_ends_everything_at_once(walk):
    case = walk(
        definition(
            start(),
            parallel("fork"),
            user("a"),
            user("b"),
            end("stop", event("terminate")),
            end(),
            path("start fork a stop"),
            path("fork b end"),
        )
    )
    other = case.task("b").id
    moved = case.do("a")
    assert moved.ended
    assert other in moved.closed


def test_terminate_in_a_sub_process_ends_only_that(walk):
    case = walk(
        definition(
            start(),
            subprocess(
                "sub", start("s1"), parallel("fork"), user("a"), user("b"),
                end("stop", event("terminate")), end("e1"),
                path("s1 fork a stop"), path("fork b e1"),
            ),
            user("out"),
            end(),
            path("start sub out end"),
        )
    )  # fmt: skip
    case.do("a")
    assert case.open == ["out"]


def test_an_error_is_caught_at_the_border_it_arose_behind_and_nowhere_else(walk):
    """With the library's own events both sub-processes would be interrupted."""

    def sub(name: str) -> str:
        return subprocess(
            f"sub_{name}",
            start(f"s_{name}"), user(f"in_{name}"), end(f"fail_{name}", event("error", "bad")),
            path(f"s_{name} in_{name} fail_{name}"),
        )  # fmt: skip

    case = walk(
        definition(
            start(),
            parallel("fork"),
            sub("one"),
            sub("two"),
            boundary("caught_one", "sub_one", event("error", "bad")),
            boundary("caught_two", "sub_two", event("error", "bad")),
            user("mend_one"),
            user("mend_two"),
            end(),
            path("start fork sub_one end"),
            path("fork sub_two end"),
            path("caught_one mend_one end"),
            path("caught_two mend_two end"),
            head=named("error", "bad", "E1"),
        )
    )
    case.do("in_one")
    assert case.open == ["in_two", "mend_one"]
    case.do("mend_one")
    case.do("in_two")
    case.do("mend_two")
    assert case.last.ended


def test_an_error_climbs_out_of_a_called_process(walk):
    case = walk(
        document(
            named("error", "bad", "E1"),
            process(
                "main",
                start(),
                subprocess(
                    "around",
                    start("s1"),
                    element("callActivity", "call", calledElement="other"),
                    end("e1"),
                    path("s1 call e1"),
                ),
                boundary("caught", "around", event("error", "bad")),
                user("mend"),
                end(),
                path("start around end"),
                path("caught mend end"),
            ),
            process(
                "other", start("s2"), user("inner"), end("fail", event("error", "bad")),
                path("s2 inner fail"),
            ),
        )
    )  # fmt: skip
    case.do("inner")
    assert case.open == ["mend"]


def test_an_error_nobody_catches_stops_the_move(walk):
    xml = definition(
        start(), user("a"), end("fail", event("error", "bad")), path("start a fail"),
        head=named("error", "bad", "E1"),
    )  # fmt: skip
    case = walk(xml, linted=True)
    with pytest.raises(bpmn.Stuck) as stuck:
        case.do("a")
    assert (stuck.value.code, stuck.value.element) == ("error-uncaught", "fail")


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_reaches_the_border_interrupting_or_not(walk, interrupting):
    case = walk(
        definition(
            start(),
            subprocess(
                "sub", start("s1"), user("one"), throw("up", event("escalation", "help")),
                user("two"), end("e1"), path("s1 one up two e1"),
            ),
            boundary("heard", "sub", event("escalation", "help"), interrupting=interrupting),
            user("chief"),
            user("out"),
            end(),
            path("start sub out end"),
            path("heard chief end"),
            head=named("escalation", "help", "X"),
        )
    )  # fmt: skip
    case.do("one")
    assert case.open == (["chief"] if interrupting else ["chief", "two"])


def test_a_transaction_is_cancelled_to_its_cancel_event(walk):
    case = walk(
        definition(
            start(),
            subprocess(
                "deal", start("s1"), user("work"), xor("g", default="g_e1"), end("e1"),
                end("undo", event("cancel")), path("s1 work g e1"), flow("g", "undo", "stop"),
                tag="transaction",
            ),
            boundary("cancelled", "deal", event("cancel")),
            user("after_cancel"),
            user("after"),
            end(),
            path("start deal after end"),
            path("cancelled after_cancel end"),
            stop="boolean",
        )
    )  # fmt: skip
    case.do("work", stop=True)
    assert case.open == ["after_cancel"]


def test_a_signal_reaches_every_place_that_waits_for_it_within_the_case(walk):
    case = walk(
        definition(
            start(),
            parallel("fork"),
            user("a"),
            throw("ring", event("signal", "bell")),
            user("b"),
            boundary("heard", "b", event("signal", "bell")),
            user("c"),
            end(),
            path("start fork a ring end"),
            path("fork b end"),
            path("heard c end"),
            head=named("signal", "bell"),
        )
    )
    case.do("a")
    assert case.open == ["c"]
