"""Decision tables and graphs of decisions: what is decided, by which rules, and why not."""

from datetime import date
from typing import Any

import pytest

from feel import Calendar, Decided, Feel, FeelError

SIZES: list[tuple[list[str], list[str]]] = [
    (["< 50"], ['"small"']),
    (["< 100"], ['"medium"']),
    (["-"], ['"large"']),
]


def decide(feel: Feel, xml: bytes, names: dict[str, Any], id: str = "d", **options: Any) -> Decided:
    _held = feel.load_decision("test", xml)
    return feel.decide("test", id, names, **options)


def refusal(feel: Feel, xml: bytes, names: dict[str, Any], id: str = "d") -> FeelError:
    with pytest.raises(FeelError) as refused:
        decide(feel, xml, names, id)
    return refused.value


@pytest.mark.parametrize(
    ("hit", "extra", "rules", "value"),
    [
        ("UNIQUE", "", [(["< 50"], ["1"]), ([">= 50"], ["2"])], 1),
        ("UNIQUE", "", [(["> 50"], ["1"])], None),
        ("FIRST", "", SIZES, "small"),
        ("ANY", "", [(["< 50"], ["1"]), (["< 100"], ["0 + 1"])], 1),
        ("RULE ORDER", "", SIZES, ["small", "medium", "large"]),
        ("RULE ORDER", "", [(["> 50"], ["1"])], []),
        ("COLLECT", "", SIZES, ["small", "medium", "large"]),
        ("COLLECT", 'aggregation="SUM"', [(["-"], ["1"]), (["-"], ["2.5"])], 3.5),
        ("COLLECT", 'aggregation="MIN"', [(["-"], ["4"]), (["-"], ["2"])], 2),
        ("COLLECT", 'aggregation="MAX"', [(["-"], ["4"]), (["-"], ["2"])], 4),
        ("COLLECT", 'aggregation="COUNT"', [(["-"], ["4"]), (["-"], ["4"]), (["-"], ["2"])], 2),
        ("COLLECT", 'aggregation="COUNT"', [(["> 50"], ["4"])], 0),
        ("COLLECT", 'aggregation="SUM"', [(["> 50"], ["4"])], None),
        ("PRIORITY", "", SIZES, "large"),
        ("OUTPUT ORDER", "", SIZES, ["large", "medium", "small"]),
    ],
)
def test_every_hit_policy(
    feel: Feel, dmn: Any, hit: str, extra: str, rules: Any, value: object
) -> None:
    sized = hit in ("PRIORITY", "OUTPUT ORDER")
    logic = dmn.table(
        ["area"], ["size"], rules, hit=hit, extra=extra,
        values={"size": '"large","medium","small"'} if sized else None,
    )  # fmt: skip
    xml = dmn.definitions(dmn.given("area"), dmn.decision("d", logic, needs=("in_area",)))
    assert feel.check_decision(xml) == []
    assert decide(feel, xml, {"area": 30}).value == value


def test_several_outputs_are_a_context(feel: Feel, dmn: Any) -> None:
    rules = [(["< 50", '"甲","乙"'], ['"fast"', "3"]), (["-", "-"], ['"slow"', ""])]
    xml = dmn.definitions(
        dmn.decision("d", dmn.table(["area", "kind"], ["way", "days"], rules, hit="FIRST"))
    )
    assert decide(feel, xml, {"area": 1, "kind": "乙"}).value == {"way": "fast", "days": 3}
    assert decide(feel, xml, {"area": 1, "kind": "丙"}).value == {"way": "slow", "days": None}


def test_several_outputs_are_ordered_by_the_first_then_the_second(feel: Feel, dmn: Any) -> None:
    rules = [(["-"], ['"b"', "1"]), (["-"], ['"a"', "2"]), (["-"], ['"a"', "1"])]
    table = dmn.table(
        ["x"], ["p", "q"], rules, hit="OUTPUT ORDER", values={"p": '"a","b"', "q": "1,2"}
    )
    value = decide(feel, dmn.definitions(dmn.decision("d", table)), {"x": 0}).value
    assert value == [{"p": "a", "q": 1}, {"p": "a", "q": 2}, {"p": "b", "q": 1}]


def test_a_default_answers_when_no_rule_does(feel: Feel, dmn: Any) -> None:
    table = dmn.table(["x"], ["y"], [(["> 5"], ["1"])]).replace(
        'name="y"></output>',
        'name="y"><defaultOutputEntry><text>7 + 1</text></defaultOutputEntry></output>',
    )
    assert decide(feel, dmn.definitions(dmn.decision("d", table)), {"x": 0}).value == 8


