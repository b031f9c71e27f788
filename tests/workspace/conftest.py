"""Clerks at their screens."""

from typing import Any

import pytest
from casework import apply_for
from screens import ScreenOf, screen_of, site

__all__ = ["ScreenOf", "screen_of", "site"]


@pytest.fixture
async def receipt(desk_of: Any) -> str:
    """A food licence applied for in 青溪县, waiting to be accepted; its receipt number."""
    return await apply_for(await desk_of("13800000001"), "food-business", "qingxi")
