"""Each component through a verdict: what it takes, what it refuses, and in which words."""

from datetime import date
from typing import Any

import pytest

TODAY = date(2026, 11, 22)


def judged(form: Any, component: dict[str, Any], value: Any, **more: Any) -> tuple[Any, str | None]:
    """What is stored for one field, and the sentence a person reads (None: it will do)."""
    made = form({"key": "x", "label": "项目", **component})
    verdict = made.verdict({"x": value}, today=TODAY, **more)
    message = verdict.errors[0].message if verdict.errors else None
    return verdict.data.get("x"), message


@pytest.mark.parametrize(
    ("component", "value", "stored"),
    [
        ({"type": "textfield"}, "  张三\t丰 ", "张三 丰"),
        ({"type": "textfield"}, "界" * 500, "界" * 500),
        ({"type": "textfield"}, "零\u0000宽", "零宽"),
        ({"type": "textfield", "validate": {"minLength": 2}}, "𠮷野", "𠮷野"),
        ({"type": "textfield", "validate": {"validationType": "email"}}, "a@b.cn", "a@b.cn"),
        ({"type": "textfield", "validate": {"pattern": "^[0-9]{6}$"}}, "530000", "530000"),
        ({"type": "textarea"}, " 一\r\n二 ", "一\n二"),
        ({"type": "number"}, 12.5, 12.5),
        ({"type": "number"}, 12.0, 12),
        ({"type": "number"}, None, None),
        ({"type": "number", "increment": 0.1}, 0.3, 0.3),
        ({"type": "number", "decimalDigits": 2}, 0.07, 0.07),
        ({"type": "money"}, 0, 0),
        ({"type": "money", "validate": {"min": -500}}, -500, -500),
        ({"type": "checkbox"}, False, False),
        ({"type": "idnumber"}, " 110105 19491231 002x", "11010519491231002X"),
        ({"type": "creditcode"}, "91350100m000100y43", "91350100M000100Y43"),
        ({"type": "mobile"}, "138 0013 8000", "13800138000"),
        ({"type": "mobile", "properties": {"landline": "true"}}, "0771-1234567", "0771-1234567"),
        ({"type": "datetime"}, "2026-02-28", "2026-02-28"),
        ({"type": "datetime", "subtype": "time"}, "23:59", "23:59"),
        ({"type": "datetime", "subtype": "datetime"}, "2026-11-22T09:30", "2026-11-22T09:30"),
        (
            {"type": "region"},
            {"province": "云南省", "city": "云川市", "county": "青溪县", "street": " 柳树村 3 组 "},
            {"province": "云南省", "city": "云川市", "county": "青溪县", "street": "柳树村 3 组"},
        ),
        (
            {"type": "region"},
            {"province": "北京市", "county": "东城区", "street": "1 号", "hack": "x"},
            {"province": "北京市", "county": "东城区", "street": "1 号"},
        ),
        ({"type": "region"}, {"province": "", "street": " "}, None),
        (
            {"type": "region", "properties": {"parts": "county, town"}},
            {"county": "青溪县", "town": "临江镇"},
            {"county": "青溪县", "town": "临江镇"},
        ),
    ],
)
def test_what_is_right_is_taken_and_cleaned(
    form: Any, component: dict[str, Any], value: Any, stored: Any
) -> None:
    assert judged(form, component, value) == (stored, None)


