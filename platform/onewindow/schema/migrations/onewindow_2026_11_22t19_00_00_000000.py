from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Varchar

ID = "2026-11-22T19:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "what of its drawing a case has finished"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="onewindow", description=DESCRIPTION)
    manager.add_column(
        table_class_name="CaseRun",
        tablename="case_run",
        column_name="done",
        db_column_name="done",
        column_class_name="Array",
        column_class=Array,
        params={
            "base_column": Varchar(),
            "default": list,
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
        },
        schema=None,
    )
    return manager
