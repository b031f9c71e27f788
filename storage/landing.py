"""Uploads on their way: in a temporary file, hashed and counted, until somebody says keep.

What a file is can only be told with all of it at hand, so an upload lands first, is looked at, and
is then kept in the store or forgotten:

    async with storage.landed(chunks, limit=20 << 20) as upload:
        examined = await examiner.examine(upload.path, filename, allowed)
        stored = await store.keep(upload, "files/", examined.kind.media_type)
"""

import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from storage.problems import Unavailable
from storage.streams import CHUNK, Hashing, in_parts
from storage.threads import Threads

_threads = Threads(8, "storage-landing")


@dataclass(frozen=True, slots=True)
class Landed:
    """A whole upload in a file of its own; the file is gone when its `landed` block ends."""

    path: Path
    sha256: str
    size: int

    async def chunks(self) -> AsyncIterator[bytes]:
        """What it holds, as a stream."""
        file = await _threads.run(self.path.open, "rb")
        with file:
            while part := await _threads.run(file.read, CHUNK):
                yield part


@asynccontextmanager
async def landed(
    chunks: AsyncIterable[bytes], limit: int | None = None, *, folder: Path | None = None
) -> AsyncIterator[Landed]:
    """Let a stream land in a temporary file (in `folder`, else where the system puts them).

    Raises `TooLarge` as soon as more than `limit` bytes came, and `Unavailable` when the disk takes
    no more.
    """
    hashing = Hashing(chunks, limit)
    try:
        file = await _threads.run(_temporary, folder)
    except OSError as error:
        raise Unavailable(f"no place to land: {error}") from error
    with file:
        async for part in in_parts(hashing, 1 << 20):
            try:
                await _threads.run(_write, file, part)
            except OSError as error:
                raise Unavailable(f"no place to land: {error}") from error
        await _threads.run(file.flush)
        yield Landed(Path(file.name), hashing.sha256, hashing.size)


def _temporary(folder: Path | None) -> IO[bytes]:
    return tempfile.NamedTemporaryFile(dir=folder, prefix="onewindow-")


def _write(file: IO[bytes], part: bytes) -> None:
    file.write(part)
