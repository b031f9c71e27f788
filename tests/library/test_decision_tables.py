"""Decision tables (DMN) in a matter: checked when it is published, asked while a case runs.

The matter of these tests is the shipped sole trader registration, with a table put behind its
acceptance: many fields of business go to the decider, few to the checker.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from casework import apply_for, do, state_of, waiting
from world import Town

from feel import Feel
from onewindow import clock, db, jobs, rooms
from onewindow.errors import Invalid
from onewindow.matters import actions
from onewindow.matters.checks import check
from onewindow.matters.findings import Finding
from onewindow.matters.package import Package, read_folder, read_zip, write_zip

ROOT = Path(__file__).parents[2]
MATTER = "sole-trader"

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="care_file" name="核准方式"
    namespace="urn:test">
  <inputData id="in_fields" name="fields"><variable name="fields" typeRef="number"/></inputData>
  <decision id="care" name="核准方式"><variable name="care"/>
    <informationRequirement id="needs"><requiredInput href="#in_fields"/></informationRequirement>
    <decisionTable id="table" hitPolicy="UNIQUE">
      <input id="i1" label="经营范围项数">
        <inputExpression id="e1" typeRef="number"><text>fields</text></inputExpression></input>
      <output id="o1" name="care"/>
      <rule id="r1"><inputEntry id="r1i"><text>&lt; 3</text></inputEntry>
        <outputEntry id="r1o"><text>"usual"</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="r2i"><text>&gt;= 3</text></inputEntry>
        <outputEntry id="r2o"><text>"close"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""

DRAWN = """
    <bpmn:extensionElements><ow:variable name="fields" type="number"/>
      <ow:variable name="care" type="string"/></bpmn:extensionElements>"""

BEHIND_ACCEPTANCE = """
    <bpmn:businessRuleTask id="sort" name="确定核准方式" ow:decision="care" ow:result="care"/>
    <bpmn:exclusiveGateway id="how" name="核准方式" default="how_to_check"/>
    <bpmn:userTask id="second" name="负责人核准" ow:stage="decide" ow:limit="4h"
        ow:assign="department:market-supervision role:decider"
        ow:outcomes="grant:准予登记|Register" ow:differs-from="accept"/>
    <bpmn:sequenceFlow id="accept_to_sort" sourceRef="accept" targetRef="sort"/>
    <bpmn:sequenceFlow id="sort_to_how" sourceRef="sort" targetRef="how"/>
    <bpmn:sequenceFlow id="how_to_second" sourceRef="how" targetRef="second">
      <bpmn:conditionExpression>care = "close"</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="how_to_check" sourceRef="how" targetRef="check"/>
    <bpmn:sequenceFlow id="second_to_issue" sourceRef="second" targetRef="issue"/>
