"""Drafts made of what was brought along: a drawing of another tool, or a whole package."""

from datetime import datetime
from typing import Any

from bpmn.foreign import Adopted, adopt
from onewindow import db
from onewindow.errors import FieldProblem, Invalid
from onewindow.handover import fill_ins
from onewindow.matters import actions, drafts
from onewindow.matters.blank import new_matter
from onewindow.matters.package import Package, assembled
from onewindow.web.i18n import N_

FROM_DRAWING = N_("由流程图导入")
FROM_PACKAGE = N_("由事项包导入")


class DraftThere(Invalid):
    status = 409
    text = "“{name}”已有未发布的草稿。要用导入的内容替换它，请勾选“替换已有草稿”后重新导入。"


async def new_from_drawing(
    tenant: int, data: bytes, asked: dict[str, Any], *, by: int, at: datetime
) -> str:
    """A new matter whose process is the drawing, whatever else it needs made as for a blank one.

    `asked` as `new_matter` takes it: key, name, department, item_type, handling. The key is given
    back. Raises Invalid, `bpmn.Unreadable`.
    """
    adopted = adopt(data)
    key = asked.pop("key")
    if await db.fetchval("select 1 from matter where tenant = $1 and key = $2", tenant, key):
        raise Invalid([FieldProblem("key", "已有代码为“{key}”的事项。", {"key": key})])
    made = await new_matter(tenant, key, asked.pop("name"), **asked)
    package = fitted(made, adopted)
    version = await actions.save_draft(tenant, package, by=by, now=at, note=str(FROM_DRAWING))
    await fill_ins.keep(version, fill_ins.of_import(adopted))
    return str(key)


async def put_into(tenant: int, key: str, data: bytes, *, by: int, at: datetime) -> None:
    """The drawing as the process of a draft there is; all else of the draft stays."""
    adopted = adopt(data)
    draft = await drafts.draft_of(tenant, key)
    await drafts.save_part(
        tenant, key, "process", adopted.xml.decode(),
        made_from=draft.etags["process"], by=by, at=at,
    )  # fmt: skip
    await fill_ins.keep(draft.id, fill_ins.of_import(adopted))


def fitted(made: Package, adopted: Adopted) -> Package:
    """A blank matter with this drawing: of its forms only the application's is kept, and nothing
    that is about its own steps."""
    apply = made.definition["apply_form"]
    definition = {**made.definition, "forms": [apply], "steps": {}, "variables": {}}
    return assembled(definition, adopted.xml.decode(), {}, {apply: made.forms[apply]})


async def take_package(tenant: int, package: Package, *, over: bool, by: int, at: datetime) -> str:
    """The package as a draft of the matter it names; its key. A draft that is there already is
    replaced only when asked (`over`). Raises DraftThere."""
    key = str(package.definition.get("key", ""))
    row = await db.fetchrow(
        "select m.name, m.current_version, v.id as draft from matter m"
        " left join matter_version v on v.matter = m.id and v.state = 'draft'"
        " where m.tenant = $1 and m.key = $2",
        tenant,
        key,
    )
    if row is not None and row["draft"] is not None and not over:
        raise DraftThere({}, name=row["name"])
    version = await actions.save_draft(
        tenant, package, by=by, now=at, note=str(FROM_PACKAGE),
        based_on=row["current_version"] if row is not None else None,
    )  # fmt: skip
    await fill_ins.keep(version, [])
    return key
