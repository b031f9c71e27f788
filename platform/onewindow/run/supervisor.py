"""`onewindow run`: all of OneWindow on one machine, in one terminal.

Starts the database (unless DATABASE_URL names one), brings it up to date, fills an empty one with
the demo town, starts the web server and the workers, and stops all of it in the opposite order.
Whatever way an earlier run ended, this one clears up after it first.
"""

import asyncio
import fcntl
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from onewindow.run import console, health, processes
from onewindow.run.child import Child
from onewindow.run.lifeline import Lifeline
from onewindow.run.postgres import EmbeddedPostgres
from onewindow.run.speech import say

STARTING_SECONDS = 60
# A program that ends by itself is started again, but not for ever.
TRIES, WITHIN_SECONDS = 5, 60


class CannotRun(Exception):
    """Why OneWindow can't be run here now, fit to print."""


@dataclass(frozen=True)
class Plan:
    """What to run, and where."""

    var: Path
    host: str
    port: int
    prepare: Sequence[str]  # run to its end first; its last line is JSON: {"sign_ins": [[…], …]}
    web: Sequence[str]
    workers: Sequence[Sequence[str]]
    environment: Mapping[str, str]
    database: EmbeddedPostgres | None = None
    parent: int | None = None  # stop when this is no longer our parent
    stop_seconds: float = 10
    pause_seconds: float = 1  # before a program that has ended is started again; doubles each time
    verbose: bool = False


