"""Random cases of random drawings, moved to another version at any moment."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from drawings import drawn
from lxml import etree

import bpmn
from bpmn.dialect import BPMN
from bpmn.moves import _warm
from bpmn.testing import boundary, document, end, flow, timer, user

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def renewed(xml: bytes, dice: random.Random | None = None) -> bytes:
    """The same drawing under another hash; with dice also extended: steps put into some of its
    flows, reminders at the border of some tasks."""
    root = etree.fromstring(xml)
    root.append(etree.Comment("renewed"))
    for number, flow_ in enumerate(root.findall(f".//{{{BPMN}}}sequenceFlow")):
        if dice is None or dice.random() > 0.3:
            continue
        name, target = f"extra{number}", flow_.get("targetRef")
        scope = flow_.getparent()
        flow_.set("targetRef", name)
        scope.append(_bpmn(user(name)))
        scope.append(_bpmn(flow(name, target)))
    for number, task in enumerate(root.findall(f".//{{{BPMN}}}userTask")):
        if dice is None or dice.random() > 0.2:
            continue
        edge, scope = f"remind{number}", task.getparent()
        for part in (
            boundary(edge, task.get("id"), timer("P400D"), interrupting=False),
            end(f"{edge}_end"),
            flow(edge, f"{edge}_end"),
        ):
            scope.append(_bpmn(part))
    return etree.tostring(root)


def _bpmn(text: str) -> Any:
    return etree.fromstring(document(text))[0]


def act(process: bpmn.Process, moved: bpmn.Moved, dice: random.Random, v: int) -> bpmn.Moved:
    """Complete a task, or let the next of the drawing's own timers fire."""
    _warm.clear()
    timed = moved.next_due is not None and moved.next_due < NOW + timedelta(days=100)
    if moved.live and (not timed or dice.random() < 0.8):
        task = min(moved.live, key=lambda task: (hash_of(task.step.id, v), task.index or 0))
        return bpmn.complete(process, moved.state, task.id, {"v": v}, NOW)
    assert moved.next_due is not None
    return bpmn.fire(process, moved.state, max(moved.next_due, NOW) + timedelta(seconds=1))


def hash_of(step: str, v: int) -> int:
    """An order of steps that is different every time and the same in every version."""
    return random.Random(f"{step}{v}").randrange(1000)


@pytest.mark.parametrize("seed", range(25))
def test_an_identical_version_changes_nothing(feel, seed):
    xml = drawn(seed)
    versions = [bpmn.compile(text, feel, linted=True) for text in (xml, renewed(xml))]
    dice = random.Random(seed)
    here = there = bpmn.start(versions[0], {"v": 0}, NOW)
    at_ = 0
    for turn in range(300):
        if here.ended:
            break
        v = dice.randrange(100) if turn < 60 else 45 + turn % 20
        luck = dice.random()
        if dice.random() < 0.4:
            there = bpmn.migrate(
                versions[at_], versions[1 - at_], there.state, bpmn.Conversion(), NOW
            )
            at_ = 1 - at_
            assert (there.opened, there.closed, there.services) == ((), (), ())
        here = act(versions[0], here, random.Random(luck), v)
        there = act(versions[at_], there, random.Random(luck), v)
        assert [(t.step.id, t.index) for t in there.live] == [
            (t.step.id, t.index) for t in here.live
        ]
        assert (there.next_due, there.ended, there.data) == (here.next_due, here.ended, here.data)
    assert here.ended
    assert there.ended


def test_an_extended_version_takes_cases_at_every_moment_and_brings_them_to_an_end(feel):
    moves = 0
    for seed in range(16):
        xml = drawn(seed)
        dice = random.Random(seed)
        old = bpmn.compile(xml, feel, linted=True)
        new = bpmn.compile(renewed(xml, dice), feel, linted=True)
        moved = bpmn.start(old, {"v": 0}, NOW)
        for _turn in range(dice.randrange(1, 12)):
            if moved.ended:
                break
            there = bpmn.migrate(old, new, moved.state, bpmn.Conversion(), NOW)
            assert {task.id for task in there.live} == {task.id for task in moved.live}
            moves += 1
            for after in range(400):
                if there.ended:
                    break
                v = dice.randrange(100) if after < 60 else 45 + after % 20
                there = act(new, there, dice, v)
            assert there.ended, seed
            moved = act(old, moved, dice, dice.randrange(100))
    assert moves > 40


def test_another_drawing_is_refused_and_leaves_the_case_as_it_was(feel):
    """Between drawings that have nothing to do with each other, steps matched by dice: whatever
    can't be carried over is refused by name; what is carried over comes to an end."""
    refusals = carried = 0
    for seed in range(40):
        old = bpmn.compile(drawn(seed), feel, linted=True)
        new = bpmn.compile(drawn(seed + 1), feel, linted=True)
        dice = random.Random(seed)
        gone = bpmn.plan(old, new).removed
        conversion = bpmn.Conversion(
            {each.stand.id: dice.choice(each.fitting).id for each in gone if each.fitting}
        )
        moved = bpmn.start(old, {"v": 0}, NOW)
        for _turn in range(dice.randrange(1, 8)):
            if moved.ended:
                break
            try:
                there = bpmn.migrate(old, new, moved.state, conversion, NOW)
            except bpmn.CannotMigrate as refused:
                refusals += bool(refused.element)
                looked = bpmn.look(old, moved.state, NOW)
                assert [task.id for task in looked.live] == [task.id for task in moved.live]
            else:
                carried += 1
                for after in range(400):
                    if there.ended:
                        break
                    there = act(new, there, dice, 45 + after % 20 if after > 60 else 50)
                assert there.ended, seed
            moved = act(old, moved, dice, dice.randrange(100))
    assert refusals > 30
    assert carried > 2
