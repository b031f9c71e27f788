"""The leaf rooms as this process has them: FEEL engines, one object store, one examiner.

There are two FEEL engines: one for cases, one for what is still being configured. An engine does
one thing at a time, and nobody at a counter waits for a draft that somebody is trying out.

Opened by the composition root (web process, worker, command line) and used by features, so that no
feature reads settings or connects to anything by itself.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from typing import ParamSpec, TypeVar

import storage
from feel import Feel

P = ParamSpec("P")
R = TypeVar("R")
WORKBENCHES = 2
"""Drafts worked at beside each other; more wait, and nobody but their own people with them."""

_feel: Feel | None = None
_drafting: Feel | None = None
_benches: ThreadPoolExecutor | None = None
_at_bench: ContextVar[bool] = ContextVar("at_bench", default=False)
_store: storage.Store | None = None
_examiner: storage.Examiner | None = None
_closers: list[Callable[[], None]] = []


def feel() -> Feel:
    """This process's FEEL engine; made at first use (after a fork, never before). What runs
    `at_bench` finds the one for drafts."""
    global _feel, _drafting
    if _at_bench.get():
        if _drafting is None:
            _drafting = Feel()
        return _drafting
    if _feel is None:
        _feel = Feel()
    return _feel


async def at_bench(work: Callable[P, R], *args: P.args, **named: P.kwargs) -> R:
    """What `work(…)` gives, done in a thread kept for drafts and with their FEEL engine: for
    everything that reads or runs what somebody is still writing."""
    global _benches
    if _benches is None:
        _benches = ThreadPoolExecutor(WORKBENCHES, thread_name_prefix="drafts")
    context = copy_context()
    context.run(_at_bench.set, True)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_benches, lambda: context.run(work, *args, **named))


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
    global _feel, _drafting, _benches, _store, _examiner
    while _closers:
        _closers.pop()()
    if _store is not None:
        await _store.close()
    if _benches is not None:
        _benches.shutdown(cancel_futures=True)
    for engine in (_feel, _drafting):
        if engine is not None:
            engine.close()
    if _examiner is not None:
        _examiner.close()
    _feel = _drafting = _benches = _store = _examiner = None
