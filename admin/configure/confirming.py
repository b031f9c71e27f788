"""What the places below ask to have confirmed: the list, and one question with its difference."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from admin.configure.previews import guide_page, typeset
from onewindow import clock, db, rooms
from onewindow.delivery.samples import sample_certificate
from onewindow.errors import Forbidden, Invalid, NotThere, Refusal
from onewindow.matters import form_changes
from onewindow.matters.actions import package_of
from onewindow.matters.definition import Definition
from onewindow.matters.difference import difference
from onewindow.matters.difference.decisions import Table, tables_in
from onewindow.matters.difference.settings import PART
from onewindow.matters.difference.whole import whole
from onewindow.matters.drafts import Draft
from onewindow.matters.drawing import drawing_in
from onewindow.matters.mending import mended
from onewindow.matters.package import Package
from onewindow.matters.sketch import sketched
from onewindow.matters.versions import Version
from onewindow.matters.words import handling_name, item_type_name
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.people.queries import office_names
from onewindow.publishing import reviews
from onewindow.tenants.queries import department_name
from onewindow.web.errors import sentence
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _
from onewindow.web.requests import field, said
from onewindow.web.templates import page
from onewindow.web.words import span_words

DONE = {
    "confirmed": N_("已确认，送审方可以发布了。"),
    "returned": N_("已退回，送审方会看到理由。"),
    "comment": N_("意见已记下，送审方会看到。"),
}


@get("/configure/reviews")
async def show_all(request: Request, clerk: Clerk) -> Template:
    """What waits for the word of the clerk's place."""
    if not clerk.is_any(*reviews.REVIEWERS):
        raise Forbidden
    rows = await reviews.waiting(clerk)
    return page(
        "configure/reviews.html",
        rows=rows,
        about_names=reviews.ABOUT,
        counts={"reviews": len(rows) or ""},
        done=DONE.get(request.query_params.get("done", ""), ""),
    )


@get("/configure/reviews/{tenant:str}/{key:str}/{number:int}")
async def show_one(
    request: Request,
    clerk: Clerk,
    tenant: FromPath[str],
    key: FromPath[str],
    number: FromPath[int],
) -> Template:
    """One question: what is asked, what is different, what was said."""
    asked = await question(clerk, tenant, key, number)
    return await _page(asked, done=request.query_params.get("done", ""))


@post("/configure/reviews/{tenant:str}/{key:str}/{number:int}", status_code=200)
async def judge(
    request: Request,
    clerk: Clerk,
    tenant: FromPath[str],
    key: FromPath[str],
    number: FromPath[int],
) -> Redirect | Template:
    """Comment on a place, return it with reasons, or confirm it (`word`)."""
    asked = await question(clerk, tenant, key, number)
    body = await said(request)
    word = field(body, "word")
    values = {"text": field(body, "text"), "place": field(body, "place")}
    try:
        if word not in ("comment", "returned", "confirmed"):
            raise Invalid({"text": N_("请选择确认、退回或者只提意见。")})
        await reviews.judge(
            clerk,
            asked["version"],
            word,  # type: ignore[arg-type]  # looked at above
            seen=field(body, "seen"),
            now=clock.now(),
            **values,
        )
    except Refusal as refusal:
        return await _page(asked, refused=refusal, values=values)
    if word == "comment":
        here = f"/configure/reviews/{tenant}/{key}/{number}?done=comment"
        return Redirect(here, status_code=303)
    return Redirect(f"/configure/reviews?done={word}", status_code=303)


@get("/configure/reviews/{tenant:str}/{key:str}/{number:int}/process", media_type="application/xml")
async def show_process(
    request: Request,
    clerk: Clerk,
    tenant: FromPath[str],
    key: FromPath[str],
    number: FromPath[int],
) -> Response[bytes]:
    """The drawing that is asked about, or that in force (`of` = before)."""
    asked = await question(clerk, tenant, key, number)
    before = request.query_params.get("of") == "before"
    version = asked["current_version"] if before else asked["version"]
    if version is None:
        raise NotThere
    package = await package_of(version)
    return Response(package.process.encode(), media_type="application/xml")


@get("/configure/reviews/{tenant:str}/{key:str}/{number:int}/guide")
async def show_guide(
    request: Request[Any, Any, Any],
    clerk: Clerk,
    tenant: FromPath[str],
    key: FromPath[str],
    number: FromPath[int],
) -> Template:
    """The guide that is asked about, as applicants will get it."""
    version = await _sketch(await question(clerk, tenant, key, number))
    address = f"/configure/reviews/{tenant}/{key}/{number}/guide"
    return await guide_page(version, address, request.query_params)


@get(
    "/configure/reviews/{tenant:str}/{key:str}/{number:int}/guide/process",
    media_type="application/xml",
)
async def show_guide_process(
    clerk: Clerk, tenant: FromPath[str], key: FromPath[str], number: FromPath[int]
) -> Response[bytes]:
    """The drawing as the guide shows it."""
    version = await _sketch(await question(clerk, tenant, key, number))
    return Response(drawing_in(version, language()), media_type="application/xml")


