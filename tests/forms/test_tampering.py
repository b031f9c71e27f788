"""What another program than our page may send: refused or made harmless, and never a crash."""

import json
from typing import Any

import pytest
from submissions import HOSTILE

import forms


def codes(verdict: forms.Verdict) -> set[str]:
    return {error.code for error in verdict.errors}


@pytest.mark.parametrize(
    "answers",
    [
        None,
        [],
        "x",
        {1: "x"},
        {"a": {1: 2}},
        {"a": object()},
        {"a": 2**70},
        {"a": "\ud800"},
        {"a": float},
    ],
)
def test_what_is_no_json_is_unreadable(plain_sink: forms.Form, answers: Any) -> None:
    verdict = plain_sink.verdict(answers)
    assert (verdict.ok, verdict.data, codes(verdict)) == (False, {}, {"unreadable"})


def test_too_much_is_refused_before_anybody_looks_at_it(plain_sink: forms.Form) -> None:
    verdict = plain_sink.verdict({"hack": "x" * 300_000})
    assert verdict.errors[0].message == "填写的内容过多（超过 256 KB），请精简后再提交"


def test_too_deep_is_refused(sink: forms.Form) -> None:
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"a": deep}
    assert codes(sink.verdict(deep)) == {"unreadable"}
    nested = json.loads("[" * 200 + "]" * 200)
    assert sink.verdict({"hack": nested, "people": nested}).ok is False


def test_unseen_marks_that_turn_the_writing_are_taken_out(sink: forms.Form) -> None:
    assert forms.upright({"a": ["柳\u202e树\u2066村"]}) == {"a": ["柳树村"]}
    verdict = sink.verdict({"people": [{"name": "林\u202e秋"}]}, partial=True)
    assert verdict.data["people"][0]["name"] == "林秋"


def test_too_many_rows_are_refused(sink: forms.Form) -> None:
    verdict = sink.verdict({"people": [{"name": "甲"}] * 501})
    assert [(e.path, e.code) for e in verdict.errors] == [("people", "max-rows")]
    assert "现在有 501 项" in verdict.errors[0].message


def test_wrong_types_are_refused_at_their_place(sink: forms.Form) -> None:
    verdict = sink.verdict(
        {
            "applicant": {"name": 5},
            "people": [{"name": "甲"}, {"cert": "yes"}],
            "address": ["x"],
            "items": "hot",
        }
    )
    assert {(e.path, e.code) for e in verdict.errors} == {
        ("applicant.name", "type"),
        ("people.1.cert", "type"),
        ("address", "type"),
        ("items", "type"),
    }
    assert verdict.data == {}


def test_foreign_options_are_refused(sink: forms.Form) -> None:
    verdict = sink.verdict({"business": "走私", "tags": ["chain", "走私"]})
    assert {(e.path, e.code) for e in verdict.errors} == {
        ("business", "option"),
        ("tags", "option"),
    }


@pytest.mark.parametrize("key", ["__proto__", "constructor", "prototype", "toString"])
def test_names_of_javascript_itself_do_no_harm(sink: forms.Form, key: str) -> None:
    hostile = json.loads(
        f'{{"{key}": {{"area": 1, "polluted": true}}, "applicant": {{"{key}": {{"x": 1}}}}}}'
    )
    verdict = sink.verdict(hostile, given=json.loads(f'{{"{key}": {{"x": 1}}}}'))
    assert key not in verdict.data
    assert sink.verdict({}).data["area"] is None


def test_computed_read_only_and_hidden_answers_can_not_be_forged(sink: forms.Form) -> None:
    sent = {
        "area": 150,
        "rate": 0,
        "fee": 0,
        "surcharge": -100,
        "locked": "伪造窗口",
        "half_locked": "自己批准",
        "applicant": {"kind": "person", "credit_code": "91350100M000100Y43"},
        "people": [{"name": "甲", "age": 30, "cert": False, "cert_no": "假证", "senior": True}],
    }
    data = sink.verdict(sent, given={"half_locked": "主任"}).data
    assert (data["rate"], data["surcharge"], data["fee"]) == (3, 10, 460)
    assert (data["locked"], data["half_locked"]) == ("综合窗口", "主任")
    assert "credit_code" not in data["applicant"]
    assert data["people"] == [{"name": "甲", "age": 30, "cert": False, "senior": False, "jobs": []}]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_anywhere_breaks_a_verdict(
    sink: forms.Form, plain_sink: forms.Form, value: Any
) -> None:
    for form in (sink, plain_sink):
        for field in form.fields:
            sent: Any = value
            for step in reversed(field.path.split(".")):
                sent = {step: sent}
            for answers in (sent, {"people": [sent]}, {"people": {"0": sent}}):
                verdict = form.verdict(answers, given=answers)
                assert isinstance(verdict, forms.Verdict)
                json.dumps(verdict.data)
                assert all(error.message for error in verdict.errors)


def test_a_pattern_that_runs_on_is_stopped(feel: Any) -> None:
    """The lint refuses the usual kind; one that gets by costs a second and no more."""
    from forms.engine import BUNDLE
    from forms.form import Form

    feel.load_bundle(BUNDLE)
    pattern = {"validate": {"pattern": "^(\\w+\\s?)*$"}}
    definition = {
        "components": [{"type": "textfield", "id": "a", "key": "a", "label": "a", **pattern}]
    }
    form = Form(definition, feel, "runs-on")
    assert not form.exact
    verdict = form.verdict({"a": "a" * 40 + "!"})
    assert codes(verdict) == {"unjudged"}
    assert form.verdict({"a": "fine"}).ok


def test_an_expression_that_runs_on_is_stopped(form: Any) -> None:
    made = form(
        {"type": "number", "key": "n", "label": "n"},
        rules=[
            {
                "when": "=count(for i in 1..n, j in 1..n return i * j) > 0",
                "message": "x",
                "field": "n",
            }
        ],
    )
    assert made.verdict({"n": 3}).ok
    assert codes(made.verdict({"n": 90000})) <= {"unjudged", "rule"}
    assert made.verdict({"n": 3}).ok
