"""What the designers ask the server: expressions, verdicts on answers, blocks of forms."""

from typing import Any

from browsing import Browser
from httpx import Response

API = "/api/matters/food-business/draft"
NAME = {"type": "textfield", "id": "n", "key": "n", "label": "姓名", "validate": {"required": True}}


async def send(desk: Browser, way: str, address: str, body: Any) -> Response:
    headers = {"x-csrftoken": await desk.csrf_token(), "accept": "application/json"}
    return await desk.request(way, address, json=body, headers=headers)


async def said(desk: Browser, address: str, body: Any) -> dict[str, Any]:
    answer = await send(desk, "POST", address, body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def form(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": "default", "id": "f", "components": list(components)}


async def test_an_expression_is_judged_where_it_is_wrong(desk_of: Any) -> None:
    desk = await desk_of("wu.fan")
    names = ["answers.area", "answers.kind"]
    asked = {"expression": '=answers.aera > 60 and kind = "a"', "names": names}
    found = (await said(desk, "/api/expressions/check", asked))["problems"]
    assert [(each["start"], each["end"]) for each in found] == [(1, 8), (23, 27)]
    assert found[0]["message"] == "没有名称“answers.aera”，是不是“answers.area”？"
    fine = {"expression": "> 5, 7", "names": [], "unary": True}
    assert (await said(desk, "/api/expressions/check", fine))["problems"] == []


async def test_an_expression_is_tried_within_limits(desk_of: Any) -> None:
    desk = await desk_of("wu.fan")

    async def tried(expression: str, **names: Any) -> dict[str, Any]:
        asked = {"expression": expression, "names": names}
        return await said(desk, "/api/expressions/evaluate", asked)

    assert await tried("=area * 2", area=30) == {"value": 60, "text": "60", "type": "number"}
    assert (await tried('=date("2026-03-02")'))["text"] == "2026-03-02"
    due = await tried('=add working days(date("2026-03-06"), 1)')
    assert due == {"value": "2026-03-09", "text": "2026-03-09", "type": "date"}
    assert (await tried('=duration("P3DT4H")'))["text"] == "P3DT4H"
    endless = await tried("=for a in 1..99999, b in 1..99999 return a * b")
    assert "problem" in endless


async def test_nobody_else_asks(desk_of: Any) -> None:
    desk = await desk_of("li.min")
    for address in ("/api/expressions/check", "/api/expressions/evaluate"):
        assert (await send(desk, "POST", address, {"expression": "1"})).status_code == 403
    assert (await send(desk, "PUT", "/api/form-blocks/x", {})).status_code == 403


async def test_answers_are_judged_by_the_form_as_it_is_being_drawn(desk_of: Any) -> None:
    desk = await desk_of("wu.fan")
    assert (await send(desk, "POST", API, {})).status_code == 201
    address = f"{API}/forms/review/verdict"
    refused = await said(desk, address, {"schema": form(NAME), "answers": {}})
    assert [(e["path"], e["code"]) for e in refused["errors"]] == [("n", "required")]
    good = await said(desk, address, {"schema": form(NAME), "answers": {"n": " 张小明 "}})
    assert good == {"ok": True, "data": {"n": "张小明"}, "errors": []}
    hidden = {"schema": form(NAME), "answers": {}, "access": {"n": "hide"}}
    assert (await said(desk, address, hidden))["ok"]
    script = form({"type": "html", "id": "h", "content": "<script>alert(1)</script>"})
    assert "HTML" in (await said(desk, address, {"schema": script}))["problems"][0]["message"]
    given = (await desk.get(f"{API}/forms/review/given")).json()["data"]
    assert given["operator_name"]


async def test_blocks_go_down_the_tree_and_the_nearest_counts(desk_of: Any) -> None:
    county, city = await desk_of("wu.fan"), await desk_of("zhou.ming")
    body = {"name": "自然人（市）", "name_en": "", "schema": form(NAME)}
    assert (await send(city, "PUT", "/api/form-blocks/person", body)).status_code == 200
    page = (await county.get("/configure/form-blocks")).text
    assert "自然人（市）" in page
    assert "云川市" in page
    body["name"] = "自然人（县）"
    assert (await send(county, "PUT", "/api/form-blocks/person", body)).status_code == 200
    assert "自然人（县）" in (await county.get("/configure/form-blocks")).text
    assert "自然人（县）" not in (await city.get("/configure/form-blocks")).text
    # What can't be used isn't kept.
    bad = body | {"schema": form({"type": "iframe", "id": "i", "url": "https://elsewhere.example"})}
    refused = await send(county, "PUT", "/api/form-blocks/frame", bad)
    assert refused.status_code == 422
    gone = await send(county, "DELETE", "/configure/form-blocks/person", {})
    assert gone.status_code == 303
    assert "自然人（市）" in (await county.get("/configure/form-blocks")).text
