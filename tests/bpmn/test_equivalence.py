"""Random walks: forgetting, saving and restoring must change nothing that can be seen.

Each walk drives the same process through three engines and compares what is open and awaited after
every step: ours, restored from bytes before each move; ours, kept whole in memory with all its
history; and stock SpiffWorkflow with its own parser, prediction, data and serializer, where stock
is right about the drawing.
"""

import pytest

from bpmn.testing import (
    boundary,
    catch,
    definition,
    document,
    element,
    end,
    event,
    flow,
    inclusive,
    multiple,
    named,
    parallel,
    path,
    process,
    start,
    subprocess,
    timer,
    user,
    xor,
)

CHOICE = {"v": "number"}


def approval() -> bytes:
    """A correction loop, a multi-instance review and three kinds of boundary timers."""
    return definition(
        start(),
        user("accept"),
        boundary("accept_remind", "accept", timer('"P2D"'), interrupting=False),
        user("remind"),
        xor("complete", default="complete_inspect"),
        user("correct"),
        boundary("correct_late", "correct", timer('"P10D"')),
        user("inspect"),
        user("review", loop()),
        boundary("review_late", "review", timer('"P7D"'), interrupting=False),
        user("chase"),
        user("sum"),
        element("receiveTask", "payment", messageRef="paid"),
        user("deliver"),
        end(),
        end("withdrawn"),
        path("start accept complete inspect review sum payment deliver end"),
        flow("complete", "correct", "v < 40"),
        path("correct accept"),
        path("accept_remind remind end"),
        path("correct_late withdrawn"),
        path("review_late chase end"),
        head=named("message", "paid"),
        **CHOICE,
    )


def loop(tag: str = "false") -> str:
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{tag}">'
        "<bpmn:loopCardinality>3</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def branches() -> bytes:
    return definition(
        start(),
        parallel("fork"),
        user("a1"),
        user("a2"),
        boundary("a_late", "a2", timer('"P1D"')),
        user("a3"),
        xor("a_met"),
        user("b1"),
        parallel("inner"),
        user("b2"),
        user("b3"),
        parallel("inner_join"),
        parallel("join"),
        user("z"),
        end(),
        path("start fork a1 a2 a_met join z end"),
        path("a_late a3 a_met"),
        path("fork b1 inner b2 inner_join join"),
        path("inner b3 inner_join"),
        **CHOICE,
    )


def inclusives() -> bytes:
    return definition(
        start(),
        user("s"),
        inclusive("fork", default="fork_c"),
        user("a1"),
        user("a2"),
        user("b"),
        user("c"),
        inclusive("join"),
        user("z"),
        end(),
        path("start s fork"),
        flow("fork", "a1", "v > 30"),
        flow("fork", "b", "v > 60"),
        path("fork c join z end"),
        path("a1 a2 join"),
        path("b join"),
        **CHOICE,
    )


def nested() -> bytes:
    return document(
        process(
            "main",
            start(),
            user("first"),
            subprocess(
                "sub",
                start("s1"),
                user("in1"),
                subprocess("deep", start("s2"), user("deep1"), end("e2"), path("s2 deep1 e2")),
                boundary("deep_late", "deep", timer('"P3D"')),
                user("in2"),
                end("e1"),
                path("s1 in1 deep in2 e1"),
                path("deep_late e1"),
            ),
            boundary("sub_late", "sub", timer('"P9D"'), interrupting=False),
            user("chase"),
            element("callActivity", "call", calledElement="other"),
            user("last"),
            end(),
            path("start first sub call last end"),
            path("sub_late chase end"),
            **CHOICE,
        ),
        process("other", start("s3"), user("called"), end("e3"), path("s3 called e3")),
    )


def units() -> bytes:
    return definition(
        start(),
        user("first"),
        subprocess(
            "unit",
            loop(),
            start("s1"),
            user("one"),
            user("two"),
            end("e1"),
            path("s1 one two e1"),
        ),
        user("sequence", loop("true")),
        user("last"),
        end(),
        path("start first unit sequence last end"),
        **CHOICE,
    )


def races() -> bytes:
    return definition(
        start(),
        user("first"),
        element("eventBasedGateway", "race"),
        catch("paid", event("message", "payment")),
        catch("late", timer('"P3D"')),
        user("thanks"),
        user("chase"),
        xor("again", default="again_end"),
        catch("pause", timer('"P1D"')),
        end(),
        path("start first race paid thanks end"),
        path("race late chase again end"),
        flow("again", "pause", "v < 60"),
        path("pause first"),
        head=named("message", "payment"),
        **CHOICE,
    )


def rounds() -> bytes:
    """Parallel reviews within a correction loop beside a branch that stays open, and a
    multi-instance sub-process under a timer: what stock gets wrong."""
    return definition(
        start(),
        parallel("outer"),
        user("watch"),
        user("accept"),
        boundary("nudge", "accept", timer("P2D"), interrupting=False),
        user("nudged"),
        parallel("fork"),
        user("a"),
        user("b"),
        parallel("join"),
        xor("good", default="good_unit"),
        subprocess(
            "unit",
            multiple(count="3", completion="v > 90"),
            start("s1"),
            user("one"),
            boundary("one_late", "one", timer("P1D")),
            user("two"),
            end("e1"),
            path("s1 one two e1"),
            path("one_late two"),
        ),
        boundary("unit_late", "unit", timer("P4D")),
        inclusive("gather"),
        user("sum"),
        parallel("outer_join"),
        end(),
        path("start outer watch outer_join end"),
        path("outer accept fork a join good unit gather sum outer_join"),
        path("fork b join"),
        flow("good", "accept", "v < 50"),
        path("nudge nudged end"),
        path("unit_late gather"),
        **CHOICE,
    )


@pytest.mark.parametrize(
    ("drawing", "messages"),
    [
        (approval, ["paid"]),
        (branches, []),
        (inclusives, []),
        (nested, []),
        (units, []),
        (races, ["payment"]),
    ],
)
def test_ours_behaves_as_stock_does_where_stock_is_right(together, drawing, messages):
    done = sum(
        together(drawing(), seed, other="stock", messages=messages, steps=40) for seed in range(12)
    )
    assert done > 30


@pytest.mark.parametrize("drawing", [rounds, branches, inclusives, nested, units])
def test_forgetting_and_restoring_change_nothing(together, drawing):
    done = sum(together(drawing(), seed, other="whole") for seed in range(25))
    assert done > 60
