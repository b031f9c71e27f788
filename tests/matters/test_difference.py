"""What is different between two versions, as people read it."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from world import package_of

from onewindow.matters.difference import Difference, difference
from onewindow.matters.difference.texts import wordwise
from onewindow.matters.difference.whole import whole
from onewindow.matters.package import Package
from onewindow.web.i18n import speaking

DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="fee">
<decision id="fee" name="收费标准"><decisionTable id="t" hitPolicy="UNIQUE">
<input id="i" label="面积"><inputExpression id="e"><text>area</text></inputExpression></input>
<output id="o" label="费率" name="rate" typeRef="number"/>
{rules}</decisionTable></decision></definitions>"""


def rule(id: str, area: str, rate: str) -> str:
    return (
        f'<rule id="{id}"><inputEntry id="{id}i"><text>{area}</text></inputEntry>'
        f'<outputEntry id="{id}o"><text>{rate}</text></outputEntry></rule>'
    )


@pytest.fixture(scope="module")
def food() -> Package:
    return package_of("food-business")


def changed(
    package: Package,
    *,
    definition: Callable[[dict[str, Any]], object] = lambda it: None,
    form: Callable[[dict[str, Any]], object] = lambda it: None,
    process: tuple[str, str] = ("", ""),
) -> Difference:
    """The difference after a change by hand."""
    defined, forms = copy.deepcopy(package.definition), copy.deepcopy(dict(package.forms))
    definition(defined)
    form(forms["apply"])
    assert process[0] in package.process
    drawing = package.process.replace(*process) if process[0] else package.process
    after = replace(package, definition=defined, forms=forms, process=drawing)
    return difference(package, after, names={"department:market-supervision": "市场监管局"})


def sentences(found: Difference) -> list[str]:
    return [change.sentence for change in found.changes]


def test_the_same_has_no_difference(food: Package) -> None:
    assert not difference(food, copy.deepcopy(food))


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (
            'ow:form="inspect" ow:limit="2wd"',
            'ow:form="inspect" ow:limit="3d"',
            "环节“现场核查（两人）”的时限由 2 个工作日改为 3 天",
        ),
        ('name="审查" ', 'name="书面审查" ', "环节“审查”的名称由“审查”改为“书面审查”"),
        (
            "department:market-supervision role:decider",
            "at:county department:market-supervision role:decider",
            "环节“决定”的办理人由“市场监管局 · 决定”改为“县级 · 市场监管局 · 决定”",
        ),
        (
            'ow:differs-from="inspect review"',
            'ow:differs-from="review"',
            "环节“审核”的回避的环节由“现场核查（两人）”、“审查”改为“审查”",
        ),
        (
            "prepackaged_only = true",
            "prepackaged_only = false",
            "从“仅销售预包装食品？”到“备案登记”的连线的条件由 prepackaged_only = true 改为"
            " prepackaged_only = false",
        ),
        (
            '<ow:variable name="prepackaged_only" type="boolean" />',
            '<ow:variable name="prepackaged_only" type="string" />',
            "流程变量“prepackaged_only”的类型由是或否改为文字",
        ),
    ],
)
def test_a_change_of_the_drawing_is_said_by_its_property(
    food: Package, before: str, after: str, sentence: str
) -> None:
    assert sentences(changed(food, process=(before, after))) == [sentence]


def test_moving_boxes_alone_is_told_as_that(food: Package) -> None:
    found = changed(food, process=('x="', 'x="1'))
    assert sentences(found) == ["流程图中图形的位置有改动"]
    assert not found.marks


def test_a_new_step_is_marked_and_its_flows_are_not_listed(food: Package) -> None:
    step = (
        '<bpmn:userTask id="extra" name="复核"/><bpmn:sequenceFlow id="to_extra"'
        ' sourceRef="review" targetRef="extra"/><bpmn:sequenceFlow id="from_extra"'
        ' sourceRef="extra" targetRef="check"/>'
    )
    old = '<bpmn:sequenceFlow id="review_to_check" sourceRef="review" targetRef="check" />'
    found = changed(food, process=(old, step))
    assert sentences(found) == ["新增环节“复核”", "删去从“审查”到“审核”的连线"]
    assert found.marks == {
        "extra": "added", "to_extra": "added", "from_extra": "added", "review_to_check": "removed",
    }  # fmt: skip


def test_forms_are_told_field_by_field(food: Package) -> None:
    def change(form: dict[str, Any]) -> None:
        business = form["components"][0]["components"][0]
        business |= {"label": "主营业态", "validate": {}}
        business["values"].pop()
        form["components"][0]["components"].append(
            {"type": "textfield", "key": "brand", "label": "店招名称"}
        )

    assert sentences(changed(food, form=change)) == [
        "字段“主营业态”的名称由“主体业态”改为“主营业态”",
        "删去字段“主营业态”的选项“集中用餐单位食堂”",
        "字段“主营业态”的必填由“是”改为“否”",
        "新增字段“店招名称”",
    ]


