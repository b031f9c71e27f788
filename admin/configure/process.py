"""The process designer's page, and what its pickers offer: departments, posts, roles, papers.

A draft is drawn at `/configure/matters/{key}/draft/process`; a version that is frozen is looked at,
with the same properties beside it, at `/configure/matters/{key}/versions/{n}/process-view`.
"""

from typing import Any

from litestar import Request, Router, get
from litestar.params import FromPath
from litestar.response import Template

from admin.configure.studio import room
from bpmn.dialect import OPERATION_NAMES
from onewindow import db
from onewindow.delivery.wording import shipped_wordings
from onewindow.errors import NotThere
from onewindow.matters import actions, drafts
from onewindow.matters.blank import ready_forms
from onewindow.matters.checks import OPERATIONS
from onewindow.matters.form_changes import titles
from onewindow.matters.package import Package
from onewindow.people import queries as people
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.people.rules import ROLES, role_name
from onewindow.tenants.queries import places
from onewindow.web.i18n import gettext, language
from onewindow.web.templates import page

FEW = 20


@get("/configure/matters/{key:str}/draft/process")
async def design(clerk: Clerk, key: FromPath[str]) -> Template:
    """Draw the draft's process."""
    actions.require_configurator(clerk)
    draft = await drafts.draft_of(clerk.tenant, key)
    told = await _told(clerk, key, draft.package)
    return await room(
        clerk, key, "process", "configure/studio-process.html", draft=draft, told=told
    )


@get("/configure/matters/{key:str}/versions/{number:int}/process-view")
async def view(clerk: Clerk, key: FromPath[str], number: FromPath[int]) -> Template:
    """Look at a version's process with the properties of its elements; nothing can be changed."""
    actions.require_configurator(clerk)
    row = await db.fetchrow(
        "select m.key, m.name, m.name_en, v.id, v.number from matter m"
        " join matter_version v on v.matter = m.id"
        " where m.tenant = $1 and m.key = $2 and v.number = $3",
        clerk.tenant,
        key,
        number,
    )
    if row is None:
        raise NotThere
    package = await actions.package_of(row["id"])
    told = await _told(clerk, key, package)
    return page("configure/process-view.html", matter=row, told=told)


@get("/configure/matters/{key:str}/draft/process/people")
async def find_people(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Colleagues whose name or login begins with `q`: {people: [{login, name}]}."""
    actions.require_configurator(clerk)
    words = request.query_params.get("q", "").strip().lower()
    serving = await people.colleagues(clerk) if words else []
    found = [
        {"login": each.login, "name": f"{each.name}（{each.posts}）"}
        for each in serving
        if words in each.login.lower() or words in each.name.lower()
    ]
    return {"people": found[:FEW]}


async def _told(clerk: Actor, key: str, package: Package) -> dict[str, Any]:
    """What the designer's browser code is told of the draft and of the place."""
    definition = package.definition
    return {
        "matter": key,
        "forms": [[form, title] for form, title in titles(package).items()],
        "ready": {
            form: schema for form, schema in ready_forms().items() if form not in package.forms
        },
        "decisions": list(package.decisions),
        "choices": {
            **await _places_of_work(clerk),
            "roles": [[role, role_name(role, language())] for role in ROLES],
            "operations": [
                [operation, gettext(name)]
                for operation, name in OPERATION_NAMES.items()
                if operation in OPERATIONS
            ],
            "papers": _papers(definition.get("papers")),
            "certificates": _certificates(definition.get("certificates")),
            "people": f"/configure/matters/{key}/draft/process/people",
        },
    }


async def _places_of_work(clerk: Actor) -> dict[str, Any]:
    """Departments and posts by key, wherever in the tenant's tree they are: a step may be done at a
    level above or below. Names are those of the nearest place that has one."""
    tree = await places()
    root = next(iter(tree.path(clerk.tenant))).id
    rows = await db.fetch(
        "select d.key, d.name, d.name_en, x.key as post, x.name as post_name,"
        " x.name_en as post_name_en from department d"
        " join tenant t on t.id = d.tenant and t.active and $1 = any(t.path)"
        " left join post x on x.department = d.id and x.active"
        " where d.active order by d.tenant <> $2, cardinality(t.path), d.id, x.id limit 5000",
        root,
        clerk.tenant,
    )
    departments: dict[str, str] = {}
    posts: dict[tuple[str, str], str] = {}
    for row in rows:
        departments.setdefault(row["key"], _named(row["name"], row["name_en"]))
        if row["post"]:
            name = _named(row["post_name"], row["post_name_en"])
            posts.setdefault((row["key"], row["post"]), name)
    return {
        "departments": [list(each) for each in departments.items()],
        "posts": [
            {"department": department, "key": post, "name": name}
            for (department, post), name in posts.items()
        ],
    }


def _papers(own: Any) -> list[list[str]]:
    """Papers a step can yield: those every installation has, and the matter's own."""
    titles = {key: each["title"] for key, each in shipped_wordings().items() if "." not in key}
    for key, paper in own.items() if isinstance(own, dict) else ():
        title = paper.get("title") if isinstance(paper, dict) else None
        titles[key] = _title(title, titles.get(key, key))
    return [[key, gettext(title)] for key, title in titles.items()]


def _certificates(others: Any) -> list[list[str]]:
    """The certificates a step can issue by their key; the usual one needs none."""
    plans = others if isinstance(others, dict) else {}
    return [
        [key, f"{_title(plan.get('name'), key)}（{key}）"]
        for key, plan in plans.items()
        if isinstance(plan, dict)
    ]


def _title(words: Any, key: str) -> str:
    words = words if isinstance(words, dict) else {}
    return str(words.get(language()) or words.get("zh") or key)


def _named(name: str, name_en: str) -> str:
    return name_en if language() == "en" and name_en else name


routes = [Router("/", route_handlers=[design, view, find_people], dependencies=DEPENDENCIES)]
