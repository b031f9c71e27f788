"""Writing: nobody changes another tenant's rows, and every change is on record for good."""

import json
from contextlib import suppress

import asyncpg
import pytest
from fingerprints import everything
from walkers import OTHER, inside
from world import Town

from onewindow import db
from onewindow.db.scoped import Rows
from onewindow.matters.tables import Matter
from onewindow.schema.piccolo_app import TABLES
from onewindow.schema.security import APPEND_ONLY, AUDITED
from onewindow.tenants.tables import Department
from onewindow.workdays.tables import CalendarDay

REFUSED = (
    asyncpg.InsufficientPrivilegeError,
    asyncpg.ForeignKeyViolationError,
    db.CrossTenant,
)
WRITERS = ("li.min", "wu.fan", "operator.qingxi", "centre-manager.qingxi", "13800000001")


@pytest.mark.parametrize("login", WRITERS)
async def test_no_table_lets_anybody_change_delete_or_take_over_a_foreign_row(
    town: Town, login: str
) -> None:
    foreign = town.tenants[OTHER["qingxi"]]
    before = await everything(foreign)
    async with inside(town, login) as actor:
        for table in TABLES:
            name = table._meta.tablename
            if table.rows is Rows.SYSTEM:
                continue
            own = "id" if name == "tenant" else "tenant"
            for statement in (
                f"update {name} set {own} = {own} where {own} = $1",
                f"delete from {name} where {own} = $1",
            ):
                try:
                    said = await db.execute(statement, foreign)
                except REFUSED:
                    continue
                assert said.split()[-1] == "0", (name, statement)
            if own == "tenant" and actor.tenant:
                # One's own rows stay one's own: they can't be given to another tenant.
                with suppress(*REFUSED):
                    gone = await db.execute(
                        f"update {name} set tenant = $1 where tenant = $2", foreign, actor.tenant
                    )
                    assert gone == "UPDATE 0", name  # there was none to give away
    assert await everything(foreign) == before


async def test_a_row_for_another_tenant_is_refused_whichever_way_it_comes(town: Town) -> None:
    qingxi, baishi = town.tenants["qingxi"], town.tenants["baishi"]
    async with inside(town, "wu.fan"):
        # Its own: allowed, and stamped without being told.
        department = Department(tenant=None, key="archives", name="档案局")
        await department.save()
        assert department.tenant == qingxi
        with pytest.raises(db.CrossTenant):
            await Department(tenant=baishi, key="spies", name="外人").save()
        with pytest.raises(db.CrossTenant):
            await Department.update({Department.tenant: baishi}, force=True)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await db.execute(
                "insert into department (tenant, key, name, active) values ($1, 'x', 'x', true)",
                baishi,
            )
        # Writes name no row of another tenant, not even to find that it is there.
        await Matter.update({Matter.name: "改名"}).where(Matter.tenant == baishi)
        await CalendarDay.delete().where(CalendarDay.tenant == baishi)
    with db.as_system():
        assert await db.fetchval("select count(*) from matter where name = '改名'") == 0
        assert await db.fetchval("select count(*) from calendar_day where tenant = $1", baishi) == 1


async def test_foreign_keys_point_at_nothing_the_writer_may_not_see(town: Town) -> None:
    qingxi, baishi = town.tenants["qingxi"], town.tenants["baishi"]
    with db.as_system():
        post = await db.fetchval("select id from post where tenant = $1 limit 1", baishi)
        department = await db.fetchval("select id from department where tenant = $1", baishi)
        case = await db.fetchval(
            "select id from cases where tenant = $1 and state = 'delivered'", baishi
        )
        matter = await db.fetchval("select id from matter where tenant = $1", baishi)
        own_post = await db.fetchval("select id from post where tenant = $1 limit 1", qingxi)
        applicant = town.people["13800000002"]
        own_case = await db.fetchval(
            "select id from cases where tenant = $1 and state = 'delivered'", qingxi
        )
    attempts = {
        "insert into post (tenant, department, key, name, role, active)"
        " values ($1, $2, 'p', 'p', 'guide', true)": department,
        "insert into post_holder (tenant, post, person, since) values ($1, $2, 1, now())": post,
        "update post set backup = $2 where tenant = $1": post,
        "update post_holder set person = $2 where tenant = $1": applicant,
        "insert into matter_version (tenant, matter, number, created_at)"
        " values ($1, $2, 99, now())": matter,
        "update cases set matter = $2 where tenant = $1": matter,
        "insert into certificate (tenant, case_id, number, code, name, holder, issuer, issued_on)"
        " values ($1, $2, 'n', 'c', 'x', 'x', 'x', now())": case,
        "insert into paper (tenant, case_id, paper, title, at)"
        " values ($1, $2, 'receipt', 'x', now())": case,
    }
    async with inside(town, "wu.fan"):
        for statement, foreign in attempts.items():
            with pytest.raises(REFUSED):
                await db.execute(statement, qingxi, foreign)
        await db.execute(
            "insert into post_holder (tenant, post, person, since) values ($1, $2, $3, now())",
            qingxi,
            own_post,
            town.people["li.min"],
        )
        await db.execute(
            "insert into paper (tenant, case_id, paper, title, at)"
            " values ($1, $2, 'receipt', 'x', now())",
            qingxi,
            own_case,
        )


