"""What may stand in a definition: each refusal with where it stands and what to do."""

import copy
from pathlib import Path
from typing import Any

import pytest
from conftest import HERE, LIBRARY, name_of, read

import forms
from feel import Feel


def text(**more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": "a", "label": "甲", **more}


def whole(*components: Any, **more: Any) -> dict[str, Any]:
    return {"type": "default", "components": list(components), **more}


def listed(*components: Any, **more: Any) -> dict[str, Any]:
    return {
        "type": "dynamiclist",
        "path": "rows",
        "label": "行",
        "components": list(components),
        **more,
    }


RADIO = {"type": "radio", "key": "a", "label": "甲"}

BROKEN: list[tuple[Any, str, str]] = [
    (None, "not-a-form", ""),
    ({"components": {}}, "not-a-form", ""),
    (whole({"type": "textfield", "key": object()}), "not-json", ""),
    (whole(text(description="x" * 300_000)), "form-too-large", ""),
    (whole(*[text(key=f"a{n}") for n in range(201)]), "too-many-components", ""),
    (whole("x"), "not-a-component", "components[0]"),
    (whole(text(extra=1)), "property-unknown", "components[0].extra"),
    (whole(text(validate={"script": "x"})), "property-unknown", "components[0].validate.script"),
    (
        whole(text(properties={"onclick": "x"})),
        "property-unknown",
        "components[0].properties.onclick",
    ),
    (whole(text(id="1x")), "bad-id", "components[0].id"),
    (whole(text(id="x"), text(id="x", key="b")), "duplicate-id", "components[1].id"),
    (whole({"type": "textfield", "label": "甲"}), "no-key", "components[0].key"),
    (
        whole({"type": "dynamiclist", "label": "行", "components": []}),
        "no-path",
        "components[0].path",
    ),
    (whole(text(key="a b")), "bad-key", "components[0].key"),
    (whole(text(key="a..b")), "bad-key", "components[0].key"),
    (whole(text(key="__proto__")), "bad-key", "components[0].key"),
    (whole(text(key="constructor")), "reserved-key", "components[0].key"),
    (whole(text(key="x.date")), "reserved-key", "components[0].key"),
    (whole(text(), text()), "duplicate-key", "components[1].key"),
    (whole(text(), text(key="a.b")), "key-inside", "components[1].key"),
    (whole(text(key="a.b"), text()), "key-inside", "components[1].key"),
    (whole(text(label="")), "no-label", "components[0].label"),
    (whole(text(label="=x")), "label-expression", "components[0].label"),
    (whole(text(label="你好 {{x}}")), "label-expression", "components[0].label"),
    (whole(text(label="x" * 201)), "too-long", "components[0].label"),
    (whole(RADIO), "no-options", "components[0].values"),
    (whole(RADIO | {"values": [{"label": "x"}]}), "bad-option", "components[0].values[0]"),
    (whole(RADIO | {"values": [], "valuesKey": "x"}), "options-twice", "components[0]"),
    (
        whole(RADIO | {"values": [{"label": "x", "value": 1}, {"label": "y", "value": 1}]}),
        "duplicate-option",
        "components[0].values[1]",
    ),
    (
        whole(RADIO | {"values": [{"label": "x", "value": 1}], "defaultValue": 2}),
        "default-not-option",
        "components[0].defaultValue",
    ),
    (
        whole(
            {
                "type": "checkbox",
                "key": "a",
                "label": "我承诺",
                "validate": {"required": True},
                "defaultValue": True,
            }
        ),
        "ticked-for-you",
        "components[0].defaultValue",
    ),
    (
        whole({"type": "number", "key": "a", "label": "甲", "validate": {"min": 2, "max": 1}}),
        "bad-limits",
        "components[0].validate.min",
    ),
    (
        whole({"type": "money", "key": "a", "label": "甲", "validate": {"min": 0.5}}),
        "bad-property",
        "components[0].validate.min",
    ),
    (whole(text(validate={"minLength": "5"})), "bad-property", "components[0].validate.minLength"),
    (
        whole(text(validate={"validationType": "phone"})),
        "bad-property",
        "components[0].validate.validationType",
    ),
    (
        whole({"type": "datetime", "key": "a", "label": "甲", "properties": {"range": "soon"}}),
        "bad-property",
        "components[0].properties.range",
    ),
    (
        whole({"type": "datetime", "key": "a", "label": "甲", "subtype": "year"}),
        "bad-property",
        "components[0].subtype",
    ),
    (
        whole(listed(text(readonly="=x"))),
        "read-only-expression-in-list",
        "components[0].components[0].readonly",
    ),
    (
        whole(listed(text(readonly=True))),
        "read-only-column",
        "components[0].components[0].readonly",
    ),
    (
        whole(listed(text(), properties={"minRows": 3, "maxRows": 2})),
        "bad-rows",
        "components[0].properties.minRows",
    ),
    (
        whole(listed(text(), properties={"minRows": "many"})),
        "bad-rows",
        "components[0].properties.minRows",
    ),
    (
        whole(text(conditional={"hide": "a = 1"})),
        "not-expression",
        "components[0].conditional.hide",
    ),
    (
        whole(text(conditional={"hide": "=" + "a or " * 300 + "a"})),
        "too-long",
        "components[0].conditional.hide",
    ),
    (whole({"type": "expression", "key": "a"}), "not-expression", "components[0].expression"),
    (
        whole({"type": "text", "text": "<img src=x onerror=alert(1)>"}),
        "text-html",
        "components[0].text",
    ),
    (
        whole({"type": "text", "text": "![x](https://example.cn/x.png)"}),
        "text-image",
        "components[0].text",
    ),
    (whole({"type": "text", "text": "{{#loop x}}"}), "text-block", "components[0].text"),
    (whole(text(), rules=[{"when": "=a"}]), "bad-rule", "rules[0]"),
    (
        whole(text(), rules=[{"when": "=a", "message": "x", "field": "b"}]),
        "rule-field",
        "rules[0].field",
    ),
    (whole(text(), rules={}), "bad-property", "rules"),
]


@pytest.mark.parametrize(
    ("definition", "code", "path"), BROKEN, ids=[f"{c}-{p}" for _, c, p in BROKEN]
)
def test_what_is_wrong_is_found_at_its_place(definition: Any, code: str, path: str) -> None:
    found = {(problem.code, problem.path) for problem in forms.check(definition)}
    assert (code, path) in found
    assert all(problem.message for problem in forms.check(definition))


@pytest.mark.parametrize(
    "type_", ["html", "iframe", "button", "script", "filepicker", "image", "documentPreview"]
)
def test_what_runs_or_loads_something_is_refused_with_what_to_use_instead(type_: str) -> None:
    component = {
        "type": type_,
        "id": "x",
        "content": "<b>",
        "url": "https://example.cn",
        "action": "submit",
    }
    [problem] = forms.check(whole(component))
    assert (problem.code, problem.id, problem.path) == ("type-refused", "x", "components[0]")
    assert problem.params["instead"] in problem.message


def test_other_types_are_unknown() -> None:
    assert [p.code for p in forms.check(whole({"type": "hologram"}))] == ["type-unknown"]


def test_nesting_has_a_bottom() -> None:
    component = text()
    for number in range(8):
        component = {
            "type": "group",
            "path": f"g{number}",
            "label": "组",
            "components": [component],
        }
    assert [p.code for p in forms.check(whole(component))] == ["too-deep"]


@pytest.mark.parametrize(
    ("definition", "code", "said"),
    [
        (whole(text(conditional={"hide": "=b ="})), "bad-expression", "没有写完"),
        (whole(text(conditional={"hide": "=b = “x”"})), "bad-expression", "全角"),
        (
            whole(text(conditional={"hide": "=appplicant.name = 1"})),
            "bad-expression",
            "是不是“applicant”",
        ),
        (
            whole(text(), rules=[{"when": "=nothing > 1", "message": "x"}]),
            "bad-expression",
            "没有名称“nothing”",
        ),
        (
            whole(text(), rules=[{"when": "=now() > today()", "message": "x"}]),
            "function-refused",
            "today()",
        ),
        (
            whole(
                text(), rules=[{"when": "=add working days(today(), 3) > today()", "message": "x"}]
            ),
            "function-refused",
            "工作日",
        ),
        (whole(text(validate={"pattern": "["})), "bad-pattern", "正则表达式"),
        (whole(text(validate={"pattern": "^(a+)+$"})), "slow-pattern", "很慢"),
        (whole(text(conditional={"hide": '=a = "x"'})), "cycle", "甲 → 甲"),
        (
            whole(
                text(conditional={"hide": '=b = "x"'}),
                text(key="b", label="乙", conditional={"hide": "=a = null"}),
            ),
            "cycle",
            "甲 → 乙 → 甲",
        ),
        (
            whole(
                {"type": "expression", "key": "x", "label": "和", "expression": "=y + 1"},
                {"type": "expression", "key": "y", "label": "积", "expression": "=x * 2"},
            ),
            "cycle",
            "和 → 积 → 和",
        ),
        (
            whole(listed(text(), text(key="b", label="乙", conditional={"hide": '=this.c = "x"'}))),
            "bad-expression",
            "this.c",
        ),
        (whole({"type": "text", "text": "您好 {{nobody.name}}"}), "bad-expression", "nobody"),
    ],
)
def test_expressions_and_patterns_are_read_by_the_engine(
    feel: Feel, definition: dict[str, Any], code: str, said: str
) -> None:
    problems = forms.check(definition, known={"applicant.name"}, feel=feel)
    assert [problem.code for problem in problems] == [code]
    assert said in problems[0].message


def test_names_of_the_form_those_given_and_those_of_a_row_are_known(feel: Feel) -> None:
    definition = whole(
        {
            "type": "group",
            "path": "g",
            "label": "组",
            "components": [{"type": "region", "key": "r", "label": "地址"}],
        },
        listed(
            text(),
            {"type": "number", "key": "n", "label": "数"},
            text(
                key="b",
                label="乙",
                conditional={"hide": '=this.a = "x" and parent.g.r.street != null and i[1] > 1'},
            ),
        ),
        rules=[
            {
                "when": "=g.r.province = applicant.province and sum(rows.n) > count(rows[n > 1])",
                "message": "x",
            },
            {"when": "=some r in rows satisfies r.a = case.number", "message": "x"},
        ],
    )
    assert forms.check(definition, known={"applicant.province", "case.number"}, feel=feel) == []


def test_a_form_with_problems_can_not_be_compiled_and_says_all_of_them(feel: Feel) -> None:
    with pytest.raises(forms.BadForm) as caught:
        forms.compile(whole(text(label=""), {"type": "html", "content": "x"}, id="apply"), feel)
    assert [p.code for p in caught.value.problems] == ["no-label", "type-refused"]
    assert str(caught.value).startswith("表单“apply”不能使用：还没有填名称")


@pytest.mark.parametrize("path", [*LIBRARY, HERE / "plain_sink.json"], ids=name_of)
def test_shipped_forms_may_be_published(path: Path, feel: Feel) -> None:
    # A step's form may use what was answered before, to the matter's other forms.
    others = [other for other in path.parent.glob("*.json") if path.stem != "apply"]
    known = {name.path for other in others for name in forms.names(read(other))}
    assert [(p.path, p.message) for p in forms.check(read(path), known=known, feel=feel)] == []


@pytest.mark.parametrize("value", [None, 5, "", "=", [], {}, True, -1, 1e9, {"a": []}, "x" * 5000])
def test_nothing_in_any_place_of_a_definition_breaks_the_lint(feel: Feel, value: Any) -> None:
    definition = read(HERE / "kitchen_sink.json")
    for way in ways(definition):
        spoilt = copy.deepcopy(definition)
        holder: Any = spoilt
        for step in way[:-1]:
            holder = holder[step]
        holder[way[-1]] = value
        for problem in forms.check(spoilt):
            assert problem.message
            assert problem.path or problem.code.startswith(("not", "form", "too"))
        assert all(name.path for name in forms.names(spoilt))


def ways(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [way for key, inner in items for way in [(*before, key), *ways(inner, (*before, key))]]
