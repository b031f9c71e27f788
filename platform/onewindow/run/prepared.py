"""What has been prepared already.

Finding out that a database is up to date takes loading half the application. So once prepared, a
note is left in the database itself, as the comment on it: for which source it was prepared and who
can sign in. While source and note agree there is nothing to do. Whatever becomes of the database,
restored or dropped or replaced, its note goes with it.
"""

import hashlib
import json
from pathlib import Path

import asyncpg

SOURCE = Path(__file__).resolve().parents[1]
KINDS = {".py", ".sql", ".json"}

SignIns = list[list[str]]


def fingerprint(*choices: object) -> str:
    """A digest of everything that preparing depends on: our source, and `choices`."""
    digest = hashlib.sha256(repr(choices).encode())
    for file in sorted(SOURCE.rglob("*")):
        if file.suffix in KINDS:
            digest.update(str(file.relative_to(SOURCE)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


async def recall(dsn: str, source: str) -> SignIns | None:
    """Who can sign in, if the database at `dsn` was prepared for `source`; else None."""
    connection = await asyncpg.connect(dsn)
    try:
        note = await connection.fetchval(
            "select shobj_description(oid, 'pg_database') from pg_database"
            " where datname = current_database()"
        )
    finally:
        await connection.close()
    try:
        told = json.loads(note or "{}")
    except ValueError:  # a comment of somebody else's
        return None
    if not isinstance(told, dict) or told.get("prepared_for") != source:
        return None
    sign_ins: SignIns = told["sign_ins"]
    return sign_ins


async def remember(dsn: str, source: str, sign_ins: SignIns) -> None:
    """Leave the note that the database at `dsn` is prepared for `source`."""
    note = json.dumps({"prepared_for": source, "sign_ins": sign_ins}, ensure_ascii=False)
    await _note(dsn, note)


async def forget(dsn: str) -> None:
    """Take the note away: what follows changes what was prepared."""
    await _note(dsn, None)


async def _note(dsn: str, note: str | None) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        command = await connection.fetchval(
            "select format('comment on database %I is %s', current_database(),"
            " coalesce(quote_literal($1::text), 'null'))",
            note,
        )
        await connection.execute(command)
    finally:
        await connection.close()
