"""Words that promise nothing or ask for anything: found in a matter's texts, with what to write.

An applicant must be able to tell from the guide alone what to bring and what will happen: all the
materials are made public (Administrative Licensing Law art. 30), and a window may ask for nothing
the guide doesn't name. A material whose *name* is vague can't be published; vague words elsewhere
are remarked on, since now and then they quote a law. Pure: a definition in, remarks out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from onewindow.matters.definition import Definition, Material, Words
from onewindow.web.i18n import N_


@dataclass(frozen=True, slots=True)
class Remark:
    """A vague word and what to write instead. `place` is the text's path in the definition
    ("materials.layout.standard"), `params["word"]` what was found there."""

    place: str
    code: str
    text: str
    params: dict[str, Any] = field(default_factory=dict)
    severity: Literal["error", "warning"] = "warning"


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    pattern: re.Pattern[str]
    text: str


def _rule(code: str, pattern: str, text: str) -> _Rule:
    return _Rule(code, re.compile(pattern), text)


_THINGS = r"(?:申[请报办])?(?:材料|资料|证明(?:材料|文件)?|证件|证照|文件|手续|凭证|票据|附件)"
_MORE_THAN_ETC = "高中初平同优劣对均相上下何特数一二三四五六七八九十甲乙丙丁"
_LAW = r"(?:法律|法规|规章|行政法规|国家|国务院|省|市|县)"

# Looked for in names of materials: each makes the name unfit for publishing.
_NAMES = (
    _rule(
        "vague-other",
        rf"其[他它余].*{_THINGS}$|{_LAW}.*规定.*其[他它]|规定的.*{_THINGS}$",
        N_("材料名称“{said}”是兜底条款，不能发布：请写出是哪一种材料，有几种就分列几项。"),
    ),
    _rule(
        "vague-office",
        r"(?:有关|相关|主管|上级|职能)(?:部门|单位|机关|机构)",
        N_("材料名称“{said}”没有说明由谁出具，不能发布：请写出部门和文件的名称。"),
    ),
    _rule(
        "vague-related",
        rf"(?:相关|有关|相应|必要的?|所需的?){_THINGS}$|^{_THINGS}$",
        N_(
            "材料名称“{said}”没有说明是什么材料，不能发布：请写出名称，如“租赁合同”“不动产权证书”。"
        ),
    ),
    _rule(
        "vague-etc",
        rf"等(?:相关|有关|其[他它])?(?:{_THINGS})?$",
        N_("材料名称“{said}”以“等”字收尾，不能发布：请把材料逐项列出。"),
    ),
)

# Looked for in all other texts about what is asked, decided and paid. The first that is found at a
# place is told, so the more telling come first.
_TEXTS = (
    _rule(
        "vague-law",
        rf"{_LAW}[^，。；]{{0,12}}规定的?其[他它][^，。；]{{0,6}}|其[他它](?:法律|法规|规章)[^，。；]{{0,8}}",
        N_("“{word}”是兜底条款：请写出是哪部法律法规第几条，要求的是什么。"),
    ),
    _rule(
        "vague-other",
        rf"其[他它](?:相关|有关|必要的?|需要的?)?(?:{_THINGS}|条件|情形|情况|要求|事项)",
        N_("“{word}”没有说明是什么：请逐项写出；写不出来的就不能要求。"),
    ),
    _rule(
        "vague-office",
        r"(?:有关|相关|主管|上级|职能)(?:主管)?(?:部门|单位|机关|机构|人员)",
        N_("“{word}”没有说明是谁：请写出部门名称，如“县市场监督管理局”。"),
    ),
    _rule(
        "vague-related",
        rf"(?:相关|有关|相应的?)(?:{_THINGS}|条件|要求|标准|程序|费用)",
        N_("“{word}”没有说明是什么：请写出名称、条件或者标准。"),
    ),
    _rule(
        "vague-rules",
        r"(?:按照?|依照|根据|符合)(?:国家)?(?:有关|相关|现行)?(?:的)?"
        r"(?:规定|政策|法律法规|要求)(?=[，。；、）]|$|收|执行|办理|缴)",
        N_("“{word}”没有说明是哪一条规定：请写成“《……》第……条”，并写出要求本身。"),
    ),
    _rule(
        "vague-principle",
        r"原则上|一般情况下|一般应当?|通常应当?",
        N_("“{word}”让人不知道例外是什么：请写成必须做到的，例外逐条写明。"),
    ),
    _rule(
        "vague-need",
        r"必要时|视情(?:况|形)?|视具体情况|根据(?:具体|实际)情况|酌情|如有?需要|特殊情况",
        N_(
            "“{word}”没有说明什么时候：请写出条件，如“面积超过 200 平方米的”；"
            "也可以给材料设置“什么情况下需要”。"
        ),
    ),
    _rule(
        "vague-final-say",
        r"以(?:窗口|工作人员|实际|现场|审批)(?:要求|审核|告知|情况)?为准",
        N_("“{word}”等于没有告知：请把要求写在这里，窗口不得另提要求。"),
    ),
    _rule(
        "vague-time",
        r"尽快|及时(?=办|答|告|通|完|受|审|送)|近期|适时|一段时间",
        N_("“{word}”没有说明多久：请写出期限，如“3 个工作日内”。"),
    ),
    _rule(
        "vague-measure",
        r"适当|若干|(?<!危险性)较[大多高长]|合理(?=的?(?:期限|数量|费用))|一定(?=数量|规模|条件|面积|年限)",
        N_("“{word}”没有标准：请写出数目、面积、年限等具体标准。"),
    ),
    _rule(
        "vague-etc",
        rf"(?<![{_MORE_THAN_ETC}])等(?=(?:相关|有关|其[他它])?"
        rf"(?:{_THINGS}|条件|情形|情况|部门|单位|规定)|[，。；）)]|$)",
        N_("句中的“等”没有列完：请把要求逐项列出，或者删去“等”字。"),
    ),
)

_ENGLISH = _rule(
    "vague-english",
    r"(?i)\b(?:other|relevant|related|necessary|appropriate|supporting) "
    r"(?:materials?|documents?|papers?|certificates?|authorit(?:y|ies)|departments?)\b"
    r"|\betc\b\.?|\bin principle\b|\bas (?:needed|appropriate|required)\b|\bwhere necessary\b",
    N_("英文“{word}”没有说明是什么：请写出具体内容，与中文一致。"),
)
_UNNAMED_BASIS = N_("依据没有写明是哪部法律法规：请写成“《……》第……条”。")
_NO_ENGLISH = N_("有 {n} 处文字没有英文，英文页面上会显示中文。")
_NO_FIGURE = N_("收费标准里没有数目：请写出金额或者算法，如“每平方米每日 0.3 元”。")


def remarks(definition: Definition) -> Iterator[Remark]:
    """Everything vague in a matter's texts, in the order of the settings."""
    for material in definition.materials:
        yield from _material(material)
    guide = definition.guide
    for k, words in enumerate(guide.conditions):
        yield from _in_words(f"guide.conditions[{k}]", words)
    for k, words in enumerate(guide.legal_basis):
        yield from _basis(f"guide.legal_basis[{k}]", words)
    for k, fee in enumerate(guide.fees):
        yield from _in_words(f"guide.fees[{k}].name", fee.name)
        yield from _in_words(f"guide.fees[{k}].standard", fee.standard)
        if not re.search(r"[\d〇零一二两三四五六七八九十百千万免]", fee.standard.zh):
            yield Remark(f"guide.fees[{k}].standard", "fee-without-figure", _NO_FIGURE)
        yield from _basis(f"guide.fees[{k}].basis", fee.basis)
    if guide.result:
        yield from _in_words("guide.result", guide.result)
    yield from _untranslated(definition)