@pytest.mark.parametrize(
    ("component", "value", "message"),
    [
        ({"type": "textfield", "validate": {"required": True}}, " \u3000", "请填写项目"),
        ({"type": "textfield", "validate": {"minLength": 2}}, "𠮷", "至少填写 2 个字，现在有 1 个"),
        ({"type": "textfield"}, "界" * 501, "最多填写 500 个字，现在有 501 个"),
        (
            {"type": "textarea", "validate": {"maxLength": 3}},
            "一二三四",
            "最多填写 3 个字，现在有 4 个",
        ),
        (
            {"type": "textfield", "validate": {"validationType": "email"}},
            "窗口@yunchuan",
            "请填写正确的电子邮箱，例如 name@example.cn",
        ),
        ({"type": "textfield", "validate": {"pattern": "^A"}}, "B", "项目的格式不正确"),
        (
            {
                "type": "textfield",
                "validate": {"pattern": "^A", "patternErrorMessage": "以 {A} 开头"},
            },
            "B",
            "以 {A} 开头",
        ),
        ({"type": "number"}, "十二", "请填写数字，例如 120"),
        ({"type": "number"}, "12", "请填写数字，例如 120"),
        ({"type": "number"}, 2**53, "数字过大，请核对"),
        ({"type": "number", "decimalDigits": 0}, 1.5, "请填写整数，不带小数"),
        ({"type": "number", "decimalDigits": 2}, 0.125, "最多保留 2 位小数"),
        ({"type": "number", "increment": "0.1"}, 0.35, "请填写 0.1 的整数倍"),
        ({"type": "number", "validate": {"min": 0.5}}, 0.4, "不能小于 0.5"),
        ({"type": "number", "validate": {"max": 100}}, 100.01, "不能大于 100"),
        ({"type": "money"}, "一百", "请填写金额（元），最多两位小数，例如 1200.00"),
        ({"type": "money"}, -1, "不能少于 0.00 元"),
        ({"type": "money", "validate": {"max": 123456}}, 123457, "不能多于 1,234.56 元"),
        ({"type": "checkbox", "validate": {"required": True}}, False, "请勾选“项目”"),
        ({"type": "idnumber"}, "110105", "公民身份号码应为 18 位"),
        ({"type": "idnumber"}, "110105194912310021", "公民身份号码有误（校验码不符），请核对"),
        (
            {"type": "creditcode"},
            "91350100M000100Y44",
            "统一社会信用代码有误（校验码不符），请核对",
        ),
        ({"type": "mobile"}, "0771-1234567", "请填写 11 位手机号码"),
        ({"type": "datetime", "validate": {"required": True}}, None, "请选择项目"),
        ({"type": "datetime"}, "2026-02-30", "请填写正确的日期，例如 2026-11-22"),
        ({"type": "datetime", "properties": {"range": "past"}}, "2026-11-22", "日期须早于今天"),
        ({"type": "datetime", "disallowPassedDates": True}, "2026-11-21", "日期不能早于今天"),
        ({"type": "datetime", "subtype": "time"}, "24:00", "请填写正确的时间，例如 09:30"),
        (
            {"type": "datetime", "subtype": "datetime"},
            "2026-11-22T",
            "请填写正确的日期和时间，例如 2026-11-22 09:30",
        ),
        ({"type": "region", "validate": {"required": True}}, None, "请填写项目"),
        ({"type": "region"}, {"province": "云南省"}, "请填写市（州、盟）"),
        ({"type": "region"}, {"province": "北京市", "county": "东城区"}, "请填写详细地址"),
    ],
)
def test_what_is_wrong_is_said_in_words(
    form: Any, component: dict[str, Any], value: Any, message: str
) -> None:
    assert judged(form, component, value)[1] == message


OPTIONS = [
    {"label": "批发", "value": "wholesale"},
    {"label": "一", "value": 1},
    {"label": "真", "value": True},
]


@pytest.mark.parametrize("type_", ["radio", "select"])
def test_a_choice_is_one_of_the_options_of_the_very_type(form: Any, type_: str) -> None:
    component = {"type": type_, "values": OPTIONS, "validate": {"required": True}}
    assert judged(form, component, 1) == (1, None)
    assert judged(form, component, True) == (True, None)
    assert judged(form, component, "1")[1] == "所选项不在可选范围内，请重新选择"
    assert judged(form, component, False)[1] == "所选项不在可选范围内，请重新选择"
    assert judged(form, component, None)[1] == "请选择项目"


