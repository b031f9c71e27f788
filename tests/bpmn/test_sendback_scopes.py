"""Sending a case back within, out of and into sub-processes, loops and called processes."""

from datetime import timedelta

import pytest

import bpmn
from bpmn.testing import (
    boundary,
    definition,
    document,
    element,
    end,
    multiple,
    path,
    process,
    start,
    subprocess,
    timer,
    user,
)

NESTED = definition(
    start(),
    user("accept"),
    subprocess(
        "sub",
        start("s1"),
        user("in1"),
        user("in2"),
        boundary("in_late", "in2", timer("P1D")),
        user("in_chase"),
        end("e1"),
        path("s1 in1 in2 e1"),
        path("in_late in_chase e1"),
    ),
    boundary("late", "sub", timer("P9D")),
    user("chase"),
    user("after"),
    end(),
    path("start accept sub after end"),
    path("late chase end"),
)


def test_within_a_sub_process_it_stays_within(walk):
    case = walk(NESTED)
    case.do("accept")
    case.do("in1")
    case.jump("in1", "in2")
    assert case.open == ["in1"]
    assert case.last.next_due == case.now + timedelta(days=9)  # the border's timer goes on
    case.do("in1")
    case.do("in2")
    assert case.open == ["after"]


def test_out_of_a_sub_process_its_timers_go(walk):
    case = walk(NESTED)
    case.do("accept")
    case.do("in1")
    case.jump("accept", "in2")
    assert case.open == ["accept"]
    assert case.last.next_due is None


def test_into_a_sub_process_that_is_over(walk):
    case = walk(NESTED)
    for step in ("accept", "in1", "in2"):
        case.do(step)
    case.jump("in2", "after")
    assert case.open == ["in2"]
    assert case.last.next_due == case.now + timedelta(days=1)
    case.do("in2")
    assert case.open == ["after"]
    case.jump("sub", "after")
    assert case.open == ["in1"]


def test_one_instance_goes_back_alone_and_none_can_be_entered_from_outside(walk):
    xml = definition(
        start(),
        subprocess(
            "unit",
            multiple(collection="units", item="unit_name"),
            start("s1"), user("one"), user("two"), end("e1"), path("s1 one two e1"),
        ),
        user("sum"),
        end(),
        path("start unit sum end"),
        units="list",
    )  # fmt: skip
    case = walk(xml, units=["a", "b"])
    case.do("one", 0)
    case.do("one", 1)
    case.jump("one", "two", 1)
    assert [(task.step.id, task.index) for task in case.last.live] == [("two", 0), ("one", 1)]
    case.do("one", 1)
    case.do("two", 0)
    case.do("two", 1)
    with pytest.raises(bpmn.CannotJump) as refused:
        case.jump("two", "sum")
    assert refused.value.code == "jump-into-loop"
    case.jump("unit", "sum")
    assert case.open == ["one", "one"]


def test_within_a_called_process_and_not_into_one_that_isnt_running(walk):
    xml = document(
        process(
            "main",
            start(),
            user("accept"),
            element("callActivity", "call", calledElement="other"),
            user("sum"),
            end(),
            path("start accept call sum end"),
        ),
        process(
            "other",
            start("s1"),
            user("one"),
            user("two"),
            end("e1"),
            path("s1 one two e1"),
        ),
    )
    case = walk(xml)
    with pytest.raises(bpmn.CannotJump) as refused:
        case.jump("two", "accept")
    assert refused.value.code == "jump-into-called-process"
    case.do("accept")
    case.do("one")
    case.jump("one", "two")
    assert case.open == ["one"]
    case.do("one")
    case.jump("one")
    assert case.open == ["one"]
    case.jump("accept", "one")
    assert case.open == ["accept"]


def test_a_multi_instance_task_is_started_over_as_a_whole(walk):
    xml = definition(
        start(), user("accept"), user("review", multiple(count="3")), user("sum"), end(),
        path("start accept review sum end"),
    )  # fmt: skip
    case = walk(xml)
    case.do("accept")
    case.do("review", 1)
    case.jump("review", "review", 0)
    assert [task.index for task in case.last.live] == [0, 1, 2]
    case.jump("accept", "review", 2)
    assert case.open == ["accept"]
    case.do("accept")
    for index in range(3):
        case.do("review", index)
    assert case.open == ["sum"]
