"""How pages reach a matter and its versions: by the tenant's own key and number, or not at all."""

from collections.abc import Mapping
from typing import Any

from onewindow import db
from onewindow.cases import migrations
from onewindow.errors import NotThere
from onewindow.matters import actions
from onewindow.people.gate import Actor
from onewindow.web.i18n import N_

STATES = {
    "draft": N_("草稿"),
    "scheduled": N_("已排定"),
    "published": N_("已发布"),
    "suspended": N_("暂停受理"),
    "withdrawn": N_("已取消"),
}
"""What a matter's or a version's state is called."""


async def matter_of(clerk: Actor, key: str) -> Mapping[str, Any]:
    """A matter of the place the clerk configures. Raises Forbidden, NotThere."""
    actions.require_configurator(clerk)
    row = await db.fetchrow(
        "select id, tenant, key, name, name_en, state, current_version from matter"
        " where tenant = $1 and key = $2",
        clerk.tenant,
        key,
    )
    if row is None:
        raise NotThere
    return row


async def version_of(matter: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    """A version of the matter by its number. Raises NotThere."""
    row = await db.fetchrow(
        "select id, number, state, hash from matter_version where matter = $1 and number = $2",
        matter["id"],
        number,
    )
    if row is None:
        raise NotThere
    return row


async def migration_of(matter: Mapping[str, Any], id: int) -> Mapping[str, Any]:
    """A migration of the matter's cases. Raises NotThere."""
    row: Mapping[str, Any] = await migrations.migration_of(matter["tenant"], id)
    if row["matter"] != matter["id"]:
        raise NotThere
    return row
