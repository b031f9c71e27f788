"""The sentences of messages.json, which the browser and V8 say too."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

Lang = Literal["zh", "en"]

CATALOGUE: Mapping[str, Mapping[Lang, str]] = json.loads(
    Path(__file__).with_name("messages.json").read_text("utf-8")
)

# An author's own sentence travels as a parameter, so that braces in it mean nothing.
_OWN = "{message}"
_PLACE = re.compile(r"\{(\w+)\}")


def fill(text: str, params: Mapping[str, Any]) -> str:
    """`text` with each known {name} filled in; unknown places stay as they are."""
    return _PLACE.sub(lambda place: str(params.get(place[1], place[0])), text)


def template(code: str, params: Mapping[str, Any], lang: Lang = "zh") -> str:
    """The sentence for `code` before its places are filled in."""
    if params.get("message"):
        return _OWN
    return CATALOGUE[code][lang]


def sentence(code: str, params: Mapping[str, Any], lang: Lang = "zh") -> str:
    return fill(template(code, params, lang), params)
