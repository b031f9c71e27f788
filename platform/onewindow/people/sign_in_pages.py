"""Coming and going: sign in, its second step, register, sign out, switch office."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, cast
from urllib.parse import urlencode

from litestar import Request, Response, Router, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, QueryParameter
from litestar.response import Redirect

from onewindow.errors import FieldProblem, Forbidden, Invalid, Refusal, TooMany
from onewindow.people import accounts, credentials, identity, rules, sessions, ways
from onewindow.people.access import DEPENDENCIES, Person, Visitor
from onewindow.people.gate import SESSION_COOKIE, session_token
from onewindow.people.registration import register
from onewindow.settings import settings
from onewindow.web.errors import field_messages
from onewindow.web.i18n import gettext, language
from onewindow.web.templates import page

AnyRequest = Request[Any, Any, Any]
Form = RequestEncodingType.URL_ENCODED
Next = Annotated[str, QueryParameter(name="next")]


class NoPostThere(Forbidden):
    text = "您目前在该机构没有在任岗位。"


@dataclass
class SignIn:
    name: str = ""
    password: str = ""
    next: str = ""


@dataclass
class Code:
    code: str = ""
    next: str = ""


@dataclass
class Registration:
    name: str = ""
    id_number: str = ""
    phone: str = ""
    password: str = ""
    next: str = ""


@dataclass
class Office:
    office: int = 0


def lasting() -> timedelta:
    """How long a session may last at most."""
    return timedelta(hours=settings.session_absolute_hours)


@get("/sign-in", opt={"public": True})
async def sign_in_page(
    request: AnyRequest, visitor: Visitor, then: Next = "", left: str = ""
) -> Response[Any]:
    """The form; whoever is signed in already goes on to where they wanted."""
    if visitor is not None:
        return Redirect(ways.safe(then) or ways.home_of(visitor), status_code=303)
    if request.scope["state"].get("half_signed_in"):
        return Redirect(_with_next("/sign-in/code", then), status_code=303)
    ended = request.scope["state"].get("session_ended", False)
    answer = _form(SignIn(next=then), ended=ended and not left, left=bool(left))
    if ended:
        answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


@post("/sign-in", opt={"public": True})
async def sign_in(
    request: AnyRequest, data: Annotated[SignIn, Body(media_type=Form)]
) -> Response[Any]:
    """Name and password. A right pair always starts a new session, whatever cookie came with it."""
    if not data.name.strip() or not data.password:
        return _form(data, status=422, problem=gettext("请输入账号和密码。"))
    try:
        known = await credentials.check(data.name, data.password, address=address_of(request))
    except Refusal as refusal:
        return _refused(data, refusal)
    if known.second_step:
        office = await _office_of(known.id, known.kind)
        token = await _open(request, known.id, office, second_factor=False)
        where = _with_next("/sign-in/code", data.next)
        return Redirect(where, status_code=303, cookies=[ways.session_cookie(token)])
    return await enter(request, known.id, known.kind, data.next)


@get("/sign-in/code", opt={"public": True})
async def code_page(request: AnyRequest, visitor: Visitor, then: Next = "") -> Response[Any]:
    """Where a half-opened session types the code of its second step."""
    if visitor is not None or not request.scope["state"].get("half_signed_in"):
        return Redirect(_with_next("/sign-in", then), status_code=303)
    return page("people/code.html", form=Code(next=then), problem="")


@post("/sign-in/code", opt={"public": True})
async def enter_code(
    request: AnyRequest, data: Annotated[Code, Body(media_type=Form)]
) -> Response[Any]:
    half = request.scope["state"].get("half_signed_in")
    if not half:
        raise accounts.SignInAgain
    try:
        token = await accounts.enter_code(
            half["session"], half["person"], data.code, lasts=lasting(), address=address_of(request)
        )
    except (accounts.WrongCode, accounts.CodeUsed, TooMany) as refusal:
        return page(
            "people/code.html",
            status=refusal.status,
            headers=_retry_after(refusal),
            form=Code(next=data.next),
            problem=gettext(refusal.text, **refusal.params),
        )
    kind, office = await sessions.seat_of(half["session"])
    home = await ways.home_at(half["person"], kind=kind, office=office)
    return Redirect(
        ways.safe(data.next) or home, status_code=303, cookies=[ways.session_cookie(token)]
    )


@get("/register", opt={"public": True})
async def register_page(visitor: Visitor, then: Next = "") -> Response[Any]:
    if visitor is not None:
        return Redirect(ways.safe(then) or ways.home_of(visitor), status_code=303)
    return _registration(Registration(next=then))


@post("/register", opt={"public": True})
async def register_applicant(
    request: AnyRequest, data: Annotated[Registration, Body(media_type=Form)]
) -> Response[Any]:
    """Open an applicant's account and sign in with it."""
    if not settings.with_demo:
        return _registration(data, status=403)
    try:
        person = await register(
            data.name,
            data.id_number,
            data.phone,
            data.password,
            address=address_of(request),
            language=language(),
        )
    except Invalid as refusal:
        return _registration(data, status=422, problems=refusal.fields)
    except TooMany as refusal:
        problem = FieldProblem("", refusal.text, refusal.params)
        return _registration(data, status=429, problems=(problem,))
    return await enter(request, person, "applicant", data.next)


