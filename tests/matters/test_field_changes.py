"""When a field gets another name, what certainly means it follows; nothing else is touched."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from browsing import Browser
from world import package_of

import forms
from onewindow import rooms
from onewindow.errors import Invalid, NotThere
from onewindow.matters.checks import check
from onewindow.matters.field_changes import Renamed, with_other_name
from onewindow.matters.package import Package


def written_over(form: Any, before: str, after: str) -> Any:
    """A form with a field's key and its own expressions changed, as the designer saves it."""
    text = json.dumps(form, ensure_ascii=False)
    return json.loads(re.sub(rf'(?<!"id": ")(?<!\w){before}(?!\w)', after, text))


def saved(package: Package, form: str, before: str, after: str) -> Package:
    changed = written_over(package.forms[form], before.rpartition(".")[2], after.rpartition(".")[2])
    return replace(package, forms={**package.forms, form: changed})


def followed(package: Package, form: str, before: str, after: str) -> Renamed:
    return with_other_name(saved(package, form, before, after), form, before, after, rooms.feel())


def told(counts: Any) -> dict[str, int]:
    return dict(+counts)


@pytest.fixture(scope="module")
def road() -> Package:
    return package_of("road-occupation")


def defined(package: Package, **more: Any) -> Package:
    return replace(package, definition={**package.definition, **more})


def certified(package: Package, value: str) -> Package:
    """A certificate with one field of this value."""
    field = {"key": "k", "label": {"zh": "内容", "en": "Text"}, "value": value}
    certificate = {**package.definition["certificate"], "fields": [field], "public": []}
    return defined(package, certificate=certificate)


def with_field(package: Package, form: str, key: str) -> Package:
    """A form that has one more field."""
    schema = package.forms[form]
    field = {"type": "number", "id": f"{form}_{key}", "key": key, "label": "面积"}
    components = [*schema["components"], field]
    return replace(package, forms={**package.forms, form: {**schema, "components": components}})


def value_of(package: Package) -> str:
    return str(package.definition["certificate"]["fields"][0]["value"])


def test_all_parts_follow_a_field_of_the_application(road: Package) -> None:
    done = followed(road, "apply", "area", "taken_area")
    assert told(done.changed) == {
        "definition": 2,
        **{f"tests/{key}": 1 for key in road.tests},
    }
    assert told(done.left) == {}
    package = done.package
    assert "string(answers.taken_area)" in package.definition["summary"]
    fields = {each["key"]: each["value"] for each in package.definition["certificate"]["fields"]}
    assert fields["area"] == '=string(answers.taken_area) + " 平方米"'
    assert package.definition["certificate"]["public"] == ["road", "area", "period"]
    assert all("taken_area" in test["start"]["answers"] for test in package.tests.values())
    assert package.process == road.process


def test_other_forms_that_reckon_with_it_follow(road: Package) -> None:
    done = followed(road, "apply", "days", "how_long")
    assert done.changed["forms/pay"] == 1
    assert '"=survey_area * how_long * (if' in json.dumps(done.package.forms["pay"])
    assert done.package.forms["survey"] == road.forms["survey"]


@pytest.mark.parametrize("matter", ["road-occupation", "food-business"])
def test_any_field_can_be_renamed_and_named_back_without_a_finding(matter: str) -> None:
    package = package_of(matter)
    before = check(package, rooms.feel())
    for form, schema in package.forms.items():
        for name in forms.names(schema):
            if "." in name.path:
                continue
            done = followed(package, form, name.path, "called_anew")
            assert told(done.left) == {}, name
            assert check(done.package, rooms.feel()) == before, name
            back = followed(done.package, form, "called_anew", name.path)
            assert back.package == package, name
            assert back.changed == done.changed


def test_the_applicant_and_what_a_correction_asks_for_follow(road: Package) -> None:
    act = {
        "do": "correct",
        "step": "accept",
        "items": [{"text": "写错了", "field": "applicant_id"}],
    }
    asked = {**road.tests["footway"], "acts": [act]}
    done = followed(replace(road, tests={"asked": asked}), "apply", "applicant_id", "person_id")
    assert done.package.definition["holder"]["id_number"] == "applicant_code | person_id"
    assert done.package.tests["asked"]["acts"][0]["items"][0]["field"] == "person_id"


def test_steps_that_show_the_form_follow_and_others_do_not(road: Package) -> None:
    process = road.process.replace(
        'ow:form="survey"', "ow:form=\"survey\" ow:fields='survey_area:read; survey_note : hide'"
    ).replace('ow:form="pay"', 'ow:form="pay" ow:fields="survey_area:read"')
    package = replace(road, process=process)
    done = followed(package, "survey", "survey_area", "found_area")
    assert "ow:fields='found_area:read; survey_note : hide'" in done.package.process
    assert 'ow:form="pay" ow:fields="survey_area:read"' in done.package.process
    assert done.changed["process"] == 1
    # The new name has its own access there already: nothing is guessed.
    taken = replace(package, process=process.replace("survey_note :", "found_area :"))
    done = followed(taken, "survey", "survey_area", "found_area")
    assert done.package.process == taken.process
    assert told(done.left) == {"process": 1}


