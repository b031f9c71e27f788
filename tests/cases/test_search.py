"""Finding cases: by number, by any part of a name, by matter; within one's rights."""

from browsing import Browser, words
from casework import apply_for
from world import Town, answers_of

from onewindow import db

APPLY = answers_of("food-business")["apply"]


async def found(desk: Browser, **query: str) -> list[str]:
    page = await desk.get("/cases", params=query)
    assert page.status_code == 200
    text = words(page)
    return [name for name in ("林记面馆", "王记饭店", "Lin Noodles") if name in text]


async def test_any_part_of_a_name_finds_its_cases_within_ones_rights(
    cast, desk_of, town: Town
) -> None:
    await apply_for(cast.applicant, "food-business", "qingxi", operator_name="青溪县林记面馆")
    await apply_for(cast.applicant, "food-business", "linjiang", operator_name="青溪县王记饭店")
    await apply_for(cast.applicant, "food-business", "baishi", operator_name="Lin Noodles")
    assert await found(cast.window, q="面馆") == ["林记面馆"]
    assert await found(cast.window, q="记") == ["林记面馆", "王记饭店"]
    assert await found(cast.window, q="馆面") == []
    assert await found(cast.window, q="食品经营") == ["林记面馆", "王记饭店"]
    assert await found(cast.window, q="food business") == ["林记面馆", "王记饭店"]
    assert await found(cast.window, q="记", state="accepted") == []
    assert await found(cast.window, q="记", matter="food-business") == ["林记面馆", "王记饭店"]
    assert await found(cast.window, q="noodle") == []
    assert await found(cast.window, q="%") == []
    township, city = await desk_of("lin.xiao"), await desk_of("sun.yue")
    assert await found(township, q="记") == ["王记饭店"]
    assert await found(city, q="noodle") == ["Lin Noodles"]
    assert await found(city, q="记", place="linjiang") == ["王记饭店"]


async def test_a_number_finds_its_case_and_pages_go_on_where_they_ended(
    cast, town: Town, monkeypatch
) -> None:
    receipts = [await apply_for(cast.applicant, "food-business", "qingxi") for _k in range(3)]
    assert receipts[1] in words(await cast.window.get("/cases", params={"q": receipts[1]}))
    monkeypatch.setattr("onewindow.cases.search.PAGE", 2)
    first = await cast.window.get("/cases", params={"q": APPLY["operator_name"][:3]})
    assert receipts[2] in first.text
    assert receipts[0] not in first.text
    with db.as_system():
        last = await db.fetchval("select id from cases where receipt_number = $1", receipts[1])
    second = await cast.window.get(
        "/cases", params={"q": APPLY["operator_name"][:3], "before": str(last)}
    )
    assert receipts[0] in second.text
    assert receipts[2] not in second.text


async def test_looking_names_up_widens_nobodys_sight(cast, town: Town) -> None:
    await apply_for(cast.applicant, "food-business", "qingxi")
    ask = "select count(*) from cases_found('青溪', $1, '', '', null, 10)"
    everywhere = list(town.tenants.values())
    with db.as_tenant(town.tenants["qingxi"]):
        assert await db.fetchval(ask, everywhere) == 1
    with db.as_tenant(town.tenants["baishi"]):
        assert await db.fetchval(ask, everywhere) == 0
