"""What a data directory tells of the server that runs on it: PostgreSQL's own `postmaster.pid`.

Line 1 is the process, line 5 the socket directory, line 8 its state ("starting", "ready", …).
Only the standard library is imported here: the guard, a process of its own, must stay small.
"""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Postmaster:
    """A server process that is alive now."""

    pid: int
    socket_directory: str
    state: str

    @property
    def ready(self) -> bool:
        """Whether it takes connections."""
        return self.state == "ready"


def running_on(data: Path) -> Postmaster | None:
    """The living server of `data`, or None. A file left by a killed server counts as none."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
    except (OSError, ValueError, IndexError):
        return None
    if not _is_postgres(pid):
        return None
    lines += [""] * (8 - len(lines))
    return Postmaster(pid, socket_directory=lines[4].strip(), state=lines[7].strip())


def stop(data: Path, seconds: float = 30) -> None:
    """Stop the server of `data`: open transactions are rolled back, the rest is written down.

    A server that doesn't answer in time is told to drop everything; its log replays at next start.
    """
    _signal_and_wait(data, signal.SIGINT, seconds)
    _signal_and_wait(data, signal.SIGQUIT, 10)


def _signal_and_wait(data: Path, number: signal.Signals, seconds: float) -> None:
    server = running_on(data)
    if server is None:
        return
    with suppress(ProcessLookupError):
        os.kill(server.pid, number)
    deadline = time.monotonic() + seconds
    while running_on(data) is not None and time.monotonic() < deadline:
        time.sleep(0.02)


def _is_postgres(pid: int) -> bool:
    """Whether `pid` is a PostgreSQL process: numbers are used again, after a reboot above all."""
    process = Path("/proc") / str(pid)
    if process.parent.joinpath("self").exists():
        try:
            name, _, rest = process.joinpath("stat").read_text().rpartition(")")
        except OSError:
            return False
        return "(postgres" in name and rest.split()[0] != "Z"  # a zombie is a dead server
    shown = subprocess.run(
        ["ps", "-o", "stat=,comm=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return "postgres" in shown and not shown.startswith("Z")
