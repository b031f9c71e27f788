"""Tenants' texts: what they may say, and that nobody gets further by them."""

import time
from datetime import UTC, date, datetime

import pytest

from onewindow.papers.texts import BadText, check, fill

FACTS = {
    "applicant": "陈素云",
    "matter": "食品经营许可",
    "due": date(2026, 11, 27),
    "at": datetime(2026, 11, 20, 9, 32, tzinfo=UTC),
    "fee": 1234500,
    "free": True,
    "phone": None,
    "missing_materials": [{"name": "申请书", "copies": 1}, {"name": "布局图", "copies": 2}],
    "kinds": ["热食类", "冷食类"],
    "many": ["长" * 100] * 300,
    "case": {"items": "经营项目", "number": "SJ-1", "tenant": {"name": "青溪县"}},
}

TWICE = "{{% for a in many %}}{{% for b in many %}}{}{{% endfor %}}{{% endfor %}}"


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("没有占位符的文字。", "没有占位符的文字。"),
        ("{{ applicant }}申请的“{{ matter }}”", "陈素云申请的“食品经营许可”"),
        ("应于{{ due }}前办结", "应于2026年11月27日前办结"),
        ("{{ '2026-02-03'|date }}", "2026年2月3日"),
        ("{{ at|time }}", "2026年11月20日 09:32"),
        ("{{ fee|money }} 元", "12,345.00 元"),
        ("{{ free }}{{ phone }}。", "是。"),
        ("{{ phone|default('未留电话') }}{{ nothing|default('无') }}", "未留电话无"),
        (
            "{{ kinds }} {{ kinds|join('；') }} {{ kinds|length }}",
            "热食类、冷食类 热食类；冷食类 2",
        ),
        ("{{ kinds|first }}{{ kinds|last }}{{ kinds[0] }}", "热食类冷食类热食类"),
        ("{{ case.number }}{{ case['tenant'].name }}", "SJ-1青溪县"),
        ("{{ case.items }}", "经营项目"),
        ("{% if phone %}电话{% else %}无{% endif %}", "无"),
        ("{{ '免费' if free else '收费' }}", "免费"),
        ("{% if fee > 100 and matter == '食品经营许可' %}收费{% endif %}", "收费"),
        (
            "{% for m in missing_materials %}\n{{ loop.index }}. {{ m.name }}（{{ m.copies }}份）"
            "{{ '。' if loop.last else '；' }}\n{% endfor %}",
            "1. 申请书（1份）；\n2. 布局图（2份）。\n",
        ),
        ("{% for m in nothing|default %}{% endfor %}", None),
    ],
)
def test_a_text_is_filled_from_the_facts(text: str, filled: str | None) -> None:
    if filled is None:
        with pytest.raises(BadText):
            fill(text, FACTS)
    else:
        assert fill(text, FACTS) == filled
        assert check(text, [*FACTS, "nothing"]) == []


def test_an_english_text_has_english_dates() -> None:
    text = "{{ due }}, {{ free }}, {{ kinds }}, {{ due|date }}"
    assert fill(text, FACTS, language="en") == (
        "27 November 2026, Yes, 热食类, 冷食类, 27 November 2026"
    )


