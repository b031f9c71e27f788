"""Filling in an application, step by step: form, materials, check, hand in.

The same pages serve an applicant at home, a clerk at the counter and a village agent. Nothing typed
is ever lost: answers are kept as a draft while they are written. A correction is written on the
same pages; see `corrections`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Router, get, post, put
from litestar.params import FromPath
from litestar.response import Redirect, Template

from forms import FieldError
from onewindow import clock
from onewindow.cases import filing, rules
from onewindow.cases.application import wanted_materials
from onewindow.cases.filing import DraftChanged
from onewindow.cases.queries import CaseView, case_for
from onewindow.cases.rules import State
from onewindow.delivery.queries import papers_of
from onewindow.errors import FieldProblem, Forbidden, Invalid, NotThere, Refusal
from onewindow.matters.contact import contact_of
from onewindow.matters.versions import Version, version_of
from onewindow.people.access import DEPENDENCIES, Person
from onewindow.people.gate import Actor
from onewindow.portal.contents import Asked, answers_so_far, asked_of, materials_so_far
from onewindow.portal.ways import address_of, form_language, home_of, may_write
from onewindow.settings import settings
from onewindow.web.errors import field_messages
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language
from onewindow.web.requests import field, json_field, said
from onewindow.web.templates import page


class NoLongerOpen(Refusal):
    text = "这份申请已经提交，刚才的修改没有保存。"
    advice = "需要补正时，窗口会一次性告知。"


@get("/applications/{number:str}/form")
async def show_form(person: Person, number: FromPath[str]) -> Template | Redirect:
    """The application form, with what was filled in so far."""
    case = await case_for(person, number)
    if not may_write(person, case):
        return Redirect(home_of(person, case), status_code=303)
    version = await version_of(case.version)
    return await _form_page(person, case, version, await answers_so_far(case, version))


@put("/applications/{number:str}/answers")
async def autosave(
    request: Request[Any, Any, Any], person: Person, number: FromPath[str]
) -> dict[str, Any]:
    """Keep half-filled answers (JSON: answers, revision). Answers with the new revision."""
    case = await case_for(person, number)
    if not may_write(person, case):
        raise NoLongerOpen
    body = await said(request)
    revision = body.get("revision")
    saved = await filing.save_draft(
        person,
        case,
        answers=json_field(body, "answers"),
        revision=revision if isinstance(revision, int) else case.draft_revision,
        now=clock.now(),
    )
    return {"revision": saved}


@post("/applications/{number:str}/form", status_code=200)
async def fill(
    request: Request[Any, Any, Any], person: Person, number: FromPath[str]
) -> Redirect | Template:
    """Keep the answers; go on to the materials if they are complete, or stop here for now.

    A page older than the draft changes nothing: it comes back with what was typed, says so, and
    takes the next press of the button as "mine counts".
    """
    case = await case_for(person, number)
    if not may_write(person, case):
        return Redirect(home_of(person, case), status_code=303)
    version = await version_of(case.version)
    body = await said(request)
    answers = json_field(body, "answers")
    revision = field(body, "revision")
    try:
        await filing.save_draft(
            person,
            case,
            answers=answers,
            revision=int(revision) if revision.isdecimal() else case.draft_revision,
            now=clock.now(),
        )
    except Invalid as invalid:
        # Not even as a draft: what can't be such an answer at all. What was kept before stays.
        errors = [
            FieldError(p.field, p.field, p.label, "", p.message, {}, "") for p in invalid.fields
        ]
        return await _form_page(person, case, version, answers, errors)
    except DraftChanged:
        newest = await case_for(person, number)
        return await _form_page(person, newest, version, answers, stale=True)
    if field(body, "then") == "later":
        return Redirect(f"/applications/{address_of(case)}", status_code=303)
    verdict = version.form(version.definition.apply_form).verdict(answers, lang=form_language())
    if not verdict.ok:
        newest = await case_for(person, number)
        return await _form_page(person, newest, version, answers, verdict.errors)
    if case.state == State.CORRECTING:
        return Redirect(f"/applications/{address_of(case)}/correction", status_code=303)
    wanted = wanted_materials(version, answers)
    to = "materials" if any(not m.shared for m in wanted) else "check"
    return Redirect(f"/applications/{address_of(case)}/{to}", status_code=303)


@get("/applications/{number:str}/materials")
async def show_materials(person: Person, number: FromPath[str]) -> Template | Redirect:
    """Upload what the application needs."""
    case = await case_for(person, number)
    if not may_write(person, case):
        return Redirect(home_of(person, case), status_code=303)
    version = await version_of(case.version)
    asked = await asked_of(case, version)
    return page(
        "portal/materials.html",
        case=case,
        number=address_of(case),
        title=version.name(language()),
        materials=await materials_so_far(case, version, asked),
        correcting=case.state == State.CORRECTING,
        steps=_steps("materials"),
    )


@get("/applications/{number:str}/check")
async def show_check(person: Person, number: FromPath[str]) -> Template | Redirect:
    """Everything on one page, before it is handed in."""
    case = await case_for(person, number)
    if case.state != State.DRAFT:
        return Redirect(home_of(person, case), status_code=303)
    return await _check_page(case, await version_of(case.version), [])


@post("/applications/{number:str}/submission", status_code=200)
async def submit(
    request: Request[Any, Any, Any], person: Person, number: FromPath[str]
) -> Redirect | Template:
    """Hand the application in. Twice is once: the second time leads to the receipt."""
    case = await case_for(person, number)
    if case.state != State.DRAFT:
        return Redirect(f"/applications/{address_of(case)}/receipt", status_code=303)
    if not may_write(person, case):
        raise Forbidden
    version = await version_of(case.version)
    body = await said(request)
    if field(body, "truthful") != "yes":
        problem = FieldProblem("truthful", "请确认所填内容真实、材料有效。")
        return await _check_page(case, version, [problem])
    try:
        receipt = await filing.submit(person, case, now=clock.now())
    except Invalid as invalid:
        return await _check_page(case, version, invalid.fields)
    return Redirect(f"/applications/{receipt}/receipt", status_code=303)


@get("/applications/{number:str}/receipt")
async def show_receipt(person: Person, number: FromPath[str]) -> Template:
    """The receipt number and the password for following it without signing in."""
    case = await case_for(person, number)
    if not case.receipt_number:
        raise NotThere
    version = await version_of(case.version)
    return page(
        "portal/receipt.html",
        case=case,
        title=version.name(language()),
        password=rules.query_password(settings.secret, case.receipt_number),
        limits=version.definition.limits,
        paper=next((p for p in await papers_of(case.id) if p["paper"] == "receipt"), None),
        contact=await contact_of(version.definition, case.tenant, case.filed_at),
        address=settings.public_url,
        home=home_of(person, case),
    )


async def _form_page(
    person: Actor,
    case: CaseView,
    version: Version,
    answers: Mapping[str, Any],
    errors: Sequence[FieldError] = (),
    *,
    stale: bool = False,
) -> Template:
    if person.is_applicant and case.state == State.DRAFT:
        # What was emptied on purpose stays empty; only what was never answered is filled in.
        answers = {**_known(version, person), **answers}
    asked = [each for each in await asked_of(case, version) if not each.material]
    return page(
        "portal/form.html",
        status=409 if stale else 422 if errors else 200,
        case=case,
        number=address_of(case),
        title=version.name(language()),
        schema=version.schemas[version.definition.apply_form],
        answers=answers,
        revision=case.draft_revision,
        problems=[
            {"id": each.id, "path": each.path, "label": each.label, "message": each.message}
            for each in (errors or _marked(version, asked))
        ],
        stale=stale,
        correcting=case.state == State.CORRECTING,
        asked=asked,
        steps=_steps("form"),
    )


async def _check_page(
    case: CaseView, version: Version, problems: Sequence[FieldProblem]
) -> Template:
    answers = await answers_so_far(case, version)
    form = version.form(version.definition.apply_form)
    verdict = form.verdict(answers, lang=form_language())
    materials = await materials_so_far(case, version)
    return page(
        "portal/check.html",
        status=422 if problems else 200,
        case=case,
        number=address_of(case),
        title=version.name(language()),
        # What a condition hides isn't part of the application: judged data leaves it out.
        sections=form.sections(verdict.data if verdict.ok else answers, form_language()),
        filled=verdict.ok,
        lacking=[each for each in materials if each["required"] and not each["files"]],
        materials=materials,
        problems=problems,
        errors=field_messages(list(problems)),
        # Also after a refusal: the address it was sent to can't be opened.
        path=f"/applications/{address_of(case)}/check",
        steps=_steps("check"),
    )


def _marked(version: Version, asked: Sequence[Asked]) -> list[FieldError]:
    """What a correction asks of particular fields, shown at them as a verdict would be."""
    questions = version.form(version.definition.apply_form).questions(form_language())
    return [
        FieldError(question.id, question.path, question.label, "asked", each.text, {}, "")
        for each in asked
        if (question := questions.get(each.field)) is not None
    ]


def _known(version: Version, person: Actor) -> dict[str, Any]:
    """What the platform knows of the applicant already, in the form's own fields.

    A form that asks for a credit code is about a firm: then only the telephone is theirs.
    """
    holder = version.definition.holder
    types = {field.path: field.type for field in version.form(version.definition.apply_form).fields}
    known: dict[str, Any] = {holder.phone: person.phone}
    if types.get(holder.id_number) == "idnumber":
        known |= {holder.name: person.name, holder.id_number: person.id_number}
    return {path: value for path, value in known.items() if path in types and value}


def _steps(here: str) -> list[tuple[str, str]]:
    names = [("form", _("填写")), ("materials", _("材料")), ("check", _("核对并提交"))]
    at = [key for key, _name in names].index(here)
    return [
        (name, "done" if k < at else "current" if k == at else "todo")
        for k, (_key, name) in enumerate(names)
    ]


routes = [
    Router(
        "/",
        route_handlers=[
            show_form,
            autosave,
            fill,
            show_materials,
            show_check,
            submit,
            show_receipt,
        ],
        dependencies=DEPENDENCIES,
    )
]
