"""A verdict as a whole: what is given, who may do what, what is hidden, computed and ruled."""

from datetime import date
from typing import Any

import pytest

import forms

TODAY = date(2026, 11, 22)


def text(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": key, **more}


REQUIRED = {"validate": {"required": True}}


def test_unknown_answers_are_dropped(form: Any) -> None:
    group = {"type": "group", "path": "applicant", "components": [text("name")]}
    verdict = form(group).verdict({"applicant": {"name": "张三", "admin": True}, "hack": 1})
    assert verdict.ok
    assert verdict.data == {"applicant": {"name": "张三"}}


def test_what_a_condition_hides_is_neither_judged_nor_kept(form: Any) -> None:
    made = form(
        {"type": "checkbox", "key": "urgent", "label": "加急"},
        text("reason", **REQUIRED, conditional={"hide": "=urgent != true"}),
    )
    assert made.verdict({"urgent": False, "reason": "旧的理由"}).data == {"urgent": False}
    assert made.verdict({"urgent": True, "reason": "等米下锅"}).data["reason"] == "等米下锅"
    assert [e.path for e in made.verdict({"urgent": True}).errors] == ["reason"]


def test_a_group_hides_everything_in_it(form: Any) -> None:
    made = form(
        {"type": "checkbox", "key": "company", "label": "单位"},
        {
            "type": "group",
            "path": "org",
            "label": "单位信息",
            "conditional": {"hide": "=not(company)"},
            "components": [text("name", **REQUIRED)],
        },
    )
    assert made.verdict({"company": False, "org": {"name": "x"}}).data == {"company": False}
    assert not made.verdict({"company": True}).ok


def test_hidden_answers_count_for_nothing_in_other_conditions(form: Any) -> None:
    """However long the chain, and whatever a client sends for what is hidden."""
    chain = form(
        {"type": "checkbox", "key": "a", "label": "a"},
        text("b", conditional={"hide": "=a != true"}),
        text("c", conditional={"hide": '=b = null or b = ""'}),
        text("d", **REQUIRED, conditional={"hide": '=c = null or c = ""'}),
    )
    sent = {"a": False, "b": "x", "c": "y", "d": ""}
    assert chain.verdict(sent).data == {"a": False}
    assert [e.path for e in chain.verdict(sent | {"a": True}).errors] == ["d"]


def test_computed_fields_are_computed_whatever_was_sent(form: Any) -> None:
    made = form(
        {"type": "expression", "key": "total", "label": "合计", "expression": "=fee + extra"},
        {"type": "number", "key": "area", "label": "面积"},
        {"type": "expression", "key": "fee", "label": "费用", "expression": "=area * 3"},
        {
            "type": "expression",
            "key": "extra",
            "label": "附加",
            "expression": "=if fee > 100 then 10 else 0",
        },
    )
    assert not made.exact
    sent = {"area": 50, "fee": 1, "total": 0, "extra": -5}
    assert made.verdict(sent).data == {"area": 50, "fee": 150, "extra": 10, "total": 160}


def test_read_only_answers_come_from_what_is_given(form: Any) -> None:
    made = form(text("name"), text("fixed", readonly=True, defaultValue="窗口"), text("opinion"))
    sent = {"name": "李四", "fixed": "改了", "opinion": "同意"}
    given = {"name": "张三", "fixed": "综合窗口"}
    read = made.verdict(sent, given=given, access={"name": "read"})
    assert read.data == {"name": "张三", "fixed": "综合窗口", "opinion": "同意"}
    assert made.verdict(sent).data["fixed"] == "窗口"


def test_read_only_answers_are_not_held_against_the_reader(form: Any) -> None:
    made = form(
        text("name", **REQUIRED),
        text("opinion", **REQUIRED),
        rules=[{"when": '=name != "x"', "message": "不对", "field": "name"}],
    )
    access = {"*": "read", "opinion": "edit"}
    assert made.verdict({"opinion": "同意"}, given={"name": "x"}, access=access).ok
    assert [e.path for e in made.verdict({}, access=access).errors] == ["opinion"]


def test_what_may_not_be_seen_keeps_its_value_and_says_nothing(form: Any) -> None:
    made = form(
        text("name"),
        text("secret", **REQUIRED),
        text("note", **REQUIRED, conditional={"hide": '=secret = "机密"'}),
    )
    verdict = made.verdict({"secret": "偷改"}, given={"secret": "机密"}, access={"secret": "hide"})
    # The page doesn't know the secret, so the note is asked for on both sides.
    assert [e.path for e in verdict.errors] == ["note"]
    assert verdict.data["secret"] == "机密"


def test_children_follow_their_container_unless_they_are_named(form: Any) -> None:
    made = form({"type": "group", "path": "g", "label": "g", "components": [text("a"), text("b")]})
    given = {"g": {"a": "1", "b": "2"}}
    sent = {"g": {"a": "x", "b": "y"}}
    assert made.verdict(sent, given=given, access={"g": "read", "g.b": "edit"}).data == {
        "g": {"a": "1", "b": "y"}
    }
    assert made.verdict(sent, given=given, access={"g": "hide", "g.b": "edit"}).data == given


def test_a_list_with_stored_columns_keeps_its_rows(form: Any) -> None:
    """A reviewer fills in one column: rows can't be added, dropped or moved under the others."""
    made = form(
        {
            "type": "dynamiclist",
            "path": "members",
            "label": "成员",
            "properties": {"minRows": 3},
            "components": [
                text("name"),
                text("secret"),
                {"type": "number", "key": "checked", "label": "核定收入"},
            ],
        }
    )
    given = {"members": [{"name": "甲", "secret": "s1"}, {"name": "乙", "secret": "s2"}]}
    access = {"members.name": "read", "members.secret": "hide"}
    sent = {"members": [{"name": "丙", "checked": 1}, {"checked": 2}, {"name": "丁", "checked": 3}]}
    verdict = made.verdict(sent, given=given, access=access)
    assert verdict.ok
    assert verdict.data["members"] == [
        {"name": "甲", "secret": "s1", "checked": 1},
        {"name": "乙", "secret": "s2", "checked": 2},
    ]


def test_an_answer_left_out_keeps_the_stored_value_and_an_emptied_one_does_not(form: Any) -> None:
    made = form(
        text("a"), text("b"), {"type": "number", "key": "n", "label": "n", "defaultValue": 7}
    )
    given = {"a": "旧", "b": "旧", "n": 1}
    assert made.verdict({"b": "", "n": None}, given=given).data == {"a": "旧", "b": "", "n": None}
    assert made.verdict({}).data == {"a": "", "b": "", "n": 7}


def test_a_stored_choice_that_is_no_longer_offered_is_open_again(form: Any) -> None:
    made = form(
        {
            "type": "radio",
            "key": "x",
            "label": "x",
            "values": [{"label": "甲", "value": "a"}],
            **REQUIRED,
        }
    )
    verdict = made.verdict({}, given={"x": "gone"})
    assert verdict.data == {"x": None}
    assert [e.code for e in verdict.errors] == ["required-choice"]


def test_drafts_are_judged_by_type_only_and_keep_what_was_typed(form: Any) -> None:
    made = form(
        {"type": "checkbox", "key": "urgent", "label": "加急"},
        text("reason", **REQUIRED, conditional={"hide": "=urgent != true"}),
        {"type": "idnumber", "key": "id", "label": "号码"},
        {"type": "number", "key": "n", "label": "数"},
        text("fixed", readonly=True),
        {"type": "expression", "key": "total", "label": "和", "expression": "=n + 1"},
    )
    typed = {
        "urgent": False,
        "reason": "半句话 ",
        "id": "1101",
        "n": "十",
        "fixed": "改",
        "total": 9,
        "hack": 1,
    }
    draft = made.verdict(typed, given={"fixed": "定"}, partial=True)
    assert draft.ok
    assert draft.data == {
        "urgent": False,
        "reason": "半句话 ",
        "id": "1101",
        "n": "十",
        "fixed": "定",
    }
    assert not made.verdict({"urgent": "yes"}, partial=True).ok


def test_rules_speak_at_their_field_and_only_when_what_they_read_is_right(form: Any) -> None:
    made = form(
        {"type": "number", "key": "low", "label": "下限", "validate": {"min": 0}},
        {"type": "number", "key": "high", "label": "上限"},
        rules=[{"when": "=high >= low", "message": "上限不能小于下限", "field": "high"}],
    )
    assert made.exact
    error = made.verdict({"low": 5, "high": 3}).errors[0]
    assert (error.path, error.code, error.message) == ("high", "rule", "上限不能小于下限")
    assert (error.text, error.params["message"]) == ("{message}", "上限不能小于下限")
    assert [e.code for e in made.verdict({"low": -5, "high": -6}).errors] == ["min"]
    # Null is not true: a rule about optional answers has to say so itself.
    assert [e.code for e in made.verdict({"low": 5}).errors] == ["rule"]


def test_rules_in_lists_speak_in_their_row_and_rules_without_a_field_about_the_whole(
    form: Any,
) -> None:
    made = form(
        {
            "type": "dynamiclist",
            "path": "rows",
            "label": "行",
            "components": [
                {"type": "number", "key": "a", "label": "甲"},
                {"type": "number", "key": "b", "label": "乙"},
            ],
        },
        rules=[
            {"when": "=this.b > this.a", "message": "乙须大于甲", "field": "rows.b"},
            {"when": "=count(rows) < 3", "message": "行太多"},
        ],
    )
    sent = {"rows": [{"a": 1, "b": 2}, {"a": 2, "b": 1}, {"a": 0, "b": 1}]}
    found = made.verdict(sent).errors
    assert [(e.path, e.message) for e in found] == [("rows.1.b", "乙须大于甲"), ("", "行太多")]
    assert (found[1].id, found[1].label) == ("", "")


def test_a_condition_on_an_empty_answer_does_not_hide(form: Any) -> None:
    """form-js reads "hide" as a unary test, in which "empty > 100" would pass."""
    made = form(
        {"type": "number", "key": "area", "label": "面积"},
        text("note", conditional={"hide": "=area > 100"}),
    )
    assert "note" in made.verdict({"area": None}).data
    assert "note" not in made.verdict({"area": 101}).data


def test_today_is_the_day_that_was_given_on_both_sides(form: Any) -> None:
    day = {"type": "datetime", "key": "day", "label": "日期"}
    plain = form(
        day, rules=[{"when": "=date(day) <= today()", "message": "不能晚于今天", "field": "day"}]
    )
    engine = form(
        day,
        rules=[
            {
                "when": '=date(day) + duration("P1D") > today()',
                "message": "不能早于今天",
                "field": "day",
            }
        ],
    )
    assert (plain.exact, engine.exact) == (True, False)
    for made, wrong, right in (
        (plain, date(2026, 11, 21), TODAY),
        (engine, date(2026, 11, 23), TODAY),
    ):
        assert made.verdict({"day": "2026-11-22"}, today=right).ok
        assert not made.verdict({"day": "2026-11-22"}, today=wrong).ok


def test_without_a_day_it_is_today_in_china(form: Any) -> None:
    made = form(
        {"type": "datetime", "key": "day", "label": "日期", "properties": {"range": "future"}}
    )
    assert made.verdict({"day": "2199-12-31"}).ok
    assert not made.verdict({"day": "2020-01-01"}).ok


def test_a_fresh_isolate_is_told_the_form_again(form: Any, feel: Any) -> None:
    made = form(
        {"type": "number", "key": "n", "label": "n"},
        {"type": "expression", "key": "m", "label": "m", "expression": "=n + 1"},
    )
    assert made.verdict({"n": 1}).data["m"] == 2
    feel.close()
    assert made.verdict({"n": 2}).data["m"] == 3


def test_errors_can_be_translated_by_their_template(form: Any) -> None:
    error = (
        form({"type": "number", "key": "n", "label": "面积", "validate": {"min": 5}})
        .verdict({"n": 1})
        .errors[0]
    )
    assert (error.text, error.params) == ("不能小于 {min}", {"label": "面积", "min": "5"})


def test_asking_for_the_same_form_again_costs_nothing(form: Any) -> None:
    assert form(text("a")) is form(text("a"))


def test_fields_tell_what_a_form_asks(sink: forms.Form) -> None:
    fields = {field.path: field for field in sink.fields}
    assert fields["applicant.kind"].options == (("person", "个人"), ("organisation", "单位"))
    assert fields["applicant.name"].required
    assert (fields["people.jobs.place"].list, fields["people.jobs.place"].key) == (
        "people.jobs",
        "place",
    )
    assert fields["founded"].label == "成立日期"


@pytest.mark.parametrize("access", [{}, {"*": "read"}, {"people": "hide"}])
def test_verdicts_never_share_values_with_what_was_given(
    plain_sink: forms.Form, access: dict[str, Any]
) -> None:
    given: dict[str, Any] = {
        "address": {"province": "云南省"},
        "people": [{"name": "甲"}],
        "items": ["hot"],
    }
    data = plain_sink.verdict({}, given=given, access=access).data
    for value in data.values():
        if isinstance(value, dict):
            value["changed"] = 1
        elif isinstance(value, list):
            value.append("changed")
    assert given == {
        "address": {"province": "云南省"},
        "people": [{"name": "甲"}],
        "items": ["hot"],
    }
