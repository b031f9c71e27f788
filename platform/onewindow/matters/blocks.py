"""Pieces of forms to be used again: those shipped with the software, and those of each place.

Places inherit the blocks of the places above them; of several with one key the nearest counts, so a
county may have its own 自然人. A block is a form definition whose `label` is its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

import forms
from onewindow import db, rooms
from onewindow.errors import FieldProblem, Invalid, NotThere
from onewindow.matters.definition import KEY
from onewindow.tenants.queries import places

LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Block:
    """`tenant` is whose it is, None for a shipped one."""

    key: str
    name: str
    name_en: str
    schema: dict[str, Any]
    tenant: int | None


@cache
def shipped() -> Mapping[str, Block]:
    """The blocks that come with the software."""
    folder = files("forms").joinpath("library/blocks")
    found = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        schema = orjson.loads(file.read_bytes())
        key = file.name.removesuffix(".json")
        found[key] = Block(key, schema["label"], schema["labelEn"], schema, None)
    return found


async def blocks_for(tenant: int) -> list[Block]:
    """What this place may use, by name."""
    path = (await places())[tenant].path
    rows = await db.fetch(
        "select tenant, key, name, name_en, schema from form_block where tenant = any($1)"
        " order by array_position($1, tenant) limit 1000",
        list(path),
    )
    nearest = dict(shipped())
    for row in rows:  # the nearest come last
        schema = orjson.loads(row["schema"])
        nearest[row["key"]] = Block(row["key"], row["name"], row["name_en"], schema, row["tenant"])
    return sorted(nearest.values(), key=lambda block: (block.tenant is not None, block.name))


async def save_block(
    tenant: int, key: str, name: str, name_en: str, schema: Any, *, by: int, at: datetime
) -> None:
    """Keep a block of the place's own, new or in place of the one with this key. Raises Invalid."""
    if not KEY.fullmatch(key):
        raise Invalid({"key": "标识只能用小写字母、数字、连字符和下划线，不超过 60 个字符。"})
    if not name.strip() or len(name) > 80 or len(name_en) > 120:
        raise Invalid({"name": "请填写名称，不超过 80 个字。"})
    problems = await rooms.at_bench(lambda: forms.check(schema, feel=rooms.feel()))
    if problems:
        raise Invalid([FieldProblem("schema", each.text, dict(each.params)) for each in problems])
    if not schema["components"]:
        raise Invalid({"schema": "常用块里还没有组件。"})
    text = orjson.dumps(schema)
    if len(text) > LARGEST:
        raise Invalid({"schema": "常用块太大，最多 64 KB。"})
    await db.execute(
        "insert into form_block (tenant, key, name, name_en, schema, changed_at, changed_by)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant, key) do update set"
        " name = excluded.name, name_en = excluded.name_en, schema = excluded.schema,"
        " changed_at = excluded.changed_at, changed_by = excluded.changed_by",
        tenant,
        key,
        name.strip(),
        name_en.strip(),
        text.decode(),
        at,
        by,
    )


async def rename_block(
    tenant: int, key: str, name: str, name_en: str, *, by: int, at: datetime
) -> None:
    """Give one of the place's own blocks another name. Raises NotThere, Invalid."""
    schema = await db.fetchval(
        "select schema from form_block where tenant = $1 and key = $2", tenant, key
    )
    if schema is None:
        raise NotThere
    await save_block(tenant, key, name, name_en, orjson.loads(schema), by=by, at=at)


async def drop_block(tenant: int, key: str) -> None:
    """Forms that were made with it keep what they have. Raises NotThere."""
    if not await db.fetchval(
        "delete from form_block where tenant = $1 and key = $2 returning 1", tenant, key
    ):
        raise NotThere
