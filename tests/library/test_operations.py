"""What a drawing asks the platform to do must be something it does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from feel import Feel
from onewindow import jobs
from onewindow.matters import checks
from onewindow.matters.package import Package, read_folder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def feel() -> Iterator[Feel]:
    engine = Feel()
    yield engine
    engine.close()


@pytest.fixture
def package() -> Package:
    return read_folder(ROOT / "bpmn/library/sole-trader", ROOT / "forms/library/sole-trader")


def test_what_may_be_published_is_what_jobs_do() -> None:
    assert jobs.OPERATIONS.keys() == checks.OPERATIONS


@pytest.mark.parametrize("operation", ["start_case", "query_register", "call_connector"])
def test_an_operation_nobody_carries_out_is_not_published(
    package: Package, feel: Feel, operation: str
) -> None:
    drawn = replace(package, process=package.process.replace("issue_certificate", operation))
    [found] = [each for each in checks.check(drawn, feel) if each.severity == "error"]
    assert (found.code, found.element) == ("operation-unavailable", "issue")
    assert operation in found.message


def test_a_certificate_that_is_drawn_is_described(package: Package, feel: Feel) -> None:
    bare = {name: part for name, part in package.definition.items() if name != "certificate"}
    [found] = [
        each
        for each in checks.check(replace(package, definition=bare), feel)
        if each.severity == "error"
    ]
    assert (found.code, found.element) == ("certificate-missing", "issue")


def test_a_second_certificate_is_issued_by_its_condition_or_by_a_step_that_chooses_it(
    package: Package, feel: Feel
) -> None:
    second = {**package.definition["certificate"], "name": {"zh": "副本"}}

    def errors(plan: dict[str, Any], drawing: str = package.process) -> list[str]:
        definition = {**package.definition, "certificates": {"copy": plan}}
        found = checks.check(replace(package, definition=definition, process=drawing), feel)
        return [f"{each.code} {each.element}" for each in found if each.severity == "error"]

    assert errors(second) == ["certificate-idle certificates.copy.when"]
    assert errors({**second, "when": "=true"}) == []
    chosen = package.process.replace(
        'ow:operation="issue_certificate">',
        'ow:operation="issue_certificate"><bpmn:extensionElements>'
        '<ow:input name="certificate" value="&quot;copy&quot;"/></bpmn:extensionElements>',
    )
    assert errors(second, chosen) == []


def test_names_that_would_not_fit_the_registers_are_refused_where_they_are_written(
    package: Package, feel: Feel
) -> None:
    long = {"zh": "长" * 121}
    certificate = {
        **package.definition["certificate"],
        "name": long,
        "number": "9" * 45 + "{serial:6}",
    }
    papers = {"denied": {"title": {"zh": "长" * 61}}}
    definition = {**package.definition, "name": long, "certificate": certificate, "papers": papers}
    definition["certificates"] = {"copy": {**certificate, "when": "=true"}}
    drawing = package.process.replace('name="受理"', f'name="{"受" * 121}"')
    assert drawing != package.process
    found = checks.check(replace(package, definition=definition, process=drawing), feel)
    places = {each.element for each in found if each.code == "too-long"}
    assert places == {
        "name.zh", "certificate.name.zh", "certificate.number", "certificates.copy.name.zh",
        "certificates.copy.number", "papers.denied.title.zh", "accept",
    }  # fmt: skip
