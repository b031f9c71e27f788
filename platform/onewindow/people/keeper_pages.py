"""Other people's accounts, for those who look after them."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.response import Redirect

from onewindow.people import keeping
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.sign_in_pages import AnyRequest
from onewindow.tenants.queries import places
from onewindow.web.i18n import language
from onewindow.web.paging import Pages
from onewindow.web.templates import page

PAGE = 50


@get("/")
async def people_page(request: AnyRequest, clerk: Clerk, q: str = "") -> Response[Any]:
    """The accounts one looks after, a page at a time."""
    pages = Pages.read(request, "/people", {"q": q} if q else {}, "after")
    found = await keeping.accounts(clerk, q, after=pages.number, most=PAGE + 1)
    accounts = found[:PAGE]
    tree = await places()
    return page(
        "people/people.html",
        accounts=accounts,
        q=q,
        pages=pages.ending(accounts[-1].id if len(found) > PAGE else None),
        tenant_names={each.tenant: tree[each.tenant].named(language()) for each in accounts},
    )


@get("/{login:str}")
async def person_page(clerk: Clerk, login: str, done: str = "") -> Response[Any]:
    kept = await keeping.account_for(clerk, login)
    return await _person(clerk, kept, done=done)


@post("/{login:str}/password")
async def give_password(clerk: Clerk, login: str) -> Response[Any]:
    """A one-time password, shown in this very answer and nowhere else."""
    kept = await keeping.account_for(clerk, login)
    password = await keeping.give_password(clerk, kept)
    return await _person(clerk, await keeping.account_for(clerk, login), password=password)


@post("/{login:str}/second-step/recovery")
async def recover_second_step(clerk: Clerk, login: str) -> Response[Any]:
    await keeping.recover_second_step(clerk, await keeping.account_for(clerk, login))
    return _done(login, "second-step")


@post("/{login:str}/unlocking")
async def unlock(clerk: Clerk, login: str) -> Response[Any]:
    await keeping.unlock(clerk, await keeping.account_for(clerk, login))
    return _done(login, "unlocked")


@post("/{login:str}/closure")
async def close_account(clerk: Clerk, login: str) -> Response[Any]:
    await keeping.close_account(clerk, await keeping.account_for(clerk, login))
    return _done(login, "closed")


@post("/{login:str}/reopening")
async def reopen_account(clerk: Clerk, login: str) -> Response[Any]:
    await keeping.reopen_account(clerk, await keeping.account_for(clerk, login))
    return _done(login, "reopened")


async def _person(
    clerk: Clerk, kept: keeping.Kept, *, password: str = "", done: str = ""
) -> Response[Any]:
    tree = await places()
    return page(
        "people/person.html",
        kept=kept,
        tenant_name=tree[kept.tenant].named(language()),
        password=password,
        done=done,
        oneself=kept.id == clerk.id,
    )


def _done(login: str, what: str) -> Redirect:
    return Redirect(f"/people/{login}?done={what}", status_code=303)


routes = [
    Router(
        "/people",
        route_handlers=[
            people_page,
            person_page,
            give_password,
            recover_second_step,
            unlock,
            close_account,
            reopen_account,
        ],
        dependencies=DEPENDENCIES,
    )
]
