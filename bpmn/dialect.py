"""The words of our BPMN dialect, named once: namespaces, stages, roles, operations, small grammars.

Lint, the engine and the rooms above all read these, so a word is added here and nowhere else.
The parse functions take an attribute's text and give a frozen value, or raise `Malformed`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from bpmn.problems import Malformed

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OW = "urn:onewindow:bpmn:1"
"""Our namespace; files bind it to the prefix `ow`."""

Stage = Literal[
    "accept", "review", "check", "decide", "issue",
    "deliver", "inspect", "pay", "publicise", "other",
]  # fmt: skip
Role = Literal[
    "applicant", "village_agent", "guide", "window_clerk", "reviewer", "checker", "decider",
    "chief_representative", "centre_manager", "supervisor", "configurator", "auditor", "operator",
]  # fmt: skip
Operation = Literal[
    "issue_certificate", "send_paper", "start_case", "query_register",
    "request_payment", "call_connector", "public_notice",
]  # fmt: skip
Place = Literal["filing", "owner", "city", "county", "township", "village"]
"""Where a task is done: the tenant where the case was filed, the owner of the matter (default), or
the tenant of that level above or at the place of filing."""
Unit = Literal["wd", "d", "h", "mo"]
"""Working days, natural days, hours, months."""
Access = Literal["read", "edit", "hide"]
VariableType = Literal["number", "string", "boolean", "date", "list"]

STAGES: tuple[str, ...] = get_args(Stage)
ROLES: tuple[str, ...] = get_args(Role)
OPERATIONS: tuple[str, ...] = get_args(Operation)
PLACES: tuple[str, ...] = get_args(Place)
UNITS: tuple[str, ...] = get_args(Unit)
ACCESSES: tuple[str, ...] = get_args(Access)
VARIABLE_TYPES: tuple[str, ...] = get_args(VariableType)

STAGE_NAMES: Mapping[str, str] = {
    "accept": "受理", "review": "审查", "check": "审核", "decide": "决定", "issue": "制证",
    "deliver": "送达", "inspect": "现场勘验", "pay": "缴费", "publicise": "公示", "other": "其他",
}  # fmt: skip
OPERATION_NAMES: Mapping[str, str] = {
    "issue_certificate": "制发电子证照", "send_paper": "发送文书", "start_case": "发起办件",
    "query_register": "查询登记信息", "request_payment": "发起缴费",
    "call_connector": "调用外部系统", "public_notice": "发布公示",
}  # fmt: skip
VARIABLE_TYPE_NAMES: Mapping[str, str] = {
    "number": "数字", "string": "文字", "boolean": "是或否", "date": "日期", "list": "列表",
}  # fmt: skip

HUMAN_TASKS = ("userTask", "manualTask", "task")
"""Elements a person completes."""

STEP_ATTRIBUTES = frozenset(
    {"stage", "form", "assign", "limit", "outcomes", "fields", "differs-from", "papers"}
)
SERVICE_ATTRIBUTES = frozenset({"operation"})
DECISION_ATTRIBUTES = frozenset({"decision", "result"})
CATCH_ATTRIBUTES = frozenset({"correlation"})
"""On what waits for a message: FEEL telling this waiting place from others for the same message."""
LOOP_ATTRIBUTES = frozenset({"collection", "item", "result", "result-item"})
"""On multiInstanceLoopCharacteristics, for modelers that can't write BPMN's own references."""
SLOT_ATTRIBUTES = frozenset({"slot"})
"""On sub-processes: "true" where whoever adopts the matter may draw steps of their own."""
ATTRIBUTES = (
    STEP_ATTRIBUTES
    | SERVICE_ATTRIBUTES
    | DECISION_ATTRIBUTES
    | CATCH_ATTRIBUTES
    | LOOP_ATTRIBUTES
    | SLOT_ATTRIBUTES
)

NAME = re.compile(r"[^\W\d]\w*")
"""What FEEL reads as one name without quoting: letters (Chinese too), digits, underscore."""
PLACE = re.compile(r"\{([^\W\d]\w*)\}")
"""A variable within a task's name: 审查（{department}）."""
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""Keys of departments, posts, forms, papers, decisions and logins."""


def filled(name: str, values: Mapping[str, str]) -> str:
    """A task's name with its variables filled in; what has no value stays as it is written."""
    return PLACE.sub(lambda place: values.get(place[1], place[0]), name)


@dataclass(frozen=True, slots=True)
class Assign:
    """Who may take a task; what isn't said (None) doesn't narrow. `at` None = where it is owned."""

    at: str | None = None
    department: str | None = None
    role: str | None = None
    post: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A time allowed; turned into a due time by the tenant's calendar in the rooms above."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A button that completes a task; its id becomes the routing variable `<step id>_outcome`."""

    id: str
    zh: str
    en: str


