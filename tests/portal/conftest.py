"""Citizens at the portal: 张伟 and 李娜, and the window of 青溪县 where it is needed."""

from collections.abc import Awaitable, Callable

import pytest
from browsing import Browser
from screens import site

__all__ = ["site"]

DeskOf = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def zhang(desk_of: DeskOf) -> Browser:
    return await desk_of("13800000001")


@pytest.fixture
async def li_na(desk_of: DeskOf) -> Browser:
    return await desk_of("13800000002")


@pytest.fixture
async def window(desk_of: DeskOf) -> Browser:
    return await desk_of("li.min")


@pytest.fixture
async def english(browser: Browser) -> Browser:
    """The public, reading English."""
    browser.cookies.set("ow_lang", "en", domain="window.test", path="/")
    return browser
