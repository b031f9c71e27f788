"""A real PostgreSQL without installing one: started from programs at hand, kept in one folder.

It listens on a Unix socket in a folder closed to others, so it needs neither a password nor a
port. Any number of processes may use it at once; it stops when the last of them has gone, even a
killed one (see `guard`), and it recovers at the next start whatever happened to it.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

from onewindow.run import binaries, place, postmaster
from onewindow.run.place import Place

OWNER = "onewindow"
DATABASE = "onewindow"


class NotStarted(Exception):
    """PostgreSQL didn't come up; the message ends with what it said."""


class EmbeddedPostgres:
    """The PostgreSQL that lives in the folder `root`.

    `durable=False` gives up safety against power failure for speed; for tests only.
    """

    def __init__(
        self,
        root: Path | str,
        *,
        durable: bool = True,
        max_connections: int = 100,
        log: Path | None = None,
    ) -> None:
        self.root = Path(root)
        self.durable = durable
        self.max_connections = max_connections
        self._log = log
        self._place: Place | None = None
        self._users: IO[str] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 60) -> str:
        """Start the server, or join the one that runs already; its address, once it answers.

        Makes the data at first. Waits `seconds` at most, recovery after a crash included, and
        raises `NotStarted`, `NoPostgreSQL` or `NoPlace` with a reason fit to print.
        """
        if self._place is not None:
            return self.dsn
        where = place.settle(self.root, binaries.find(_version_of(self.root / "data")))
        users = open(where.home / "users", "a")  # noqa: SIM115 - held for as long as we use it
        try:
            # Shared by all users. Waits while a guard, with nobody left, is stopping the server.
            fcntl.flock(users, fcntl.LOCK_SH)
            with _alone(where.home / "starting"):
                self._bring_up(where, time.monotonic() + seconds)
            self._guard = _guard(where, users)
        except BaseException:
            users.close()
            raise
        self._place, self._users = where, users
        return self.dsn

    def keep_up(self, seconds: float = 60) -> bool:
        """Start the server again if it has died since `start`. Whether it had."""
        if self._place is None or postmaster.running_on(self._place.data) is not None:
            return False
        with _alone(self._place.home / "starting"):
            self._bring_up(self._place, time.monotonic() + seconds)
        return True

    def stop(self, seconds: float = 40) -> None:
        """Let go of the server; the last one to do so stops it, and waits until it has stopped."""
        if self._place is None or self._guard is None or self._users is None:
            return
        self._users.close()
        if self._guard.stdin is not None:
            with suppress(BrokenPipeError):
                self._guard.stdin.write(b".")  # the lock is gone: it needn't try twice
                self._guard.stdin.close()
        self._guard.wait(seconds)
        if self._server is not None and postmaster.running_on(self._place.data) is None:
            self._server.wait(seconds)
        if self._place.sockets != self._place.home:
            with suppress(OSError):  # somebody may have started it again already
                self._place.sockets.rmdir()
        self._place = self._users = self._guard = self._server = None

    def __enter__(self) -> str:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def dsn(self) -> str:
        """The address of the running server, as its owner."""
        if self._place is None:
            raise NotStarted("The embedded PostgreSQL has not been started.")
        return f"postgresql://{OWNER}@/{DATABASE}?host={quote(str(self._place.sockets), safe='')}"

    @property
    def log(self) -> Path:
        """The file of what the server says."""
        return self._log or (self._place.home if self._place else self.root) / "postgres.log"

    def _bring_up(self, where: Place, deadline: float) -> None:
        if self._server is not None:
            self._server.poll()
            self._server = None
        if not (where.data / "PG_VERSION").exists():
            _make_data(where)
        while time.monotonic() < deadline:
            server = postmaster.running_on(where.data)
            if server is not None and server.ready:
                return
            if self._server is not None and self._server.poll() is not None:
                self._server = None
                said = self._last_words(where)
                # After a kill, sessions of the old server may need a moment to notice.
                if "shared memory block" not in said or "still in use" not in said:
                    raise NotStarted(f"PostgreSQL ended while starting:\n{said}")
                time.sleep(0.2)
            if server is None and self._server is None:
                self._launch(where)
            time.sleep(0.01)
        raise NotStarted(f"PostgreSQL didn't get ready in time:\n{self._last_words(where)}")

    def _launch(self, where: Place) -> None:
        _disown(where)
        options = [f"-c{name}={value}" for name, value in self._parameters(where).items()]
        log = self._log or where.home / "postgres.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            self._server = subprocess.Popen(
                [where.binaries["postgres"], "-D", str(where.data), *options],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=_environment(),
                start_new_session=True,  # Ctrl-C in the terminal must not reach it before its users
                **where.identity,  # type: ignore[call-overload]
            )

    def _parameters(self, where: Place) -> dict[str, object]:
        safe = "on" if self.durable else "off"
        return {
            "listen_addresses": "",
            "unix_socket_directories": where.sockets,
            "unix_socket_permissions": "0700",
            "max_connections": self.max_connections,
            "shared_buffers": "128MB",
            "fsync": safe,
            "synchronous_commit": safe,
            "full_page_writes": safe,
            # For short transactions, compiling and parallel plans cost more than they give.
            "jit": "off",
            "max_parallel_workers_per_gather": 0,
            "random_page_cost": 1.1,
            "wal_level": "minimal",
            "max_wal_senders": 0,
            "max_wal_size": "512MB",
            "log_line_prefix": "%m [%p] %u ",
            "log_timezone": "UTC",
            "timezone": "UTC",
        }

    def _last_words(self, where: Place) -> str:
        log = self._log or where.home / "postgres.log"
        try:
            return "\n".join(log.read_text(errors="replace").splitlines()[-8:])
        except OSError:
            return ""


