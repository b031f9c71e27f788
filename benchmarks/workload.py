"""approval-6: the same answers for every contender, and who does which step.

A case is a start and five completions: accept (1.5 KB of answers), three reviews (0.25 KB each) in
parallel, decide (0.15 KB). Half of each text is random, so that it compresses like what people
write.
"""

import random
from typing import Any

import orjson

_letters = random.Random(6)


def _text(length: int) -> str:
    half = length // 2
    return f"{_letters.getrandbits(half * 4):0{half}x}" + "x" * (length - half)


APPLY: dict[str, Any] = {
    "applicant_name": "云川市第一建筑工程有限公司",
    "applicant_id": "91459000MA0000001X",
    "applicant_phone": "13800000009",
    "subject": "临时占用城市道路",
}
ACCEPT: dict[str, Any] = {f"field_{n:02d}": _text(60) for n in range(20)} | {"total_fee": 1200}
DECIDE: dict[str, Any] = {"decision": "approve", "decision_note": _text(110)}


def _review() -> dict[str, Any]:
    return {"opinion": "approve", "note": _text(194), "conditions": ["c1", "c2"]}


ANSWERS: dict[str, dict[str, Any]] = {
    "accept": ACCEPT,
    "review_a": _review(),
    "review_b": _review(),
    "review_c": _review(),
    "decide": DECIDE,
}

OUTCOMES = {"accept": "accept", "decide": "grant"}
"""The button pressed; `submit` at all other steps."""

ROLES = ("clerk", "reviewer", "decider")
DOES = {"accept": "clerk", "decide": "decider"} | {f"review_{k}": "reviewer" for k in "abc"}
"""Step → the role of whoever does it."""


def sizes() -> dict[str, int]:
    """Bytes of each payload's answers as JSON."""
    return {step: len(orjson.dumps(answers)) for step, answers in ANSWERS.items()}
