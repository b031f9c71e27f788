"""The database of a command: the one that DATABASE_URL names, or our own, started for it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from onewindow.run.postgres import EmbeddedPostgres
from onewindow.settings import Settings

# Connections for people who look into the database by other means, and for one-off commands.
SPARE_CONNECTIONS = 30


def embedded(settings: Settings) -> EmbeddedPostgres:
    """The embedded PostgreSQL that `settings` describe, not started."""
    processes = settings.web_processes + settings.worker_processes
    each = settings.pool_max + settings.system_pool_max
    return EmbeddedPostgres(
        settings.var / "postgres",
        max_connections=processes * each + SPARE_CONNECTIONS,
        log=settings.var / "log" / "postgres.log",
    )


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The address of a running database, for the length of the block.

    An embedded one is joined if it runs, else started, and stopped with its last user. Its address
    is then in the settings and in the environment too, for the processes this one starts.
    """
    if settings.database_url is not None:
        yield settings.database_url
        return
    secret, demo = settings.secret, settings.with_demo
    with (
        embedded(settings) as address,
        settings.using(database_url=address, secret_key=secret.decode(), demo=demo),
    ):
        os.environ.update(environment(settings))
        yield address


def environment(settings: Settings) -> dict[str, str]:
    """What a child needs to work on the embedded database as we would.

    With an address in its environment it would take the database for a real one: it would ask for
    a secret key and leave out the demo town. So these are told.
    """
    told = {
        "ONEWINDOW_SECRET_KEY": settings.secret.decode(),
        "ONEWINDOW_DEMO": "1" if settings.with_demo else "0",
        "ONEWINDOW_VAR": str(settings.var),
    }
    if settings.database_url is not None:
        told["DATABASE_URL"] = settings.database_url
    return told