def test_a_form_goes_by_its_own_name_and_a_new_one_is_told(food: Package) -> None:
    found = changed(food, form=lambda form: form.update(label="食品经营申请书"))
    assert [change.area for change in found.changes] == ["表单“食品经营申请书”"]
    assert sentences(found) == [
        "表单“食品经营申请书”的名称由“食品经营许可申请表”改为“食品经营申请书”"
    ]


def test_settings_are_told_in_plain_words(food: Package) -> None:
    def change(it: dict[str, Any]) -> None:
        it["limits"]["promised"] = "4wd"
        it["materials"][0]["necessity"] = "optional"
        del it["materials"][-1]
        it["guide"]["fees"] = [
            {name: {"zh": "工本费", "en": "x"} for name in ("name", "standard", "basis")}
        ]
        it["certificate"]["valid"] = {"years": 3}
        it["guide"]["channels"] = ["window"]

    found = changed(food, definition=change)
    assert sentences(found) == [
        "材料“食品经营许可申请书”的必要性由“必要”改为“非必要”",
        "删去材料“授权委托书”",
        "事项的承诺时限由 5 个工作日改为 4 个工作日",
        "新增收费项目“工本费”",
        "事项的办理渠道由窗口、网上、邮寄改为窗口",
        "证照“食品经营许可证”的有效期由 5 年改为 3 年",
    ]
    assert list(found.by_area()) == ["申请材料", "时限与费用", "办事指南", "文书与证照"]


def test_a_sentence_is_told_word_by_word(food: Package) -> None:
    def change(it: dict[str, Any]) -> None:
        it["guide"]["conditions"][4]["zh"] = "设备布局和工艺流程科学合理，能够防止食品交叉污染。"

    (found,) = changed(food, definition=change).changes
    assert found.sentence.startswith("办理条件第 5 条的文字由")
    assert wordwise("5 个工作日内办结", "三个工作日内书面办结") == (
        ("removed", "5 "), ("added", "三"), ("same", "个工作日内"),
        ("added", "书面"), ("same", "办结"),
    )  # fmt: skip


def test_decision_tables_are_told_row_by_row(food: Package) -> None:
    old = rule("r1", "&lt;= 100", "3") + rule("r2", "&gt; 100", "5")
    new = rule("r1", "&lt;= 100", "4") + rule("r3", "&gt; 500", "8") + rule("r2", "&gt; 100", "5")
    before = replace(food, decisions={"fee": DMN.format(rules=old)})
    after = replace(food, decisions={"fee": DMN.format(rules=new)})
    assert sentences(difference(before, after)) == [
        "第 1 条规则的“费率”由 3 改为 4",
        "新增第 2 条规则（> 500 | 8）",
    ]


def test_texts_that_only_the_other_language_changed_are_shown_in_it(food: Package) -> None:
    with speaking("en"):
        found = changed(food, definition=lambda it: it["name"].update(zh="食品许可"))
        assert "“食品许可”" in sentences(found)[0] or "食品许可" in sentences(found)[0]
        found = changed(food, definition=lambda it: it["guide"]["conditions"][0].update(zh="成年"))
        assert "成年" in str(found.changes[0])


def test_what_cannot_be_read_still_counts_as_changed(food: Package) -> None:
    assert sentences(difference(food, replace(food, process="<broken"))) == ["流程图有改动"]


def test_a_thousand_rows_are_compared_in_a_moment(food: Package) -> None:
    rows = [rule(f"r{n}", str(n), str(n)) for n in range(1000)]
    before = replace(food, decisions={"fee": DMN.format(rules="".join(rows))})
    after = replace(food, decisions={"fee": DMN.format(rules="".join(rows[1:]))})
    assert len(difference(before, after).changes) == 1


def test_a_new_matter_is_told_whole(food: Package) -> None:
    fee = {
        "name": {"zh": "工本费"},
        "standard": {"zh": "每本 10 元"},
        "basis": {"zh": "《办法》第一条"},
    }
    guide = {**food.definition["guide"], "fees": [fee]}
    food = replace(food, definition={**food.definition, "guide": guide})
    areas = {
        area.name: {thing.name: dict(thing.rows) for thing in area.things} for area in whole(food)
    }
    field = areas["表单“食品经营许可申请表”"]["字段“食堂类型”"]
    assert field["必填"] == "是"
    assert field["选项"].startswith("学校食堂、托幼机构食堂、")
    assert areas["申请材料"]["材料“授权委托书”"]["需要的条件"] == '=answers.agent = "agent"'
    told = [area.name for area in whole(food) if area.part == "matter.json"]
    assert told == ["事项信息", "申请材料", "时限与费用", "办事指南", "文书与证照"]
    assert areas["时限与费用"]["事项"]["承诺时限"] == "5 个工作日"
    said = "《食品经营许可和备案管理办法》"
    assert any(said in name for name in areas["办事指南"])
    with speaking("en"):
        assert "Materials" in [area.name for area in whole(food)]
