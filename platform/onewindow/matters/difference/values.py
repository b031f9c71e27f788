"""Values of any property in words, and the change from one to the other."""

from collections.abc import Mapping
from typing import Any

from onewindow.matters.difference.change import SHORT, Change, Kind
from onewindow.matters.difference.texts import wordwise
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language


def quoted(text: str) -> str:
    """A text as it stands, in quotes; nothing for nothing."""
    return _("“{text}”", text=text) if text else ""


def is_words(value: Any) -> bool:
    """Whether a value is a text in both languages."""
    return isinstance(value, Mapping) and bool(value) and set(value) <= {"zh", "en"}


def in_words(value: Any) -> str:
    """A property's value as people read it; texts in the reader's language, in quotes."""
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if isinstance(value, bool):
        return quoted(_("是") if value else _("否"))
    if is_words(value):
        return quoted(str(value.get(language()) or value.get("zh") or value.get("en") or ""))
    if isinstance(value, str):
        return value if value.startswith("=") else quoted(value)
    if isinstance(value, list):
        return (", " if language() == "en" else "、").join(in_words(each) for each in value)
    if isinstance(value, Mapping):
        return "；".join(f"{key}：{in_words(each)}" for key, each in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def both_in_words(one: Any, other: Any) -> tuple[str, str]:
    """Two values in words. Texts alike in the reader's language are told in the other one."""
    said = in_words(one), in_words(other)
    if said[0] == said[1] and is_words(one) and is_words(other):
        tongue = "zh" if one.get("zh") != other.get("zh") else "en"
        return quoted(str(one.get(tongue, ""))), quoted(str(other.get(tongue, "")))
    return said


def altered(
    part: str, area: str, subject: str, element: str, what: str, before: str, after: str
) -> Change:
    """A property that is other than it was: long texts word by word, short ones in the sentence."""
    kind: Kind = "changed"
    if before and after and max(len(before), len(after)) > SHORT:
        pieces = wordwise(before, after)
        return Change(kind, part, area, subject, element, what, before, after, pieces)
    return Change(kind, part, area, subject, element, what, before, after)
