"""Filling in an application, step by step: form, materials, check, hand in; then following it.

The same pages serve an applicant at home and a clerk at the counter. Nothing typed is ever lost:
answers are kept as a draft while they are written.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from litestar import Request, Router, delete, get, post, put
from litestar.response import Redirect, Template

from onewindow import clock, db
from onewindow.cases import filing, queries, rules, verbs
from onewindow.cases.application import verdict_on, wanted_materials
from onewindow.cases.file_pages import file_shown
from onewindow.cases.queries import CaseView, case_for
from onewindow.cases.rules import State
from onewindow.cases.words import STATE_TONES, state_name
from onewindow.delivery.queries import certificates_of, papers_of
from onewindow.errors import FieldProblem, Invalid, NotThere
from onewindow.matters.versions import Version, version_of
from onewindow.people.access import DEPENDENCIES, Person
from onewindow.people.gate import Actor
from onewindow.portal.progress import milestones, public_events
from onewindow.settings import settings
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language
from onewindow.web.requests import field, json_field, said
from onewindow.web.templates import page

PAGE = 30


@get("/applications")
async def mine(person: Person, before: str = "") -> Template:
    """The person's own applications, newest first."""
    rows = await db.fetch(
        "select c.id, c.uid, c.receipt_number, c.state, c.updated_at, c.submitted_at, c.summary,"
        " m.name, m.name_en from cases c join matter m on m.id = c.matter"
        " where c.applicant = $1 and ($2::bigint is null or c.id < $2) order by c.id desc limit $3",
        person.id,
        int(before) if before.isdigit() else None,
        PAGE + 1,
    )
    return page(
        "portal/applications.html",
        rows=rows[:PAGE],
        older=f"/applications?before={rows[PAGE - 1]['id']}" if len(rows) > PAGE else None,
        state_name=state_name,
        tone=STATE_TONES.get,
    )


@get("/applications/{number:str}")
async def show(person: Person, number: str) -> Template:
    """A draft's task list, or where a submitted application stands."""
    case = await case_for(person, number)
    version = await version_of(case.version)
    if case.state == State.DRAFT:
        return await _task_list(person, case, version)
    _require_own(person, case)
    corrections = await db.fetch(
        "select items, due from correction where case_id = $1 and answered_at is null", case.id
    )
    return page(
        "portal/progress.html",
        case=case,
        version=version,
        title=version.name(language()),
        state=state_name(case.state),
        tone=STATE_TONES[State(case.state)],
        milestones=milestones(case),
        events=await public_events(case, version),
        corrections=[{**dict(row), "items": orjson.loads(row["items"])} for row in corrections],
        papers=await papers_of(case.id),
        certificates=await certificates_of(case.id),
        password=rules.query_password(settings.secret, case.receipt_number),
        may_withdraw=State(case.state) in rules.BEFORE_ACCEPTANCE | rules.UNDER_WAY,
        refusal=await db.fetchrow(
            "select reasons, legal_basis from refusal where case_id = $1 limit 1", case.id
        ),
    )


@get("/applications/{number:str}/form")
async def show_form(person: Person, number: str) -> Template:
    """The application form, with what was filled in so far."""
    case = await case_for(person, number)
    version = await version_of(case.version)
    return await _form_page(person, case, version, await _answers(case, version), [])


@put("/applications/{number:str}/answers")
async def autosave(request: Request, person: Person, number: str) -> dict[str, Any]:
    """Keep half-filled answers (JSON: answers, revision). Answers with the new revision."""
    case = await case_for(person, number)
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
async def fill(request: Request, person: Person, number: str) -> Redirect | Template:
    """Keep the answers; go on to the materials if they are complete, or stop here for now."""
    case = await case_for(person, number)
    version = await version_of(case.version)
    body = await said(request)
    answers = json_field(body, "answers")
    if case.state == State.CORRECTING:
        return await _fill_correction(person, case, version, answers)
    try:
        await filing.save_draft(
            person, case, answers=answers, revision=case.draft_revision, now=clock.now()
        )
        if field(body, "then") == "later":
            return Redirect(f"/applications/{case.uid}", status_code=303)
        verdict_on(version, answers)
    except Invalid as invalid:
        return await _form_page(person, case, version, answers, invalid.fields)
    wanted = wanted_materials(version, answers)
    to = "materials" if any(not m.shared for m in wanted) else "check"
    return Redirect(f"/applications/{case.uid}/{to}", status_code=303)


@get("/applications/{number:str}/materials")
async def show_materials(person: Person, number: str) -> Template:
    """Upload what the application needs."""
    case = await case_for(person, number)
    version = await version_of(case.version)
    answers = await _answers(case, version)
    return page(
        "portal/materials.html",
        case=case,
        number=case.receipt_number or case.uid,
        title=version.name(language()),
        materials=await _materials(case, version, answers),
        correcting=case.state == State.CORRECTING,
        steps=_steps("materials"),
    )


@get("/applications/{number:str}/check")
async def show_check(person: Person, number: str) -> Template:
    """Everything on one page, before it is handed in."""
    case = await case_for(person, number)
    version = await version_of(case.version)
    return await _check_page(case, version, [])


@post("/applications/{number:str}/submission", status_code=200)
async def submit(request: Request, person: Person, number: str) -> Redirect | Template:
    """Hand the application in."""
    case = await case_for(person, number)
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
async def show_receipt(person: Person, number: str) -> Template:
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
    )


