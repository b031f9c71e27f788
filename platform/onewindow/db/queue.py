"""Putting a job in the queue, in the transaction that made it necessary.

A job carries numbers, not objects, and the tenant and person it acts for. What runs it is in
`onewindow.jobs`. Jobs may run twice; a `once` key keeps a second one out while the first waits.
"""

from datetime import UTC, datetime
from typing import Any

import orjson
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from onewindow.db import scope as scopes
from onewindow.db.engine import engine


async def put(
    kind: str,
    payload: dict[str, Any],
    *,
    tenant: int | None = None,
    at: datetime | None = None,
    once: str | None = None,
) -> None:
    """Queue a job of `kind`. It runs after the surrounding transaction commits, not before `at`.

    `tenant` is whom it acts for; by default whom the present scope acts for.
    """
    scope = scopes.current()
    body = {
        **payload,
        "tenant": tenant if tenant is not None else scope.tenant,
        "person": scope.person,
    }
    if at is not None:
        body["not_before"] = at.isoformat()
    # One statement, whole by itself: it needs no transaction but the one it may stand in.
    async with engine.connection() as connection:
        await Queries(AsyncpgDriver(connection)).enqueue(
            kind,
            orjson.dumps(body),
            # Counted from the machine's time, as the queue does, whatever a test says it is.
            execute_after=at - datetime.now(UTC) if at is not None else None,
            dedupe_key=once,
            on_conflict="skip",
        )
