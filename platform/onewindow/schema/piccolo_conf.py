"""What Piccolo's migration commands read: a plain engine on the owner's login.

The application never uses this engine; it uses `onewindow.db.engine`, whose every connection is
scoped.
"""

import os

from piccolo.conf.apps import AppRegistry
from piccolo.engine.postgres import PostgresEngine


class OwnersEngine(PostgresEngine):
    """Opens no connection but to migrate: Piccolo would ask for the version when imported."""

    async def get_version(self) -> float:
        return 15.0


DB = OwnersEngine(config={"dsn": os.environ.get("DATABASE_URL", "postgresql:///onewindow")})
APP_REGISTRY = AppRegistry(apps=["onewindow.schema.piccolo_app"])
