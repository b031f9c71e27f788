"""What page functions ask for: the person signed in, by what the page needs of them.

    async def inbox(clerk: Staff) -> Template: ...

`DEPENDENCIES` binds the names `person`, `clerk` and `visitor` for every route of the site.
"""

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

from onewindow.errors import Forbidden, SignInNeeded
from onewindow.people.gate import Actor


def visitor(request: Request) -> Actor | None:
    """Whoever it is; None for the public."""
    actor: Actor | None = request.scope["state"].get("actor")
    return actor


def person(request: Request) -> Actor:
    """Somebody signed in, applicant or staff."""
    actor = visitor(request)
    if actor is None:
        raise SignInNeeded
    return actor


def clerk(request: Request) -> Actor:
    """Somebody of staff who acts for an office."""
    actor = person(request)
    if not actor.is_staff or not actor.tenant:
        raise Forbidden
    return actor


Visitor = NamedDependency[SkipValidation[Actor | None]]
Person = NamedDependency[SkipValidation[Actor]]
Clerk = NamedDependency[SkipValidation[Actor]]

DEPENDENCIES = {
    "visitor": Provide(visitor, sync_to_thread=False),
    "person": Provide(person, sync_to_thread=False),
    "clerk": Provide(clerk, sync_to_thread=False),
}
