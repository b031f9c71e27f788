"""Roles, lanes, passwords, names typed at sign-in, and when to stop trying. Pure; told the time."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bpmn.dialect import ROLES as ROLE_KEYS
from bpmn.dialect import Assign

# --- roles and lanes ----------------------------------------------------------------------------

ROLES: Mapping[str, Mapping[str, str]] = {
    "applicant": {"zh": "申请人", "en": "Applicant"},
    "village_agent": {"zh": "代办员", "en": "Village agent"},
    "guide": {"zh": "导办员", "en": "Guide"},
    "window_clerk": {"zh": "窗口受理", "en": "Window clerk"},
    "reviewer": {"zh": "审查", "en": "Reviewer"},
    "checker": {"zh": "审核", "en": "Checker"},
    "decider": {"zh": "决定", "en": "Decider"},
    "chief_representative": {"zh": "首席代表", "en": "Chief representative"},
    "centre_manager": {"zh": "中心负责人", "en": "Centre manager"},
    "supervisor": {"zh": "效能监督", "en": "Supervisor"},
    "configurator": {"zh": "配置管理", "en": "Configurator"},
    "auditor": {"zh": "审计", "en": "Auditor"},
    "operator": {"zh": "平台运维", "en": "Platform operator"},
}
"""Every role of the dialect, as it is called in each language."""

POST_ROLES = tuple(role for role in ROLE_KEYS if role != "applicant")
"""Roles a post can carry; applicants hold no posts."""

KEEPERS = frozenset({"configurator", "operator"})
"""Who looks after other people's accounts and may enter the panel."""


def role_name(role: str, language: str = "zh") -> str:
    """The role in words; an unknown one as it is written."""
    return ROLES.get(role, {}).get("en" if language == "en" else "zh", role)


def lane_of(assign: Assign, *, person: int | None = None, applicant: int | None = None) -> str:
    """The queue in which a step's tasks wait, as `lane_holder` (schema/sql/functions.sql) names it.

    A person beats a post, a post beats department and role. `person` is the id behind
    `assign.person` (a login name; see `queries.lane_of`), `applicant` the id of the case's
    applicant, whose own lane `role:applicant` means. Where that id isn't known (filed at a window)
    the lane is "/applicant", which nobody serves: the fallback lane takes it.
    """
    if assign.person is not None:
        if person is None:
            raise ValueError(f"whose id is {assign.person}?")
        return f"person:{person}"
    if assign.role == "applicant":
        return f"person:{applicant}" if applicant is not None else "/applicant"
    if assign.post is not None:
        return f"post:{assign.post}"
    return f"{assign.department or ''}/{assign.role or ''}"


def lane_name(
    lane: str,
    language: str = "zh",
    *,
    departments: Mapping[str, str] | None = None,
    posts: Mapping[str, str] | None = None,
    person: str = "",
) -> str:
    """A lane in words: "市场监督管理局 · 审查". Names that aren't given are left out.

    `departments` and `posts` map keys to names, `person` is the name behind "person:<id>".
    """
    kind, colon, key = lane.partition(":")
    if colon and kind == "post":
        return (posts or {}).get(key) or ("the post assigned" if language == "en" else "指定岗位")
    if colon:
        return person or ("the person assigned" if language == "en" else "指定人员")
    department, _slash, role = lane.partition("/")
    words = [(departments or {}).get(department, ""), role_name(role, language) if role else ""]
    said = " · ".join(word for word in words if word)
    return said or ("staff of the department" if language == "en" else "部门工作人员")


# --- what is typed at sign-in and registration --------------------------------------------------

LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,39}")
MOBILE = re.compile(r"1[3-9]\d{9}")
ID_NUMBER = re.compile(r"\d{17}[\dX]")


def typed_name(text: str) -> str:
    """A name as typed at sign-in, brought to the form it is stored in.

    Full-width characters become ASCII; a phone number loses spaces, hyphens and +86; an ID number's
    last x becomes X; login names are lower case.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = re.sub(r"[\s-]", "", plain)
    digits = re.sub(r"^(?:\+|00)86", "", digits)
    if MOBILE.fullmatch(digits):
        return digits
    if ID_NUMBER.fullmatch(digits.upper()):
        return digits.upper()
    return plain.lower()


def is_id_number(text: str) -> bool:
    """Whether this is a citizen's ID number: a real birth date and the check digit of GB 11643."""
    if not ID_NUMBER.fullmatch(text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    # ISO 7064 MOD 11-2: the weights are 2^(17-i) mod 11.
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(text[:17]))
    return "10X98765432"[total % 11] == text[17]


