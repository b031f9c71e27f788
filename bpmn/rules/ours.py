"""Our own attributes: stages, people, limits, buttons, operations, variables."""

import difflib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bpmn import dialect
from bpmn.build import OUTCOME, outcome_variable
from bpmn.drawing import Drawing, Node, Scope
from bpmn.problems import Malformed, Problem
from bpmn.rules.report import error, loop_names, warning
from bpmn.rules.ways import outcomes_of

_CATCHING = frozenset({"receiveTask", "intermediateCatchEvent", "boundaryEvent"})
_SENDING = frozenset({"sendTask", "intermediateThrowEvent", "endEvent"})
_EXECUTABLE = ("script", "listener", "operator", "connector", "delegate", "expression", "class")
_FEEL_WORDS = frozenset(
    {"true", "false", "null", "and", "or", "not", "if", "then", "else", "for", "in", "return",
     "some", "every", "satisfies", "between", "instance", "of", "function", "external"}
)  # fmt: skip


def check(drawing: Drawing) -> Iterator[Problem]:
    for name, line in drawing.misplaced:
        yield error(
            "ow-element-unknown",
            "“ow:{name}”不认识，或放错了地方：扩展元素里只能有 ow:input 和 ow:variable。",
            line,
            name=name,
        )
    for node in drawing.nodes.values():
        yield from _attributes(node, node.ow, _allowed(node))
        if node.loop is not None:
            yield from _attributes(node, node.loop.ow, dialect.LOOP_ATTRIBUTES)
        yield from _inputs(node)
        yield from _foreign(node)
        if node.tag in dialect.HUMAN_TASKS:
            yield from _human(drawing, node)
        elif node.tag == "serviceTask":
            yield from _service(node)
        elif node.tag == "businessRuleTask":
            yield from _decision(drawing, node)
    for scope in drawing.scopes.values():
        if scope.parent is None:
            yield from _attributes(scope, scope.ow, frozenset())
            yield from _foreign(scope)
    yield from _variables(drawing)


def _allowed(node: Node) -> frozenset[str]:
    if node.tag in dialect.HUMAN_TASKS:
        return dialect.STEP_ATTRIBUTES
    if node.tag == "serviceTask":
        return dialect.SERVICE_ATTRIBUTES
    if node.tag == "businessRuleTask":
        return dialect.DECISION_ATTRIBUTES
    if node.tag == "subProcess":
        return dialect.SLOT_ATTRIBUTES
    return dialect.CATCH_ATTRIBUTES if node.tag in _CATCHING else frozenset()


def _attributes(
    at: Node | Scope, given: Iterable[str], allowed: frozenset[str]
) -> Iterator[Problem]:
    for name in given:
        if name in allowed:
            continue
        if name in dialect.ATTRIBUTES:
            yield error(
                "ow-attribute-misplaced",
                "“{name}”上不能用属性 ow:{attribute}：请删去，或换成能用它的任务类型。",
                at,
                attribute=name,
            )
            continue
        close = difflib.get_close_matches(name, allowed or dialect.ATTRIBUTES, 1)
        yield error(
            "ow-attribute-unknown",
            "“{name}”上的属性 ow:{attribute} 不认识，是不是 ow:{close}？"
            if close
            else "“{name}”上的属性 ow:{attribute} 不认识：请删去或改正拼写。",
            at,
            attribute=name,
            close=close[0] if close else "",
        )


# ---- tasks --------------------------------------------------------------------------------------


def _human(drawing: Drawing, node: Node) -> Iterator[Problem]:
    ow = node.ow
    if not ow.get("assign"):
        yield error(
            "assign-missing",
            "任务“{name}”没有写明由谁办理：请填写办理人，如 department:housing role:reviewer。",
            node,
        )
    elif not dialect.is_expression(ow["assign"]):
        yield from _grammar(node, dialect.parse_assign, ow["assign"])
    if "stage" in ow and ow["stage"] not in dialect.STAGES:
        yield error(
            "stage-unknown",
            "任务“{name}”的环节“{stage}”不存在，可用的有：{known}。",
            node,
            stage=ow["stage"],
            known="、".join(dialect.STAGES),
        )
    if "limit" in ow:
        yield from _grammar(node, dialect.parse_limit, ow["limit"])
    if "outcomes" in ow:
        yield from _grammar(node, dialect.parse_outcomes, ow["outcomes"])
    if "fields" in ow:
        yield from _grammar(node, dialect.parse_fields, ow["fields"])
    keys = [("表单", [ow["form"]] if "form" in ow else [])]
    keys.append(("文书", list(dialect.parse_words(ow.get("papers", "")))))
    for what, words in keys:
        for word in words:
            if not dialect.KEY.fullmatch(word):
                yield error(
                    "key-malformed",
                    "任务“{name}”的{what}代码“{key}”应只含字母、数字和 - _ .。",
                    node,
                    what=what,
                    key=word,
                )
    for word in dialect.parse_words(ow.get("differs-from", "")):
        other = drawing.nodes.get(word)
        if other is None or other.tag not in dialect.HUMAN_TASKS or other is node:
            yield error(
                "differs-from-unknown",
                "任务“{name}”不得与“{step}”同一人办理，但“{step}”不是流程里别的人工任务："
                "请填写任务编号。",
                node,
                step=word,
            )
    yield from _placeholders(drawing, node)


