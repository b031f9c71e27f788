"""Here the town is the one after a busy week: both counties have something of everything."""

import pytest
from world import Town


@pytest.fixture
def town(busy_town: Town) -> Town:
    return busy_town
