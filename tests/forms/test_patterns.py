"""Patterns of a definition mean to Python what they mean to JavaScript, or are left to it."""

import random

import pytest

from feel import Feel
from forms.conditions import Unsupported
from forms.engine import BUNDLE
from forms.patterns import pattern_of

PATTERNS = [
    r"^[A-Z]{1,2}-\d{2,4}$",
    r"^\d{6}$",
    r"^[\u4e00-\u9fa5]{2,4}$",
    r"^[一-龥·]{2,}$",
    r"^(?:JY|SC)\d{14}$",
    r"^\w+$",
    r"[^\d]",
    r"^.{3}$",
    r"^(\d{4}-){2}\d$",
    r"a|b",
    r"^(?=.*\d)(?!x).+$",
    r"\.",
    r"^$",
    r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$",
    r"^第[0-9]+号$",
    r"^a{2}?b$",
    r"[.+*?^$()|\[\]-]",
]
TEXTS = [
    "",
    "A-01",
    "AB-1234",
    "530000",
    "张三",
    "𠮷野",
    "阿依·古丽",
    "JY12345678901234",
    "x1",
    "１２３",
    "a\nb",
    "1234-5678-9",
    "ab",
    "aab",
    ".",
    "第12号",
    "x",
    "_",
    "é",
    "a\u2028b",
    "2020-450802-44-01-123456",
    "-",
]


def test_patterns_that_are_read_here_match_as_in_javascript(feel: Feel, form) -> None:  # type: ignore[no-untyped-def]
    chosen = random.Random(7)
    texts = [
        *TEXTS,
        *("".join(chosen.choices("A-1a张·.#\n_", k=chosen.randint(1, 8))) for _ in range(60)),
    ]
    for pattern in PATTERNS:
        judged = form(
            {
                "type": "dynamiclist",
                "path": "rows",
                "label": "行",
                "components": [
                    {"type": "textarea", "key": "x", "label": "x", "validate": {"pattern": pattern}}
                ],
            }
        )
        engine = judged._ask(
            judged._open({}, "zh").sheet, {}, {"rows": [{"x": t} for t in texts]}, "2026-11-22"
        )
        refused = {int(error.path.split(".")[1]) for error in engine.errors}
        here = pattern_of(pattern)
        for number, text in enumerate(texts):
            cleaned = engine.data["rows"][number]["x"]
            assert (cleaned != "" and not here.search(cleaned)) == (number in refused), (
                pattern,
                text,
            )


@pytest.mark.parametrize(
    "pattern",
    [
        r"\s",
        r"\bx",
        r"(a)\1",
        r"(?<n>a)",
        r"\p{L}",
        r"^(a+)+$",
        r"^(a|a)*$",
        r"^a*b*c*$",
        r"[--a]",
        r"(?i)a",
        r"^(\w+\s?)*$",
    ],
)
def test_patterns_that_might_mean_something_else_or_take_long_are_left_to_the_engine(
    pattern: str,
) -> None:
    with pytest.raises(Unsupported):
        pattern_of(pattern)


def test_the_bundle_is_where_it_is_expected() -> None:
    assert BUNDLE.exists()
