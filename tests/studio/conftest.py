"""Configurators at their screens."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from browsing import Browser
from playwright.async_api import Page
from screens import screen_of, site

__all__ = ["screen_of", "site"]

API = "/api/matters/food-business/draft"

_TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="file" name="收费档次"
    namespace="urn:test">
  <decision id="level" name="收费档次"><decisionTable id="table" hitPolicy="UNIQUE">
    <input id="i1" label="面积"><inputExpression id="e1" typeRef="number"><text>area</text>
      </inputExpression></input>
    <output id="o1" label="档次" name="level" typeRef="string"/>
    <rule id="r1"><inputEntry id="c1"><text>-</text></inputEntry>
      <outputEntry id="c2"><text>"A"</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>
"""


@pytest.fixture
async def keeper(desk_of: Any) -> Browser:
    """吴凡 with a draft of the food licence begun."""
    browser: Browser = await desk_of("wu.fan")
    headers = {"x-csrftoken": await browser.csrf_token()}
    begun = await browser.post(API, json={}, headers=headers)
    assert begun.status_code == 201, begun.text
    return browser


@pytest.fixture
def at(keeper: Browser, screen_of: Any) -> Callable[[str], Awaitable[Page]]:
    """`await at("process")` → the configurator's screen there."""

    async def opened(place: str) -> Page:
        page: Page = await screen_of("wu.fan")
        await page.goto(f"/configure/matters/food-business/draft/{place}")
        return page

    return opened


@pytest.fixture
def table() -> str:
    """A decision table 收费档次 of one rule: any area → "A"."""
    return _TABLE
