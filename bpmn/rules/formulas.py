"""Every expression of a definition: can FEEL read it, and does it know the names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpmn import times
from bpmn.build import OUTCOME, outcome_variable
from bpmn.dialect import HUMAN_TASKS, NAME, is_expression
from bpmn.drawing import Drawing, Flow, Node, Scope
from bpmn.expressions import Expressions
from bpmn.problems import Problem
from bpmn.rules.report import error, loop_names
from bpmn.rules.ways import outcomes_of, step_before

_COMPARED = re.compile(r'\b(?P<name>\w+)\s*(?:=|!=)\s*"(?P<value>[^"]*)"')


@dataclass(frozen=True, slots=True)
class Formula:
    """One expression: what it is called in a sentence, and where it stands."""

    text: str
    what: str
    at: Node | Flow
    node: Node
    """The node whose names are in scope."""
    outside: bool = False
    """True if it is evaluated once for a loop, before there are instances."""


def check(drawing: Drawing, feel: Expressions | None) -> Iterator[Problem]:
    formulas = list(expressions(drawing))
    for formula in formulas:
        yield from _outcomes(drawing, formula)
    if feel is None:
        return
    common = {*drawing.variables, OUTCOME}
    common.update(outcome_variable(each.id) for each in drawing.nodes.values() if outcomes_of(each))
    for formula in formulas:
        own = formula.node.loop.item if formula.outside and formula.node.loop else None
        known = common | (loop_names(drawing, formula.node) - {own})
        for found in feel.check(formula.text, known):
            yield error(
                "expression-invalid",
                "“{name}”的{what}“{expression}”有误：{detail}。",
                formula.at,
                name=formula.node.label,
                what=formula.what,
                expression=formula.text,
                detail=found.message,
            )


def expressions(drawing: Drawing) -> Iterator[Formula]:
    """Every FEEL expression that may be evaluated, in document order by node."""
    for scope in drawing.scopes.values():
        for node in scope.nodes.values():
            yield from _of_node(node)
            for flow in scope.outgoing.get(node.id, ()):
                if flow.condition is not None and flow.id != node.default:
                    yield Formula(flow.condition, "条件", flow, node)


def _of_node(node: Node) -> Iterator[Formula]:
    assign = node.ow.get("assign", "")
    if node.tag in HUMAN_TASKS and is_expression(assign):
        yield Formula(assign, "办理人", node, node)
    for entry in node.inputs:
        if entry.value.strip():
            yield Formula(entry.value, f"输入“{entry.name}”", node, node)
    if correlation := node.ow.get("correlation"):
        yield Formula(correlation, "关联条件", node, node)
    if node.event.kind == "timer" and node.event.timer is not None:
        kind, text = node.event.timer
        if kind != "timeCycle" and not times.is_literal(text):
            yield Formula(text, "定时", node, node)
    if (loop := node.loop) is not None:
        if loop.count is not None:
            yield Formula(loop.count, "份数", node, node, outside=True)
        if loop.collection is not None and not NAME.fullmatch(loop.collection):
            yield Formula(loop.collection, "列表", node, node, outside=True)
        if loop.completion is not None:
            yield Formula(loop.completion, "提前结束条件", node, node)
        if loop.condition is not None:
            yield Formula(loop.condition, "循环条件", node, node)


def _outcomes(drawing: Drawing, formula: Formula) -> Iterator[Problem]:
    """An outcome compared with an id that no button gives is never true."""
    steps = {
        outcome_variable(node.id): node for node in drawing.nodes.values() if outcomes_of(node)
    }
    for match in _COMPARED.finditer(formula.text):
        name, value = match["name"], match["value"]
        if name == OUTCOME:
            step = _last_step(drawing.scopes[formula.node.scope], formula.node)
            known = outcomes_of(step) if step is not None else ()
            known = known or tuple(each for node in steps.values() for each in outcomes_of(node))
        elif name in steps:
            known = outcomes_of(steps[name])
        else:
            continue
        if value not in known:
            yield error(
                "outcome-unknown",
                "“{name}”的{what}里的办理结果“{outcome}”不存在，可用的有：{known}。",
                formula.at,
                name=formula.node.label,
                what=formula.what,
                outcome=value,
                known="、".join(dict.fromkeys(known)) or "（没有哪一步定义了办理结果）",
            )


def _last_step(scope: Scope, node: Node) -> Node | None:
    return node if node.tag in HUMAN_TASKS else step_before(scope, node)
