"""What each layout is told: the facts of a paper, checked before anything is typeset.

Facts are plain texts, as they are to be printed (dates already in words); they travel to the
layouts as JSON and are never taken for markup. Keys a layout doesn't know are ignored.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

import forms
from onewindow.errors import Refusal

Line = Annotated[str, StringConstraints(max_length=2000)]
Prose = Annotated[str, StringConstraints(max_length=20_000)]

LONGEST = 500_000


class UnknownLayout(Refusal):
    status = 422
    text = "没有名为“{layout}”的文书版式，可用的有：{known}。"


class UnfitFacts(Refusal):
    status = 422
    text = "文书内容不完整或不合要求：{problems}。"


class _Facts(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, frozen=True)


class SealFacts(_Facts):
    """A round seal: the office's name, what it is for (行政审批专用章) and its number."""

    name: Line
    purpose: Line = ""
    code: Line = ""


class Labelled(_Facts):
    """A label with its value; `wide` takes the whole row (None: when the value needs it)."""

    label: Line
    value: Prose = ""
    wide: bool | None = None


class TableFacts(_Facts):
    """A table of materials and the like: headings and rows of as many cells. `numbered` puts 序号
    in front; `widths` are shares of the width (None: the first column takes what is left)."""

    columns: tuple[Line, ...] = Field(min_length=1, max_length=8)
    rows: tuple[tuple[Prose, ...], ...] = Field((), max_length=400)
    numbered: bool = True
    widths: tuple[float, ...] | None = None


class CertificateFacts(_Facts):
    """An e-certificate on one sheet (A4).

    `holder` gets a row of its own unless a field shows it already. `valid` is a sentence ("2026年…
    至 2031年…", "长期"), `notes` small print at the foot, `mark` big pale letters across the sheet
    (样本, 已注销).
    """

    title: Annotated[str, StringConstraints(min_length=1, max_length=24)]
    title_en: Line = ""
    subtitle: Line = ""
    number: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    number_label: Line = ""
    holder: Line = ""
    holder_label: Line = ""
    fields: tuple[Labelled, ...] = Field((), max_length=40)
    valid: Line = ""
    issuer: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    issued_on: Line
    verify_url: Line = ""
    notes: Prose = ""
    mark: Annotated[str, StringConstraints(max_length=8)] = ""
    orientation: Literal["landscape", "portrait"] = "landscape"
    seal: SealFacts | None = None


class LetterFacts(_Facts):
    """A notice after GB/T 9704-2012.

    `office` is the red head (empty: none), `body` and `after` are prose before and after the table,
    one paragraph a line; `signer` and `date` close it. `contact` are small lines below, `receipt`
    adds a line for the receiver's signature, `track_url` a QR code with its `password`.
    """

    title: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    office: Line = ""
    number: Line = ""
    to: Line = ""
    body: Prose = ""
    table: TableFacts | None = None
    after: Prose = ""
    signer: Line = ""
    date: Line = ""
    contact: tuple[Labelled, ...] = Field((), max_length=12)
    receipt: bool = False
    track_url: Line = ""
    password: Line = ""
    mark: Annotated[str, StringConstraints(max_length=8)] = ""
    seal: SealFacts | None = None


class VoucherFacts(_Facts):
    """A receipt in two parts on one A4 sheet: the applicant's, and a stub for the office.

    `fields` are further rows (time limit, contact), `materials` the names of what was handed in, a
    table when more is told of each; `note` is small print for the applicant.
    """

    title: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    centre: Line = ""
    number: Line
    password: Line = ""
    track_url: Line = ""
    applicant: Line
    matter: Line
    received_at: Line
    receiver: Line = ""
    fields: tuple[Labelled, ...] = Field((), max_length=12)
    materials: tuple[Line, ...] = Field((), max_length=200)
    note: Prose = ""
    mark: Annotated[str, StringConstraints(max_length=8)] = ""
    seal: SealFacts | None = None


LAYOUTS: Mapping[str, type[_Facts]] = {
    "certificate": CertificateFacts,
    "letter": LetterFacts,
    "voucher": VoucherFacts,
}


def checked(layout: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as the layout takes them, everything left out filled in.

    Raises `UnknownLayout`, or `UnfitFacts` naming every fact that is missing or wrong.
    """
    model = LAYOUTS.get(layout)
    if model is None:
        raise UnknownLayout(layout=layout, known="、".join(LAYOUTS))
    try:
        told = model.model_validate(dict(facts)).model_dump(mode="json")
    except ValidationError as wrong:
        problems = [
            f"{'.'.join(str(part) for part in problem['loc']) or layout}{_in_chinese(problem)}"
            for problem in wrong.errors(include_url=False, include_input=False)[:8]
        ]
        raise UnfitFacts(problems="；".join(problems)) from None
    if len(json.dumps(told, ensure_ascii=False)) > LONGEST:
        raise UnfitFacts(problems=f"内容过长，总计不能超过 {LONGEST} 个字")
    return dict(forms.upright(told))  # a seal stands under it: nothing may be printed backwards


def _in_chinese(problem: Mapping[str, Any]) -> str:
    context = problem.get("ctx", {})
    match problem["type"]:
        case "missing":
            return " 缺失"
        case "string_too_short" | "too_short":
            return " 不能为空"
        case "string_too_long":
            return f" 不能超过 {context.get('max_length')} 个字"
        case "too_long":
            return f" 不能超过 {context.get('max_length')} 项"
        case _:
            return " 格式不正确"
