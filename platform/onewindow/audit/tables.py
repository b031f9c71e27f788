"""The audit trail: every change of configuration and of a case's standing, before and after.

Rows are written by a trigger (`db/security.py`), never by code, and can't be changed or deleted by
the application's roles. Partitioned by month.
"""

from piccolo.columns import JSONB, BigInt, Integer, Timestamptz, Varchar

from onewindow.db.scoped import Base, Rows, TenantScoped, tenant_column


class AuditEntry(TenantScoped, Base, tablename="audit_entry", help_text="审计"):
    rows = Rows.TENANT
    tenant = tenant_column()
    at = Timestamptz()
    person = Integer(null=True, default=None)
    table = Varchar(40, db_column_name="table_name")
    row = BigInt(null=True, default=None, db_column_name="row_id")
    operation = Varchar(6)
    before = JSONB(null=True, default=None)
    after = JSONB(null=True, default=None)
