"""What a draft must clear before it comes into force, as values. Pure: a package in, hurdles out.

A hurdle that is `hard` keeps a draft from being published, a `soft` one only warns. Each reason
leads to the place where it can be mended: an address below the draft's.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import bpmn
from bpmn import paths, refusals
from onewindow.matters.definition import Definition
from onewindow.matters.findings import Finding
from onewindow.matters.mending import mended
from onewindow.matters.package import Package
from onewindow.matters.versions import without_item
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language
from onewindow.web.words import span_words

Severity = Literal["hard", "soft"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hurdle isn't cleared, and where to go: "process#element=review", "settings/limits".
    `soft`: told besides; it alone would not stop anything."""

    text: str
    link: str = ""
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Hurdle:
    """One condition. `passed` None: it couldn't be looked at, because another isn't cleared, or
    doesn't apply. `said` is what there is to say when all is well."""

    key: str
    title: str
    passed: bool | None
    severity: Severity = "hard"
    reasons: tuple[Reason, ...] = ()
    said: str = ""

    @property
    def stops(self) -> bool:
        """Whether the draft can't be published because of it: what is hard and couldn't be looked
        at stops it too."""
        return self.severity == "hard" and self.passed is False

    @property
    def warns(self) -> bool:
        return self.severity == "soft" and self.passed is False


_NAMES = frozenset(
    {"unknown-name", "unknown-name-similar", "expression-invalid", "decision-input-unknown",
     "holder-unknown", "form-missing", "variable-undeclared", "public-unknown", "rule-field",
     "outcome-unknown", "bad-expression", "decision-file-missing", "answer-unknown"}
)  # fmt: skip
"""Findings about a name that isn't there."""


def pure_hurdles(package: Package, definition: Definition, findings: list[Finding]) -> list[Hurdle]:
    """Everything that can be said of a package by itself."""
    try:
        drawing = bpmn.read(package.process.encode())
    except bpmn.Unreadable:
        drawing = None
    return [
        checked(findings),
        named(findings),
        fitting(drawing, definition),
        told(drawing, definition.steps),
        worded(findings),
    ]


def unfound(package: Package) -> list[Hurdle]:
    """What stops a draft and isn't among the findings of the checks, which know no publishing."""
    hurdles = pure_hurdles(package, mended(package.definition), [])
    return [hurdle for hurdle in hurdles if hurdle.stops]


def checked(findings: Iterable[Finding]) -> Hurdle:
    """The checks of drawing, forms, decisions and settings, but for names and wording."""
    mine = [each for each in findings if not _of_names(each) and not _of_wording(each)]
    return _of_findings("lint", _("流程、表单和设置检查"), mine, _("没有发现问题。"))


def named(findings: Iterable[Finding]) -> Hurdle:
    """Names that expressions use: fields of forms, variables, decision tables."""
    mine = [each for each in findings if _of_names(each)]
    return _of_findings(
        "names", _("表达式用到的字段都存在"), mine, _("所有表达式用到的字段和变量都存在。")
    )


def fitting(drawing: bpmn.Drawing | None, definition: Definition) -> Hurdle:
    """The longest way through the drawing against the time promised."""
    title = _("最长办理路径不超过承诺时限")
    if drawing is None:
        return Hurdle("limits", title, None, said=_("流程图读不出来，先改正它。"))
    way = paths.longest(drawing)
    promised = definition.limits.limit("promised")
    said = _way_said(way, definition.steps)
    told = {"days": _days(way), "promised": span_words(str(promised)), "way": said}
    if way.days > paths.working_days(promised):
        text = _(
            "最长路径需要 {days} 个工作日，超过承诺时限（{promised}）：{way}。"
            "请放宽承诺时限，或者缩短环节时限。",
            **told,
        )
        reason = Reason(text, _element("settings/limits", "limits.promised"))
        return Hurdle("limits", title, False, "hard", (reason,))
    if way.unlimited:
        reasons = tuple(
            Reason(
                _(
                    "“{step}”没有时限，无法核对总时长。",
                    step=step_name(definition.steps, leg.element, leg.name),
                ),
                _element("process", leg.element),
            )
            for leg in way.unlimited
        )
        return Hurdle("limits", title, False, "soft", reasons)
    text = _("最长路径 {days} 个工作日，承诺 {promised}。", **told) if way.legs else ""
    return Hurdle("limits", title, True, said=text)


