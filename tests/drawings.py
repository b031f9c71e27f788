"""Drawings made by dice out of sound blocks, for walks that must come to an end."""

import random

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
