"""Who acts in these tests."""

from typing import Any

import pytest
from drafting import Acting
from world import Town


@pytest.fixture
async def acting(town: Town) -> Any:
    """`async with acting("wu.fan") as person`: inside, one is that person in their first office."""

    def by(login: str) -> Any:
        return Acting(town.people[login])

    return by
