"""Expressions give values or say in words why not."""

import pytest

from feel import Feel, FeelError


def refusal(feel: Feel, expression: str, names: dict[str, object] | None = None) -> FeelError:
    with pytest.raises(FeelError) as refused:
        feel.evaluate(expression, names or {})
    return refused.value


@pytest.mark.parametrize(
    ("expression", "names", "value"),
    [
        ("amount > 1000", {"amount": 1200}, True),
        ("=amount > 1000", {"amount": 200}, False),
        ("  =  amount", {"amount": 1}, 1),
        ('if 面积 > 50 then "核查" else "备案"', {"面积": 80}, "核查"),
        ("opening date = x", {"opening date": 1, "x": 1}, True),
        ("a-b", {"a-b": 5}, 5),
        ("a-b", {"a": 5, "b": 2}, 3),
        ("answers.floor area * 2", {"answers": {"floor area": 4}}, 8),
        ("answers.date", {"answers": {"date": "2024"}}, "2024"),
        ("sum(items.price)", {"items": [{"price": 2}, {"price": 3}]}, 5),
        ("items[price > limit].name", {"items": [{"price": 9, "name": "甲"}], "limit": 5}, ["甲"]),
        ("some p in people satisfies p.age < 18", {"people": [{"age": 40}, {"age": 9}]}, True),
        ("for i in 1..3 return i * i", {}, [1, 4, 9]),
        ('string length("政务🀄")', {}, 3),
        ('"x" in kinds', {"kinds": ["x", "y"]}, True),
        ("{a: 1, b: a + 1}.b", {}, 2),
        ("(function(x) x + 1)(2)", {}, 3),
    ],
)
def test_an_expression_has_a_value(
    feel: Feel, expression: str, names: dict[str, object], value: object
) -> None:
    assert feel.evaluate(expression, names) == value


def test_null_may_be_compared_with_anything(feel: Feel) -> None:
    for expression in ("x = 1", 'x > "a"', 'date("2024-03-04") < x', "x between 1 and 2"):
        assert not feel.evaluate(expression, {"x": None})
    assert feel.evaluate("x = null and not(1 = x)", {"x": None}) is True


@pytest.mark.parametrize("test", ["> 5", "[6..8]", "1, 7", "not(1)", "-", "? > 5 and limit = 2"])
def test_a_unary_test_is_passed(feel: Feel, test: str) -> None:
    assert feel.unary(test, 7, {"limit": 2}) is True


@pytest.mark.parametrize("test", ["< 5", "(7..8]", "1, 2", "not(7)", "null", '"7"', "? = null"])
def test_a_unary_test_is_not_passed(feel: Feel, test: str) -> None:
    assert feel.unary(test, 7, {}) is False


def test_null_passes_only_what_asks_for_null(feel: Feel) -> None:
    assert feel.unary("> 5", None, {}) is False
    assert feel.unary("null", None, {}) is True
    assert feel.unary("-", None, {}) is True


def test_the_value_tested_may_be_data(feel: Feel) -> None:
    assert feel.unary("?.age >= 18 and ?.home town = 1", {"age": 20, "home town": 1}, {})


def test_an_unknown_variable_is_an_error_that_names_it(feel: Feel) -> None:
    error = refusal(feel, "= amount > limit", {"amount": 3})
    assert error.code == "unknown-name"
    assert error.message == "没有名称“limit”"
    assert (error.problem.start, error.problem.end) == (11, 16)


def test_an_unknown_variable_is_an_error_in_a_unary_test(feel: Feel) -> None:
    with pytest.raises(FeelError, match="没有名称“limit”"):
        feel.unary("> limit", 7, {})


def test_a_variable_that_is_null_is_known(feel: Feel) -> None:
    assert feel.evaluate("amount = null", {"amount": None}) is True


def test_an_entry_that_is_not_there_is_null(feel: Feel) -> None:
    answers = {"answers": {"name": "张三", "spouse": None}}
    assert feel.evaluate("answers.phone", answers) is None
    assert feel.evaluate("answers.spouse.name", answers) is None


