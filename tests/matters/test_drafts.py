"""A draft is saved part by part, and nobody's work is written over without being told."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from browsing import Browser, words
from world import Town

from onewindow import clock, db, rooms
from onewindow.errors import Invalid, NotThere, Stale
from onewindow.matters import actions, drafts
from onewindow.matters.checks import check
from onewindow.matters.versions import Version

DeskOf = Callable[[str], Awaitable[Browser]]
NOW = clock.now()
KEY = "food-business"


@pytest.fixture
async def qingxi(town: Town) -> Any:
    with db.as_tenant(town.tenants["qingxi"]):
        yield town.tenants["qingxi"]


async def test_a_part_is_saved_from_what_was_loaded_and_from_nothing_else(qingxi: int) -> None:
    draft = await drafts.begin(qingxi, KEY, by=1, at=NOW)
    loaded = draft.etags["process"]
    mine = draft.package.process.replace('name="受理"', 'name="受理登记"')
    saved = await drafts.save_part(qingxi, KEY, "process", mine, made_from=loaded, by=1, at=NOW)
    assert saved.package.process == mine
    assert saved.hash != draft.hash
    theirs = mine.replace("受理登记", "收件受理")
    with pytest.raises(drafts.ChangedMeanwhile) as told:
        await drafts.save_part(qingxi, KEY, "process", theirs, made_from=loaded, by=2, at=NOW)
    assert told.value.etag == saved.etags["process"]
    assert (await drafts.draft_of(qingxi, KEY)).package.process == mine
    # The same save sent once more, because its answer was lost, is no conflict.
    await drafts.save_part(qingxi, KEY, "process", mine, made_from=loaded, by=1, at=NOW)


async def test_two_people_save_different_parts_side_by_side(qingxi: int) -> None:
    draft = await drafts.begin(qingxi, KEY, by=1, at=NOW)
    definition = {**draft.package.definition, "keywords": ["饭馆"]}
    form = {**draft.package.forms["apply"], "title": "申请表"}
    for part, content in (("forms/apply", form), ("definition", definition)):
        await drafts.save_part(
            qingxi, KEY, part, content, made_from=draft.etags[part], by=1, at=NOW
        )
    kept = (await drafts.draft_of(qingxi, KEY)).package
    assert kept.definition["keywords"] == ["饭馆"]
    assert kept.forms["apply"]["title"] == "申请表"


async def test_a_matter_is_called_as_its_draft_says_until_it_is_published(qingxi: int) -> None:
    package = (await drafts.begin(qingxi, KEY, by=1, at=NOW)).package
    new = replace(package, definition={**package.definition, "key": "stall"})
    await actions.save_draft(qingxi, new, by=1, now=NOW)
    for key in (KEY, "stall"):
        draft = await drafts.draft_of(qingxi, key)
        definition = {**draft.package.definition, "name": {"zh": "摊位" * 100, "en": "Stall"}}
        made_from = draft.etags["definition"]
        await drafts.save_part(
            qingxi, key, "definition", definition, made_from=made_from, by=1, at=NOW
        )
    names = await db.fetch("select name from matter where tenant = $1", qingxi)
    assert {"食品经营许可", "摊位" * 60} <= {row["name"] for row in names}


async def test_forms_come_and_go_without_touching_the_definition_others_edit(qingxi: int) -> None:
    draft = await drafts.begin(qingxi, KEY, by=1, at=NOW)
    form = draft.package.forms["apply"]
    more = await drafts.save_part(qingxi, KEY, "forms/survey", form, made_from=None, by=1, at=NOW)
    assert more.package.definition["forms"][-1] == "survey"
    assert more.etags["definition"] == draft.etags["definition"]
    with pytest.raises(drafts.AlreadyThere):
        await drafts.save_part(qingxi, KEY, "forms/survey", form, made_from=None, by=1, at=NOW)
    less = await drafts.drop_part(qingxi, KEY, "forms/survey", by=1, at=NOW)
    assert less.hash == draft.hash
    with pytest.raises(Stale):
        await drafts.save_part(
            qingxi, KEY, "forms/survey", form, made_from=more.etags["forms/survey"], by=1, at=NOW
        )


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("process", "<bpmn:definitions"),
        ("process", '<!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>'),
        ("process", "x\x00"),
        ("process", {}),
        ("definition", "text"),
        ("definition", {"key": "another-matter"}),
        ("forms/../escape", {}),
        ("forms/A", {}),
        ("forms/nul", {"text": "\x00"}),
        ("forms/long", {"text": "长" * 800_000}),
        ("unheard/of", {}),
    ],
)
async def test_what_cannot_be_kept_is_refused_and_nothing_changes(
    qingxi: int, part: str, content: drafts.Content
) -> None:
    draft = await drafts.begin(qingxi, KEY, by=1, at=NOW)
    with pytest.raises(Invalid):
        await drafts.save_part(
            qingxi, KEY, part, content, made_from=draft.etags.get(part), by=1, at=NOW
        )
    assert (await drafts.draft_of(qingxi, KEY)).hash == draft.hash


async def test_a_draft_may_be_wrong_and_says_what_is(desk_of: DeskOf) -> None:
    desk = await desk_of("wu.fan")
    api = f"/api/matters/{KEY}/draft"
    headers = {"accept": "application/json", "x-csrftoken": await desk.csrf_token()}
    begun = await desk.post(api, json={}, headers=headers)
    assert begun.status_code == 201, begun.text
    assert {"number": 2, "based_on": 1}.items() <= begun.json().items()  # never rows' ids
    part = await desk.get(f"{api}/parts/process", headers=headers)
    assert part.headers["content-type"].startswith("application/xml")
    wrong = part.text.replace('ow:form="accept"', 'ow:form="nowhere"')
    unsaved = await desk.post(
        f"{api}/findings", json={"part": "process", "content": wrong}, headers=headers
    )
    assert [each["code"] for each in unsaved.json()["findings"] if each["severity"] == "error"] == [
        "form-missing"
    ]
    saved = await desk.put(
        f"{api}/parts/process",
        content=wrong.encode(),
        headers={**headers, "if-match": part.headers["etag"]},
    )
    assert saved.status_code == 200, saved.text
    found = (await desk.get(f"{api}/findings", headers=headers)).json()["findings"]
    assert {"part": "process", "element": "accept"}.items() <= found[0].items()
    again = await desk.put(
        f"{api}/parts/process",
        content=part.content,
        headers={**headers, "if-match": part.headers["etag"]},
    )
    assert again.status_code == 412

    assert again.json()["by"] == "吴凡"
    unsaid = await desk.put(f"{api}/parts/process", content=wrong.encode(), headers=headers)
    assert unsaid.status_code == 422


async def test_what_the_gate_would_refuse_is_found_while_it_is_drawn(desk_of: DeskOf) -> None:
    desk = await desk_of("wu.fan")
    api = f"/api/matters/{KEY}/draft"
    headers = {"accept": "application/json", "x-csrftoken": await desk.csrf_token()}
    await desk.post(api, json={}, headers=headers)
    content = (await desk.get(f"{api}/parts/definition", headers=headers)).json()
    content["limits"]["promised"] = "2wd"
    content["variables"]["area"] = "answers.nowhere"
    asked = {"part": "definition", "content": content}
    found = (await desk.post(f"{api}/findings", json=asked, headers=headers)).json()["findings"]
    places = {(each["part"], each["element"]) for each in found if each["severity"] == "error"}
    assert places == {("definition", "limits.promised"), ("definition", "variables.area")}


async def test_people_in_the_same_draft_are_told_of_each_other(town: Town, desk_of: DeskOf) -> None:
    with db.as_tenant(town.tenants["qingxi"]):
        draft = await drafts.begin(town.tenants["qingxi"], KEY, by=1, at=NOW)
        assert await drafts.here(draft, 1, "孙倩", "process", NOW) == []
        others = await drafts.here(draft, 2, "周明", "forms/apply", NOW)
        assert [(other.name, other.part) for other in others] == [("孙倩", "process")]
        later = NOW + 2 * drafts.STILL_HERE
        assert await drafts.here(draft, 2, "周明", "forms/apply", later) == []


async def test_a_draft_is_nobody_elses(town: Town, desk_of: DeskOf) -> None:
    with db.as_tenant(town.tenants["qingxi"]):
        await drafts.begin(town.tenants["qingxi"], KEY, by=1, at=NOW)
    with db.as_tenant(town.tenants["baishi"]), pytest.raises(NotThere):
        await drafts.draft_of(town.tenants["qingxi"], KEY)
    clerk = await desk_of("li.min")
    answer = await clerk.get(f"/api/matters/{KEY}/draft", headers={"accept": "application/json"})
    assert answer.status_code == 403


async def test_unseen_marks_that_turn_the_writing_are_not_kept(qingxi: int) -> None:
    draft = await drafts.begin(qingxi, KEY, by=1, at=NOW)
    turned = {
        "process": draft.package.process.replace('name="审查"', 'name="审\u202e查&#x202E;"'),
        "forms/notice": {"type": "default", "components": [{"label": "说\u2067明"}]},
    }
    for part, content in turned.items():
        draft = await drafts.save_part(
            qingxi, KEY, part, content, made_from=draft.etags.get(part), by=1, at=NOW
        )
    assert "审查" in draft.package.process
    assert draft.package.forms["notice"]["components"] == [{"label": "说明"}]
    # A package from elsewhere keeps what it brings, which its hash is over, but isn't published.
    imported = replace(draft.package, process=turned["process"])
    assert "turning-marks" in {each.code for each in check(imported, rooms.feel())}
    assert "turning-marks" not in {each.code for each in check(draft.package, rooms.feel())}


async def test_a_field_no_form_asks_for_is_told_wherever_it_is_read(qingxi: int) -> None:
    package = (await drafts.begin(qingxi, KEY, by=1, at=NOW)).package
    wrong = {
        **package.definition,
        "summary": '=answers.gone + "answers.said"',
        "certificate": {
            **package.definition["certificate"],
            "fields": [
                {"key": "k", "label": {"zh": "内容", "en": "Text"}, "value": "=answers.lost"}
            ],
            "public": [],
        },
    }
    found = check(replace(package, definition=wrong), rooms.feel())
    told = {(each.element, each.params["name"]) for each in found if each.code == "answer-unknown"}
    assert told == {("summary", "gone"), ("certificate.fields[0].value", "lost")}
    assert not [each for each in check(package, rooms.feel()) if each.code == "answer-unknown"]
    # A certificate may also read them form by form.
    value = wrong["certificate"]["fields"][0]
    field = {**value, "value": "=answers.apply.operator_name"}
    right = {
        **package.definition,
        "certificate": {**wrong["certificate"], "fields": [field]},
    }
    found = check(replace(package, definition=right), rooms.feel())
    assert not [each for each in found if each.code == "answer-unknown"]


def test_a_step_for_each_of_a_list_is_called_by_its_item_or_without_one() -> None:
    steps = {
        "joint": SimpleNamespace(name="会审（{department}）"),
        "check": SimpleNamespace(name="审核"),
    }
    version: Any = SimpleNamespace(
        process=SimpleNamespace(steps=steps),
        definition=SimpleNamespace(steps={"joint": "Joint review ({department})"}),
    )
    named = Version.step_name
    assert named(version, "joint", "zh", "会审（农业）") == "会审（农业）"
    assert named(version, "joint") == "会审"
    assert named(version, "joint", "en") == "Joint review"
    assert named(version, "check", "zh", "从前的审核") == "审核"


async def test_what_two_people_made_of_a_part_is_told_in_words(desk_of: DeskOf) -> None:
    keeper = await desk_of("wu.fan")
    headers = {"x-csrftoken": await keeper.csrf_token()}
    draft = f"/api/matters/{KEY}/draft"
    assert (await keeper.post(draft, headers=headers, json={})).status_code == 201
    base = (await keeper.get(f"{draft}/parts/forms/review")).json()
    text = json.dumps(base, ensure_ascii=False)
    theirs = json.loads(text.replace('"理由和依据"', '"理由"'))
    mine = json.loads(text.replace('"审查意见"', '"意见"'))
    address = "/configure/matters/food-business/draft/comparison"

    async def told(**contents: Any) -> str:
        asked = {"part": "forms/review", "theirs": theirs, "mine": mine} | contents
        answer = await keeper.post(address, headers=headers, json=asked)
        assert answer.status_code == 200, answer.text
        return words(answer)

    assert "对方改了什么 表单“审查意见表” 1 字段“理由”的名称由“理由和依据”改为“理由”" in (
        await told(base=base)
    )
    assert "字段“理由和依据”的名称由“理由”改为“理由和依据”" in await told()
    assert "只是写法不同" in await told(mine=theirs)
    refused = await keeper.post(
        address, headers=headers, json={"part": "process", "theirs": "<a", "mine": "<b"}
    )
    assert refused.status_code == 422
    clerk = await desk_of("chen.gang")
    headers = {"x-csrftoken": await clerk.csrf_token()}
    answer = await clerk.post(address, headers=headers, json={"part": "process"})
    assert answer.status_code == 403