def _version_of(data: Path) -> int | None:
    try:
        return int((data / "PG_VERSION").read_text())
    except (OSError, ValueError):
        return None


def _make_data(where: Place) -> None:
    """Make the data directory, whole or not at all: a start that was killed leaves only a draft."""
    draft = where.home / "data.new"
    if draft.exists():
        shutil.rmtree(draft)
    locale = ["--locale=C.UTF-8", "--locale-provider=builtin"]
    if where.binaries.major < 17:  # the builtin provider came with 17
        locale = ["--locale=C.UTF-8"]
    _run_once(
        where,
        [
            where.binaries["initdb"],
            "-D",
            str(draft),
            "-U",
            OWNER,
            "--auth=trust",
            "-E",
            "UTF8",
            *locale,
        ],
        b"",
    )
    _run_once(
        where,
        [where.binaries["postgres"], "--single", "-D", str(draft), "postgres"],
        f"CREATE DATABASE {DATABASE};\n".encode(),
    )
    draft.rename(where.data)


def _disown(where: Place) -> None:
    """Make the lock files of a server that was killed harmless.

    PostgreSQL refuses to start while the process number in them is alive, and numbers are used
    again after a reboot. We have seen that no server runs. Its own parent's number it takes for
    left over, so we write ours; deleting the file would also delete what it says about shared
    memory, by which a new server sees that sessions of the old one are still at work.
    """
    (where.sockets / f"{place.SOCKET}.lock").unlink(missing_ok=True)
    with suppress(FileNotFoundError), (where.data / "postmaster.pid").open("r+") as file:
        lines = file.readlines()
        lines[:1] = [f"{os.getpid()}\n"]
        file.seek(0)
        file.writelines(lines)
        file.truncate()


def _run_once(where: Place, command: list[str], said: bytes) -> None:
    done = subprocess.run(
        command,
        input=said,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=_environment(),
        start_new_session=True,
        check=False,
        **where.identity,  # type: ignore[call-overload]
    )
    if done.returncode != 0:
        words = done.stdout.decode(errors="replace").strip()
        raise NotStarted(f"The database could not be made in {where.home}:\n{words}")


def _environment() -> dict[str, str]:
    """Nothing of ours: variables such as PGDATA or a foreign LC_ALL would change the server."""
    return {"PATH": os.defpath, "LANG": "C.UTF-8"}


def _guard(where: Place, users: IO[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "onewindow.run.guard", str(where.data), users.name],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Hold the exclusive lock on `file` inside the block."""
    with open(file, "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
