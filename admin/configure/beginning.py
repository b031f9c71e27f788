"""A new matter: from the blank one, as a copy of one that is there, or from a file.

POST /api/matters  {key, name: {zh, en}, department, item_type, handling, audience?, legal_basis?,
                    copy?: {tenant, key}}  → 201 {key, number}
"""

import re
from collections.abc import Mapping
from typing import Any

from litestar import Request, Router, get, post
from litestar.response import Redirect, Template

from onewindow import clock, db
from onewindow.errors import Invalid, NotThere
from onewindow.matters import actions
from onewindow.matters.blank import new_matter
from onewindow.matters.definition import KEY
from onewindow.matters.package import Package
from onewindow.matters.words import HANDLING, ITEM_TYPES
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.tenants.queries import places
from onewindow.web.i18n import N_, gettext, language
from onewindow.web.requests import field, said
from onewindow.web.templates import page

TAKEN = frozenset({"new"})
"""Keys that are words of addresses."""

ASKED = ("key", "name", "name_en", "department", "item_type", "handling", "legal_basis", "source")


@get("/configure/matters/new")
async def show_new(clerk: Clerk) -> Template:
    """What a new matter is begun with."""
    return await _page(clerk)


@post("/configure/matters/new", status_code=200)
async def make(request: Request[Any, Any, Any], clerk: Clerk) -> Redirect | Template:
    """Begin the matter and open its drawing."""
    actions.require_configurator(clerk)
    body = await said(request)
    typed: dict[str, Any] = {name: field(body, name) for name in ASKED}
    typed["audience"] = _list(body.get("audience"))
    asked = {
        **typed,
        "name": {"zh": typed["name"], "en": typed["name_en"]},
        "copy": _source(typed["source"]),
    }
    try:
        begun = await _begin(clerk, asked)
    except Invalid as invalid:
        return await _page(clerk, typed, invalid)
    return Redirect(f"/configure/matters/{begun['key']}/draft/process", status_code=303)


@post("/api/matters", status_code=201)
async def make_by_program(request: Request[Any, Any, Any], clerk: Clerk) -> dict[str, Any]:
    """Begin a matter; it is a draft until it is published. (Routed with the rest of the API.)"""
    actions.require_configurator(clerk)
    return await _begin(clerk, await said(request))


