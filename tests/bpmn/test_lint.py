"""Every rule, each with a drawing that breaks it; and drawings that break none."""

import ast
from pathlib import Path

import pytest

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
    extension,
    flow,
    given,
    inclusive,
    multiple,
    named,
    parallel,
    path,
    process,
    service,
    start,
    subprocess,
    throw,
    timer,
    user,
    xor,
)

MESSAGE, SIGNAL, ERROR = named("message", "m"), named("signal", "s"), named("error", "e", "E")
CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
OUTCOMES = "agree:同意;disagree:不同意"


def line(*parts: str, ids: str, head: str = "", **variables: str) -> bytes:
    return definition(start(), *parts, end(), path(ids), head=head, **variables)


def task(*inner: str, tag: str = "userTask", head: str = "", **attributes: str | None) -> bytes:
    """start → t → end, with v and units declared."""
    attributes.setdefault("ow_assign", "role:reviewer" if tag == "userTask" else None)
    made = element(tag, "t", *inner, **attributes)
    return line(made, ids="start t end", head=head, v="number", units="list", found="list")


def sub(*parts: str, tag: str = "subProcess", **attributes: str) -> bytes:
    return line(subprocess("t", *parts, tag=tag, **attributes), ids="start t end")


def standard(inner: str = "", **attributes: str) -> str:
    given_ = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<bpmn:standardLoopCharacteristics{given_}>{inner}</bpmn:standardLoopCharacteristics>"


def choosing(*flows: str, default: str | None = None, before: str = "", gateway: str = "") -> bytes:
    return definition(
        start(), before or user("a"), gateway or xor("g", default=default), user("t"), user("u"),
        end(), path("start a g"), *flows, path("t end"), path("u end"), v="number", w="string",
    )  # fmt: skip


def race(*parts: str, head: str = MESSAGE) -> bytes:
    return definition(
        start(), element("eventBasedGateway", "g"), *parts, end(), path("start g"), head=head
    )


def guarded(host: str, edge: str, head: str = ERROR + SIGNAL) -> bytes:
    return definition(
        start(), host, edge, user("aside"), end(), path("start t end"), path("b aside end"),
        head=head,
    )  # fmt: skip


INNER = (start("s1"), user("in"), end("e1"), path("s1 in e1"))

