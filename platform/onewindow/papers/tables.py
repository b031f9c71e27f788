"""The wording of papers, where a tenant has its own."""

from piccolo.columns import Text, Varchar
from piccolo.columns.readable import Readable

from onewindow.db.scoped import Base, Rows, TenantScoped, tenant_column


class PaperText(TenantScoped, Base, tablename="paper_text", help_text="文书模板"):
    """A tenant's own wording of a paper's text blocks; what is missing is the parent's."""

    rows = Rows.PUBLIC
    tenant = tenant_column(index=True)
    paper = Varchar(40, help_text="receipt | acceptance | correction | not_accepted | denied …")
    title = Varchar(60)
    body = Text(help_text="plain text with {{ placeholders }}")

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.title])
