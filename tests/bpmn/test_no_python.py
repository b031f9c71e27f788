"""Nothing an admin writes reaches Python: every place that could carry code, tried.

Each attempt is linted, compiled without lint's protection (as a version published long ago would
be), started, worked through and waited out. Whatever happens must be one of our named refusals;
no code may be compiled or executed meanwhile, and the file the code would write must not appear.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from html import escape
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

import bpmn
from bpmn.moves import _warm
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
    multiple,
    named,
    path,
    process,
    start,
    subprocess,
    timer,
    user,
    xor,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SPIFF = 'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"

watched: list[str] = []
watching = False


def _listen(happening: str, details: tuple[Any, ...]) -> None:
    if not watching:
        return
    if happening == "compile" and details[0] is not None:
        watched.append(f"compile {details[0]!r:.80}")
    elif happening == "exec":
        code: CodeType = details[0]
        if code.co_filename.startswith("<") and not code.co_filename.startswith("<frozen"):
            watched.append(f"exec {code.co_filename}")
    elif happening in ("os.system", "subprocess.Popen", "os.exec", "os.posix_spawn"):
        watched.append(happening)


sys.addaudithook(_listen)


@pytest.fixture
def watch() -> Iterator[list[str]]:
    global watching
    watched.clear()
    watching = True
    yield watched
    watching = False


def line(*parts: str, ids: str, **variables: str) -> bytes:
    return definition(start(), *parts, end(), path(ids), x="number", units="list", **variables)


def task(*inner: str, tag: str = "userTask", **attributes: str) -> bytes:
    attributes.setdefault("ow_assign", "role:reviewer")
    return line(element(tag, "t", *inner, **attributes), ids="start t end")


def spiff_element(name: str, code: str) -> str:
    return extension(f"<spiffworkflow:{name} {SPIFF}>{code}</spiffworkflow:{name}>")


def table(code: str, *, where: str) -> bytes:
    places = {"input": "x", "test": "-", "output": '"a"'}
    places[where] = code
    return (
        f'<definitions xmlns="{DMN}" id="d" name="d" namespace="urn:t"><decision id="d1" name="d1">'
        '<decisionTable id="dt"><input id="i"><inputExpression id="ie">'
        f'<text>{places["input"]}</text></inputExpression></input><output id="o" name="r"/>'
        f'<rule id="r"><inputEntry id="e"><text>{places["test"]}</text></inputEntry>'
        f'<outputEntry id="oe"><text>{places["output"]}</text></outputEntry></rule>'
        "</decisionTable></decision></definitions>"
    ).encode()


def literal(code: str) -> bytes:
    return (
        f'<definitions xmlns="{DMN}" id="d" name="d" namespace="urn:t"><decision id="d1" name="d1">'
        f'<literalExpression id="l"><text>{code}</text></literalExpression>'
        "</decision></definitions>"
    ).encode()


RULE = task(tag="businessRuleTask", ow_decision="d1", ow_result="x")

ATTEMPTS: dict[str, Callable[[str], bytes | tuple[bytes, bytes]]] = {
    "a gateway's condition": lambda code: definition(
        start(), xor("g", default="g_end"), user("t"), end(), path("start g end"),
        flow("g", "t", code), path("t end"), x="number"),
    "a default flow's condition": lambda code: definition(
        start(), xor("g", default="g_t"), user("t"), end(), path("start g"),
        flow("g", "t", code), path("t end"), x="number"),
    "a condition on a plain flow": lambda code: definition(
        start(), user("t"), end(), path("start t"), flow("t", "end", code)),
    "an inclusive gateway's condition": lambda code: definition(
        start(), element("inclusiveGateway", "g", default="g_end"), user("t"), end(),
        path("start g end"), flow("g", "t", code), path("t end")),
    "a script task": lambda code: task(f"<bpmn:script>{code}</bpmn:script>", tag="scriptTask"),
    "a script in a user task": lambda code: task(f"<bpmn:script>{code}</bpmn:script>"),
    "spiffworkflow:preScript": lambda code: task(spiff_element("preScript", code)),
    "spiffworkflow:postScript": lambda code: task(spiff_element("postScript", code)),
    "a pre-script on a sub-process": lambda code: line(
        subprocess("t", spiff_element("preScript", code), start("s1"), user("u"), end("e1"),
                   path("s1 u e1")), ids="start t end"),
    "spiffworkflow:serviceTaskOperator": lambda code: task(
        extension(
            f'<spiffworkflow:serviceTaskOperator {SPIFF} id="{code}" resultVariable="x">'
            "<spiffworkflow:parameters><spiffworkflow:parameter "
            f'id="p" type="str" value="{code}"/></spiffworkflow:parameters>'
            "</spiffworkflow:serviceTaskOperator>"),
        tag="serviceTask"),
    "spiffworkflow:unitTests": lambda code: task(
        extension(f'<spiffworkflow:unitTests {SPIFF}><spiffworkflow:unitTest id="u">'
                  f"<spiffworkflow:inputJson>{code}</spiffworkflow:inputJson>"
                  f"<spiffworkflow:expectedOutputJson>{code}</spiffworkflow:expectedOutputJson>"
                  "</spiffworkflow:unitTest></spiffworkflow:unitTests>")),
    "spiffworkflow:calledDecisionId": lambda code: task(
        spiff_element("calledDecisionId", code), tag="businessRuleTask"),
    "a timer's duration": lambda code: line(catch("t", timer(code)), ids="start t end"),
    "a timer's date": lambda code: line(catch("t", timer(code, "timeDate")), ids="start t end"),
    "a timer's cycle": lambda code: line(catch("t", timer(code, "timeCycle")), ids="start t end"),
    "a boundary timer": lambda code: definition(
        start(), user("t"), boundary("b", "t", timer(code)), end(), path("start t end"),
        path("b end")),
    "loop cardinality": lambda code: task(multiple(count=code)),
    "a loop's collection": lambda code: task(multiple(collection=code, item="i")),
    "loopDataInputRef": lambda code: task(
        "<bpmn:multiInstanceLoopCharacteristics>"
        f"<bpmn:loopDataInputRef>{code}</bpmn:loopDataInputRef>"
        f'<bpmn:inputDataItem id="{code}"/></bpmn:multiInstanceLoopCharacteristics>'),
    "a completion condition": lambda code: task(multiple(count="2", completion=code)),
    "a loop condition": lambda code: task(
        "<bpmn:standardLoopCharacteristics>"
        f"<bpmn:loopCondition>{code}</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"),
    "an ad-hoc completion condition": lambda code: line(
        subprocess("t", user("u"), f"<bpmn:completionCondition>{code}</bpmn:completionCondition>",
                   tag="adHocSubProcess"), ids="start t end"),
    "an event sub-process": lambda code: definition(
        start(), user("t"), end(), path("start t end"),
        subprocess("e", element("startEvent", "s1", timer(code)), user("u"), end("e1"),
                   path("s1 u e1"), triggeredByEvent="true")),
    "a conditional event": lambda code: line(
        catch("t", "<bpmn:conditionalEventDefinition>"
              f"<bpmn:condition>{code}</bpmn:condition></bpmn:conditionalEventDefinition>"),
        ids="start t end"),
    "correlation properties": lambda code: document(
        named("message", "m"),
        '<bpmn:correlationProperty id="cp" name="cp">'
        '<bpmn:correlationPropertyRetrievalExpression messageRef="m">'
        f"<bpmn:messagePath>{code}</bpmn:messagePath>"
        "</bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>"
        '<bpmn:collaboration id="co"><bpmn:correlationKey name="k">'
        "<bpmn:correlationPropertyRef>cp</bpmn:correlationPropertyRef></bpmn:correlationKey>"
        "</bpmn:collaboration>",
        process("process", start(), element("sendTask", "s", messageRef="m"),
                element("receiveTask", "t", messageRef="m"), end(), path("start s t end"))),
    "ow:correlation": lambda code: definition(
        start(), element("receiveTask", "t", messageRef="m", ow_correlation=code), end(),
        path("start t end"), head=named("message", "m")),
    "spiffworkflow:messagePayload": lambda code: definition(
        start(), element("sendTask", "t", spiff_element("messagePayload", code), messageRef="m"),
        user("u"), end(), path("start t u end"),
        head=named("message", "m").replace("/>", f">{spiff_element('messagePayload', code)}"
                                           f"{spiff_element('messageVariable', code)}"
                                           "</bpmn:message>")),
    "a signal's payload expression": lambda code: definition(
        start(), element("intermediateThrowEvent", "t", event("signal", "s")), user("u"), end(),
        path("start t u end"),
        head=named("signal", "s").replace(
            "/>", f">{spiff_element('payloadExpression', code)}</bpmn:signal>")),
    "an input of a service": lambda code: line(
        element("serviceTask", "t", given({"a": code}), ow_operation="send_paper"),
        ids="start t end"),
    "an input's name": lambda code: line(
        element("serviceTask", "t", extension(f'<ow:input name="{code}" value="1"/>'),
                ow_operation="send_paper"), ids="start t end"),
    "an assignment": lambda code: task(ow_assign="=" + code),
    "a task's name": lambda code: task(
        name="{x.__class__.__mro__[1].__subclasses__()} {0} {x!r} " + code),
    "a data object": lambda code: line(
        f'<bpmn:dataObject id="do" name="{code}">{spiff_element("category", code)}'
        "</bpmn:dataObject>"
        '<bpmn:dataObjectReference id="dor" dataObjectRef="do"/>',
        user("t", '<bpmn:dataInputAssociation id="dia"><bpmn:sourceRef>dor</bpmn:sourceRef>'
             f"<bpmn:transformation>{code}</bpmn:transformation></bpmn:dataInputAssociation>"),
        ids="start t end"),
    "an io specification": lambda code: task(
        f'<bpmn:ioSpecification id="io"><bpmn:dataInput id="{code}" name="{code}"/>'
        f"<bpmn:inputSet><bpmn:dataInputRefs>{code}</bpmn:dataInputRefs></bpmn:inputSet>"
        "</bpmn:ioSpecification>"),
    "another vendor's listener": lambda code: task(
        extension(f'<camunda:executionListener {CAMUNDA} event="start">'
                  f'<camunda:script scriptFormat="python">{code}</camunda:script>'
                  "</camunda:executionListener>")),
    "another vendor's expression": lambda code: task(
        tag="serviceTask").replace(b"<bpmn:serviceTask ", f"<bpmn:serviceTask {CAMUNDA} "
                                   f'camunda:expression="{code}" camunda:class="{code}" '.encode()),
    "a call activity's target": lambda code: task(tag="callActivity", calledElement=code),
    "a variable's name and type": lambda code: line(
        user("t"), ids="start t end", **{"v": "number"}
    ).replace(b'name="v" type="number"', f'name="{code}" type="{code}"'.encode()),
    "an id": lambda code: definition(
        start(), element("userTask", code, ow_assign="role:guide"), end(),
        flow("start", code, id="f1"), flow(code, "end", id="f2")),
    "a decision table's input": lambda code: (RULE, table(code, where="input")),
    "a decision table's test": lambda code: (RULE, table(code, where="test")),
    "a decision table's output": lambda code: (RULE, table(code, where="output")),
    "a literal decision": lambda code: (RULE, literal(code)),
}  # fmt: skip

CODES = (
    "open({path!r}, 'w').write('x')",
    "__import__('os').system('touch {path}')",
    "(function() {{ return this.constructor.constructor('return process')() }})()",
)


@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.parametrize("number", range(len(CODES)))
def test_code_in(attempt: str, number: int, feel: Any, tmp_path: Path, watch: list[str]) -> None:
    written = tmp_path / "written"
    code = CODES[number].format(path=str(written))
    made = ATTEMPTS[attempt](code if attempt in _ESCAPED else escape(code))
    xml, dmn = made if isinstance(made, tuple) else (made, None)
    _try_everything(xml, feel, {"d1": dmn} if dmn else {}, code)
    assert watch == []
    assert not written.exists()


_ESCAPED = frozenset(
    name
    for name in ATTEMPTS
    if name
    in {
        "a gateway's condition", "a default flow's condition", "a condition on a plain flow",
        "an inclusive gateway's condition", "a timer's duration", "a timer's date",
        "a timer's cycle", "a boundary timer", "loop cardinality", "a loop's collection",
        "a completion condition", "ow:correlation", "an input of a service", "an assignment",
        "a task's name", "a call activity's target", "an event sub-process",
    }
)  # fmt: skip
"""Attempts whose drawing function escapes the code itself."""


def _try_everything(xml: bytes, feel: Any, decisions: dict[str, bytes], code: str) -> None:
    drawing = bpmn.read(xml)
    bpmn.lint(drawing, feel)
    bpmn.lint(drawing)
    try:
        made = bpmn.compile(xml, feel, decisions=decisions, linted=True)
        moved = bpmn.start(made, {"x": 1, "units": [code], "v": code}, NOW)
    except bpmn.Refused:
        return
    for round_ in range(1, 7):
        _warm.clear()
        for verb in _verbs(made, moved, code):
            with suppress(bpmn.Refused):
                moved = verb(NOW + timedelta(days=400 * round_))
                break


def _verbs(
    made: bpmn.Process, moved: bpmn.Moved, code: str
) -> list[Callable[[datetime], bpmn.Moved]]:
    """Everything that could still be done with this case, in a different order each time."""
    state = moved.state
    data = {"x": 2, "units": [code], "v": code, "outcome": code}
    verbs: list[Callable[[datetime], bpmn.Moved]] = [
        partial(bpmn.complete, made, state, task.id, data) for task in moved.live
    ]
    verbs += [partial(bpmn.answer, made, state, call.id, data) for call in moved.services]
    verbs.append(partial(bpmn.deliver, made, state, "m", data))
    verbs.append(partial(bpmn.fire, made, state))
    verbs.append(partial(bpmn.jump, made, state, "t", data={"units": [code]}))
    return verbs


def test_what_is_caught_here_would_be_caught(watch: list[str]) -> None:
    """The audit itself works: SpiffWorkflow's own engine trips it."""
    from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine

    PythonScriptEngine().environment.evaluate("1 + 1", {})
    assert any(found.startswith("exec <string>") for found in watch)


def test_the_environment_behind_the_engine_refuses_too() -> None:
    from bpmn.expressions import FeelEngine, ScriptRefused

    engine = FeelEngine()
    for door in (
        lambda: engine.environment.evaluate("1", {}),
        lambda: engine.environment.execute("x = 1", {}),
        lambda: engine.environment.call_service({}, operation_name="x"),
        lambda: engine.validate("1"),
    ):
        with pytest.raises(ScriptRefused):
            door()


def test_there_are_at_least_thirty_ways() -> None:
    assert len(ATTEMPTS) >= 30
