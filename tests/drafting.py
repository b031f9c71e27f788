"""A draft of the food licence in somebody's hands, and what the gate says of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from world import Town

from onewindow import clock, db
from onewindow.matters import actions as matters
from onewindow.matters import drafts
from onewindow.matters.package import Package
from onewindow.people.gate import Actor, entered
from onewindow.people.sessions import first_office, open_session
from onewindow.publishing.gate import Hurdle, judge

KEY = "food-business"
NOW = clock.now()


class Acting:
    """`async with Acting(town, "wu.fan") as person`: inside, one is that person in their first
    office."""

    def __init__(self, town: Town, login: str) -> None:
        self.person = town.people[login]

    async def __aenter__(self) -> Actor:
        office = await first_office(self.person)
        token = await open_session(self.person, lasts=timedelta(hours=1), office=office)
        self.inside = entered(str(token), timedelta(hours=1))
        actor, _half = await self.inside.__aenter__()
        assert actor is not None
        return actor

    async def __aexit__(self, *raised: Any) -> None:
        await self.inside.__aexit__(*raised)


async def drafted(tenant: int, change: Callable[[Package], Package] = lambda it: it) -> int:
    """A draft of the food licence with a change."""
    draft = await drafts.begin(tenant, KEY, by=1, at=NOW)
    await matters.write_draft(draft.id, change(draft.package), by=1, now=NOW)
    return draft.id


def redrawn(before: str, after: str) -> Callable[[Package], Package]:
    def change(package: Package) -> Package:
        assert before in package.process
        return replace(package, process=package.process.replace(before, after))

    return change


def redefined(**changes: Any) -> Callable[[Package], Package]:
    return lambda package: replace(package, definition={**package.definition, **changes})


async def hash_of(version: int) -> str:
    hash: str = await db.fetchval("select hash from matter_version where id = $1", version)
    return hash


async def state_of(version: int) -> str:
    state: str = await db.fetchval("select state from matter_version where id = $1", version)
    return state


async def hurdle(version: int, key: str) -> Hurdle:
    judgement = await judge(version, now=NOW)
    return next(each for each in judgement.hurdles if each.key == key)


def said(hurdle: Hurdle) -> str:
    return " ".join(reason.text for reason in hurdle.reasons)
