"""Finding certificates and papers: for their case, for the register, for whoever verifies one."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson

from onewindow import db
from onewindow.errors import NotThere
from onewindow.people.gate import Actor

UNMADE = 0
"""Stands for the id of a receipt that nobody has asked for yet."""


async def case_by_id(case: int) -> Mapping[str, Any]:
    """A case's row by its key, within the scope: for jobs, which carry numbers."""
    row = await db.fetchrow("select * from cases where id = $1", case)
    if row is None:
        raise NotThere
    return row


async def papers_of(case: int) -> list[Mapping[str, Any]]:
    """Papers of a case, newest first. The receipt is among them from submission on, under `UNMADE`
    until somebody asks for it (`actions.receipt_made`): most never do."""
    return await db.fetch(
        "select id, paper, title, number, at from paper where case_id = $1 and object_key <> ''"
        " union all select $2, 'receipt', '收件回执', receipt_number, submitted_at from cases"
        " where id = $1 and submitted_at is not null and not exists"
        " (select 1 from paper where case_id = $1 and paper = 'receipt')"
        " order by at desc, id desc",
        case,
        UNMADE,
    )


async def certificates_of(case: int) -> list[Mapping[str, Any]]:
    """Certificates issued in a case, newest first."""
    return await db.fetch("select * from certificate where case_id = $1 order by id desc", case)


async def register(
    actor: Actor, *, words: str = "", before: int | None = None, limit: int = 50
) -> list[Mapping[str, Any]]:
    """The register of the tenants the actor sees, newest first, a page at a time."""
    return await db.fetch(
        "select c.*, k.receipt_number from certificate c join cases k on k.id = c.case_id"
        " where c.tenant = any($1) and ($2::bigint is null or c.id < $2)"
        " and ($3 = '' or c.number = $3 or c.holder like $4 or c.name like $4)"
        " order by c.id desc limit $5",
        list(actor.visible),
        before,
        words,
        f"%{words.replace('%', '').replace('_', '')}%",
        limit,
    )


async def verified(code: str, today: date) -> Mapping[str, Any]:
    """What anybody holding the code may learn: whether it is valid, and its public fields.

    Raises NotThere for an unknown code; guessing one is hopeless (96 random bits).
    """
    with db.as_system():
        row = await db.fetchrow(
            "select number, name, name_en, holder, issuer, issued_on, valid_until, state,"
            " revoked_at, fields from certificate where code = $1",
            code,
        )
    if row is None:
        raise NotThere
    state = row["state"]
    if state == "valid" and row["valid_until"] is not None and row["valid_until"] < today:
        state = "expired"
    return {
        **dict(row),
        "state": state,
        "fields": [field for field in orjson.loads(row["fields"]) if field["public"]],
    }
