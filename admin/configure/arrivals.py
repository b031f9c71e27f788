"""How an imported draft stands here: what changed, what the place lacks, what is to be filled in;
and one form that puts people, department and issuing office of this place in."""

from typing import Any

from litestar import Request, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from admin.configure.doors import matter_of
from bpmn.dialect import PLACES
from onewindow import clock, db
from onewindow.errors import FieldProblem, Invalid
from onewindow.handover import adoption, assigning, fill_ins
from onewindow.handover.arriving import Arrival, arrival
from onewindow.matters import drafts
from onewindow.matters.actions import findings_of, package_of
from onewindow.matters.difference import difference
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.people.queries import office_names
from onewindow.people.rules import POST_ROLES, role_name
from onewindow.web.i18n import N_, language
from onewindow.web.requests import field, said
from onewindow.web.templates import page

AT = {
    "owner": N_("事项所属机构"), "filing": N_("收件地"), "city": N_("市级"), "county": N_("县级"),
    "township": N_("乡镇级"), "village": N_("村级"),
}  # fmt: skip


@get("/configure/matters/{key:str}/draft/arrival")
async def show(clerk: Clerk, key: FromPath[str], done: str = "") -> Template:
    return await _page(clerk, key, done=done)


@post("/configure/matters/{key:str}/draft/arrival", status_code=200)
async def settle(request: Request, clerk: Clerk, key: FromPath[str]) -> Redirect | Template:
    """Write whom was chosen for each group of steps, department and issuers into the draft."""
    await matter_of(clerk, key)
    body = await said(request)
    draft = await drafts.draft_of(clerk.tenant, key)
    found = await arrival(clerk.tenant, draft.package)
    try:
        people = {who.group: _chosen(body, number) for number, who in enumerate(found.people)}
        process = assigning.reassigned(draft.package.process, people)
        tests = assigning.expecting(draft.package.tests, draft.package.process, people)
    except Invalid as refusal:
        return await _page(clerk, key, problems=refusal.fields)
    await _save(clerk, key, "process", process)
    for test, content in tests.items():
        await _save(clerk, key, f"tests/{test}", content)
    await _save(clerk, key, "definition", _definition(draft.package.definition, body, found))
    return Redirect(f"/configure/matters/{key}/draft/arrival?done=settled", status_code=303)


async def _save(clerk: Actor, key: str, part: str, content: drafts.Content) -> None:
    draft = await drafts.draft_of(clerk.tenant, key)
    if drafts.parts_of(draft.package)[part] != content:
        await drafts.save_part(
            clerk.tenant, key, part, content,
            made_from=draft.etags[part], by=clerk.id, at=clock.now(),
        )  # fmt: skip


def _chosen(body: Any, number: int) -> str:
    """What a row of the form says; "" when it was left alone."""
    terms = {word: field(body, f"{word}-{number}") for word in ("at", "department", "role", "post")}
    if terms["post"]:  # a post says department and role by itself
        terms["department"] = terms["role"] = ""
    return assigning.written(**terms)


def _definition(definition: dict[str, Any], body: Any, found: Arrival) -> dict[str, Any]:
    changed = dict(definition)
    if (department := field(body, "department")) in found.has.own:
        changed["department"] = department
    for number, (place, _name, _issuer) in enumerate(found.issuers):
        if issuer := field(body, f"issuer-{number}"):
            holder, _dot, key = place.partition(".")
            if key:
                plans = {**changed[holder], key: {**changed[holder][key], "issuer": issuer}}
                changed[holder] = plans
            else:
                changed[holder] = {**changed[holder], "issuer": issuer}
    return changed


async def _page(
    clerk: Actor, key: str, *, done: str = "", problems: tuple[FieldProblem, ...] = ()
) -> Template:
    matter = await matter_of(clerk, key)
    draft = await drafts.draft_of(clerk.tenant, key)
    found = await arrival(clerk.tenant, draft.package)
    before = await db.fetchrow(
        "select id, number from matter_version where id = $1", matter["current_version"]
    )
    changes = None
    if before is not None:
        changes = difference(
            await package_of(before["id"]), draft.package, names=await office_names(clerk.tenant)
        )
    fixed = await adoption.findings(clerk.tenant, draft.package) or []
    findings = [*fixed, *await findings_of(draft.package)]
    return page(
        "configure/arrival.html",
        status=422 if problems else 200,
        matter=matter,
        draft=draft,
        found=found,
        before=before,
        changes=changes,
        reminders=await fill_ins.left(draft.id, draft.package),
        fixed=fixed,
        errors=sum(finding.severity == "error" for finding in findings),
        places=[(key, AT[key]) for key in PLACES if key in AT],
        roles=[(role, role_name(role, language())) for role in POST_ROLES],
        problems=problems,
        done=done == "settled",
    )


routes = [Router("/", route_handlers=[show, settle], dependencies=DEPENDENCIES)]
