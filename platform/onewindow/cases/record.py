"""The record of a case: one line per act, saying who, for whom, when, what and why."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import orjson

from onewindow import db
from onewindow.people.gate import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """A line to be written with the act itself, in the same transaction.

    kind: case.submitted, case.accepted, task.completed, task.claimed, task.released,
    task.transferred, task.fallback, correction.requested, correction.answered, case.refused,
    case.returned_to, case.withdrawn, timer.fired, certificate.issued, case.closed, paper.made …
    """

    kind: str
    at: datetime
    by: int | None = None
    by_name: str = ""
    by_post: str = ""
    on_behalf_of: str = ""
    element: str = ""
    step_name: str = ""
    outcome: str = ""
    why: str = ""
    detail: dict[str, Any] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "at": self.at.isoformat(),
            "by": self.by,
            "by_name": self.by_name,
            "by_post": self.by_post[:60],
            "on_behalf_of": self.on_behalf_of,
            "element": self.element,
            "step_name": self.step_name,
            "outcome": self.outcome,
            "why": self.why,
            "detail": self.detail,
        }


def entry(actor: Actor | None, kind: str, at: datetime, *, lane: str = "", **more: Any) -> Entry:
    """A line by `actor`, or by the platform itself when nobody acted; with the `lane` of a task, in
    the post that does it."""
    if actor is None:
        return Entry(kind, at, by_name="", **more)
    post = actor.post_in(lane)
    return Entry(kind, at, by=actor.id, by_name=actor.name, by_post=post, **more)


class OfTenant(Protocol):
    """Anything that names a case: its row id and the tenant that handles it."""

    @property
    def id(self) -> int: ...
    @property
    def tenant(self) -> int: ...


async def note(case: OfTenant, *entries: Entry) -> None:
    """Write lines outside a move; call it inside the transaction of the act it records."""
    await db.execute(
        "select note_case($1, $2, $3)",  # sql/move.sql
        case.tenant,
        case.id,
        orjson.dumps([each.row() for each in entries]).decode(),
    )
