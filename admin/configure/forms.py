"""The form designer's pages and what they ask: the forms of a draft, one form, its verdicts.

/configure/matters/{key}/draft/forms          all of them: new, duplicate, other key, delete
/configure/matters/{key}/draft/forms/{form}   the designer
/api/matters/{key}/draft/forms/{form}/verdict what the server says to answers
"""

from typing import Any, Literal

from litestar import Request, Router, delete, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

import forms
from admin.configure.blocks import told as told_block
from admin.configure.studio import room
from onewindow import clock, rooms
from onewindow.errors import Invalid, NotThere
from onewindow.matters import actions, drafts, form_changes
from onewindow.matters.blocks import blocks_for
from onewindow.matters.checks import names_given
from onewindow.matters.package import MAX_FILE, Package
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.web.errors import field_messages
from onewindow.web.i18n import gettext, language
from onewindow.web.requests import field, json_field, said


@get("/configure/matters/{key:str}/draft/forms")
async def show_forms(clerk: Clerk, key: FromPath[str]) -> Template:
    """The draft's forms with the steps that use them."""
    return await _list(clerk, key)


async def _list(clerk: Actor, key: str, *, problems: dict[str, str] | None = None) -> Template:
    actions.require_configurator(clerk)
    draft = await drafts.draft_of(clerk.tenant, key)
    package = draft.package
    uses = form_changes.uses(package)
    rows = [
        {
            "key": form,
            "title": title,
            "uses": uses.get(form, []),
            "applies": form == _apply_form(package),
            "fields": len(forms.names(package.forms[form])),
        }
        for form, title in form_changes.titles(package).items()
    ]
    return await room(
        clerk, key, "", "configure/studio-forms.html",
        section="forms", draft=draft, forms=rows, problems=problems or {},
    )  # fmt: skip


@post("/configure/matters/{key:str}/draft/forms", status_code=200)
async def make_form(request: Request, clerk: Clerk, key: FromPath[str]) -> Redirect | Template:
    """A new form, empty or (`from`) made as a copy of another."""
    actions.require_configurator(clerk)
    body = await said(request)
    form, copied = field(body, "form"), field(body, "from")
    names = {"label": field(body, "name"), "labelEn": field(body, "name_en")}
    titles = {name: text for name, text in names.items() if text}

    def made(package: Package) -> Package:
        if copied and copied not in package.forms:
            raise NotThere
        empty: dict[str, Any] = {"type": "default", "schemaVersion": 19, "components": []}
        schema = {**package.forms.get(copied, empty), "id": form.replace("-", "_"), **titles}
        return form_changes.with_form(package, form, schema)

    try:
        await drafts.change(clerk.tenant, key, made, by=clerk.id, at=clock.now())
    except Invalid as invalid:
        return await _list(clerk, key, problems=field_messages(invalid.fields))
    return Redirect(f"/configure/matters/{key}/draft/forms/{form}", status_code=303)


@post("/configure/matters/{key:str}/draft/forms/{form:str}/key", status_code=200)
async def rename_form(
    request: Request, clerk: Clerk, key: FromPath[str], form: FromPath[str]
) -> Redirect | Template:
    """Another key: steps and matter.json follow."""
    actions.require_configurator(clerk)
    other = field(await said(request), "form")
    if other != form:
        try:
            await drafts.change(
                clerk.tenant,
                key,
                lambda package: form_changes.with_other_key(package, form, other),
                by=clerk.id,
                at=clock.now(),
            )
        except Invalid as invalid:
            return await _list(clerk, key, problems=field_messages(invalid.fields))
    return Redirect(f"/configure/matters/{key}/draft/forms", status_code=303)


@delete("/configure/matters/{key:str}/draft/forms/{form:str}", status_code=200)
async def drop_form(clerk: Clerk, key: FromPath[str], form: FromPath[str]) -> Redirect:
    """Steps that still name it are found by the checks."""
    actions.require_configurator(clerk)
    await drafts.drop_part(clerk.tenant, key, f"forms/{form}", by=clerk.id, at=clock.now())
    return Redirect(f"/configure/matters/{key}/draft/forms", status_code=303)


