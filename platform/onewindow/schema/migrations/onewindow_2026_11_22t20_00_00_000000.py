from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import SmallInt

ID = "2026-11-22T20:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "which one of several a task is"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="onewindow", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Task",
        tablename="task",
        column_name="instance",
        db_column_name="instance",
        column_class_name="SmallInt",
        column_class=SmallInt,
        params={
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
        },
        schema=None,
    )
    return manager
