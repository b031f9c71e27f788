"""Expressions are judged before anything runs: syntax, and names not in scope."""

import pytest

from feel import Feel, FeelError

KNOWN = ["amount", "opening date", "answers.business", "answers.site.area", "items", "list"]


@pytest.mark.parametrize(
    "expression",
    [
        "amount > 3",
        "= opening date = null",
        'answers.business = "prepackaged"',
        "answers.site.area + answers.site.area",
        "answers.site",
        "items[price > 3].name",
        "items.anything.below",
        "for i in items, j in i.parts return i.price + j.price + count(partial)",
        "every p in items satisfies p.age > amount",
        "{limit: amount * 2, over: limit > 5}.over",
        "(function(x, y) x + y + amount)(1, 2)",
        "sort(items, function(a, b) a.n < b.n)",
        "add working days(date: today(), days: amount)",
        "working days between(today(), now()) > 3 and is working day(today())",
    ],
)
def test_an_expression_with_known_names_is_fine(feel: Feel, expression: str) -> None:
    assert feel.check(expression, KNOWN) == []


@pytest.mark.parametrize(
    ("expression", "messages"),
    [
        ("amuont > 3", ["没有名称“amuont”，是不是“amount”？"]),
        ("foo + bar", ["没有名称“foo”", "没有名称“bar”"]),
        ("answers.bisiness", ["没有名称“answers.bisiness”，是不是“answers.business”？"]),
        ("answers.site.colour", ["没有名称“answers.site.colour”"]),
        ("coumt(items)", ["没有函数“coumt”，是不是“count”？"]),
        ("count > 3", ["“count”是函数，后面要有括号"]),
        ("for i in itemz return i", ["没有名称“itemz”，是不是“items”？"]),
        ("(for i in items return i) = i", ["没有名称“i”"]),
        ("x[price > 3]", ["没有名称“x”"]),
        ("function(x) x + y", ["没有名称“y”"]),
        ("{a: b, b: 1}", ["没有名称“b”"]),
        ("count(items, 1)", ["函数“count”的参数不对"]),
        ('date("2024-02-30")', ["“date(\"2024-02-30\")”不是正确的日期、时间或时长"]),
        ('@"25:00:00"', ["“@\"25:00:00\"”不是正确的日期、时间或时长"]),
        ("overlaps before([1..2], [3..4])", ["这里不支持“overlaps before”"]),
        ("amount >", ["表达式没有写完"]),
        ("", ["表达式是空的"]),
    ],
)  # fmt: skip
def test_a_doubtful_expression_is_told_what_to_mend(
    feel: Feel, expression: str, messages: list[str]
) -> None:
    assert [p.message for p in feel.check(expression, KNOWN)] == messages


def test_a_problem_says_where(feel: Feel) -> None:
    [problem] = feel.check("= amount > limit", ["amount"])
    assert (problem.code, problem.start, problem.end) == ("unknown-name", 11, 16)
    assert problem.params == {"name": "limit"}


def test_without_known_names_only_the_reading_is_judged(feel: Feel) -> None:
    assert feel.check("whatever > 3", None) == []
    assert [p.code for p in feel.check("whatever >", None)] == ["incomplete"]


def test_no_known_names_means_none(feel: Feel) -> None:
    assert [p.code for p in feel.check("amount", [])] == ["unknown-name"]


def test_unary_tests_are_judged_too(feel: Feel) -> None:
    assert feel.check("> amount, [1..3]", ["amount"], unary=True) == []
    assert feel.check("? > 3", [], unary=True) == []
    assert [p.message for p in feel.check("> limit", [], unary=True)] == ["没有名称“limit”"]
    assert [p.message for p in feel.check("> 3", [])] == ["只有半个比较，左边缺少要比较的值"]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("amount > limit", {"amount", "limit"}),
        ("answers.site.area * answers.rate", {"answers"}),
        ("count(items) + sum(items.price)", {"items"}),
        ("for i in items return i.x + y", {"items", "y"}),
        ("items[price > limit]", {"items"}),
        ("some x in xs satisfies x = y", {"xs", "y"}),
        ("opening date", {"opening date"}),
        ("1 + 1", set()),
        ("= 面积 > 50", {"面积"}),
    ],
)
def test_the_names_an_expression_takes_from_outside(
    feel: Feel, expression: str, names: set[str]
) -> None:
    assert feel.names(expression) == names


@pytest.mark.parametrize(
    ("expression", "read"),
    [
        ('= "answers.area" + string(answers . site.area)', ["answers.site.area"]),
        ("for one in answers.rows return one.area", ["answers.rows"]),
        ("answers.rows[area > 3].area + area * days", ["answers.rows", "area", "days"]),
        ('"𠮷" + answers.面积', ["answers.面积"]),
    ],
)
def test_where_an_expression_takes_its_values_from_is_told_part_by_part(
    feel: Feel, expression: str, read: list[str]
) -> None:
    uses = feel.uses(expression, ["area", "days"])
    assert [".".join(use.path) for use in uses] == read
    for use in uses:
        assert [expression[start:end] for start, end in use.places] == list(use.path)


def test_names_of_what_cannot_be_read_are_refused(feel: Feel) -> None:
    with pytest.raises(FeelError, match="没有写完"):
        feel.names("amount >")
