"""Access tokens: a program acts for a person, within what the token was made for.

A token is bound to the office its maker sat in and gives no more than that person may there today:
roles, tenant and row-level security are the person's, looked up at every request. Only its SHA-256
is kept; the token itself is said once. It opens addresses under /api/ and nothing else.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from onewindow import db
from onewindow.errors import FieldProblem, Forbidden, Invalid
from onewindow.people.bearers import SCOPES
from onewindow.people.gate import Actor, token_hash

LASTS = (30, 90, 180, 365)
"""Days a token may last; none lasts longer than a year."""
MOST = 20
"""Living tokens of one person."""
PREFIX = "owt_"


@dataclass(frozen=True, slots=True)
class Token:
    """What its owner sees of a token."""

    id: int
    name: str
    scopes: tuple[str, ...]
    office: str
    created_at: datetime
    ends_at: datetime
    used_at: datetime | None


async def make(
    person: Actor, *, name: str, scopes: Collection[str], days: int, at: datetime
) -> str:
    """A new token of the person, in the office they sit in; said only now."""
    if not person.is_staff or not person.tenant or person.token:
        raise Forbidden
    problems = []
    if not 1 <= len(name.strip()) <= 80:
        problems.append(FieldProblem("name", "请填写名称，不超过 80 个字，以便日后认出它。"))
    if not scopes or not set(scopes) <= set(SCOPES):
        problems.append(FieldProblem("scopes", "请至少选择一项权限。"))
    if days not in LASTS:
        problems.append(FieldProblem("days", "请选择有效期。"))
    if problems:
        raise Invalid(problems)
    if len(await living(person, at=at)) >= MOST:
        raise Invalid({"name": "访问令牌已有 20 个，请先撤销不用的。"})
    token = PREFIX + secrets.token_urlsafe(32)
    await db.execute(
        "insert into access_token (tenant, person_id, name, token_hash, scopes, created_at,"
        " ends_at) values ($1, $2, $3, $4, $5, $6, $7)",
        person.tenant,
        person.id,
        name.strip(),
        token_hash(token),
        sorted(scopes),
        at,
        at + timedelta(days=days),
    )
    return token


async def living(person: Actor, *, at: datetime) -> list[Token]:
    """The person's tokens that still open something, newest first, whatever office they are of."""
    rows = await db.fetch(
        "select a.id, a.name, a.scopes, t.name as office, a.created_at, a.ends_at, a.used_at"
        " from access_token a join tenant t on t.id = a.tenant where a.person_id = $1"
        " and a.revoked_at is null and a.ends_at > $2 order by a.created_at desc, a.id desc",
        person.id,
        at,
    )
    return [Token(**{**row, "scopes": tuple(row["scopes"])}) for row in rows]


async def revoke(person: Actor, token: int, *, at: datetime) -> None:
    """End one of the person's own tokens at once; another's looks as if it weren't there."""
    await db.execute(
        "update access_token set revoked_at = $3"
        " where id = $1 and person_id = $2 and revoked_at is null",
        token,
        person.id,
        at,
    )
