"""Lists that grow with a place: a page at a time, found by words, with as few questions as ever."""

import re
from typing import Any

from browsing import Browser, words
from world import Town

from onewindow import db


async def looked(desk: Browser, address: str) -> tuple[str, int, str | None]:
    """A page's source, how many statements it took, and where its next page is."""
    await desk.get(address)
    with db.counting() as seen:
        page = await desk.get(address)
    assert page.status_code == 200, words(page)
    found = re.search(r'href="([^"]+)" rel="next"', page.text)
    return page.text, len(seen), found[1].replace("&amp;", "&") if found else None


async def test_matters_come_a_page_at_a_time(desk_of: Any, town: Town) -> None:
    desk = await desk_of("wu.fan")
    _few, asked, none = await looked(desk, "/configure/matters")
    assert none is None
    with db.as_system():
        await db.execute(
            "insert into matter (tenant, key, name, name_en, item_type, handling, department,"
            " state) select $1, 'many-' || lpad(n::text, 3, '0'), '示例事项' || lpad(n::text, 3,"
            " '0'), '', 'licence', 'promised', 'market-supervision', 'draft'"
            " from generate_series(1, 60) n",
            town.tenants["qingxi"],
        )
    first, again, further = await looked(desk, "/configure/matters?q=示例")
    assert again == asked
    assert ("many-001" in first, "many-050" in first, "many-051" in first) == (True, True, False)
    assert further is not None
    second, _asked, last = await looked(desk, further)
    assert ("many-050" in second, "many-051" in second, "many-060" in second) == (False, True, True)
    assert last is None
    assert 'rel="prev"' in second
    one, _asked, _none = await looked(desk, "/configure/matters?q=MANY-007")
    assert re.findall(r"<code>(many-\d+)</code>", one) == ["many-007"]
    nothing = words(await desk.get("/configure/matters?q=没有"))
    assert "没有找到事项" in nothing


async def test_people_come_a_page_at_a_time(desk_of: Any, town: Town) -> None:
    desk = await desk_of("wu.fan")
    _few, asked, none = await looked(desk, "/people")
    assert none is None
    with db.as_system():
        await db.execute(
            "insert into person (tenant, kind, username, name, password, active) select $1,"
            " 'staff', 'many.' || n, '众人' || lpad(n::text, 3, '0'), 'x', n <> 7"
            " from generate_series(1, 60) n",
            town.tenants["qingxi"],
        )
    first, again, further = await looked(desk, "/people?q=众人")
    assert again == asked
    names = re.findall(r"众人\d+", first)
    assert ("众人001" in names, "众人007" in names, "众人052" in names) == (True, False, False)
    assert further is not None
    second, _asked, last = await looked(desk, further)
    # Closed accounts come last.
    assert re.findall(r'<a href="/people/[^"]+">(众人\d+)', second)[-1] == "众人007"
    assert last is None
