"""A store in a folder: the default of one machine, with the same promises as an S3 server.

Layout under the root: `objects/ab/cd/<sha256 of the key>` holds one object, `incoming/` what is
still being written. Names are hashes, so no key can leave the folder, collide on a file system that
ignores case, or put a million files side by side. A file is the object's bytes followed by a short
trailer (the media type, its length, a mark): one rename commits all of it at once, and the file can
still be opened or copied by hand.
"""

import hashlib
import os
import struct
import tempfile
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, ParamSpec, TypeVar

from storage.problems import NotThere, Unavailable
from storage.store import INCOMING, Stat, Store, checked_key
from storage.streams import CHUNK, Reading, in_parts, of_size
from storage.threads import Threads

P = ParamSpec("P")
T = TypeVar("T")

_TAIL = struct.Struct(">I8s")
_MARK = b"OWobj\x01\r\n"


class FolderStore(Store):
    """Objects as files; every write goes to a temporary file, is synced, then renamed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._objects = root / "objects"
        self._incoming = root / "incoming"
        self._threads = Threads(8, "storage-folder")

    async def put(
        self,
        key: str,
        chunks: AsyncIterable[bytes],
        *,
        size: int | None = None,
        media_type: str,
    ) -> None:
        target = self._path(key)
        file = await self._do(self._begin)
        try:
            async for part in in_parts(of_size(chunks, size), 1 << 20):
                await self._do(file.write, part)
            await self._do(self._commit, file, target, _trailer(media_type))
        finally:
            _drop(file)

    async def get(self, key: str, start: int = 0, end: int | None = None) -> Reading:
        path = self._path(key)
        file, stat = await self._do(self._open, path, key)
        stop = stat.size if end is None else min(end, stat.size)
        return Reading(
            self._read(file, max(start, 0), stop),
            size=stat.size,
            media_type=stat.media_type,
            release=file.close,
        )

    async def stat(self, key: str) -> Stat:
        file, stat = await self._do(self._open, self._path(key), key)
        file.close()
        return stat

    async def delete(self, key: str) -> None:
        await self._do(self._path(key).unlink, missing_ok=True)

    async def move(self, source: str, target: str) -> None:
        await self._do(self._rename, source, target)

    async def presign(self, key: str, seconds: int, filename: str) -> str | None:
        return None

    async def ready(self) -> None:
        await self._do(self._prepare)

    async def sweep(self, older: timedelta) -> int:
        return await self._do(self._sweep, time.time() - older.total_seconds())

    async def close(self) -> None:
        self._threads.close()

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(checked_key(key).encode()).hexdigest()
        if key.startswith(INCOMING):
            return self._incoming / name
        return self._objects / name[:2] / name[2:4] / name

    async def _do(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await self._threads.run(function, *args, **kwargs)
        except OSError as error:
            raise Unavailable(f"{type(error).__name__}: {error}") from error

    async def _read(self, file: BinaryIO, start: int, stop: int) -> AsyncIterator[bytes]:
        position = start
        while position < stop:
            # pread keeps no position of its own: a cancelled read can't disturb the next one.
            part = await self._do(os.pread, file.fileno(), min(CHUNK, stop - position), position)
            if not part:
                raise Unavailable("the file became shorter while it was read")
            position += len(part)
            yield part

    # What follows runs in threads.

    def _prepare(self) -> None:
        self._objects.mkdir(parents=True, exist_ok=True)
        self._incoming.mkdir(exist_ok=True)
        _drop(self._begin())

    def _begin(self) -> BinaryIO:
        # Not tempfile.NamedTemporaryFile: we rename it, and its own clean-up would get in the way.
        try:
            number, name = tempfile.mkstemp(dir=self._incoming)
        except FileNotFoundError:
            self._incoming.mkdir(parents=True, exist_ok=True)
            number, name = tempfile.mkstemp(dir=self._incoming)
        os.close(number)
        return open(name, "wb")

    def _commit(self, file: BinaryIO, target: Path, trailer: bytes) -> None:
        file.write(trailer)
        file.flush()
        os.fsync(file.fileno())
        file.close()
        self._place(Path(file.name), target)

    def _place(self, source: Path, target: Path) -> None:
        """Rename, and see to it that the new name itself survives a power cut."""
        made = _make_folders(target.parent, self.root)
        source.replace(target)
        for folder in (target.parent, *made):
            _sync(folder)

    def _rename(self, source: str, target: str) -> None:
        try:
            self._place(self._path(source), self._path(target))
        except FileNotFoundError:
            raise NotThere(source) from None

    def _open(self, path: Path, key: str) -> tuple[BinaryIO, Stat]:
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise NotThere(key) from None
        try:
            return file, _read_trailer(file)
        except BaseException:
            file.close()
            raise

    def _sweep(self, before: float) -> int:
        swept = 0
        for path in self._incoming.iterdir():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()
                    swept += 1
        return swept


def _trailer(media_type: str) -> bytes:
    text = media_type.encode()
    return text + _TAIL.pack(len(text), _MARK)


def _read_trailer(file: BinaryIO) -> Stat:
    whole = os.fstat(file.fileno()).st_size
    tail = os.pread(file.fileno(), 512, max(whole - 512, 0))
    if len(tail) >= _TAIL.size:
        length, mark = _TAIL.unpack(tail[-_TAIL.size :])
        text = tail[-_TAIL.size - length : -_TAIL.size]
        if mark == _MARK and len(text) == length:
            return Stat(whole - _TAIL.size - length, text.decode())
    raise Unavailable(f"{file.name} is damaged: it has no trailer")


def _make_folders(folder: Path, root: Path) -> list[Path]:
    """Create what is missing of `folder` under `root`; the folders that got a new entry by it."""
    changed = []
    missing = folder
    while missing != root and not missing.exists():
        changed.append(missing.parent)
        missing = missing.parent
    folder.mkdir(parents=True, exist_ok=True)
    return changed


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _drop(file: BinaryIO) -> None:
    """Close and remove a temporary file; after a commit there is nothing left to remove."""
    with suppress(OSError):
        file.close()
    with suppress(FileNotFoundError):
        os.unlink(file.name)
