"""Tenants' own texts: plain text with placeholders, filled in a sandbox."""

from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

_environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)


def fill(text: str, facts: Mapping[str, Any]) -> str:
    """`text` with its placeholders filled from `facts`."""
    return _environment.from_string(text).render(dict(facts))
