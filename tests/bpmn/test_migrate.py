"""Moving running cases to another version: nothing is lost, what can't be carried over stays."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import bpmn
from bpmn.moves import _warm
from bpmn.testing import (
    boundary,
    catch,
    definition,
    document,
    element,
    end,
    event,
    flow,
    multiple,
    named,
    parallel,
    path,
    process,
    service,
    start,
    subprocess,
    timer,
    user,
    xor,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

V1 = definition(
    start(), user("accept"), user("inspect"), user("review"), user("decide"), end(),
    path("start accept inspect review decide end"), v="number",
)  # fmt: skip


def at(feel: Any, xml: bytes, *steps: str, **data: Any) -> tuple[bpmn.Process, bpmn.Moved]:
    """A case of this drawing after these steps."""
    process = bpmn.compile(xml, feel, linted=True)
    moved = bpmn.start(process, data, NOW)
    for step in steps:
        task = next(task for task in moved.live if task.step.id == step)
        moved = bpmn.complete(process, moved.state, task.id, {}, NOW)
    return process, moved


def to(
    old: bpmn.Process, moved: bpmn.Moved, xml: bytes, values: Any = None, **elements: Any
) -> bpmn.Moved:
    new = bpmn.compile(xml, old.feel, linted=True)
    conversion = bpmn.Conversion(elements, values or {})
    return bpmn.migrate(old, new, moved.state, conversion, NOW)


def open_at(moved: bpmn.Moved) -> list[str]:
    return sorted(task.step.id for task in moved.live)


def finish(xml: bytes, feel: Any, moved: bpmn.Moved) -> list[str]:
    """Complete whatever is open, first come first; the steps done."""
    process = bpmn.compile(xml, feel, linted=True)
    done = []
    while not moved.ended:
        _warm.clear()
        task = moved.live[0]
        done.append(task.step.id)
        moved = bpmn.complete(process, moved.state, task.id, {}, NOW)
    return done


def test_a_task_keeps_its_id_and_goes_the_new_way(feel):
    v2 = definition(
        start(), user("accept"), user("inspect", name="两人现场核查"), user("publicise"),
        user("decide"), end(), path("start accept inspect publicise decide end"), v="number",
    )  # fmt: skip
    old, moved = at(feel, V1, "accept")
    there = to(old, moved, v2)
    assert [(task.id, task.name) for task in there.live] == [(moved.live[0].id, "两人现场核查")]
    assert (there.opened, there.closed) == ((), ())
    assert finish(v2, feel, there) == ["inspect", "publicise", "decide"]


def test_a_removed_step_needs_a_place_to_go(feel):
    v2 = definition(
        start(), user("accept"), user("review"), user("decide"), end(),
        path("start accept review decide end"), v="number",
    )  # fmt: skip
    old, moved = at(feel, V1, "accept")
    with pytest.raises(bpmn.CannotMigrate) as refused:
        to(old, moved, v2)
    assert (refused.value.code, refused.value.element) == ("human-gone", "inspect")
    assert refused.value.message == "环节“inspect”已取消，未指定去处。"
    assert open_at(bpmn.look(old, moved.state, NOW)) == ["inspect"]
    there = to(old, moved, v2, inspect="review")
    assert there.live[0].id == moved.live[0].id
    assert finish(v2, feel, there) == ["review", "decide"]
    # Once it is behind the case, nobody misses it.
    assert open_at(to(*at(feel, V1, "accept", "inspect"), v2)) == ["review"]


def test_steps_of_another_kind_or_level_take_no_cases(feel):
    v2 = definition(
        start(), user("accept"), service("inspect"), subprocess(
            "sub", start("s"), user("inner"), end("e"), path("s inner e")
        ), user("many", multiple(count="2")), user("decide"), end(),
        path("start accept inspect sub many decide end"), v="number",
    )  # fmt: skip
    old, moved = at(feel, V1, "accept")
    for target, code in (
        ("inspect", "kind-differs"),
        ("many", "kind-differs"),
        ("inner", "other-scope"),
        ("nowhere", "human-gone"),
        (None, "human-gone"),
    ):
        with pytest.raises(bpmn.CannotMigrate) as refused:
            to(old, moved, v2, inspect=target)
        assert refused.value.code == code, target


def test_running_timers_keep_their_due_time_and_new_ones_begin(feel):
    def drawing(*timers: tuple[str, str]) -> bytes:
        parts = [boundary(name, "review", timer(time), interrupting=False) for name, time in timers]
        ways = [user(f"{name}_aside") for name, _ in timers] + [
            path(f"{name} {name}_aside {name}_end") for name, _ in timers
        ] + [end(f"{name}_end") for name, _ in timers]  # fmt: skip
        return definition(start(), user("review"), *parts, *ways, end(), path("start review end"))

    old, moved = at(feel, drawing(("late", "P3D")))
    later = NOW + timedelta(days=2)
    new = bpmn.compile(drawing(("late", "P9D"), ("soon", "P2D")), feel, linted=True)
    there = bpmn.migrate(old, new, moved.state, bpmn.Conversion(), later)
    assert there.next_due == NOW + timedelta(days=3)
    fired = bpmn.fire(new, there.state, NOW + timedelta(days=3))
    assert open_at(fired) == ["late_aside", "review"]
    assert fired.next_due == later + timedelta(days=2)
    # One that has fired doesn't wait again, neither when its branch is over.
    again = bpmn.migrate(new, old, fired.state, bpmn.Conversion({"soon": None}), later)
    assert again.next_due is None
    aside = next(task for task in again.live if task.step.id == "late_aside")
    over = bpmn.complete(old, again.state, aside.id, {}, later)
    back = bpmn.migrate(old, new, over.state, bpmn.Conversion(), later)
    assert back.next_due == later + timedelta(days=2)
    assert finish(drawing(("late", "P9D"), ("soon", "P2D")), feel, back) == ["review"]
    # A task that had none, and one that loses all it has.
    bare = drawing()
    old, moved = at(feel, bare)
    guarded = to(old, moved, drawing(("late", "P3D")))
    assert guarded.next_due == NOW + timedelta(days=3)
    assert guarded.live[0].id == moved.live[0].id
    assert finish(drawing(("late", "P3D")), feel, guarded) == ["review"]
    guard = bpmn.compile(drawing(("late", "P3D")), feel, linted=True)
    with pytest.raises(bpmn.CannotMigrate) as refused:
        to(guard, guarded, bare)
    assert (refused.value.code, refused.value.element) == ("boundary-gone", "late")
    freed = to(guard, guarded, bare, late=None)
    assert freed.next_due is None
    assert finish(bare, feel, freed) == ["review"]


def test_a_branch_set_going_by_a_timer_outlives_the_timer(feel):
    def drawing(*more: str) -> bytes:
        return definition(start(), user("review"), end(), path("start review end"), *more)

    v1 = drawing(
        boundary("late", "review", timer("P1D"), interrupting=False),
        boundary("later", "review", timer("P5D"), interrupting=False),
        user("aside"), end("over"), path("late aside over"), path("later over"),
    )  # fmt: skip
    v2 = drawing(
        boundary("soon", "review", timer("P1D"), interrupting=False),
        boundary("later", "review", timer("P5D"), interrupting=False),
        user("aside"), end("over"), path("soon aside over"), path("later over"),
    )  # fmt: skip
    old, moved = at(feel, v1)
    fired = bpmn.fire(old, moved.state, NOW + timedelta(days=1))
    there = to(old, fired, v2)
    assert open_at(there) == ["aside", "review"]
    assert sorted(finish(v2, feel, there)) == ["aside", "review"]


def test_an_event_gateway_waits_for_what_the_new_version_waits_for(feel):
    def drawing(time: str | None, message: str) -> bytes:
        gate = element("eventBasedGateway", "gate")
        heard = catch("heard", event("message", message))
        other = catch("other", timer(time)) if time else catch("other", event("message", "more"))
        return definition(
            start(), gate, heard, other, user("decide"), end(), xor("merge"),
            path("start gate heard merge decide end"), path("gate other merge"),
            head=named("message", message) + named("message", "more"),
        )  # fmt: skip

    old, moved = at(feel, drawing("P3D", "paid"))
    there = to(old, moved, drawing("P9D", "settled"))
    assert there.next_due == NOW + timedelta(days=3)
    new = bpmn.compile(drawing("P9D", "settled"), feel, linted=True)
    with pytest.raises(bpmn.NotWaiting):
        bpmn.deliver(new, there.state, "paid", {}, NOW)
    assert open_at(bpmn.deliver(new, there.state, "settled", {}, NOW)) == ["decide"]
    assert to(old, moved, drawing(None, "paid")).next_due is None


def test_half_done_multi_instance_goes_on_where_it_stands(feel):
    def drawing(step: str = "ask", item: str = "office", completion: str | None = None) -> bytes:
        loop = multiple(
            collection="offices", item=item, result="said", result_item="word",
            completion=completion,
        )  # fmt: skip
        return definition(
            start(), user(step, loop), user("decide"), end(), path(f"start {step} decide end"),
            offices="list", said="list", word="string",
        )  # fmt: skip

    old = bpmn.compile(drawing(), feel, linted=True)
    moved = bpmn.start(old, {"offices": ["a", "b", "c"]}, NOW)
    moved = bpmn.complete(old, moved.state, moved.live[1].id, {"word": "second"}, NOW)
    v2 = drawing("consult")
    new = bpmn.compile(v2, feel, linted=True)
    there = to(old, moved, v2, ask="consult")
    assert [(task.id, task.index) for task in there.live] == [
        (task.id, task.index) for task in moved.live
    ]
    for word in ("first", "third"):
        there = bpmn.complete(new, there.state, there.live[0].id, {"word": word}, NOW)
    assert open_at(there) == ["decide"]
    assert there.data["said"] == ["first", "second", "third"]
    with pytest.raises(bpmn.CannotMigrate) as refused:
        to(old, moved, drawing(item="bureau"))
    assert refused.value.code == "loop-differs"
    single = definition(
        start(), user("ask"), user("decide"), end(), path("start ask decide end"),
        offices="list", said="list", word="string",
    )  # fmt: skip
    with pytest.raises(bpmn.CannotMigrate) as refused:
        to(old, moved, single)
    assert refused.value.code == "kind-differs"


FORK = definition(
    start(), parallel("fork"), user("fire"), user("water"), parallel("join"), user("decide"), end(),
    path("start fork fire join decide end"), path("fork water join"),
)  # fmt: skip


def test_a_join_counts_who_has_arrived_by_the_new_way(feel):
    longer = definition(
        start(), parallel("fork"), user("fire"), user("sign"), user("water"), parallel("join"),
        user("decide"), end(), path("start fork fire sign join decide end"),
        path("fork water join"),
    )  # fmt: skip
    there = to(*at(feel, FORK, "fire"), longer)
    assert finish(longer, feel, there) == ["water", "decide"]
    assert finish(longer, feel, to(*at(feel, FORK), longer)) == ["fire", "water", "sign", "decide"]


def test_a_branch_more_is_for_cases_before_the_fork(feel):
    wider = definition(
        start(), user("accept"), parallel("fork"), user("fire"), user("water"), user("air"),
        parallel("join"), user("decide"), end(), path("start accept fork fire join decide end"),
        path("fork water join"), path("fork air join"),
    )  # fmt: skip
    narrow = definition(
        start(), user("accept"), parallel("fork"), user("fire"), user("water"),
        parallel("join"), user("decide"), end(), path("start accept fork fire join decide end"),
        path("fork water join"),
    )  # fmt: skip
    for done in (("accept",), ("accept", "fire")):
        with pytest.raises(bpmn.CannotMigrate) as refused:
            to(*at(feel, narrow, *done), wider)
        assert (refused.value.code, refused.value.element) == ("branch-missing", "join")
    assert open_at(to(*at(feel, narrow), wider)) == ["accept"]
    # A branch fewer: a second round of another branch is no place for what is left of it.
    for done in (("accept", "fire"), ("accept", "fire", "water")):
        for elements in ({}, {"air": "water"}):
            with pytest.raises(bpmn.CannotMigrate):
                to(*at(feel, wider, *done), narrow, **elements)


def test_parallel_steps_drawn_in_a_row_would_be_done_twice(feel):
    row = definition(
        start(), user("fire"), user("water"), user("decide"), end(),
        path("start fire water decide end"),
    )  # fmt: skip
    with pytest.raises(bpmn.CannotMigrate) as refused:
        to(*at(feel, FORK), row)
    assert refused.value.code == "no-longer-parallel"


def test_within_sub_processes_and_called_ones_everything_goes_along(feel):
    def drawing(main: str, inner: str, *loop: str) -> bytes:
        return document(
            process(
                main, start(), subprocess(
                    "sub", *loop, start("s"), user(inner), user("two"), end("e"),
                    path(f"s {inner} two e"),
                ), boundary("late", "sub", timer("P5D")), user("chase"), end("chased"),
                path("late chase chased"),
                element("callActivity", "call", calledElement="other"), end(),
                path("start sub call end"), v="number",
            ),
            process("other", start("o"), user("called"), end("p"), path("o called p")),
        )  # fmt: skip

    loop = multiple(count="2")
    old, moved = at(feel, drawing("main", "one", loop), "one")
    v2 = drawing("renewed", "first", loop)
    there = to(old, moved, v2, one="first")
    assert open_at(there) == ["first", "two"]
    assert there.next_due == moved.next_due
    assert sorted(finish(v2, feel, there)) == ["called", "first", "two", "two"]
    with pytest.raises(bpmn.CannotMigrate) as refused:
        to(old, moved, drawing("main", "one"))
    assert refused.value.code == "kind-differs"
    old, moved = at(feel, drawing("main", "one"), "one", "two")
    assert finish(v2, feel, to(old, moved, v2)) == ["called"]


def test_added_variables_need_a_value(feel):
    v2 = definition(
        start(), user("accept"), user("inspect"), user("review"), user("decide"), end(),
        path("start accept inspect review decide end"), v="string", big="boolean", note="string",
    )  # fmt: skip
    old, moved = at(feel, V1, v=40)
    with pytest.raises(bpmn.CannotMigrate) as refused:
        to(old, moved, v2, {"big": "v > 30"})
    assert (refused.value.code, refused.value.element) == ("variable-missing", "note")
    there = to(old, moved, v2, {"big": "v > 30", "note": "null"})
    assert there.data == {"v": "40", "big": True, "note": None}
    for value, code in (("v +", "variable-undecided"), ('"x"', "variable-unfit")):
        with pytest.raises(bpmn.CannotMigrate) as refused:
            to(old, moved, v2, {"big": value, "note": "null"})
        assert refused.value.code == code
    new = bpmn.compile(v2, feel, linted=True)
    known = bpmn.migrate(
        old, new, moved.state, bpmn.Conversion({}, {"note": '"x"'}), NOW, known={"big": False}
    )
    assert known.data == {"v": "40", "big": False, "note": "x"}


def test_an_outcome_follows_the_step_that_takes_its_place(feel):
    def drawing(step: str) -> bytes:
        return definition(
            start(), user(step, ow_outcomes="yes:是;no:否"), user("think"), xor("way", "way_end"),
            user("more"), end(), path(f"start {step} think way end"), path("more end"),
            flow("way", "more", f'{step}_outcome = "yes"'),
        )  # fmt: skip

    old = bpmn.compile(drawing("check"), feel, linted=True)
    moved = bpmn.start(old, {}, NOW)
    moved = bpmn.complete(old, moved.state, moved.live[0].id, {"outcome": "yes"}, NOW)
    there = to(old, moved, drawing("verify"), check="verify")
    assert finish(drawing("verify"), feel, there) == ["think", "more"]


def test_a_plan_names_what_was_removed_added_and_changed_and_suggests_where_to_go(feel):
    v1 = definition(
        start(), user("inspect", name="现场勘验", ow_stage="inspect"),
        boundary("late", "inspect", timer("P1D"), interrupting=False), end("late_end"),
        path("late late_end"), user("decide", ow_limit="3d"), end(),
        path("start inspect decide end"), old="number", kept="number",
    )  # fmt: skip
    v2 = definition(
        start(), user("look", name="勘验", ow_stage="inspect"), user("decide", ow_limit="5d"),
        user("issue", name="制证"), end(), path("start look decide issue end"),
        new="date", kept="string",
    )  # fmt: skip
    changes = bpmn.plan(*(bpmn.compile(xml, feel, linted=True) for xml in (v1, v2)))
    inspect, late = changes.removed
    assert (inspect.stand.id, inspect.likely, inspect.droppable) == ("inspect", "look", False)
    assert inspect.fitting[0].id == "look"
    assert (late.stand.id, late.likely, late.droppable) == ("late", None, True)
    assert [each.id for each in changes.added] == ["look", "issue"]
    assert [(each.after.id, each.what) for each in changes.changed] == [("decide", ("limit",))]
    assert changes.variables_added == {"new": "date"}
    assert changes.variables_removed == ("old",)
    assert changes.variables_retyped == {"kept": ("number", "string")}


def test_a_case_that_has_ended_or_belongs_elsewhere_is_refused(feel):
    old, moved = at(feel, V1, "accept", "inspect", "review", "decide")
    with pytest.raises(bpmn.CannotMigrate) as refused:
        to(old, moved, FORK)
    assert refused.value.code == "already-ended"
    other = bpmn.compile(FORK, feel, linted=True)
    with pytest.raises(bpmn.BadState):
        to(other, moved, V1)
