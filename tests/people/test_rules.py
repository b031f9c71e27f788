"""Lanes, names as typed, passwords and lockout: the pure rules."""

from datetime import UTC, datetime, timedelta

import pytest
from browsing import CHROME, PHONE
from hypothesis import given
from hypothesis import strategies as st

from bpmn.dialect import ROLES as DIALECT_ROLES
from bpmn.dialect import Assign, parse_assign
from onewindow.people import ways
from onewindow.people.rules import (
    ADDRESS_RUNGS,
    ROLES,
    device,
    is_id_number,
    lane_name,
    lane_of,
    locked_until,
    password_problem,
    tries_left,
    typed_name,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_every_role_of_the_dialect_has_a_name_in_both_languages() -> None:
    assert tuple(ROLES) == DIALECT_ROLES
    assert all(set(names) == {"zh", "en"} and all(names.values()) for names in ROLES.values())


@pytest.mark.parametrize(
    ("assign", "lane"),
    [
        ("department:housing role:reviewer", "housing/reviewer"),
        ("at:county department:housing", "housing/"),
        ("role:decider", "/decider"),
        ("post:food-review", "post:food-review"),
        ("post:food-review department:housing role:reviewer", "post:food-review"),
        ("person:li.min role:reviewer", "person:7"),
        ("role:applicant", "person:9"),
    ],
)
def test_a_lane_is_the_narrowest_thing_that_was_said(assign: str, lane: str) -> None:
    assert lane_of(parse_assign(assign), person=7, applicant=9) == lane


def test_a_lane_needs_to_know_who_is_meant() -> None:
    with pytest.raises(ValueError, match=r"li\.min"):
        lane_of(Assign(person="li.min"))
    assert lane_of(Assign(role="applicant")) == "/applicant"


def test_lanes_are_said_in_words() -> None:
    departments = {"housing": "住房和城乡建设局"}
    assert lane_name("housing/reviewer", departments=departments) == "住房和城乡建设局 · 审查"
    assert lane_name("housing/", departments=departments) == "住房和城乡建设局"
    assert lane_name("housing/reviewer") == "审查"
    assert lane_name("/decider", "en") == "Decider"
    assert lane_name("post:x", posts={"x": "食品审查岗"}) == "食品审查岗"
    assert lane_name("person:7", person="李敏") == "李敏"
    assert [lane_name(lane) for lane in ("post:x", "person:7", "housing/")] == [
        "指定岗位", "指定人员", "部门工作人员",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" Li.Min ", "li.min"),
        ("１３８ ００００ ０００１", "13800000001"),
        ("+86 138-0000-0001", "13800000001"),
        ("008613800000001", "13800000001"),
        ("11010519491231002x", "11010519491231002X"),
        ("周 明", "周 明"),
        ("", ""),
    ],
)
def test_names_are_read_however_they_are_typed(typed: str, name: str) -> None:
    assert typed_name(typed) == name


def test_an_id_number_has_a_real_birth_date_and_the_right_check_digit() -> None:
    assert is_id_number("11010519491231002X")  # the example of GB 11643
    assert not is_id_number("110105194912310021")
    assert not is_id_number("11010519491331002X")
    assert not is_id_number("1101051949123100")


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: int, by: int) -> None:
    good = "459021199003070018"
    digits = list(good)
    digits[place] = str((int(digits[place]) + by) % 10)
    assert is_id_number(good)
    assert not is_id_number("".join(digits))


@pytest.mark.parametrize(
    "password",
    ["短密码", "aaaaaaaaaaaa", "abababababab", "1234567890", "0987654321", "qwertyuiop",
     "Password123!", "woaini2026!!", "li.min-rocks-ok", "我是李敏我最大哈哈", "x" * 129],
)  # fmt: skip
def test_weak_passwords_are_refused_with_a_reason(password: str) -> None:
    assert password_problem(password, ("li.min", "李敏", "", "138"))


@pytest.mark.parametrize(
    "password", ["correct horse battery", "春眠不觉晓处处闻啼鸟", "yun-chuan window", "k3#Vq9!mZp"]
)
def test_passphrases_of_ordinary_words_will_do(password: str) -> None:
    assert password_problem(password, ("li.min", "李敏")) is None


def minutes_ago(*minutes: float) -> list[datetime]:
    return [NOON - timedelta(minutes=each) for each in minutes]


def test_five_failures_in_a_quarter_of_an_hour_lock_for_a_quarter_of_an_hour() -> None:
    assert locked_until(minutes_ago(1, 2, 3, 4), NOON) is None
    assert locked_until(minutes_ago(1, 2, 3, 4, 5), NOON) == NOON + timedelta(minutes=14)
    assert locked_until(minutes_ago(15, 16, 17, 18, 19), NOON) is None
    assert locked_until(minutes_ago(1, 2, 3, 4, 30), NOON) is None
    assert tries_left(minutes_ago(1, 2, 3), NOON) == 2
    assert tries_left(minutes_ago(1, 2, 3, 20, 30), NOON) == 2


def test_twenty_failures_in_a_day_lock_for_an_hour() -> None:
    spread = minutes_ago(*(20 + 60 * n for n in range(20)))
    assert locked_until(spread, NOON) == NOON + timedelta(minutes=40)
    assert locked_until(spread[:-1], NOON) is None


def test_an_address_is_locked_only_after_very_many() -> None:
    assert locked_until(minutes_ago(*[1] * 99), NOON, ADDRESS_RUNGS) is None
    assert locked_until(minutes_ago(*[1] * 100), NOON, ADDRESS_RUNGS) is not None


@given(st.lists(st.floats(0, 2000), max_size=40))
def test_a_lock_always_ends_within_the_hour_and_never_depends_on_the_order(
    minutes: list[float],
) -> None:
    failures = minutes_ago(*minutes)
    until = locked_until(failures, NOON)
    assert until == locked_until(failures[::-1], NOON)
    assert until is None or NOON < until <= NOON + timedelta(hours=1)
    if len(failures) < 5:
        assert until is None


def test_browsers_are_shown_as_people_know_them() -> None:
    assert device(CHROME) == ("computer", "Chrome · Windows")
    assert device(PHONE) == ("phone", "微信 · HarmonyOS")
    assert device("curl/8") == ("computer", "")


@pytest.mark.parametrize("address", ["/inbox", "/cases/7?tab=files", "/"])
def test_pages_of_ours_can_be_come_back_to(address: str) -> None:
    assert ways.safe(address) == address


@pytest.mark.parametrize(
    "address",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "inbox",
     "/\t/evil.example", "/inbox\r\nset-cookie: a=b", "", "/sign-in", "/sign-in/code", "/sign-out"],
)  # fmt: skip
def test_nobody_is_sent_to_a_strangers_page(address: str) -> None:
    assert ways.safe(address) == ""
