"""Matters, their frozen versions, and what people do around a draft."""

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
    state = Varchar(12, default="draft", help_text="draft | scheduled | published | withdrawn")
    hash = Varchar(64, default="", help_text="SHA-256 of the canonical definition")
    definition = JSONB(default="{}", help_text="matter.json")
    process = Text(default="", help_text="BPMN 2.0 XML")
    decisions = JSONB(default="{}", help_text="name → DMN XML")
    forms = JSONB(default="{}", help_text="form key → form-js JSON")
    tests = JSONB(default="{}", help_text="test key → scenario")
    based_on = Integer(null=True, default=None, help_text="id of the version it was begun from")
    imported = JSONB(default="[]", help_text="what an import left to be filled in")
    note = Varchar(300, default="")
    effective_on = Date(null=True, default=None)
    created_at = Timestamptz()
    created_by = Integer(null=True, default=None)
    changed_at = Timestamptz(null=True, default=None)
    changed_by = Integer(null=True, default=None)
    publish_at = Timestamptz(
        null=True, default=None, help_text="when a scheduled one comes in force"
    )
    published_at = Timestamptz(null=True, default=None)
    published_by = Integer(null=True, default=None)

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s v%s", columns=[cls.matter.name, cls.number])


class MatterReview(TenantScoped, Base, tablename="matter_review", help_text="事项审核意见"):
    """What was said of a draft by those who confirm it. It holds for one state of the draft only:
    `hash`. `tenant` owns the matter; `by_office` is where the person spoke for."""

    rows = Rows.TENANT
    tenant = tenant_column(index=True)
    version = ForeignKey(MatterVersion, on_delete=OnDelete.cascade, null=False)
    hash = Varchar(64)
    kind = Varchar(10, help_text="asked | comment | returned | confirmed | failed")
    about = Varchar(10, default="", help_text="new | changed | delegated | cancelled")
    place = Varchar(200, default="", help_text="part and element a comment is about")
    text = Text(default="")
    by = Integer(null=True, default=None)
    by_name = Varchar(80, default="")
    by_office = Varchar(120, default="")
    at = Timestamptz()


class MatterNotice(TenantScoped, Base, tablename="matter_notice", help_text="事项公告"):
    """Why a matter isn't taken in for a while, is again, or never will be, for applicants."""

    rows = Rows.PUBLIC
    tenant = tenant_column(index=True)
    matter = ForeignKey(Matter, on_delete=OnDelete.cascade, null=False)
    kind = Varchar(10, help_text="suspended | resumed | withdrawn")
    reason = Varchar(500, default="")
    by = Integer(null=True, default=None)
    by_name = Varchar(80, default="")
    at = Timestamptz()


class DraftEditor(TenantScoped, Base, tablename="draft_editor"):
    """Who has a draft open, and which part of it; a row nobody renews is out of date."""

    rows = Rows.TENANT
    tenant = tenant_column()
    version = ForeignKey(MatterVersion, on_delete=OnDelete.cascade, null=False)
    person = Integer(db_column_name="person_id")
    name = Varchar(80)
    part = Varchar(120, default="")
    since = Timestamptz()
    seen_at = Timestamptz()


class FormBlock(TenantScoped, Base, tablename="form_block", help_text="表单组件"):
    """A piece of a form to be used again; places below inherit it, the nearest of a key wins."""

    rows = Rows.PUBLIC
    tenant = tenant_column(index=True)
    key = Varchar(60)
    name = Varchar(80)
    name_en = Varchar(120, default="")
    schema = JSONB(default="{}", help_text="form-js JSON of its components")
    changed_at = Timestamptz()
    changed_by = Integer(null=True, default=None)

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.name])


class MatterAdoption(TenantScoped, Base, tablename="matter_adoption", help_text="沿用上级事项"):
    """A tenant's own matter made of one of a tenant above it, and what it changed of that."""

    rows = Rows.TENANT
    tenant = tenant_column(index=True)
    matter = ForeignKey(Matter, on_delete=OnDelete.cascade, null=False)
    upstream = Integer(help_text="id of the matter above")
    upstream_version = Integer(help_text="id of its version last taken")
    overrides = JSONB(default="{}", help_text="path → own value")
    kept = JSONB(default="[]", help_text="changes above that were deliberately not taken")
    changed_at = Timestamptz()
    changed_by = Integer(null=True, default=None)
