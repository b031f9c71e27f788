"""The one page that programs read: whether this server can serve."""

import asyncio

import asyncpg
from litestar import Response, get

from onewindow import db
from onewindow.run.health import PATH

SECONDS = 3


@get(PATH, include_in_schema=False, opt={"public": True})
async def health() -> Response[dict[str, str]]:
    """200 while the database answers, else 503: a proxy then sends people to another server."""
    try:
        async with asyncio.timeout(SECONDS):
            with db.as_system():
                await db.fetchval("select 1")
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return Response({"status": "the database does not answer"}, status_code=503)
    return Response({"status": "well"})


routes = [health]
