"""Multi-instance and standard loops; lanes."""

import pytest

from bpmn.testing import (
    boundary,
    definition,
    document,
    element,
    end,
    flow,
    multiple,
    path,
    process,
    start,
    subprocess,
    timer,
    user,
    xor,
)


@pytest.mark.parametrize("sequential", [False, True])
def test_a_task_is_done_once_for_each_element_and_its_results_gathered_in_order(walk, sequential):
    case = walk(
        definition(
            start(),
            user(
                "review",
                multiple(sequential=sequential, collection="units", item="unit",
                         result="opinions", result_item="review_outcome"),
                name="会审（{unit}）",
                ow_assign='= "department:" + unit',
                ow_outcomes="agree:同意;disagree:不同意",
            ),
            user("sum"),
            end(),
            path("start review sum end"),
            units="list",
            opinions="list",
            note="string",
        ),
        units=["fire", "health", "roads"],
    )  # fmt: skip
    assert len(case.last.live) == (1 if sequential else 3)
    first = case.task("review", 0)
    assert (first.name, first.assign.department) == ("会审（fire）", "fire")
    order = (0, 1, 2) if sequential else (2, 0, 1)
    for index in order:
        outcome = "disagree" if index == 1 else "agree"
        case.do("review", index, outcome=outcome, note=f"by {index}")
    assert case.open == ["sum"]
    assert case.data["opinions"] == ["agree", "disagree", "agree"]
    assert case.data["note"] == f"by {order[-1]}"


@pytest.mark.parametrize("sequential", [False, True])
def test_a_completion_condition_ends_the_rest(walk, sequential):
    case = walk(
        definition(
            start(),
            user("review", multiple(sequential=sequential, count="3",
                                    completion='review_outcome = "disagree"'),
                 ow_outcomes="agree:同意;disagree:不同意"),
            user("sum"),
            end(),
            path("start review sum end"),
        )
    )  # fmt: skip
    case.do("review", 0, outcome="agree")
    assert "sum" not in case.open
    moved = case.do("review", 1, outcome="disagree")
    assert case.open == ["sum"]
    assert len(moved.closed) == (1 if sequential else 2)


def test_an_empty_list_is_passed_by(walk):
    case = walk(
        definition(
            start(), user("review", multiple(collection="units", item="unit")), user("sum"), end(),
            path("start review sum end"), units="list",
        ),
        units=[],
    )  # fmt: skip
    assert case.open == ["sum"]


def joint() -> bytes:
    """Each unit reviews and, if it disagrees, mends; each within its own five days."""
    return definition(
        start(),
        subprocess(
            "unit_case",
            multiple(collection="units", item="unit", result="verdicts",
                     result_item="review_outcome"),
            start("s1"),
            user("review", ow_assign='= "department:" + unit',
                 ow_outcomes="agree:同意;disagree:不同意"),
            xor("ok", default="ok_e1"),
            user("mend"),
            end("e1"),
            path("s1 review ok e1"),
            flow("ok", "mend", 'review_outcome = "disagree"'),
            path("mend e1"),
        ),
        boundary("late", "unit_case", timer("P5D")),
        user("chase"),
        user("sum"),
        end(),
        path("start unit_case sum end"),
        path("late chase end"),
        units="list",
        verdicts="list",
    )  # fmt: skip


def test_what_is_set_in_one_instance_of_a_sub_process_stays_in_it(walk):
    case = walk(joint(), units=["fire", "health"])
    assert {task.assign.department for task in case.last.live} == {"fire", "health"}
    case.do("review", 0, outcome="disagree")
    case.do("review", 1, outcome="agree")
    assert case.open == ["mend"]
    case.do("mend")
    assert case.open == ["sum"]
    assert case.data["verdicts"] == ["disagree", "agree"]
    assert "review_outcome" not in case.data


def test_an_interrupting_timer_takes_every_instance_of_a_sub_process_away(walk):
    """The library leaves the instances as orphans and fails on the next one it looks for."""
    case = walk(joint(), units=["fire", "health", "roads"])
    case.do("review", 1, outcome="disagree")
    gone = {task.id for task in case.last.live}
    moved = case.wait(days=5)
    assert case.open == ["chase"]
    assert set(moved.closed) == gone
    case.do("chase")
    assert case.last.ended


def test_a_sub_process_after_a_loop_is_no_instance_of_it(walk):
    """In the tree it hangs below the loop; what is set in it belongs to the case all the same."""
    case = walk(
        definition(
            start(),
            user("twice", multiple(count="2")),
            subprocess("sub", start("s1"), user("inner"), end("e1"), path("s1 inner e1")),
            user("after", name="{x}"),
            end(),
            path("start twice sub after end"),
            x="number",
        )
    )
    case.do("twice", 0, x=1)
    case.do("twice", 1, x=2)
    case.do("inner", x=3)
    assert (case.data, case.task("after").name) == ({"x": 3}, "3")


def test_a_called_process_runs_once_for_each_element(walk):
    case = walk(
        document(
            process("main", start(),
                    element("callActivity", "call", multiple(collection="units", item="unit"),
                            calledElement="other"),
                    user("out"), end(), path("start call out end"), units="list"),
            process("other", start("s1"), user("inner", name="{unit}"), end("e1"),
                    path("s1 inner e1")),
        ),
        units=["甲", "乙"],
    )  # fmt: skip
    assert [task.name for task in case.last.live] == ["甲", "乙"]
    case.do("inner", 1)
    case.do("inner", 0)
    assert case.open == ["out"]


def test_a_standard_loop_repeats_while_its_condition_holds_and_no_longer_than_its_bound(walk):
    loop = (
        '<bpmn:standardLoopCharacteristics loopMaximum="3">'
        "<bpmn:loopCondition>again</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )
    xml = definition(
        start(), user("u", loop), user("n"), end(), path("start u n end"), again="boolean"
    )
    case = walk(xml)
    case.do("u", again=True)
    assert (case.open, case.task("u").index) == (["u"], 1)
    case.do("u", again=False)
    assert case.open == ["n"]
    case = walk(xml)
    for _ in range(3):
        case.do("u", again=True)
    assert case.open == ["n"]


def test_lanes_name_the_innermost(walk):
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="外">'
        "<bpmn:flowNodeRef>a</bpmn:flowNodeRef><bpmn:flowNodeRef>b</bpmn:flowNodeRef>"
        '<bpmn:childLaneSet id="cs"><bpmn:lane id="l2" name="内">'
        "<bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet>"
        "</bpmn:lane></bpmn:laneSet>"
    )
    case = walk(definition(lanes, start(), user("a"), user("b"), end(), path("start a b end")))
    assert [step.lane for step in case.process.steps.values()] == ["内", "外"]