@pytest.mark.parametrize(
    ("expression", "code", "message"),
    [
        ("", "empty", "表达式是空的"),
        (" = ", "empty", "表达式是空的"),
        ("// nothing", "incomplete", "表达式没有写完"),
        ("1 +", "incomplete", "表达式没有写完"),
        ("(1", "incomplete", "表达式没有写完"),
        ("1 + ) 2", "unreadable", "第 5 个字“)”附近读不懂"),
        ("= 1 + ) 2", "unreadable", "第 7 个字“)”附近读不懂"),
        ('"🀄🀄" + ) 2', "unreadable", "第 8 个字“)”附近读不懂"),
        ("foo(1)", "unknown-function", "没有函数“foo”"),
        ("count(1, 2, 3)", "wrong-arguments", "函数“count”的参数不对"),
        ("count(lst: [1])", "wrong-arguments", "函数“count”的参数不对"),
        ('"a" + 1', "wrong-kinds", "文字与数字不能用“+”计算"),
        ("1 - null", "wrong-kinds", "数字与空值不能用“-”计算"),
        ("[1] * 2", "wrong-kinds", "列表与数字不能用“*”计算"),
        ('"a".b', "no-property", "文字没有“b”这一项"),
        ('date("2024-03-04") < "2024-03-05"', "not-comparable", "日期与文字不能相互比较"),
        ('"80" > 50', "not-comparable", "文字与数字不能相互比较"),
        ('1 = "1"', "not-comparable", "数字与文字不能相互比较"),
        ('"a" between 1 and 3', "not-comparable", "文字与数字不能相互比较"),
        ('now() > date("2024-03-04")', "not-comparable", "日期时间与日期不能相互比较"),
        ("[1] < [2]", "not-ordered", "这样的值没有先后大小，不能比较"),
        ('matches("a", "(")', "bad-pattern", "正则表达式“(”读不懂"),
        ("1 instance of list<number>", "unsupported", "这里不支持“instance of list<number>”"),
        ("amount＞5", "full-width", "第 7 个字“＞”是全角符号，请改用半角的“>”"),
        ("= “甲” = 1", "full-width", '第 3 个字““”是全角符号，请改用半角的“"”'),
        ("count（1）", "full-width", "第 6 个字“（”是全角符号，请改用半角的“(”"),
        ("1 == 1", "other-notation", "第 3 个字的“==”这里不用，请改写成“=”"),
        ("true && false", "other-notation", "第 6 个字的“&&”这里不用，请改写成“and”"),
    ],
)
def test_what_is_wrong_is_said_in_words(
    feel: Feel, expression: str, code: str, message: str
) -> None:
    error = refusal(feel, expression)
    assert (error.code, error.message) == (code, message)


def test_full_width_signs_in_text_are_nobodys_mistake(feel: Feel) -> None:
    assert feel.evaluate('"（全角），" + "=="', {}) == "（全角），=="


def test_an_expression_of_more_than_4096_characters_is_refused(feel: Feel) -> None:
    assert refusal(feel, "1" + " + 1" * 1100).code == "too-long"


def test_a_batch_gives_each_its_value_or_its_error(feel: Feel) -> None:
    names = {"amount": 3}
    values = feel.evaluate_many(
        [("amount + 1", names), ("limit", names), ("", {}), ("= amount", {"amount": 8})]
    )
    assert values[0] == 4
    assert [v.code for v in values[1:3]] == ["unknown-name", "empty"]
    assert values[3] == 8
    assert feel.evaluate_many([]) == []


def test_one_endless_expression_does_not_spoil_a_batch(feel: Feel) -> None:
    endless = "count(for a in 1..99999, b in 1..99999 return a)"
    values = feel.evaluate_many([("1", {}), (endless, {}), ("2", {})])
    assert values[0] == 1
    assert values[1].code == "timeout"
    assert values[2] == 2


def test_a_batch_of_endless_expressions_is_given_up(feel: Feel) -> None:
    endless = "count(for a in 1..99999, b in 1..99999 return a)"
    values = feel.evaluate_many([(endless, {})] * 5 + [("1", {})])
    assert [v.code for v in values] == ["timeout"] * 3 + ["not-evaluated"] * 3


def test_a_batch_larger_than_one_crossing_is_asked_in_several(feel: Feel) -> None:
    questions = [("string length(x)", {"x": "长" * 300_000}) for _ in range(8)]
    assert feel.evaluate_many(questions) == [300_000] * 8


def test_the_same_words_are_read_by_the_names_in_scope(feel: Feel) -> None:
    """Expressions are read once and kept; but `a-b` is one name or a subtraction."""
    for _ in range(2):
        assert feel.evaluate("a-b", {"a": 5, "b": 2}) == 3
        assert feel.evaluate("a-b", {"a-b": 9, "a": 5, "b": 2}) == 9
        assert feel.evaluate("x.a b", {"x": {"a b": 1}}) == 1
        assert feel.evaluate("x.date", {"x": {"date": 4}}) == 4
    assert refusal(feel, "a-b", {"a": 5}).message == "没有名称“b”"


def test_thousands_of_expressions_pass_through_the_cache(feel: Feel) -> None:
    generation = feel.generation
    for start in range(0, 5000, 500):
        questions = [(f"amount + {n}", {"amount": 1}) for n in range(start, start + 500)]
        assert feel.evaluate_many(questions) == list(range(start + 1, start + 501))
    assert feel.generation == generation