@get("/configure/matters/{key:str}/draft/forms/{form:str}")
async def design(clerk: Clerk, key: FromPath[str], form: FromPath[str]) -> Template:
    """Design one form."""
    actions.require_configurator(clerk)
    draft = await drafts.draft_of(clerk.tenant, key)
    package = draft.package
    if form not in package.forms:
        raise NotThere
    told = {
        "form": form,
        "title": form_changes.titles(package)[form],
        "applies": form == _apply_form(package),
        "steps": [
            {"id": use.step, "name": use.name, "stage": use.stage, "fields": dict(use.fields)}
            for use in form_changes.uses(package).get(form, [])
        ],
        "names": [
            {"name": name.path, "type": name.type, "label": _said(name)}
            for name in names_given(package, _apply_form(package), form)
        ],
        "today": clock.today().isoformat(),
        "blocks": [told_block(block, clerk.tenant) for block in await blocks_for(clerk.tenant)],
    }
    return await room(
        clerk, key, f"forms/{form}", "configure/studio-form.html", draft=draft, told=told
    )


@post(
    "/api/matters/{key:str}/draft/forms/{form:str}/verdict",
    status_code=200,
    request_max_body_size=2 * MAX_FILE,
)
async def judge(
    request: Request, clerk: Clerk, key: FromPath[str], form: FromPath[str]
) -> dict[str, Any]:
    """The verdict on `answers`, as a case would be given it. Optional: `schema` (else the draft's
    form), `given`, `access`, `lang`. A form that can't be used says why in `problems`."""
    actions.require_configurator(clerk)
    package = (await drafts.draft_of(clerk.tenant, key)).package
    body = await said(request)
    schema = body.get("schema") or package.forms.get(form)
    if not isinstance(schema, dict):
        raise NotThere
    answers, given = json_field(body, "answers"), json_field(body, "given")
    access = _access(json_field(body, "access"))
    lang: Literal["zh", "en"] = "en" if field(body, "lang") == "en" else "zh"
    try:
        verdict = await rooms.at_bench(
            lambda: forms.compile(schema, rooms.feel()).verdict(
                answers, given=given, access=access, lang=lang
            )
        )
    except forms.BadForm as bad:
        return {
            "problems": [
                {"path": each.path, "message": gettext(each.text, **dict(each.params))}
                for each in bad.problems
            ]
        }
    errors = [
        {"id": e.id, "path": e.path, "label": e.label, "code": e.code, "message": e.message}
        for e in verdict.errors
    ]
    return {"ok": verdict.ok, "data": verdict.data, "errors": errors}


@get("/api/matters/{key:str}/draft/forms/{form:str}/given")
async def show_given(clerk: Clerk, key: FromPath[str], form: FromPath[str]) -> dict[str, Any]:
    """Made-up answers to the other forms: what a step finds answered already."""
    actions.require_configurator(clerk)
    package = (await drafts.draft_of(clerk.tenant, key)).package
    if form == _apply_form(package):
        return {"data": {}}
    others = [schema for other, schema in package.forms.items() if other != form]
    return {"data": await rooms.at_bench(_samples, others)}


def _samples(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for schema in schemas:
        try:
            merged |= forms.sample(schema, rooms.feel(), today=clock.today())["answers"]
        except forms.BadForm:
            continue  # its own page says what is wrong with it
    return merged


def _access(wishes: dict[str, Any]) -> dict[str, forms.Access]:
    if any(wish not in ("read", "edit", "hide") for wish in wishes.values()):
        raise Invalid({"access": "应为 read、edit 或 hide。"})
    return wishes


def _apply_form(package: Package) -> str:
    return str(package.definition.get("apply_form", "apply"))


def _said(name: forms.Name) -> str:
    return name.label_en if language() == "en" and name.label_en else name.label


routes = [
    Router(
        "/",
        route_handlers=[
            show_forms, make_form, rename_form, drop_form, design, judge, show_given,
        ],
        dependencies=DEPENDENCIES,
    )
]  # fmt: skip
