"""matter.json: everything about a matter but its drawing and its forms, as typed values.

One file lists the parts of a matter (the folder format is in bpmn/library/README.md). Whatever is
wrong is said with its place in the file ("materials[2].max_mb") and all at once. Unknown properties
are refused: a misspelt one would otherwise silently do nothing.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic import model_validator as whole
from pydantic_core import PydanticCustomError

from bpmn.dialect import Limit, parse_limit
from onewindow.errors import FieldProblem, Invalid
from onewindow.tenants.rules import TenantSettings
from onewindow.web.i18n import N_

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
"""What matters, forms, decision tables, tests and materials are called in addresses and files."""
Key = Annotated[str, StringConstraints(pattern=f"^{KEY.pattern}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]
Expression = Annotated[str, StringConstraints(pattern=r"^=", max_length=2000)]
LimitText = Annotated[str, StringConstraints(pattern=r"^\d{1,3}(wd|d|h|mo)$")]

MEDIA = ("pdf", "jpg", "png", "webp", "docx", "xlsx", "ofd", "zip")


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Part):
    """A text in both languages; without English the Chinese stands for both."""

    zh: Text
    en: Annotated[str, StringConstraints(max_length=4000, strip_whitespace=True)] = ""

    def in_(self, language: str) -> str:
        return self.en or self.zh if language == "en" else self.zh


_FAULT = "fault"


def _fault(text: str, **params: str) -> PydanticCustomError:
    """What is wrong with the whole: its sentence with places, and what they are filled with."""
    return PydanticCustomError(_FAULT, "{text}", {"text": text, "params": params})


def _unsaid(value: Any) -> Any:
    """An empty text says nothing: what stands there is left out."""
    words = value.get("zh") if isinstance(value, Mapping) else value
    return None if isinstance(words, str) and not words.strip() else value


OptionalWords = Annotated[Words | None, BeforeValidator(_unsaid)]
OptionalLimit = Annotated[LimitText | None, BeforeValidator(_unsaid)]


class Limits(Part):
    """How long it may take. Acceptance and correction are the place's where they are left out."""

    acceptance: OptionalLimit = None
    statutory: LimitText
    promised: LimitText
    correction: OptionalLimit = None

    def limit(self, name: Literal["statutory", "promised"]) -> Limit:
        return parse_limit(getattr(self, name))

    def limit_at(self, name: Literal["acceptance", "correction"], place: TenantSettings) -> Limit:
        """The limit at a place with these settings."""
        own = getattr(self, name)
        return parse_limit(own) if own else place.limit(name)


class Material(Part):
    key: Key
    name: Words
    form: Literal["original", "copy", "electronic"] = "electronic"
    copies: int = Field(1, ge=0, le=20)
    types: tuple[Literal[MEDIA], ...] = ("pdf", "jpg", "png")  # type: ignore[valid-type]
    max_mb: int = Field(20, ge=1, le=500)
    max_files: int = Field(5, ge=1, le=50)
    necessity: Literal["required", "optional", "deferrable"] = "required"
    source: Literal["applicant", "government", "intermediary"] = "applicant"
    standard: Words | None = None
    notes: Words | None = None
    legal_basis: Words | None = None
    when: Expression | None = None
    shared: bool = False


class Fee(Part):
    name: Words
    standard: Words
    basis: Words


class Question(Part):
    q: Words
    a: Words


class Guide(Part):
    """What people are told. Where place, hours or a telephone is left out, the department's and the
    place's own are shown (`contact`)."""

    conditions: tuple[Words, ...] = ()
    legal_basis: tuple[Words, ...] = Field(min_length=1)
    fees: tuple[Fee, ...] = ()
    place: OptionalWords = None
    hours: OptionalWords = None
    channels: tuple[Literal["window", "online", "post", "self-service"], ...] = ("window",)
    phone: str = Field("", max_length=30)
    complaint_phone: str = Field("", max_length=30)
    result: Words | None = None
    questions: tuple[Question, ...] = ()


class Holder(Part):
    """Where the apply form's answers name the applicant: paths, dots between. Where a form asks a
    person and an organisation different questions, several with | between: the first answered."""

    name: str
    id_number: str
    phone: str = ""

    def paths(self, name: Literal["name", "id_number", "phone"]) -> list[str]:
        """The paths of one of the three, in order."""
        return [path.strip() for path in getattr(self, name).split("|") if path.strip()]


class CertificateField(Part):
    key: str = ""
    label: Words
    value: Expression


class Validity(Part):
    years: int | None = Field(None, ge=1, le=99)
    months: int | None = Field(None, ge=1, le=600)


class CertificatePlan(Part):
    name: Words
    number: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    valid: Validity | None = None
    issuer: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    fields: tuple[CertificateField, ...] = ()
    layout: Literal["certificate"] = "certificate"
    public: tuple[str, ...] = ()
    when: Expression | None = None
    notes: Words | None = None


class PaperWording(Part):
    title: Words | None = None
    body: Words | None = None