@post("/sign-out", opt={"public": True})
async def sign_out(request: AnyRequest) -> Response[Any]:
    """End this session. Also the way out of a second step that can't be done."""
    token = session_token(cast(Mapping[str, Any], request.scope))
    if token:
        await sessions.end_token(token)
    answer = Redirect("/sign-in?left=yes", status_code=303)
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


@post("/office")
async def switch_office(
    person: Person, data: Annotated[Office, Body(media_type=Form)]
) -> Response[Any]:
    """Act for another of one's offices from now on, in this browser."""
    if not await sessions.sit_at(person.session, person.id, data.office):
        raise NoPostThere
    home = await ways.home_at(person.id, kind=person.kind, office=data.office)
    return Redirect(home, status_code=303)


def address_of(request: AnyRequest) -> str:
    """The machine a request comes from; "" when the server doesn't say."""
    return request.client.host if request.client is not None else ""


async def enter(request: AnyRequest, person: int, kind: str, then: str) -> Response[Any]:
    """Sign somebody in whose identity is certain, and send them where they wanted to go."""
    office = await _office_of(person, kind)
    token = await _open(request, person, office, second_factor=True)
    where = ways.safe(then) or await ways.home_at(person, kind=kind, office=office)
    return Redirect(where, status_code=303, cookies=[ways.session_cookie(token)])


async def _office_of(person: int, kind: str) -> int | None:
    return await sessions.first_office(person) if kind == "staff" else None


async def _open(
    request: AnyRequest, person: int, office: int | None, *, second_factor: bool
) -> str:
    before = session_token(cast(Mapping[str, Any], request.scope))
    if before:
        await sessions.end_token(before)
    return await sessions.open_session(
        person,
        address=address_of(request),
        agent=request.headers.get("user-agent", ""),
        lasts=lasting(),
        second_factor=second_factor,
        office=office,
    )


def _refused(data: SignIn, refusal: Refusal) -> Response[Any]:
    return _form(
        data,
        status=refusal.status,
        headers=_retry_after(refusal),
        problem=gettext(refusal.text, **refusal.params),
        advice=gettext(refusal.advice) if refusal.advice else "",
    )


def _form(
    data: SignIn,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    problem: str = "",
    advice: str = "",
    ended: bool = False,
    left: bool = False,
) -> Response[Any]:
    return page(
        "people/sign_in.html",
        status=status,
        headers=headers,
        form=SignIn(name=data.name, next=data.next),
        problem=problem,
        advice=advice,
        ended=ended,
        left=left,
        providers=identity.providers(),
        registration=settings.with_demo,
        then=ways.safe(data.next),
    )


def _registration(
    data: Registration, *, status: int = 200, problems: tuple[FieldProblem, ...] = ()
) -> Response[Any]:
    return page(
        "people/register.html",
        status=status,
        form=data,
        problems=problems,
        errors=field_messages(problems),
        open=settings.with_demo,
        least=rules.PASSWORD_LEAST,
        then=ways.safe(data.next),
    )


def _retry_after(refusal: Refusal) -> dict[str, str]:
    seconds = refusal.retry_after if isinstance(refusal, TooMany) else None
    return {"retry-after": str(seconds)} if seconds else {}


def _with_next(where: str, then: str) -> str:
    then = ways.safe(then)
    return f"{where}?{urlencode({'next': then})}" if then else where


routes = [
    Router(
        "/",
        route_handlers=[
            sign_in_page,
            sign_in,
            code_page,
            enter_code,
            register_page,
            register_applicant,
            sign_out,
            switch_office,
        ],
        dependencies=DEPENDENCIES,
    )
]
