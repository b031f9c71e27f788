"""Every rule, each with a drawing that breaks it; and drawings that break none."""

import ast
from pathlib import Path

import pytest
from broken import BROKEN, OUTCOMES, choosing, line, race, task
from broken_marks import MARKED

import bpmn
from bpmn import rules
from bpmn.testing import (
    boundary,
    catch,
    definition,
    document,
    element,
    end,
    event,
    flow,
    inclusive,
    multiple,
    named,
    parallel,
    path,
    process,
    service,
    start,
    timer,
    user,
    xor,
)

BREAKING = BROKEN | MARKED

WARNINGS = {
    "condition-ignored", "overlapping-conditions", "process-unused", "part-ignored",
    "join-may-wait-forever", "done-twice", "loop-maximum-missing", "loop-item-missing",
    "foreign-extension",
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "number"), [(code, n) for code, cases in BREAKING.items() for n in range(len(cases))]
)
def test_rule(feel, code, number):
    xml, where = BREAKING[code][number]
    found = [problem for problem in bpmn.lint(bpmn.read(xml), feel) if problem.code == code]
    assert found, [problem.message for problem in bpmn.lint(bpmn.read(xml), feel)]
    assert where in {problem.element for problem in found}
    for problem in found:
        assert problem.line > 0
        assert problem.message.endswith(("。", "？"))
        if code != "name-placeholder-unknown":
            assert "{" not in problem.message
        if code != "boundary-never-fires":
            assert problem.severity == ("warning" if code in WARNINGS else "error")


def test_every_rule_has_a_drawing_that_breaks_it():
    codes: set[str] = set()
    sources = [*Path(rules.__file__).parent.glob("*.py"), Path(bpmn.__file__).parent / "dialect.py"]
    for source in sources:
        for call in ast.walk(ast.parse(source.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            name = call.func.id
            if name in ("error", "warning") and isinstance(call.args[0], ast.Constant):
                codes.add(call.args[0].value)
            elif name == "Malformed":
                given_ = next(word.value for word in call.keywords if word.arg == "code")
                if isinstance(given_, ast.Constant):
                    codes.add(given_.value)
    assert codes | {"assign-unknown-role", "assign-unknown-place"} == BREAKING.keys()


@pytest.mark.parametrize(
    "xml",
    [
        task(),
        task(ow_limit="1mo", ow_outcomes="a:甲|A;b_2:乙", ow_fields="x.y:hide", ow_stage="inspect",
             name="审查{v}", ow_papers="one two"),
        task(multiple(collection="units", item="unit", result="found", result_item="v",
                      completion="count(found) > 1 and unit != null"), name="会审{unit}",
             ow_assign='= "department:" + unit'),
        choosing(flow("g", "t", "v > 1"), flow("g", "u", "v <= 1"), path("g end"),
                 default="g_end"),
        choosing(flow("g", "t", "v < 1"), path("g u"), default="g_u"),
        choosing(flow("g", "t", 'w = "a"'), flow("g", "u", 'w != "a"'), path("g end"),
                 default="g_end"),
        choosing(flow("g", "t", 'a_outcome = "agree"'), flow("g", "u", 'outcome = "disagree"'),
                 before=user("a", ow_outcomes=OUTCOMES)),
        race(catch("c", event("message", "m")), catch("d", timer("P1D")), path("g c end"),
             path("g d end")),
        definition(start(), user("a"), xor("g", default="g_end"), end(), path("start a g end"),
                   flow("g", "a", "again"), again="boolean"),
        definition(start(), xor("m"), parallel("f"), user("a"), user("b"), parallel("j"),
                   xor("g", default="g_end"), end(), path("start m f a j g end"), path("f b j"),
                   flow("g", "m", "again"), again="boolean"),
        definition(start(), inclusive("f", default="f_a"), user("a"), user("b"), inclusive("j"),
                   end(), path("start f a j end"), flow("f", "b", "v"), path("b j"), v="boolean"),
        definition(start(), user("a"), boundary("b", "a", timer("P1D"), interrupting=False),
                   user("n"), user("z"), end(), path("start a z end"), path("b n end")),
        definition(start(), user("a"), boundary("b", "a", timer("P1D")), user("n"), xor("m"),
                   user("z"), end(), path("start a m z end"), path("b n m")),
        document(named("error", "e", "E"), process(
            "one", start(), element("callActivity", "t", calledElement="two"),
            boundary("b", "t", event("error", "e")), end(), path("start t end"), path("b end")),
            process("two", start("s2"), user("u"), end("e2", event("error", "e")),
                    path("s2 u e2"))),
        line(service("t", inputs={"a": "v", "b": '"text"'}), ids="start t end", v="date"),
        definition(start(), parallel("f"), user("a"), user("b"), end("stop", event("terminate")),
                   end(), path("start f a stop"), path("f b end")),
    ],
)  # fmt: skip
def test_a_sound_drawing_is_left_alone(feel, xml):
    assert [problem.message for problem in bpmn.lint(bpmn.read(xml), feel)] == []


def test_shipped_definitions_pass(feel):
    library = Path(bpmn.__file__).parent / "library"
    for drawing in library.glob("*/process.bpmn"):
        found = bpmn.lint(bpmn.read(drawing.read_bytes()), feel)
        assert [problem.message for problem in found] == [], drawing


def test_problems_come_in_the_order_of_the_file(feel):
    tasks = [user("a", ow_assign=None), user("b", ow_limit="x"), user("c", ow_stage="y")]
    found = bpmn.lint(bpmn.read(line(*tasks, ids="start a b c end")), feel)
    assert [problem.element for problem in found] == ["a", "b", "c"]
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
