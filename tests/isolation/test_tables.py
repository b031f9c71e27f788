"""Every table, read and written within every scope there is: own rows, all of them, and no other.

What each person should see is worked out here from all rows (`ORACLE`), by other means than the
policies: in Python, from what the tables' own descriptions promise.
"""

from collections.abc import Mapping
from typing import Any

import asyncpg
import pytest
from busy import MARKS
from walkers import EVERYBODY, OTHER, inside
from world import Town

from onewindow import db
from onewindow.db.scoped import Rows
from onewindow.people.gate import Actor
from onewindow.schema.piccolo_app import TABLES

Row = Mapping[str, Any]
BY_NAME = {table._meta.tablename: table for table in TABLES}

# Everything in the database that rows can be read from, and how it is kept. A new table, view or
# partition fails `test_nothing_in_the_database_is_unclassified` until it stands here.
CLASSIFIED: Mapping[str, str] = {
    "tenant": "disclosed",
    "department": "disclosed",
    "post": "disclosed",
    "calendar_day": "disclosed",
    "paper_text": "disclosed",
    "form_block": "disclosed",
    "matter_notice": "disclosed",
    "matter": "disclosed but drafts",
    "matter_version": "disclosed but drafts",
    "person": "colleagues",
    "post_holder": "tenant",
    "matter_review": "tenant",
    "matter_adoption": "tenant",
    "draft_editor": "tenant",
    "case_migration": "tenant",
    "case_migration_item": "tenant",
    "counter": "tenant",
    "audit_entry": "tenant",
    "cases": "case",
    "case_run": "of case",
    "case_answer": "of case",
    "case_event": "of case",
    "case_material": "of case",
    "correction": "of case",
    "refusal": "of case",
    "paper": "of case",
    "certificate": "of case",
    "task": "task",
    "saved_view": "own",
    "access_token": "own",
    "session": "nobody",
    "sign_in_attempt": "nobody",
    # Not ours, or not tables: nothing is granted, or `test_the_queue…` looks after it.
    "pgqueuer": "queue",
    "pgqueuer_log": "no grant",
    "pgqueuer_schedules": "no grant",
    "pgqueuer_statistics": "no grant",
    "migration": "no grant",
    "lane_holder": "no grant",
}


class Whole:
    """All rows of all tables, as the system reads them."""

    def __init__(self, rows: dict[str, list[Row]]) -> None:
        self.rows = rows
        self.cases = {case["id"]: case for case in rows["cases"]}

    @classmethod
    async def read(cls) -> "Whole":
        with db.as_system():
            return cls({name: await db.fetch(f"select * from {name}") for name in BY_NAME})

    def case_is_seen(self, actor: Actor | None, case: Row) -> bool:
        if actor is None:
            return False
        visible = set(actor.visible)
        own = actor.is_applicant and case["applicant"] == actor.id
        if case["state"] == "draft" and not (own or case["filed_by"] == actor.id):
            return False
        return case["tenant"] in visible or bool(visible & set(case["participants"])) or own

    def seen(self, actor: Actor | None, name: str, row: Row) -> bool:
        """Whether `actor` (None: the public) may read a row: the oracle."""
        visible = set(actor.visible) if actor is not None else set()
        match CLASSIFIED[name]:
            case "disclosed":
                return True
            case "disclosed but drafts":
                return row["state"] not in ("draft", "scheduled") or row["tenant"] in visible
            case "tenant":
                return row["tenant"] in visible
            case "case":
                return self.case_is_seen(actor, row)
            case "of case":
                return self.case_is_seen(actor, self.cases[row["case_id"]])
            case "task":
                seen = self.case_is_seen(actor, self.cases[row["case_id"]])
                return row["tenant"] in visible or seen
            case "colleagues":
                holds = {
                    held["person"] for held in self.rows["post_holder"] if held["tenant"] in visible
                }
                near = row["kind"] == "staff" and (row["tenant"] in visible or row["id"] in holds)
                return near or (actor is not None and row["id"] == actor.id)
            case "own":
                return actor is not None and row["person_id"] == actor.id
        return False

    def ids(self, actor: Actor | None, name: str) -> set[int]:
        return {row["id"] for row in self.rows[name] if self.seen(actor, name, row)}


