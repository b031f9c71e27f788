"""Processes by number, told apart from a later process with the same number by their birth."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path


def boot() -> str:
    """What names this boot of the machine, where the system names it; numbers begin anew then."""
    name = Path("/proc/sys/kernel/random/boot_id")
    return name.read_text().strip() if name.exists() else ""


def birth(pid: int) -> str | None:
    """When process `pid` was born, in whatever words the system has; None for a dead one."""
    if Path("/proc/self").exists():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] == "Z" else fields[19]
    shown = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return None if not shown or shown.startswith("Z") else shown.partition(" ")[2].strip()


def end_group(leader: int, born: str, seconds: float) -> None:
    """End the group that `leader`, born then, began: politely at first.

    A leader that has died may have left members, whose group keeps its number; a leader born at
    another time is somebody else.
    """
    if birth(leader) not in (born, None):
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while birth(leader) == born and time.monotonic() < deadline:
        time.sleep(0.05)
    kill_group(leader)


def kill_group(leader: int) -> None:
    """Kill whatever is still alive in the group of `leader`."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