BREAKING: dict[str, list[tuple[bytes, str | None]]] = {
    # ---- shape
    "main-process-unclear": [
        (document(process("one", *INNER),
                  process("two", start("s2"), user("x"), end("e2"), path("s2 x e2"))), "one"),
    ],
    "nesting-too-deep": [],
    "duplicate-id": [
        (definition(start(), user("t"), user("t"), end(), path("start t end")), None),
        (definition(start(), user("t"), end("start_t"), end(), path("start t end")), None),
    ],
    "id-missing": [
        (line(user("t"), ids="start t end").replace(b'<bpmn:userTask id="t"', b"<bpmn:userTask"),
         None),
        (line(user("t"), ids="start t end").replace(b'sequenceFlow id="t_end"', b"sequenceFlow"),
         None),
    ],
    "reserved-id": [
        (line(user("End"), ids="start End end"), "End"),
        (line(user("Start"), ids="start Start end"), "Start"),
    ],
    "id-malformed": [
        (line(user("a task"), ids="start").replace(
            b"</bpmn:process>",
            (flow("start", "a task", id="f1") + flow("a task", "end", id="f2")).encode()
            + b"</bpmn:process>"), "a task"),
        (line(user("a-b"), ids="start a-b end"), "a-b"),
        (line(xor("1x"), ids="start 1x end"), "1x"),
    ],
    "name-missing": [(task(name=""), "t"), (task(name="  "), "t")],
    "dangling-reference": [
        (definition(start(), user("t"), end(), path("start t nowhere"), path("t end")),
         "t_nowhere"),
        (line(user("t"), boundary("b", "gone", timer("P1D")), ids="start t end"), "b"),
    ],
    "default-dangling": [
        (choosing(flow("g", "t", "v > 1"), path("g u"), default="a_g"), "g"),
    ],
    "flow-crosses-border": [
        (definition(start(), subprocess("t", *INNER), user("u"), end(),
                    path("start t end"), path("in u end")), "in_u"),
    ],
    "one-start-needed": [
        (definition(user("t"), end(), path("t end")), "process"),
        (definition(start(), start("start2"), user("t"), end(), path("start t end"),
                    path("start2 t")), "process"),
        (sub(user("in"), end("e1"), path("in e1")), "t"),
        (sub(start("s1"), start("s2"), user("in"), end("e1"), path("s1 in e1"), path("s2 in")),
         "t"),
    ],
    "start-with-event": [
        (definition(element("startEvent", "start", timer("P1D")), user("t"), end(),
                    path("start t end")), "start"),
    ],
    "end-missing": [
        (definition(start(), user("t"), path("start t")), "process"),
        (sub(start("s1"), user("in"), path("s1 in")), "t"),
    ],
    "incoming-refused": [
        (definition(start(), user("t"), end(), path("start t end"), path("t start")), "start"),
    ],
    "outgoing-refused": [
        (definition(start(), user("t"), user("u"), end(), path("start t end u"), path("u end")),
         "end"),
    ],
    "dead-end": [
        (definition(start(), user("t"), xor("g", default="g_end"), user("u"), end(),
                    path("start t g end"), flow("g", "u", "v"), v="boolean"), "u"),
        (definition(start(), user("t"), boundary("b", "t", timer("P1D")), end(),
                    path("start t end")), "b"),
    ],
    "unreachable": [
        (definition(start(), user("t"), user("u"), end(), path("start t end"), path("u end")),
         "u"),
    ],
    "process-unused": [
        (document(process("one", *INNER), process(
            "two", start("s2"), user("x"), end("e2"), path("s2 x e2")).replace(
                'isExecutable="true"', 'isExecutable="false"')), "two"),
    ],
    "unsupported-element": [
        (line(element("complexGateway", "t"), ids="start t end"), "t"),
        (sub(user("in"), tag="adHocSubProcess"), "t"),
    ],
    "event-subprocess": [
        (definition(start(), user("u"), end(), path("start u end"),
                    subprocess("t", *INNER, triggeredByEvent="true")), "t"),
    ],
    "script-refused": [
        (task("<bpmn:script>x = 1</bpmn:script>", tag="scriptTask"), "t"),
        (task(extension(f'<camunda:taskListener {CAMUNDA} event="create"/>')), "t"),
    ],
    "part-ignored": [
        (task('<bpmn:dataInputAssociation id="d"><bpmn:sourceRef>x</bpmn:sourceRef>'
              "</bpmn:dataInputAssociation>"), "t"),
    ],
    # ---- ways
    "condition-missing": [
        (choosing(flow("g", "t", "v > 1"), path("g u")), "g_u"),
        (choosing(flow("g", "t", ""), path("g u"), default="g_u"), "g_t"),
        (choosing(path("g t"), path("g u"), gateway=inclusive("g"), default="g_u"), "g_t"),
    ],
    "default-missing": [
        (choosing(flow("g", "t", "v > 1"), flow("g", "u", "v <= 0")), "g"),
        (choosing(flow("g", "t", 'outcome = "agree"'), flow("g", "u", "v = 1"),
                  before=user("a", ow_outcomes=OUTCOMES)), "g"),
        (choosing(flow("g", "t", "v > 1"), path("u t")), "g"),
    ],
    "condition-ignored": [
        (choosing(flow("g", "t", "v > 1"), flow("g", "u", "v > 2"), default="g_u"), "g_u"),
    ],
    "overlapping-conditions": [
        (choosing(flow("g", "t", one), flow("g", "u", other)), "g_u")
        for one, other in [
            ("v > 1", "v > 2"), ("v >= 1", "v <= 1"), ("v > 1", 'w = "a"'), ("v = 1", "v != 2"),
            ('w = "a"', 'w = "a"'), ("v > 1 and v < 5", "v > 5"), ("v != 1", "v != 2"),
        ]
    ],
    "event-gateway-few": [(race(catch("c", timer("P1D")), path("g c end")), "g")],
    "event-gateway-target": [
        (race(user("t"), catch("c", timer("P1D")), path("g t end"), path("g c end")), "t"),
        (race(catch("c", event("message", "m")), catch("d", timer("P1D")), user("t"),
              path("g c end"), path("g d t c")), "c"),
        (race(element("receiveTask", "r", messageRef="m"), boundary("b", "r", timer("P2D")),
              catch("d", timer("P1D")), path("g r end"), path("g d end"), path("b end")), "r"),
    ],
    "event-gateway-same-message": [
        (race(catch("c", event("message", "m")), catch("d", event("message", "m")),
              path("g c end"), path("g d end")), "g"),
    ],
    "event-gateway-timers": [
        (race(catch("c", timer("P1D")), catch("d", timer("P2D")), path("g c end"),
              path("g d end")), "g"),
    ],
    "implicit-split": [
        (definition(start(), user("t"), user("u"), end(), path("start t end"), path("t u end")),
         "t"),
        (definition(start(), user("t"), user("u"), end(), path("start t end"),
                    path("start u end")), "start"),
    ],
    "condition-on-plain-flow": [
        (definition(start(), user("t"), end(), path("start t"), flow("t", "end", "v"),
                    v="boolean"), "t_end"),
        (definition(start(), parallel("g"), user("t"), user("u"), end(), path("start g t end"),
                    flow("g", "u", "v"), path("u end"), v="boolean"), "g_u"),
    ],
    "cycle-without-wait": [
        (definition(start(), xor("g", default="g_end"), throw("t"), end(), path("start g end"),
                    flow("g", "t", "v"), path("t g"), v="boolean"), "g"),
        (definition(start(), xor("g", default="g_end"),
                    subprocess("t", start("s1"), throw("th"), end("e1"), path("s1 th e1")), end(),
                    path("start g end"), flow("g", "t", "v"), path("t g"), v="boolean"), "g"),
    ],
    "call-target-missing": [
        (line(element("callActivity", "t", calledElement="gone"), ids="start t end"), "t"),
        (line(element("callActivity", "t"), ids="start t end"), "t"),
    ],
    "call-recursive": [
        (document(
            process("one", start(), element("callActivity", "t", calledElement="two"), end(),
                    path("start t end")),
            process("two", start("s2"), element("callActivity", "u", calledElement="two"),
                    end("e2"), path("s2 u e2"))), "u"),
    ],
    # ---- tokens
    "join-may-wait-forever": [
        (definition(start(), user("a"), xor("g", default="g_u"), user("t"), user("u"),
                    parallel("j"), end(), path("start a g u j end"), flow("g", "t", "v"),
                    path("t j"), v="boolean"), "j"),
    ],
    "done-twice": [
        (definition(start(), parallel("g"), user("a"), user("b"), user("t"), end(),
                    path("start g a t end"), path("g b t")), "t"),
        (definition(start(), parallel("g"), user("a"), user("b"), xor("m"), user("t"), end(),
                    path("start g a m t end"), path("g b m")), "m"),
    ],
    # ---- happenings
    "signal-end-event": [
        (definition(start(), user("t"), end("end", event("signal", "s")), path("start t end"),
                    head=SIGNAL), "end"),
    ],
    "link-event": [
        (definition(start(), throw("t", '<bpmn:linkEventDefinition name="L"/>'),
                    catch("c", '<bpmn:linkEventDefinition name="L"/>'), end(),
                    path("start t"), path("c end")), "c"),
    ],
    "compensation": [(line(throw("t", event("compensate")), ids="start t end"), "t")],
    "conditional-event": [
        (line(catch("t", "<bpmn:conditionalEventDefinition><bpmn:condition>x</bpmn:condition>"
                    "</bpmn:conditionalEventDefinition>"), ids="start t end"), "t"),
    ],
    "multiple-events": [
        (line(catch("t", timer("P1D") + event("message", "m")), ids="start t end", head=MESSAGE),
         "t"),
    ],
    "event-missing": [
        (line(catch("t", ""), ids="start t end"), "t"),
        (guarded(user("t"), boundary("b", "t", "")), "b"),
    ],
    "unsupported-event": [
        (line(throw("t", timer("P1D")), ids="start t end"), "t"),
        (line(catch("t", event("escalation")), ids="start t end"), "t"),
    ],
    "event-reference-missing": [
        (line(catch("t", event("message")), ids="start t end"), "t"),
        (line(catch("t", event("message", "gone")), ids="start t end"), "t"),
        (line(element("sendTask", "t"), ids="start t end"), "t"),
        (line(throw("t", event("signal")), ids="start t end"), "t"),
    ],
    "timer-without-time": [
        (line(catch("t", "<bpmn:timerEventDefinition/>"), ids="start t end"), "t"),
        (line(catch("t", timer(" ")), ids="start t end"), "t"),
    ],
    "timer-cycle": [(line(catch("t", timer("R3/P1D", "timeCycle")), ids="start t end"), "t")],
    "timer-invalid": [
        (line(catch("t", timer(text)), ids="start t end"), "t")
        for text in ("3 天", "P3", "P1DT", "2026-13-01", "5个工作日", "3wd", "P99999Y")
    ],
    "boundary-host": [
        (definition(start(), xor("t"), boundary("b", "t", timer("P1D")), end(),
                    path("start t end"), path("b end")), "b"),
    ],
    "boundary-never-fires": [
        (guarded(user("t"), boundary("b", "t", event("error", "e"))), "b"),
        (guarded(element("sendTask", "t", messageRef="m"), boundary("b", "t", timer("P1D")),
                 MESSAGE), "b"),
    ],
    "cancel-outside-transaction": [
        (guarded(subprocess("t", *INNER), boundary("b", "t", event("cancel"))), "b"),
        (definition(start(), user("t"), end("end", event("cancel")), path("start t end")), "end"),
    ],
    "cancel-uncaught": [
        (sub(start("s1"), user("in"), end("e1", event("cancel")), path("s1 in e1"),
             tag="transaction"), "e1"),
    ],
    "boundary-must-interrupt": [
        (guarded(subprocess("t", *INNER),
                 boundary("b", "t", event("error", "e"), interrupting=False)), "b"),
    ],
    "error-uncaught": [
        (definition(start(), user("t"), end("end", event("error", "e")), path("start t end"),
                    head=ERROR), "end"),
        (line(subprocess("t", start("s1"), user("in"), end("e1", event("error", "e")),
                         path("s1 in e1")), ids="start t end", head=ERROR), "e1"),
    ],
    "signal-never-thrown": [
        (line(catch("t", event("signal", "s")), ids="start t end", head=SIGNAL), "t"),
    ],
    "message-to-itself": [
        (line(element("sendTask", "a", messageRef="m"), element("receiveTask", "t",
              messageRef="m"), ids="start a t end", head=MESSAGE), "t"),
    ],
    # ---- repeats
    "loop-misplaced": [(line(element("exclusiveGateway", "t", multiple(count="2")),
                             ids="start t end"), "t")],
    "loop-unbounded": [(task(standard()), "t")],
    "loop-maximum-malformed": [
        (task(standard(loopMaximum=text)), "t") for text in ("many", "0", "-1", "101")
    ],
    "loop-maximum-missing": [
        (task(standard("<bpmn:loopCondition>v &gt; 1</bpmn:loopCondition>")), "t"),
    ],
    "loop-count-missing": [(task(multiple()), "t")],
    "loop-count-twice": [(task(multiple(count="2", collection="units", item="i")), "t")],
    "too-many-instances": [(task(multiple(count="51")), "t"), (task(multiple(count="0")), "t")],
    "loop-list-unknown": [
        (task(multiple(collection="gone", item="i")), "t"),
        (task(multiple(collection="v", item="i")), "t"),
    ],
    "loop-item-malformed": [(task(multiple(collection="units", item="an item")), "t")],
    "loop-item-taken": [(task(multiple(collection="units", item="v")), "t")],
    "loop-item-missing": [(task(multiple(collection="units")), "t")],
    "loop-result-incomplete": [(task(multiple(count="2", result="found")), "t")],
    "loop-result-unknown": [
        (task(multiple(count="2", result="gone", result_item="v")), "t"),
        (task(multiple(count="2", result="v", result_item="v")), "t"),
        (task(multiple(count="2", result="found", result_item="gone")), "t"),
    ],
    # ---- ours
    "ow-element-unknown": [
        (task(extension('<ow:listener class="x"/>')), None),
        (task('<ow:input name="a" value="1"/>'), None),
    ],
    "ow-attribute-unknown": [
        (task(ow_asign="role:reviewer"), "t"),
        (task(multiple(count="2", colection="units")), "t"),
        (line(xor("t"), ids="start t end").replace(
            b'<bpmn:exclusiveGateway', b'<bpmn:exclusiveGateway ow:what="x"'), "t"),
    ],
    "ow-attribute-misplaced": [
        (task(ow_operation="send_paper"), "t"),
        (task(tag="serviceTask", ow_operation="send_paper", ow_form="f"), "t"),
    ],
    "assign-missing": [(task(ow_assign=None), "t"), (task(ow_assign=""), "t")],
    "assign-malformed": [
        (task(ow_assign=text), "t")
        for text in ("reviewer", "post:", "role:reviewer role:checker", "at:county", "who:me",
                     "department:住建")
    ],
    "assign-unknown-role": [(task(ow_assign="role:emperor"), "t")],
    "assign-unknown-place": [(task(ow_assign="at:moon role:reviewer"), "t")],
    "stage-unknown": [(task(ow_stage="reviewing"), "t")],
    "limit-malformed": [
        (task(ow_limit=text), "t") for text in ("3", "0wd", "wd", "3 days", "-1d", "1000d", "1w")
    ],
    "outcomes-malformed": [
        (task(ow_outcomes=text), "t")
        for text in ("agree", "Agree:同意", "a:", ":同意", "a:一;a:二", ";", "a b:同意")
    ],
    "fields-malformed": [
        (task(ow_fields=text), "t") for text in ("area", "area:look", ":read", "a:read;a:hide")
    ],
    "key-malformed": [(task(ow_form="my form"), "t"), (task(ow_papers="好 ok"), "t")],
    "differs-from-unknown": [
        (task(ow_differs_from=text), "t") for text in ("gone", "t", "start", "start gone")
    ],
    "name-placeholder-unknown": [(task(name="审查{gone}"), "t")],
    "operation-missing": [(task(tag="serviceTask"), "t")],
    "operation-unknown": [(task(tag="serviceTask", ow_operation="launch"), "t")],
    "decision-missing": [
        (task(tag="businessRuleTask"), "t"),
        (task(tag="businessRuleTask", ow_decision="#x"), "t"),
    ],
    "result-unknown": [(task(tag="businessRuleTask", ow_decision="d", ow_result="gone"), "t")],
    "input-misplaced": [(task(given({"a": "1"})), "t")],
    "input-malformed": [
        (task(given({"1a": "1"}), tag="serviceTask", ow_operation="send_paper"), "t"),
        (task(given({"a": " "}), tag="serviceTask", ow_operation="send_paper"), "t"),
    ],
    "input-twice": [
        (task(extension('<ow:input name="a" value="1"/><ow:input name="a" value="2"/>'),
              tag="serviceTask", ow_operation="send_paper"), "t"),
    ],
    "variable-misplaced": [
        (sub(extension('<ow:variable name="x" type="number"/>'), *INNER), "t"),
    ],
    "variable-malformed": [
        (line(user("t"), ids="start t end", **{name: "number"}), "process")
        for name in ("a b", "1a", "a-b", "null", "")
    ],
    "variable-reserved": [
        (line(user("t"), ids="start t end", outcome="string"), "process"),
        (line(user("t", ow_outcomes=OUTCOMES), ids="start t end", t_outcome="string"), "process"),
    ],
    "variable-type-unknown": [(line(user("t"), ids="start t end", x="money"), "process")],
    "variable-type-differs": [
        (document(process("one", start(), element("callActivity", "t", calledElement="two"),
                          end(), path("start t end"), x="number"),
                  process("two", *INNER, x="string")), "two"),
    ],
    "foreign-extension": [
        (task(extension(f"<camunda:properties {CAMUNDA}/>")), "t"),
        (task().replace(
            b"<bpmn:userTask", f"<bpmn:userTask {CAMUNDA} camunda:formKey='f'".encode()), "t"),
    ],
    # ---- formulas
    "expression-invalid": [
        (choosing(flow("g", "t", "v >"), path("g u"), default="g_u"), "g_t"),
        (choosing(flow("g", "t", "gone > 1"), path("g u"), default="g_u"), "g_t"),
        (choosing(flow("g", "t", "v == 1"), path("g u"), default="g_u"), "g_t"),
        (task(ow_assign="= gone"), "t"),
        (task(given({"a": "gone"}), tag="serviceTask", ow_operation="send_paper"), "t"),
        (line(catch("t", timer("= gone")), ids="start t end"), "t"),
        (task(multiple(count="gone")), "t"),
        (task(multiple(collection="= item", item="item")), "t"),
        (task(multiple(count="2", completion="gone")), "t"),
        (task(standard("<bpmn:loopCondition>gone</bpmn:loopCondition>", loopMaximum="2")), "t"),
        (line(element("receiveTask", "t", messageRef="m", ow_correlation="gone"),
              ids="start t end", head=MESSAGE), "t"),
    ],
    "outcome-unknown": [
        (choosing(flow("g", "t", f'{name} = "agre"'), path("g u"), default="g_u",
                  before=user("a", ow_outcomes=OUTCOMES)), "g_t")
        for name in ("outcome", "a_outcome")
    ],
}  # fmt: skip

deep = subprocess("d9", *INNER)
for depth in range(8, -1, -1):
    deep = subprocess(f"d{depth}", start(f"ds{depth}"), deep, end(f"de{depth}"),
                      path(f"ds{depth} d{depth + 1} de{depth}"))  # fmt: skip
BREAKING["nesting-too-deep"] = [(line(deep, ids="start d0 end"), "d8")]

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
