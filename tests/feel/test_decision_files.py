"""DMN files that are broken, hostile or careless are refused with line and element."""

from typing import Any

import pytest

from feel import BadDecision, Feel, FeelError


def problems(feel: Feel, xml: bytes) -> list[str]:
    """Codes; loading refuses what checking finds in the structure."""
    found = feel.check_decision(xml)
    if any(p.code.startswith("dmn-") for p in found):
        with pytest.raises(BadDecision) as bad:
            feel.load_decision("bad", xml)
        assert bad.value.problems == tuple(found)
    return [p.code for p in found]


@pytest.mark.parametrize(
    "xml",
    [b"", b"not xml", b"<definitions>", b"\xff\xfe\x00", b"\x00" * 100, "<甲>".encode("utf-16")],
)
def test_what_is_not_xml_is_refused(feel: Feel, xml: bytes) -> None:
    assert problems(feel, xml) == ["dmn-not-xml"]


@pytest.mark.parametrize(
    "xml",
    [
        b"<definitions/>",
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    ],
)
def test_other_xml_is_refused(feel: Feel, xml: bytes) -> None:
    assert problems(feel, xml) == ["dmn-not-dmn"]


def test_entities_and_outside_files_are_never_read(feel: Feel, dmn: Any, tmp_path: Any) -> None:
    secret = tmp_path / "secret"
    secret.write_text("42")
    body = dmn.definitions(dmn.decision("d", dmn.literal("XX")))
    for declared in (
        f'<!ENTITY x SYSTEM "file://{secret}">',
        '<!ENTITY x "1">',
        '<!ENTITY a "11111111"><!ENTITY x "&a;&a;&a;&a;&a;&a;&a;&a;">',
        "",
    ):
        doctype = f"<!DOCTYPE definitions [{declared}]>".encode()
        xml = body.replace(b"?>\n", b"?>\n" + doctype).replace(b"XX", b"&x;" if declared else b"1")
        assert problems(feel, xml) == ["dmn-doctype"]
    assert problems(feel, body.replace(b"XX", b"&x;")) == ["dmn-not-xml"]


def test_a_billion_laughs_are_not_laughed(feel: Feel, dmn: Any) -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    body = dmn.definitions(dmn.decision("d", dmn.literal("XX"))).replace(b"XX", b"&a9;")
    xml = body.replace(b"?>\n", f"?>\n<!DOCTYPE x [{entities}]>".encode())
    assert problems(feel, xml)[0] in ("dmn-doctype", "dmn-not-xml")


def test_huge_files_are_refused(feel: Feel, dmn: Any) -> None:
    assert problems(feel, b" " * 2_000_000) == ["dmn-too-large"]
    many = "".join("<a/>" for _ in range(40_000))
    assert problems(feel, dmn.definitions(many)) == ["dmn-too-many"]
    decisions = [dmn.decision(f"d{n}", dmn.literal("1")) for n in range(101)]
    assert problems(feel, dmn.definitions(*decisions)) == ["dmn-too-many"]
    rules = [(["-"], ["1"])] * 2001
    table = dmn.table(["x"], ["y"], rules)
    assert "dmn-too-many" in problems(feel, dmn.definitions(dmn.decision("d", table)))
    nested = "<list>" * 300 + dmn.literal("1") + "</list>" * 300
    assert problems(feel, dmn.definitions(dmn.decision("d", nested))) == ["dmn-not-xml"]


JAVA = '<functionDefinition kind="Java"><list/></functionDefinition>'
JAVASCRIPT = '<literalExpression expressionLanguage="javascript"><text>1</text></literalExpression>'


def headed(attributes: str = "", columns: str = '<output name="o"/>') -> str:
    return f"<decisionTable {attributes}>{columns}</decisionTable>"