def test_the_trace_tells_which_rule_and_why(feel: Feel, dmn: Any) -> None:
    xml = dmn.definitions(
        dmn.given("area"),
        dmn.decision(
            "size", dmn.table(["area * 2"], ["s"], SIZES, hit="FIRST"),
            needs=("in_area",), name="规模",
        ),
        dmn.decision(
            "fee", dmn.literal('if size = "small" then 0 else area'),
            needs=("size", "in_area"), name="费用",
        ),
    )  # fmt: skip
    decided = decide(feel, xml, {"area": 40}, "fee")
    assert decided.value == 40
    first, last = decided.trace
    assert (first.name, first.value, first.table) == ("规模", "medium", "table")
    assert first.inputs == (("列1", 80),)
    assert [(rule.number, rule.id, rule.note) for rule in first.rules] == [(2, "r2", "说明2")]
    assert (last.name, last.value, last.rules) == ("费用", 40, ())


def test_a_decision_asked_for_by_two_is_made_once(feel: Feel, dmn: Any) -> None:
    xml = dmn.definitions(
        dmn.decision("a", dmn.literal("x + 1")),
        dmn.decision("b", dmn.literal("a * 2"), needs=("a",)),
        dmn.decision("c", dmn.literal("a * 3"), needs=("a",)),
        dmn.decision("d", dmn.literal("a + b + c"), needs=("a", "b", "c")),
    )
    decided = decide(feel, xml, {"x": 1})
    assert decided.value == 12
    assert [step.decision for step in decided.trace] == ["a", "b", "c", "d"]


