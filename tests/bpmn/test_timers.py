"""Boundary events and timers, with the time given."""

from datetime import UTC, date, datetime, timedelta

import pytest

import bpmn
from bpmn.testing import (
    boundary,
    catch,
    definition,
    end,
    event,
    named,
    parallel,
    path,
    start,
    subprocess,
    timer,
    user,
)


def guarded(kind: str, *, interrupting: bool) -> bytes:
    return definition(
        start(),
        user("work"),
        boundary("edge", "work", kind, interrupting=interrupting),
        user("next"),
        user("aside"),
        end(),
        path("start work next end"),
        path("edge aside end"),
        head=named("message", "stop"),
    )


def test_an_interrupting_timer_takes_the_task_away(walk):
    case = walk(guarded(timer("P2D"), interrupting=True))
    task = case.task("work").id
    assert case.last.next_due == case.now + timedelta(days=2)
    moved = case.wait(days=2)
    assert moved.closed == (task,)
    assert case.open == ["aside"]
    assert moved.next_due is None
    with pytest.raises(bpmn.NoSuchTask):
        bpmn.complete(case.process, moved.state, task, {}, case.now)


def test_a_non_interrupting_timer_adds_a_task_once(walk):
    case = walk(guarded(timer("P2D"), interrupting=False))
    case.wait(days=3)
    assert case.open == ["aside", "work"]
    case.wait(days=30)
    assert case.open == ["aside", "work"]
    case.do("work")
    assert case.open == ["aside", "next"]
    case.do("next")
    case.do("aside")
    assert case.last.ended


def test_completing_an_overdue_task_still_wins(walk):
    case = walk(guarded(timer("P2D"), interrupting=True))
    case.now += timedelta(days=9)
    case.do("work")
    assert case.open == ["next"]
    assert case.last.next_due is None


def test_completing_a_task_drops_its_timer(walk):
    case = walk(guarded(timer("P2D"), interrupting=True))
    case.do("work")
    assert case.last.next_due is None
    case.wait(days=5)
    assert case.open == ["next"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_message_at_the_border(walk, interrupting):
    case = walk(guarded(event("message", "stop"), interrupting=interrupting))
    case.hear("stop")
    assert case.open == (["aside"] if interrupting else ["aside", "work"])


def test_a_timer_on_a_sub_process_takes_all_of_it_away_with_its_own_timers(walk):
    case = walk(
        definition(
            start(),
            subprocess(
                "sub", start("s1"), user("in1"), boundary("inner", "in1", timer("P1D"),
                interrupting=False), user("nudge"), end("e1"), path("s1 in1 e1"),
                path("inner nudge e1"),
            ),
            boundary("edge", "sub", timer("P5D")),
            user("late"),
            end(),
            path("start sub end"),
            path("edge late end"),
        )
    )  # fmt: skip
    case.wait(days=1)
    assert case.open == ["in1", "nudge"]
    case.wait(days=4)
    assert case.open == ["late"]
    assert case.last.next_due is None


def test_an_intermediate_timer_waits(walk):
    case = walk(
        definition(
            start(), catch("pause", timer("PT90M")), user("a"), end(), path("start pause a end")
        )
    )
    assert case.last.next_due == case.now + timedelta(minutes=90)
    assert case.wait(minutes=89).opened == ()
    assert [task.step.id for task in case.wait(minutes=1).opened] == ["a"]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("P1M", datetime(2026, 12, 23, 9, tzinfo=UTC)),
        ('= "P2D"', datetime(2026, 11, 25, 9, tzinfo=UTC)),
        ('= duration("PT3H")', datetime(2026, 11, 23, 12, tzinfo=UTC)),
        # A day begins in China, whatever the server's clock is set to.
        ("= deadline", datetime(2026, 11, 29, 16, tzinfo=UTC)),
        ('= date and time("2026-11-24T01:00:00Z")', datetime(2026, 11, 24, 1, tzinfo=UTC)),
        ("2026-12-01T08:00:00+08:00", datetime(2026, 12, 1, tzinfo=UTC)),
    ],
)
def test_a_timer_may_be_a_duration_a_date_or_feel(walk, text, due):
    xml = definition(
        start(),
        catch("pause", timer(text, "timeDate" if text[0] == "2" else "timeDuration")),
        end(),
        path("start pause end"),
        deadline="date",
    )
    case = walk(xml, deadline=date(2026, 11, 30))
    assert case.last.next_due == due


def test_a_due_time_is_fixed_when_the_timer_is_reached(walk):
    case = walk(
        definition(
            start(), parallel("fork"), catch("pause", timer("= wait")), user("a"), end(),
            path("start fork pause end"), path("fork a end"), wait="string",
        ),
        wait="P3D",
    )  # fmt: skip
    due = case.last.next_due
    case.do("a", wait="P9D")
    assert case.last.next_due == due


def test_several_due_timers_fire_earliest_first(walk):
    case = walk(
        definition(
            start(),
            user("work"),
            boundary("first", "work", timer("P1D"), interrupting=False),
            boundary("second", "work", timer("P2D")),
            user("one"),
            user("two"),
            end(),
            path("start work end"),
            path("first one end"),
            path("second two end"),
        )
    )
    moved = case.wait(days=5)
    assert case.open == ["one", "two"]
    assert [element for element in moved.passed if element in ("first", "second")] == [
        "first",
        "second",
    ]