class Upstream(Part):
    """The version of a place above that an adopted matter is made of. `kept`: pieces that were left
    as an older version has them, and that version's number."""

    tenant: str = Field(max_length=60)
    version: int = Field(ge=1)
    kept: dict[Annotated[str, StringConstraints(max_length=120)], int] = {}


class Definition(Part):
    """matter.json, read and checked in itself; checks across parts are in `checks.py`."""

    schema_: Literal["onewindow.matter/1"] = Field(alias="schema")
    key: Key
    name: Words
    base_code: str = Field("", pattern=r"^\d{12}$|^$")
    item_type: Literal[
        "licence", "benefit", "reward", "confirmation", "levy", "adjudication",
        "other_power", "public_service", "convenience_service",
    ]  # fmt: skip
    handling: Literal["instant", "promised", "joint", "upward"]
    audience: tuple[Literal["person", "organisation"], ...] = ("person", "organisation")
    department: Key
    description: Words | None = None
    # What people call it: the search finds it by these words too, in any language.
    keywords: tuple[Annotated[str, StringConstraints(min_length=1, max_length=40)], ...] = Field(
        (), max_length=40
    )
    limits: Limits
    process: str = "process.bpmn"
    decisions: tuple[str, ...] = ()
    forms: tuple[Key, ...]
    apply_form: Key = "apply"
    holder: Holder
    summary: Expression | None = None
    variables: dict[str, Expression] = {}
    materials: tuple[Material, ...] = Field((), max_length=60)
    guide: Guide
    steps: dict[str, str] = {}
    certificate: CertificatePlan | None = None
    certificates: dict[Key, CertificatePlan] = {}
    papers: dict[Key, PaperWording] = {}
    upstream: Upstream | None = None

    @whole(mode="after")
    def _parts_fit(self) -> Self:
        keys = [material.key for material in self.materials]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise _fault(N_("材料代码重复：{keys}。"), keys="、".join(sorted(twice)))
        if self.apply_form not in self.forms:
            raise _fault(N_("申请表单“{form}”不在 forms 里。"), form=self.apply_form)
        return self

    @property
    def plans(self) -> dict[str, CertificatePlan]:
        """Every certificate by its path in matter.json."""
        usual = {"certificate": self.certificate} if self.certificate else {}
        return usual | {f"certificates.{key}": plan for key, plan in self.certificates.items()}

    def material(self, key: str) -> Material | None:
        return next((material for material in self.materials if material.key == key), None)


def read_definition(data: Any) -> Definition:
    """Check `data` (parsed JSON). Raises Invalid naming every place that is wrong."""
    try:
        return Definition.model_validate(data)
    except ValidationError as wrong:
        raise Invalid(
            [
                FieldProblem(_place(problem["loc"]), *_in_chinese(problem))
                for problem in wrong.errors(include_url=False)
            ],
            "事项定义有 {count} 处需要修改。",
            count=wrong.error_count(),
        ) from None


def _place(location: tuple[int | str, ...]) -> str:
    place = ""
    for step in location:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else str(step)
    return place or "matter.json"


_PATTERNS = (
    ({"limits"}, N_("时限应写成数字加单位，如 5wd（5 个工作日）。")),
    ({"base_code"}, N_("基本编码是 12 位数字。")),
    ({"summary", "variables", "when", "value"}, N_("表达式应以等号（=）开头。")),
    (
        {"key", "department", "apply_form"},
        N_("代码由小写字母、数字、- 和 _ 组成，不超过 60 个字符。"),
    ),
)
_SAYINGS = {
    "missing": N_("缺少这一项。"),
    "extra_forbidden": N_("没有这个属性，请检查拼写。"),
    "string_pattern_mismatch": N_("写法不符合要求。"),
    "string_too_short": N_("不能为空。"),
    "string_too_long": N_("内容过长。"),
    "literal_error": N_("不在可选范围内。"),
    "string_type": N_("应为文字。"),
    "int_type": N_("应为整数。"),
    "bool_type": N_("应为 true 或 false。"),
    "too_long": N_("项数过多。"),
    "too_short": N_("至少要有一项。"),
}


def _in_chinese(problem: Any) -> tuple[str, dict[str, Any]]:
    """The sentence about it, and what its places are filled with."""
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == _FAULT:
        return context["text"], context["params"]
    if kind == "literal_error":
        return N_("不在可选范围内，可选：{known}。"), {"known": context["expected"]}
    if kind in ("greater_than_equal", "less_than_equal"):
        least = kind == "greater_than_equal"
        text = N_("不能小于 {limit}。") if least else N_("不能大于 {limit}。")
        return text, {"limit": context["ge" if least else "le"]}
    if kind == "string_pattern_mismatch":
        named = {str(step) for step in problem["loc"]}
        return next((text for names, text in _PATTERNS if names & named), _SAYINGS[kind]), {}
    return _SAYINGS.get(kind, N_("这里的值不合要求。")), {}
