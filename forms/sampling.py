"""Answers made up from a definition, by the very code that fills in samples in the browser."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from forms.engine import BUNDLE, Engine
from forms.lint import check
from forms.problems import BadForm

_SECONDS = 5.0


def sample(
    definition: Mapping[str, Any],
    feel: Engine,
    *,
    today: date,
    given: Mapping[str, Any] | None = None,
    access: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """`{"answers": …, "errors": […]}`: answers the form takes, the same every time; errors are what
    no answer found here satisfies. Raises BadForm."""
    problems = check(definition, feel=feel)
    if problems:
        raise BadForm(str(definition.get("id") or ""), problems)
    feel.load_bundle(BUNDLE)
    at = {"given": given or {}, "access": access or {}, "today": today.isoformat()}
    made: dict[str, Any] = feel.call("formsSample", definition, at, timeout=_SECONDS)
    return made
