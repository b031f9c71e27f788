"""What is judged without FEEL is judged as FEEL would."""

import itertools

import pytest

from bpmn.quick import comparison, verdict
from feel import FeelError

VALUES = [
    None,
    True,
    False,
    0,
    1,
    -1,
    1.0,
    0.1,
    2**53 - 1,
    "a",
    "b",
    "",
    "1",
    "甲",
    "é",
    ["a"],
    {"a": 1},
]
CONDITIONS = [
    f"x {sign} {literal}"
    for sign, literal in itertools.product(
        ("=", "!=", "<", "<=", ">", ">="),
        ('"a"', '"甲"', '""', "1", "0", "-1", "0.1", "1.0", "true", "false", "9007199254740991"),
    )
] + ["x", "not(x)", "= x", " not( x ) "]  # fmt: skip


def test_every_verdict_is_feels(feel):
    judged = 0
    questions = [(condition, {"x": value}) for condition in CONDITIONS for value in VALUES]
    for (condition, names), answer in zip(questions, feel.evaluate_many(questions), strict=True):
        found = verdict(condition, names)
        if found is not None:
            judged += 1
            assert not isinstance(answer, FeelError), (condition, names)
            assert answer is found, (condition, names)
    assert judged > 200


@pytest.mark.parametrize(
    "condition",
    ["", "x = y", "x = 1 and y = 2", 'x = "a\\"b"', "x in (1, 2)", "x = null", "1 = x",
     "not(not(x))",
     "x = 1e3", "x.y = 1", 'x = "a" or true', "x = 12345678901234567890", "x == 1", "=", "-x > 1"],
)  # fmt: skip
def test_anything_less_plain_is_left_to_feel(condition):
    assert comparison(condition) is None


def test_a_name_out_of_scope_is_left_to_feel():
    assert verdict("true", {}) is None
    assert verdict('gone = "a"', {"x": "a"}) is None