async def test_nothing_in_the_database_is_unclassified(town: Town) -> None:
    with db.as_system():
        found = await db.fetch(
            "select c.relname as name, c.relrowsecurity as locked,"
            " has_any_column_privilege('ow_app', c.oid, 'select, insert, update') as app"
            " from pg_class c where c.relkind in ('r', 'p', 'v', 'm', 'f')"
            " and not c.relispartition and c.relnamespace = 'public'::regnamespace"
        )
        partitions = await db.fetch(
            "select relname from pg_class where relispartition and relkind in ('r', 'p')"
            " and (has_table_privilege('ow_app', oid, 'select, insert, update, delete')"
            "  or has_table_privilege('ow_system', oid, 'select, insert, update, delete'))"
        )
    assert {row["name"] for row in found} == set(CLASSIFIED)
    assert set(BY_NAME) <= set(CLASSIFIED)
    for row in found:
        if CLASSIFIED[row["name"]] == "no grant":
            writes_log = row["name"] == "pgqueuer_log"
            assert row["app"] is writes_log, row["name"]
        else:
            assert row["locked"], f"{row['name']} has no row-level security"
    # A partition asked for by its own name would answer without policies.
    assert partitions == []


async def test_no_other_schema_opens_a_way_around(town: Town) -> None:
    with db.as_system():
        for role in ("ow_app", "ow_system"):
            powers = await db.fetchrow(
                "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin"
                " from pg_roles where rolname = $1",
                role,
            )
            assert not any(powers.values()), role
            assert not await db.fetchval(
                "select has_schema_privilege($1, 'public', 'create')", role
            )
        definers = await db.fetch(
            "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
            " and has_function_privilege('ow_app', oid, 'execute') order by 1"
        )
    # What runs with the owner's rights. Each answers with no row of anybody's; `own_case` and
    # `sees_case` are the policies of `cases` themselves, asked for one case; `cases_found` looks
    # names up among the places in sight and gives ids; `judge_matter` writes what the place above
    # says of a matter that it was asked about (`tests/matters`), and gives that row's id.
    assert [row["proname"] for row in definers] == [
        "audit",
        "cases_found",
        "gate",
        "judge_matter",
        "make_partitions",
        "next_serial",
        "own_case",
        "sees_case",
        "staff_named",
        "staffed",
    ]


@pytest.mark.parametrize("county", MARKS)
async def test_every_role_reads_its_own_rows_in_every_table_and_no_other(
    town: Town, county: str
) -> None:
    whole = await Whole.read()
    for name in BY_NAME:
        assert whole.rows[name] or name == "sign_in_attempt", f"{name} is empty: nothing is proven"
    for place, login in EVERYBODY:
        if place != county:
            continue
        async with inside(town, login) as actor:
            foreign = {town.tenants[OTHER[county]], town.tenants["yunchuan"]}
            assert foreign.isdisjoint(actor.visible)
            for name, table in BY_NAME.items():
                expected = whole.ids(actor, name)
                rows = await db.fetch(f"select * from {name}")
                assert {row["id"] for row in rows} == expected, (login, name)
                assert await db.fetchval(f"select count(*) from {name}") == len(expected)
                marked = [row for row in rows if MARKS[OTHER[county]] in repr(row)]
                assert not marked or CLASSIFIED[name] == "disclosed", (login, name, marked)
                if table.rows is not Rows.SYSTEM:
                    await piccolo_agrees(table, expected, login)


async def piccolo_agrees(table: Any, expected: set[int], login: str) -> None:
    """Piccolo's queries, plain and joined, give no row beyond those of the policies."""
    where = (login, table._meta.tablename)
    got = {row["id"] for row in await table.select(table._meta.primary_key)}
    assert got <= expected, where
    assert {row.id for row in await table.objects()} <= expected, where
    keys = [column._meta.name for column in table._meta.foreign_key_columns]
    for full in await table.objects(*table._meta.foreign_key_columns) if keys else []:
        assert full.id in expected, where
    assert await table.count() <= len(expected), where
    assert await table.exists() is bool(got), where


JOINS = {
    # Piccolo's join through a foreign key, and what it would betray.
    "case_material": "case.applicant_name",
    "certificate": "case.applicant_name",
    "task": "case.receipt_number",
    "refusal": "case.applicant_id",
    "paper": "case.summary",
    "post_holder": "person.name",
    "matter_version": "matter.name",
}


