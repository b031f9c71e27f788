"""The panel's own API, walked like the pages: every address, with rows of the other county."""

import re
from typing import Any

import pytest
from browsing import Browser
from busy import MARKS, login_of
from fingerprints import everything
from routes import panel_of
from walkers import OTHER, walkers
from world import Town

from admin.labels import COLUMNS, TABLES
from onewindow import db

KEEPERS = ("configurator", "operator")
AS_JSON = {"accept": "application/json"}

# Besides the tables' own addresses, which are the same for each.
HOUSEHOLD = {
    "GET /admin/",
    "GET /admin/openapi.json",
    "GET /admin/api/openapi.json",
    "GET /admin/api/docs/",
    "GET /admin/api/docs/oauth2-redirect/",
    "GET /admin/api/tables/",
    "GET /admin/api/tables/grouped/",
    "GET /admin/api/links/",
    "GET /admin/api/forms/",
    "GET /admin/api/forms/grouped/",
    "GET /admin/api/forms/{form_slug:str}/",
    "GET /admin/api/forms/{form_slug:str}/schema/",
    "POST /admin/api/forms/{form_slug:str}/",
    "GET /admin/api/user/",
    "POST /admin/api/change-password/",
    "POST /admin/api/media/",
    "POST /admin/api/media/generate-file-url/",
    "GET /admin/public/openapi.json",
    "GET /admin/public/docs/",
    "GET /admin/public/docs/oauth2-redirect/",
    "GET /admin/public/meta/",
    "GET /admin/public/translations/",
    "GET /admin/public/translations/{language_code:str}/",
    "POST /admin/public/logout/",
    "MOUNT /admin/assets",
    "MOUNT /admin/public/login",
}
OF_A_TABLE = {
    "GET ",
    "POST ",
    "GET ids/",
    "GET new/",
    "GET count/",
    "GET schema/",
    "GET references/",
    "GET {row_id:str}/",
    "PUT {row_id:str}/",
    "PATCH {row_id:str}/",
    "DELETE {row_id:str}/",
}


async def at_panel(desk: Browser) -> dict[str, str]:
    """Open the panel as a browser does; the headers its own scripts send from then on."""
    assert (await desk.get("/admin/")).status_code == 200
    return {**AS_JSON, "x-csrftoken": desk.cookies["csrftoken"]}


def test_every_address_of_the_panel_is_known(app: Any) -> None:
    household, tables = set(), {}
    for method, path in panel_of(app):
        found = re.fullmatch(r"/admin/api/tables/(\w+)/(.*)", path)
        if found and found[1] != "grouped":
            tables.setdefault(found[1], set()).add(f"{method} {found[2]}")
        else:
            household.add(f"{method} {path}")
    assert household == HOUSEHOLD
    assert set(tables) == set(TABLES)
    for name, addresses in tables.items():
        assert addresses == OF_A_TABLE, name


async def test_to_whoever_keeps_no_configuration_the_panel_is_not_there(
    town: Town, desk_of, browser: Browser
) -> None:
    for login in walkers("qingxi"):
        desk = await desk_of(login)
        for path in ("/admin/", "/admin/api/tables/", "/admin/api/tables/person/"):
            answer = await desk.get(path, headers=AS_JSON)
            inside = login in [login_of(role, "qingxi") for role in KEEPERS]
            assert answer.status_code == (200 if inside else 404), (login, path)
    for path in ("/admin/", "/admin/api/tables/person/", "/admin/public/meta/"):
        assert (await browser.get(path)).status_code == 404, path


@pytest.mark.parametrize("county", MARKS)
@pytest.mark.parametrize("role", KEEPERS)
async def test_the_panel_shows_and_changes_nothing_of_the_other_county(
    town: Town, desk_of, county: str, role: str
) -> None:
    desk = await desk_of(login_of(role, county))
    headers = await at_panel(desk)
    own, foreign = town.tenants[county], town.tenants[OTHER[county]]
    before = await everything(foreign)
    for name in TABLES:
        column = "id" if name == "tenant" else "tenant"
        with db.as_system():
            rows = await db.fetch(f"select * from {name}")
        ids = {row["id"] for row in rows if row[column] == foreign}
        mine = {row["id"] for row in rows if row[column] == own}
        below = {row["id"] for row in rows if row[column] not in (own, foreign)}
        assert ids, name
        base = f"/admin/api/tables/{name}/"
        seen: set[int] = set()
        for page in range(1, 30):
            answer = await desk.get(
                base, params={"__page": page, "__page_size": 100}, headers=headers
            )
            assert answer.status_code == 200, (name, answer.text)
            assert MARKS[OTHER[county]] not in answer.text, name
            shown = {row["id"] for row in answer.json()["rows"]}
            seen |= shown
            if not shown:
                break
        assert mine & seen == mine or name in ("person",), name
        assert not ids & seen, name
        # A supervising tenant reads below itself; a configurator's county has townships.
        assert seen <= mine | below, name
        count = (await desk.get(base + "count/", headers=headers)).json()["count"]
        assert count == len(seen), name
        listed = (await desk.get(base + "ids/", headers=headers)).json()
        assert not {int(key) for key in listed} & ids, name
        assert MARKS[OTHER[county]] not in repr(listed), name
        for row in list(ids)[:2]:
            for method in ("GET", "PUT", "PATCH", "DELETE"):
                body = (
                    {} if method in ("GET", "DELETE") else {"json": {"name": "改名", "note": "x"}}
                )
                answer = await desk.request(method, f"{base}{row}/", headers=headers, **body)
                assert answer.status_code in (403, 404, 405, 422), (name, method, answer.text)
                assert MARKS[OTHER[county]] not in answer.text, (name, method)
        for key in COLUMNS[name]:
            if key in ("before", "after", "settings", "definition", "forms", "decisions"):
                continue
            answer = await desk.get(
                base, params={key: MARKS[OTHER[county]], "__order": key}, headers=headers
            )
            assert answer.status_code < 500, (name, key, answer.text)
    assert await everything(foreign) == before


async def test_a_row_for_another_tenant_is_refused_in_the_panel(town: Town, desk_of) -> None:
    desk = await desk_of("wu.fan")
    headers = await at_panel(desk)
    base = "/admin/api/tables/department/"
    body = {"key": "archives", "name": "档案局"}
    answer = await desk.post(base, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    stolen = {**body, "key": "spies", "tenant": town.tenants["baishi"]}
    answer = await desk.post(base, json=stolen, headers=headers)
    with db.as_system():
        rows = await db.fetch("select tenant, key from department where name = '档案局'")
    assert {row["tenant"] for row in rows} == {town.tenants["qingxi"]}
    assert answer.status_code in (201, 403, 422)
    # Without the token of a page nothing is written at all.
    unsigned = await desk.post(base, json={**body, "key": "nothing"}, headers=AS_JSON)
    assert unsigned.status_code == 403
