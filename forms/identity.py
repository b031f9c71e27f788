"""Twins of js/identity.js and js/dates.js: each check gives a problem's code, or None."""

import re
from calendar import monthrange
from operator import mul

_ID = re.compile(r"[1-9][0-9]{16}[0-9X]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


def id_number_problem(text: str, today: str) -> str | None:
    """A citizen's identity number by GB 11643; nobody is born after `today` (YYYY-MM-DD)."""
    if len(text) != 18:
        return "idnumber-length"
    if not _ID.fullmatch(text):
        return "idnumber-characters"
    birth = f"{text[6:10]}-{text[10:12]}-{text[12:14]}"
    if not is_date(birth) or birth > today:
        return "idnumber-birth"
    total = sum(map(mul, _ID_WEIGHTS, map(int, text[:17])))
    return None if text[17] == _ID_CHECKS[total % 11] else "idnumber-check"


_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_CREDIT_VALUES = {sign: value for value, sign in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_CREDIT_SIGNS = {value: sign for sign, value in _CREDIT_VALUES.items()}
_CREDIT_WEIGHTS = tuple(3**place % 31 for place in range(17))


def credit_code_problem(text: str) -> str | None:
    """A unified social credit code by GB 32100."""
    if len(text) != 18:
        return "creditcode-length"
    if not _CREDIT.fullmatch(text):
        return "creditcode-characters"
    total = sum(map(mul, _CREDIT_WEIGHTS, map(_CREDIT_VALUES.__getitem__, text)))
    return None if text[17] == _CREDIT_SIGNS[(31 - total % 31) % 31] else "creditcode-check"


_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}-?[1-9][0-9]{6,7}(-[0-9]{1,6})?")


def mobile_problem(text: str) -> str | None:
    return None if _MOBILE.fullmatch(text) else "mobile"


def phone_problem(text: str) -> str | None:
    return None if _MOBILE.fullmatch(text) or _LANDLINE.fullmatch(text) else "phone"


_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


def is_date(text: str) -> bool:
    """Whether `text` is a day of the calendar, YYYY-MM-DD."""
    match = _DAY.fullmatch(text)
    if match is None:
        return False
    year, month, day = map(int, match.groups())
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12 and day >= 1):
        return False
    return day <= monthrange(year, month)[1]


def writing_problem(text: str, subtype: str) -> str | None:
    if subtype == "time":
        return None if _TIME.fullmatch(text) else "time"
    if subtype == "date":
        return None if is_date(text) else "date"
    day, _, time = text.partition("T")
    return None if is_date(day) and _TIME.fullmatch(time) else "datetime"


def range_problem(text: str, range_: str | None, today: str) -> str | None:
    day = text[:10]
    fits = {
        "past": day < today,
        "past-or-today": day <= today,
        "future": day > today,
        "today-or-future": day >= today,
    }
    return range_ if range_ is not None and not fits.get(range_, True) else None
