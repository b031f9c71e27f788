"""Words for values that are kept as keys: what the panel shows in tables and offers in forms."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from admin.labels import TABLES
from onewindow import db, papers
from onewindow.matters.words import HANDLING, ITEM_TYPES
from onewindow.people.rules import POST_ROLES, role_name
from onewindow.tenants.queries import places
from onewindow.tenants.rules import LEVEL_NAMES, LEVELS
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _

MATTER_STATES = {
    "draft": N_("草稿"),
    "published": N_("已发布"),
    "suspended": N_("已暂停"),
    "withdrawn": N_("已撤销"),
}
CERTIFICATE_STATES = {
    "valid": N_("有效"),
    "revoked": N_("已撤销"),
    "replaced": N_("已更换"),
}
OPERATIONS = {"insert": N_("已新增"), "update": N_("已修改"), "delete": N_("已删除")}
SHOWN_PEOPLE = 2000

Choices = dict[Any, str]


async def choices_of(table: str) -> dict[str, Choices]:
    """Column → value → word, in the reader's language, for columns that hold keys."""
    match table:
        case "tenant":
            return {"level": {level: LEVEL_NAMES[level][_lang()] for level in LEVELS}}
        case "post":
            return {"role": {role: role_name(role, language()) for role in POST_ROLES}}
        case "matter":
            return {
                "item_type": _said(ITEM_TYPES),
                "handling": _said(HANDLING),
                "state": _said(MATTER_STATES),
            }
        case "matter_version":
            return {"state": _said(MATTER_STATES)}
        case "paper_text":
            return {"paper": {key: _paper_name(key) for key in _paper_titles()}}
        case "certificate":
            return {"state": _said(CERTIFICATE_STATES)}
        case "audit_entry":
            return {
                "operation": _said(OPERATIONS),
                "table": {name: _(title) for name, (_group, title) in TABLES.items()},
                "person": await _people(),
            }
    return {}


async def seen_places() -> Choices:
    """The places whose rows are in sight, one's own first."""
    tree = await places()
    scope = db.current()
    ids = scope.visible if not scope.system else tuple(place.id for place in tree)
    seen = [tree[tenant] for tenant in ids]
    seen.sort(key=lambda place: (place.id != scope.tenant, place.path))
    return {place.id: place.named(language()) for place in seen}


async def _people() -> Choices:
    rows = await db.fetch("select id, name from person order by id limit $1", SHOWN_PEOPLE)
    return {row["id"]: row["name"] for row in rows}


def _paper_name(key: str) -> str:
    """What a paper is called, and for which kind of matter where it isn't for all."""
    title = _(_paper_titles()[key])
    _paper, _dot, item_type = key.partition(".")
    return (
        _("{title}（{kind}）", title=title, kind=_(str(ITEM_TYPES[item_type])))
        if item_type
        else title
    )


@cache
def _paper_titles() -> Mapping[str, str]:
    """The papers that have a wording, and what they are called."""
    wordings = json.loads((Path(papers.__file__).parent / "wordings.json").read_text("utf-8"))
    return {key: wording["title"] for key, wording in wordings.items()}


def _said(words: Mapping[str, object]) -> Choices:
    return {key: _(str(word)) for key, word in words.items()}


def _lang() -> str:
    return "en" if language() == "en" else "zh"
