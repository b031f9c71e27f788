"""Who walks through the house in these tests: every role of two counties, an applicant of each, a
city's supervisor, the public. Each with the scope that the gate itself gives them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from busy import CAST, MARKS, login_of
from world import Town

from onewindow import db
from onewindow.people.gate import Actor, entered
from onewindow.people.rules import POST_ROLES
from onewindow.people.sessions import first_office, open_session

HOUR = timedelta(hours=1)
OTHER = {"qingxi": "baishi", "baishi": "qingxi"}


def walkers(county: str) -> list[str]:
    """Login names: one for each role, those who did the county's work, its applicant."""
    return [*(login_of(role, county) for role in POST_ROLES), *CAST[county][1:], CAST[county][0]]


EVERYBODY = [
    (county, login) for county in MARKS for login in walkers(county)
]  # fmt: skip


@asynccontextmanager
async def inside(town: Town, login: str) -> AsyncIterator[Actor]:
    """Everything inside happens as this person, in the scope the gate finds for them."""
    person = town.people[login]
    token = await open_session(person, lasts=HOUR, office=await first_office(person))
    async with entered(token, HOUR) as (actor, _half):
        assert actor is not None, login
        assert db.current().tenant == actor.tenant
        yield actor
