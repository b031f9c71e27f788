"""The gate: every request passes here first, pages and panel alike.

One statement turns the session cookie into the person and their tenant scope and sets that scope
on the connection the request will use. Behind the gate nothing asks again who somebody is: pages
take `Actor`, the database takes its settings. A request without a session is the public's.
"""

import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Any

import orjson

from onewindow import db

SESSION_COOKIE = "id"  # Piccolo Admin reads the same cookie by this name

ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Actor:
    """The person signed in, in the office they act for.

    `lanes` are the queues whose tasks they may take as holder of a post, `backup_lanes` those of
    absent colleagues they stand in for. `visible` are the tenants they may read. Applicants have no
    tenant (0) and no roles.
    """

    id: int
    session: int
    name: str
    kind: str
    username: str
    phone: str
    id_number: str | None
    language: str
    must_change_password: bool
    tenant: int
    tenant_key: str
    tenant_name: str
    tenant_name_en: str
    visible: tuple[int, ...]
    roles: frozenset[str]
    lanes: tuple[str, ...]
    backup_lanes: tuple[str, ...]
    posts: str
    offices: tuple[tuple[int, str, str], ...]

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def is_applicant(self) -> bool:
        return self.kind == "applicant"

    def is_any(self, *roles: str) -> bool:
        """Whether they hold one of these roles in the office they act for."""
        return not self.roles.isdisjoint(roles)

    @property
    def scope(self) -> db.Scope:
        return db.Scope(
            tenant=self.tenant,
            visible=self.visible,
            person=self.id,
            applicant=self.id if self.is_applicant else 0,
        )


def token_hash(token: str) -> str:
    """What is stored of a session's token: its SHA-256, so that a leaked table opens no door."""
    return hashlib.sha256(token.encode()).hexdigest()


class Gate:
    """ASGI: opens the request's connection, sets `scope["state"]["actor"]` and the tenant scope.

    `open_paths` (static files, health) need neither a person nor a connection.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        idle: timedelta,
        open_paths: tuple[str, ...] = ("/static/", "/health"),
    ) -> None:
        self.app = app
        self.idle = idle
        self.open_paths = open_paths

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self.open_paths):
            await self.app(scope, receive, send)
            return
        token = session_token(scope)
        async with db.hold() as held:
            answer = await held.connection.fetchval(
                "select gate($1, $2)", token_hash(token) if token else "", self.idle
            )
            known = orjson.loads(answer) if answer else None
            actor = _actor(known) if known and known["second_factor"] else None
            state = scope.setdefault("state", {})
            state["actor"] = actor
            # Signed in by password, the second factor still to come: only that page knows them.
            state["half_signed_in"] = known if known and not known["second_factor"] else None
            held.scope = actor.scope if actor else db.PUBLIC
            with db.use(held.scope):
                await self.app(scope, receive, send)


def session_token(scope: MutableMapping[str, Any]) -> str | None:
    """The session cookie's value, or None."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                morsel = SimpleCookie(value.decode("latin-1")).get(SESSION_COOKIE)
            except CookieError:
                return None
            if morsel is not None:
                return morsel.value
    return None


def _actor(known: dict[str, Any]) -> Actor:
    return Actor(
        id=known["person"],
        session=known["session"],
        name=known["name"],
        kind=known["kind"],
        username=known["username"],
        phone=known["phone"],
        id_number=known["id_number"],
        language=known["language"],
        must_change_password=known["must_change_password"],
        tenant=known["tenant"],
        tenant_key=known["tenant_key"],
        tenant_name=known["tenant_name"],
        tenant_name_en=known["tenant_name_en"],
        visible=tuple(known["visible"]),
        roles=frozenset(known["roles"]),
        lanes=tuple(known["lanes"]),
        backup_lanes=tuple(known["backup_lanes"]),
        posts=known["posts"],
        offices=tuple(tuple(office) for office in known["offices"]),
    )
