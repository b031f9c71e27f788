"""Small real programs that the supervisor runs in place of ours, and a terminal to run it in."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 90
"""Seconds until something is taken to hang; a busy machine is no reason to fail."""

WEB = """
import http.server, os, pathlib, signal, sys, time
from onewindow.run import lifeline
lifeline.hold(3)
lifeline.wait_for_start()
here = pathlib.Path(sys.argv[1])
(here / "web.pid").write_text(str(os.getpid()))
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"well")
    def log_message(self, *_): pass
def stop(*_):
    with open(here / "order", "a") as order: order.write("web\\n")
    os._exit(0)
signal.signal(signal.SIGTERM, stop)
print('{"event": "serving", "level": "info"}', flush=True)
place = ("127.0.0.1", int(os.environ["ONEWINDOW_PORT"]))
http.server.ThreadingHTTPServer(place, Answer).serve_forever()
"""

WORKER = """
import os, pathlib, signal, subprocess, sys, time
from onewindow.run import lifeline
lifeline.hold(3)
here = pathlib.Path(sys.argv[1])
grandchild = subprocess.Popen(["sleep", "600"])
(here / "worker.pid").write_text(str(os.getpid()))
(here / "grandchild.pid").write_text(str(grandchild.pid))
def stop(*_):
    with open(here / "order", "a") as order: order.write("worker\\n")
    os._exit(0)
signal.signal(signal.SIGTERM, stop)
while True: time.sleep(1)
"""

PREPARE = """
import asyncio, asyncpg, json, os, sys
async def prepare():
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    await connection.execute("create table if not exists kept (n int)")
    await connection.execute("insert into kept values (1)")
    print(json.dumps({"sign_ins": [["li", "secret", "李静", "柳树村", "代办员"]]}))
asyncio.run(prepare())
"""

SUPERVISOR = """
import asyncio, json, os, sys
from pathlib import Path
from onewindow.run.postgres import EmbeddedPostgres
from onewindow.run.supervisor import CannotRun, Plan, Supervisor
told = json.loads(sys.argv[1])
var = Path(told["var"])
def python(name): return [sys.executable, "-c", told[name], told["here"]]
plan = Plan(
    var=var, host="127.0.0.1", port=told["port"], prepare=python("prepare"), web=python("web"),
    workers=[python("worker")], environment=dict(os.environ), stop_seconds=2, pause_seconds=0.1,
    database=EmbeddedPostgres(var / "postgres"),
    parent=os.getppid() if told["with_parent"] else None,
)
try:
    sys.exit(asyncio.run(Supervisor(plan).run()))
except CannotRun as wrong:
    sys.exit(str(wrong))
"""


@dataclass
class Town:
    """A folder in which a supervisor runs, and what can be seen of it from outside."""

    here: Path
    port: int = 0
    programs: dict[str, str] = field(
        default_factory=lambda: {"web": WEB, "worker": WORKER, "prepare": PREPARE}
    )
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    @property
    def var(self) -> Path:
        return self.here / "var"

    def command(self, *, with_parent: bool = False) -> list[str]:
        told = {
            "var": str(self.var),
            "here": str(self.here),
            "port": self.port,
            "with_parent": with_parent,
            **self.programs,
        }
        return [sys.executable, "-c", SUPERVISOR, json.dumps(told)]

    def start(self, command: Sequence[str] | None = None) -> subprocess.Popen[bytes]:
        """Start a supervisor as a terminal would: leader of a group of its own."""
        with self.terminal.open("ab") as terminal:
            started = subprocess.Popen(
                command or self.command(),
                stdout=terminal,
                stderr=terminal,
                start_new_session=True,
                env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "", "ONEWINDOW_LANGUAGE": ""},
            )
        self.running.append(started)
        return started

    @property
    def terminal(self) -> Path:
        return self.here / "terminal"

    def said(self) -> str:
        """All that has appeared in the terminal so far."""
        return self.terminal.read_text()

    def until_ready(self) -> None:
        self.until(lambda: self.ready() and "Ctrl-C" in self.said(), "ready")
        self.terminal.write_text("")

    def until(self, condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s: {what}\n{self.said()}")
            time.sleep(0.05)

    def up(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=2) as said:
                return bool(said.status == 200)
        except OSError:
            return False

    def pid(self, name: str) -> int:
        return int((self.here / f"{name}.pid").read_text())

    def ready(self) -> bool:
        return self.up() and (self.var / "run" / "onewindow.json").stat().st_size > 0

    def alive(self, *names: str) -> list[str]:
        return [name for name in names if living(self.pid(name))]

    def clear(self) -> None:
        """End what a failed test may have left, each by its number."""
        for started in self.running:
            if started.poll() is None:
                started.send_signal(signal.SIGTERM)
                try:
                    started.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    started.kill()
                    started.wait()


def living(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
