"""A scenario: how a case begins, what people do to it, and what should be seen. One JSON object.

    {"name": "餐饮服务，一次办成",
     "start": {"at": "2026-03-02T09:00:00+08:00",  when it is handed in (aware)
               "place": "",               where: "" the owner, a level, or a tenant's key
               "channel": "online",       online | window | agent
               "applicant": {"name": "…", "id_number": "…", "phone": "…"},
               "answers": {…},            to the application form
               "materials": ["layout"]},  handed in; left out: all that are required
     "acts": [{"do": "complete", "step": "accept", "outcome": "accept", "answers": {…}},
              {"do": "wait", "for": "3wd"}, …],
     "expect": {"after": [{"open": [{"step": "accept", "lane": "service-centre/window_clerk",
                                     "due": "3wd"}]}, …],
                "papers": ["acceptance"], "ended": true, "outcome": "granted"}}

Acts, each told by `do`:

    complete  step, outcome, answers, why      a person finishes a step
    correct   step, items [{text, material?}]  everything missing is asked for, once
    answer    answers?, materials?             the applicant puts it right
    refuse    step, reasons, legal_basis, facts  not accepted, or not granted
    return    step, to, why                    the case goes back to a step done already
    withdraw  why                              the applicant takes it back
    wait      for "3wd" | "2d" | "4h" | "1mo", or until "timer" | "deadline" | a moment
    service   step, result                     what a service answers that the platform can't ask

Who acts is worked out from the tenant's posts; `by` (a login name) says it. `index` tells the tasks
of a repeated step apart (from 0).

What is expected may be left out in any part. `after[0]` is what stands after the start, `after[n]`
after the n-th act; null says nothing about it. An open step's `lane` is as `ow:assign` gives it,
without place ("department/role", "post:key", "person:login", "/applicant"); `at` is where: "owner",
"filing" or a level; `due` is a time allowed, counted from when the step opened, or
a date. `refused` says that the last act (or the start) must not succeed, and perhaps which fields
are at fault. `outcome` is granted, denied, not_accepted, withdrawn or "" while nothing is decided.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import orjson
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from onewindow.errors import FieldProblem, Invalid
from onewindow.web.i18n import N_

MOST_ACTS = 200
LARGEST = 1024 * 1024
"""Bytes of JSON; a form's answers may have 256 KB."""

Name = Annotated[str, StringConstraints(max_length=120)]
Words = Annotated[str, StringConstraints(max_length=4000)]
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(1990, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
]
"""Days can be reckoned from it, years ahead and back."""
Span = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,2}(wd|d|h|mo)$")]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Applicant(Part):
    name: Name = ""
    id_number: Annotated[str, StringConstraints(max_length=18)] = ""
    phone: Annotated[str, StringConstraints(max_length=20)] = ""


class Start(Part):
    at: Moment
    place: Name = ""
    channel: Literal["online", "window", "agent"] = "online"
    applicant: Applicant = Applicant()
    answers: dict[str, Any] = {}
    materials: Annotated[list[Name], Field(max_length=60)] | None = None


class AtStep(Part):
    step: Name
    index: int | None = Field(None, ge=0, lt=1000)
    by: Name = ""


class Complete(AtStep):
    do: Literal["complete"]
    outcome: Name = ""
    answers: dict[str, Any] = {}
    why: Words = ""


class Item(Part):
    text: Words
    material: Name = ""
    field: Name = ""


class Correct(AtStep):
    do: Literal["correct"]
    items: Annotated[list[Item], Field(max_length=60)]


class Answer(Part):
    do: Literal["answer"]
    answers: dict[str, Any] | None = None
    materials: Annotated[list[Name], Field(max_length=60)] = []


class Refuse(AtStep):
    do: Literal["refuse"]
    reasons: Words = ""
    legal_basis: Words = ""
    facts: Words = ""


class Return(AtStep):
    do: Literal["return"]
    to: Name
    why: Words = ""


class Withdraw(Part):
    do: Literal["withdraw"]
    why: Words = ""


