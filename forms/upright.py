"""Text without unseen marks that turn the writing: they come along when somebody pastes."""

import re
from typing import Any

TURNING = re.compile(
    "[\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]"
    "|&#(?:x0*(?:200[ef]|202[a-e]|206[6-9])|0*(?:820[67]|823[4-8]|829[4-7]));",
    re.IGNORECASE,
)
"""Marks that turn the writing, as such or as XML may spell them: what follows one on a page would
be read backwards."""


def upright(value: Any) -> Any:
    """`value` with such marks taken out of every text in it."""
    if isinstance(value, str):
        return TURNING.sub("", value)
    if isinstance(value, list):
        return [upright(each) for each in value]
    if isinstance(value, dict):
        return {upright(name): upright(each) for name, each in value.items()}
    return value
