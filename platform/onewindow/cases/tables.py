"""A case and everything that happens to it.

`cases` is what people search and read. `case_run` holds the engine's state and changes with every
step; `task` is its projection that inboxes read. `case_event` is the record: who, for whom, when,
what, why. It is append-only and partitioned by month.
"""

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigInt,
    Boolean,
    Bytea,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.readable import Readable

from onewindow.db.scoped import Base, Rows, TenantScoped, tenant_column
from onewindow.matters.tables import Matter, MatterVersion


class Case(TenantScoped, Base, tablename="cases", help_text="办件"):
    """One application, from draft to archive (states: `cases.rules.State`)."""

    rows = Rows.CASE
    uid = UUID(unique=True, help_text="names a draft in addresses; receipt numbers come later")
    tenant = tenant_column(help_text="the tenant that handles it: the matter's owner")
    filed_at = Integer(help_text="the tenant where it was handed in")
    participants = Array(base_column=Integer(), default=list, help_text="tenants taking part")
    matter = ForeignKey(Matter, on_delete=OnDelete.restrict, null=False)
    version = ForeignKey(MatterVersion, on_delete=OnDelete.restrict, null=False)
    receipt_number = Varchar(50, null=True, default=None, help_text="收件编号, from submission")
    number = Varchar(50, null=True, default=None, help_text="办件编号, from acceptance")
    state = Varchar(24, default="draft")
    channel = Varchar(12, default="online", help_text="online | window | agent")
    applicant = Integer(null=True, default=None, help_text="person; null when filed at a window")
    applicant_kind = Varchar(14, default="person", help_text="person | organisation")
    applicant_name = Varchar(120, default="")
    applicant_id = Varchar(18, default="", help_text="ID number or credit code")
    applicant_phone = Varchar(20, default="")
    filed_by = Integer(null=True, default=None, help_text="clerk or agent who filed for them")
    summary = Varchar(200, default="")
    draft = JSONB(null=True, default=None, help_text="answers while it is a draft")
    draft_revision = Integer(default=0, help_text="counts saves: a stale page is told")
    created_at = Timestamptz()
    updated_at = Timestamptz()
    submitted_at = Timestamptz(null=True, default=None)
    accepted_at = Timestamptz(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    issued_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    acceptance_due = Timestamptz(null=True, default=None)
    correction_due = Timestamptz(null=True, default=None)
    promised_due = Timestamptz(null=True, default=None)
    statutory_due = Timestamptz(null=True, default=None)
    decision = Varchar(10, default="", help_text="granted | denied")
    closing = Integer(null=True, default=None, help_text="GB/T 39046 closing kind, 0–6")

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.receipt_number])


class CaseRun(TenantScoped, Base, tablename="case_run"):
    """The engine's state of a case; `revision` guards against two people finishing at once."""

    rows = Rows.OF_CASE
    tenant = tenant_column()
    case = ForeignKey(
        Case, on_delete=OnDelete.cascade, null=False, unique=True, db_column_name="case_id"
    )
    revision = Integer(default=1)
    state = Bytea()
    data = JSONB(default="{}", help_text="routing variables, for people to see")
    next_due = Timestamptz(null=True, default=None)
    ended = Boolean(default=False)
    done = Array(
        base_column=Varchar(), default=list, help_text="elements that are finished, in order"
    )


class Task(TenantScoped, Base, tablename="task", help_text="任务"):
    """A human step waiting or done. Carries what an inbox row shows, so that no join is needed."""

    rows = Rows.TASK
    tenant = tenant_column(help_text="the tenant that does it")
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, db_column_name="case_id")
    uid = UUID(help_text="the engine's id")
    element = Varchar(120, help_text="id of the step in the drawing")
    instance = SmallInt(
        null=True, default=None, help_text="which one (0, 1 …) of a step that is done several times"
    )
    stage = Varchar(12)
    name = Varchar(120)
    name_en = Varchar(160, default="")
    case_number = Varchar(50, default="", help_text="case number, or receipt number before it")
    matter_name = Varchar(120, default="")
    matter_name_en = Varchar(160, default="")
    applicant_name = Varchar(120, default="")
    summary = Varchar(200, default="")
    lane = Varchar(100, help_text="who may take it: see people.rules.lanes")
    fallback = Boolean(default=False, help_text="nobody held the lane, so it went to the fallback")
    assignee = Integer(null=True, default=None)
    differs_from = Array(base_column=Varchar(), default=list)
    state = Varchar(10, default="open", help_text="open | held | done | cancelled")
    opened_at = Timestamptz()
    claimed_at = Timestamptz(null=True, default=None)
    due = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    done_by = Integer(null=True, default=None)
    done_for = Integer(null=True, default=None, help_text="the absent holder, done by a backup")
    outcome = Varchar(40, default="")


