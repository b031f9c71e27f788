"""Matters and their frozen versions."""

from piccolo.columns import JSONB, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.readable import Readable

from onewindow.db.scoped import Base, Rows, TenantScoped, tenant_column


class Matter(TenantScoped, Base, tablename="matter", help_text="事项"):
    """A thing people can apply for in a tenant. What it asks and does is in its versions."""

    rows = Rows.PUBLIC
    tenant = tenant_column(index=True)
    key = Varchar(60)
    name = Varchar(120)
    name_en = Varchar(160, default="")
    item_type = Varchar(30, default="licence")
    handling = Varchar(20, default="promised", help_text="instant | promised | joint | upward")
    department = Varchar(40, default="", help_text="key of the handling department")
    state = Varchar(12, default="draft", help_text="draft | published | suspended | withdrawn")
    current_version = Integer(null=True, default=None, help_text="id of the version in force")

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.name])


class MatterVersion(TenantScoped, Base, tablename="matter_version", help_text="事项版本"):
    """One state of a matter's definition. Published ones never change; cases are pinned to them."""

    rows = Rows.PUBLIC  # drafts are kept from other tenants by a policy of their own
    tenant = tenant_column(index=True)
    matter = ForeignKey(Matter, on_delete=OnDelete.restrict, null=False)
    number = Integer(default=1)
    state = Varchar(12, default="draft", help_text="draft | published | withdrawn")
    hash = Varchar(64, default="", help_text="SHA-256 of the canonical definition")
    definition = JSONB(default="{}", help_text="matter.json")
    process = Text(default="", help_text="BPMN 2.0 XML")
    decisions = JSONB(default="{}", help_text="name → DMN XML")
    forms = JSONB(default="{}", help_text="form key → form-js JSON")
    note = Varchar(300, default="")
    effective_on = Date(null=True, default=None)
    created_at = Timestamptz()
    created_by = Integer(null=True, default=None)
    published_at = Timestamptz(null=True, default=None)
    published_by = Integer(null=True, default=None)

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s v%s", columns=[cls.matter.name, cls.number])
