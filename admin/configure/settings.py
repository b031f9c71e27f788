"""A matter's other parts as forms: matter.json, a section a page, and what the forms have to know.

The forms themselves are in admin/studio/src/studio/settings; they edit the draft's part
"definition" through the API as every editor does. Here is what surrounds it: departments, fields of
the forms, the drawing's steps and variables, papers with their wordings and placeholders.
"""

from typing import Any

import orjson
from litestar import Request, Router, get
from litestar.params import FromPath
from litestar.response import Redirect, Template
from lxml import etree  # type: ignore[import-untyped]

import bpmn
import forms
from admin.configure import studio
from bpmn import paths, safexml
from bpmn.dialect import BPMN
from onewindow import clock, db, rooms
from onewindow.delivery.samples import next_number
from onewindow.delivery.wording import PLACEHOLDERS, shipped_wordings, wordings_of
from onewindow.errors import NotThere
from onewindow.matters import actions, drafts
from onewindow.matters.contact import contact_of
from onewindow.matters.definition import Definition
from onewindow.matters.package import Package
from onewindow.matters.samples import sample_answers
from onewindow.matters.sketch import sketched
from onewindow.matters.versions import without_item
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.tenants.queries import settings_of, tenant_by_id
from onewindow.web.i18n import gettext, language


@get("/configure/matters/{key:str}/draft/settings")
async def begin(clerk: Clerk, key: FromPath[str]) -> Redirect:
    """To the first section."""
    return Redirect(f"/configure/matters/{key}/draft/settings/basics", status_code=303)


@get("/configure/matters/{key:str}/draft/settings/{section:str}")
async def show_section(clerk: Clerk, key: FromPath[str], section: FromPath[str]) -> Template:
    """One section of the settings."""
    if section not in studio.SETTINGS:
        raise NotThere
    actions.require_configurator(clerk)
    draft = await drafts.draft_of(clerk.tenant, key)
    around = await surroundings(clerk, draft)
    return await studio.room(
        clerk,
        key,
        "definition",
        "configure/settings.html",
        section=section,
        draft=draft,
        heading=studio.SETTINGS[section],
        around=around,
    )


@get("/api/matters/{key:str}/draft/surroundings")
async def show_surroundings(clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """What the forms have to know; asked again when another part was changed meanwhile."""
    actions.require_configurator(clerk)
    return await surroundings(clerk, await drafts.draft_of(clerk.tenant, key))


@get("/api/matters/{key:str}/materials")
async def show_materials(clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """The materials of one of the tenant's matters, to be taken over into another: those of its
    draft, else of the version in force."""
    actions.require_configurator(clerk)
    row = await db.fetchrow(
        "select v.definition -> 'materials' as materials from matter m"
        " join matter_version v on v.matter = m.id"
        " where m.tenant = $1 and m.key = $2 and (v.state = 'draft' or v.id = m.current_version)"
        " order by v.state = 'draft' desc limit 1",
        clerk.tenant,
        key,
    )
    if row is None:
        raise NotThere
    return {"materials": orjson.loads(row["materials"] or "[]")}


@get("/api/certificate-numbers")
async def show_next_number(request: Request[Any, Any, Any], clerk: Clerk) -> dict[str, str]:
    """What the first three numbers after `?pattern=` would be today; "" for a broken pattern."""
    actions.require_configurator(clerk)
    region = (await tenant_by_id(clerk.tenant)).region_code
    pattern = request.query_params.get("pattern", "")[:80]
    try:
        numbers = [next_number(pattern, region, serial) for serial in (1, 2, 3)]
    except ValueError:
        return {"next": ""}
    return {"next": (", " if language() == "en" else "、").join(numbers)}


async def surroundings(clerk: Actor, draft: drafts.Draft) -> dict[str, Any]:
    """Departments, fields, steps, variables, papers: what texts and pickers refer to."""
    tenant = await tenant_by_id(clerk.tenant)
    departments = await db.fetch(
        "select key, name, name_en from department where tenant = $1 and active order by id",
        clerk.tenant,
    )
    others = await db.fetch(
        "select key, name, name_en from matter where tenant = $1 and key <> $2 order by name",
        clerk.tenant,
        draft.key,
    )
    version = await rooms.at_bench(sketched, draft, clerk.tenant)
    version.definition = version.definition.model_copy(update={"papers": {}})
    # As they are without the matter's own.
    papers = [name for name in shipped_wordings() if "." not in name]
    wordings = {
        paper: {"name": gettext(found["title"]), "title": found["title"], "body": found["body"]}
        for paper, found in (await wordings_of(clerk.tenant, papers, version)).items()
    }
    return {
        "tenant": {"name": tenant.name, "region": tenant.region_code},
        "today": clock.today().isoformat(),
        "departments": [dict(row) for row in departments],
        "matters": [dict(row) for row in others],
        "wordings": wordings,
        "usual": await _usual(version.definition, clerk.tenant),
        "placeholders": [
            {"name": name, "label": gettext(label)} for name, label in PLACEHOLDERS.items()
        ],
        **await rooms.at_bench(_of_package, draft.package),
    }


async def _usual(definition: Definition, tenant: int) -> dict[str, str]:
    """What stands where the matter says nothing: the department's and the place's own."""
    silent = {"place": None, "hours": None, "phone": "", "complaint_phone": ""}
    guide = definition.guide.model_copy(update=silent)
    contact = await contact_of(definition.model_copy(update={"guide": guide}), tenant, tenant)
    limits = (await settings_of(tenant)).limits
    return {
        **{name: getattr(contact, name) for name in silent},
        "acceptance": limits["acceptance"],
        "correction": limits["correction"],
    }


def _of_package(package: Package) -> dict[str, Any]:
    """Fields of the forms, steps and variables of the drawing, the longest way through it."""
    around: dict[str, Any] = {
        "fields": {key: _fields(schema) for key, schema in package.forms.items()},
        "sample": sample_answers(package.forms),
        "elements": [],
        "variables": [],
        "way": None,
    }
    try:
        drawing = bpmn.read(package.process.encode())
    except bpmn.Unreadable:
        return around
    around["elements"] = [
        {"id": each.get("id"), "name": each.get("name"), "tag": etree.QName(each).localname}
        for each in safexml.parse(package.process.encode()).iter(f"{{{BPMN}}}*")
        if each.get("name") and each.get("id") and not str(each.tag).endswith("}process")
    ]
    around["variables"] = [{"name": n, "type": kind} for n, kind in drawing.variables.items()]
    way = paths.longest(drawing)
    written = package.definition.get("steps")
    names = written if language() == "en" and isinstance(written, dict) else {}
    around["way"] = {
        "days": float(way.days),
        "legs": [
            {
                "name": without_item(str(names.get(leg.element, leg.name))),
                "days": None if leg.days is None else float(leg.days),
            }
            for leg in way.legs
        ],
    }
    return around


def _fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        form = forms.compile(forms.in_language(schema, language()), rooms.feel())
    except forms.BadForm:
        return []
    return [
        {"path": each.path, "label": each.label, "type": each.type, "list": each.list}
        for each in form.fields
    ]


routes = [
    Router(
        "/",
        route_handlers=[begin, show_section, show_surroundings, show_materials, show_next_number],
        dependencies=DEPENDENCIES,
    )
]
