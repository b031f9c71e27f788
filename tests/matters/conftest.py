"""Who acts in these tests."""

from functools import partial
from typing import Any

import pytest
from drafting import Acting
from world import Town


@pytest.fixture
async def acting(town: Town) -> Any:
    """`async with acting("wu.fan") as person`."""
    return partial(Acting, town)
