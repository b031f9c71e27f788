"""What needs no sign-in: following a case by receipt number, and verifying a certificate."""

import secrets
import unicodedata
from typing import Any

from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from onewindow import clock, db
from onewindow.cases import rules
from onewindow.cases.queries import CaseView, case_by_receipt
from onewindow.cases.rules import State
from onewindow.cases.words import STATE_TONES, state_name
from onewindow.delivery.queries import verified
from onewindow.errors import FieldProblem, NotThere, Refusal, TooMany
from onewindow.matters.contact import contact_of
from onewindow.matters.versions import version_of
from onewindow.people import attempts
from onewindow.people.access import DEPENDENCIES
from onewindow.people.sign_in_pages import address_of
from onewindow.portal.contents import asked_of
from onewindow.portal.progress import milestones, outlook, public_events, steps_now
from onewindow.settings import settings
from onewindow.web.errors import field_messages
from onewindow.web.i18n import language
from onewindow.web.requests import field, said
from onewindow.web.templates import page


class TriedTooOften(TooMany):
    text = "查询密码连续输错次数过多，请在 {minutes} 分钟后再试，或登录后在“我的办件”查看。"


@get("/track")
async def ask_number(number: FromQuery[str] = "") -> Template:
    """Follow an application by receipt number and password, without signing in."""
    return _ask(number)


@get("/track/{number:str}")
async def ask_password(number: FromPath[str]) -> Template:
    """The same with the number filled in: where a receipt's QR code leads."""
    return _ask(number)


@post("/track", status_code=200)
async def track(request: Request[Any, Any, Any]) -> Template:
    """Show how far an application is: `number`, `password`."""
    body = await said(request)
    number = _typed(field(body, "number")).upper()
    password = _typed(field(body, "password"))
    empty = [
        FieldProblem(name, text)
        for name, value, text in (
            ("number", number, "请输入收件编号。"),
            ("password", password, "请输入查询密码。"),
        )
        if not value
    ]
    if empty:
        return _ask(number, *empty)
    try:
        attempt, _left = await attempts.begin(attempts.key_of("track", number), address_of(request))
    except TooMany as refusal:
        return _locked(number, refusal)
    right = rules.query_password(settings.secret, number)
    case = (
        await case_by_receipt(number)
        if secrets.compare_digest(right.encode(), password.encode())
        else None
    )
    if case is None:
        wrong = "收件编号或查询密码不正确，请对照收件回执核对。"
        return _ask(number, FieldProblem("password", wrong))
    await attempts.succeeded(attempt)
    return await _tracked(case)


@get("/certificates/{code:str}")
async def verify(code: FromPath[str]) -> Template:
    """Whether a certificate is valid; shows only what it must."""
    try:
        certificate = await verified(code, clock.today())
    except NotThere:
        return page("portal/certificate_unknown.html", status=404)
    return page("portal/certificate.html", certificate=certificate, code=code)


def _ask(number: str, *problems: FieldProblem) -> Template:
    return page(
        "portal/track.html",
        status=422 if problems else 200,
        number=number,
        problems=problems,
        errors=field_messages(problems),
        locked=None,
    )


def _locked(number: str, refusal: TooMany) -> Template:
    said_so: Refusal = TriedTooOften(**refusal.params)
    return page(
        "portal/track.html",
        status=refusal.status,
        headers={"retry-after": str(refusal.retry_after)} if refusal.retry_after else {},
        number=number,
        problems=[],
        errors={},
        locked=said_so,
    )


def _typed(text: str) -> str:
    """What was typed from paper, without spaces and full-width figures."""
    return "".join(unicodedata.normalize("NFKC", text).split())


async def _tracked(case: CaseView) -> Template:
    # The password opens this one case and nothing else: the page is made as the system, of what an
    # applicant may know, without files.
    with db.as_system():
        version = await version_of(case.version)
        events = await public_events(case, version)
        steps = await steps_now(case, version)
        asked = await asked_of(case, version)
        contact = await contact_of(version.definition, case.tenant, case.filed_at)
    return page(
        "portal/tracked.html",
        # The other language asks for the password again, but not for the number.
        path=f"/track/{case.receipt_number}",
        case=case,
        title=version.name(language()),
        state=state_name(case.state),
        tone=STATE_TONES[State(case.state)],
        milestones=milestones(case),
        outlook=outlook(case, steps),
        asked=asked,
        # Names of people who handed in something themselves are theirs to know.
        events=[{**event, "who": "", "for_whom": "", "why": ""} for event in events],
        holder=_initial(case.applicant_name),
        contact=contact,
    )


def _initial(name: str) -> str:
    """A name as strangers may see it: 王**."""
    return name[:1] + "*" * max(len(name) - 1, 1)


routes = [
    Router(
        "/",
        route_handlers=[
            ask_number,
            ask_password,
            track,
            verify,
        ],
        dependencies=DEPENDENCIES,
    )
]
