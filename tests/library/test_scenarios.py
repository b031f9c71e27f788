"""The scenarios that are shipped with the matters: each passes, together they go every way."""

from dataclasses import replace
from pathlib import Path

import pytest

from onewindow.matters.package import Package, read_folder, read_zip, write_zip
from onewindow.rehearsal import scenarios
from onewindow.rehearsal.coverage import coverage
from onewindow.rehearsal.world import plain_world

ROOT = Path(__file__).parents[2]
TESTED = sorted(path.parent for path in (ROOT / "bpmn/library").glob("*/tests"))
WORLD = plain_world("county")


def package_of(folder: Path) -> Package:
    return read_folder(folder, ROOT / "forms/library" / folder.name)


@pytest.mark.parametrize("folder", TESTED, ids=lambda folder: folder.name)
def test_the_scenarios_of_a_shipped_matter_pass_and_leave_no_way_out(folder: Path) -> None:
    package = package_of(folder)
    results = scenarios.run(package, WORLD)
    assert {result.key: [each.text for each in result.differences] for result in results} == {
        key: [] for key in package.tests
    }
    told = coverage(scenarios.version_for(package, WORLD), results)
    assert (told.percent, told.left, told.ways) == (100, (), ())


def test_the_demo_towns_matters_have_scenarios() -> None:
    assert {
        "construction-permit", "food-business", "sole-trader", "subsistence-allowance",
    } <= {folder.name for folder in TESTED}  # fmt: skip


@pytest.mark.parametrize("level", ["city", "township"])
def test_scenarios_hold_in_another_kind_of_place(level: str) -> None:
    package = package_of(ROOT / "bpmn/library/food-business")
    results = scenarios.run(package, plain_world(level))  # type: ignore[arg-type]
    assert all(result.ok for result in results)


def test_scenarios_travel_with_their_matter() -> None:
    package = package_of(ROOT / "bpmn/library/sole-trader")
    assert read_zip(write_zip(package)).tests == package.tests
    assert package.hash != replace(package, tests={}).hash