@pytest.mark.parametrize("county", MARKS)
async def test_joins_subqueries_and_counts_show_nothing_foreign(town: Town, county: str) -> None:
    foreign = MARKS[OTHER[county]]
    for login in ("li.min", "zheng.shuang"):
        async with inside(town, login) as actor:
            if actor.tenant != town.tenants[county]:
                continue
            for name, path in JOINS.items():
                table = BY_NAME[name]
                column = table
                for step in path.split("."):
                    column = getattr(column, step)
                rows = await table.select(table._meta.primary_key, column)
                assert rows, name
                assert foreign not in repr(rows), name
            seen = await db.fetch(
                "select c.*, m.*, e.*, t.name from cases c"
                " left join case_material m on m.case_id = c.id"
                " left join lateral (select * from case_event e where e.case_id = c.id) e on true"
                " full join task t on t.case_id = c.id"
                " union all select c.*, m.*, e.*, '' from cases c, case_material m, case_event e"
                " where false"
            )
            assert seen
            assert foreign not in repr(seen)
            statistics = await db.fetch(
                "select tenant, count(*) from cases group by rollup (tenant)"
            )
            assert {row["tenant"] for row in statistics} <= {actor.tenant, None}
            # Neither errors nor unique constraints betray what others have.
            certificate = await db.fetchval(
                "select count(*) from cases c where exists"
                " (select 1 from certificate k where k.tenant <> $1)",
                actor.tenant,
            )
            assert certificate == 0


async def test_the_supervising_city_reads_below_itself_and_a_township_only_its_own_cases(
    town: Town,
) -> None:
    whole = await Whole.read()
    async with inside(town, "sun.yue"):
        submitted = [case for case in whole.rows["cases"] if case["state"] != "draft"]
        assert await db.fetchval("select count(*) from cases") == len(submitted)
    async with inside(town, "lin.xiao") as clerk:
        rows = await db.fetch("select tenant, participants, state from cases")
        # 青溪县's matter, taken in at 临江镇: a participant's part in another tenant's case.
        assert [(row["tenant"], row["state"]) for row in rows] == [
            (town.tenants["qingxi"], "accepted")
        ]
        assert clerk.tenant in rows[0]["participants"]
    async with inside(town, "tang.ning"):
        assert await db.fetch("select 1 from cases") == []
        assert await db.fetch("select 1 from task") == []


async def test_the_public_reads_what_is_disclosed_and_nothing_else(town: Town) -> None:
    whole = await Whole.read()
    with db.use(db.PUBLIC):
        for name in BY_NAME:
            rows = await db.fetch(f"select id from {name}")
            assert {row["id"] for row in rows} == whole.ids(None, name), name


async def test_without_a_scope_there_is_no_row_and_no_query(town: Town) -> None:
    with db.use(None):
        for name, table in BY_NAME.items():
            with pytest.raises(db.NoScope):
                await db.fetch(f"select * from {name}")
            if table.rows is not Rows.SYSTEM:
                with pytest.raises(db.NoScope):
                    await table.select()
    # A connection that nobody has given a scope: the policies see empty settings.
    connection = await asyncpg.connect(town.dsn, server_settings={"role": "ow_app"})
    try:
        whole = await Whole.read()
        for name in BY_NAME:
            seen = await connection.fetch(f"select id from {name}")
            assert {row["id"] for row in seen} == whole.ids(None, name), name
    finally:
        await connection.close()


async def test_the_queue_takes_jobs_and_shows_nobody_elses(town: Town) -> None:
    async with inside(town, "li.min") as clerk:
        seen = await db.fetch("select id, entrypoint, dedupe_key from pgqueuer")
        with db.as_system():
            own = await db.fetch(
                "select id from pgqueuer"
                " where convert_from(payload, 'UTF8')::jsonb ->> 'tenant' = $1",
                str(clerk.tenant),
            )
            everything = await db.fetchval("select count(*) from pgqueuer")
        assert {row["id"] for row in seen} == {row["id"] for row in own} != set()
        assert everything > len(seen)
        for column in ("payload", "headers"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await db.fetch(f"select {column} from pgqueuer")
        for statement in ("delete from pgqueuer", "update pgqueuer set status = 'queued'"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await db.execute(statement)
