"""Here the town is the one after a busy week: both counties have something of everything."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from conftest import BUSY, opened
from world import Town


@pytest.fixture
async def town(postgres: str, busy: Path) -> AsyncIterator[Town]:
    async with opened(postgres, busy, BUSY) as town:
        yield town
