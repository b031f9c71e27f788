"""Drawings that each break one rule of our own marks and formulas; see `broken.py`."""

from broken import CAMUNDA, INNER, MESSAGE, OUTCOMES, choosing, line, standard, sub, task

from bpmn.testing import (
    catch,
    document,
    element,
    end,
    extension,
    flow,
    given,
    multiple,
    path,
    process,
    start,
    timer,
    user,
    xor,
)

MARKED: dict[str, list[tuple[bytes, str | None]]] = {
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