def test_what_a_fact_says_is_never_taken_for_a_placeholder() -> None:
    assert fill("{{ a }}", {"a": "{{ 1 + 1 }}{% raw %}<b>&"}) == "{{ 1 + 1 }}{% raw %}<b>&"


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        # Names and values that don't fit.
        ("{{ aplicant }}", "unknown-name", "“aplicant”没有对应的内容"),
        ("{{ case.nummer }}", "unknown-name", "“nummer”没有对应的内容"),
        ("{{ case }}", "text-value", "一组内容"),
        ("{{ applicant|money }}", "text-value", "以分为单位"),
        ("{{ applicant|date }}", "text-value", "“陈素云”不是日期"),
        ("{{ due > applicant }}", "text-value", "类型与写法不符"),
        ("{% for c in applicant %}{{ c }}{% endfor %}", "text-value", "不是列表"),
        # Slips of the pen.
        ("第一行\n{{ applicant }", "text-syntax", "第 2 行"),
        ("{% if free %}没有结尾", "text-syntax", "花括号是否成对"),
        ("{% endfor %}", "text-syntax", "第 1 行"),
        # Loops without end, strings without end.
        ("{% for i in range(10**9) %}x{% endfor %}", "text-forbidden", "列表以外内容的循环"),
        ("{{ range(10**9)|join }}", "text-forbidden", "调用"),
        ("{{ 'a' * 10**9 }}", "text-forbidden", "运算"),
        ("{{ 10 ** 10 ** 10 }}", "text-forbidden", "运算"),
        ("{{ applicant ~ applicant }}", "text-forbidden", "拼接"),
        (TWICE.format("{{ b }}"), "text-too-much", "精简"),
        (TWICE.format(""), "text-too-much", "循环过多"),
        (
            TWICE.format("{% for c in many %}{% endfor %}"), "text-forbidden", "超过 2 层的循环"
        ),
        ("{% for m in many recursive %}{{ loop(m) }}{% endfor %}", "text-forbidden", "循环"),
        ("{{ many|join(many|join) }}", "text-too-much", "过长"),
        ("长" * 20_001, "text-too-long", "20000"),
        ("{{ " + "(" * 4000 + "1" + ")" * 4000 + " }}", "text-too-much", "精简"),
        ("{{ " + "not " * 3000 + "free }}", "text-too-much", "精简"),
        # Filters that explode, or look inside.
        ("{{ applicant|center(10000000000) }}", "text-forbidden", "过滤器 center"),
        ("{{ '%1000000000d'|format(1) }}", "text-forbidden", "过滤器 format"),
        ("{{ applicant|replace('', applicant) }}", "text-forbidden", "过滤器 replace"),
        ("{{ applicant|indent(1000000000) }}", "text-forbidden", "过滤器 indent"),
        ("{{ applicant|attr('__class__') }}", "text-forbidden", "过滤器 attr"),
        ("{{ kinds|map(attribute='__class__')|first }}", "text-forbidden", "过滤器 map"),
        ("{{ applicant|pprint }}", "text-forbidden", "过滤器 pprint"),
        # Walks through attributes, and everything else that isn't a placeholder.
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "text-forbidden", "调用"),
        ("{{ applicant.__class__ }}", "text-forbidden", "以下划线开头的名称 __class__"),
        ("{{ applicant['__class__'] }}", "unknown-name", "__class__"),
        ("{{ case['__class__'] }}", "unknown-name", "__class__"),
        ("{{ applicant.upper }}", "unknown-name", "upper"),
        ("{{ due.year }}", "unknown-name", "year"),
        ("{{ applicant.format(1) }}", "text-forbidden", "调用"),
        ("{{ self }}", "text-forbidden", "名称 self"),
        ("{{ _clock }}", "text-forbidden", "以下划线开头"),
        ("{{ lipsum(n=1000000) }}", "text-forbidden", "调用"),
        ("{{ cycler }}", "unknown-name", "cycler"),
        ("{{ loop }}", "unknown-name", "loop"),
        ("{% for m in kinds %}{{ loop.cycle }}{% endfor %}", "unknown-name", "cycle"),
        ("{% for m in kinds %}{{ loop }}{% endfor %}", "text-value", "一组内容"),
        ("{% set a = 1 %}", "text-forbidden", "赋值"),
        ("{% macro a() %}{% endmacro %}", "text-forbidden", "宏"),
        ("{% include '/etc/passwd' %}", "text-forbidden", "引用"),
        ("{% import 'os' as os %}", "text-forbidden", "引用"),
        ("{% extends 'x' %}", "text-forbidden", "继承"),
        ("{% block a %}{% endblock %}", "text-forbidden", "块"),
        ("{% with a = 1 %}{% endwith %}", "text-forbidden", "这种写法"),
        ("{% call applicant() %}{% endcall %}", "text-forbidden", "不允许的写法"),
        ("{% filter upper %}a{% endfilter %}", "text-forbidden", "不允许的写法"),
        ("{{ applicant is callable }}", "text-forbidden", "判断 callable"),
        ("{{ kinds[:1] }}", "text-forbidden", "切片"),
        ("{{ {'a': 1} }}", "text-forbidden", "字典"),
    ],
)  # fmt: skip
def test_what_a_text_may_not_do_and_how_it_is_said(text: str, code: str, words: str) -> None:
    began = time.monotonic()
    with pytest.raises(BadText) as refusal:
        fill(text, FACTS)
    assert refusal.value.code == code, refusal.value
    assert words in refusal.value.message
    assert time.monotonic() - began < 3


def test_a_text_is_checked_without_facts() -> None:
    assert check("{{ a }}{% for m in b %}{{ m.c }}{{ loop.index }}{% endfor %}", {"a", "b"}) == []
    (problem,) = check("{{ a }}{{ applcant }}", {"a", "applicant"})
    assert problem.code == "unknown-name"
    assert "“applcant”没有对应的内容，可用的有：a、applicant" in problem.message
    (problem,) = check("{{ a")
    assert problem.code == "text-syntax"
    (problem,) = check("{{ a() }}")
    assert problem.code == "text-forbidden"
