"""One's own account: password, second step, browsers signed in, posts and absence."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

import segno
from litestar import Response, Router, get, post
from litestar.params import Body
from litestar.response import Redirect
from markupsafe import Markup

from onewindow import clock
from onewindow.errors import FieldProblem, Forbidden, Invalid, Refusal, TooMany
from onewindow.people import accounts, credentials, queries, rules, sessions, ways
from onewindow.people.access import DEPENDENCIES, Person
from onewindow.people.gate import Actor
from onewindow.people.sign_in_pages import AnyRequest, Form, address_of
from onewindow.settings import settings
from onewindow.tenants.queries import places
from onewindow.web.errors import field_messages
from onewindow.web.i18n import LANGUAGES, language
from onewindow.web.templates import page


@dataclass
class NewPassword:
    current: str = ""
    new: str = ""
    again: str = ""


@dataclass
class Confirmation:
    code: str = ""
    password: str = ""


@dataclass
class Speech:
    language: str = ""


@get("/")
async def account_page(person: Person, done: str = "") -> Response[Any]:
    """Who one is here, how one signs in, and where one is signed in."""
    return page(
        "people/account.html",
        account=await queries.account_of(person),
        holdings=await _holdings(person) if person.is_staff else [],
        browsers=await sessions.browsers_of(person.id, here=person.session, idle=_idle()),
        languages=LANGUAGES,
        done=done,
    )


@post("/language")
async def choose_language(
    person: Person, data: Annotated[Speech, Body(media_type=Form)]
) -> Response[Any]:
    """The language of letters to this person, and of the pages in this browser."""
    await accounts.speak(person, data.language)
    return Redirect(f"/account?lang={data.language}", status_code=303)


@get("/password")
async def password_page(person: Person) -> Response[Any]:
    return _password_form(person)


@post("/password")
async def change_password(
    person: Person, request: AnyRequest, data: Annotated[NewPassword, Body(media_type=Form)]
) -> Response[Any]:
    try:
        token = await accounts.change_password(
            person, data.current, data.new, data.again, address=address_of(request)
        )
    except Invalid as refusal:
        return _password_form(person, status=422, problems=refusal.fields)
    except (credentials.WrongPassword, TooMany) as refusal:
        return _password_form(person, status=refusal.status, problems=_beside("current", refusal))
    where = ways.home_of(person) if person.must_change_password else "/account?done=password"
    return Redirect(where, status_code=303, cookies=[ways.session_cookie(token)])


@get("/second-step")
async def second_step_page(person: Person) -> Response[Any]:
    return await _second_step(person)


@post("/second-step")
async def prepare_second_step(person: Person) -> Response[Any]:
    await accounts.prepare_second_step(person)
    return Redirect("/account/second-step", status_code=303)


@post("/second-step/confirmation")
async def confirm_second_step(
    person: Person, data: Annotated[Confirmation, Body(media_type=Form)]
) -> Response[Any]:
    try:
        await accounts.confirm_second_step(person, data.code)
    except (accounts.WrongCode, accounts.CodeUsed, TooMany) as refusal:
        return await _second_step(person, status=refusal.status, problems=_beside("code", refusal))
    return Redirect("/account?done=second-step", status_code=303)


@post("/second-step/removal")
async def drop_second_step(
    person: Person, request: AnyRequest, data: Annotated[Confirmation, Body(media_type=Form)]
) -> Response[Any]:
    try:
        await accounts.drop_second_step(person, data.password, address=address_of(request))
    except (credentials.WrongPassword, TooMany) as refusal:
        return await _second_step(
            person, status=refusal.status, problems=_beside("password", refusal)
        )
    return Redirect("/account?done=second-step-off", status_code=303)


@post("/sessions/closure")
async def end_others(person: Person) -> Response[Any]:
    """Sign out everywhere else."""
    await sessions.end_all(person.id, but=person.session)
    return Redirect("/account?done=sessions", status_code=303)


@post("/sessions/{session:int}/closure")
async def end_one(person: Person, session: int) -> Response[Any]:
    """Sign out one browser, perhaps this one."""
    await sessions.end_one(person.id, session)
    return Redirect("/account?done=session", status_code=303)


@get("/posts")
async def posts_page(person: Person, done: str = "") -> Response[Any]:
    """The posts one holds, and from which one is away."""
    _require_staff(person)
    return page("people/posts.html", holdings=await _holdings(person), done=done)


@post("/posts")
async def be_away(person: Person, request: AnyRequest) -> Response[Any]:
    """Away from the posts that are ticked, present in all others."""
    _require_staff(person)
    form = await request.form()
    ticked = {int(value) for value in form.getall("away", []) if str(value).isdigit()}
    await accounts.be_away(person, ticked)
    if not person.tenant:  # back after having been away from everything: sit down again
        office = await sessions.first_office(person.id)
        if office is not None:
            await sessions.sit_at(person.session, person.id, office)
    return Redirect("/account/posts?done=yes", status_code=303)


def _password_form(
    actor: Actor, *, status: int = 200, problems: tuple[FieldProblem, ...] = ()
) -> Response[Any]:
    return page(
        "people/password.html",
        status=status,
        forced=actor.must_change_password,
        problems=problems,
        errors=field_messages(problems),
        least=rules.PASSWORD_LEAST,
    )


async def _second_step(
    actor: Actor, *, status: int = 200, problems: tuple[FieldProblem, ...] = ()
) -> Response[Any]:
    account = await queries.account_of(actor)
    secret = account.pending_secret
    return page(
        "people/second_step.html",
        status=status,
        account=account,
        secret=" ".join(secret[k : k + 4] for k in range(0, len(secret), 4)),
        qr=_qr(accounts.provisioning(account.login, secret)) if secret else "",
        problems=problems,
        errors=field_messages(problems),
    )


def _require_staff(actor: Actor) -> None:
    if not actor.is_staff:
        raise Forbidden


async def _holdings(actor: Actor) -> list[dict[str, Any]]:
    tree, said = await places(), language()
    english = said == "en"
    return [
        {
            "id": holding.id,
            "place": tree.centre_name(holding.tenant, said),
            "department": (english and holding.department_en) or holding.department,
            "post": (english and holding.post_en) or holding.post,
            "role": holding.role_name(said),
            "since": holding.since,
            "until": holding.until,
            "away": holding.away,
            "backup": (english and holding.backup_en) or holding.backup,
            "stand_ins": holding.stand_ins,
        }
        for holding in await queries.holdings_of(actor.id, clock.today())
    ]


def _qr(text: str) -> Markup:
    """A QR code as SVG: dark on white in every theme, or phones can't read it."""
    drawn = segno.make(text, error="m").svg_inline(
        scale=5, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - made by segno from modules, holds no text


def _beside(field: str, refusal: Refusal) -> tuple[FieldProblem, ...]:
    return (FieldProblem(field, refusal.text, refusal.params),)


def _idle() -> timedelta:
    return timedelta(minutes=settings.session_idle_minutes)


routes = [
    Router(
        "/account",
        route_handlers=[
            account_page,
            choose_language,
            password_page,
            change_password,
            second_step_page,
            prepare_second_step,
            confirm_second_step,
            drop_second_step,
            end_others,
            end_one,
            posts_page,
            be_away,
        ],
        dependencies=DEPENDENCIES,
    )
]
