"""Reading the tree of tenants. It is small and read by all, so each process keeps it a while.

Another process sees a change after `KEPT_SECONDS`; the one that made it at once (`forget`).
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from onewindow import db
from onewindow.tenants.rules import Place, Places, TenantSettings

KEPT_SECONDS = 10.0

_kept: tuple[float, Places] | None = None


async def places() -> Places:
    """All tenants. They are public: every scope sees the same tree."""
    global _kept
    now = time.monotonic()
    if _kept is not None and now - _kept[0] < KEPT_SECONDS:
        return _kept[1]
    rows = await db.fetch(
        "select id, key, name, name_en, level, parent, path, centre_name, region_code, credit_code,"
        " active, settings from tenant order by id"
    )
    tree = Places(
        Place(
            id=row["id"],
            key=row["key"],
            name=row["name"],
            name_en=row["name_en"],
            level=row["level"],
            parent=row["parent"],
            path=tuple(row["path"]),
            centre_name=row["centre_name"],
            region_code=row["region_code"],
            credit_code=row["credit_code"],
            active=row["active"],
            overrides=orjson.loads(row["settings"]),
        )
        for row in rows
    )
    # Inside a transaction the tree may hold what will be rolled back.
    if db.engine.current_transaction.get() is None:
        _kept = (now, tree)
    return tree


def forget() -> None:
    """Read the tree anew next time: a tenant was changed here."""
    global _kept
    _kept = None


async def settings_of(tenant: int) -> TenantSettings:
    """The tenant's settings over those it inherits. Raises NotThere."""
    return (await places()).settings(tenant)


async def tenant_by_id(id: int) -> Place:
    """Raises NotThere."""
    return (await places())[id]


async def tenant_by_key(key: str) -> Place:
    """Raises NotThere."""
    return (await places()).keyed(key)


async def place_for(at: str | None, filing: int, owner: int) -> int:
    """Where a step is done, as a tenant's id; see `Places.place_for`."""
    if at is None or at == "owner":
        return owner
    return (await places()).place_for(at, filing=filing, owner=owner)


async def centre_name(tenant: int, language: str = "zh") -> str:
    """What the tenant's service centre is called."""
    return (await places()).centre_name(tenant, language)


async def departments(tenant: int) -> dict[str, str]:
    """Key → Chinese name of the departments that sit in the tenant's centre."""
    rows = await db.fetch(
        "select key, name from department where tenant = $1 and active order by id", tenant
    )
    return {row["key"]: row["name"] for row in rows}


@dataclass(frozen=True, slots=True)
class Department:
    """A department as it sits in a place's centre, with its own ways to reach it."""

    place: Place
    name: str
    name_en: str
    phone: str
    complaint_phone: str

    def full_name(self, language: str = "zh") -> str:
        """With its place: 青溪县市场监督管理局."""
        if language == "en":
            return f"{self.name_en or self.name}, {self.place.named(language)}"
        return f"{self.place.name}{self.name}"


async def department(tenant: int, key: str) -> Department | None:
    """The department `key` of a tenant, if it has one."""
    row = await db.fetchrow(
        "select name, name_en, phone, complaint_phone from department"
        " where tenant = $1 and key = $2",
        tenant,
        key,
    )
    return Department((await places())[tenant], **row) if row is not None else None


async def departments_at(asked: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Department]:
    """Departments by their tenant and key, of those asked for that there are."""
    wanted = list(dict.fromkeys(asked))
    rows = await db.fetch(
        "select tenant, key, name, name_en, phone, complaint_phone from department"
        " where (tenant, key) in (select * from unnest($1::int[], $2::text[]))",
        [tenant for tenant, _key in wanted],
        [key for _tenant, key in wanted],
    )
    tree = await places()
    return {
        (row["tenant"], row["key"]): Department(
            tree[row["tenant"]], row["name"], row["name_en"], row["phone"], row["complaint_phone"]
        )
        for row in rows
    }


async def department_name(tenant: int, key: str, language: str = "zh") -> str:
    """A department with its place: 青溪县市场监督管理局. The place alone if it has none."""
    found = await department(tenant, key)
    if found is not None:
        return found.full_name(language)
    return (await places())[tenant].named(language)