@pytest.mark.parametrize("type_", ["checklist", "taglist"])
def test_several_choices_are_options_each_at_most_once(form: Any, type_: str) -> None:
    component = {"type": type_, "values": OPTIONS, "validate": {"required": True}}
    assert judged(form, component, ["wholesale", 1]) == (["wholesale", 1], None)
    assert judged(form, component, [])[1] == "请选择项目"
    assert judged(form, component, [1, 1])[1] is not None
    assert judged(form, component, ["走私"])[1] == "所选项不在可选范围内，请重新选择"


def test_options_may_be_found_in_given_values_or_computed(form: Any) -> None:
    found = form(
        {"type": "select", "key": "district", "label": "片区", "valuesKey": "districts"},
        {
            "type": "select",
            "key": "size",
            "label": "档次",
            "valuesExpression": '=if area > 100 then ["大"] else ["小"]',
        },
        {"type": "number", "key": "area", "label": "面积"},
    )
    given = {"districts": [{"label": "东区", "value": "east"}, "西区"], "area": 5}
    assert not found.exact
    assert found.verdict({"district": "西区", "size": "大", "area": 120}, given=given).ok
    wrong = found.verdict({"district": "南区", "size": "大", "area": 80}, given=given)
    assert [(error.path, error.code) for error in wrong.errors] == [
        ("district", "option"),
        ("size", "option"),
    ]


def test_options_can_not_be_brought_along_by_the_answers(form: Any) -> None:
    found = form({"type": "select", "key": "district", "label": "片区", "valuesKey": "districts"})
    sent = {"district": "自选", "districts": ["自选"]}
    assert [error.code for error in found.verdict(sent, given={"districts": ["东区"]}).errors] == [
        "option"
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 4, 5])
def test_lists_have_a_least_and_a_most_number_of_rows(form: Any, count: int) -> None:
    listed = form(
        {
            "type": "dynamiclist",
            "path": "members",
            "label": "家庭成员",
            "properties": {"minRows": "2", "maxRows": 4},
            "components": [
                {
                    "type": "textfield",
                    "key": "name",
                    "label": "姓名",
                    "validate": {"required": True},
                }
            ],
        }
    )
    verdict = listed.verdict({"members": [{"name": f"成员{n}"} for n in range(count)]})
    said = {0: "至少填写 2 项", 1: "至少填写 2 项", 5: "最多填写 4 项"}.get(count)
    assert verdict.ok is (said is None)
    if said:
        assert verdict.errors[0].path == "members"
        assert said in verdict.errors[0].message
    missing = listed.verdict({"members": [{"name": "甲"}, {}]})
    assert [(e.path, e.label) for e in missing.errors] == [("members.1.name", "家庭成员（2）姓名")]


def test_a_list_nobody_saw_begins_with_its_empty_rows_and_an_emptied_one_stays_empty(
    form: Any,
) -> None:
    component = {
        "type": "dynamiclist",
        "path": "members",
        "label": "家庭成员",
        "defaultRepetitions": 2,
        "components": [{"type": "textfield", "key": "name", "label": "姓名"}],
    }
    assert form(component).verdict({}).data == {"members": [{"name": ""}, {"name": ""}]}
    assert form(component).verdict({"members": []}).data == {"members": []}
    assert form(component).verdict({"members": None}).data == {"members": []}


def test_english_is_complete(form: Any) -> None:
    component = {"type": "textfield", "labelEn": "Name", "validate": {"required": True}}
    assert judged(form, component, "", lang="en")[1] == "Enter Name"
    ruled = form(
        {"type": "number", "key": "a", "label": "甲", "labelEn": "A"},
        rules=[
            {
                "when": "=a > 1",
                "message": "甲须大于 1",
                "messageEn": "A must exceed 1",
                "field": "a",
            }
        ],
    )
    error = ruled.verdict({"a": 1}, lang="en").errors[0]
    assert (error.label, error.message) == ("A", "A must exceed 1")