def test_knowledge_is_called_like_a_function(feel: Feel, dmn: Any) -> None:
    knowledge = (
        '<businessKnowledgeModel id="fn_rate" name="day rate"><encapsulatedLogic>'
        '<formalParameter name="area"/><formalParameter name="carriageway"/>'
        f"{dmn.literal('area * (if carriageway then 0.5 else 0.3)')}"
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    invocation = (
        f"<invocation>{dmn.literal('day rate')}"
        f'<binding><parameter name="area"/>{dmn.literal("area")}</binding>'
        f'<binding><parameter name="carriageway"/>{dmn.literal("true")}</binding></invocation>'
    )
    xml = dmn.definitions(
        knowledge,
        dmn.decision("d", dmn.literal("day rate(area, false) * days"), needs=("fn_rate",)),
        dmn.decision("e", invocation, needs=("fn_rate",)),
    )
    assert feel.check_decision(xml) == []
    assert decide(feel, xml, {"area": 10, "days": 2}).value == 6
    assert decide(feel, xml, {"area": 10}, "e").value == 5


def test_contexts_lists_and_relations_are_boxed_too(feel: Feel, dmn: Any) -> None:
    def entry(name: str, logic: str) -> str:
        variable = f'<variable name="{name}"/>' if name else ""
        return f"<contextEntry>{variable}{logic}</contextEntry>"

    function = (
        '<functionDefinition><formalParameter name="n"/>'
        f"{dmn.literal('n * base')}</functionDefinition>"
    )
    relation = (
        '<relation><column name="k"/><column name="v"/>'
        f"<row>{dmn.literal('1')}{dmn.literal('base')}</row></relation>"
    )
    context = (
        "<context>"
        + entry("base", dmn.literal("x + 1"))
        + entry("times", function)
        + entry("both", f"<list>{dmn.literal('base')}{dmn.literal('times(2)')}</list>")
        + entry("rows", relation)
        + entry("", dmn.literal("{both: both, v: rows[k = 1].v}"))
        + "</context>"
    )
    xml = dmn.definitions(dmn.decision("d", context))
    assert decide(feel, xml, {"x": 4}).value == {"both": [5, 10], "v": [5]}


def test_an_input_declared_a_date_takes_the_text_of_a_form(feel: Feel, dmn: Any) -> None:
    rules = [(['< date("2024-01-01")'], ['"old"']), (["-"], ['"new"'])]
    table = dmn.table(["opened"], ["age"], rules, hit="FIRST", types={"opened": "date"})
    xml = dmn.definitions(dmn.decision("d", table))
    assert decide(feel, xml, {"opened": "2023-05-01"}).value == "old"
    assert decide(feel, xml, {"opened": date(2024, 5, 1)}).value == "new"
    error = refusal(feel, xml, {"opened": "5月1日"})
    assert error.message == "决定“d”的“列1”列：“5月1日”不是 yyyy-mm-dd 形式的日期"


def test_decisions_reckon_in_working_days(feel: Feel, dmn: Any) -> None:
    xml = dmn.definitions(dmn.decision("d", dmn.literal("add working days(accepted, 5)")))
    due = decide(feel, xml, {"accepted": date(2024, 3, 4)}, calendar=Calendar()).value
    assert due == date(2024, 3, 11)


def test_overlapping_rules_are_named(feel: Feel, dmn: Any) -> None:
    rules = [(["< 50"], ["1"]), (["> 70"], ["2"]), (["> 20"], ["3"])]
    xml = dmn.definitions(dmn.decision("d", dmn.table(["area"], ["way"], rules), name="分流"))
    error = refusal(feel, xml, {"area": 30})
    assert error.code == "rules-overlap"
    assert error.message == (
        "决定“分流”：第 1、3 条规则同时满足，而这张表只允许一条满足（唯一，UNIQUE）"
    )
    assert (error.problem.element, error.problem.line) == ("table", 3)


def test_rules_that_must_agree_and_do_not_are_named(feel: Feel, dmn: Any) -> None:
    rules = [(["< 50"], ["1"]), (["< 90"], ["1"]), (["-"], ["2"])]
    xml = dmn.definitions(dmn.decision("d", dmn.table(["area"], ["way"], rules, hit="ANY")))
    assert "第 1、3 条规则同时满足，结果却不同" in refusal(feel, xml, {"area": 30}).message


def test_what_goes_wrong_in_a_cell_is_told_with_rule_and_column(feel: Feel, dmn: Any) -> None:
    rules = [(["< 50"], ["1"]), ([">= limit"], ['"a" + 1'])]
    xml = dmn.definitions(dmn.decision("d", dmn.table(["area"], ["way"], rules), name="分流"))
    error = refusal(feel, xml, {"area": 60})
    assert error.message == "决定“分流”第 2 条规则的“列1”列：没有名称“limit”"
    assert error.problem.element == "r2i1"
    error = refusal(feel, xml, {"area": 60, "limit": 55})
    assert error.message == "决定“分流”第 2 条规则的“way”列：文字与数字不能用“+”计算"
    assert error.problem.element == "r2o1"


def test_a_missing_input_is_an_error_and_not_null(feel: Feel, dmn: Any) -> None:
    xml = dmn.definitions(
        dmn.given("area"), dmn.decision("d", dmn.table(["area"], ["s"], SIZES), needs=("in_area",))
    )
    assert refusal(feel, xml, {}).message == "决定“d”的“列1”列：没有名称“area”"


def test_a_value_that_is_not_allowed_is_refused(feel: Feel, dmn: Any) -> None:
    table = dmn.table(["kind"], ["s"], [(["-"], ["1"])], values={"kind": '"a","b"'})
    xml = dmn.definitions(dmn.decision("d", table))
    assert decide(feel, xml, {"kind": "a"}).value == 1
    assert refusal(feel, xml, {"kind": "c"}).code == "not-allowed"


def test_only_numbers_add_up(feel: Feel, dmn: Any) -> None:
    table = dmn.table(
        ["x"], ["s"], [(["-"], ['"a"']), (["-"], ["1"])], hit="COLLECT", extra='aggregation="SUM"'
    )
    error = refusal(feel, dmn.definitions(dmn.decision("d", table)), {"x": 1})
    assert error.message == "决定“d”：合计要的是数字，规则给出的是文字"


def test_what_was_never_loaded_is_named(feel: Feel, dmn: Any) -> None:
    with pytest.raises(FeelError, match="没有决定“nowhere”"):
        feel.decide("nowhere", "d", {})
    with pytest.raises(FeelError, match="没有决定“other”"):
        decide(feel, dmn.definitions(dmn.decision("d", dmn.literal("1"))), {}, "other")


def test_a_model_says_what_it_holds(feel: Feel, dmn: Any) -> None:
    model = feel.load_decision(
        "held",
        dmn.definitions(
            dmn.given("area"),
            dmn.given("floor kind", "string").replace("in_floor kind", "in_kind"),
            dmn.decision("a", dmn.literal("area"), needs=("in_area",), name="面积"),
            dmn.decision("b", dmn.literal("a + floor kind"), needs=("a", "in_kind"), name="总"),
        ),
    )
    assert model.name == "试验"
    assert [(d.id, d.name) for d in model.decisions.values()] == [("a", "面积"), ("b", "总")]
    assert set(model.decisions["b"].inputs) == {"area", "floor kind"}


def test_a_model_is_asked_as_long_as_it_is_held_and_no_longer(feel: Feel, dmn: Any) -> None:
    """More than the isolate keeps at once: what it has let go is sent again."""
    models = {
        f"kept-{n}": feel.load_decision(
            f"kept-{n}", dmn.definitions(dmn.decision("d", dmn.literal(f"x + {n}")))
        )
        for n in range(50)
    }
    for _again in range(2):
        assert [feel.decide(key, "d", {"x": 1}).value for key in models] == list(range(1, 51))
    models.clear()
    with pytest.raises(FeelError, match="没有决定“kept-49”"):
        feel.decide("kept-49", "d", {"x": 1})


def test_a_large_table_is_decided_in_time(feel: Feel, dmn: Any) -> None:
    rules = [([f"[{n}..{n}]", f'"{n}"'], [str(n)]) for n in range(1000)]
    xml = dmn.definitions(dmn.decision("d", dmn.table(["x", "y"], ["z"], rules)))
    for n in (0, 999):
        assert decide(feel, xml, {"x": n, "y": str(n)}).value == n
