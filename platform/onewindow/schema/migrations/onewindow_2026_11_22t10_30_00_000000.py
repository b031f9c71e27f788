from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar

ID = "2026-11-22T10:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "a case may end in several certificates"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="onewindow", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Certificate",
        tablename="certificate",
        column_name="plan",
        db_column_name="plan",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 60,
            "default": "",
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
        },
        schema=None,
    )
    return manager