def test_a_routing_variable_of_the_same_name_keeps_it(road: Package) -> None:
    declared = '<ow:variable name="cleared_on"'
    process = road.process.replace(
        declared, f'<ow:variable name="area" type="number" />\n{declared}'
    )
    package = defined(replace(road, process=process), variables={"area": "=answers.area * 2"})
    done = followed(package, "apply", "area", "taken_area")
    assert done.package.definition["variables"] == {"area": "=answers.taken_area * 2"}
    assert done.package.process == process


def test_a_routing_variable_that_a_steps_field_sets_is_counted_and_stays(road: Package) -> None:
    declared = '<ow:variable name="cleared_on"'
    process = road.process.replace(
        declared, f'<ow:variable name="survey_opinion" type="string" />\n{declared}'
    )
    done = followed(replace(road, process=process), "survey", "survey_opinion", "opinion_found")
    assert done.package.process == process
    assert told(done.left) == {"process": 1}


def test_words_in_quotes_and_names_made_inside_are_not_the_field(road: Package) -> None:
    text = '="answers.area" + string(sum(for area in [1] return area)) + string(answers.area)'
    done = followed(defined(road, summary=text), "apply", "area", "taken_area")
    assert done.package.definition["summary"] == text[:-13] + "answers.taken_area)"
    assert "definition" not in told(done.left)


def test_what_may_mean_another_forms_field_stays_and_is_counted(road: Package) -> None:
    both = certified(
        with_field(road, "survey", "area"),
        "=answers.area + answers.apply.area + answers.survey.area",
    )
    done = followed(both, "apply", "area", "taken_area")
    assert value_of(done.package) == (
        "=answers.area + answers.apply.taken_area + answers.survey.area"
    )
    assert done.left["definition"] == 1
    # Before anything else is answered only the application can be meant.
    assert "answers.taken_area" in done.package.definition["summary"]
    # The fee is for the days of either form; which, nobody can tell.
    both = with_field(road, "survey", "days")
    done = followed(both, "apply", "days", "how_long")
    assert done.left["forms/pay"] == 1
    assert done.package.forms["pay"] == both.forms["pay"]


def test_a_new_name_that_another_form_has_is_not_written_into_expressions(road: Package) -> None:
    package = certified(road, "=answers.area")
    done = followed(package, "apply", "area", "survey_area")
    assert value_of(done.package) == "=answers.area"
    assert "answer-unknown" in {each.code for each in check(done.package, rooms.feel())}
    assert done.left["definition"] == 1


def test_columns_of_a_list_follow_in_answers_and_roundabout_reads_are_counted() -> None:
    food = certified(
        package_of("food-business"), "=string join(for one in answers.staff return one.duty)"
    )
    done = followed(food, "apply", "staff.duty", "staff.task")
    rows = [test["start"]["answers"].get("staff", []) for test in done.package.tests.values()]
    assert any(rows)
    assert all("task" in row and "duty" not in row for answers in rows for row in answers)
    assert told(done.left) == {"definition": 1}
    direct = certified(food, "=string join(answers.staff.duty)")
    done = followed(direct, "apply", "staff.duty", "staff.task")
    assert value_of(done.package) == "=string join(answers.staff.task)"


@pytest.mark.parametrize(
    ("before", "after"),
    [("area", "days"), ("gone", "absent"), ("area", ""), ("area", "place.area"), ("", "area")],
)
def test_only_what_the_saved_form_shows_was_renamed(road: Package, before: str, after: str) -> None:
    with pytest.raises(Invalid):
        with_other_name(road, "apply", before, after, rooms.feel())
    with pytest.raises(NotThere):
        with_other_name(road, "nowhere", "a", "b", rooms.feel())


async def test_programs_look_first_and_change_only_what_they_saw(desk_of: Any) -> None:
    keeper: Browser = await desk_of("wu.fan")
    draft = "/api/matters/food-business/draft"
    headers = {"x-csrftoken": await keeper.csrf_token()}
    begun = await keeper.post(draft, json={}, headers=headers)
    assert begun.status_code == 201, begun.text
    part = await keeper.get(f"{draft}/parts/forms/apply")
    now = written_over(part.json(), "floor_area", "shop_area")
    match = {**headers, "if-match": part.headers["etag"]}
    await keeper.put(f"{draft}/parts/forms/apply", json=now, headers=match)

    names = {"from": "floor_area", "to": "shop_area"}
    address = f"{draft}/forms/apply/renaming"
    seen = (await keeper.get(address, params=names)).json()
    assert seen["changed"]["definition"] == 1
    before = (await keeper.get(f"{draft}/parts/definition")).json()
    for stale, status in (({}, 422), ({"if-match": "another"}, 412)):
        said = await keeper.post(address, json=names, headers={**headers, **stale})
        assert said.status_code == status, said.text
    assert (await keeper.get(f"{draft}/parts/definition")).json() == before
    match = {**headers, "if-match": seen["hash"]}
    done = await keeper.post(address, json=names, headers=match)
    assert done.json()["changed"] == seen["changed"]
    after = (await keeper.get(f"{draft}/parts/definition")).json()
    assert "answers.shop_area" in after["summary"]
    assert (await keeper.get(address, params=names)).json()["changed"] == {}
    # The other way round only when the form was named back first.
    back = await keeper.get(address, params={"from": "shop_area", "to": "floor_area"})
    assert back.status_code == 422
    clerk = await desk_of("zhou.ming")
    refused = await clerk.get(address, params=names)
    assert refused.status_code in (403, 404)
