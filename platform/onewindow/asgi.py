"""The composition root: settings, rooms, features and the panel become one ASGI application.

languages and headers → gate (person, scope, connection) → panel under /admin/, pages elsewhere
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import structlog
from litestar import Litestar, Request, get
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import bpmn
import storage
from admin import configure, expressions
from admin.panel import build_panel, may_enter
from feel import FeelError
from onewindow import db, rooms
from onewindow.cases import file_pages, live
from onewindow.errors import Refusal
from onewindow.people import identity
from onewindow.people import pages as people_pages
from onewindow.people.gate import Actor, ASGIApp, Gate
from onewindow.portal import pages as portal_pages
from onewindow.run import pages as run_pages
from onewindow.run.requests import Logged
from onewindow.settings import Settings
from onewindow.settings import settings as settings_here
from onewindow.web.errors import BadRequest, NotReady
from onewindow.web.site import site
from onewindow.workspace import (
    case,
    certificates,
    counter,
    inbox,
    operations,
    repair,
    search,
    tasks,
)

ROUTES = [
    *run_pages.routes,
    *people_pages.routes,
    *portal_pages.routes,
    *inbox.routes,
    *search.routes,
    *case.routes,
    *counter.routes,
    *certificates.routes,
    *operations.routes,
    *repair.routes,
    *configure.routes,
    *expressions.routes,
    *tasks.routes,
    *file_pages.routes,
]

log = structlog.get_logger("onewindow.asgi")

AWAY = "/unavailable"


def _said(status: int) -> Callable[[Any], Refusal]:
    """How a leaf room's refusal is told: its own sentence, with this status."""

    def read(error: Any) -> Refusal:
        refusal = Refusal(error.text, **dict(error.params))
        refusal.status = status
        refusal.code = error.code
        return refusal

    return read


def _broken(error: bpmn.BadState) -> Refusal:
    """A stored case that can't be read is a fault of the house, whatever page met it."""
    log.error("case-state-unreadable", exc_info=error)
    return _said(500)(error)


def _unfit(error: asyncpg.DataError) -> Refusal:
    """Something no column can hold was typed: a NUL byte, a number of thirty digits."""
    log.warning("unfit-for-a-column", error=str(error))
    return BadRequest()


UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
)
"""How it shows that the database doesn't answer."""


@get(AWAY, include_in_schema=False, opt={"public": True}, sync_to_thread=False)
def database_away() -> None:
    """The page instead of any other while there is no database; no link leads here."""
    raise NotReady


def _patient(behind_gate: ASGIApp, pages: ASGIApp) -> ASGIApp:
    """The gate, and a page that says so when it can't reach the database."""

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        begun = False

        async def noting(message: Any) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await behind_gate(scope, receive, noting)
        except UNREACHABLE as error:
            if begun or scope["type"] != "http":
                raise
            log.error("database-away", path=scope["path"], error=repr(error))
            scope.setdefault("state", {})["actor"] = None
            where = {"path": AWAY, "raw_path": AWAY.encode(), "method": "GET"}
            await pages({**scope, **where}, receive, send)

    return guarded


READINGS: dict[type[Exception], Callable[[Any], Refusal]] = {
    storage.NotThere: _said(404),
    storage.TooLarge: _said(413),
    storage.Unavailable: _said(503),
    storage.StorageProblem: _said(422),
    bpmn.Refused: _said(409),
    bpmn.Unreadable: _said(422),
    bpmn.Malformed: _said(422),
    bpmn.BadData: _said(422),
    bpmn.BadState: _broken,
    asyncpg.DataError: _unfit,
    FeelError: lambda error: _said(422)(error.problem),
}


def actor_of(request: Request[Any, Any, Any]) -> Actor | None:
    """Who is signed in, as the gate found out."""
    actor: Actor | None = request.scope["state"].get("actor")
    return actor


def build(settings: Settings = settings_here) -> ASGIApp:
    """The whole application. Its lifespan opens and closes the database and the leaf rooms."""
    identity.configure([name.strip() for name in settings.identity_providers.split(",") if name])
    parts = site(
        secret=settings.secret.decode(),
        https=settings.secure_cookies,
        language=settings.language,
        me=actor_of,
        readings=READINGS,
    )

    @asynccontextmanager
    async def house(app: Litestar) -> AsyncIterator[None]:
        if settings.database_url is None:
            raise RuntimeError("no DATABASE_URL: `onewindow run` starts the embedded database")
        await db.start(
            settings.database_url, size=settings.pool_max, system_size=settings.system_pool_max
        )
        await rooms.open_rooms(settings.storage_url)
        try:
            async with live.listening(settings.database_url):
                yield
        finally:
            await rooms.close_rooms()
            await db.stop()

    pages = parts.litestar(
        [*ROUTES, database_away],
        lifespan=[house],
        request_max_body_size=settings.request_max_kb * 1024,
    )

    host = urlsplit(settings.public_url).hostname
    panel = build_panel(https=settings.secure_cookies, hosts=[host] if host else [])

    async def dispatch(scope: Any, receive: Any, send: Any) -> None:
        # To whoever may not enter, the panel doesn't exist: the pages answer, as for any address
        # that isn't theirs.
        path = scope.get("path", "")
        if path.startswith("/admin/") and may_enter(scope["state"]["actor"]):
            await panel(
                {**scope, "root_path": scope.get("root_path", "") + "/admin"}, receive, send
            )
        else:
            await pages(scope, receive, send)

    gate = Gate(dispatch, idle=timedelta(minutes=settings.session_idle_minutes))
    whole = parts.wrap(_patient(gate, pages))
    if settings.log_requests:
        whole = Logged(whole)
    if settings.trusted_proxies:
        return ProxyHeadersMiddleware(whole, settings.trusted_proxies)
    return whole


def __getattr__(name: str) -> Any:
    # Servers ask for `onewindow.asgi:app`; importing this module alone builds nothing.
    if name == "app":
        globals()["app"] = build()
        return globals()["app"]
    raise AttributeError(name)
