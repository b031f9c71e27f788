"""Drawings made by dice out of sound blocks: they lint clean, always come to an end, and neither
forgetting nor sending back at any moment leaves a case stuck."""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from drawings import drawn

import bpmn
from bpmn.codec import decode
from bpmn.history import compact
from bpmn.moves import _warm
from bpmn.tasks import instance_index

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


ONCE_STUCK = (876, 1628, 1660, 1955, 2113, 2130, 2246, 2408, 2472)
"""Drawings in which a jump once left a join waiting for what couldn't come."""


def step(process: bpmn.Process, moved: bpmn.Moved, dice: random.Random, v: int) -> bpmn.Moved:
    """Complete a task or let the next timer fire; always from bytes."""
    _warm.clear()
    if moved.live and (moved.next_due is None or dice.random() < 0.8):
        task = dice.choice(moved.live)
        return bpmn.complete(process, moved.state, task.id, {"v": v}, NOW)
    assert moved.next_due is not None
    return bpmn.fire(process, moved.state, max(moved.next_due, NOW) + timedelta(seconds=1))


@pytest.mark.parametrize("seed", range(30))
def test_a_sound_drawing_lints_clean_and_comes_to_an_end(feel, seed):
    xml = drawn(seed)
    found = bpmn.lint(bpmn.read(xml), feel)
    assert [(p.code, p.message) for p in found if p.code != "overlapping-conditions"] == []
    process = bpmn.compile(xml, feel)
    dice = random.Random(seed)
    moved = bpmn.start(process, {"v": 0}, NOW)
    steps = 0
    while not moved.ended:
        steps += 1
        moved = step(process, moved, dice, dice.randrange(100) if steps < 60 else 45 + steps % 20)
        again = decode(moved.state, process.plan, feel, {}, now=NOW)
        compact(again)
        assert sorted(
            (task.step.id, task.index) for task in moved.live
        ) == sorted(
            (t.task_spec.bpmn_id, instance_index(t))
            for t in again.live()
            if t.id.hex in {task.id for task in moved.live}
        )  # fmt: skip
        assert len(moved.state) < 6000
        assert steps < 2000


def test_forgetting_and_restoring_change_nothing(together):
    steps = sum(together(drawn(seed), seed, other="whole") for seed in (*range(25), 539))
    assert steps > 200


def test_sent_back_anywhere_at_any_moment_a_case_still_comes_to_an_end(feel):
    jumps = sum(sent_back_and_forth(seed, feel) for seed in (*range(20), *ONCE_STUCK))
    assert jumps > 50


def sent_back_and_forth(seed: int, feel: Any) -> int:
    """Walk a case to its end with jumps wherever the dice say; returns how many there were."""
    process = bpmn.compile(drawn(seed), feel)
    targets = list(process.steps)
    dice = random.Random(seed)
    moved = bpmn.start(process, {"v": 0}, NOW)
    steps = jumps = 0
    while not moved.ended:
        steps += 1
        if steps < 60 and dice.random() < 0.4:
            origin = dice.choice(moved.live).id if moved.live and dice.random() < 0.7 else None
            target = dice.choice(targets)
            _warm.clear()
            with suppress(bpmn.CannotJump):
                moved = bpmn.jump(process, moved.state, target, NOW, from_task=origin)
                jumps += 1
            continue
        moved = step(process, moved, dice, dice.randrange(100) if steps < 60 else 45 + steps % 20)
        assert steps < 2000, seed
    return jumps
