"""A pipe from a coroutine that has chunks to a thread that wants a file to read from."""

import asyncio
import queue
from collections.abc import AsyncIterable
from io import RawIOBase
from typing import Any

_SLOTS = 16
_PATIENCE = 600
"""Seconds a thread waits for the next chunk before it takes the sender for gone."""


class BrokenOff(OSError):
    """The sender stopped before the end; its own error is what people get to hear."""


class Pipe(RawIOBase):
    """Readable in a thread, fed by one coroutine; at most a few chunks lie in between.

    The coroutine that owns the chunks pulls them itself, so that what they depend on (context
    variables, a request's own task) stays as it was.
    """

    def __init__(self) -> None:
        super().__init__()
        self._chunks: queue.SimpleQueue[bytes | BrokenOff | None] = queue.SimpleQueue()
        self._slots = asyncio.Semaphore(_SLOTS)
        self._loop = asyncio.get_running_loop()
        self._held = bytearray()
        self._ended = False
        self._broken: BrokenOff | None = None

    async def feed(self, chunks: AsyncIterable[bytes], into: "asyncio.Future[Any]") -> None:
        """Hand every chunk to the thread whose outcome is `into`, and wait for that outcome.

        When `chunks` raises, or the caller is cancelled, the thread's next read fails; the error
        goes on once the thread has let go. When the thread fails first, its error comes out here.
        """
        into.add_done_callback(lambda _: self._slots.release())
        try:
            async for chunk in chunks:
                await self._slots.acquire()
                if into.done():
                    break
                self._chunks.put(chunk)
            self._chunks.put(None)
            await asyncio.shield(into)
        except BaseException:
            if not into.done():
                self._chunks.put(BrokenOff("the sender stopped"))
                await asyncio.wait([into])
            if not into.cancelled():
                into.exception()  # known; the first error is the one that counts
            raise

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Exactly `size` bytes, fewer at the end only; all of them without a size."""
        while not self._ended and (size < 0 or len(self._held) < size):
            self._take()
        if self._broken is not None:
            raise self._broken
        taken = bytes(self._held if size < 0 else self._held[:size])
        del self._held[: len(taken)]
        return taken

    def _take(self) -> None:
        try:
            chunk = self._chunks.get(timeout=_PATIENCE)
        except queue.Empty:
            chunk = BrokenOff("the sender fell silent")
        if isinstance(chunk, bytes):
            self._held += chunk
            self._loop.call_soon_threadsafe(self._slots.release)
            return
        self._ended = True
        self._broken = chunk
