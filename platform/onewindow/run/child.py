"""A program the supervisor runs: started with a lifeline, listened to, stopped in good order."""

import asyncio
import os
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from onewindow.run import processes
from onewindow.run.lifeline import Lifeline

LOG_BYTES = 20 * 1024 * 1024  # then the log begins anew and the last one is kept beside it


@dataclass
class Child:
    """One program. `hear` is called with each line it says, which also goes to `log`."""

    name: str
    command: Sequence[str]
    log: Path
    hear: Callable[[str, str], None]
    last_words: deque[str] = field(default_factory=lambda: deque(maxlen=25))
    _process: asyncio.subprocess.Process | None = None
    _listening: asyncio.Task[None] | None = None

    async def start(self, environment: Mapping[str, str], lifeline: Lifeline) -> None:
        """Start it, in a group of its own so that Ctrl-C in the terminal reaches only us."""
        self.last_words.clear()
        # A pipe of our own: with asyncio's, the process counts as ended only when its last heir
        # has closed the pipe, and then it would be too late to end the heirs.
        ear, mouth = os.pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=mouth,
                stderr=mouth,
                env={**environment, **lifeline.environment},
                pass_fds=lifeline.child_ends,
                start_new_session=True,
            )
        finally:
            os.close(mouth)
        self._listening = asyncio.create_task(self._listen(os.fdopen(ear, "rb")))

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def wait(self) -> int:
        """Until it has ended and its last line has been heard; its exit code."""
        assert self._process is not None
        assert self._listening is not None
        code = await self._process.wait()
        processes.kill_group(self.pid)  # what it started and left behind
        await asyncio.wait([self._listening], timeout=2)  # a stray heir may hold the pipe open
        return code

    async def stop(self, seconds: float) -> None:
        """End it: it may finish what it is at for `seconds`, then it is killed."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.wait(), seconds)
        except TimeoutError:
            self.kill()
            await self.wait()

    def kill(self) -> None:
        """Kill it and all it started."""
        if self._process is not None and self._process.returncode is None:
            processes.kill_group(self.pid)

    async def _listen(self, ear: IO[bytes]) -> None:
        said = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(said), ear
        )
        self.log.parent.mkdir(parents=True, exist_ok=True)
        rest = b""
        with self.log.open("ab") as log:
            while heard := await said.read(65536):
                log.write(heard)
                log.flush()
                _begin_anew_when_long(log)
                *lines, rest = (rest + heard).split(b"\n")
                for line in lines:
                    self._tell(line)
        if rest:
            self._tell(rest)
        transport.close()

    def _tell(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip()
        self.last_words.append(text)
        self.hear(self.name, text)


def _begin_anew_when_long(log: IO[bytes]) -> None:
    if log.tell() > LOG_BYTES:
        kept = f"{log.name}.1"
        with open(kept, "wb") as old, open(log.name, "rb") as now:
            while block := now.read(1 << 20):
                old.write(block)
        os.truncate(log.name, 0)
