"""Building the town: places, departments, posts, people, matters; then its cases.

The database and the leaf rooms are open already; only emptying takes the owner's own connection.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from onewindow import clock, db, schema
from onewindow.demo.cases import play
from onewindow.matters import actions as matters
from onewindow.matters.package import read_folder
from onewindow.people import staffing
from onewindow.people.registration import register
from onewindow.settings import settings
from onewindow.tenants import queries as places
from onewindow.tenants.actions import change_settings, create_department, create_tenant
from onewindow.workdays.actions import seed_calendar

SHARED = Path(__file__).resolve().parents[3]


@cache
def content(name: str) -> Any:
    """A content file of the demo, parsed."""
    return orjson.loads(files("onewindow.demo").joinpath(name).read_bytes())


def sign_ins() -> list[tuple[str, ...]]:
    """Who can sign in, for the console: login, password, name, place, post."""
    town = content("town.json")
    places = {place["key"]: place["name"] for place in town["places"]}
    rows = []
    for person in town["people"]:
        if not person.get("shown"):
            continue
        posts = [post for post in town["posts"] if person["login"] in post["holders"]]
        rows.append(
            (
                person["login"],
                town["password"],
                person["name"],
                places[posts[0]["place"]] if posts else "",
                "、".join(dict.fromkeys(post["name"] for post in posts)),
            )
        )
    rows += [
        (each["phone"], town["password"], each["name"], "", "申请人")
        for each in town["applicants"]
        if each.get("shown")
    ]
    return rows


async def seed_if_empty() -> None:
    """Fill an empty database; one that holds a tenant already is left alone. A town whose building
    was interrupted is built anew."""
    await _build(only_if_empty=True)


async def reset() -> None:
    """Empty the database and build the town anew."""
    await _build(only_if_empty=False)


BUILDING = "the demo town is being built"


async def _build(*, only_if_empty: bool) -> None:
    assert settings.database_url is not None
    owner = await asyncpg.connect(settings.database_url)
    try:
        if only_if_empty and not await _is_empty(owner):
            return
        await owner.execute(f"comment on table tenant is '{BUILDING}'")
        await schema.empty(owner)
        places.forget()
        with db.as_system():
            await _town()
        await owner.execute("comment on table tenant is null")
    finally:
        await owner.close()


async def _is_empty(owner: asyncpg.Connection) -> bool:
    if await owner.fetchval("select obj_description('tenant'::regclass)") == BUILDING:
        return True
    return await owner.fetchval("select 1 from tenant limit 1") is None


async def _town() -> None:
    town = content("town.json")
    tenants = await _places(town)
    await _people(town, tenants)
    await _matters(town, tenants)
    await play(content("cases.json"), town, tenants, content)


async def _places(town: Mapping[str, Any]) -> dict[str, int]:
    tenants: dict[str, int] = {}
    for place in town["places"]:
        tenants[place["key"]] = await create_tenant(
            place["key"],
            place["name"],
            name_en=place["name_en"],
            level=place["level"],
            parent=tenants.get(place.get("parent", "")),
            region_code=place["region"],
            credit_code=place.get("credit_code", ""),
        )
        for department in place["departments"]:
            await create_department(
                tenants[place["key"]],
                department["key"],
                department["name"],
                name_en=department["name_en"],
                phone=department.get("phone", ""),
                window=department.get("window", ""),
            )
        if place.get("settings"):
            await change_settings(tenants[place["key"]], place["settings"])
    root = next(place["key"] for place in town["places"] if "parent" not in place)
    await seed_calendar(tenants[root])
    return tenants


async def _people(town: Mapping[str, Any], tenants: Mapping[str, int]) -> None:
    people = {}
    for person in town["people"]:
        people[person["login"]] = await staffing.hire(
            tenants[person["home"]],
            person["login"],
            person["name"],
            town["password"],
            must_change_password=False,
            panel=bool(person.get("panel")),
            superuser=bool(person.get("superuser")),
        )
    for post in town["posts"]:
        tenant = tenants[post["place"]]
        await staffing.create_post(
            tenant,
            post["department"],
            post["key"],
            post["name"],
            post["role"],
            name_en=post["name_en"],
        )
        for login in post["holders"]:
            await staffing.appoint(tenant, post["key"], people[login])
    for post in town["posts"]:
        if post.get("backup"):
            await staffing.stand_in(tenants[post["place"]], post["key"], post["backup"])
    for each in town["applicants"]:
        await register(each["name"], each["id_number"], each["phone"], town["password"])


async def _matters(town: Mapping[str, Any], tenants: Mapping[str, int]) -> None:
    for offer in town["matters"]:
        package = read_folder(
            SHARED / "bpmn" / "library" / offer["matter"],
            SHARED / "forms" / "library" / offer["matter"],
        )
        version = await matters.save_draft(
            tenants[offer["place"]], package, by=None, now=clock.now()
        )
        await matters.publish(version, by=None, now=clock.now())
