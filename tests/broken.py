"""Drawings that each break one rule of what may be drawn, by the rule's code; `test_lint.py`.

Each with the element the problem must name. Our own marks and formulas: `broken_marks.py`.
"""

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
    inclusive,
    multiple,
    named,
    parallel,
    path,
    process,
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

BROKEN: dict[str, list[tuple[bytes, str | None]]] = {
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
}  # fmt: skip

deep = subprocess("d9", *INNER)
for depth in range(8, -1, -1):
    deep = subprocess(f"d{depth}", start(f"ds{depth}"), deep, end(f"de{depth}"),
                      path(f"ds{depth} d{depth + 1} de{depth}"))  # fmt: skip
BROKEN["nesting-too-deep"] = [(line(deep, ids="start d0 end"), "d8")]
