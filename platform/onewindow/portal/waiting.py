"""What waits for the applicant: corrections first, then what was begun and not handed in."""

from collections.abc import Mapping
from typing import Any

from onewindow import db
from onewindow.people.gate import Actor

MOST = 5


async def waiting_for(person: Actor) -> list[Mapping[str, Any]]:
    """Applications that stand still until their applicant does something, most urgent first.

    uid, receipt_number, state (draft | correcting), correction_due, updated_at, name, name_en.
    """
    return await db.fetch(
        "select c.uid, c.receipt_number, c.state, c.correction_due, c.updated_at, c.summary,"
        " m.name, m.name_en from cases c join matter m on m.id = c.matter"
        " where c.applicant = $1 and c.state in ('draft', 'correcting')"
        " order by c.correction_due nulls last, c.updated_at desc limit $2",
        person.id,
        MOST,
    )


async def drafts_of(person: Actor, matter: int, place: int) -> list[Mapping[str, Any]]:
    """What a person has begun of a matter at a place and not handed in, newest first."""
    return await db.fetch(
        "select uid, created_at, updated_at from cases where applicant = $1 and matter = $2"
        " and filed_at = $3 and state = 'draft' order by updated_at desc limit $4",
        person.id,
        matter,
        place,
        MOST,
    )