async def _begin(clerk: Actor, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Raises Invalid naming the fields that are wrong, all at once."""
    name = asked.get("name")
    if not isinstance(name, Mapping):
        name = {"zh": str(name or ""), "en": ""}
    key = str(asked.get("key") or "") or await _free_key(clerk.tenant, str(name.get("en") or ""))
    wrong: dict[str, str] = {}
    if await _is_taken(clerk.tenant, key):
        wrong["key"] = _TAKEN
    if str(asked.get("item_type") or "licence") not in ITEM_TYPES:
        wrong["item_type"] = "请选择事项类型。"
    package = None
    try:
        package = await new_matter(
            clerk.tenant,
            key,
            {"zh": str(name.get("zh") or "")[:120], "en": str(name.get("en") or "")[:160]},
            department=str(asked.get("department") or ""),
            item_type=str(asked.get("item_type") or "licence"),
            handling=str(asked.get("handling") or "promised"),
            audience=_list(asked.get("audience")) or ["person", "organisation"],
            legal_basis=str(asked.get("legal_basis") or "")[:4000],
        )
    except Invalid as invalid:
        wrong = {**{each.field: each.text for each in invalid.fields}, **wrong}
    if wrong or package is None:
        raise Invalid(wrong)
    copied = asked.get("copy")
    if isinstance(copied, Mapping):
        package = await _copy(clerk, copied, package)
    async with db.transaction():
        # Two at once with one key: the second must not write over the first.
        await db.execute(
            "select pg_advisory_xact_lock($1, hashtext($2))", clerk.tenant, f"matter {key}"
        )
        if await _is_taken(clerk.tenant, key):
            raise Invalid({"key": _TAKEN})
        version = await actions.save_draft(clerk.tenant, package, by=clerk.id, now=clock.now())
        number = await db.fetchval("select number from matter_version where id = $1", version)
    return {"key": key, "number": number}


_TAKEN = N_("本机构已有这个代码的事项，请换一个。")


async def _is_taken(tenant: int, key: str) -> bool:
    there = "select 1 from matter where tenant = $1 and key = $2"
    return key in TAKEN or bool(await db.fetchval(there, tenant, key))


async def _copy(clerk: Actor, source: Mapping[str, Any], blank: Package) -> Package:
    """Another matter's parts under this one's key, name, department and kind. Own matters are
    copied as they stand (the draft, if there is one), those of places above as published."""
    path = (await places())[clerk.tenant].path
    version = await db.fetchval(
        "select v.id from matter m join matter_version v on v.matter = m.id"
        " where m.tenant = $1 and m.key = $2 and m.tenant = any($3)"
        " and (v.id = m.current_version or (m.tenant = $4 and v.state = 'draft'))"
        " order by v.state = 'draft' desc limit 1",
        source["tenant"] if isinstance(source.get("tenant"), int) else clerk.tenant,
        str(source.get("key") or ""),
        list(path),
        clerk.tenant,
    )
    if version is None:
        raise Invalid({"source": "要复制的事项不存在，或者还没有发布。"})
    package = await actions.package_of(version)
    own = ("key", "name", "department", "item_type", "handling")
    definition = {**package.definition, **{name: blank.definition[name] for name in own}}
    if blank.definition["guide"]["legal_basis"]:
        guide = {"legal_basis": blank.definition["guide"]["legal_basis"]}
        definition["guide"] = {**definition.get("guide", {}), **guide}
    return Package(definition, package.process, package.decisions, package.forms, package.tests)


async def _free_key(tenant: int, english: str) -> str:
    """A key of the English name, else "matter-1", "matter-2" …"""
    stem = re.sub(r"[^a-z0-9]+", "-", english.lower()).strip("-")[:50]
    rows = await db.fetch("select key from matter where tenant = $1", tenant)
    taken = {row["key"] for row in rows} | TAKEN
    if stem and KEY.fullmatch(stem) and stem not in taken:
        return stem
    stem = stem or "matter"
    return next(key for n in range(1, 100_000) if (key := f"{stem}-{n}") not in taken)


async def _page(
    clerk: Actor, typed: Mapping[str, Any] | None = None, invalid: Invalid | None = None
) -> Template:
    actions.require_configurator(clerk)
    departments = await db.fetch(
        "select key, name, name_en from department where tenant = $1 and active"
        " order by key = 'service-centre', id",
        clerk.tenant,
    )
    fresh = dict.fromkeys(ASKED, "") | {
        "handling": "promised",
        "item_type": "licence",
        "audience": ["person", "organisation"],
        "department": departments[0]["key"] if len(departments) == 1 else "",
        "source": "blank",
    }
    return page(
        "configure/new.html",
        status=422 if invalid else 200,
        typed=typed or fresh,
        problems=invalid.fields if invalid else (),
        errors={p.field: gettext(p.text, **p.params) for p in invalid.fields} if invalid else {},
        departments=[(row["key"], _named(row)) for row in departments],
        item_types=[(key, gettext(str(text))) for key, text in ITEM_TYPES.items()],
        handlings=[
            (key, gettext(str(text)), gettext(KINDS[key])) for key, text in HANDLING.items()
        ],
        sources=await _sources(clerk),
    )


KINDS = {
    "instant": N_("材料齐全的当场办结，当天送达。"),
    "promised": N_("受理后在承诺的时限内办结。"),
    "joint": N_("几个部门并联办理，一个窗口出件。"),
    "upward": N_("初审后报上级决定，再反馈申请人。"),
}
"""What each kind of handling means."""


async def _sources(clerk: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """Matters that can be copied: own ones, and published ones of each place above."""
    tree = await places()
    rows = await db.fetch(
        "select tenant, key, name, name_en from matter where tenant = any($1)"
        " and (tenant = $2 or current_version is not null) order by name",
        list(tree[clerk.tenant].path),
        clerk.tenant,
    )
    groups = []
    for place in reversed(tree.path(clerk.tenant)):
        found = [
            (f"{place.id}:{row['key']}", _named(row)) for row in rows if row["tenant"] == place.id
        ]
        if found:
            groups.append((place.named(language()), found))
    return groups


def _source(text: str) -> dict[str, Any] | None:
    """ "2:food-business" → the matter to copy; "blank" → None."""
    tenant, colon, key = text.partition(":")
    if not colon:
        return None
    if not tenant.isdigit():
        raise NotThere
    return {"tenant": int(tenant), "key": key}


def _named(row: Mapping[str, Any]) -> str:
    return str(row["name_en"] if language() == "en" and row["name_en"] else row["name"])


def _list(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str) and each]


routes = [Router("/", route_handlers=[show_new, make], dependencies=DEPENDENCIES)]
