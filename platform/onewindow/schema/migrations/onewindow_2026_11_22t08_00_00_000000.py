"""The record and the audit trail are partitioned by month, which Piccolo can't express.

The first migration made both as plain tables; empty still, they are made anew here.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from onewindow.schema.piccolo_conf import DB

ID = "2026-11-22T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "partition the record and the audit trail by month"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="onewindow", description=DESCRIPTION)

    async def partition() -> None:
        for table in ("case_event", "audit_entry"):
            for statement in (
                f"create table {table}_new (like {table} including defaults)",
                f"alter sequence {table}_id_seq owned by none",
                f"drop table {table}",
                f"create table {table} (like {table}_new including defaults, primary key (id, at))"
                " partition by range (at)",
                f"drop table {table}_new",
                f"alter sequence {table}_id_seq owned by {table}.id",
            ):
                await DB.run_ddl(statement)

    manager.add_raw(partition)
    return manager