def told(drawing: bpmn.Drawing | None, names: Mapping[str, str]) -> Hurdle:
    """Refusals: whoever is turned away gets it in writing."""
    title = _("不予办理都有书面文书")
    if drawing is None:
        return Hurdle("refusals", title, None, said=_("流程图读不出来，先改正它。"))
    reasons = tuple(_refusal(each, names) for each in refusals.wrong_refusals(drawing))
    said = _("不予受理、不予许可由平台出具通知书；流程里没有不出文书的退出路径。")
    return Hurdle("refusals", title, not reasons, "hard", reasons, "" if reasons else said)


def worded(findings: Iterable[Finding]) -> Hurdle:
    """Vague materials and texts."""
    mine = [each for each in findings if _of_wording(each)]
    return _of_findings("wording", _("材料和用语明确"), mine, _("没有含糊的材料或兜底的说法。"))


def step_name(names: Mapping[str, str], element: str, name: str) -> str:
    """What a step is called in the reader's language; `names` are a definition's English ones."""
    return without_item(names.get(element, name) if language() == "en" else name)


def place_of(finding: Finding) -> str:
    """Where a finding is mended, below the draft's address."""
    part = finding.part.removesuffix(".dmn")
    if part in ("process.bpmn", "process"):
        return _element("process", finding.element)
    if part in ("matter.json", "definition"):
        return _element(f"settings/{section_of(finding.element)}", finding.element)
    return _element(part, finding.element)


def section_of(path: str) -> str:
    """The studio's section in which a path of matter.json is edited."""
    first = re.split(r"[.\[]", path)[0]
    if path.startswith("guide.fees"):
        return "fees"
    sections = {"materials": "materials", "limits": "limits", "guide": "guide"}
    papers = {"certificate": "papers", "certificates": "papers", "papers": "papers"}
    return {**sections, **papers}.get(first, "basics")


# ---- how findings become reasons ----------------------------------------------------------------


def _of_findings(key: str, title: str, findings: list[Finding], said: str) -> Hurdle:
    wrong = [each for each in findings if each.severity == "error"]
    shown = wrong or findings
    reasons = tuple(Reason(_sentence(each), place_of(each)) for each in shown)
    severity: Severity = "hard" if wrong or not findings else "soft"
    return Hurdle(key, title, not shown, severity, reasons, "" if shown else said)


def _sentence(finding: Finding) -> str:
    where = _(finding.where, **finding.params) if finding.where else ""
    return where + _(finding.text, **finding.params)


def _of_names(finding: Finding) -> bool:
    return finding.code in _NAMES


def _of_wording(finding: Finding) -> bool:
    return finding.code.startswith("vague")


# ---- words --------------------------------------------------------------------------------------


def _refusal(refusal: refusals.Refusal, names: Mapping[str, str]) -> Reason:
    step = step_name(names, refusal.element, refusal.step)
    told: Mapping[str, Any] = {"step": step, "outcome": refusal.outcome}
    if refusal.why == "verb":
        text = _(
            "“{step}”的结果“{outcome}”会被记成同意：不予受理、不予许可由平台的按钮办理，"
            "自动出具通知书，请删去这个结果。",
            **told,
        )
    else:
        text = _(
            "“{step}”选“{outcome}”后，流程没有出具文书就结束了：请在这个环节选上文书，"
            "或者让它走到决定环节。",
            **told,
        )
    return Reason(text, _element("process", refusal.element))


def _way_said(way: paths.Way, names: Mapping[str, str]) -> str:
    return " + ".join(
        f"{step_name(names, leg.element, leg.name)} {float(leg.days):g}"
        for leg in way.legs
        if leg.days is not None
    )


def _days(way: paths.Way) -> str:
    return f"{round(float(way.days), 1):g}"


def _element(address: str, element: str) -> str:
    return f"{address}#element={element}" if element else address
