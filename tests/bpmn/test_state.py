"""The state of a case: small, bounded, true to its definition, and never poisoned by a failure."""

import threading
from datetime import datetime, timedelta

import pytest

import bpmn
from bpmn.moves import _warm
from bpmn.testing import (
    boundary,
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
from bpmn.warm import WarmCases

SIMPLE = definition(
    start(), user("a"), user("b"), end(), path("start a b end"), x="number", name="string"
)


# ---- bounds -------------------------------------------------------------------------------------


def corrections() -> bytes:
    """A correction loop with a reminder in it, beside a branch that stays open."""
    return definition(
        start(),
        parallel("outer"),
        user("watch"),
        user("accept"),
        boundary("remind", "accept", timer("P1D"), interrupting=False),
        user("nudge"),
        parallel("fork"),
        user("a"),
        user("b"),
        parallel("join"),
        xor("good", default="good_sum"),
        user("sum"),
        parallel("both"),
        end(),
        path("start outer watch both end"),
        path("outer accept fork a join good sum both"),
        path("fork b join"),
        flow("good", "accept", "round < 1000"),
        path("remind nudge end"),
        round="number",
    )


def test_a_thousand_corrections_leave_the_state_as_small_as_one(walk):
    case = walk(corrections())
    sizes = []
    for round_ in range(1000):
        if round_ % 10 == 0:
            case.wait(days=1)
            case.do("nudge")
        case.do("accept", round=round_ + 1)
        case.do("a")
        case.do("b")
        sizes.append(len(case.last.state))
    assert case.open == ["sum", "watch"]
    assert max(sizes[1:]) - min(sizes[1:-1]) < 40
    assert max(sizes) < 1500


def test_the_state_holds_no_prediction_however_many_branches_lie_ahead(walk):
    """The library predicts 3^k tasks over k three-way blocks: 42,645 and 16 MB for eight."""
    parts = [start(), user("first"), path("start first fork_0")]
    for block in range(12):
        following = f"fork_{block + 1}" if block < 11 else "end"
        parts += [parallel(f"fork_{block}"), parallel(f"join_{block}")]
        parts.append(path(f"join_{block} {following}"))
        for branch in "abc":
            name = f"{branch}_{block}"
            parts += [user(name), path(f"fork_{block} {name} join_{block}")]
    case = walk(definition(*parts, end()))
    assert len(case.last.state) < 300
    case.do("first")
    for block in range(12):
        for branch in "abc":
            case.do(f"{branch}_{block}")
        assert len(case.last.state) < 1000
    assert case.last.ended


def test_a_chain_as_long_as_a_definition_may_be_runs(walk):
    names = [f"step_{number}" for number in range(298)]
    case = walk(
        definition(start(), *map(user, names), end(), path(" ".join(["start", *names, "end"])))
    )
    for name in names[:3]:
        case.do(name)
    case.jump(names[-1])
    assert case.do(names[-1]).ended


def test_an_approval_of_usual_size_stays_far_below_six_kilobytes(walk):
    case = walk(
        definition(
            start(),
            subprocess(
                "unit", multiple(count="10"), start("s1"), user("one"),
                boundary("late", "one", timer("P1D")), user("two"), end("e1"),
                path("s1 one two e1"), path("late two"),
            ),
            end(),
            path("start unit end"),
        )
    )  # fmt: skip
    assert len(case.last.live) == 10
    assert len(case.last.state) < 6000


def test_a_cycle_that_waits_for_nobody_is_stopped_by_the_step_budget(walk):
    xml = definition(
        start(), user("a"), xor("one"), xor("two", default="two_one"), end(),
        path("start a one two one"), flow("two", "end", "false"),
    )  # fmt: skip
    assert "cycle-without-wait" in {problem.code for problem in bpmn.lint(bpmn.read(xml))}
    case = walk(xml, linted=True)
    with pytest.raises(bpmn.Stuck) as stuck:
        case.do("a")
    assert stuck.value.code == "step-budget"
    assert case.open == ["a"]


def test_tokens_that_only_wait_for_each_other_are_reported_not_left_lying(walk):
    xml = definition(
        start(), user("a"), xor("split", default="split_b"), user("b"), user("c"),
        parallel("join"), end(), path("start a split b join end"), path("c join"),
        flow("split", "c", "x > 1"), x="number",
    )  # fmt: skip
    found = bpmn.lint(bpmn.read(xml))
    assert [(problem.code, problem.element) for problem in found] == [
        ("join-may-wait-forever", "join")
    ]
    case = walk(xml, x=0)
    case.do("a")
    with pytest.raises(bpmn.Stuck) as stuck:
        case.do("b")
    assert (stuck.value.code, stuck.value.element) == ("deadlock", "join")


def test_more_instances_than_allowed_are_refused(walk):
    xml = definition(
        start(), user("a"), user("r", multiple(collection="units", item="unit")), end(),
        path("start a r end"), units="list",
    )  # fmt: skip
    case = walk(xml)
    with pytest.raises(bpmn.Stuck) as stuck:
        case.do("a", units=list(range(51)))
    assert stuck.value.code == "too-many-instances"
    case.do("a", units=list(range(50)))
    assert len(case.last.live) == 50


def test_loops_within_loops_are_stopped_before_a_case_grows_out_of_hand(walk):
    case = walk(
        definition(
            start(),
            user("a"),
            subprocess(
                "unit",
                multiple(collection="units", item="unit"),
                start("s1"),
                user("one", multiple(count="40")),
                end("e1"),
                path("s1 one e1"),
            ),
            end(),
            path("start a unit end"),
            units="list",
        )
    )
    with pytest.raises(bpmn.Stuck) as stuck:
        case.do("a", units=list(range(20)))
    assert stuck.value.code == "too-many-tasks"
    case.do("a", units=list(range(10)))
    assert len(case.last.live) == 400


# ---- what is kept -------------------------------------------------------------------------------


def test_only_declared_variables_are_kept(walk):
    case = walk(SIMPLE, x=1, secret="no", typename="no")
    case.do("a", name="张三", answers={"idnumber": "1"}, typename="uuid")
    assert case.data == {"x": 1, "name": "张三"}
    assert b"secret" not in case.last.state
    assert b"idnumber" not in case.last.state


def test_a_variable_may_be_called_typename(walk):
    """With the library's serializer that key makes a case unrestorable."""
    case = walk(
        definition(start(), user("a"), user("b"), end(), path("start a b end"), typename="string")
    )
    case.do("a", typename="uuid")
    case.do("b")
    assert case.data == {"typename": "uuid"}


def test_a_value_of_the_wrong_kind_is_refused_and_nothing_is_lost(walk):
    case = walk(SIMPLE)
    with pytest.raises(bpmn.BadData) as refused:
        case.do("a", x="many")
    assert refused.value.message == "流程变量“x”应为数字，收到的是“many”。"
    case.do("a", x="12")
    assert case.data["x"] == 12


def test_an_outcome_must_be_one_of_the_steps_buttons(walk):
    case = walk(
        definition(
            start(), user("check", ow_outcomes="agree:同意;disagree:不同意"), user("b"), end(),
            path("start check b end"),
        )
    )  # fmt: skip
    for wrong in ({}, {"outcome": "maybe"}, {"outcome": None}, {"outcome": ["agree"]}):
        with pytest.raises(bpmn.BadData) as refused:
            case.do("check", **wrong)
        assert refused.value.code == "outcome-unknown"
        assert refused.value.element == "check"
    case.do("check", outcome="disagree")
    assert case.data == {"outcome": "disagree", "check_outcome": "disagree"}


# ---- true to its definition ---------------------------------------------------------------------


def test_bytes_that_arent_a_state_of_this_definition_are_refused(feel):
    process = bpmn.compile(SIMPLE, feel)
    other = bpmn.compile(SIMPLE.replace(b'"b"', b'"c"').replace(b"a_b", b"a_c"), feel)
    now = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
    state = bpmn.start(process, {}, now).state
    _warm.clear()
    damaged = [
        b"",
        b"ow1",
        b"ow2" + state[3:],
        state[:-5],
        state.replace(b'"a"', b'"zzz"'),
        b"ow1[]",
        b"ow1null",
        b'ow1["%s",{},[],[]]' % process.sha256[:16].encode(),
        state.replace(b",[]]", b',[["00",{},[]]]]'),
    ]
    for bad in damaged:
        with pytest.raises(bpmn.BadState):
            bpmn.look(process, bad, now)
    with pytest.raises(bpmn.BadState):
        bpmn.look(other, state, now)
    assert bpmn.look(process, state, now).live


def test_a_move_needs_an_aware_time(feel):
    process = bpmn.compile(SIMPLE, feel)
    with pytest.raises(ValueError, match="aware"):
        bpmn.start(process, {}, datetime(2026, 1, 1))


def test_the_same_state_gives_the_same_case_whenever_it_is_looked_at(walk):
    case = walk(corrections())
    case.do("accept", round=1)
    looked = bpmn.look(case.process, case.last.state, case.now)
    assert looked.live == case.last.live
    assert looked.state == case.last.state
    assert (looked.opened, looked.closed) == (looked.live, ())
    fired = bpmn.fire(case.process, case.last.state, case.now)
    assert fired.state == case.last.state
    assert (fired.opened, fired.closed, fired.passed) == ((), (), ())


# ---- warm cases ---------------------------------------------------------------------------------


def test_a_failed_move_leaves_the_state_it_began_with_usable(walk):
    case = walk(
        definition(
            start(), user("a"), xor("g", default="g_e1"), user("b"), end("e1"), end("e2"),
            path("start a g e1"), flow("g", "b", "x > 1"), path("b e2"), x="number",
        )
    )  # fmt: skip
    state, task = case.last.state, case.task("a").id
    for _ in range(3):
        with pytest.raises(bpmn.Stuck):
            bpmn.complete(case.process, state, task, {"x": None}, case.now)
        with pytest.raises(bpmn.BadData):
            bpmn.complete(case.process, state, task, {"x": "?"}, case.now)
        with pytest.raises(bpmn.NoSuchTask):
            bpmn.complete(case.process, state, "nothing", {}, case.now)
    assert bpmn.complete(case.process, state, task, {"x": 2}, case.now).live[0].step.id == "b"


def test_two_moves_from_the_same_state_dont_disturb_each_other(walk):
    """What a rolled-back transaction and its repetition look like."""
    case = walk(SIMPLE)
    state, task = case.last.state, case.task("a").id
    first = bpmn.complete(case.process, state, task, {"x": 1}, case.now)
    second = bpmn.complete(case.process, state, task, {"x": 2}, case.now)
    assert (first.data["x"], second.data["x"]) == (1, 2)
    for moved in (second, first):
        done = bpmn.complete(case.process, moved.state, moved.live[0].id, {}, case.now)
        assert done.ended
        assert done.data == moved.data


def test_a_task_done_is_done_for_the_second_person_too(walk):
    case = walk(SIMPLE)
    task = case.task("a").id
    case.do("a")
    with pytest.raises(bpmn.NoSuchTask) as refused:
        bpmn.complete(case.process, case.last.state, task, {}, case.now)
    assert "已经办结" in refused.value.message


def test_warm_cases_are_handed_out_once_and_the_oldest_go_first():
    warm = WarmCases(size=2)
    for name in (b"1", b"2", b"3"):
        warm.put(name, name)  # type: ignore[arg-type]
    assert len(warm) == 2
    assert warm.take(b"1") is None
    assert warm.take(b"3") == b"3"
    assert warm.take(b"3") is None


def test_threads_share_definitions_without_mixing_cases(feel):
    process = bpmn.compile(corrections(), feel)
    now = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
    wrong: list[object] = []

    def one(number: int) -> None:
        try:
            moved = bpmn.start(process, {"round": number}, now)
            for step in ("accept", "b", "a") * 5:
                task = next(task for task in moved.live if task.step.id == step)
                moved = bpmn.complete(process, moved.state, task.id, {}, now)
                if moved.data != {"round": number}:
                    wrong.append(moved.data)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_definition_is_parsed_once(feel):
    assert bpmn.compile(SIMPLE, feel).plan is bpmn.compile(bytes(SIMPLE), feel).plan


def test_what_was_passed_is_told_in_order(walk):
    case = walk(corrections())
    assert case.last.passed == ("start", "outer", "watch", "accept")
    assert case.do("accept", round=1000).passed == ("accept", "fork", "a", "b")
    case.do("a")
    assert case.do("b").passed == ("b", "join", "good", "sum")
    assert case.last.done == ("b", "join", "good")  # the sum is reached, not done
    case.now += timedelta(days=1)


def test_names_are_filled_in_when_a_task_opens(walk):
    case = walk(
        definition(
            start(), user("a", name="核对{who}的{count}项（{none}）"), end(), path("start a end"),
            who="string", count="number", none="date",
        ),
        who="李四",
        count=3.0,
    )  # fmt: skip
    assert case.task("a").name == "核对李四的3项（）"
    assert case.task("a").step.name == "核对{who}的{count}项（{none}）"


def test_an_assignment_that_gives_nonsense_stops_the_move(walk):
    xml = definition(
        start(), user("a"), user("b", ow_assign="= who"), end(), path("start a b end"),
        who="string",
    )  # fmt: skip
    case = walk(xml)
    for who in (None, "someone", "role:emperor"):
        with pytest.raises(bpmn.Stuck) as stuck:
            case.do("a", who=who)
        assert (stuck.value.code, stuck.value.element) == ("assign-undecided", "b")
    case.do("a", who="role:checker")
    assert case.task("b").assign.role == "checker"
