"""Streams of bytes: counting, hashing and limiting them while they pass."""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Callable

from storage.problems import TooLarge, WrongSize

CHUNK = 256 * 1024


class Hashing:
    """Passes chunks on while hashing (SHA-256) and counting them; stops beyond `limit` bytes.

    `sha256` (hexadecimal) and `size` describe what has passed so far, and so the whole once the
    stream has ended. Raises `TooLarge` as soon as the limit is crossed: the chunk that crosses it
    is not passed on.
    """

    def __init__(self, chunks: AsyncIterable[bytes], limit: int | None = None) -> None:
        self._chunks = chunks
        self._limit = limit
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            self.size += len(chunk)
            if self._limit is not None and self.size > self._limit:
                raise TooLarge(self._limit)
            self._hash.update(chunk)
            yield chunk


async def chunked(data: bytes, size: int = CHUNK) -> AsyncIterator[bytes]:
    """Bytes that are already in memory, as a stream."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def gathered(chunks: AsyncIterable[bytes], limit: int | None = None) -> bytes:
    """A whole stream in memory; raises `TooLarge` beyond `limit` bytes."""
    held = bytearray()
    async for chunk in Hashing(chunks, limit):
        held += chunk
    return bytes(held)


async def in_parts(chunks: AsyncIterable[bytes], size: int = CHUNK) -> AsyncIterator[bytes]:
    """The same stream in parts of about `size` bytes: fewer trips to a thread for small chunks."""
    held = bytearray()
    async for chunk in chunks:
        held += chunk
        if len(held) >= size:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


async def of_size(chunks: AsyncIterable[bytes], size: int | None) -> AsyncIterator[bytes]:
    """The same stream, raising `WrongSize` unless exactly `size` bytes came (None: any number)."""
    passed = 0
    async for chunk in chunks:
        passed += len(chunk)
        if size is not None and passed > size:
            raise WrongSize(f"announced {size} bytes, more came")
        yield chunk
    if size is not None and passed != size:
        raise WrongSize(f"announced {size} bytes, {passed} came")


class Reading:
    """An object being read: iterate it for its bytes, `size` and `media_type` describe the whole.

    Holds a file or a connection until it is read to the end or closed: `async with`, or `aclose()`.
    """

    def __init__(
        self,
        chunks: AsyncIterator[bytes],
        *,
        size: int,
        media_type: str,
        release: Callable[[], None],
    ) -> None:
        self._chunks = chunks
        self._release: Callable[[], None] | None = release
        self.size = size
        self.media_type = media_type

    def __aiter__(self) -> "Reading":
        return self

    async def __anext__(self) -> bytes:
        if self._release is None:
            raise StopAsyncIteration
        try:
            return await anext(self._chunks)
        except BaseException:
            # The end, a broken connection or a cancelled request: nothing more will be read.
            self._close()
            raise

    async def aclose(self) -> None:
        self._close()

    async def __aenter__(self) -> "Reading":
        return self

    async def __aexit__(self, *_: object) -> None:
        self._close()

    def __del__(self) -> None:
        self._close()

    def _close(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            release()