class CaseAnswer(TenantScoped, Base, tablename="case_answer"):
    """Answers to one form, as the verdict returned them. A corrected form is a new row."""

    rows = Rows.OF_CASE
    tenant = tenant_column()
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, db_column_name="case_id")
    form = Varchar(60)
    element = Varchar(120, default="", help_text="step it was filled at; empty for the application")
    task = BigInt(null=True, default=None)
    data = JSONB(default="{}")
    by = Integer(null=True, default=None)
    at = Timestamptz()


class CaseEvent(TenantScoped, Base, tablename="case_event", help_text="办件记录"):
    """One line of the record. `why` is what the person gave as reason; `detail` is for the page."""

    rows = Rows.OF_CASE
    tenant = tenant_column()
    case = BigInt(db_column_name="case_id")
    at = Timestamptz()
    kind = Varchar(40, help_text="such as case.submitted, task.completed: cases.record.KINDS")
    by = Integer(null=True, default=None)
    by_name = Varchar(60, default="")
    by_post = Varchar(60, default="", help_text="department and post at that time")
    on_behalf_of = Varchar(60, default="", help_text="absent colleague or applicant acted for")
    element = Varchar(120, default="")
    step_name = Varchar(120, default="")
    outcome = Varchar(40, default="")
    why = Text(default="")
    detail = JSONB(default="{}")


class CaseMaterial(TenantScoped, Base, tablename="case_material", help_text="申报材料"):
    """One uploaded file of a case, under the material it answers. Bytes are in object storage."""

    rows = Rows.OF_CASE
    tenant = tenant_column()
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, db_column_name="case_id")
    material = Varchar(60, help_text="key of the material in the definition")
    uid = UUID(unique=True, help_text="names the file in addresses")
    name = Varchar(200, help_text="file name as uploaded, cleaned")
    media_type = Varchar(100)
    size = BigInt()
    sha256 = Varchar(64)
    object_key = Varchar(200)
    pages = Integer(null=True, default=None)
    trust = Varchar(1, default="C", help_text="A issued, B verified at a window, C uploaded, D own")
    by = Integer(null=True, default=None)
    at = Timestamptz()
    removed_at = Timestamptz(null=True, default=None)


class Correction(TenantScoped, Base, tablename="correction", help_text="补正"):
    """A correction notice (补正): everything missing, once, and the time allowed."""

    rows = Rows.OF_CASE
    tenant = tenant_column()
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, db_column_name="case_id")
    by = Integer()
    at = Timestamptz()
    items = JSONB(default="[]", help_text="[{material?, field?, text}]")
    due = Timestamptz()
    answered_at = Timestamptz(null=True, default=None)


class Refusal(TenantScoped, Base, tablename="refusal", help_text="否定报备"):
    """A refusal (not accepted, denied, returned) with its report, which a supervisor sees."""

    rows = Rows.OF_CASE
    tenant = tenant_column()
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, db_column_name="case_id")
    kind = Varchar(14, help_text="not_accepted | denied | returned")
    by = Integer()
    at = Timestamptz()
    facts = Text(default="")
    reasons = Text()
    legal_basis = Text()


class Counter(TenantScoped, Base, tablename="counter"):
    """Serial numbers, one row per tenant, kind and period; counted up inside the transaction."""

    rows = Rows.TENANT
    tenant = tenant_column()
    kind = Varchar(60)
    period = Varchar(10, default="")
    value = BigInt(default=0)


class SavedView(TenantScoped, Base, tablename="saved_view"):
    """A person's own inbox filter, kept under a name; the empty name is the last one used."""

    rows = Rows.OWN
    tenant = tenant_column()
    person = Integer(db_column_name="person_id")
    page = Varchar(30)
    name = Varchar(60, default="")
    query = JSONB(default="{}")


class CaseMigration(TenantScoped, Base, tablename="case_migration", help_text="办件迁移"):
    """Running cases of a matter on their way from their version to another, in batches."""

    rows = Rows.TENANT
    tenant = tenant_column(index=True)
    matter = Integer()
    from_version = Integer()
    to_version = Integer()
    chosen = JSONB(default="{}", help_text="the filter that chose the cases")
    mapping = JSONB(default="{}", help_text="removed step → step of the new version")
    state = Varchar(10, default="running", help_text="running | paused | done")
    reason = Varchar(300, default="")
    by = Integer(null=True, default=None)
    by_name = Varchar(80, default="")
    at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class CaseMigrationItem(TenantScoped, Base, tablename="case_migration_item"):
    """One case of a migration and what became of it."""

    rows = Rows.TENANT
    tenant = tenant_column()
    migration = ForeignKey(CaseMigration, on_delete=OnDelete.cascade, null=False)
    case_id = BigInt()
    state = Varchar(8, default="waiting", help_text="waiting | moved | stays | failed")
    reason = Text(default="")
    at = Timestamptz(null=True, default=None)
