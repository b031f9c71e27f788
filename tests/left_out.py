"""A pytest plugin: tests whose programs aren't on this machine are left out, and it is said why.

A test asks for a program by a fixture (`chromium`, `s3_server`). With CI=true nothing is left out:
there a skipped test that isn't about another kind of machine fails the run.
"""

import os
import shutil

import pytest

NEEDS = {"chromium": "chromium", "s3_server": "radosgw"}
# A test for another kind of system or account says so in its reason with this word.
ELSEWHERE = "only"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    because = os.environ.get("OW_LEFT_OUT_BECAUSE") or "not installed"
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            program = NEEDS.get(fixture)
            if program is not None and shutil.which(program) is None and not nothing_left_out():
                item.add_marker(pytest.mark.skip(reason=f"{program}: {because}"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item):  # type: ignore[no-untyped-def]
    outcome = yield
    report = outcome.get_result()
    if report.skipped and nothing_left_out() and isinstance(report.longrepr, tuple):
        file, line, reason = report.longrepr
        if ELSEWHERE not in reason:
            report.outcome = "failed"
            report.longrepr = f"{file}:{line}: left out, which CI=true forbids: {reason}"


def nothing_left_out() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true")
