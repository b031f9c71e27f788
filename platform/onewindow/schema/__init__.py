"""The whole schema: one migration history over every feature's tables, then the locks."""

import os

import asyncpg
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries
from piccolo.apps.migrations.commands.forwards import run_forwards

from onewindow.schema import piccolo_conf, security
from onewindow.schema.piccolo_app import TABLES

ONE_AT_A_TIME = 735100

# Piccolo finds its migration engine by this name alone.
os.environ.setdefault("PICCOLO_CONF", "onewindow.schema.piccolo_conf")


async def migrate(dsn: str) -> None:
    """Bring the schema up to date. Safe to run again, and by two processes at once.

    `dsn` is the owner's login. It makes the roles ow_app and ow_system and may take them.
    """
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(f"select pg_advisory_lock({ONE_AT_A_TIME})")
        await _roles(connection)
        piccolo_conf.DB.config = {"dsn": dsn}
        result = await run_forwards(app_name="onewindow")
        if not result.success:
            raise RuntimeError(f"migration failed: {result.message}")
        queue = Queries(AsyncpgDriver(connection))
        await (queue.upgrade() if await queue.schema_is_installed() else queue.install())
        async with connection.transaction():
            for statement in security.statements(TABLES):
                await connection.execute(statement)
    finally:
        await connection.close()


async def _roles(connection: asyncpg.Connection) -> None:
    for role in ("ow_app", "ow_system"):
        if not await connection.fetchval("select 1 from pg_roles where rolname = $1", role):
            await connection.execute(f"create role {role} nologin")
        await connection.execute(f"grant {role} to current_user")


async def empty(connection: asyncpg.Connection) -> None:
    """Empty every table of ours, the record too. Only the owner's login can; only the demo does."""
    names = await connection.fetchval(
        "select string_agg(quote_ident(relname), ', ') from pg_class"
        " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        " and not relispartition and relname not in ('migration', 'pgqueuer_schedules')"
    )
    await connection.execute(f"truncate {names} restart identity cascade")
