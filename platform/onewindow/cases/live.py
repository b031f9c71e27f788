"""Telling open inboxes that something changed, without slowing down what changed it.

A NOTIFY inside the transaction would serialise every commit on one lock. A hint that comes a
quarter of a second later does as well, so changes are gathered per process and announced together,
after their commits. A lost hint costs nothing: pages also look by themselves now and then.
"""

import asyncio
import contextvars
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

from onewindow import db

CHANNEL = "ow_inbox"
GATHER_SECONDS = 0.25

_changed: set[int] = set()
_task: asyncio.Task[None] | None = None


def changed(*tenants: int) -> None:
    """These tenants' inboxes have changed. Call after the commit."""
    global _task
    _changed.update(tenants)
    if _task is None or _task.done():
        # In a context of its own: it outlives the request, and must not find its transaction there.
        _task = asyncio.get_running_loop().create_task(_announce(), context=contextvars.Context())


async def _announce() -> None:
    while _changed:
        await asyncio.sleep(GATHER_SECONDS)
        tenants = ",".join(map(str, sorted(_changed)))
        _changed.clear()
        # No database, or not any more: a lost hint costs nothing.
        with db.as_system(), suppress(asyncpg.PostgresError, OSError, RuntimeError):
            # 8,000 bytes is the most a NOTIFY carries; an empty one means "everybody look".
            await db.execute(
                "select pg_notify($1, $2)", CHANNEL, tenants if len(tenants) < 7000 else ""
            )


LOOK_SECONDS = 30.0
AGAIN_SECONDS = 1.0

_listeners: dict[asyncio.Event, int] = {}


async def hints(tenant: int) -> AsyncIterator[None]:
    """Yield at once, then whenever the tenant's inbox may have changed, and every half minute.

    Ends when the server stops listening, so that no stream holds it up.
    """
    wake = asyncio.Event()
    _listeners[wake] = tenant
    try:
        while wake in _listeners:
            wake.clear()
            yield
            try:
                await asyncio.wait_for(wake.wait(), LOOK_SECONDS)
            except TimeoutError:
                continue
    finally:
        _listeners.pop(wake, None)


def heard(payload: str) -> None:
    """A hint has come over the wire: wake the streams of the tenants it names."""
    named = {int(tenant) for tenant in payload.split(",") if tenant}
    for wake, tenant in _listeners.items():
        if not named or tenant in named:
            wake.set()


@asynccontextmanager
async def listening(dsn: str) -> AsyncIterator[None]:
    """Inside, hints of every process are heard, on a connection of their own that comes back when
    the database does. At the end every stream is let go."""
    ear = asyncio.create_task(_keep_listening(dsn))
    try:
        yield
    finally:
        ear.cancel()
        let_go()


def let_go() -> None:
    """End every stream, as the server does before it waits for its connections to close."""
    streams = list(_listeners)
    _listeners.clear()
    for wake in streams:
        wake.set()


async def _keep_listening(dsn: str) -> None:
    while True:
        gone = asyncio.Event()
        try:
            connection = await asyncpg.connect(dsn, server_settings={"application_name": "ow_live"})
            try:
                connection.add_termination_listener(lambda _connection, gone=gone: gone.set())
                await connection.add_listener(CHANNEL, lambda *hint: heard(hint[3]))
                heard("")  # whatever was said while nobody listened
                await gone.wait()
            finally:
                await connection.close(timeout=2)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            pass  # the database is away; inboxes look by themselves meanwhile
        await asyncio.sleep(AGAIN_SECONDS)
