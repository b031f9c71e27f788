"""What goes into the log, and what never does."""

import subprocess
import sys

import pytest

PROGRAM = """
import logging, structlog
from onewindow.run.logs import set_up
set_up("info", {form!r})

def sign_in(password):
    raise ValueError("no such person")

try:
    sign_in("correct horse " + "battery staple")
except ValueError as error:
    structlog.get_logger("onewindow.web").error("unexpected", exc_info=error)
    logging.getLogger("litestar").exception("again")
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_tells_where_but_not_what_was_in_the_variables(form: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(form=form)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.count("no such person") >= 2
    assert "in sign_in" in said.stdout
    assert "battery staple" not in said.stdout
