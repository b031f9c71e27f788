"""What a case hands out: papers with numbers, and the register of certificates."""

from piccolo.columns import JSONB, BigInt, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.readable import Readable

from onewindow.cases.tables import Case
from onewindow.db.scoped import Base, Rows, TenantScoped, tenant_column


class Paper(TenantScoped, Base, tablename="paper", help_text="文书"):
    """A notice or voucher made for a case; its PDF is an object."""

    rows = Rows.OF_CASE
    tenant = tenant_column()
    case = ForeignKey(Case, on_delete=OnDelete.cascade, null=False, db_column_name="case_id")
    paper = Varchar(40)
    number = Varchar(60, default="")
    title = Varchar(60)
    object_key = Varchar(200, default="", help_text="empty until a job has made the PDF")
    facts = JSONB(default="{}")
    at = Timestamptz()


class Certificate(TenantScoped, Base, tablename="certificate", help_text="电子证照"):
    """The register of certificates: issued, expired, revoked, replaced."""

    rows = Rows.OF_CASE
    tenant = tenant_column(index=True)
    case = ForeignKey(Case, on_delete=OnDelete.restrict, null=False, db_column_name="case_id")
    plan = Varchar(60, default="", help_text="key in the matter's certificates; empty: the usual")
    number = Varchar(50)
    code = Varchar(32, unique=True, help_text="unguessable part of the verification address")
    name = Varchar(120)
    name_en = Varchar(160, default="")
    holder = Varchar(120)
    holder_id = Varchar(18, default="")
    issuer = Varchar(120)
    issued_on = Date()
    valid_until = Date(null=True, default=None)
    fields = JSONB(default="[]", help_text="[{label, label_en, value, public}]")
    object_key = Varchar(200, default="")
    sha256 = Varchar(64, default="")
    size = BigInt(default=0)
    state = Varchar(
        10, default="valid", help_text="valid | revoked | replaced; expiry follows dates"
    )
    revoked_at = Timestamptz(null=True, default=None)
    revoked_by = Integer(null=True, default=None)
    revoked_why = Text(default="")

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s %s", columns=[cls.name, cls.number])
