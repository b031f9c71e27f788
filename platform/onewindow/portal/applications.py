"""The applicant's own applications: the list, a draft's task list, where a case stands."""

from typing import Any

from litestar import Request, Router, delete, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from onewindow import clock, db
from onewindow.cases import filing, rules, verbs
from onewindow.cases.queries import CaseView, case_for, may_withdraw
from onewindow.cases.rules import State
from onewindow.cases.words import STATE_TONES, state_name
from onewindow.delivery.queries import certificates_of, papers_of
from onewindow.errors import FieldProblem, NotThere
from onewindow.matters.contact import contact_of
from onewindow.matters.versions import Version, version_of
from onewindow.people.access import DEPENDENCIES, Person
from onewindow.people.gate import Actor
from onewindow.portal.contents import answers_so_far, asked_of, materials_so_far
from onewindow.portal.progress import milestones, outlook, public_events, steps_now
from onewindow.portal.ways import DONE, address_of, done_at, home_of, may_write
from onewindow.settings import settings
from onewindow.tenants.queries import places
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language
from onewindow.web.requests import field, said
from onewindow.web.templates import page

PAGE = 30

_YOURS = (State.DRAFT, State.CORRECTING)
_SHOWN = {
    "": tuple(State),
    "yours": _YOURS,
    "running": tuple(set(State) - set(_YOURS) - rules.OVER),
    "over": tuple(rules.OVER),
}


@get("/applications")
async def mine(
    person: Person, show: FromQuery[str] = "", before: FromQuery[str] = ""
) -> Template | Redirect:
    """The person's own applications, newest first; `show`: yours | running | over."""
    if person.is_staff:
        return Redirect("/counter")
    chosen = show if show in _SHOWN else ""
    rows = await db.fetch(
        "select c.id, c.uid, c.receipt_number, c.state, c.updated_at, c.submitted_at, c.summary,"
        " c.correction_due, c.promised_due, m.name, m.name_en from cases c"
        " join matter m on m.id = c.matter where c.applicant = $1 and c.state = any($2)"
        " and ($3::bigint is null or c.id < $3) order by c.id desc limit $4",
        person.id,
        [str(state) for state in _SHOWN[chosen]],
        int(before) if before.isdecimal() and len(before) < 16 else None,
        PAGE + 1,
    )
    counted = await db.fetch(
        "select state, count(*) from cases where applicant = $1 group by state", person.id
    )
    counts = {row["state"]: row["count"] for row in counted}
    more = len(rows) > PAGE
    return page(
        "portal/applications.html",
        rows=rows[:PAGE],
        older=f"/applications?show={chosen}&before={rows[PAGE - 1]['id']}" if more else None,
        first=not before,
        show=chosen,
        counts={key: sum(counts.get(s, 0) for s in states) for key, states in _SHOWN.items()},
        state_name=state_name,
        tone=STATE_TONES.get,
    )


@get("/applications/{number:str}")
async def show(
    person: Person, number: FromPath[str], done: FromQuery[str] = ""
) -> Template | Redirect:
    """A draft's task list, or where a submitted application stands; `done`: what was just done."""
    case = await case_for(person, number)
    version = await version_of(case.version)
    if case.state == State.DRAFT:
        return await _task_list(person, case, version)
    if person.is_staff:
        return Redirect(home_of(person, case))
    return await _progress_page(person, case, version, DONE.get(done))


@get("/applications/{number:str}/withdrawal")
async def ask_withdrawal(person: Person, number: FromPath[str]) -> Template | Redirect:
    """What withdrawing means, and the reason for it."""
    case = await case_for(person, number)
    if not may_withdraw(person, case):
        return Redirect(home_of(person, case))
    return await _withdrawal_page(person, case)


@post("/applications/{number:str}/withdrawal", status_code=200)
async def withdraw(
    request: Request[Any, Any, Any], person: Person, number: FromPath[str]
) -> Redirect | Template:
    """Take the application back: `why`."""
    case = await case_for(person, number)
    why = field(await said(request), "why")
    if not why:
        return await _withdrawal_page(person, case, FieldProblem("why", "请填写撤回原因。"))
    await verbs.withdraw(person, case, why=why, now=clock.now())
    return Redirect(done_at(person, case, "withdrawal"), status_code=303)


@delete("/applications/{number:str}", status_code=200)
async def discard(person: Person, number: FromPath[str]) -> Redirect:
    """Throw a draft away."""
    case = await case_for(person, number)
    await filing.discard_draft(person, case)
    return Redirect("/counter" if person.is_staff else "/applications", status_code=303)


async def _task_list(person: Actor, case: CaseView, version: Version) -> Template:
    if not may_write(person, case):
        raise NotThere
    answers = await answers_so_far(case, version)
    filled = version.form(version.definition.apply_form).verdict(dict(answers)).ok
    materials = [each for each in await materials_so_far(case, version) if not each["shared"]]
    lacking = [each for each in materials if each["required"] and not each["files"]]
    return page(
        "portal/draft.html",
        case=case,
        title=version.name(language()),
        where=(await places()).full_name(case.filed_at, language()),
        filled=filled,
        begun=bool(answers),
        asks=bool(materials),
        lacking=len(lacking),
        ready=filled and not lacking,
        offered=version.state == "published" and case.matter_state == "published",
    )


async def _progress_page(
    person: Actor, case: CaseView, version: Version, done: str | None
) -> Template:
    return page(
        "portal/progress.html",
        done=done,
        case=case,
        version=version,
        title=version.name(language()),
        state=state_name(case.state),
        tone=STATE_TONES[State(case.state)],
        milestones=milestones(case),
        outlook=outlook(case, await steps_now(case, version)),
        events=await public_events(case, version),
        asked=await asked_of(case, version),
        papers=await papers_of(case.id),
        certificates=await certificates_of(case.id),
        today=clock.today(),
        password=rules.query_password(settings.secret, case.receipt_number),
        contact=await contact_of(version.definition, case.tenant, case.filed_at),
        guide=f"/matters/{(await places())[case.filed_at].key}/{case.matter_key}",
        may_withdraw=may_withdraw(person, case),
        over=State(case.state) in rules.OVER,
        refusal=await db.fetchrow(
            "select reasons, legal_basis from refusal where case_id = $1 order by at desc limit 1",
            case.id,
        ),
    )


async def _withdrawal_page(
    person: Actor, case: CaseView, problem: FieldProblem | None = None
) -> Template:
    version = await version_of(case.version)
    return page(
        "portal/withdrawal.html",
        status=422 if problem else 200,
        case=case,
        number=address_of(case),
        title=version.name(language()),
        home=home_of(person, case),
        problems=[problem] if problem else [],
        error=_(problem.text) if problem else None,
    )


routes = [
    Router(
        "/",
        route_handlers=[mine, show, ask_withdrawal, withdraw, discard],
        dependencies=DEPENDENCIES,
    )
]