@post("/applications/{number:str}/correction", status_code=200)
async def answer_correction(request: Request, person: Person, number: str) -> Redirect:
    """Everything asked for has been put right."""
    case = await case_for(person, number)
    body = await said(request)
    answers = json_field(body, "answers") if "answers" in body else None
    await verbs.answer_correction(person, case, answers=answers, now=clock.now())
    return Redirect(_home_of(person, case), status_code=303)


@post("/applications/{number:str}/withdrawal", status_code=200)
async def withdraw(request: Request, person: Person, number: str) -> Redirect:
    """Take the application back: `why`."""
    case = await case_for(person, number)
    body = await said(request)
    await verbs.withdraw(person, case, why=field(body, "why"), now=clock.now())
    return Redirect(_home_of(person, case), status_code=303)


@delete("/applications/{number:str}", status_code=200)
async def discard(person: Person, number: str) -> Redirect:
    """Throw a draft away."""
    case = await case_for(person, number)
    await filing.discard_draft(person, case)
    return Redirect("/counter" if person.is_staff else "/applications", status_code=303)


async def _task_list(person: Actor, case: CaseView, version: Version) -> Template:
    answers = await _answers(case, version)
    filled = version.form(version.definition.apply_form).verdict(dict(answers)).ok
    materials = await _materials(case, version, answers)
    lacking = [m for m in materials if m["required"] and not m["files"]]
    return page(
        "portal/draft.html",
        case=case,
        title=version.name(language()),
        filled=filled,
        begun=bool(answers),
        asks=bool(materials),
        lacking=len(lacking),
        ready=filled and not lacking,
    )


async def _form_page(
    person: Actor,
    case: CaseView,
    version: Version,
    answers: Mapping[str, Any],
    problems: Any,
) -> Template:
    apply = version.definition.apply_form
    if not answers and person.is_applicant:
        answers = _known(version, person)
    return page(
        "portal/form.html",
        status=422 if problems else 200,
        case=case,
        number=case.receipt_number or case.uid,
        title=version.name(language()),
        schema=version.schemas[apply],
        answers=answers,
        problems=problems,
        correcting=case.state == State.CORRECTING,
        steps=_steps("form"),
    )


async def _fill_correction(
    person: Actor, case: CaseView, version: Version, answers: Mapping[str, Any]
) -> Redirect | Template:
    try:
        await verbs.answer_correction(person, case, answers=answers, now=clock.now())
    except Invalid as invalid:
        return await _form_page(person, case, version, answers, invalid.fields)
    return Redirect(_home_of(person, case), status_code=303)


async def _check_page(case: CaseView, version: Version, problems: Any) -> Template:
    answers = await _answers(case, version)
    return page(
        "portal/check.html",
        status=422 if problems else 200,
        case=case,
        number=case.receipt_number or case.uid,
        title=version.name(language()),
        rows=version.form(version.definition.apply_form).render(dict(answers)),
        materials=await _materials(case, version, answers),
        problems=problems,
        steps=_steps("check"),
    )


async def _answers(case: CaseView, version: Version) -> dict[str, Any]:
    """The draft's answers, or those last handed in."""
    if case.state == State.DRAFT:
        return dict(orjson.loads(case.draft or "{}"))
    return (await queries.answers_of(case.id)).get(version.definition.apply_form, {})


async def _materials(
    case: CaseView, version: Version, answers: Mapping[str, Any]
) -> list[dict[str, Any]]:
    uploaded = await queries.materials_of(case.id)
    lang = language()
    return [
        {
            "key": material.key,
            "name": material.name.in_(lang),
            "required": material.necessity == "required" and not material.shared,
            "shared": material.shared,
            "deferrable": material.necessity == "deferrable",
            "standard": material.standard.in_(lang) if material.standard else "",
            "notes": material.notes.in_(lang) if material.notes else "",
            "types": list(material.types),
            "max_mb": material.max_mb,
            "max_files": material.max_files,
            "files": [
                file_shown(case.row, row, may_remove=True)
                for row in uploaded
                if row["material"] == material.key
            ],
        }
        for material in wanted_materials(version, answers)
    ]


def _known(version: Version, person: Actor) -> dict[str, Any]:
    """What the platform knows of the applicant already, in the form's own fields."""
    holder = version.definition.holder
    known: dict[str, Any] = {}
    for path, value in (
        (holder.name, person.name),
        (holder.id_number, person.id_number),
        (holder.phone, person.phone),
    ):
        if path and "." not in path and value:
            known[path] = value
    return known


def _steps(here: str) -> list[tuple[str, str]]:
    names = [("form", _("填写")), ("materials", _("材料")), ("check", _("核对并提交"))]
    at = [key for key, _name in names].index(here)
    return [
        (name, "done" if k < at else "current" if k == at else "todo")
        for k, (_key, name) in enumerate(names)
    ]


def _home_of(person: Actor, case: CaseView) -> str:
    """Where a person follows a case: staff on the case page, applicants on their own."""
    number = case.receipt_number or case.uid
    return f"/cases/{number}" if person.is_staff else f"/applications/{number}"


def _require_own(person: Actor, case: CaseView) -> None:
    if case.applicant != person.id and not person.is_staff:
        raise NotThere


routes = [
    Router(
        "/",
        route_handlers=[
            mine,
            show,
            show_form,
            autosave,
            fill,
            show_materials,
            show_check,
            submit,
            show_receipt,
            answer_correction,
            withdraw,
            discard,
        ],
        dependencies=DEPENDENCIES,
    )
]