def _placeholders(drawing: Drawing, node: Node) -> Iterator[Problem]:
    known = {*drawing.variables, *loop_names(drawing, node), OUTCOME}
    known.update(outcome_variable(each.id) for each in drawing.nodes.values())
    for name in dialect.PLACE.findall(node.name):
        if name not in known:
            yield error(
                "name-placeholder-unknown",
                "任务名称“{name}”里的“{placeholder}”不是流程变量：请改正名称或声明变量。",
                node,
                placeholder=name,
            )


def _grammar(node: Node, parse: Callable[[str], Any], text: str) -> Iterator[Problem]:
    try:
        parse(text)
    except Malformed as wrong:
        yield Problem(
            wrong.code,
            "任务“{task}”的" + wrong.text,
            {"task": node.label, **wrong.params},
            node.id,
            node.line,
        )


def _service(node: Node) -> Iterator[Problem]:
    operation = node.ow.get("operation")
    if not operation:
        yield error(
            "operation-missing",
            "服务任务“{name}”没有写明做什么：请选择操作（{known}）。",
            node,
            known="、".join(dialect.OPERATION_NAMES.values()),
        )
    elif operation not in dialect.OPERATIONS:
        yield error(
            "operation-unknown",
            "服务任务“{name}”的操作“{operation}”不存在，可用的有：{known}。",
            node,
            operation=operation,
            known="、".join(dialect.OPERATIONS),
        )


def _decision(drawing: Drawing, node: Node) -> Iterator[Problem]:
    key = node.ow.get("decision", "").partition("#")[0]
    if not dialect.KEY.fullmatch(key):
        yield error(
            "decision-missing",
            "业务规则任务“{name}”没有写明用哪张决策表：请选择决策表。",
            node,
        )
    result = node.ow.get("result")
    if result is not None and result not in drawing.variables:
        yield error(
            "result-unknown",
            "业务规则任务“{name}”的结果要放进“{variable}”，但它不是已声明的流程变量。",
            node,
            variable=result,
        )


def _inputs(node: Node) -> Iterator[Problem]:
    if not node.inputs:
        return
    sends = node.tag in _SENDING and node.event.kind == "message"
    if node.tag != "serviceTask" and not sends:
        yield error(
            "input-misplaced", "“{name}”不需要输入（ow:input）：只有服务任务和发送消息才用。", node
        )
    seen: set[str] = set()
    for entry in node.inputs:
        if not dialect.NAME.fullmatch(entry.name) or not entry.value.strip():
            yield error(
                "input-malformed",
                "“{name}”有一项输入没有写全：请填写名称（字母开头）和值。",
                node,
            )
        elif entry.name in seen:
            yield error(
                "input-twice", "“{name}”的输入“{input}”写了两次：请只留一个。", node,
                input=entry.name,
            )  # fmt: skip
        seen.add(entry.name)


# ---- definitions ---------------------------------------------------------------------------------


def _variables(drawing: Drawing) -> Iterator[Problem]:
    outcomes = {outcome_variable(node.id) for node in drawing.nodes.values() if outcomes_of(node)}
    types: dict[str, str] = {}
    for scope in drawing.scopes.values():
        for variable in scope.variables:
            name = variable.name
            if scope.parent is not None:
                yield error(
                    "variable-misplaced",
                    "流程变量“{name}”声明在子流程里：请移到流程上。",
                    scope,
                    line=variable.line,
                    name=name,
                )
            if not dialect.NAME.fullmatch(name) or name in _FEEL_WORDS:
                yield error(
                    "variable-malformed",
                    "流程变量名“{name}”不能用：应以字母开头，只含字母、数字和下划线，"
                    "且不是 FEEL 的保留字。",
                    scope,
                    line=variable.line,
                    name=name,
                )
            elif name == OUTCOME or name in outcomes:
                yield error(
                    "variable-reserved",
                    "流程变量名“{name}”是留给办理结果的：请换一个。",
                    scope,
                    line=variable.line,
                    name=name,
                )
            if variable.type not in dialect.VARIABLE_TYPES:
                yield error(
                    "variable-type-unknown",
                    "流程变量“{name}”的类型“{type}”不存在，可用的有：{known}。",
                    scope,
                    line=variable.line,
                    name=name,
                    type=variable.type,
                    known="、".join(dialect.VARIABLE_TYPES),
                )
            if types.setdefault(name, variable.type) != variable.type:
                yield error(
                    "variable-type-differs",
                    "流程变量“{name}”在两处声明的类型不同：请改成一样。",
                    scope,
                    line=variable.line,
                    name=name,
                )


def _foreign(at: Node | Scope) -> Iterator[Problem]:
    for found in at.foreign:
        if any(word in found.name.lower() for word in _EXECUTABLE):
            yield error(
                "script-refused",
                "“{name}”带有其他产品的脚本或监听器“{extension}”，平台不执行这类代码：请删去。",
                at,
                line=found.line,
                extension=found.name,
            )
        else:
            yield warning(
                "foreign-extension",
                "“{name}”带有其他产品的扩展“{extension}”，不会起作用。",
                at,
                line=found.line,
                extension=found.name,
            )
