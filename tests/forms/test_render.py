"""Answers as people read them, without engine or browser."""

from typing import Any

import pytest

import forms

DATA: dict[str, Any] = {
    "applicant": {"name": "云川面馆", "kind": "organisation", "mobile": "13800138000", "mail": ""},
    "address": {
        "province": "云南省",
        "city": "云川市",
        "county": "青溪县",
        "town": "临江镇",
        "street": "柳树村 3 组",
    },
    "area": 120.5,
    "capital": 12345678,
    "founded": "2024-02-09",
    "meeting": "2026-11-23T09:30",
    "business": "catering",
    "items": ["hot", "cold"],
    "tags": [],
    "urgent": False,
    "fee": 371.5,
    "people": [
        {"name": "张三", "age": 35, "cert": True, "jobs": [{"place": "县招待所", "years": 3}]},
        {"name": "李四", "age": 22, "cert": False, "jobs": []},
    ],
    "agree": True,
}


def test_every_kind_of_answer_reads_as_people_write_it(sink: forms.Form) -> None:
    rows = dict(sink.render(DATA))
    assert rows["申请人类型"] == "单位"
    assert rows["电子邮箱"] == "未填写"
    assert rows["经营地址"] == "云南省 云川市 青溪县 临江镇 柳树村 3 组"
    assert rows["面积"] == "120.5 平方米"
    assert rows["注册资本"] == "123,456.78 元"
    assert rows["成立日期"] == "2024年2月9日"
    assert rows["约见时间"] == "2026年11月23日 09:30"
    assert rows["经营项目"] == "热食、冷食"
    assert rows["标签"] == "未填写"
    assert rows["加急"] == "否"
    assert rows["从业人员 1 · 姓名"] == "张三"
    assert rows["经历 1 · 单位"] == "县招待所"
    assert rows["从业人员 2 · 持有健康证"] == "否"


def test_what_was_not_asked_is_not_shown(sink: forms.Form) -> None:
    labels = [label for label, _ in sink.render(DATA)]
    assert "公民身份号码" not in labels
    assert "加急理由" not in labels


def test_sections_keep_groups_and_entries_apart(sink: forms.Form) -> None:
    sections = sink.sections(DATA)
    titles = [(section.title, section.depth) for section in sections]
    assert titles[:2] == [("申请人", 1), ("", 0)]
    assert ("从业人员 1", 1) in titles
    assert ("经历 1", 2) in titles
    assert sections[0].rows[0] == ("姓名或名称", "云川面馆")


def test_in_english(sink: forms.Form) -> None:
    rows = dict(sink.render(DATA, lang="en"))
    assert rows["Name"] == "云川面馆"
    assert rows["Kind"] == "Organisation"
    assert rows["注册资本"] == "¥123,456.78"
    assert rows["成立日期"] == "9 February 2024"
    assert rows["I declare that this is true"] == "Yes"


def test_what_may_not_be_seen_is_not_shown(sink: forms.Form) -> None:
    labels = {
        row[0]
        for s in sink.sections(DATA, access={"people": "hide", "applicant.name": "hide"})
        for row in s.rows
    }
    assert "姓名或名称" not in labels
    assert "年龄" not in labels


@pytest.mark.parametrize("value", [None, 5, "x", [], [1, {"a": None}], {"a": [True]}, True, 1e30])
def test_whatever_is_stored_can_be_shown(sink: forms.Form, value: Any) -> None:
    for field in sink.fields:
        data: Any = value
        for step in reversed(field.path.split(".")):
            data = {step: data}
        assert all(
            isinstance(text, str) for row in sink.render({**data, "people": [data]}) for text in row
        )


def test_an_empty_list_says_so(sink: forms.Form) -> None:
    assert ("从业人员", "无") in sink.render({"people": []})


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (5, "0.05"), (-12345, "-123.45"), (10**11, "1,000,000,000.00")]
)
def test_amounts_have_two_decimals_and_groups_of_three(fen: int, text: str) -> None:
    assert forms.value_text({"type": "money"}, fen) == f"{text} 元"
