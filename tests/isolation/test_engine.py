"""The one door to PostgreSQL when things go wrong: no connection lost, no scope left behind."""

import asyncio
from contextlib import suppress

import asyncpg
import pytest
from walkers import inside
from world import Town

from onewindow import db
from onewindow.db import queue
from onewindow.tenants.tables import Department


async def owner(town: Town, statement: str) -> None:
    connection = await asyncpg.connect(town.dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def scope_of(town: Town, *places: str) -> db.Scope:
    ids = tuple(town.tenants[place] for place in places)
    return db.Scope(ids[0], ids)


SETTINGS = (
    "select current_setting('app.tenant', true) as tenant,"
    " current_setting('app.visible', true) as visible,"
    " current_setting('app.person', true) as person,"
    " current_setting('app.applicant', true) as applicant, current_user::text as role"
)


async def test_a_failing_commit_gives_its_connection_back(town: Town) -> None:
    # Deferred constraints speak up at COMMIT, when the block has already ended well.
    await owner(
        town,
        "create table late_other (id int primary key);"
        " create table late (other int references late_other deferrable initially deferred);"
        " grant all on late, late_other to ow_app",
    )
    with db.use(scope_of(town, "qingxi")):
        for _n in range(25):  # more than the pool has: a leak would block
            with pytest.raises(asyncpg.ForeignKeyViolationError):
                async with db.transaction():
                    await db.execute("insert into late values (7)")
            assert db.engine.current_transaction.get() is None
        assert await db.fetchval("select count(*) from late") == 0
        async with asyncio.timeout(5):
            rows = await asyncio.gather(*(db.fetchval("select 1") for _n in range(20)))
        assert rows == [1] * 20


async def test_a_transaction_inside_another_is_a_savepoint(town: Town) -> None:
    with db.use(scope_of(town, "qingxi")):
        async with db.transaction():
            await Department(tenant=None, key="outer", name="外层").save()
            with suppress(ZeroDivisionError):
                async with db.transaction():
                    await Department(tenant=None, key="inner", name="内层").save()
                    raise ZeroDivisionError
            with pytest.raises(asyncpg.UniqueViolationError):
                async with db.transaction():
                    await Department(tenant=None, key="outer", name="重复").save()
            # The outer one is alive and keeps its own.
            await Department(tenant=None, key="after", name="之后").save()
        rows = await db.fetch("select key from department where name in ('外层', '内层', '之后')")
        assert {row["key"] for row in rows} == {"outer", "after"}


async def test_what_fails_takes_everything_with_it_jobs_too(town: Town) -> None:
    with db.use(scope_of(town, "qingxi")):
        before = await db.fetchval("select count(*) from pgqueuer")
        with suppress(ZeroDivisionError):
            async with db.transaction():
                await Department(tenant=None, key="gone", name="没有").save()
                await queue.put("case.paper", {"case": 1, "paper": "receipt"})
                raise ZeroDivisionError
        assert await db.fetchval("select count(*) from pgqueuer") == before
        assert not await db.fetchval("select 1 from department where key = 'gone'")
        async with db.transaction():
            await queue.put("case.paper", {"case": 1, "paper": "receipt"})
        assert await db.fetchval("select count(*) from pgqueuer") == before + 1


async def test_a_connection_taken_again_carries_nothing_of_who_had_it(town: Town) -> None:
    scopes = [
        scope_of(town, "qingxi", "linjiang"),
        db.PUBLIC,
        scope_of(town, "baishi"),
        db.Scope(person=5, applicant=5),
        db.SYSTEM,
    ]

    async def ask(scope: db.Scope) -> None:
        with db.use(scope):
            row = await db.fetchrow(SETTINGS)
            tenant, visible, person, applicant = scope.settings()
            assert (row["tenant"], row["visible"]) == (tenant, visible)
            assert (row["person"], row["applicant"]) == (person, applicant)
            assert row["role"] == ("ow_system" if scope.system else "ow_app")
            seen = await db.fetch("select distinct tenant from post_holder")
            if not scope.system:
                assert {each["tenant"] for each in seen} == set(scope.visible) - {0}

    for _round in range(3):
        await asyncio.gather(*(ask(scope) for scope in scopes * 8))
    with db.use(scopes[0]), pytest.raises(ZeroDivisionError):
        async with db.transaction():
            raise ZeroDivisionError
    await ask(db.PUBLIC)


async def test_a_request_that_gave_its_connection_back_gets_another_with_its_scope(
    town: Town,
) -> None:
    async with inside(town, "li.min") as clerk:
        first = await db.fetchval("select count(*) from post_holder")
        await db.let_go()
        assert await db.fetchval("select count(*) from post_holder") == first
        row = await db.fetchrow(SETTINGS)
        assert (row["tenant"], row["person"]) == (str(clerk.tenant), str(clerk.id))
        # A narrower act inside doesn't use the connection that the gate has set.
        with db.as_tenant(town.tenants["baishi"]):
            row = await db.fetchrow(SETTINGS)
            assert (row["tenant"], row["person"]) == (str(town.tenants["baishi"]), "")


async def test_two_queries_of_one_request_at_once_do_not_share_a_connection(town: Town) -> None:
    async with inside(town, "li.min"):
        rows = await asyncio.gather(
            *(db.fetchval("select pg_backend_pid() from pg_sleep(0.05)") for _n in range(4))
        )
    assert len(set(rows)) == 4


async def test_the_scope_cannot_be_widened_inside_a_transaction(town: Town) -> None:
    with db.use(scope_of(town, "qingxi")):
        async with db.transaction():
            # Asking as the system would run with the rights the transaction began with: said
            # aloud, rather than answered by half.
            with db.as_system(), pytest.raises(RuntimeError, match="inside a transaction"):
                await db.fetchval("select count(*) from post_holder")
            with db.use(scope_of(town, "baishi")), pytest.raises(RuntimeError):
                await Department.select()
            assert await db.fetchval("select current_user::text") == "ow_app"
            with db.use(scope_of(town, "qingxi")):  # the same scope by another name
                assert await db.fetchval("select count(*) from post_holder") > 0


async def test_a_query_taken_out_of_its_time_fails_instead_of_freezing_a_tenant(
    town: Town,
) -> None:
    with db.use(scope_of(town, "qingxi")):
        query = Department.select(Department.key)
        with pytest.raises(TypeError):
            query.freeze()
        with pytest.raises(TypeError):
            await Department.raw("select * from department")
        own = len(await query)
    with db.use(None), pytest.raises(db.NoScope):
        await query
    with db.use(scope_of(town, "baishi")):
        # Departments are disclosed to everybody; what counts is when the filter was asked for.
        assert len(await query) == own


async def test_months_to_come_and_rows_of_no_month_have_their_place(town: Town) -> None:
    tenant = town.tenants["qingxi"]
    with db.as_system():
        case = await db.fetchval("select id from cases where tenant = $1 limit 1", tenant)
        for moment in ("2031-03-05", "2019-01-01"):
            await db.execute(
                "insert into case_event (tenant, case_id, at, kind)"
                " values ($1, $2, $3::text::timestamptz, 'test.note')",
                tenant,
                case,
                moment,
            )
        await db.execute("select make_partitions(70)")
        rows = await db.fetch(
            "select tableoid::regclass::text as part from case_event where kind = 'test.note'"
            " order by at"
        )
    assert [row["part"] for row in rows] == ["case_event_other", "case_event_2031_03"]
