"""Answering a correction notice: everything it asks for on one page, handed in together."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from onewindow import clock
from onewindow.cases import verbs
from onewindow.cases.queries import CaseView, case_for
from onewindow.cases.rules import State
from onewindow.errors import FieldProblem, Invalid
from onewindow.matters.versions import version_of
from onewindow.people.access import DEPENDENCIES, Person
from onewindow.people.gate import Actor
from onewindow.portal.contents import asked_of, materials_so_far
from onewindow.portal.ways import address_of, done_at, home_of, may_write
from onewindow.web.i18n import language
from onewindow.web.requests import json_field, said
from onewindow.web.templates import page


@get("/applications/{number:str}/correction")
async def show_correction(person: Person, number: FromPath[str]) -> Template | Redirect:
    """What is to be put right, each with the means to do it."""
    case = await case_for(person, number)
    if case.state != State.CORRECTING or not may_write(person, case):
        return Redirect(home_of(person, case), status_code=303)
    return await _page(person, case)


@post("/applications/{number:str}/correction", status_code=200)
async def answer_correction(
    request: Request[Any, Any, Any], person: Person, number: FromPath[str]
) -> Redirect | Template:
    """Everything asked for has been put right. Twice is once."""
    case = await case_for(person, number)
    if case.state != State.CORRECTING:
        return Redirect(home_of(person, case), status_code=303)
    body = await said(request)
    answers = json_field(body, "answers") if "answers" in body else None
    try:
        await verbs.answer_correction(person, case, answers=answers, now=clock.now())
    except Invalid as invalid:
        return await _page(person, case, invalid.fields)
    return Redirect(done_at(person, case, "answered"), status_code=303)


async def _page(person: Actor, case: CaseView, problems: Sequence[FieldProblem] = ()) -> Template:
    version = await version_of(case.version)
    asked = await asked_of(case, version)
    materials = [each for each in await materials_so_far(case, version, asked) if each["asked"]]
    for material in materials:
        material["answered"] = (
            material["newest"] is not None and material["newest"] > asked[0].since
        )
    about_form = [each for each in asked if not each.material]
    rewritten = case.draft is not None
    open_items = sum(not each["answered"] for each in materials)
    open_items += bool(about_form) and not rewritten
    return page(
        "portal/correction.html",
        status=422 if problems else 200,
        case=case,
        number=address_of(case),
        home=home_of(person, case),
        title=version.name(language()),
        due=asked[0].due if asked else case.correction_due,
        materials=materials,
        about_form=about_form,
        rewritten=rewritten,
        open_items=open_items,
        problems=problems,
    )


routes = [
    Router("/", route_handlers=[show_correction, answer_correction], dependencies=DEPENDENCIES)
]
