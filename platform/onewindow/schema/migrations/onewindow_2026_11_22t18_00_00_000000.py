from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import JSONB
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-22T18:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "what an import left to be filled in"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="onewindow", description=DESCRIPTION)
    manager.add_column(
        table_class_name="MatterVersion",
        tablename="matter_version",
        column_name="imported",
        db_column_name="imported",
        column_class_name="JSONB",
        column_class=JSONB,
        params={
            "default": "[]",
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )
    return manager