"""


def with_a_table() -> Package:
    shipped = read_folder(ROOT / "bpmn/library" / MATTER, ROOT / "forms/library" / MATTER)
    # The flow from acceptance to checking goes, and with it its line in the picture.
    process = re.sub(
        r'<bpmndi:BPMNEdge[^>]*bpmnElement="accept_to_check".*?</bpmndi:BPMNEdge>',
        "",
        shipped.process,
        flags=re.DOTALL,
    )
    process = "\n".join(line for line in process.splitlines() if "accept_to_check" not in line)
    head = process.index("</bpmn:documentation>") + len("</bpmn:documentation>")
    process = process[:head] + DRAWN + process[head:]
    edge = process.index("</bpmn:process>")
    definition = {
        **shipped.definition,
        "variables": {"fields": "=count(answers.scope)"},
        "decisions": ["decisions/care.dmn"],
    }
    return Package(
        definition,
        process[:edge] + BEHIND_ACCEPTANCE + process[edge:],
        {"care": TABLE},
        shipped.forms,
    )


@pytest.fixture(scope="module")
def feel() -> Iterator[Feel]:
    engine = Feel()
    yield engine
    engine.close()


def errors(package: Package, feel: Feel) -> list[Finding]:
    return [each for each in check(package, feel) if each.severity == "error"]


def test_a_matter_with_a_sound_table_may_be_published(feel: Feel) -> None:
    assert errors(with_a_table(), feel) == []


@pytest.mark.parametrize(
    ("before", "after", "code", "said"),
    [
        (TABLE, "<definitions", "dmn-not-xml", "不是正确的 XML"),
        ("&lt; 3<", "&lt; 3 and and<", "unreadable", "决定“核准方式”第 1 条规则"),
        ("<text>fields</text>", "<text>feilds</text>", "unknown-name", "没有名称“feilds”"),
        ('name="fields"', 'name="items"', "decision-input-unknown", "“items”"),
        ('<decision id="care"', '<decision id="other" name="另"><literalExpression><text>1</text>'
         '</literalExpression></decision><decision id="first"', "decision-unclear", "2 个决策"),
    ],
    ids=["not XML", "a cell", "a name", "input data", "two decisions"],
)  # fmt: skip
def test_what_is_wrong_with_a_table_is_said_before_publishing(
    feel: Feel, before: str, after: str, code: str, said: str
) -> None:
    broken = replace(with_a_table(), decisions={"care": TABLE.replace(before, after)})
    found = next(each for each in errors(broken, feel) if each.code == code)
    assert said in found.message
    if code in ("unreadable", "unknown-name"):
        assert found.part == "decisions/care.dmn"
        assert found.line


def test_a_table_that_is_asked_must_be_there(feel: Feel) -> None:
    [found] = errors(replace(with_a_table(), decisions={}), feel)
    assert (found.code, found.element) == ("decision-file-missing", "sort")
    assert "“确定核准方式”" in found.message


def test_a_zip_is_taken_back_even_if_its_definition_forgot_to_list_a_table() -> None:
    package = with_a_table()
    forgetful = replace(package, definition={**package.definition, "decisions": []})
    assert read_zip(write_zip(forgetful)) == read_zip(write_zip(package))


async def test_a_case_goes_the_way_the_table_decides(town: Town, desk_of) -> None:
    place = town.tenants["baishi"]
    with db.as_system():
        version = await actions.save_draft(place, with_a_table(), by=None, now=clock.now())
        await actions.publish(version, by=None, now=clock.now())
    applicant, window = await desk_of("13800000001"), await desk_of("zheng.shuang")

    few = await apply_for(applicant, MATTER, "baishi")
    assert await do(window, few, "accept") == ["check"]

    fields = [{"entry": f"经营项目{n}", "kind": "general"} for n in range(3)]
    many = await apply_for(applicant, MATTER, "baishi", scope=fields)
    assert await do(window, many, "accept") == ["second"]
    await do(await desk_of("cao.bin"), many, "second")
    await jobs.drain()
    assert await waiting(many) == {"deliver"}
    assert await state_of(many) == "issued"


async def test_a_draft_is_saved_with_its_tables_and_stays_its_matter(town: Town) -> None:
    package = with_a_table()
    texts = {
        "definition": orjson.dumps({**package.definition, "decisions": []}).decode(),
        "process": package.process,
        "forms": orjson.dumps(dict(package.forms)).decode(),
        "decisions": orjson.dumps({"care": TABLE}).decode(),
    }
    with db.as_system():
        version = await actions.save_draft(
            town.tenants["baishi"], package, by=None, now=clock.now()
        )
        assert await actions.edit_draft(version, **texts, now=clock.now()) == check(
            package, rooms.feel()
        )
        assert (await actions.package_of(version)).hash == package.hash
        for part, text in (
            ("decisions", '{"care": 5}'),
            ("forms", '{"apply": []}'),
            ("definition", texts["definition"].replace('"sole-trader"', '"another"')),
        ):
            with pytest.raises(Invalid) as refused:
                await actions.edit_draft(version, **{**texts, part: text}, now=clock.now())
            assert [problem.field for problem in refused.value.fields] == [part]
