"""Tables whose rows belong to a tenant: the first of the three locks.

`TenantScoped` adds the tenant filter to every Piccolo query at the moment it runs. At construction
it would disarm Piccolo's own guard against updating a whole table. Row-level security
(`security.py`) is the second lock and holds for SQL of our own too; the triggers there are the
third.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Any

from piccolo.columns import BigSerial, Integer
from piccolo.query import Count, Delete, Exists, Insert, Objects, Select
from piccolo.query.methods import Update
from piccolo.table import Table

from onewindow.db import scope as scopes
from onewindow.db.engine import engine


class Rows(Enum):
    """Whose rows a table holds: decides its policies in `security.py` and its filter here."""

    TENANT = "read in the visible tenants, written in one's own"
    PUBLIC = "read by everybody (what must be disclosed), written in one's own"
    CASE = "a case: its tenant, its participants, its applicant"
    OF_CASE = "part of a case: follows the case's own rights (column case_id)"
    TASK = "a task: the tenant that does it, and whoever sees its case"
    PERSON = "people: themselves, and colleagues in the visible tenants"
    OWN = "a person's own rows (column person_id)"
    SYSTEM = "housekeeping: no reader but ow_system"


class _Guard:
    """Adds the filter while the SQL is being made, and takes it off again."""

    __slots__ = ()

    @property
    def default_querystrings(self) -> Any:
        scope = scopes.current()
        if scope.system:
            return super().default_querystrings  # type: ignore[misc]
        table: Any = self.table  # type: ignore[attr-defined]
        where: Any = self.where_delegate  # type: ignore[attr-defined]
        saved = where._where
        for condition in table.scope_filter(scope, writing=isinstance(self, (Update, Delete))):
            where.where(condition)
        try:
            return super().default_querystrings  # type: ignore[misc]
        finally:
            where._where = saved

    def freeze(self) -> Any:
        raise TypeError("freeze() would pin one tenant's filter on a scoped table")


def _guarded(base: Any) -> Any:
    return type("Scoped" + base.__name__, (_Guard, base), {"__slots__": ()})


ScopedSelect = _guarded(Select)
ScopedObjects = _guarded(Objects)
ScopedCount = _guarded(Count)
ScopedExists = _guarded(Exists)
ScopedUpdate = _guarded(Update)
ScopedDelete = _guarded(Delete)


class ScopedInsert(Insert):
    """Stamps rows with the writer's tenant and refuses any other."""

    __slots__ = ()

    @property
    def default_querystrings(self) -> Any:
        scope = scopes.current()
        if not scope.system and self.table.stamps_tenant:
            for row in self.add_delegate._add:
                if not row.tenant:
                    row.tenant = scope.tenant
                elif row.tenant != scope.tenant:
                    raise scopes.CrossTenant(f"a row for tenant {row.tenant}")
        return super().default_querystrings


_narrow: ContextVar[bool] = ContextVar("narrow", default=False)


@contextmanager
def narrowed() -> Any:
    """Inside, public rows too are only those of the visible tenants: how the panel sees them."""
    token = _narrow.set(True)
    try:
        yield
    finally:
        _narrow.reset(token)


def is_narrowed() -> bool:
    return _narrow.get()


_raw_allowed: ContextVar[bool] = ContextVar("raw_allowed", default=False)


@contextmanager
def raw_allowed() -> Any:
    """Let a library's own raw SQL through; row-level security still holds."""
    token = _raw_allowed.set(True)
    try:
        yield
    finally:
        _raw_allowed.reset(token)


class TenantScoped:
    """Put before `Table`. Declares whose rows these are; queries are bound to the scope."""

    rows = Rows.TENANT
    stamps_tenant = True

    @classmethod
    def scope_filter(cls, scope: scopes.Scope, *, writing: bool) -> list[Any]:
        """Conditions that every query on this table carries for `scope`."""
        tenant: Any = cls.tenant  # type: ignore[attr-defined]
        if writing:
            return [tenant == scope.tenant]
        if cls.rows is Rows.TENANT or (cls.rows is Rows.PUBLIC and _narrow.get()):
            return [tenant.is_in(list(scope.visible) or [0])]
        return []

    @classmethod
    def select(cls, *columns: Any, exclude_secrets: bool = False) -> Any:
        return ScopedSelect(
            table=cls,
            columns_list=cls._process_column_args(*columns),  # type: ignore[attr-defined]
            exclude_secrets=exclude_secrets,
        )

    @classmethod
    def objects(cls, *prefetch: Any) -> Any:
        return ScopedObjects(table=cls, prefetch=prefetch)

    @classmethod
    def count(cls, column: Any = None, distinct: Any = None) -> Any:
        return ScopedCount(table=cls, column=column, distinct=distinct)

    @classmethod
    def exists(cls) -> Any:
        return ScopedExists(table=cls)

    @classmethod
    def delete(cls, force: bool = False) -> Any:
        return ScopedDelete(table=cls, force=force)

    @classmethod
    def insert(cls, *rows: Any) -> Any:
        query = ScopedInsert(table=cls).returning(cls._meta.primary_key)  # type: ignore
        return query.add(*rows) if rows else query

    @classmethod
    def update(
        cls,
        values: dict[Any, Any] | None = None,
        force: bool = False,
        use_auto_update: bool = True,
        **named: Any,
    ) -> Any:
        merged = {**(values or {}), **named}
        names = {k if isinstance(k, str) else k._meta.name: v for k, v in merged.items()}
        scope = scopes.current()
        if "tenant" in names and not scope.system and names["tenant"] != scope.tenant:
            raise scopes.CrossTenant("the tenant of a row cannot be changed")
        if use_auto_update and cls._meta.auto_update_columns:  # type: ignore[attr-defined]
            merged = {**cls._meta.get_auto_update_values(), **merged}  # type: ignore
        return ScopedUpdate(table=cls, force=force).values(merged)

    @classmethod
    def raw(cls, sql: str, *args: Any) -> Any:
        if not (_raw_allowed.get() or scopes.current().system):
            raise TypeError("raw SQL on a scoped table: use onewindow.db.fetch, which is scoped")
        return super().raw(sql, *args)  # type: ignore[misc]


class Base(Table):
    """What all our tables share: the scoped engine, and a key that no person ever sees."""

    id = BigSerial(primary_key=True, index=False)

    @classmethod
    def __init_subclass__(cls, **named: Any) -> None:
        named.setdefault("db", engine)
        super().__init_subclass__(**named)


def tenant_column(**more: Any) -> Integer:
    """The owning tenant. A plain integer: the foreign key is made in SQL by `security.py`."""
    return Integer(null=False, required=False, default=None, **more)


__all__ = [
    "Base",
    "Rows",
    "TenantScoped",
    "engine",
    "is_narrowed",
    "narrowed",
    "raw_allowed",
    "tenant_column",
]
