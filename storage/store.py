"""The protocol: what every store of objects can do, whatever is behind it.

An object is a run of bytes under a key, with a media type. Keys are made by code, never by people:
letters, digits and `._-` in segments joined by `/`, at most 200 characters (some S3 servers take no
more), no segment beginning with a dot. File names of people belong in the database.
"""

import re
import uuid
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from storage.landing import Landed
from storage.problems import BadKey, NotThere, TooLarge
from storage.streams import Hashing, Reading, chunked, gathered

INCOMING = "incoming/"
"""Prefix of uploads that aren't committed yet; what is left here after a crash can be swept."""

HELD_IN_MEMORY = 4 << 20
"""Content up to this many bytes is hashed before anything is sent, so that it is sent only once."""

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class Stat:
    """What is known of an object without reading it."""

    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a content was put; `fresh` is False when the store already had it."""

    key: str
    sha256: str
    size: int
    fresh: bool = True


class Store(ABC):
    """A store of objects. Safe to share between tasks; `ready()` first, `close()` at the end.

    Every method may raise `Unavailable`; one told a key nobody should have made raises `BadKey`.
    """

    @abstractmethod
    async def put(
        self,
        key: str,
        chunks: AsyncIterable[bytes],
        *,
        size: int | None = None,
        media_type: str,
    ) -> None:
        """Store the stream under `key`, replacing what was there, all or nothing.

        Whoever reads meanwhile sees the old object or the new one, never a half. With `size` the
        stream must have exactly that many bytes (`WrongSize`). An error raised by `chunks` comes
        out as it is and leaves nothing behind.
        """

    @abstractmethod
    async def get(self, key: str, start: int = 0, end: int | None = None) -> Reading:
        """Open an object for reading; its bytes from `start` up to but without `end`.

        A range beyond the object's end is cut to what is there. Raises `NotThere` right here, not
        at the first byte. Read it to the end or close it.
        """

    @abstractmethod
    async def stat(self, key: str) -> Stat:
        """Size and media type, or `NotThere`."""

    @abstractmethod
    async def delete(self, key: str) -> None:
        """Remove an object; one that isn't there is as good as removed."""

    @abstractmethod
    async def move(self, source: str, target: str) -> None:
        """Give an object another key, replacing what was there; `NotThere` without a source."""

    @abstractmethod
    async def presign(self, key: str, seconds: int, filename: str) -> str | None:
        """A URL that lets a browser download the object directly for a while, under `filename`.

        None when this store can't offer one: then serve the bytes through the application.
        """

    @abstractmethod
    async def ready(self) -> None:
        """Create the folder or bucket where missing; raise `Unavailable` when it can't be used."""

    @abstractmethod
    async def sweep(self, older: timedelta) -> int:
        """Remove uploads begun longer ago than `older` and never finished; how many there were."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of threads and connections."""

    async def exists(self, key: str) -> bool:
        try:
            await self.stat(key)
        except NotThere:
            return False
        return True

    async def put_bytes(self, key: str, data: bytes, *, media_type: str) -> None:
        """`put` for what is already in memory: a rendered paper, a thumbnail."""
        await self.put(key, chunked(data), size=len(data), media_type=media_type)

    async def get_bytes(self, key: str, limit: int = 64 << 20) -> bytes:
        """A whole object in memory; `TooLarge` beyond `limit` bytes, before any is read."""
        async with await self.get(key) as reading:
            if reading.size > limit:
                raise TooLarge(limit, detail=key)
            return await gathered(reading)

    async def keep(self, upload: Landed, prefix: str, media_type: str) -> Stored:
        """Store a landed upload under its hash, as `put_content` does; nothing is sent twice."""
        key = content_key(prefix, upload.sha256)
        fresh = not await self.exists(key)
        if fresh:
            await self.put(key, upload.chunks(), size=upload.size, media_type=media_type)
        return Stored(key, upload.sha256, upload.size, fresh)

    async def put_content(
        self,
        chunks: AsyncIterable[bytes],
        prefix: str,
        limit: int | None = None,
        *,
        media_type: str = "application/octet-stream",
    ) -> Stored:
        """Store a stream under the SHA-256 of what it holds, once per content.

        The key is `<prefix><first two digits>/<sha256>`. Content of up to 4 MB is hashed before
        anything is sent. More goes to a temporary key first and gets its own when the hash is
        known; when the store turns out to have that content already, the second copy is dropped.
        Two uploads of one content at once end as one object. Raises `TooLarge` beyond `limit`.
        """
        hashing = Hashing(chunks, limit)
        stream = aiter(hashing)
        held = bytearray()
        ended = False
        while len(held) <= HELD_IN_MEMORY:
            try:
                held += await anext(stream)
            except StopAsyncIteration:
                ended = True
                break
        if ended:
            key = content_key(prefix, hashing.sha256)
            fresh = not await self.exists(key)
            if fresh:
                await self.put_bytes(key, bytes(held), media_type=media_type)
            return Stored(key, hashing.sha256, hashing.size, fresh)

        temporary = f"{INCOMING}{uuid.uuid4().hex}"
        await self.put(temporary, _rest(held, stream), media_type=media_type)
        key = content_key(prefix, hashing.sha256)
        fresh = not await self.exists(key)
        if fresh:
            await self.move(temporary, key)
        else:
            await self.delete(temporary)
        return Stored(key, hashing.sha256, hashing.size, fresh)


def content_key(prefix: str, sha256: str) -> str:
    """The key of a content: spread over 256 sub-prefixes, as listings and file systems like it."""
    return f"{prefix}{sha256[:2]}/{sha256}"


def checked_key(key: str) -> str:
    """The key itself, or `BadKey`: nothing else ever reaches a path or a URL."""
    if len(key) > 200 or not _KEY.fullmatch(key):
        raise BadKey(f"not a key of this store: {key[:220]!r}")
    return key


async def _rest(held: bytearray, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield bytes(held)
    held.clear()
    async for chunk in stream:
        yield chunk
