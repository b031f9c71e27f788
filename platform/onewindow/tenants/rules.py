"""The tree of places, what each may settle for itself, and what it inherits. Pure."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from string import Formatter
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bpmn.dialect import Limit, parse_limit
from bpmn.problems import Malformed
from onewindow.errors import FieldProblem, Invalid, NotThere

Level = Literal["city", "county", "township", "village"]
LEVELS: tuple[Level, ...] = get_args(Level)
LEVEL_NAMES: Mapping[str, Mapping[str, str]] = {
    "city": {"zh": "市", "en": "City"},
    "county": {"zh": "县（市、区）", "en": "County"},
    "township": {"zh": "乡镇（街道）", "en": "Township"},
    "village": {"zh": "村（社区）", "en": "Village"},
}
LEVEL_DIGITS: Mapping[str, str] = {"city": "3", "county": "4", "township": "5", "village": "6"}
"""The level's digit in implementation codes (domain: 1 state, 2 province)."""

KEY = re.compile(r"[a-z][a-z0-9-]{1,39}")
REGION = re.compile(r"\d{6}|\d{9}|\d{12}")

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)

LANE = re.compile(r"[\w.-]*/[\w.-]*|post:[\w.-]+|person:\d+")
_NUMBER_WORDS = frozenset(
    [
        "serial",
        "date",
        "year",
        "month",
        "day",
        "region",
        "credit",
        "level",
        "base",
        "implementation",
    ]
)
_PLACE_WORDS = frozenset(["region", "credit", "implementation"])
_NAME_WORDS = frozenset(LEVELS)

LimitText = Annotated[str, Field(max_length=6)]


class Unusable(ValueError):
    """A setting that can't be used; pydantic turns it into a problem of its field."""

    def __init__(self, text: str, **params: str) -> None:
        self.text, self.params = text, params
        super().__init__(text.format(**params) if params else text)


