"""Warm processes for work that hostile input could turn against us.

A worker is a process of its own with no secrets in its environment and a limit on its memory. It
is given one call at a time and a time for it; one that runs out of either is killed and replaced,
and the caller reads why. Calls name a function that a worker has loaded beforehand; what crosses is
JSON and bytes, never pickles: a process that read a hostile file isn't trusted.
"""

import asyncio
import contextlib
import json
import os
import queue
import selectors
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, BinaryIO

from storage.problems import Refused

HEAD = struct.Struct(">II")
"""Before every message: the length of its JSON and the length of the bytes that follow it."""

LARGEST_ANSWER = 256 << 20

Answer = tuple[Any, bytes]


class OutOfTime(Refused):
    """The call took longer than it was given."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            "took-too-long", "处理这个文件用时过长，已停止。请简化内容后重试。", detail
        )


class OutOfMemory(Refused):
    """The call wanted more memory than a worker may have, or brought the worker down."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("took-too-much", "这个文件过于复杂，无法处理。请简化内容后重试。", detail)


class WorkerFailed(Exception):
    """The function raised something it doesn't call a refusal: a fault of ours, for the log."""


class Workers:
    """A few warm worker processes, started when first needed; safe to call from many threads.

    `modules` are loaded by each worker at its start; only functions of these can be called. After a
    fork the child starts workers of its own. `memory` is in bytes of address space.
    """

    def __init__(
        self,
        modules: tuple[str, ...],
        *,
        count: int = 1,
        memory: int = 1 << 30,
        calls: int = 500,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """`calls` is how many a worker serves before a fresh one takes over; `settings` are
        environment variables the modules may read."""
        self._modules = modules
        self._count = count
        self._memory = memory
        self._calls = calls
        self._settings = dict(settings or {})
        self._lock = threading.Lock()
        self._owner = 0
        self._begin()

    def call(self, function: str, /, *, seconds: float, blob: bytes = b"", **values: Any) -> Answer:
        """Call `module:function` with JSON `values` (and `blob`, if any) and wait for its answer.

        The function answers JSON, or JSON and bytes. Raises what it refuses as `Refused`, and
        `OutOfTime`, `OutOfMemory` or `WorkerFailed`. Waiting for a free worker isn't counted.
        """
        self._mind_forks()
        worker = self._free.get()
        try:
            worker = worker or _Worker(self._modules, self._memory, self._settings)
            answer = worker.call(function, values, blob, seconds)
        except BaseException:
            if worker is not None and worker.broken:
                worker.kill()
                worker = None
            raise
        else:
            if worker.served >= self._calls:
                worker.kill()
                worker = None
            return answer
        finally:
            self._free.put(worker)

    async def acall(
        self, function: str, /, *, seconds: float, blob: bytes = b"", **values: Any
    ) -> Answer:
        """`call`, without holding up the loop."""
        self._mind_forks()
        waiting = partial(self.call, function, seconds=seconds, blob=blob, **values)
        return await asyncio.get_running_loop().run_in_executor(self._threads, waiting)

    def close(self) -> None:
        """End the workers that are idle now; calls under way finish first."""
        self._mind_forks()
        for _ in range(self._count):
            worker = self._free.get()
            if worker is not None:
                worker.kill()
        for _ in range(self._count):
            self._free.put(None)

    def _begin(self) -> None:
        self._owner = os.getpid()
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="workers")
        self._free: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(self._count):
            self._free.put(None)

    def _mind_forks(self) -> None:
        if self._owner != os.getpid():
            with self._lock:
                if self._owner != os.getpid():
                    self._begin()


class _Worker:
    """One process, one call at a time."""

    def __init__(self, modules: tuple[str, ...], memory: int, settings: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module, our own words
            [sys.executable, "-m", "storage.worker", str(memory), *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**_environment(), **settings},
            bufsize=0,
        )
        self.served = 0
        self.broken = False
        # The first message says that everything is loaded; starting isn't part of a call's time.
        try:
            self._read(time.monotonic() + 60)
        except Refused as error:
            self.kill()
            raise WorkerFailed(f"a worker didn't start: {error.detail}") from error

    def call(self, function: str, values: Mapping[str, Any], blob: bytes, seconds: float) -> Answer:
        until = time.monotonic() + seconds
        self.served += 1
        request = json.dumps({"function": function, "values": values}, ensure_ascii=False).encode()
        try:
            assert self._process.stdin is not None
            send(self._process.stdin, request, blob)
            answer, data = self._read(until)
        except BrokenPipeError:
            self.broken = True
            raise OutOfMemory(f"{function}: the worker was gone") from None
        except BaseException:
            self.broken = True  # an answer that nobody waits for must not meet the next call
            raise
        if "refused" in answer:
            refused = answer["refused"]
            raise Refused(refused["code"], refused["text"], refused["detail"], **refused["params"])
        if "memory" in answer:
            self.broken = True
            raise OutOfMemory(f"{function}: {answer['memory']}")
        if "failed" in answer:
            raise WorkerFailed(f"{function}: {answer['failed']}")
        return answer["value"], data

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _read(self, until: float) -> tuple[dict[str, Any], bytes]:
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            read = partial(self._exactly, selector, until)
            words, data = HEAD.unpack(read(HEAD.size))
            if words + data > LARGEST_ANSWER:
                raise OutOfMemory(f"an answer of {words + data} bytes")
            answer = json.loads(read(words))
            return answer, read(data)

    def _exactly(self, selector: selectors.BaseSelector, until: float, size: int) -> bytes:
        got = bytearray()
        while len(got) < size:
            if not selector.select(max(until - time.monotonic(), 0)):
                raise OutOfTime(f"pid {self._process.pid}")
            assert self._process.stdout is not None
            part = self._process.stdout.read(min(size - len(got), 1 << 20))
            if not part:
                raise OutOfMemory(f"pid {self._process.pid} ended with {self._process.wait()}")
            got += part
        return bytes(got)


def send(stream: BinaryIO | Any, words: bytes, blob: bytes) -> None:
    """Write one message; the other side reads it by `HEAD`."""
    for part in (HEAD.pack(len(words), len(blob)), words, blob):
        rest = memoryview(part)
        while rest:
            rest = rest[stream.write(rest) :]
    stream.flush()


def _environment() -> dict[str, str]:
    """What a worker needs to find Python and its modules, and nothing that is secret."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")
    }
    # Every thread may reserve much more address space than it uses: on a machine of many cores the
    # limit on memory would be reached before any work was done.
    few = {"MALLOC_ARENA_MAX": "2", "RAYON_NUM_THREADS": "2", "OMP_NUM_THREADS": "1"}
    return {**kept, **few, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