@pytest.mark.parametrize(
    ("logic", "code"),
    [
        ("", "dmn-no-logic"),
        ("<invocation/>", "dmn-no-logic"),
        ("<conditional/>", "dmn-unsupported"),
        (JAVA, "dmn-unsupported"),
        (JAVASCRIPT, "dmn-other-language"),
        (headed('hitPolicy="BEST"'), "dmn-hit-policy"),
        (headed('hitPolicy="PRIORITY"'), "dmn-no-priorities"),
        (headed('aggregation="SUM"'), "dmn-aggregation"),
        (headed('hitPolicy="COLLECT" aggregation="AVG"'), "dmn-aggregation"),
        (headed(columns=""), "dmn-no-logic"),
        (headed(columns="<output/><output/>"), "dmn-output-name"),
        (headed(columns='<output name="a"/><output name="a"/>'), "dmn-output-name"),
        (headed(columns='<input label="x"/><output name="o"/>'), "dmn-no-input"),
        (headed(columns='<output name="o"/><rule id="r"/>'), "dmn-rule-shape"),
        (f"<literalExpression><text>{'1' * 5000}</text></literalExpression>", "too-long"),
    ],
)
def test_what_cannot_be_decided_is_told(feel: Feel, dmn: Any, logic: str, code: str) -> None:
    assert problems(feel, dmn.definitions(dmn.decision("d", logic))) == [code]


def test_requirements_lead_somewhere_and_not_in_circles(feel: Feel, dmn: Any) -> None:
    assert problems(
        feel, dmn.definitions(dmn.decision("d", dmn.literal("1"), needs=("nowhere",)))
    ) == ["dmn-no-such"]
    circle = dmn.definitions(
        dmn.decision("a", dmn.literal("1"), needs=("b",), name="甲"),
        dmn.decision("b", dmn.literal("1"), needs=("a",), name="乙"),
    )
    [problem] = feel.check_decision(circle)
    assert problem.message == "决定互相引用成环：甲→乙→甲"


def test_ids_are_there_and_differ(feel: Feel, dmn: Any) -> None:
    twice = dmn.definitions(dmn.decision("d", dmn.literal("1")), dmn.decision("d", ""))
    assert "dmn-duplicate-id" in problems(feel, twice)
    nameless = dmn.definitions("<decision/>", dmn.decision("d", dmn.literal("1")))
    assert problems(feel, nameless) == ["dmn-no-id"]
    assert problems(feel, dmn.definitions()) == ["dmn-empty"]
    assert problems(
        feel, dmn.definitions('<import name="x"/>', dmn.decision("d", dmn.literal("1")))
    ) == ["dmn-import"]


def test_every_problem_is_told_with_line_and_element(feel: Feel, dmn: Any) -> None:
    xml = dmn.definitions(
        dmn.given("area"),
        dmn.decision(
            "d",
            dmn.table(["area"], ["way"], [(["> 5 5"], ["“甲”"]), (["> aera"], ["foo(1)"])]),
            needs=("in_area",),
            name="分流",
        ),
    )
    found = feel.check_decision(xml)
    assert [p.message for p in found] == [
        "决定“分流”第 1 条规则的“列1”列：第 5 个字“5”附近读不懂",
        '决定“分流”第 1 条规则的“way”列：第 1 个字““”是全角符号，请改用半角的“"”',
        "决定“分流”第 2 条规则的“列1”列：没有名称“aera”，是不是“area”？",
        "决定“分流”第 2 条规则的“way”列：没有函数“foo”",
    ]
    assert [p.element for p in found] == ["r1i1", "r1o1", "r2i1", "r2o1"]
    assert all(p.line for p in found)


def test_a_decision_that_declares_no_inputs_is_held_to_the_names_given(
    feel: Feel, dmn: Any
) -> None:
    xml = dmn.definitions(dmn.decision("d", dmn.literal("answers.area + x")))
    assert feel.check_decision(xml) == []
    assert feel.check_decision(xml, ["answers.area", "x"]) == []
    [problem] = feel.check_decision(xml, ["answers.area"])
    assert problem.message == "决定“d”：没有名称“x”"


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_every_version_of_dmn_is_read(feel: Feel, dmn: Any, namespace: str) -> None:
    xml = dmn.definitions(dmn.decision("d", dmn.literal("1 + 1")), namespace=namespace)
    _held = feel.load_decision("version", xml)
    assert feel.decide("version", "d", {}).value == 2


def test_hostile_cells_are_bounded_too(feel: Feel, dmn: Any) -> None:
    endless = dmn.literal("count(for a in 1..99999, b in 1..99999 return a)")
    plus_one = dmn.literal("x + 1")
    _held = [
        feel.load_decision(key, dmn.definitions(dmn.decision("d", logic)))
        for key, logic in (("endless", endless), ("fine", plus_one))
    ]
    with pytest.raises(FeelError) as refused:
        feel.decide("endless", "d", {})
    assert refused.value.code == "timeout"
    assert feel.decide("fine", "d", {"x": 1}).value == 2
