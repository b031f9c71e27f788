"""Sending a case back, or on, from inside and outside branches, loops and sub-processes."""

from datetime import timedelta

import pytest

import bpmn
from bpmn.testing import (
    boundary,
    catch,
    definition,
    element,
    end,
    flow,
    inclusive,
    parallel,
    path,
    service,
    start,
    timer,
    user,
    xor,
)

LINE = definition(
    start(),
    user("accept", name="受理"),
    user("review"),
    boundary("remind", "review", timer("P2D"), interrupting=False),
    user("nudge"),
    user("decide"),
    service("issue"),
    end(),
    path("start accept review decide issue end"),
    path("remind nudge end"),
    x="number",
)


def test_a_case_goes_back_to_an_earlier_step_and_comes_again(walk):
    case = walk(LINE)
    case.do("accept")
    review = case.task("review").id
    moved = case.jump("accept", "review", x=5)
    assert case.open == ["accept"]
    assert moved.closed == (review,)
    assert [task.step.id for task in moved.opened] == ["accept"]
    assert case.data == {"x": 5}
    for step in ("accept", "review", "decide"):
        case.do(step)
    assert list(case.services()) == ["issue"]


def test_timers_of_cancelled_tasks_are_dropped_and_new_ones_begin_anew(walk):
    case = walk(LINE)
    case.do("accept")
    assert case.last.next_due is not None
    case.now += timedelta(days=1)
    assert case.jump("accept").next_due is None
    case.do("accept")
    assert case.last.next_due == case.now + timedelta(days=2)
    case.wait(days=2)
    assert case.open == ["nudge", "review"]


def test_back_to_a_step_with_boundary_events_arms_them(walk):
    case = walk(LINE)
    case.do("accept")
    case.do("review")
    case.jump("review", "decide")
    assert case.open == ["review"]
    case.wait(days=2)
    assert case.open == ["nudge", "review"]
    case.do("review")
    assert case.open == ["decide", "nudge"]


def test_a_waiting_service_is_called_off(walk):
    case = walk(LINE)
    for step in ("accept", "review", "decide"):
        case.do(step)
    call = case.services()["issue"]
    assert case.jump("decide").closed == (call.id,)
    with pytest.raises(bpmn.NoSuchTask):
        bpmn.answer(case.process, case.last.state, call.id, {}, case.now)


def test_only_known_steps_and_open_tasks_will_do(walk):
    case = walk(LINE)
    before = case.last.state
    for target in ("nowhere", "remind", "start", "end", "start_accept"):
        with pytest.raises(bpmn.CannotJump):
            case.jump(target)
    with pytest.raises(bpmn.NoSuchTask):
        bpmn.jump(case.process, before, "accept", case.now, from_task="0" * 32)
    with pytest.raises(bpmn.BadData):
        case.jump("accept", x="many")
    case.do("accept")
    assert case.open == ["review"]


BRANCHES = definition(
    start(),
    user("accept"),
    parallel("fork"),
    user("a1"),
    boundary("a_late", "a1", timer("P1D")),
    user("a_chase"),
    user("a2"),
    user("b1"),
    boundary("b_late", "b1", timer("P3D"), interrupting=False),
    user("b_chase"),
    user("b2"),
    user("c"),
    parallel("join"),
    user("decide"),
    xor("again", default="again_end"),
    end(),
    path("start accept fork a1 a2 join decide again end"),
    path("a_late a_chase a2"),
    path("fork b1 b2 join"),
    path("b_late b_chase end"),
    path("fork c join"),
    flow("again", "accept", "redo"),
    redo="boolean",
)


def reach(walk, *steps: str):
    case = walk(BRANCHES)
    for step in ("accept", *steps):
        case.do(step)
    return case


def test_within_its_branch_a_task_goes_back_alone(walk):
    case = reach(walk, "a1", "b1")
    b2, c = case.task("b2").id, case.task("c").id
    case.jump("a1", "a2")
    assert case.open == ["a1", "b2", "c"]
    assert (case.task("b2").id, case.task("c").id) == (b2, c)
    assert case.last.next_due == case.now + timedelta(days=1)
    for step in ("c", "b2", "a1", "a2"):
        assert "decide" not in case.open
        case.do(step)
    assert case.open == ["decide"]


def test_branches_that_have_arrived_stay_arrived(walk):
    case = reach(walk, "b1", "b2", "c", "a1")
    case.jump("a1", "a2")
    assert case.open == ["a1"]
    case.do("a1")
    case.do("a2")
    assert case.open == ["decide"]


def test_out_of_the_branch_takes_every_branch_along(walk):
    case = reach(walk, "a1", "c")
    moved = case.jump("accept", "a2")
    assert case.open == ["accept"]
    assert len(moved.closed) == 2
    assert moved.next_due is None
    case.do("accept")
    assert case.open == ["a1", "b1", "c"]
    for step in ("a1", "a2", "b1", "b2"):
        case.do(step)
    assert case.open == ["c"]  # what arrived before the jump doesn't count
    case.do("c")
    assert case.open == ["decide"]


def test_without_an_origin_everything_is_taken(walk):
    case = reach(walk, "a1", "c")
    case.jump("accept")
    assert case.open == ["accept"]


