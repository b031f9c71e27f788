"""Whether anything of a tenant has changed."""

from onewindow import db
from onewindow.db.scoped import Rows
from onewindow.schema.piccolo_app import TABLES


async def everything(tenant: int) -> dict[str, str]:
    """A fingerprint of each table's rows of one tenant."""
    prints = {}
    with db.as_system():
        for table in TABLES:
            name = table._meta.tablename
            own = "tenant" if "tenant" in {c._meta.name for c in table._meta.columns} else "id"
            if table.rows is Rows.SYSTEM:
                continue
            prints[name] = await db.fetchval(
                f"select md5(string_agg(x::text, '|' order by x.id)) from {name} x"
                f" where {own} = $1",
                tenant,
            )
        prints["session"] = await db.fetchval(
            "select md5(string_agg(s.token_hash, '|' order by s.id)) from session s"
            " join person p on p.id = s.person where p.tenant = $1",
            tenant,
        )
        prints["pgqueuer"] = await db.fetchval(
            "select md5(string_agg(j::text, '|' order by j.id)) from pgqueuer j"
            " where convert_from(payload, 'UTF8')::jsonb ->> 'tenant' = $1",
            str(tenant),
        )
    return prints
