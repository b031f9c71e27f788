"""A matter of the city, made a county's own: what the county may change, and how it follows."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from browsing import Browser, words
from drafting import Acting
from world import Town

import bpmn
from onewindow import clock, db
from onewindow.errors import Forbidden, NotThere
from onewindow.handover import adoption, inheritance, slots
from onewindow.matters import actions as matters
from onewindow.matters import drafts
from onewindow.matters.blank import Office, blank
from onewindow.matters.package import Package
from onewindow.publishing.gate import judge

DeskOf = Callable[..., Awaitable[Browser]]
NOW = clock.now()
KEY = "street-stall"
SLOT = """<bpmn:subProcess id="local" name="本地核查" ow:slot="true">
  <bpmn:startEvent id="local_begins"/><bpmn:endEvent id="local_ends"/>
  <bpmn:sequenceFlow id="local_flow" sourceRef="local_begins" targetRef="local_ends"/>
</bpmn:subProcess>
<bpmn:sequenceFlow id="local_to_decide" sourceRef="local" targetRef="decide"/>"""
FILLED = """<bpmn:startEvent id="local_begins"/>
  <bpmn:userTask id="visit" name="上门核查" ow:stage="inspect" ow:limit="1wd"
    ow:assign="department:market-supervision role:reviewer" ow:outcomes="done:完成|Done"/>
  <bpmn:endEvent id="local_ends"/>
  <bpmn:sequenceFlow id="a" sourceRef="local_begins" targetRef="visit"/>
  <bpmn:sequenceFlow id="b" sourceRef="visit" targetRef="local_ends"/>"""


def city_matter() -> Package:
    """A matter with an open slot between review and decision."""
    office = Office(
        "market-supervision", {"zh": "市场监督管理局", "en": "Market supervision"},
        ("reviewer", "checker", "decider"),
    )  # fmt: skip
    made = blank(
        KEY, {"zh": "街头摊位许可", "en": "Street stall"}, office, legal_basis="《某某条例》第三条"
    )
    process = made.process.replace(
        'id="review_to_decide" sourceRef="review" targetRef="decide" />',
        'id="review_to_local" sourceRef="review" targetRef="local" />' + SLOT,
    ).replace('"review_to_decide"', '"review_to_local"')
    return replace(made, process=process)


def edited(package: Package, was: str, now: str) -> Package:
    assert was in package.process
    return replace(package, process=package.process.replace(was, now))


def defined(package: Package, **changes: Any) -> Package:
    definition = {**package.definition}
    for path, value in changes.items():
        first, _dot, second = path.partition("__")
        definition[first] = {**definition[first], second: value} if second else value
    return replace(package, definition=definition)


def filled(package: Package) -> Package:
    start = package.process.index('<bpmn:startEvent id="local_begins"/>')
    end = package.process.index("</bpmn:subProcess>")
    return replace(package, process=package.process[:start] + FILLED + package.process[end:])


# ---- what may be changed ------------------------------------------------------------------------


def test_an_empty_slot_runs_through_and_a_filled_one_is_worked_on() -> None:
    from feel import Feel

    feel = Feel()
    for package in (city_matter(), filled(city_matter())):
        problems = bpmn.lint(bpmn.read(package.process.encode()), feel)
        assert [each.code for each in problems if each.severity == "error"] == []
        process = bpmn.compile(package.process.encode(), feel)
        assert ("visit" in process.steps) == ("visit" in package.process)
    feel.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda it: defined(it, limits__promised="5wd"),
        lambda it: defined(it, limits__acceptance="1wd"),
        lambda it: defined(it, guide__place={"zh": "二楼", "en": "First floor"}),
        lambda it: defined(it, guide__hours={"zh": "全天", "en": "Always"}),
        lambda it: defined(it, guide__phone="110"),
        lambda it: defined(it, department="civil-affairs"),
        lambda it: defined(it, certificate__issuer="{tenant}城管局"),
        lambda it: edited(it, "supervision role:reviewer", "review role:reviewer"),
        lambda it: edited(it, 'ow:limit="6wd"', 'ow:limit="2wd"'),
        filled,
    ],
)  # fmt: skip
def test_what_is_each_places_own_may_be_changed_and_survives_a_newer_version(
    change: Callable[[Package], Package],
) -> None:
    upper, own = city_matter(), change(city_matter())
    assert not inheritance.same(upper, own)
    assert inheritance.violations(upper, own) == []
    newer = edited(
        defined(upper, summary="=answers.applicant_name"), 'name="审查"', 'name="实质审查"'
    )
    made = inheritance.composed(newer, inheritance.overrides_of(upper, own))
    assert made.lost == ()
    assert inheritance.violations(newer, made.package) == []
    assert not inheritance.same(newer, made.package)
    assert inheritance.overrides_of(newer, made.package) == inheritance.overrides_of(upper, own)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda it: defined(it, limits__promised="15wd"), "承诺时限"),
        (lambda it: defined(it, limits__statutory="15wd"), "法定时限"),
        (lambda it: defined(it, limits__correction="1wd"), "补正时限"),
        (lambda it: defined(it, name={"zh": "别的", "en": "Other"}), "名称"),
        (lambda it: defined(it, guide__channels=["post"]), "办理渠道"),
        (lambda it: edited(it, 'name="审查"', 'name="随便看看"'), "随便看看"),
        (lambda it: edited(it, 'ow:limit="6wd"', 'ow:limit="9wd"'), "时限"),
        (lambda it: edited(it, "role:decider", "role:window_clerk"), "办理人"),
        (lambda it: edited(it, "role:decider", "role:applicant"), "办理人"),
        (lambda it: edited(it, 'ow:slot="true"', ""), "本地核查"),
        (lambda it: edited(it, 'ow:stage="review"', 'ow:stage="check"'), "审查"),
        (lambda it: replace(it, forms={**it.forms, "apply": {"components": []}}), "申请事项说明"),
        (lambda it: replace(it, forms={k: v for k, v in it.forms.items() if k != "review"}), ""),
    ],
)  # fmt: skip
def test_whatever_else_is_changed_breaks_the_rules_and_is_named(
    change: Callable[[Package], Package], said: str
) -> None:
    found = inheritance.violations(city_matter(), change(city_matter()))
    assert found
    assert said in "；".join(f"{each.sentence}{each.subject}" for each in found)


def test_a_picture_tidied_up_and_own_tests_break_nothing() -> None:
    upper = city_matter()
    own = replace(upper, process=upper.process.replace('<dc:Bounds x="', '<dc:Bounds x="1'))
    assert own.process != upper.process
    own = replace(own, tests={"mine": {"name": "我的"}})
    assert inheritance.violations(upper, own) == []


def test_overrides_that_no_longer_fit_are_named_not_forced() -> None:
    upper = city_matter()
    own = filled(defined(upper, limits__promised="5wd"))
    overrides = inheritance.overrides_of(upper, own)
    assert set(overrides) == {"limits.promised", "slot/local"}
    newer = defined(edited(upper, ' ow:slot="true"', ""), limits__promised="3wd")
    made = inheritance.composed(newer, overrides)
    assert set(made.lost) == {"limits.promised", "slot/local"}
    assert made.package.definition["limits"]["promised"] == "3wd"


def test_what_fills_a_slot_moves_with_the_slots_place_in_the_picture() -> None:
    shape = (
        '<bpmndi:BPMNShape id="{0}_di" bpmnElement="{0}"><dc:Bounds x="{1}" y="{2}" width="9"'
        ' height="9"/></bpmndi:BPMNShape></bpmndi:BPMNPlane>'
    )
    upper = edited(city_matter(), "</bpmndi:BPMNPlane>", shape.format("local", 100, 200))
    own = edited(filled(upper), "</bpmndi:BPMNPlane>", shape.format("visit", 110, 210))
    newer = edited(upper, 'x="100" y="200"', 'x="400" y="500"')
    made = inheritance.composed(newer, inheritance.overrides_of(upper, own)).package
    assert 'x="410" y="510"' in made.process
    drawing = bpmn.read(made.process.encode())
    assert "visit" in slots.inside(drawing, "local")


# ---- adopting and following ---------------------------------------------------------------------


async def published(town: Town, package: Package, place: str = "yunchuan") -> None:
    with db.as_system():
        version = await matters.save_draft(town.tenants[place], package, by=None, now=NOW)
        await matters.publish(version, by=None, now=NOW)


async def upstream_id() -> int:
    with db.as_system():
        return await db.fetchval("select min(id) from matter where key = $1", KEY)


async def test_a_county_adopts_a_matter_of_the_city_and_the_city_sees_it(town: Town) -> None:
    await published(town, city_matter())
    async with Acting(town, "wu.fan") as county:
        offered = await adoption.offers(county.tenant)
        assert KEY in [each.key for each in offered]
        assert "food-business" not in [each.key for each in offered]
        assert await adoption.adopt(county, await upstream_id(), at=NOW) == KEY
        draft = await drafts.draft_of(county.tenant, KEY)
        assert draft.package.definition["upstream"] == {
            "tenant": "yunchuan", "version": 1, "kept": {},
        }  # fmt: skip
        assert await adoption.findings(county.tenant, draft.package) == []
        assert KEY not in [each.key for each in await adoption.offers(county.tenant)]
        with pytest.raises(adoption.AlreadyHere):
            await adoption.adopt(county, await upstream_id(), at=NOW)
    async with Acting(town, "zhou.ming") as city:
        [seen] = await adoption.adopters(city, await upstream_id())
        assert (seen["place"], seen["version"], seen["drafted"]) == ("青溪县", None, 1)
    async with Acting(town, "lu.jia") as neighbour:
        assert await adoption.adopters(neighbour, await upstream_id()) == []


async def test_only_a_matter_above_can_be_adopted_and_only_by_who_configures(town: Town) -> None:
    await published(town, city_matter(), "baishi")
    async with Acting(town, "wu.fan") as county:
        with pytest.raises(NotThere):
            await adoption.adopt(county, await upstream_id(), at=NOW)
    async with Acting(town, "li.min") as clerk:
        with pytest.raises(Forbidden):
            await adoption.adopt(clerk, await upstream_id(), at=NOW)


async def test_the_gate_lets_own_places_through_and_stops_at_what_the_city_fixed(
    town: Town,
) -> None:
    await published(town, city_matter())
    async with Acting(town, "wu.fan") as county:
        await adoption.adopt(county, await upstream_id(), at=NOW)

        async def hurdle(package: Package) -> Any:
            draft = await drafts.draft_of(county.tenant, KEY)
            await matters.write_draft(draft.id, package, by=1, now=NOW)
            judgement = await judge(draft.id, now=NOW)
            return next(each for each in judgement.hurdles if each.key == "inherited")

        adopted = (await drafts.draft_of(county.tenant, KEY)).package
        assert (await hurdle(filled(defined(adopted, limits__promised="5wd")))).passed
        longer = await hurdle(defined(adopted, limits__promised="15wd"))
        assert longer.stops
        assert "承诺时限" in longer.reasons[0].text
        # Saying that it comes from elsewhere, or from nowhere, opens nothing.
        for said in (
            None,
            {"tenant": "yunchuan", "version": 9, "kept": {}},
            {"tenant": "baishi", "version": 1, "kept": {}},
            {"tenant": "yunchuan", "version": 1, "kept": {"process": 7}},
        ):
            assert (await hurdle(defined(adopted, upstream=said))).stops


async def test_a_package_that_claims_an_origin_is_stopped_where_nobody_adopted_it(
    town: Town,
) -> None:
    await published(town, city_matter())
    claimed = defined(city_matter(), upstream={"tenant": "yunchuan", "version": 1, "kept": {}})
    async with Acting(town, "lu.jia") as county:
        found = await adoption.findings(county.tenant, claimed)
        assert [each.code for each in found or []] == ["origin-unknown"]


async def test_what_is_fixed_above_is_told_with_the_names_of_departments(town: Town) -> None:
    await published(town, city_matter())
    async with Acting(town, "wu.fan") as county:
        await adoption.adopt(county, await upstream_id(), at=NOW)
        draft = await drafts.draft_of(county.tenant, KEY)
        other = edited(draft.package, "role:decider", "role:window_clerk")
        (found,) = await adoption.findings(county.tenant, other) or []
        assert "市场监督管理局" in found.params["sentence"]
        assert "market-supervision" not in found.params["sentence"]


async def test_changes_above_are_taken_piece_by_piece_and_own_ones_stay(town: Town) -> None:
    await published(town, city_matter())
    async with Acting(town, "wu.fan") as county:
        await adoption.adopt(county, await upstream_id(), at=NOW)
        draft = await drafts.draft_of(county.tenant, KEY)
        await matters.write_draft(
            draft.id, filled(defined(draft.package, limits__promised="5wd")), by=1, now=NOW
        )
    newer = edited(city_matter(), 'name="审查"', 'name="实质审查"')
    await published(town, defined(newer, description={"zh": "街边设摊", "en": "On the street"}))
    async with Acting(town, "wu.fan") as county:
        before = await adoption.adoption_of(county.tenant, KEY)
        assert before is not None
        assert before.is_behind
        assert {each.piece for each in await adoption.drift(before)} == {
            "process", "definition.description",
        }  # fmt: skip

        assert await adoption.take(county, KEY, {"process"}, at=NOW) == ()
        own = (await drafts.draft_of(county.tenant, KEY)).package
        assert "实质审查" in own.process
        assert "visit" in own.process
        assert own.definition["limits"]["promised"] == "5wd"
        assert "description" not in own.definition
        assert own.definition["upstream"]["kept"] == {"definition.description": 1}
        assert await adoption.findings(county.tenant, own) == []

        after = await adoption.adoption_of(county.tenant, KEY)
        assert after is not None
        [left] = await adoption.drift(after)
        assert (left.piece, left.at, left.kept) == ("definition.description", 1, True)
        assert await adoption.take(county, KEY, {left.piece}, at=NOW) == ()
        own = (await drafts.draft_of(county.tenant, KEY)).package
        assert own.definition["description"]["zh"] == "街边设摊"
        assert await adoption.findings(county.tenant, own) == []
        whole = await adoption.adoption_of(county.tenant, KEY)
        assert whole is not None
        assert await adoption.drift(whole) == []


async def test_a_place_goes_its_own_way_and_nothing_is_fixed_above_any_more(
    town: Town, browser_of: DeskOf
) -> None:
    await published(town, city_matter())
    async with Acting(town, "wu.fan") as county:
        await adoption.adopt(county, await upstream_id(), at=NOW)
        draft = await drafts.draft_of(county.tenant, KEY)
        await matters.publish(draft.id, by=1, now=NOW)
    neighbour, configurator = await browser_of("lu.jia"), await browser_of("wu.fan")
    page = f"/configure/matters/{KEY}/upstream"
    headers = {"x-csrftoken": await neighbour.csrf_token()}
    assert (await neighbour.delete(page, headers=headers)).status_code == 404
    headers = {"x-csrftoken": await configurator.csrf_token()}
    answer = await configurator.delete(page, headers=headers)
    assert answer.headers["location"] == f"/configure/matters/{KEY}?done=stopped"
    assert "已解除沿用" in words(await configurator.get(answer.headers["location"]))
    assert (await configurator.get(page)).status_code == 404
    async with Acting(town, "wu.fan") as county:
        own = (await drafts.draft_of(county.tenant, KEY)).package
        renamed = edited(own, 'name="审查"', 'name="实质审查"')
        assert await adoption.findings(county.tenant, renamed) is None
        # What is brought back of the time before is the place's own too.
        await matters.drop_draft((await drafts.draft_of(county.tenant, KEY)).id)
        old = await drafts.begin(county.tenant, KEY, number=1, by=1, at=NOW)
        assert await adoption.findings(county.tenant, old.package) is None
    async with Acting(town, "zhou.ming") as city:
        assert await adoption.adopters(city, await upstream_id()) == []


async def test_the_pages_lead_from_adopting_to_what_changed_and_back_up(
    town: Town, browser_of: DeskOf
) -> None:
    await published(town, city_matter())
    county = await browser_of("wu.fan")
    assert "街头摊位许可" in words(await county.get("/configure/adoptions"))
    answer = await county.send_form("/configure/adoptions", {"matter": await upstream_id()})
    assert answer.headers["location"] == f"/configure/matters/{KEY}/draft/arrival"
    arrival = answer.headers["location"]
    assert "交接核对" in words(await county.get(arrival))
    async with Acting(town, "wu.fan") as actor:
        draft = await drafts.draft_of(actor.tenant, KEY)
        other = edited(draft.package, 'name="审查"', 'name="实质审查"')
        await matters.write_draft(draft.id, other, by=1, now=NOW)
        assert "这一项由上级规定，不能改" in words(await county.get(arrival))
        await matters.write_draft(draft.id, draft.package, by=1, now=NOW)
    drift = f"/configure/matters/{KEY}/upstream"
    assert "与上级现行版本一致" in words(await county.get(drift))
    await published(town, defined(city_matter(), description={"zh": "街边设摊", "en": "Stalls"}))
    assert "街边设摊" in words(await county.get(drift))
    taken = await county.send_form(drift, {"pieces": "definition.description"})
    assert taken.status_code == 303
    assert "已写入草稿" in words(await county.get(taken.headers["location"]))
    city = await browser_of("zhou.ming")
    assert "青溪县" in words(await city.get(f"/configure/matters/{KEY}/adopters"))
    neighbour = await browser_of("lu.jia")
    assert (await neighbour.get(drift)).status_code == 404
    assert (await neighbour.get(f"/configure/matters/{KEY}/adopters")).status_code == 404
