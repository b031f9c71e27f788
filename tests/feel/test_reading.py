"""What lets an expression be read once: its reading depends on the odd names in scope only."""

from pathlib import Path

import pytest

from feel import Feel


@pytest.mark.parametrize("seed", range(1, 7))
def test_plain_names_do_not_change_how_an_expression_is_read(feel: Feel, seed: int) -> None:
    feel.load_bundle(Path(__file__).with_name("reading.js"))
    assert feel.call("compareReadings", seed, 500, timeout=20) == []
