"""What a busy county has that an address can name."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from busy import CAST, MARKS
from world import Town

from onewindow import db
from onewindow.people.sessions import open_session

Things = Mapping[str, Any]


async def things_of(town: Town, county: str) -> Things:
    """Everything of a county that an address can name, and words by which it can be told."""
    tenant = town.tenants[county]
    window = town.people[CAST[county][1]]
    session = await open_session(window, lasts=timedelta(hours=1), office=tenant)
    with db.as_system():
        cases = {
            row["state"]: row
            for row in await db.fetch(
                "select * from cases where tenant = $1 and channel = 'online' order by id", tenant
            )
        }
        draft, closed = cases["draft"]["id"], cases["delivered"]["id"]
        one = db.fetchval
        things = {
            "tenant": tenant,
            "place": county,
            "old": 1,
            "new": 2,
            "path": "openapi.json",
            "key": "food-business",
            "matter": "food-business",
            "name": await one(
                "select name from saved_view where tenant = $1 and name <> ''", tenant
            ),
            "login": CAST[county][2],
            "person": town.people[CAST[county][2]],
            "number": cases["delivered"]["receipt_number"],
            "open": cases["submitted"]["receipt_number"],
            "correcting": cases["correcting"]["receipt_number"],
            "draft": str(cases["draft"]["uid"]),
            "task": await one(
                "select id from task where tenant = $1 and state = 'open' and assignee is null",
                tenant,
            ),
            "file": str(await one("select uid from case_material where case_id = $1", draft)),
            "material": "layout",
            "code": await one("select code from certificate where case_id = $1", closed),
            "paper": await one("select id from paper where case_id = $1", closed),
            "holding": await one("select id from post_holder where tenant = $1 limit 1", tenant),
            "session": await one("select max(id) from session where person = $1", window),
            "job": await one(
                "select id from pgqueuer where status = 'failed'"
                " and convert_from(payload, 'UTF8')::jsonb ->> 'tenant' = $1",
                str(tenant),
            ),
            "token": await one(
                "insert into access_token (tenant, person_id, name, token_hash, scopes, created_at,"
                " ends_at) values ($1, $2, '夜间发布', md5(random()::text), '{}', now(),"
                " now() + interval '1 day') returning id",
                tenant,
                window,
            ),
            "migration": await one("select id from case_migration where tenant = $1", tenant),
            "form": "apply",
            "section": "basics",
            "part": "definition",
            "block": await one("select key from form_block where tenant = $1", tenant),
            "draft_version": await one(
                "select number from matter_version where tenant = $1 and state = 'draft'", tenant
            ),
        }
        numbers = await db.fetch(
            "select receipt_number as word from cases where tenant = $1"
            " and receipt_number is not null union all select number from certificate"
            " where tenant = $1 union all select code from certificate where tenant = $1"
            " union all select uid::text from cases where tenant = $1",
            tenant,
        )
    words = [MARKS[county], session, *(row["word"] for row in numbers)]
    return {**things, "marks": words}