@dataclass
class Supervisor:
    """One run, from the first check to the last goodbye."""

    plan: Plan
    children: list[Child] = field(default_factory=list)
    port: int = 0
    _asked_to_stop: int = 0
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _lifeline: Lifeline = field(default_factory=Lifeline)
    _failed: bool = False

    async def run(self) -> int:
        """Until somebody stops it; the exit code. Raises `CannotRun` when it can't begin."""
        with _only_one(self.plan.var / "run") as state:
            await asyncio.to_thread(_clear_up_after_the_last, state)
            self.port = _free_port(self.plan.host, self.plan.port)
            self._listen_for_signals()
            try:
                await self._start(state)
                if not self._stopping.is_set():
                    await self._watch(state)
            finally:
                await self._stop()
                state.truncate(0)
        return 1 if self._failed else 0

    # --- starting

    async def _start(self, state: IO[str]) -> None:
        environment = {**self.plan.environment, "ONEWINDOW_PORT": str(self.port)}
        if self.plan.database is not None:
            with console.step(say("启动数据库", "Starting the database")):
                environment["DATABASE_URL"] = await asyncio.to_thread(self.plan.database.start)
        # They load while the data are prepared, and begin when these are ready.
        self._environment = environment
        programs = [self._child("web", self.plan.web)] + [
            self._child(f"worker-{number}" if number > 1 else "worker", command)
            for number, command in enumerate(self.plan.workers, 1)
        ]
        for child in programs:
            self.children.append(child)
            await child.start(environment, self._lifeline)
        self._note(state)
        with console.step(say("准备数据", "Bringing the data up to date")):
            sign_ins = await self._prepare(environment)
        if self._stopping.is_set():
            return
        with console.step(say("启动网站和后台", "Starting web server and worker")):
            self._lifeline.let_start()
            await self._until_it_answers(programs[0])
        if not self._stopping.is_set():
            console.ready(self.url, sign_ins, self.plan.var / "log")
            if not self.plan.verbose:
                for child in programs:
                    child.hear = console.hear_trouble

    @property
    def url(self) -> str:
        """Where people on this machine find it."""
        chosen = self.plan.environment.get("ONEWINDOW_PUBLIC_URL")
        return chosen or f"http://localhost:{self.port}"

    def _child(self, name: str, command: Sequence[str]) -> Child:
        # While starting, what goes wrong is told once, with the last words of what ended.
        hear = console.hear_all if self.plan.verbose else _not
        return Child(name, command, self.plan.var / "log" / f"{name}.log", hear)

    async def _prepare(self, environment: Mapping[str, str]) -> list[list[str]]:
        """Bring the data up to date; who can sign in, as rows of a table."""
        child = self._child("prepare", self.plan.prepare)
        self.children.append(child)
        await child.start(environment, self._lifeline)
        code = await self._unless_stopped(child.wait())
        if code is None:
            return []
        self.children.remove(child)
        if code != 0:
            raise CannotRun(_died(child, code))
        try:
            told = json.loads(child.last_words[-1])
            return [[str(cell) for cell in row] for row in told["sign_ins"]]
        except (IndexError, ValueError, KeyError, TypeError):
            return []

    async def _until_it_answers(self, web: Child) -> None:
        deadline = time.monotonic() + STARTING_SECONDS
        where = health.address(self.plan.host, self.port)
        ended = asyncio.create_task(web.wait())
        try:
            while (wrong := await asyncio.to_thread(health.ask, where)) is not None:
                if self._stopping.is_set():
                    return
                if ended.done():
                    raise CannotRun(_died(web, ended.result()))
                if time.monotonic() > deadline:
                    raise CannotRun(f"{wrong}\n{_words(web)}")
                await asyncio.sleep(0.05)
        finally:
            ended.cancel()

    def _note(self, state: IO[str]) -> None:
        """Write down who runs, for the next start in case this one is killed."""
        state.seek(0)
        state.truncate()
        json.dump(
            {
                "pid": os.getpid(),
                "boot": processes.boot(),
                "url": self.url,
                "children": [[child.pid, processes.birth(child.pid)] for child in self.children],
            },
            state,
        )
        state.flush()

    # --- running

    async def _watch(self, state: IO[str]) -> None:
        watchers = [asyncio.create_task(self._keep_up(child, state)) for child in self.children]
        if self.plan.database is not None:
            watchers.append(asyncio.create_task(self._keep_database_up(self.plan.database)))
        if self.plan.parent is not None:
            watchers.append(asyncio.create_task(self._follow(self.plan.parent)))
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([*watchers, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in (*watchers, stopping):
            task.cancel()
        done = await asyncio.gather(*watchers, return_exceptions=True)
        for outcome in done:
            if isinstance(outcome, Exception):
                self._failed = True
                console.trouble(str(outcome))

    async def _keep_up(self, child: Child, state: IO[str]) -> None:
        """Start `child` again when it ends by itself; give up when it keeps ending."""
        ends: list[float] = []
        while True:
            code = await child.wait()
            ends = [moment for moment in ends if time.monotonic() - moment < WITHIN_SECONDS]
            ends.append(time.monotonic())
            if len(ends) >= TRIES:
                raise CannotRun(_died(child, code))
            console.trouble(
                say(
                    f"{child.name} 意外结束（{code}），正在重新启动。",
                    f"{child.name} ended unexpectedly ({code}) and is started again.",
                )
            )
            await asyncio.sleep(self.plan.pause_seconds * 2 ** (len(ends) - 1))
            await child.start(self._environment, self._lifeline)
            self._note(state)

    async def _keep_database_up(self, database: EmbeddedPostgres) -> None:
        while True:
            await asyncio.sleep(1)
            if await asyncio.to_thread(database.keep_up):
                console.trouble(
                    say("数据库意外停止，已恢复。", "The database had stopped and was recovered.")
                )

    async def _follow(self, parent: int) -> None:
        while os.getppid() == parent:  # noqa: ASYNC110 - nothing tells us but the number
            await asyncio.sleep(0.5)

    # --- stopping

    def _listen_for_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
                loop.add_signal_handler(number, self.stop)

    def stop(self) -> None:
        """Stop in good order; asked a second time, at once."""
        self._asked_to_stop += 1
        self._stopping.set()
        if self._asked_to_stop > 1:
            for child in self.children:
                child.kill()

    async def _unless_stopped(self, coming: Any) -> Any:
        """What `coming` gives, or None when we are asked to stop before."""
        work = asyncio.ensure_future(coming)
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([work, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if work.done():
            return work.result()
        work.cancel()
        return None

    async def _stop(self) -> None:
        """Web first, so that nothing new comes in; then the workers; the database last."""
        console.stopping()
        for child in self.children:
            await child.stop(self.plan.stop_seconds)
        if self.plan.database is not None:
            await asyncio.to_thread(self.plan.database.stop)
        self._lifeline.close()


class _only_one:  # noqa: N801 - reads as a word where it is used
    """Hold the lock of this var folder inside the block; its file tells who runs."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / "onewindow.json").open("a+")

    def __enter__(self) -> IO[str]:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            now = _told(self._file)
            self._file.close()
            raise CannotRun(
                say(
                    f"OneWindow 已在运行：{now.get('url', '正在启动')}"
                    f"（进程 {now.get('pid', '？')}）。在它的终端按 Ctrl-C 可停止。",
                    f"OneWindow is running already: {now.get('url', 'starting')} "
                    f"(process {now.get('pid', '?')}). Ctrl-C in its terminal stops it.",
                )
            ) from None
        return self._file

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _told(state: IO[str]) -> dict[str, Any]:
    state.seek(0)
    try:
        told = json.load(state)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _clear_up_after_the_last(state: IO[str]) -> None:
    """End what a run that was killed has left: it holds the port and old code."""
    told = _told(state)
    if told.get("boot") == processes.boot():
        for pid, born in told.get("children", []):
            processes.end_group(pid, born, seconds=5)


def _free_port(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as refused:
            raise CannotRun(
                say(
                    f"无法在 {host}:{port} 上监听：{refused.strerror}。"
                    f"换一个端口：make run PORT={port + 1}",
                    f"Cannot listen on {host}:{port}: {refused.strerror}. "
                    f"Take another port: make run PORT={port + 1}",
                )
            ) from refused
        return int(tried.getsockname()[1])


def _died(child: Child, code: int) -> str:
    how = say(f"{child.name} 已退出，代码 {code}", f"{child.name} ended with code {code}")
    return f"{how} ({child.log})\n{_words(child)}"


def _words(child: Child) -> str:
    return "\n".join(console.readable(line) for line in child.last_words)


def _not(*_: object) -> None:
    """Say nothing."""


def onewindow(*arguments: str) -> list[str]:
    """The command that runs one of our own commands in a process of its own."""
    return [sys.executable, "-m", "onewindow.cli", *arguments]
