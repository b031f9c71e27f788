"""Tenants in a tree, and the departments that sit in their centres."""

from typing import Any

from piccolo.columns import JSONB, Array, Boolean, Integer, Varchar
from piccolo.columns.readable import Readable

from onewindow.db.scope import Scope
from onewindow.db.scoped import Base, Rows, TenantScoped, is_narrowed, tenant_column


class Tenant(TenantScoped, Base, tablename="tenant", help_text="行政区划（租户）"):
    """A city, county, township or village and its centre; `path`: ids from the root to itself."""

    rows = Rows.PUBLIC
    stamps_tenant = False
    key = Varchar(40, unique=True, help_text="stable name in addresses and definitions")
    name = Varchar(60)
    name_en = Varchar(100, default="")
    level = Varchar(12, help_text="city | county | township | village")
    parent = Integer(null=True, default=None, index=True)
    path = Array(base_column=Integer(), default=list)
    centre_name = Varchar(100, default="", help_text="name of its service centre; empty = by level")
    region_code = Varchar(12, default="")
    credit_code = Varchar(18, default="")
    settings = JSONB(default="{}", help_text="overrides; what is missing is the parent's")
    active = Boolean(default=True)

    @classmethod
    def scope_filter(cls, scope: Scope, *, writing: bool) -> list[Any]:
        if writing or is_narrowed():
            return [cls.id.is_in(list(scope.visible) or [0])]
        return []

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.name])


class Department(TenantScoped, Base, tablename="department", help_text="进驻单位"):
    """A department as it sits in a tenant's centre; `key` is the same wherever the duty is."""

    rows = Rows.PUBLIC
    tenant = tenant_column(index=True)
    key = Varchar(40)
    name = Varchar(60)
    name_en = Varchar(100, default="")
    phone = Varchar(30, default="")
    complaint_phone = Varchar(30, default="")
    window = Varchar(60, default="", help_text="where in the hall")
    active = Boolean(default=True)

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.name])
