"""How often the studio's pages ask the database: as often for a large matter as for a small one."""

from world import Town

from onewindow import db

DRAFT = "/configure/matters/food-business/draft"
API = "/api/matters/food-business/draft"
ASKED = {
    f"{DRAFT}/process": 4, f"{DRAFT}/forms": 3, f"{DRAFT}/forms/apply": 4,
    f"{DRAFT}/settings/materials": 7, f"{DRAFT}/decisions": 3, f"{DRAFT}/play": 3,
    f"{DRAFT}/tests": 3, f"{DRAFT}/guide": 5, f"{DRAFT}/publication": 24,
    f"{API}/findings": 5, f"{API}/surroundings": 6, f"{API}/parts/process": 2,
}  # fmt: skip


async def test_pages_of_the_studio_ask_little(town: Town, desk_of) -> None:
    desk = await desk_of("wu.fan")
    token = {"x-csrftoken": await desk.csrf_token()}
    assert (await desk.post(API, json={}, headers=token)).status_code == 201
    for address, most in ASKED.items():
        await desk.get(address)
        with db.counting() as asked:
            assert (await desk.get(address)).status_code == 200, address
        assert len(asked) <= most, (address, asked)


async def test_saying_that_one_is_here_reads_no_draft(town: Town, desk_of) -> None:
    desk = await desk_of("wu.fan")
    token = {"x-csrftoken": await desk.csrf_token()}
    await desk.post(API, json={}, headers=token)
    with db.counting() as asked:
        answer = await desk.post(f"{API}/presence", json={"part": "process"}, headers=token)
    assert answer.json()["others"] == []
    assert not any("v.process" in statement for statement in asked)
