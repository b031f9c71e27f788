"""The studio's frame: one full window around every editor of a draft.

A page of the studio calls `room(...)` with its template, which extends `configure/studio.html` and
fills `{% block studio %}`; its entry in admin/studio/src/entries starts the shell
(`src/studio/shell.js`), which loads, saves, and shows who else is here and what is to be mended.
"""

import re
from html import unescape
from typing import Any

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Redirect, Template

from onewindow import db
from onewindow.errors import NotThere
from onewindow.matters import actions, drafts
from onewindow.matters.form_changes import titles
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.web.i18n import N_
from onewindow.web.templates import page

SETTINGS = {
    "basics": N_("事项信息"),
    "materials": N_("申请材料"),
    "limits": N_("办理时限"),
    "fees": N_("收费"),
    "guide": N_("办事指南"),
    "papers": N_("文书与证照"),
}
"""Sections of matter.json, each a page of its own under settings/."""


async def room(
    clerk: Actor,
    key: str,
    part: str,
    template: str,
    *,
    section: str = "",
    draft: drafts.Draft | None = None,
    **context: Any,
) -> Template:
    """The page of an editor in the frame. `part` is the draft's part it edits ("" for none);
    `section` tells pages apart that edit the same part, or none ("materials", "tests", "play");
    `draft` is the draft where the page has read it already, which may be large.

    The template finds `draft`, `matter` (key, name, name_en, state), `address` (of the draft),
    `api` (of its JSON) and whatever is in `context`. Raises NotThere for a matter without a draft.
    """
    actions.require_configurator(clerk)
    draft = draft or await drafts.draft_of(clerk.tenant, key)
    matter = await db.fetchrow(
        "select id, key, name, name_en, state, current_version from matter where id = $1",
        draft.matter,
    )
    address = f"/configure/matters/{key}/draft"
    return page(
        template,
        matter=matter,
        draft=draft,
        part=part,
        section=section,
        address=address,
        api=f"/api/matters/{key}/draft",
        rail=_rail(draft, address, part, section),
        **context,
    )


def _rail(draft: drafts.Draft, address: str, part: str, section: str) -> list[dict[str, Any]]:
    """The parts as links in groups; `counts` names the findings that are counted beside one."""

    def link(name: Any, to: str, icon: str, counts: str, here: bool) -> dict[str, Any]:
        href = f"{address}/{to}"
        return {"name": name, "href": href, "icon": icon, "counts": counts, "here": here}

    forms = [
        link(title, f"forms/{key}", "forms", f"forms/{key}", part == f"forms/{key}")
        for key, title in titles(draft.package).items()
    ]
    tables = [
        link(_title(dmn, key), place, "table", place, part == place)
        for key, dmn in draft.package.decisions.items()
        for place in [f"decisions/{key}"]
    ]
    settings = [
        link(name, f"settings/{key}", _ICONS[key], f"definition/{key}", section == key)
        for key, name in SETTINGS.items()
    ]
    return [
        {
            "name": N_("流程"),
            "links": [
                link(N_("流程图"), "process", "sitemap", "process", part == "process"),
                *tables,
            ],
            "adds": [(N_("新建决策表"), f"{address}/decisions")],
        },
        {
            "name": N_("表单"),
            "links": forms,
            "adds": [(N_("新建表单"), f"{address}/forms")],
        },
        {"name": N_("事项"), "links": settings, "adds": []},
        {
            "name": N_("验证"),
            "links": [
                link(N_("试运行"), "play", "player-play", "", section == "play"),
                link(N_("测试"), "tests", "test-pipe", "tests", section == "tests"),
            ],
            "adds": [],
        },
    ]


def _title(dmn: str, key: str) -> str:
    """What a decision table calls itself; drafts may be wrong, so it isn't parsed."""
    found = re.search(r'<(?:\w+:)?decision\b[^>]*?\bname="([^"]+)"', dmn)
    return unescape(found[1]) if found else key


# icons: sitemap forms table test-pipe player-play id files clock coin-yuan book certificate
_ICONS = {
    "basics": "id",
    "materials": "files",
    "limits": "clock",
    "fees": "coin-yuan",
    "guide": "book",
    "papers": "certificate",
}


@get("/configure/matters/{key:str}/draft")
async def show_draft(clerk: Clerk, key: FromPath[str]) -> Redirect:
    """To where work on a draft begins."""
    actions.require_configurator(clerk)
    if not await db.fetchval(
        "select 1 from matter m join matter_version v on v.matter = m.id"
        " where m.tenant = $1 and m.key = $2 and v.state = 'draft'",
        clerk.tenant,
        key,
    ):
        raise NotThere
    return Redirect(f"/configure/matters/{key}/draft/process", status_code=303)


routes = [Router("/", route_handlers=[show_draft], dependencies=DEPENDENCIES)]
