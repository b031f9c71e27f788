"""The peer: the same flow on django-viewflow from PyPI, in an environment of its own.

The environment is made under var/ from a locked list; nothing of it is imported here.
"""

import asyncio
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from house import PASSWORD, WEB_PROCESSES, end, free_port, wait_for
from load import Browser, Connection, Failed, timed
from workload import ANSWERS, APPLY, DOES, ROLES

HERE = Path(__file__).parent / "viewflow"
LOCK = HERE / "requirements.lock"


@dataclass
class Peer:
    """The running peer on its database `dsn`."""

    folder: Path
    dsn: str
    python: Path
    kind: str = "gthread"
    port: int = 0
    web: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        parts = urlsplit(self.dsn)
        return {
            **os.environ,
            "PYTHONPATH": str(HERE),
            "DJANGO_SETTINGS_MODULE": "peer.settings",
            "PEER_DATABASE": parts.path[1:],
            "PEER_USER": parts.username or "",
            "PEER_HOST": parse_qs(parts.query)["host"][0],
        }

    def set_up(self) -> None:
        """Tables and people."""
        subprocess.run(
            [self.python, "-m", "peer.set_up", PASSWORD], env=self.environment, check=True
        )

    def open(self) -> None:
        """Start gunicorn with as many processes as OneWindow has."""
        self.port = free_port()
        # Threads keep connections alive and were the faster of gunicorn's workers here.
        how = {"gthread": ["--threads=4", "--keep-alive=75"], "sync": []}[self.kind]
        with (self.folder / "peer.log").open("ab") as log:
            self.web = subprocess.Popen(
                [
                    self.python, "-m", "gunicorn", "peer.wsgi:application",
                    f"--workers={WEB_PROCESSES}", f"--bind=127.0.0.1:{self.port}",
                    f"--worker-class={self.kind}", *how, "--preload",
                ],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )  # fmt: skip
        wait_for(self._answers, self.web, self.folder / "peer.log")

    def close(self) -> None:
        if self.web is not None:
            self.web.terminate()
            end(self.web)
            self.web = None

    async def clients(self, count: int) -> list["Officers"]:
        """That many clients, each with three people signed in at a connection of its own."""
        return [await Officers.signed_in(self.port) for _ in range(count)]

    def _answers(self) -> bool:
        async def ask() -> int:
            return (await Connection("127.0.0.1", self.port).ask("GET", "/sign-in")).status

        try:
            return asyncio.run(ask()) == 200
        except (OSError, Failed):
            return False


class Officers:
    """A client of the peer; it sends what OneWindow's clients send."""

    BODIES = {
        step: orjson.dumps({"answers": answers, "outcome": "done"})
        for step, answers in ANSWERS.items()
    }
    START = orjson.dumps({"answers": APPLY})

    def __init__(self, people: dict[str, Browser]) -> None:
        self.people = people

    @classmethod
    async def signed_in(cls, port: int) -> "Officers":
        connection = Connection("127.0.0.1", port)
        people = {role: Browser(connection, "csrftoken") for role in ROLES}
        for role, browser in people.items():
            await browser.sign_in(
                "/sign-in", {"name": role, "password": PASSWORD}, "csrfmiddlewaretoken"
            )
        return cls(people)

    async def case(self, note: Callable[[str, float], None]) -> None:
        """One case from start to end."""
        started = await timed("start", note, self.people["clerk"].post("/cases", self.START))
        waiting = started["opened"]
        while waiting:
            task: dict[str, Any] = waiting[0]
            step = task["element"]
            person = self.people[DOES[step]]
            sent = person.post(f"/tasks/{task['id']}/completion", self.BODIES[step])
            waiting = (await timed("complete", note, sent))["opened"]


def environment(folder: Path) -> Path:
    """The Python of the peer's environment under `folder`, made when its list has changed."""
    stamp = folder / ".locked"
    wanted = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    python = folder / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
             "--require-hashes", "-r", LOCK],
            check=True,
        )  # fmt: skip
        stamp.write_text(wanted)
    return python


def version(python: Path) -> str:
    """The peer's version, as installed."""
    asked = "from importlib.metadata import version as v; print(v('django-viewflow'), v('django'))"
    said = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True)
    return "viewflow {}, Django {}".format(*said.stdout.split())
