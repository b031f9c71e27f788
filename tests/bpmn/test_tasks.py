"""Human, service, business rule and message tasks, from start to end, warm and cold."""

import pytest

import bpmn
from bpmn.testing import (
    definition,
    element,
    end,
    event,
    flow,
    given,
    multiple,
    named,
    path,
    service,
    start,
    throw,
    user,
    xor,
)


def test_user_manual_and_plain_tasks_wait_for_somebody(walk):
    case = walk(
        definition(
            start(),
            user("u"),
            element("manualTask", "m", ow_assign="role:guide"),
            element("task", "t", ow_assign="role:guide"),
            end(),
            path("start u m t end"),
        )
    )
    assert case.open == ["u"]
    assert case.do("u").passed == ("u", "m")
    case.do("m")
    assert not case.last.ended
    case.do("t")
    assert case.last.ended
    assert case.open == []


def test_what_a_step_asks_for_is_read_from_its_attributes(walk):
    case = walk(
        definition(
            start(),
            user(
                "check",
                "<bpmn:documentation> 核对材料 </bpmn:documentation>",
                name="审核",
                ow_stage="check",
                ow_form="check",
                ow_assign="at:county department:housing role:checker post:head person:li",
                ow_limit="3wd",
                ow_outcomes="agree:同意|Agree;disagree:不同意",
                ow_fields="area:read;note:hide",
                ow_papers="notice receipt",
            ),
            user("decide", ow_differs_from="check"),
            end(),
            path("start check decide end"),
        )
    )
    step = case.task("check").step
    assert (step.name, step.kind, step.stage, step.form) == ("审核", "human", "check", "check")
    assert step.documentation == "核对材料"
    assert case.task("check").assign == step.assign
    assert (step.assign.at, step.assign.department, step.assign.role) == (
        "county",
        "housing",
        "checker",
    )
    assert (step.assign.post, step.assign.person) == ("head", "li")
    assert str(step.limit) == "3wd"
    assert [(o.id, o.zh, o.en) for o in step.outcomes] == [
        ("agree", "同意", "Agree"),
        ("disagree", "不同意", "不同意"),
    ]
    assert step.fields == {"area": "read", "note": "hide"}
    assert step.papers == ("notice", "receipt")
    assert case.process.steps["decide"].differs_from == ("check",)


def test_a_service_waits_for_its_answer_with_inputs_worked_out(walk):
    case = walk(
        definition(
            start(),
            service("pay", inputs={"amount": "fee * 2", "to": '"财政"'}),
            user("after"),
            end(),
            path("start pay after end"),
            fee="number",
        ),
        fee=21,
    )
    (call,) = case.last.services
    assert (call.step.id, call.step.operation) == ("pay", "send_paper")
    assert call.inputs == {"amount": 42, "to": "财政"}
    assert case.last.live == ()
    with pytest.raises(bpmn.NoSuchTask):
        bpmn.complete(case.process, case.last.state, call.id, {}, case.now)
    moved = case.answer("pay", fee=7)
    assert moved.closed == (call.id,)
    assert moved.services == ()
    assert case.open == ["after"]
    assert case.data == {"fee": 7}


def test_a_business_rule_task_decides_at_once(walk):
    table = b"""<?xml version="1.0" encoding="UTF-8"?>
    <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
        namespace="urn:test">
      <decision id="level" name="level"><decisionTable id="t" hitPolicy="FIRST">
        <input id="i"><inputExpression id="e"><text>area</text></inputExpression></input>
        <output id="o" name="level"/>
        <rule id="r1"><inputEntry id="a"><text>&gt; 100</text></inputEntry>
          <outputEntry id="b"><text>"large"</text></outputEntry></rule>
        <rule id="r2"><inputEntry id="c"><text>-</text></inputEntry>
          <outputEntry id="f"><text>"small"</text></outputEntry></rule>
      </decisionTable></decision></definitions>"""
    case = walk(
        definition(
            start(),
            user("measure"),
            element("businessRuleTask", "rule", ow_decision="sizes", ow_result="level"),
            xor("g", default="g_small"),
            user("large"),
            user("small"),
            end(),
            path("start measure rule g"),
            flow("g", "large", 'level = "large"'),
            path("g small end"),
            path("large end"),
            area="number",
            level="string",
        ),
        decisions={"sizes": table},
    )
    case.do("measure", area=120)
    assert case.open == ["large"]
    assert case.data == {"area": 120, "level": "large"}


def test_a_decision_file_must_be_readable_and_say_which_decision_is_meant(feel):
    xml = definition(
        start(), element("businessRuleTask", "rule", ow_decision="sizes"), end(),
        path("start rule end"),
    )  # fmt: skip
    namespace = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    two = "".join(
        f'<decision id="{name}" name="{name}"><literalExpression id="l{name}"><text>1</text>'
        "</literalExpression></decision>"
        for name in ("one", "two")
    )
    table = f'<definitions xmlns="{namespace}" id="d" name="d" namespace="n">{two}</definitions>'
    for content, code in ((b"<x/>", "decision-unreadable"), (table.encode(), "decision-unclear")):
        with pytest.raises(bpmn.Unreadable) as refused:
            bpmn.compile(xml, feel, decisions={"sizes": content})
        assert refused.value.problems[0].code == code
    chosen = xml.replace(b'"sizes"', b'"sizes#two"')
    assert bpmn.compile(chosen, feel, decisions={"sizes": table.encode()}).decisions["rule"][1] == (
        "two"
    )


def test_a_message_leaves_with_only_the_payload_named(walk):
    case = walk(
        definition(
            start(),
            element("sendTask", "tell", given({"number": "amount"}), messageRef="done"),
            throw("also", given({"text": '"好"'}), event("message", "done")),
            end("end", event("message", "done")),
            path("start tell also end"),
            amount="number",
            head=named("message", "done"),
        ),
        amount=3,
    )
    assert case.last.ended
    assert [(m.message, m.element, m.data) for m in case.last.messages] == [
        ("done", "tell", {"number": 3}),
        ("done", "also", {"text": "好"}),
        ("done", "end", {}),
    ]


def test_a_receive_task_takes_its_message_and_declared_variables_only(walk):
    case = walk(
        definition(
            start(),
            element("receiveTask", "paid", messageRef="payment"),
            user("after"),
            end(),
            path("start paid after end"),
            amount="number",
            head=named("message", "payment"),
        )
    )
    assert case.open == []
    assert not case.last.ended
    with pytest.raises(bpmn.NotWaiting):
        case.hear("other")
    case.hear("payment", amount="12.5", secret="x")
    assert case.open == ["after"]
    assert case.data == {"amount": 12.5}
    with pytest.raises(bpmn.NotWaiting):
        case.hear("payment")


def test_correlation_tells_waiting_places_apart(walk):
    case = walk(
        definition(
            start(),
            element(
                "receiveTask",
                "reply",
                multiple(collection="units", item="unit", result="replies", result_item="said"),
                messageRef="reply_message",
                ow_correlation="unit",
            ),
            user("after"),
            end(),
            path("start reply after end"),
            units="list",
            replies="list",
            said="string",
            head=named("message", "reply_message"),
        ),
        units=["a", "b"],
    )
    with pytest.raises(bpmn.Ambiguous):
        case.hear("reply_message", said="?")
    with pytest.raises(bpmn.NotWaiting):
        case.hear("reply_message", correlation="c")
    case.hear("reply_message", correlation="b", said="B")
    assert case.open == []
    case.hear("reply_message", correlation="a", said="A")
    assert case.open == ["after"]
    assert case.data["replies"] == ["A", "B"]