class Hours(BaseModel):
    """One stretch of a day when the windows are open, in local time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    opens: time
    closes: time

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise Unusable("关门时间须晚于开门时间。")
        return self


class TenantSettings(BaseModel):
    """What a place settles for itself; whatever it leaves out it inherits from its parent.

    `limits`, `centre_names` are merged entry by entry down the path; all else is replaced whole;
    an address is nobody's but the place's own.
    The defaults here stand at the root. Number patterns hold exactly one {serial:n} and any of
    {date} {year} {month} {day} {region} {credit} {level} {base} {implementation}, where
    {implementation} = credit code + level digit + base code, as domain practice numbers cases.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fallback_lane: str = "/centre_manager"
    """Who gets a task that nobody is eligible for."""
    limits: Mapping[Literal["acceptance", "correction", "delivery"], LimitText] = {
        "acceptance": "3wd",
        "correction": "10wd",
        "delivery": "10wd",
    }
    weekly: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    """Days of the week worked, before holidays and adjusted days."""
    announced_years: tuple[int, ...] = ()
    """Years whose public holidays are known and entered. Never guessed; merged down the path."""
    office_hours: tuple[Hours, ...] = (
        Hours(opens=time(9), closes=time(12)),
        Hours(opens=time(13, 30), closes=time(17)),
    )
    receipt_number: str = "SJ{region}{date}{serial:4}"
    case_number: str = "{implementation}{date}{serial:4}"
    paper_number: str = "{region}〔{year}〕{serial:5}"
    centre_names: Mapping[Level, Mapping[Literal["zh", "en"], str]] = {
        "city": {"zh": "{city}政务服务中心", "en": "{city} Government Service Centre"},
        "county": {"zh": "{county}政务服务中心", "en": "{county} Government Service Centre"},
        "township": {
            "zh": "{county}{township}便民服务中心",
            "en": "{township} Convenience Service Centre, {county}",
        },
        "village": {
            "zh": "{township}{village}便民服务点",
            "en": "{village} Service Point, {township}",
        },
    }
    confirmation: Literal["above", "none"] = "above"
    """Who confirms new, changed, delegated and cancelled matters before they take effect: the place
    right above, or nobody, which only the platform's operator can say (`admin/rules.py`). The root
    has nobody above it."""
    phone: str = Field(default="", max_length=40)
    complaint_phone: str = Field(default="", max_length=40)
    # Where its own centre is: never inherited, a township isn't at the county's address.
    address: str = Field(default="", max_length=200)
    address_en: str = Field(default="", max_length=200)

    @property
    def weekdays(self) -> frozenset[int]:
        """The weekdays worked as numbers, 0 = Monday."""
        return frozenset(WEEKDAYS.index(day) for day in self.weekly)

    def limit(self, name: Literal["acceptance", "correction", "delivery"]) -> Limit:
        return parse_limit(self.limits[name])

    @field_validator("fallback_lane")
    @classmethod
    def _is_lane(cls, lane: str) -> str:
        if not LANE.fullmatch(lane) or lane == "/":
            raise Unusable("应写成 部门/角色、部门/、/角色、post:岗位 或 person:编号。")
        return lane

    @field_validator("limits")
    @classmethod
    def _are_limits(cls, limits: Mapping[str, str]) -> Mapping[str, str]:
        for text in limits.values():
            try:
                parse_limit(text)
            except Malformed as malformed:
                raise Unusable(malformed.text, **malformed.params) from malformed
        return limits

    @field_validator("weekly")
    @classmethod
    def _some_day_is_worked(cls, weekly: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        if not weekly:
            raise Unusable("一周至少有一个工作日。")
        return tuple(day for day in WEEKDAYS if day in weekly)

    @field_validator("announced_years")
    @classmethod
    def _are_years(cls, years: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 2000 <= year <= 2200 for year in years):
            raise Unusable("年份应为四位数字。")
        return tuple(sorted(set(years)))

    @field_validator("office_hours")
    @classmethod
    def _do_not_overlap(cls, hours: tuple[Hours, ...]) -> tuple[Hours, ...]:
        ordered = tuple(sorted(hours, key=lambda each: each.opens))
        for earlier, later in itertools.pairwise(ordered):
            if later.opens < earlier.closes:
                raise Unusable("办公时间段不能重叠。")
        return ordered

    @field_validator("receipt_number", "case_number", "paper_number")
    @classmethod
    def _is_number_pattern(cls, pattern: str) -> str:
        words = _placeholders(pattern)
        if words.count("serial") != 1:
            raise Unusable("编号规则中须有且只有一个流水号，如 {serial:4}。")
        _refuse_unknown(words, _NUMBER_WORDS)
        return pattern

    @field_validator("receipt_number", "case_number")
    @classmethod
    def _tells_places_apart(cls, pattern: str) -> str:
        # Places below inherit the pattern, and each counts its own serials.
        if not _PLACE_WORDS & set(_placeholders(pattern)):
            raise Unusable("编号规则中须有 {region}、{credit} 或 {implementation}，以免各地重号。")
        return pattern

    @field_validator("centre_names")
    @classmethod
    def _are_name_templates(cls, names: Mapping[str, Any]) -> Mapping[str, Any]:
        for templates in names.values():
            for template in templates.values():
                _refuse_unknown(_placeholders(template), _NAME_WORDS)
        return names


_OWN = ("address", "address_en")


def inherited(overrides: Iterable[Mapping[str, Any]]) -> TenantSettings:
    """The settings at the end of a path of overrides, root first.

    Raises Invalid, naming the settings that can't be used.
    """
    merged: dict[str, Any] = TenantSettings().model_dump()
    for own in overrides:
        merged |= dict.fromkeys(_OWN, "")
        for name, value in own.items():
            before = merged.get(name)
            if isinstance(before, dict) and isinstance(value, Mapping):
                merged[name] = _merged(before, value)
            elif name == "announced_years":
                merged[name] = (*merged[name], *value)
            else:
                merged[name] = value
    return read_settings(merged)


def read_settings(values: Mapping[str, Any]) -> TenantSettings:
    """Settings from plain values. Raises Invalid with one problem for each that can't be used."""
    try:
        return TenantSettings.model_validate(values)
    except ValidationError as wrong:
        raise Invalid([_problem(error) for error in wrong.errors()]) from None


@dataclass(frozen=True, slots=True)
class Place:
    """One tenant as everybody may know it. `path` holds the ids from the root to itself."""

    id: int
    key: str
    name: str
    name_en: str
    level: Level
    parent: int | None
    path: tuple[int, ...]
    centre_name: str = ""
    region_code: str = ""
    credit_code: str = ""
    active: bool = True
    overrides: Mapping[str, Any] = field(default_factory=dict)

    def named(self, language: str) -> str:
        return self.name_en or self.name if language == "en" else self.name


class Places:
    """All tenants, as one tree that answers without asking the database."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._by_id = {place.id: place for place in places}
        self._by_key = {place.key: place for place in self._by_id.values()}
        self._settings: dict[int, TenantSettings] = {}

    def __iter__(self) -> Iterator[Place]:
        return iter(self._by_id.values())

    def __getitem__(self, id: int) -> Place:
        """The place. Raises NotThere."""
        try:
            return self._by_id[id]
        except KeyError:
            raise NotThere from None

    def keyed(self, key: str) -> Place:
        """The place with this key. Raises NotThere."""
        try:
            return self._by_key[key]
        except KeyError:
            raise NotThere from None

    def path(self, id: int) -> list[Place]:
        """From the root down to the place itself."""
        return [self[step] for step in self[id].path]

    def children(self, id: int) -> list[Place]:
        return [place for place in self if place.parent == id and place.active]

    def subtree(self, id: int) -> list[Place]:
        """The place and everything below it."""
        return [place for place in self if id in place.path]

    def roots(self) -> list[Place]:
        return [place for place in self if place.parent is None]

    def settings(self, id: int) -> TenantSettings:
        """The place's own settings over those it inherits."""
        if id not in self._settings:
            self._settings[id] = inherited(place.overrides for place in self.path(id))
        return self._settings[id]

    def at_level(self, level: str, start: int) -> Place | None:
        """`start` or the nearest place above it with this level; None if there is none."""
        return next((place for place in reversed(self.path(start)) if place.level == level), None)

    def place_for(self, at: str | None, *, filing: int, owner: int) -> int:
        """Where a step is done: what `at:` of `ow:assign` says, as a tenant's id.

        `filing` is where the case was handed in, `owner` whose matter it is (also when nothing is
        said). A level means the filing place or the nearest one above it with that level; a case
        that came in above that level stays with the owner, whose fallback lane then speaks up.
        """
        if at is None or at == "owner":
            return owner
        if at == "filing":
            return filing
        found = self.at_level(at, filing)
        return found.id if found is not None else owner

    def centre_name(self, id: int, language: str = "zh") -> str:
        """What the place's service centre is called, such as 青溪县临江镇便民服务中心."""
        place = self[id]
        if place.centre_name and language == "zh":
            return place.centre_name
        templates = self.settings(id).centre_names.get(place.level, {})
        template = templates.get("en" if language == "en" else "zh") or "{" + place.level + "}"
        names = dict.fromkeys(LEVELS, "")
        names |= {above.level: above.named(language) for above in self.path(id)}
        return template.format(**names).strip(" ,")

    def full_name(self, id: int, language: str = "zh") -> str:
        """The place with everything above it: 云川市青溪县临江镇."""
        names = [place.named(language) for place in self.path(id)]
        return ", ".join(reversed(names)) if language == "en" else "".join(names)


def _merged(before: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(before)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[key] = _merged(below, value)
        else:
            merged[key] = value
    return merged


def _placeholders(template: str) -> list[str]:
    try:
        fields = [field for _text, field, _spec, _conversion in Formatter().parse(template)]
    except ValueError as broken:
        raise Unusable("花括号不成对。") from broken
    return [field for field in fields if field is not None]


def _refuse_unknown(words: Iterable[str], known: frozenset[str]) -> None:
    for word in words:
        if word not in known:
            raise Unusable(
                "不认识的占位符“{word}”，可用：{known}。", word=word, known="、".join(sorted(known))
            )


def _problem(error: Any) -> FieldProblem:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return FieldProblem(place, "没有这项设置。", label=place)
    said = error.get("ctx", {}).get("error")
    if isinstance(said, Unusable):
        return FieldProblem(place, said.text, said.params, label=place)
    return FieldProblem(place, "内容不符合要求。", label=place)
