"""Drawings made by dice out of sound blocks: they lint clean, always come to an end, and neither
forgetting nor sending back at any moment leaves a case stuck."""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import bpmn
from bpmn.codec import decode
from bpmn.history import compact
from bpmn.moves import _warm
from bpmn.tasks import instance_index
from bpmn.testing import (
    boundary,
    catch,
    definition,
    end,
    flow,
    inclusive,
    multiple,
    parallel,
    path,
    start,
    subprocess,
    timer,
    user,
    xor,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


ONCE_STUCK = (876, 1628, 1660, 1955, 2113, 2130, 2246, 2408, 2472)
"""Drawings in which a jump once left a join waiting for what couldn't come."""


class Dice:
    """Draws blocks; each has one way in and one way out."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.number = 0
        self.parts: list[str] = []

    def name(self, kind: str) -> str:
        self.number += 1
        return f"{kind}{self.number}"

    def drawing(self) -> bytes:
        first, last = self.block(5)
        return definition(
            start(), *self.parts, end(), path(f"start {first}"), path(f"{last} end"), v="number"
        )

    def block(self, depth: int) -> tuple[str, str]:
        kinds = ["task"] * 3 + ["pause"]
        if depth:
            kinds = ["task", "sequence", "sequence", "xor", "parallel", "parallel", "inclusive",
                     "loop", "sub", "units", "late"]  # fmt: skip
        kind = self.random.choice(kinds)
        return getattr(self, f"_{kind}")(depth - 1)  # type: ignore[no-any-return]

    def _task(self, depth: int) -> tuple[str, str]:
        name = self.name("task")
        loop = [multiple(count="2")] if self.random.random() < 0.15 else []
        self.parts.append(user(name, *loop))
        if self.random.random() < 0.2:
            edge, aside, over = self.name("nudge"), self.name("aside"), self.name("over")
            self.parts += [
                boundary(edge, name, timer("P1D"), interrupting=False), user(aside), end(over),
                path(f"{edge} {aside} {over}"),
            ]  # fmt: skip
        return name, name

    def _pause(self, depth: int) -> tuple[str, str]:
        name = self.name("pause")
        self.parts.append(catch(name, timer("P1D")))
        return name, name

    def _sequence(self, depth: int) -> tuple[str, str]:
        first, middle = self.block(depth)
        other, last = self.block(depth)
        self.parts.append(path(f"{middle} {other}"))
        return first, last

    def _xor(self, depth: int) -> tuple[str, str]:
        split, merge = self.name("split"), self.name("merge")
        one, other = self.block(depth), self.block(depth)
        self.parts += [
            xor(split, default=f"{split}_{one[0]}"), xor(merge), path(f"{split} {one[0]}"),
            flow(split, other[0], "v > 50"), path(f"{one[1]} {merge}"), path(f"{other[1]} {merge}"),
        ]  # fmt: skip
        return split, merge

    def _parallel(self, depth: int) -> tuple[str, str]:
        fork, join = self.name("fork"), self.name("join")
        self.parts += [parallel(fork), parallel(join)]
        for first, last in (self.block(depth), self.block(depth)):
            self.parts += [path(f"{fork} {first}"), path(f"{last} {join}")]
        return fork, join

    def _inclusive(self, depth: int) -> tuple[str, str]:
        fork, join = self.name("some"), self.name("all")
        one, other = self.block(depth), self.block(depth)
        self.parts += [
            inclusive(fork, default=f"{fork}_{one[0]}"), inclusive(join),
            path(f"{fork} {one[0]}"), flow(fork, other[0], "v > 30"),
            flow(fork, join, "v > 60"),
            path(f"{one[1]} {join}"), path(f"{other[1]} {join}"),
        ]  # fmt: skip
        return fork, join

    def _loop(self, depth: int) -> tuple[str, str]:
        merge, again, gate = self.name("merge"), self.name("again"), self.name("gate")
        out = self.name("out")
        first, last = self.block(depth)
        self.parts += [
            xor(merge), user(gate), path(f"{merge} {first}"), xor(out),
            xor(again, default=f"{again}_{out}"), path(f"{last} {gate} {again} {out}"),
            flow(again, merge, "v < 40"),
        ]  # fmt: skip
        return merge, out

    def _sub(self, depth: int, *loop: str) -> tuple[str, str]:
        name, opening, closing = self.name("sub"), self.name("open"), self.name("close")
        outer, self.parts = self.parts, []
        first, last = self.block(depth)
        inner = [start(opening), *self.parts, end(closing), path(f"{opening} {first}"),
                 path(f"{last} {closing}")]  # fmt: skip
        self.parts = outer
        self.parts.append(subprocess(name, *inner, *loop))
        return name, name

    def _units(self, depth: int) -> tuple[str, str]:
        return self._sub(min(depth, 1), multiple(count="2"))

    def _late(self, depth: int) -> tuple[str, str]:
        host, _ = self._sub(depth)
        edge, merge = self.name("edge"), self.name("merge")
        first, last = self.block(min(depth, 1))
        self.parts += [
            boundary(edge, host, timer("P3D")), xor(merge), path(f"{edge} {first}"),
            path(f"{last} {merge}"), path(f"{host} {merge}"),
        ]  # fmt: skip
        return host, merge


def drawn(seed: int) -> bytes:
    """A drawing of fewer nodes than a definition may have."""
    for attempt in range(100):
        xml = Dice(seed * 1000 + attempt).drawing()
        if 8 < xml.count(b"<bpmn:userTask") < 60:
            return xml
    raise AssertionError(seed)


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