def test_from_behind_the_join_one_review_is_asked_again_and_not_the_others(walk):
    case = reach(walk, "a1", "a2", "b1", "b2", "c")
    assert case.open == ["decide"]
    case.jump("b1", "decide")
    assert case.open == ["b1"]
    case.do("b1")
    assert case.open == ["b2"]
    case.do("b2")
    assert case.open == ["decide"]
    case.do("decide", redo=True)
    case.do("accept")
    assert case.open == ["a1", "b1", "c"]


def test_again_and_again_with_whole_rounds_in_between(walk):
    case = reach(walk)
    for _ in range(3):
        for step in ("a1", "b1", "c", "a2", "b2"):
            case.do(step)
        case.jump("c")
        assert case.open == ["c"]
        case.do("c")
        case.do("decide", redo=True)
        case.do("accept")
    assert case.open == ["a1", "b1", "c"]


def test_a_sibling_branch_still_being_worked_on_is_not_skipped_unseen(walk):
    case = reach(walk, "a1", "b1")
    state = case.last.state
    for origin in (None, "c", "b2"):
        with pytest.raises(bpmn.CannotJump) as refused:
            case.jump("a1", origin)
        assert refused.value.code == "jump-skips-branch"
    assert "并行分支" in refused.value.message
    assert case.last.state == state
    case.do("a2")
    assert case.open == ["b2", "c"]


def test_forward_past_the_join_takes_the_branches_along(walk):
    case = reach(walk, "a1")
    case.jump("decide", "a2")
    assert case.open == ["decide"]
    case.do("decide", redo=False)
    assert case.last.ended


def test_a_gateway_can_be_the_target(walk):
    case = reach(walk, "a1", "b1", "c")
    case.jump("fork")
    assert case.open == ["a1", "b1", "c"]


def test_branches_within_branches(walk):
    xml = definition(
        start(),
        parallel("outer"),
        user("p"),
        parallel("inner"),
        user("q1"),
        user("q2"),
        user("r"),
        parallel("inner_join"),
        user("s"),
        user("t"),
        parallel("outer_join"),
        user("z"),
        end(),
        path("start outer p inner q1 q2 inner_join s outer_join z end"),
        path("inner r inner_join"),
        path("outer t outer_join"),
    )
    case = walk(xml)
    case.do("p")
    case.do("q1")
    case.jump("q1", "q2")  # the innermost branch alone
    assert case.open == ["q1", "r", "t"]
    case.jump("p", "q1")  # the outer branch, both inner ones with it
    assert case.open == ["p", "t"]
    for step in ("p", "q1", "q2", "r"):
        case.do(step)
    case.jump("r", "s")  # from behind the inner join: q has arrived
    assert case.open == ["r", "t"]
    for step in ("r", "s", "t"):
        case.do(step)
    case.jump("q2", "z")  # from behind both joins
    assert case.open == ["q2"]
    for step in ("q2", "s"):
        case.do(step)
    assert case.open == ["z"]


def test_an_inclusive_join_waits_only_for_what_runs(walk):
    xml = definition(
        start(),
        inclusive("fork", default="fork_c"),
        user("a"),
        user("b"),
        user("c"),
        inclusive("join"),
        user("z"),
        end(),
        path("start fork"),
        flow("fork", "a", "true"),
        flow("fork", "b", "true"),
        path("fork c join z end"),
        path("a join"),
        path("b join"),
    )
    case = walk(xml)
    case.do("a")
    case.do("b")
    case.jump("a", "z")
    assert case.open == ["a"]
    case.do("a")
    assert case.open == ["z"]


def test_a_reminder_running_beside_is_left_alone_within_the_main_branch(walk):
    xml = definition(
        start(),
        user("work"),
        boundary("remind", "work", timer("P1D"), interrupting=False),
        user("nudge"),
        user("check"),
        catch("pause", timer("P1D")),
        user("decide"),
        end(),
        path("start work check pause decide end"),
        path("remind nudge end"),
    )
    case = walk(xml)
    case.wait(days=1)
    case.do("work")
    case.do("check")
    case.wait(days=1)
    case.jump("check", "decide")
    assert case.open == ["check", "nudge"]


def test_a_reminders_side_branch_is_no_place_to_send_a_case(walk):
    case = walk(LINE)
    case.do("accept")
    with pytest.raises(bpmn.CannotJump) as refused:
        case.jump("nudge", "review")
    assert refused.value.code == "jump-into-side-branch"
    case.wait(days=2)
    case.jump("nudge", "nudge")  # from within it, it may be done again
    assert case.open == ["nudge", "review"]


def test_clearing_a_branch_leaves_what_its_reminder_set_going(walk):
    xml = definition(
        start(),
        user("work"),
        boundary("remind", "work", timer("P1D"), interrupting=False),
        user("nudge"),
        user("check"),
        end(),
        path("start work check end"),
        path("remind nudge end"),
    )
    case = walk(xml)
    case.wait(days=1)
    case.jump("check", "work")
    assert case.open == ["check", "nudge"]
    case.do("nudge")
    case.do("check")
    assert case.last.ended


def test_a_case_that_has_ended_can_be_taken_up_again(walk):
    case = walk(definition(start(), user("a"), end(), path("start a end")))
    assert case.do("a").ended
    assert not case.jump("a").ended
    assert case.open == ["a"]


def test_a_business_rule_or_receive_task_is_no_different(walk):
    xml = definition(
        start(), user("a"), element("manualTask", "m", ow_assign="role:guide"), end(),
        path("start a m end"),
    )  # fmt: skip
    case = walk(xml)
    case.do("a")
    case.jump("a")
    assert case.open == ["a"]
