"""Answers as text for people: check pages, case pages, ledgers. No engine, no browser."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms.gate import choices, scalar_text
from forms.identity import is_date
from forms.messages import Lang
from forms.sheet import CHOICE_TYPES, MISSING, Node, get_at

_YES_NO: Mapping[Lang, tuple[str, str]] = {"zh": ("是", "否"), "en": ("Yes", "No")}
_BLANK: Mapping[Lang, str] = {"zh": "未填写", "en": "Not filled in"}
_NONE: Mapping[Lang, str] = {"zh": "无", "en": "None"}
_JOINT: Mapping[Lang, str] = {"zh": "、", "en": ", "}
_REGION_PARTS = ("province", "city", "county", "town", "street")


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that belong together: a group, or one entry of a list. `title` may be empty."""

    title: str
    rows: tuple[tuple[str, str], ...]
    depth: int


def read(
    nodes: list[Node],
    data: Mapping[str, Any],
    lang: Lang,
    names: Mapping[str, Any],
    conceal: Callable[[str], str] = str,
) -> Iterator[Section]:
    """Everything that was asked, in the form's order.

    What isn't in `data` wasn't asked: judging leaves out what a condition hid. `conceal` turns a
    citizen's identity number into what may be seen of it.
    """
    yield from _sections(nodes, dict(data), _Saying(lang, names, conceal), "", 0)


@dataclass(frozen=True, slots=True)
class _Saying:
    lang: Lang
    names: Mapping[str, Any]
    conceal: Callable[[str], str]

    def of(self, field: Mapping[str, Any], value: Any) -> str:
        if value and field.get("type") == "idnumber":
            value = self.conceal(str(value))
        return value_text(field, value, self.lang, self.names)


def _sections(
    nodes: list[Node], scope: Any, saying: _Saying, title: str, depth: int
) -> Iterator[Section]:
    rows: list[tuple[str, str]] = []
    for node in nodes:
        if node.mode == "hide" or node.kind == "display":
            continue
        if node.kind == "value":
            value = get_at(scope, node.local)
            if value is not MISSING and node.label:
                rows.append((node.label, saying.of(node.component, value)))
            continue
        inner = list(_inside(node, scope, saying, depth))
        if inner and rows:
            yield Section(title, tuple(rows), depth)
            rows, title = [], ""
        yield from inner
    if rows:
        yield Section(title, tuple(rows), depth)


def _inside(node: Node, scope: Any, saying: _Saying, depth: int) -> Iterator[Section]:
    if node.kind == "group":
        yield from _sections(node.nodes, scope, saying, node.label, depth + bool(node.label))
        return
    entries = get_at(scope, node.local)
    if entries is MISSING or not isinstance(entries, list):
        return
    if not entries:
        yield Section(node.label, ((node.label, _NONE[saying.lang]),), depth + 1)
    for number, entry in enumerate(entries, start=1):
        title = f"{node.label} {number}"
        yield from _sections(node.nodes, entry, saying, title, depth + 1)


def answer_text(node: Node, value: Any, lang: Lang) -> str:
    """The answer to one question; of a list, how many entries it has."""
    if node.kind != "list":
        return value_text(node.component, value, lang)
    count = len(value) if isinstance(value, list) else 0
    if not count:
        return _NONE[lang]
    return f"{count} 条" if lang == "zh" else f"{count} entr{'y' if count == 1 else 'ies'}"


def value_text(
    field: Mapping[str, Any], value: Any, lang: Lang = "zh", names: Mapping[str, Any] | None = None
) -> str:
    """One answer as people read it; what was left empty says so."""
    if value is None or value == "" or value == []:
        return "—" if field.get("type") == "expression" else _BLANK[lang]
    text = _text(field, value, lang, names or {})
    appearance = field.get("appearance") or {}
    before, after = appearance.get("prefixAdorner"), appearance.get("suffixAdorner")
    words = [part for part in (before, text, after) if part and not part.startswith("=")]
    return " ".join(words)


def _text(field: Mapping[str, Any], value: Any, lang: Lang, names: Mapping[str, Any]) -> str:
    type_ = field.get("type")
    if isinstance(value, bool) and type_ not in CHOICE_TYPES:
        return _YES_NO[lang][0 if value else 1]
    if type_ in CHOICE_TYPES:
        source = names.get(field["valuesKey"]) if "valuesKey" in field else field.get("values")
        labels = {_key(choice["value"]): choice["label"] for choice in choices({"values": source})}
        chosen = value if isinstance(value, list) else [value]
        return _JOINT[lang].join(_label(one, labels, lang) for one in chosen)
    if type_ == "money" and isinstance(value, int):
        return f"{yuan(value)} 元" if lang == "zh" else f"¥{yuan(value)}"
    if type_ == "datetime":
        return when_text(str(value), lang)
    if type_ == "region" and isinstance(value, Mapping):
        return " ".join(str(value[part]) for part in _REGION_PARTS if value.get(part))
    if isinstance(value, list):
        return _JOINT[lang].join(_text({}, one, lang, {}) for one in value)
    if isinstance(value, Mapping):
        return _JOINT[lang].join(_text({}, one, lang, {}) for one in value.values())
    return scalar_text(value)


def _label(value: Any, labels: Mapping[tuple[bool, Any], str], lang: Lang) -> str:
    if isinstance(value, list | Mapping):
        return _text({}, value, lang, {})
    return labels.get(_key(value), scalar_text(value))


def _key(value: Any) -> tuple[bool, Any]:
    """True and 1 are equal to Python, and different options."""
    return isinstance(value, bool), value


def yuan(fen: int) -> str:
    """An amount in 分 as 元 with two decimals: 123456 is "1,234.56"."""
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{part:02d}"


_WHEN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}))?")


def when_text(value: str, lang: Lang = "zh") -> str:
    """ "2026-11-22" as 2026年11月22日; a time of day stays as it is."""
    match = _WHEN.fullmatch(value)
    if match is None or not is_date(match[1]):
        return value
    day, time = date.fromisoformat(match[1]), f" {match[2]}" if match[2] else ""
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日{time}"
    return f"{day.day} {day:%B} {day.year}{time}"


def flat(found: list[Section]) -> list[tuple[str, str]]:
    """Sections as rows only; in a list the label says which entry it is about."""
    rows: list[tuple[str, str]] = []
    for section in found:
        entry = section.title if section.title[-1:].isdigit() else ""
        rows += [(f"{entry} · {label}" if entry else label, text) for label, text in section.rows]
    return rows
