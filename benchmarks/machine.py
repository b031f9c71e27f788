"""What a stretch of work cost this machine: CPU seconds of ours, and how busy others were.

Read from /proc, so on other systems than Linux the figures are zero.
"""

import os
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def cpu_of(*roots: int) -> float:
    """CPU seconds used so far by these processes and everything they started."""
    table = _processes()
    children: dict[int, list[int]] = defaultdict(list)
    for pid, (parent, _ticks) in table.items():
        children[parent].append(pid)
    seen: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid in table and pid not in seen:
            seen.add(pid)
            waiting += children[pid]
    return sum(table[pid][1] for pid in seen) / _TICKS


def busy() -> tuple[float, float]:
    """CPU seconds the whole machine has worked, and those the hypervisor gave to others."""
    try:
        numbers = [int(x) for x in (_PROC / "stat").read_text().split("\n", 1)[0].split()[1:]]
    except OSError:
        return 0.0, 0.0
    user, nice, system, _idle, _wait, irq, soft, steal = numbers[:8]
    return (user + nice + system + irq + soft) / _TICKS, steal / _TICKS


@dataclass
class Meter:
    """CPU seconds by part between `__enter__` and `__exit__`, and cores that others kept busy."""

    parts: dict[str, Iterable[int]]
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    others: float = 0.0
    steal: float = 0.0

    def __enter__(self) -> "Meter":
        self._before = self._now()
        return self

    def __exit__(self, *_: object) -> None:
        moment, cpu, (worked, stolen) = self._now()
        then, cpu_then, (worked_then, stolen_then) = self._before
        self.seconds = moment - then
        self.cpu = {name: cpu[name] - cpu_then[name] for name in cpu}
        self.others = max(0.0, worked - worked_then - sum(self.cpu.values())) / self.seconds
        self.steal = (stolen - stolen_then) / self.seconds

    def _now(self) -> tuple[float, dict[str, float], tuple[float, float]]:
        cpu = {name: cpu_of(*pids) for name, pids in self.parts.items()}
        # Ourselves alone: what we started is counted under its own name.
        times = os.times()
        return time.perf_counter(), {**cpu, "generator": times.user + times.system}, busy()


def _processes() -> dict[int, tuple[int, int]]:
    """Process → (its parent, its ticks with those of its dead children)."""
    table = {}
    for entry in _PROC.iterdir() if _PROC.is_dir() else ():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            table[int(entry.name)] = (int(fields[1]), sum(int(x) for x in fields[11:15]))
    return table
