"""The one door to PostgreSQL: pools, scoped connections, transactions.

Two pools, two roles. `ow_app` is bound by row-level security and serves every request; `ow_system`
passes the policies and serves sign-in, jobs and seeding. Which one a query uses follows from the
scope in force. A connection gets its scope's settings each time it is taken from the pool, so a
value left behind by the one before can never be read.

A request keeps the connection the gate opened (`hold`), which saves setting the scope again; what
streams for long gives it back first (`let_go`).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString

from onewindow.db import scope as scopes

SET_SCOPE = (
    "select set_config('app.tenant',$1,false), set_config('app.visible',$2,false),"
    " set_config('app.person',$3,false), set_config('app.applicant',$4,false)"
)


class Held:
    """The connection a request keeps from the gate to its answer."""

    __slots__ = ("_pool", "busy", "connection", "scope")

    def __init__(self, pool: Any, connection: Any) -> None:
        self._pool = pool
        self.connection = connection
        self.scope: scopes.Scope | None = None
        self.busy = False

    async def let_go(self) -> None:
        """Give the connection back early; later queries of the request take another."""
        connection, self.connection = self.connection, None
        if connection is not None:
            await self._pool.release(connection)


_held: ContextVar[Held | None] = ContextVar("held", default=None)
counted: ContextVar[list[str] | None] = ContextVar("counted", default=None)


class Transaction(PostgresTransaction):
    """Piccolo's transaction on a scoped connection, which also survives a failing COMMIT."""

    async def get_connection(self) -> Any:
        self.scope = scopes.current()
        self._taken = self.engine.connection()
        return await self._taken.__aenter__()

    async def __aexit__(self, exception_type: Any, exception: Any, traceback: Any) -> bool:
        if self._parent:
            return exception is None
        try:
            if exception:
                if not self._rolled_back:
                    await self.rollback()
            elif not self._committed and not self._rolled_back:
                await self.commit()
        finally:
            # Without `finally` a failing COMMIT leaks the connection and every later query of
            # this task runs in a dead transaction.
            self.engine.current_transaction.reset(self.context)
            await self._taken.__aexit__(None, None, None)
        return exception is None


class Engine(PostgresEngine):
    """Piccolo's engine whose every query runs within the scope in force."""

    __slots__ = ("system_pool",)

    def __init__(self) -> None:
        super().__init__(config={"database": "onewindow"})
        self.system_pool: Any = None

    async def prep_database(self) -> None:
        """Nothing to prepare: no extension is needed."""

    async def get_version(self) -> float:
        # Piccolo asks when it is imported, before there is a pool; our lowest version is 15.
        return 15.0

    async def start(self, dsn: str, *, size: int = 10, system_size: int = 4) -> None:
        """Open both pools on `dsn`, a login that may take the roles ow_app and ow_system."""
        self.config = {"dsn": dsn}
        self.pool = await _pool(dsn, "ow_app", size)
        self.system_pool = await _pool(dsn, "ow_system", system_size)

    async def stop(self) -> None:
        for pool in (self.pool, self.system_pool):
            if pool is not None:
                try:
                    await asyncio.wait_for(pool.close(), 5)
                except TimeoutError:
                    pool.terminate()
        self.pool = self.system_pool = None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A connection bound to the scope in force: the transaction's, the request's, another."""
        transaction = self.current_transaction.get()
        scope = scopes.current()
        if transaction is not None:
            if scope != transaction.scope:
                # It would quietly run with the rights the transaction began with.
                raise RuntimeError("the scope can't change inside a transaction")
            yield transaction.connection
            return
        held = _held.get()
        if (
            held is not None
            and held.connection is not None
            and not held.busy
            and held.scope is scope
        ):
            held.busy = True
            try:
                yield held.connection
            finally:
                held.busy = False
            return
        pool = self.system_pool if scope.system else self.pool
        if pool is None:
            raise RuntimeError("the database is not started")
        async with pool.acquire() as connection:
            await connection.execute(SET_SCOPE, *scope.settings())
            yield connection

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        # Piccolo's own would go straight to the transaction's connection, whatever the scope.
        query, values = querystring.compile_string(engine_type=self.engine_type)
        return await self._run_in_pool(query, values)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        return await self._run_in_pool(ddl)

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> Any:
        async with self.connection() as connection:
            return await connection.fetch(query, *(args or ()))

    async def _run_in_new_connection(self, query: str, args: Sequence[Any] | None = None) -> Any:
        # A connection outside the pools would carry no scope. (Piccolo's own migration commands
        # run on the plain engine in piccolo_conf, not on this one.)
        return await self._run_in_pool(query, args)

    async def get_new_connection(self) -> Any:
        raise RuntimeError("connections come from the pools only: a new one would have no scope")

    def transaction(self, allow_nested: bool = True) -> Transaction:
        return Transaction(engine=self, allow_nested=allow_nested)


engine = Engine()


async def _pool(dsn: str, role: str, size: int) -> Any:
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        init=_prepare,
        reset=_nothing_to_reset,
        server_settings={"role": role, "application_name": role, "timezone": "UTC"},
    )


async def _prepare(connection: Any) -> None:
    connection.add_query_logger(_count)


async def _nothing_to_reset(connection: Any) -> None:
    """Scope settings are overwritten at the next acquire; nothing else is ever set."""


def _count(record: Any) -> None:
    seen = counted.get()
    if seen is not None:
        seen.append(record.query)


async def start(dsn: str, *, size: int = 10, system_size: int = 4) -> None:
    """Open the pools on `dsn`, a login that may take the roles ow_app and ow_system."""
    await engine.start(dsn, size=size, system_size=system_size)


async def stop() -> None:
    """Close the pools."""
    await engine.stop()


# --- what features use ------------------------------------------------------------------------


async def fetch(sql: str, *args: Any) -> list[Any]:
    """Rows of a query, as asyncpg records."""
    async with engine.connection() as connection:
        rows: list[Any] = await connection.fetch(sql, *args)
        return rows


async def fetchrow(sql: str, *args: Any) -> Any:
    """The first row, or None."""
    async with engine.connection() as connection:
        return await connection.fetchrow(sql, *args)


async def fetchval(sql: str, *args: Any) -> Any:
    """The first column of the first row, or None."""
    async with engine.connection() as connection:
        return await connection.fetchval(sql, *args)


async def execute(sql: str, *args: Any) -> str:
    """Run a command; its status line, such as "UPDATE 1"."""
    async with engine.connection() as connection:
        status: str = await connection.execute(sql, *args)
        return status


@asynccontextmanager
async def transaction() -> AsyncIterator[Any]:
    """All or nothing. Inside another transaction it is a savepoint."""
    outer = engine.current_transaction.get()
    if outer is not None:
        async with outer.connection.transaction():
            yield outer.connection
        return
    async with engine.transaction(allow_nested=False) as opened:
        yield opened.connection


@asynccontextmanager
async def hold() -> AsyncIterator[Held]:
    """Keep one connection for a whole request. The gate sets the scope on it, then `.scope`."""
    held = Held(engine.pool, await engine.pool.acquire())
    token = _held.set(held)
    try:
        yield held
    finally:
        _held.reset(token)
        await held.let_go()


async def let_go() -> None:
    """Give the request's connection back before something long: an upload, a stream."""
    held = _held.get()
    if held is not None:
        await held.let_go()


@contextmanager
def counting() -> Iterator[list[str]]:
    """Collect the SQL of every statement run inside; how tests assert query counts."""
    seen: list[str] = []
    token = counted.set(seen)
    try:
        yield seen
    finally:
        counted.reset(token)