class Wait(Part):
    do: Literal["wait"]
    span: Span | None = Field(None, alias="for")
    until: Literal["timer", "deadline"] | Moment | None = None

    @model_validator(mode="after")
    def _says_how_long(self) -> "Wait":
        if (self.span is None) == (self.until is None):
            raise ValueError(N_("等待须写明多久（for）或到什么时候（until），两者取一。"))
        return self


class Service(Part):
    do: Literal["service"]
    step: Name
    result: dict[str, Any] = {}


Act = Annotated[
    Complete | Correct | Answer | Refuse | Return | Withdraw | Wait | Service,
    Field(discriminator="do"),
]


class Open(Part):
    """An open step that should be seen."""

    step: Name
    lane: Name | None = None
    at: Name | None = None
    due: Name | None = None
    index: int | None = None
    held: bool = False


class Seen(Part):
    open: Annotated[list[Open], Field(max_length=500)] | None = None
    state: Name | None = None


class Refusal(Part):
    fields: Annotated[list[Name], Field(max_length=200)] | None = None
    code: Name | None = None


class Expect(Part):
    after: Annotated[list[Seen | None], Field(max_length=MOST_ACTS + 1)] = []
    papers: Annotated[list[Name], Field(max_length=200)] | None = None
    ended: bool | None = None
    outcome: Name | None = None
    data: dict[str, Any] | None = None
    refused: Refusal | None = None


class Scenario(Part):
    name: Name = ""
    start: Start
    acts: Annotated[list[Act], Field(max_length=MOST_ACTS)] = []
    expect: Expect = Expect()


def read_scenario(data: Any) -> Scenario:
    """Check `data` (parsed JSON). Raises Invalid naming every place that is wrong."""
    try:
        size = len(orjson.dumps(data))
    except (TypeError, ValueError):
        size = LARGEST + 1
    if size > LARGEST:
        raise Invalid({"scenario": "测试内容过大，最多 1 MB。"})
    try:
        return Scenario.model_validate(data)
    except ValidationError as wrong:
        problems = wrong.errors(include_url=False, include_input=False)
        raise Invalid([_told(problem) for problem in problems[:20]]) from None


def written(scenario: Scenario) -> dict[str, Any]:
    """The scenario as JSON keeps it, without what says nothing."""
    told: dict[str, Any] = scenario.model_dump(
        mode="json", by_alias=True, exclude_defaults=True, exclude_none=True
    )
    for act, plain in zip(scenario.acts, told.get("acts", ()), strict=True):
        plain["do"] = act.do
    if "after" in told.get("expect", {}):
        told["expect"]["after"] = [
            None if seen is None else seen.model_dump(exclude_defaults=True)
            for seen in scenario.expect.after
        ]
    return told


_SAYINGS = {
    "missing": N_("缺少这一项。"),
    "extra_forbidden": N_("没有这个属性，请检查拼写。"),
    "string_pattern_mismatch": N_(
        "时间请写成 3wd（工作日）、2d（自然日）、4h（小时）或 1mo（月）。"
    ),
    "union_tag_invalid": N_("没有这种操作（do）。"),
    "union_tag_not_found": N_("每一步须写明操作（do）。"),
    "timezone_aware": N_("时刻须带时区，如 2026-03-02T09:00:00+08:00。"),
    "datetime_from_date_parsing": N_("时刻请写成 2026-03-02T09:00:00+08:00。"),
    "datetime_parsing": N_("时刻请写成 2026-03-02T09:00:00+08:00。"),
    "greater_than_equal": N_("年份须在 1990 到 2199 之间。"),
    "less_than": N_("年份须在 1990 到 2199 之间。"),
    "too_long": N_("项数过多。"),
    "string_too_long": N_("内容过长。"),
    "literal_error": N_("不在可选范围内。"),
}


def _told(problem: Mapping[str, Any]) -> FieldProblem:
    place = ""
    for step in problem["loc"]:
        if isinstance(step, int):
            place += f"[{step}]"
        elif step not in _KINDS:
            place += f".{step}" if place else str(step)
    if problem["type"] == "value_error":
        return FieldProblem(place, str(problem["ctx"]["error"]))
    return FieldProblem(place, _SAYINGS.get(problem["type"], N_("这里的值不合要求。")))


_KINDS = {"complete", "correct", "answer", "refuse", "return", "withdraw", "wait", "service"}