def is_expression(text: str) -> bool:
    """True if the attribute's text is FEEL (written with a leading "=")."""
    return text.lstrip().startswith("=")


def parse_assign(text: str) -> Assign:
    """Read `at:county department:housing role:reviewer post:x person:y` (any order, one or more).

    A FEEL expression giving such a text is the caller's to evaluate first (`is_expression`).
    """
    found: dict[str, str] = {}
    for term in text.split():
        word, colon, value = term.partition(":")
        if not colon or word not in ("at", "department", "role", "post", "person"):
            raise Malformed(
                "办理人“{term}”看不懂：请用 at:、department:、role:、post:、person: 之一开头，"
                "各项之间用空格隔开。",
                code="assign-malformed",
                term=term,
            )
        if word in found:
            raise Malformed(
                "办理人里“{word}:”写了两次，请只留一个。", code="assign-malformed", word=word
            )
        known = {"at": PLACES, "role": ROLES}.get(word)
        if known is not None and value not in known:
            raise Malformed(
                "办理人里的“{term}”不存在，可用的有：{known}。",
                code=f"assign-unknown-{'place' if word == 'at' else 'role'}",
                term=term,
                known="、".join(known),
            )
        if not KEY.fullmatch(value):
            raise Malformed(
                "办理人“{term}”冒号后面应是一个代码（字母、数字、- _ .）。",
                code="assign-malformed",
                term=term,
            )
        found[word] = value
    if not found.keys() - {"at"}:
        raise Malformed(
            "办理人没有写明：至少写部门（department:）、角色（role:）、岗位（post:）"
            "或人员（person:）之一。",
            code="assign-malformed",
        )
    return Assign(**found)


def parse_limit(text: str) -> Limit:
    """Read "3wd" (working days), "2d" (natural days), "4h" (hours) or "1mo" (months); 1 to 999."""
    match = re.fullmatch(r"([1-9][0-9]{0,2})(wd|d|h|mo)", text.strip())
    if not match:
        raise Malformed(
            "时限“{limit}”看不懂：请写成 3wd（工作日）、2d（自然日）、4h（小时）或 1mo（月）。",
            code="limit-malformed",
            limit=text,
        )
    unit: Unit = match[2]  # type: ignore[assignment]  # the pattern allows nothing else
    return Limit(int(match[1]), unit)


def parse_outcomes(text: str) -> tuple[Outcome, ...]:
    """Read `agree:同意|Agree;disagree:不同意|Disagree`; the first is the primary button.

    Without English the Chinese label stands for both.
    """
    outcomes: list[Outcome] = []
    for term in filter(None, (part.strip() for part in text.split(";"))):
        key, colon, label = term.partition(":")
        zh, _, en = (part.strip() for part in label.partition("|"))
        key = key.strip()
        if not colon or not zh or not re.fullmatch(r"[a-z][a-z0-9_]*", key):
            raise Malformed(
                "办理结果“{term}”看不懂：请写成 agree:同意|Agree，多个之间用分号隔开，"
                "代码用小写字母、数字和下划线。",
                code="outcomes-malformed",
                term=term,
            )
        if any(outcome.id == key for outcome in outcomes):
            raise Malformed(
                "办理结果“{key}”写了两次，请只留一个。", code="outcomes-malformed", key=key
            )
        outcomes.append(Outcome(key, zh, en or zh))
    if not outcomes:
        raise Malformed("办理结果是空的：请至少写一个，或删去这个属性。", code="outcomes-malformed")
    return tuple(outcomes)


def parse_fields(text: str) -> dict[str, Access]:
    """Read `key:read;key2:hide` into the access to each field of the step's form."""
    fields: dict[str, Access] = {}
    for term in filter(None, (part.strip() for part in text.split(";"))):
        key, colon, access = (part.strip() for part in term.rpartition(":"))
        if not colon or not key or access not in ACCESSES or key in fields:
            raise Malformed(
                "字段权限“{term}”看不懂：请写成 字段:read、字段:edit 或 字段:hide，"
                "多个之间用分号隔开，每个字段只写一次。",
                code="fields-malformed",
                term=term,
            )
        fields[key] = access  # type: ignore[assignment]  # checked against ACCESSES
    return fields


def parse_words(text: str) -> tuple[str, ...]:
    """Read a space-separated list of step ids or paper keys; order kept, doubles dropped."""
    return tuple(dict.fromkeys(text.split()))