# --- passwords ----------------------------------------------------------------------------------

PASSWORD_LEAST = 10
PASSWORD_MOST = 128

_COMMON = (
    "password", "passw0rd", "qwertyuiop", "1qaz2wsx3edc", "asdfghjkl", "zxcvbnm", "iloveyou",
    "woaini", "admin", "administrator", "welcome", "letmein", "abc123", "a123456", "q123456",
    "onewindow", "yichuang", "zhengwu",
)  # fmt: skip
_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def plain_password(text: str) -> str:
    """A password as it is hashed: an input method's full-width characters make no difference."""
    return unicodedata.normalize("NFKC", text)


def password_problem(password: str, about: Collection[str] = ()) -> str | None:
    """Why this can't be a password, as a sentence (Chinese source text), or None.

    Length decides, not a mix of character classes, so a passphrase of ordinary words will do (NIST
    SP 800-63B). `about` are the person's own names and numbers, which others know too.
    """
    plain = plain_password(password)
    if len(plain) < PASSWORD_LEAST:
        return "密码至少 10 个字符，可以用几个词组成的一句话。"
    if len(plain) > PASSWORD_MOST:
        return "密码最长 128 个字符。"
    low = plain.casefold()
    if any(len(own) >= 2 and own.casefold() in low for own in about):
        return "密码里不要包含您的姓名、登录名、手机号或身份证号。"
    if len(set(low)) < 4 or _is_run(low) or _is_common(low):
        return "这个密码太容易猜到，请换一个。"
    return None


def _is_run(low: str) -> bool:
    return any(low in run * 2 or low in run[::-1] * 2 for run in _RUNS)


def _is_common(low: str) -> bool:
    """A well-known password, perhaps with digits and signs around it."""
    core = re.sub(r"[\W\d_]+", "", low)
    return low in _COMMON or (bool(core) and core in {re.sub(r"\d", "", word) for word in _COMMON})


# --- lockout ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rung:
    """`failures` within `window` shut the door until `wait` after the last of them."""

    failures: int
    window: timedelta
    wait: timedelta


NAME_RUNGS = (
    Rung(5, timedelta(minutes=15), timedelta(minutes=15)),
    Rung(20, timedelta(hours=24), timedelta(hours=1)),
)
"""For one name. Slows guessing to some forty tries a day without handing an attacker a way to shut
a colleague out for long."""

ADDRESS_RUNGS = (Rung(100, timedelta(minutes=15), timedelta(minutes=15)),)
"""For one address, whatever the names. Generous: a whole hall may sit behind one address."""

REMEMBERED = timedelta(hours=24)


def locked_until(
    failures: Sequence[datetime], now: datetime, rungs: Sequence[Rung] = NAME_RUNGS
) -> datetime | None:
    """When the next try is allowed; None: now. `failures`: those since the last success."""
    newest_first = sorted(failures, reverse=True)
    until: datetime | None = None
    for rung in rungs:
        if len(newest_first) < rung.failures:
            continue
        last, first = newest_first[0], newest_first[rung.failures - 1]
        ends = last + rung.wait
        if last - first <= rung.window and now < ends and (until is None or ends > until):
            until = ends
    return until


def tries_left(failures: Sequence[datetime], now: datetime) -> int:
    """How many more wrong passwords until the first rung, counting those already in its window."""
    rung = NAME_RUNGS[0]
    recent = sum(1 for at in failures if now - at < rung.window)
    return max(rung.failures - recent, 0)


# --- devices ------------------------------------------------------------------------------------

Kind = Literal["phone", "computer"]

_BROWSERS = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Edg", "Edge"), ("OPR", "Opera"),
    ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device(agent: str) -> tuple[Kind, str]:
    """A browser's User-Agent as people know it: ("computer", "Edge · Windows")."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    kind: Kind = "phone" if re.search(r"Mobile|Android|iPhone|HarmonyOS", agent) else "computer"
    return kind, " · ".join(part for part in (browser, system) if part)
