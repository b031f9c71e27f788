"""Telling open inboxes that something changed, without slowing down what changed it.

A NOTIFY inside the transaction would serialise every commit on one lock. A hint that comes a
quarter of a second later does as well, so changes are gathered per process and announced together,
after their commits. A lost hint costs nothing: pages also look by themselves now and then.
"""

import asyncio

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
        _task = asyncio.get_running_loop().create_task(_announce())


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