@get("/configure/reviews/{tenant:str}/{key:str}/{number:int}/certificates/{name:str}")
async def show_certificate(
    clerk: Clerk,
    tenant: FromPath[str],
    key: FromPath[str],
    number: FromPath[int],
    name: FromPath[str],
) -> Response[bytes]:
    """A certificate that is asked about, as a picture."""
    version = await _sketch(await question(clerk, tenant, key, number))
    return await typeset(sample_certificate(version, name))


async def _sketch(asked: Mapping[str, Any]) -> Version:
    package = await package_of(asked["version"])
    names = ("key", "number", "hash")
    told = {name: asked[name] for name in names}
    draft = Draft(
        asked["version"], asked["matter"], **told,
        based_on=None, changed_at=None, changed_by="", package=package,
    )  # fmt: skip
    return await rooms.at_bench(sketched, draft, asked["tenant"])


async def question(clerk: Actor, tenant: str, key: str, number: int) -> Mapping[str, Any]:
    """What a place below asks the clerk's about this version. Raises NotThere."""
    for row in await reviews.waiting(clerk):
        if (row["tenant_key"], row["key"], row["number"]) == (tenant, key, number):
            return row
    raise NotThere


async def _page(
    asked: Mapping[str, Any],
    *,
    refused: Refusal | None = None,
    values: Mapping[str, str] | None = None,
    done: str = "",
) -> Template:
    package = await package_of(asked["version"])
    current = asked["current_version"]
    is_other = current is not None and current != asked["version"]
    before = await package_of(current) if is_other else None
    standing = await reviews.standing(
        asked["tenant"], asked["version"], asked["hash"], cancels=asked["about"] == "cancelled"
    )
    problems = refused.fields if isinstance(refused, Invalid) else ()
    return page(
        "configure/review.html",
        status=refused.status if refused else 200,
        asked=asked,
        rows=standing.talk,
        about_names=reviews.ABOUT,
        before=await _number(current) if is_other else None,
        changes=difference(before, package, names=await office_names(asked["tenant"])),
        **({} if asked["about"] == "cancelled" else await _whole(asked, package)),
        running=await _running(asked["matter"]),
        refused=sentence(refused) if refused and not problems else "",
        opened=False,
        problems=problems,
        values={"text": "", "place": "", **(values or {})},
        done=DONE.get(done, ""),
    )


async def _whole(asked: Mapping[str, Any], package: Package) -> dict[str, Any]:
    """All of the matter: a new one has nothing to be compared with, and what a change adds is named
    by the difference, not told."""
    definition, tongue = mended(package.definition), language()
    said = whole(package, names=await office_names(asked["tenant"]))
    things = {area.part: area.things for area in said}
    uses = form_changes.uses(package)
    plans = {"certificate": definition.certificate, **definition.certificates}
    return {
        "facts": await _facts(asked, definition),
        "areas": [area for area in said if area.part == PART],
        "forms": [
            {
                "key": key,
                "title": title,
                "applies": key == definition.apply_form,
                "schema": package.forms[key],
                "steps": list(dict.fromkeys(use.name for use in uses.get(key, ()))),
                "things": things.get(f"forms/{key}", ()),
            }
            for key, title in form_changes.titles(package).items()
        ],
        "tables": [table for xml in package.decisions.values() for table in _tables(xml)],
        "certificates": {name: plan.name.in_(tongue) for name, plan in plans.items() if plan},
    }


def _tables(xml: str) -> list[Table]:
    try:
        return list(tables_in(xml).values())
    except ValueError:
        return []


async def _facts(asked: Mapping[str, Any], definition: Definition) -> list[tuple[str, str]]:
    """What a new matter is, in a few lines."""
    limits, tongue = definition.limits, language()
    basis = [each.in_(tongue) for each in definition.guide.legal_basis]
    department = await department_name(asked["tenant"], definition.department, tongue)
    return [
        (_("事项类型"), item_type_name(definition.item_type)),
        (_("办件类型"), handling_name(definition.handling)),
        (_("主管部门"), department),
        (_("承诺时限"), span_words(limits.promised)),
        (_("法定时限"), span_words(limits.statutory)),
        (_("设定依据"), "；".join(basis)),
    ]


async def _number(version: int) -> int:
    number: int = await db.fetchval("select number from matter_version where id = $1", version)
    return number


async def _running(matter: int) -> int:
    count: int = await db.fetchval(
        "select count(*) from cases where matter = $1 and closed_at is null and state <> 'draft'",
        matter,
    )
    return count


routes = [
    Router(
        "/",
        route_handlers=[
            show_all,
            show_one,
            judge,
            show_process,
            show_guide,
            show_guide_process,
            show_certificate,
        ],
        dependencies=DEPENDENCIES,
    )
]
