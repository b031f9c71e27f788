"""Who is asking, and what they may see: the tenant scope every query is bound to.

A scope is set once per request (by the gate) or per job, and read by everything below. Without a
scope nothing can be read: `current()` raises, and the database's own policies see empty settings
and return no rows.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


class NoScope(RuntimeError):
    """A query was about to run with nobody asking. A defect of ours, never a user's mistake."""


class CrossTenant(PermissionError):
    """A row of another tenant was about to be written."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The reader and writer of rows.

    tenant     id of the tenant they act for; 0 when they act for none (applicants, the public)
    visible    ids of the tenants whose rows they may read; always includes `tenant` if there is one
    person     id of the person signed in; 0 for nobody
    applicant  the same id again when the person acts as an applicant: opens their own cases
    system     housekeeping of ours (sign-in, jobs, migration): no tenant filter, its own role
    """

    tenant: int = 0
    visible: tuple[int, ...] = ()
    person: int = 0
    applicant: int = 0
    system: bool = False

    def settings(self) -> tuple[str, str, str, str]:
        """The values of app.tenant, app.visible, app.person and app.applicant on a connection."""
        return (
            str(self.tenant or ""),
            "{" + ",".join(map(str, self.visible)) + "}",
            str(self.person or ""),
            str(self.applicant or ""),
        )


PUBLIC = Scope()
SYSTEM = Scope(system=True)

_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current() -> Scope:
    """The scope in force. Raises NoScope where there is none."""
    scope = _scope.get()
    if scope is None:
        raise NoScope("no tenant scope is set")
    return scope


def current_or_none() -> Scope | None:
    return _scope.get()


@contextmanager
def use(scope: Scope | None) -> Iterator[Scope | None]:
    """Everything inside reads and writes within `scope`."""
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


def as_system() -> AbstractContextManager[Scope | None]:
    """Everything inside is housekeeping: sign-in, jobs choosing their tenant, seeding."""
    return use(SYSTEM)


def as_tenant(
    tenant: int, *also_visible: int, person: int = 0
) -> AbstractContextManager[Scope | None]:
    """Everything inside belongs to one tenant; how jobs and tests act for it."""
    return use(Scope(tenant, tuple(dict.fromkeys((tenant, *also_visible))), person))