def vague_name(name: str) -> Remark | None:
    """Why a material can't be called this; None for a name that says what it is."""
    for rule in _NAMES:
        if rule.pattern.search(name.strip()):
            return Remark("", rule.code, rule.text, {"said": name, "word": name}, "error")
    return None


def vague_words(text: str) -> list[Remark]:
    """What is vague in a sentence: each place once, in order of reading."""
    found: list[tuple[int, int, Remark]] = []
    for rule in _TEXTS:
        for match in rule.pattern.finditer(text):
            start, end = match.span()
            if all(end <= other or start >= last for other, last, _ in found):
                remark = Remark("", rule.code, rule.text, {"word": match[0]})
                found.append((start, end, remark))
    return [remark for _start, _end, remark in sorted(found, key=lambda each: each[0])]


def _material(material: Material) -> Iterator[Remark]:
    place = f"materials.{material.key}"
    unfit = vague_name(material.name.zh)
    if unfit:
        yield _at(f"{place}.name", unfit)
    else:
        yield from _in_words(f"{place}.name", material.name)
    for name in ("standard", "notes"):
        words = getattr(material, name)
        if words:
            yield from _in_words(f"{place}.{name}", words)
    if material.legal_basis:
        yield from _basis(f"{place}.legal_basis", material.legal_basis)


def _basis(place: str, words: Words) -> Iterator[Remark]:
    yield from _in_words(place, words)
    if "《" not in words.zh:
        yield Remark(place, "basis-unnamed", _UNNAMED_BASIS)


def _untranslated(definition: Definition) -> Iterator[Remark]:
    places = [place for place, words in _walk(definition, "") if not words.en]
    if places:
        yield Remark(places[0], "english-missing", _NO_ENGLISH, {"n": len(places)})


def _walk(part: Any, place: str) -> Iterator[tuple[str, Words]]:
    """Every text of the definition with its place."""
    if isinstance(part, Words):
        yield place, part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _walk(getattr(part, name), f"{place}.{name}" if place else name)
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from _walk(value, f"{place}.{name}")
    elif isinstance(part, tuple):
        for k, value in enumerate(part):
            known = isinstance(value, Material)
            yield from _walk(value, f"{place}.{value.key}" if known else f"{place}[{k}]")


def _in_words(place: str, words: Words) -> Iterator[Remark]:
    for remark in vague_words(words.zh):
        yield _at(place, remark)
    for match in _ENGLISH.pattern.finditer(words.en):
        yield Remark(place, _ENGLISH.code, _ENGLISH.text, {"word": match[0]})


def _at(place: str, remark: Remark) -> Remark:
    return Remark(place, remark.code, remark.text, remark.params, remark.severity)
