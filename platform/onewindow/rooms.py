"""The leaf rooms as this process has them: one FEEL engine, one object store, one examiner.

Opened by the composition root (web process, worker, command line) and used by features, so that no
feature reads settings or connects to anything by itself.
"""

from collections.abc import Callable

import storage
from feel import Feel

_feel: Feel | None = None
_store: storage.Store | None = None
_examiner: storage.Examiner | None = None
_closers: list[Callable[[], None]] = []


def feel() -> Feel:
    """This process's FEEL engine; made at first use (after a fork, never before)."""
    global _feel
    if _feel is None:
        _feel = Feel()
    return _feel


def examiner() -> storage.Examiner:
    """Looks at uploads in worker processes of its own; made at first use."""
    global _examiner
    if _examiner is None:
        _examiner = storage.Examiner()
    return _examiner


def store() -> storage.Store:
    """This process's object store. Raises RuntimeError before `open_rooms`."""
    if _store is None:
        raise RuntimeError("the object store is not open")
    return _store


def at_closing(close: Callable[[], None]) -> None:
    """Have `close` called with `close_rooms`: for what a feature opened for the whole process."""
    if close not in _closers:
        _closers.append(close)


async def open_rooms(storage_url: str) -> None:
    """Open the object store at `storage_url` (see `storage.open`)."""
    global _store
    _store = storage.open(storage_url)
    await _store.ready()


async def close_rooms() -> None:
    global _feel, _store, _examiner
    while _closers:
        _closers.pop()()
    if _store is not None:
        await _store.close()
    if _feel is not None:
        _feel.close()
    if _examiner is not None:
        _examiner.close()
    _feel = _store = _examiner = None
