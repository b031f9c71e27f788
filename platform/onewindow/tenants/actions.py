"""Setting up tenants: a place in the tree, its departments, its settings."""

from collections.abc import Mapping
from typing import Any

import asyncpg
import orjson

from onewindow import db
from onewindow.errors import Invalid, NotThere, Refusal
from onewindow.tenants import queries
from onewindow.tenants.rules import KEY, LEVELS, REGION, Place, inherited


class KeyTaken(Refusal):
    text = "代码“{key}”已经在用，请换一个。"


async def create_tenant(
    key: str,
    name: str,
    *,
    level: str,
    parent: int | None = None,
    name_en: str = "",
    centre_name: str = "",
    region_code: str = "",
    credit_code: str = "",
    settings: Mapping[str, Any] | None = None,
) -> int:
    """Put a place into the tree below `parent` (None: a new root); its id.

    The level must lie below the parent's; levels may be skipped. Raises Invalid or KeyTaken.
    """
    tree = await queries.places()
    above = tree.path(parent) if parent is not None else []
    _require_well_formed(key, name, level, region_code, above)
    inherited([*(place.overrides for place in above), settings or {}])
    async with db.transaction():
        id = await db.fetchval("select nextval(pg_get_serial_sequence('tenant', 'id'))")
        try:
            async with db.transaction():
                await db.execute(
                    "insert into tenant (id, key, name, name_en, level, parent, path, centre_name,"
                    " region_code, credit_code, settings, active)"
                    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, true)",
                    id,
                    key,
                    name.strip(),
                    name_en.strip(),
                    level,
                    parent,
                    [*(place.id for place in above), id],
                    centre_name,
                    region_code,
                    credit_code,
                    orjson.dumps(dict(settings or {})).decode(),
                )
        except asyncpg.UniqueViolationError:
            raise KeyTaken(key=key) from None
    queries.forget()
    return int(id)


async def change_settings(tenant: int, changes: Mapping[str, Any]) -> None:
    """Override settings for this tenant and what inherits from it; None goes back to the parent's.

    Raises Invalid, naming what can't be used, before anything is written, and NotThere for a tenant
    that isn't the scope's to change.
    """
    async with db.transaction():
        # Read under a lock: two people changing different settings must not undo each other.
        await db.execute("select 1 from tenant where id = $1 for update", tenant)
        queries.forget()
        tree = await queries.places()
        own = {**tree[tenant].overrides, **changes}
        own = {name: value for name, value in own.items() if value is not None}
        above = [place.overrides for place in tree.path(tenant)[:-1]]
        inherited([*above, own])
        changed = await db.execute(
            "update tenant set settings = $2 where id = $1", tenant, orjson.dumps(own).decode()
        )
        if changed != "UPDATE 1":
            raise NotThere
    queries.forget()


async def create_department(
    tenant: int,
    key: str,
    name: str,
    *,
    name_en: str = "",
    phone: str = "",
    complaint_phone: str = "",
    window: str = "",
) -> int:
    """Let a department sit in the tenant's centre; its id. Raises Invalid or KeyTaken."""
    if not KEY.fullmatch(key):
        raise Invalid({"key": "代码由小写字母、数字和连字符组成，以字母开头，2 至 40 个字符。"})
    if not name.strip():
        raise Invalid({"name": "请填写名称。"})
    try:
        async with db.transaction():
            return int(
                await db.fetchval(
                    "insert into department (tenant, key, name, name_en, phone, complaint_phone,"
                    ' "window", active) values ($1, $2, $3, $4, $5, $6, $7, true) returning id',
                    tenant,
                    key,
                    name.strip(),
                    name_en.strip(),
                    phone,
                    complaint_phone,
                    window,
                )
            )
    except asyncpg.UniqueViolationError:
        raise KeyTaken(key=key) from None


def _require_well_formed(
    key: str, name: str, level: str, region_code: str, above: list[Place]
) -> None:
    problems = {}
    if not KEY.fullmatch(key):
        problems["key"] = "代码由小写字母、数字和连字符组成，以字母开头，2 至 40 个字符。"
    if not name.strip():
        problems["name"] = "请填写名称。"
    if level not in LEVELS:
        problems["level"] = "级别应为市、县、乡镇或村之一。"
    elif above and LEVELS.index(level) <= LEVELS.index(above[-1].level):
        problems["level"] = "级别须低于上级。"
    if region_code and not REGION.fullmatch(region_code):
        problems["region_code"] = "区划代码为 6、9 或 12 位数字。"
    if problems:
        raise Invalid(problems)
