"""Identity numbers, credit codes, days: the rules, and that both languages keep them alike."""

import random
from datetime import date

import pytest
from submissions import CREDIT_SIGNS, credit_code, id_number

from feel import Feel
from forms.engine import BUNDLE
from forms.identity import (
    credit_code_problem,
    id_number_problem,
    is_date,
    mobile_problem,
    phone_problem,
    range_problem,
)

TODAY = "2026-11-22"


# The first is the example of GB 11643-1999; the others are made up.
@pytest.mark.parametrize(
    "number", ["11010519491231002X", "450802199003072116", "530102202002290011"]
)
def test_identity_numbers_with_their_check_digit_are_valid(number: str) -> None:
    assert id_number_problem(number, TODAY) is None


def test_nobody_born_in_the_nineteenth_century_applies() -> None:
    assert id_number_problem("440524188001010014", TODAY) == "idnumber-birth"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("11010519491231002", "idnumber-length"),
        ("11010519491231002XX", "idnumber-length"),
        ("", "idnumber-length"),
        ("1101051949123100２X", "idnumber-characters"),
        ("X1010519491231002X", "idnumber-characters"),
        ("01010519491231002X", "idnumber-characters"),
        ("110105194912310021", "idnumber-check"),
        ("11010519491213002X", "idnumber-check"),
        ("110105199002300025", "idnumber-birth"),
        ("110105199013010025", "idnumber-birth"),
        ("110105190002290025", "idnumber-birth"),
        ("110105202611230025", "idnumber-birth"),
    ],
)
def test_identity_numbers_say_what_is_wrong_with_them(number: str, code: str) -> None:
    assert id_number_problem(number, TODAY) == code


def test_somebody_born_today_has_a_valid_birth_date_and_somebody_born_tomorrow_has_not() -> None:
    head = "11010520261122002"
    number = next(head + c for c in "0123456789X" if id_number_problem(head + c, TODAY) is None)
    assert id_number_problem(number, "2026-11-21") == "idnumber-birth"


# Codes of public bodies as published; the second stands in the domain's own example.
@pytest.mark.parametrize("code", ["91350100M000100Y43", "11370800MB28559184", "11100000000013338W"])
def test_published_credit_codes_are_valid(code: str) -> None:
    assert credit_code_problem(code) is None


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("91350100M000100Y4", "creditcode-length"),
        ("91350100M000100Y44", "creditcode-check"),
        ("91350100M000100Y4I", "creditcode-characters"),
        ("91350100O000100Y43", "creditcode-characters"),
        ("9135O100M000100Y43", "creditcode-characters"),
        ("91350100m000100y43", "creditcode-characters"),
        ("19350100M000100Y43", "creditcode-check"),
    ],
)
def test_credit_codes_say_what_is_wrong_with_them(code: str, problem: str) -> None:
    assert credit_code_problem(code) == problem


@pytest.mark.parametrize("number", ["13800138000", "19912345678"])
def test_mobile_numbers_have_eleven_digits_from_13_to_19(number: str) -> None:
    assert mobile_problem(number) is None
    assert mobile_problem(number[:-1]) == "mobile"
    assert mobile_problem("12" + number[2:]) == "mobile"


@pytest.mark.parametrize(
    "number", ["0771-1234567", "07711234567", "010-12345678-801", "13800138000"]
)
def test_landlines_come_with_their_area_code(number: str) -> None:
    assert phone_problem(number) is None
    assert phone_problem("1234567") == "phone"


@pytest.mark.parametrize(
    ("range_", "yesterday", "today", "tomorrow"),
    [
        ("past", None, "past", "past"),
        ("past-or-today", None, None, "past-or-today"),
        ("future", "future", "future", None),
        ("today-or-future", "today-or-future", None, None),
        (None, None, None, None),
    ],
)
def test_ranges_are_relative_to_the_day_that_was_given(
    range_: str | None, yesterday: str | None, today: str | None, tomorrow: str | None
) -> None:
    days = ("2026-11-21", "2026-11-22", "2026-11-23")
    found = tuple(range_problem(day, range_, TODAY) for day in days)
    assert found == (yesterday, today, tomorrow)


def test_python_and_javascript_agree_on_ten_thousand_numbers(form, feel: Feel) -> None:  # type: ignore[no-untyped-def]
    """In one list per hundred: the engine judges all rows, the twins each value."""
    chosen = random.Random(11643)
    judged = form(
        {
            "type": "dynamiclist",
            "path": "rows",
            "label": "行",
            "components": [
                {"type": "idnumber", "key": "id_number", "label": "号码"},
                {"type": "creditcode", "key": "code", "label": "代码"},
                {
                    "type": "mobile",
                    "key": "phone",
                    "label": "电话",
                    "properties": {"landline": True},
                },
                {
                    "type": "datetime",
                    "key": "day",
                    "label": "日期",
                    "properties": {"range": "past"},
                },
            ],
        }
    )
    opened = judged._open({}, "zh")
    feel.load_bundle(BUNDLE)
    for _ in range(25):
        rows = [
            {
                "id_number": spoilt(id_number(chosen), chosen),
                "code": spoilt(credit_code(chosen), chosen),
                "phone": spoilt("0771-1234567", chosen),
                "day": spoilt(date.fromordinal(chosen.randint(690000, 760000)).isoformat(), chosen),
            }
            for _ in range(100)
        ]
        twin = judged.verdict({"rows": rows}, today=date.fromisoformat(TODAY))
        engine = judged._ask(opened.sheet, {}, {"rows": rows}, TODAY)
        assert twin == engine


def spoilt(text: str, chosen: random.Random) -> str:
    """The text, or the text with one character changed, dropped or doubled."""
    at = chosen.randrange(len(text))
    match chosen.randint(0, 6):
        case 0:
            return text[:at] + chosen.choice(CREDIT_SIGNS) + text[at + 1 :]
        case 1:
            return text[:at] + text[at + 1 :]
        case 2:
            return text[:at] + text[at] + text[at:]
        case 3:
            return text[:at] + chosen.choice(" -xX２界") + text[at + 1 :]
    return text


@pytest.mark.parametrize("day", ["2024-02-29", "2000-02-29", "1900-01-01", "2199-12-31"])
def test_days_of_the_calendar(day: str) -> None:
    assert is_date(day)


@pytest.mark.parametrize(
    "day",
    [
        "2026-02-29",
        "1900-02-29",
        "1899-12-31",
        "2200-01-01",
        "2026-1-1",
        "2026-00-10",
        "２０２６-01-01",
    ],
)
def test_days_that_are_none(day: str) -> None:
    assert not is_date(day)
