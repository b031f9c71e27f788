"""Telling open inboxes that something changed, without slowing down what changed it.

A NOTIFY inside the transaction would serialise every commit on one lock. A hint that comes a
quarter of a second later does as well, so changes are gathered per process and announced together,
after their commits. A lost hint costs nothing: pages also look by themselves now and then.
"""

import asyncio
import contextvars
from collections.abc import AsyncIterator
from typing import Any

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
        with db.as_system():
            # 8,000 bytes is the most a NOTIFY carries; an empty one means "everybody look".
            await db.execute(
                "select pg_notify($1, $2)", CHANNEL, tenants if len(tenants) < 7000 else ""
            )


LOOK_SECONDS = 30.0

_listeners: dict[asyncio.Event, int] = {}


async def hints(tenant: int) -> AsyncIterator[None]:
    """Yield at once, then whenever the tenant's inbox may have changed, and every half minute."""
    wake = asyncio.Event()
    _listeners[wake] = tenant
    try:
        while True:
            wake.clear()
            yield
            try:
                await asyncio.wait_for(wake.wait(), LOOK_SECONDS)
            except TimeoutError:
                continue
    finally:
        del _listeners[wake]


def heard(payload: str) -> None:
    """A hint has come over the wire: wake the streams of the tenants it names."""
    named = {int(tenant) for tenant in payload.split(",") if tenant}
    for wake, tenant in _listeners.items():
        if not named or tenant in named:
            wake.set()


def wake_all() -> None:
    """Let every stream look once more; before the server stops, so that none holds it up."""
    for wake in _listeners:
        wake.set()


async def listen(dsn: str) -> Any:
    """Hear hints of every process on a connection of its own; close what is returned at the end."""
    connection = await asyncpg.connect(dsn, server_settings={"application_name": "ow_live"})
    await connection.add_listener(CHANNEL, lambda *heard_of: heard(heard_of[3]))
    return connection
