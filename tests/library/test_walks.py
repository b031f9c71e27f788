"""The shipped matters at work: they pass every check of publishing and run to their ends.

Answers to all their forms are the demo town's: one complete set a matter, and variants that lead
another way. They are what a careful applicant and careful clerks would write.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import bpmn
import forms
from feel import Calendar, Feel
from onewindow.delivery.facts import (
    SeveralFit,
    certificate_fields,
    certificate_numbering,
    plan_for,
)
from onewindow.demo.cases import WRITTEN_ON
from onewindow.matters.checks import check
from onewindow.matters.definition import read_definition
from onewindow.matters.package import Package, read_folder, read_zip, write_zip

ROOT = Path(__file__).parents[2]
ANSWERS = ROOT / "platform/onewindow/demo/answers"
TODAY = WRITTEN_ON
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
KEYS = sorted(path.parent.name for path in (ROOT / "bpmn/library").glob("*/matter.json"))
BENCH = ROOT / "benchmarks/approval-6"
each_matter = pytest.mark.parametrize("key", [*KEYS, "approval-6"])
each_shipped = pytest.mark.parametrize("key", KEYS)


@pytest.fixture(scope="module")
def feel() -> Iterator[Feel]:
    engine = Feel()
    yield engine
    engine.close()


def package_of(key: str) -> Package:
    if key == "approval-6":
        return read_folder(BENCH)
    return read_folder(ROOT / "bpmn/library" / key, ROOT / "forms/library" / key)


def answers_of(key: str, variant: str = "") -> dict[str, dict[str, Any]]:
    """Answers by form; a variant replaces the forms it names."""
    known = json.loads((ANSWERS / f"{key}.json").read_text("utf-8"))
    variants = known.pop("variants")
    return {**known, **(variants[variant] if variant else {})}


def variants_of(key: str) -> list[str]:
    known = json.loads((ANSWERS / f"{key}.json").read_text("utf-8"))
    return ["", *known["variants"]]


ALL_WAYS = [(key, variant) for key in KEYS for variant in variants_of(key)]
each_way = pytest.mark.parametrize(("key", "variant"), ALL_WAYS)


def stored(package: Package, answers: dict[str, dict[str, Any]], feel: Feel) -> dict[str, Any]:
    """What a case keeps of these answers, by form; every verdict must be yes."""
    kept = {}
    for form, given in answers.items():
        verdict = forms.compile(package.forms[form], feel).verdict(given, today=TODAY)
        assert verdict.ok, [(form, error.path, error.message) for error in verdict.errors]
        kept[form] = verdict.data
    return kept


def started_with(package: Package, applied: dict[str, Any], feel: Feel) -> dict[str, Any]:
    """The routing variables of an application."""
    names = {"answers": applied, "applicant": {}, "filing": {}}
    return {
        name: feel.evaluate(expression, names)
        for name, expression in package.definition["variables"].items()
    }


def walk(
    process: bpmn.Process, variables: dict[str, Any], outcomes: dict[str, str] | None = None
) -> list[str]:
    """Run a case to its end, doing whatever is open; returns the steps in the order done."""
    moved, done, now = bpmn.start(process, variables, NOW, calendar=CALENDAR), [], NOW
    for _ in range(50):
        if moved.ended:
            return done
        if moved.live:
            task = moved.live[0]
            first = task.step.outcomes[0].id if task.step.outcomes else ""
            outcome = (outcomes or {}).get(task.step.id, first)
            done.append(task.step.id)
            moved = bpmn.complete(
                process,
                moved.state,
                task.id,
                {**variables, "outcome": outcome},
                now,
                calendar=CALENDAR,
            )
        elif moved.next_due is not None:
            done.append("⏲")
            assert moved.next_due > now
            now = moved.next_due
            moved = bpmn.fire(process, moved.state, now, calendar=CALENDAR)
        else:
            (service,) = moved.services
            done.append(service.step.id)
            moved = bpmn.answer(process, moved.state, service.id, {}, now, calendar=CALENDAR)
    raise AssertionError(f"no end after {done}")


@each_matter
def test_a_matter_passes_every_check_of_publishing(key: str, feel: Feel) -> None:
    findings = check(package_of(key), feel)
    assert [(found.part, found.element, found.message) for found in findings] == []


@each_matter
def test_a_drawing_passes_the_lint_without_a_warning(key: str, feel: Feel) -> None:
    drawing = bpmn.read(package_of(key).process.encode())
    assert [(p.element, p.message) for p in bpmn.lint(drawing, feel=feel)] == []


@each_matter
def test_every_form_can_be_compiled(key: str, feel: Feel) -> None:
    for form, schema in package_of(key).forms.items():
        problems = forms.check(schema)
        assert [(form, p.path, p.message) for p in problems] == []
        forms.compile(schema, feel)  # reads the expressions too; raises BadForm with all of them


@each_matter
def test_a_matter_travels_as_a_zip_without_changing(key: str) -> None:
    package = package_of(key)
    assert read_zip(write_zip(package)).hash == package.hash


@each_way
def test_careful_answers_are_taken_and_shown_in_full(key: str, variant: str, feel: Feel) -> None:
    package = package_of(key)
    for form, data in stored(package, answers_of(key, variant), feel).items():
        compiled = forms.compile(package.forms[form], feel)
        for lang in ("zh", "en"):
            shown = compiled.render(data, lang)
            assert shown
            assert all(label for label, _ in shown)


@each_shipped
def test_every_form_of_a_matter_has_careful_answers(key: str) -> None:
    assert set(answers_of(key)) == set(package_of(key).forms)


@each_shipped
def test_an_empty_application_is_refused_with_words_for_each_field(key: str, feel: Feel) -> None:
    package = package_of(key)
    verdict = forms.compile(package.forms["apply"], feel).verdict({}, today=TODAY)
    assert not verdict.ok
    assert len(verdict.errors) >= 8
    assert all(error.message for error in verdict.errors)


CALENDAR = Calendar()

WALKS = [
    ("food-business", "", {}, "accept inspect review check decide issue deliver"),
    ("food-business", "sales", {}, "accept inspect review check decide issue deliver"),
    ("food-business", "prepackaged", {}, "accept filing issue deliver"),
    ("sole-trader", "", {}, "accept check issue deliver"),
    (
        "construction-permit", "", {},
        "accept {fire_review quality_safety civil_defence} decide issue deliver",
    ),
    (
        "subsistence-allowance", "", {},
        "accept info_check home_visit publicise ⏲ notice_result township_review"
        " decide issue deliver",
    ),
    (
        "subsistence-allowance", "related", {"notice_result": "objection"},
        "accept info_check home_visit publicise ⏲ notice_result hearing township_review"
        " county_visit decide issue deliver",
    ),
    ("road-occupation", "", {}, "accept {survey police} check decide pay issue deliver ⏲ restore"),
    (
        "disability-certificate", "", {},
        "accept assess publicise ⏲ notice_result check decide issue deliver",
    ),
    (
        "disability-certificate", "home", {"notice_result": "objection"},
        "accept home_assess publicise ⏲ notice_result reassess check decide issue deliver",
    ),
    (
        "rural-homestead", "", {},
        "accept village_notice {land_survey planning_survey} check decide issue issue_planning"
        " deliver setting_out completion",
    ),
    (
        "rural-homestead", "farmland", {},
        "accept village_notice {land_survey planning_survey} conversion check decide issue"
        " issue_planning deliver setting_out completion",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("key", "variant", "outcomes", "way"), WALKS)
def test_an_application_takes_its_way_to_the_end(
    key: str, variant: str, outcomes: dict[str, str], way: str, feel: Feel
) -> None:
    package = package_of(key)
    applied = stored(package, {"apply": answers_of(key, variant)["apply"]}, feel)["apply"]
    process = bpmn.compile(package.process.encode(), feel)
    done = walk(process, started_with(package, applied, feel), outcomes)
    before, _, rest = way.partition("{")
    branches, _, after = rest.partition("}")
    parallel = branches.split()
    cut = len(before.split())
    assert done[:cut] == before.split()
    assert sorted(done[cut : cut + len(parallel)]) == sorted(parallel)
    assert done[cut + len(parallel) :] == after.split()


@each_way
def test_a_certificate_says_everything_it_has_a_label_for(
    key: str, variant: str, feel: Feel
) -> None:
    package = package_of(key)
    definition = read_definition(package.definition)
    kept = stored(package, answers_of(key, variant), feel)
    merged = {name: value for data in kept.values() for name, value in data.items()}
    names = {
        "answers": {**merged, **kept},
        "case": {"number": "1", "applicant_name": "林秋"},
        "certificate": {"number": "1", "issued_on": TODAY},
    }
    _key, plan = plan_for(definition, names, feel)
    for field in certificate_fields(plan, names, feel):
        assert field["value"] or field["key"] in ("remarks", "survey", "supervisor"), field["key"]
        assert "null" not in field["value"]
    public = {field["key"] for field in certificate_fields(plan, names, feel) if field["public"]}
    assert public == set(plan.public)


@pytest.mark.parametrize(
    ("key", "variant", "number"),
    [
        ("food-business", "", "JY2451221" + "0000001"),
        ("food-business", "sales", "JY1451221" + "0000001"),
        ("food-business", "canteen", "JY3451221" + "0000001"),
        ("food-business", "prepackaged", "YB2451221" + "0000001"),
        ("construction-permit", "", "451221" + "20261122" + "01" + "01"),
        ("construction-permit", "municipal", "451221" + "20261122" + "01" + "02"),
    ],
)
def test_numbers_follow_the_national_patterns(
    key: str, variant: str, number: str, feel: Feel
) -> None:
    """食品经营许可证 JY or YB, kind, region, serial: 14 digits; 施工许可证: 18 digits."""
    package = package_of(key)
    definition = read_definition(package.definition)
    names = {"answers": answers_of(key, variant)["apply"], "case": {}, "certificate": {}}
    _key, plan = plan_for(definition, names, feel)
    found = certificate_numbering(plan.number, NOW, region="451221")
    assert f"{found.prefix}{1:0{found.width}d}{found.suffix}" == number


def test_which_certificate_comes_of_it_never_depends_on_their_order(feel: Feel) -> None:
    definition = read_definition(package_of("food-business").definition)
    names = {"answers": answers_of("food-business", "prepackaged")["apply"], "case": {}}
    turned = dict(reversed(definition.certificates.items()))
    assert turned.keys() == definition.certificates.keys()
    for certificates in (definition.certificates, turned):
        one = definition.model_copy(update={"certificates": certificates})
        assert plan_for(one, names, feel)[0] == "filing_retail"
    both = {**turned, "again": turned["filing_retail"]}
    with pytest.raises(SeveralFit):
        plan_for(definition.model_copy(update={"certificates": both}), names, feel)


@each_shipped
def test_materials_ask_for_what_the_answers_call_for(key: str, feel: Feel) -> None:
    package = package_of(key)
    for variant in variants_of(key):
        applied = stored(package, {"apply": answers_of(key, variant)["apply"]}, feel)["apply"]
        for material in package.definition["materials"]:
            if "when" in material:
                needed = feel.evaluate(material["when"], {"answers": applied})
                assert isinstance(needed, bool), material["key"]
        summary = feel.evaluate(package.definition["summary"], {"answers": applied})
        assert isinstance(summary, str)
        assert 3 < len(summary) <= 200


def test_the_benchmark_runs_its_five_completions_on_the_fast_path(feel: Feel) -> None:
    package = package_of("approval-6")
    process = bpmn.compile(package.process.encode(), feel)
    assert walk(process, {"total_fee": 1200}) == [
        "accept", "review_a", "review_b", "review_c", "decide",
    ]  # fmt: skip
    assert walk(process, {"total_fee": 0}) == ["accept"]
    for form, schema in package.forms.items():
        assert forms.compile(schema, feel).exact, form


def test_the_benchmark_forms_take_payloads_of_the_agreed_size(feel: Feel) -> None:
    entries = {f"field_{n:02d}": f"value {n:02d} " + "x" * 40 for n in range(20)}
    payloads = {
        "accept": {**entries, "total_fee": 1200},
        "review": {"opinion": "approve", "note": "n" * 160, "conditions": ["c1", "c2"]},
        "decide": {"decision": "approve", "decision_note": "d" * 100},
    }
    package = package_of("approval-6")
    for form, payload in payloads.items():
        assert forms.compile(package.forms[form], feel).verdict(payload).ok, form
    sizes = [len(json.dumps(payloads[form])) for form in ("accept", "review", "decide")]
    for size, agreed in zip(sizes, (1500, 250, 150), strict=True):
        assert 0.85 * agreed < size < 1.15 * agreed
