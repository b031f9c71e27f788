"""What needs no sign-in: following a case by receipt number, and verifying a certificate."""

from litestar import Request, Router, get, post
from litestar.response import Stream, Template

from onewindow import clock, db, rooms
from onewindow.cases import rules
from onewindow.cases.file_pages import stream_object
from onewindow.cases.queries import CaseView, case_by_receipt, case_for
from onewindow.cases.rules import State
from onewindow.cases.words import STATE_TONES, state_name
from onewindow.delivery.queries import verified
from onewindow.errors import FieldProblem, NotThere
from onewindow.matters.versions import version_of
from onewindow.people import attempts
from onewindow.people.access import DEPENDENCIES, Person
from onewindow.people.sign_in_pages import address_of
from onewindow.portal.progress import milestones, public_events
from onewindow.settings import settings
from onewindow.web.i18n import language
from onewindow.web.requests import field, said
from onewindow.web.templates import page


@get("/track")
async def ask_number(number: str = "") -> Template:
    """Follow an application by receipt number and password, without signing in."""
    return page("portal/track.html", number=number, problems=[], error="")


@get("/track/{number:str}")
async def ask_password(number: str) -> Template:
    """The same with the number filled in: where a receipt's QR code leads."""
    return page("portal/track.html", number=number, problems=[], error="")


@post("/track", status_code=200)
async def track(request: Request) -> Template:
    """Show how far an application is: `number`, `password`."""
    body = await said(request)
    number, password = field(body, "number").replace(" ", ""), field(body, "password")
    attempt, _left = await attempts.begin(attempts.key_of("track", number), address_of(request))
    case = None
    if rules.query_password(settings.secret, number) == password:
        case = await case_by_receipt(number)
    if case is None:
        problem = FieldProblem("password", "收件编号或查询密码不正确，请对照收件回执核对。")
        return page(
            "portal/track.html", status=422, number=number, problems=[problem], error=problem.text
        )
    await attempts.succeeded(attempt)
    return await _tracked(case)


@get("/certificates/{code:str}")
async def verify(code: str) -> Template:
    """Whether a certificate is valid; shows only what it must."""
    today = clock.today(settings.zone)
    return page("portal/certificate.html", certificate=await verified(code, today), code=code)


@get("/cases/{number:str}/certificates/{code:str}")
async def download_certificate(request: Request, person: Person, number: str, code: str) -> Stream:
    """The certificate's PDF, for its holder and the offices of its case."""
    case = await case_for(person, number)
    row = await db.fetchrow(
        "select name, number, object_key, size from certificate where case_id = $1 and code = $2",
        case.id,
        code,
    )
    if row is None:
        raise NotThere
    return await stream_object(
        request,
        row["object_key"],
        row["size"],
        "application/pdf",
        f"{row['name']} {row['number']}.pdf",
        inline=True,
    )


@get("/cases/{number:str}/papers/{paper:int}")
async def download_paper(request: Request, person: Person, number: str, paper: int) -> Stream:
    """A notice's or voucher's PDF."""

    case = await case_for(person, number)
    row = await db.fetchrow(
        "select title, object_key from paper where case_id = $1 and id = $2 and object_key <> ''",
        case.id,
        paper,
    )
    if row is None:
        raise NotThere
    stat = await rooms.store().stat(row["object_key"])
    return await stream_object(
        request,
        row["object_key"],
        stat.size,
        "application/pdf",
        f"{row['title']} {case.receipt_number}.pdf",
        inline=True,
    )


async def _tracked(case: CaseView) -> Template:
    # The password opens this one case and nothing else: the page is made as the system, of what an
    # applicant may know, without files.
    with db.as_system():
        version = await version_of(case.version)
        events = await public_events(case, version)
    return page(
        "portal/tracked.html",
        case=case,
        title=version.name(language()),
        state=state_name(case.state),
        tone=STATE_TONES[State(case.state)],
        milestones=milestones(case),
        events=events,
        holder=_initial(case.applicant_name),
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
            download_certificate,
            download_paper,
        ],
        dependencies=DEPENDENCIES,
    )
]
