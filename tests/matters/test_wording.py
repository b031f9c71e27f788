"""Vague words: found where they promise nothing, left alone where they are part of another word."""

import json
from pathlib import Path
from typing import Any

import pytest

from onewindow.matters.definition import read_definition
from onewindow.matters.mending import mended
from onewindow.matters.wording import remarks, vague_name, vague_words

LIBRARY = Path(__file__).parents[2] / "bpmn/library"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("其他材料", "vague-other"),
        ("其他申请材料", "vague-other"),
        ("法律法规规定的其他材料", "vague-other"),
        ("省级以上人民政府规定的资料", "vague-other"),
        ("相关证明", "vague-related"),
        ("申请材料", "vague-related"),
        ("身份证等", "vague-etc"),
        ("户口簿等证件", "vague-etc"),
        ("有关部门批准文件", "vague-office"),
    ],
)
def test_a_name_that_says_nothing_is_refused(name: str, code: str) -> None:
    found = vague_name(name)
    assert found is not None
    assert (found.code, found.severity) == (code, "error")
    assert name in found.text.format(**found.params)


@pytest.mark.parametrize(
    "name",
    ["营业执照", "租赁合同", "身份证明", "健康证明", "等级证书", "优等生证书", "授权委托书",
     "中等职业学校毕业证书", "食品安全管理制度文件", "施工企业资质证书"],
)  # fmt: skip
def test_a_name_that_says_what_it_is_passes(name: str) -> None:
    assert vague_name(name) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("法律法规规定的其他条件", ["法律法规规定的其他条件"]),
        ("提交有关部门出具的证明，必要时现场勘验。", ["有关部门", "必要时"]),
        ("原则上应为原件，特殊情况除外。", ["原则上", "特殊情况"]),
        ("按国家有关规定收费", ["按国家有关规定"]),
        ("住房、商铺等", ["等"]),
        ("经营场所等材料视情况提供", ["等", "视情况"]),
        ("以窗口要求为准，尽快办结", ["以窗口要求为准", "尽快"]),
        ("有一定规模、适当的场所", ["一定", "适当"]),
        # Parts of other words, and what says what it means.
        ("在窗口等候，二等以上，高等学校，等级合格，面积等于 20 平方米", []),
        ("符合《中华人民共和国食品安全法》第三十三条", []),
        ("危险性较大的分部分项工程有专项方案", []),
    ],
)
def test_vague_words_are_found_each_once_in_order(text: str, words: list[str]) -> None:
    assert [remark.params["word"] for remark in vague_words(text)] == words


def test_a_remark_names_its_field_and_says_what_to_write() -> None:
    matter = _matter("food-business")
    first = matter["materials"][0]
    first["standard"] = {"zh": "原则上提交原件", "en": "Other documents as required"}
    first["legal_basis"] = {"zh": "国家规定", "en": ""}
    matter["guide"]["fees"] = [
        {name: {"zh": text, "en": "x"} for name, text in
         (("name", "占道费"), ("standard", "由窗口核定"), ("basis", "《收费办法》第三条"))}
    ]  # fmt: skip
    found = {(r.place, r.code): r for r in remarks(read_definition(matter))}
    place = f"materials.{first['key']}"
    assert "例外逐条写明" in found[f"{place}.standard", "vague-principle"].text
    assert (f"{place}.standard", "vague-english") in found
    assert (f"{place}.legal_basis", "basis-unnamed") in found
    assert ("guide.fees[0].standard", "fee-without-figure") in found
    english = found[f"{place}.legal_basis", "english-missing"]
    assert english.params == {"n": 1}
    assert {remark.severity for remark in found.values()} == {"warning"}


@pytest.mark.parametrize("key", [path.name for path in sorted(LIBRARY.iterdir()) if path.is_dir()])
def test_the_shipped_matters_have_no_vague_word(key: str) -> None:
    assert list(remarks(read_definition(_matter(key)))) == []


def test_a_half_written_definition_can_be_looked_at() -> None:
    matter = _matter("food-business")
    matter["guide"]["place"] = {"zh": "", "en": ""}
    matter["guide"]["questions"].append({"q": {"zh": ""}, "a": {}})
    matter["guide"]["legal_basis"] = []
    matter["materials"].append({"key": "", "name": {"zh": "房屋租赁合同"}, "max_mb": 0})
    matter["limits"]["promised"] = ""
    whole = mended(matter)
    assert whole.guide.place is None  # left out, the place's own is shown
    assert whole.guide.questions[-1].q.zh == "（待填写）"
    assert whole.materials[-1].name.zh == "房屋租赁合同"
    assert whole.name.zh == "食品经营许可"
    for broken in ({}, None, [], {"limits": 3, "forms": "x", "guide": None, "materials": {}}):
        assert mended(broken).name.zh == "（待填写）"


def _matter(key: str) -> dict[str, Any]:
    matter: dict[str, Any] = json.loads((LIBRARY / key / "matter.json").read_text("utf-8"))
    return matter