async def test_a_part_of_a_case_can_only_be_written_by_those_who_take_part(town: Town) -> None:
    with db.as_system():
        case = await db.fetchrow(
            "select id, tenant from cases where participants @> array[$1::int]"
            " and state = 'accepted' and tenant = $2 limit 1",
            town.tenants["linjiang"],
            town.tenants["qingxi"],
        )
    note = (
        "insert into case_event (tenant, case_id, at, kind) values ($1, $2, now(), 'test.note')",
        case["tenant"],
        case["id"],
    )
    for login in ("lin.xiao", "li.min"):  # where it was handed in, and whose matter it is
        async with inside(town, login):
            await db.execute(*note)
    # The supervising city reads it and writes nothing; a neighbour doesn't even see it.
    for login in ("sun.yue", "tang.ning", "zheng.shuang", "13800000002"):
        async with inside(town, login):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await db.execute(*note)
    async with inside(town, "sun.yue"):
        assert await db.fetchval("select 1 from cases where id = $1", case["id"]) == 1
        said = await db.execute("update cases set summary = 'x' where id = $1", case["id"])
        assert said == "UPDATE 0"


async def test_configuration_leaves_a_trace_with_who_before_and_after(town: Town) -> None:
    async with inside(town, "wu.fan") as keeper:
        await db.execute(
            "update department set phone = '0459-1' where tenant = $1 and key = 'civil-affairs'",
            keeper.tenant,
        )
        # Nothing changed, nothing said; a secret never said.
        await db.execute("update department set phone = phone where tenant = $1", keeper.tenant)
        rows = await db.fetch("select * from audit_entry order by id desc limit 3")
    row = rows[0]
    assert (row["table_name"], row["operation"], row["person"]) == (
        "department",
        "update",
        town.people["wu.fan"],
    )
    assert (json.loads(row["before"]), json.loads(row["after"])) == (
        {"phone": ""},
        {"phone": "0459-1"},
    )
    with db.as_system():
        secrets = await db.fetchval(
            "select count(*) from audit_entry where before ? 'password' or after ? 'password'"
            " or after ? 'totp_secret' or after ? 'draft'"
        )
        kinds = await db.fetch("select distinct table_name from audit_entry order by 1")
    assert secrets == 0
    # Everything that was done in the busy week is there.
    assert (
        {"cases", "certificate", "correction", "matter", "refusal"}
        <= {kind["table_name"] for kind in kinds}
        <= set(AUDITED)
    )


async def test_every_audited_table_has_its_trigger(town: Town) -> None:
    with db.as_system():
        found = await db.fetch(
            "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " where t.tgname = 'zz_audit' and t.tgenabled = 'O' order by 1"
        )
    assert {row["relname"] for row in found} == set(AUDITED)


@pytest.mark.parametrize("role", ["ow_app", "ow_system"])
async def test_the_record_and_the_trail_cannot_be_changed_or_deleted(town: Town, role: str) -> None:
    connection = await asyncpg.connect(town.dsn, server_settings={"role": role})
    try:
        await connection.fetch(
            "select set_config('app.tenant', $1, false), set_config('app.visible', $2, false)",
            str(town.tenants["qingxi"]),
            f"{{{town.tenants['qingxi']}}}",
        )
        partitions = await connection.fetch(
            "select relname from pg_class where relispartition and relkind = 'r'"
        )
        assert len(partitions) > 8
        for name in [*APPEND_ONLY, *(row["relname"] for row in partitions)]:
            for statement in (
                f"update {name} set tenant = tenant",
                f"delete from {name}",
                f"truncate {name}",
                f"drop table {name}",
                f"alter table {name} disable row level security",
                f"alter table {name} disable trigger all",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(
                "insert into audit_entry (tenant, at, table_name, operation)"
                " values (1, now(), 'forged', 'insert')"
            )
        assert await connection.fetchval("select count(*) from case_event") > 0
    finally:
        await connection.close()
