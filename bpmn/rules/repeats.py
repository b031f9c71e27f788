"""Loops: how often, over what, and where the results go."""

from collections.abc import Iterator

from bpmn.build import outcome_variable
from bpmn.dialect import NAME
from bpmn.drawing import ACTIVITIES, Drawing, Loop, Node
from bpmn.loops import MAX_INSTANCES, MAX_PASSES
from bpmn.problems import Problem
from bpmn.rules.report import error, warning
from bpmn.rules.ways import outcomes_of


def check(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes.values():
        if node.loop is None:
            continue
        if node.tag not in ACTIVITIES:
            yield error("loop-misplaced", "“{name}”不能循环：请去掉循环标记。", node)
        elif node.loop.kind == "standard":
            yield from _standard(node, node.loop)
        else:
            yield from _times(node, node.loop)
            yield from _names(drawing, node, node.loop)


def _standard(node: Node, loop: Loop) -> Iterator[Problem]:
    if loop.maximum is None and loop.condition is None:
        yield error(
            "loop-unbounded",
            "“{name}”的循环没有写明何时结束：请填写循环条件或最多次数。",
            node,
        )
    elif loop.maximum is not None:
        if not loop.maximum.isdigit() or not 1 <= int(loop.maximum) <= MAX_PASSES:
            yield error(
                "loop-maximum-malformed",
                "“{name}”的最多次数“{maximum}”应是 1 到 {limit} 的整数。",
                node,
                maximum=loop.maximum,
                limit=MAX_PASSES,
            )
    else:
        yield warning(
            "loop-maximum-missing",
            "“{name}”的循环没有写最多次数，最多办 {limit} 次后会继续往下走。",
            node,
            limit=MAX_PASSES,
        )


def _times(node: Node, loop: Loop) -> Iterator[Problem]:
    if loop.count is None and loop.collection is None:
        yield error(
            "loop-count-missing",
            "多实例“{name}”没有写明办几份：请填写份数，或选择一个列表变量逐项办理。",
            node,
        )
    elif loop.count is not None and loop.collection is not None:
        yield error("loop-count-twice", "多实例“{name}”同时写了份数和列表：请只留一个。", node)
    elif (loop.count or "").isdigit() and not 1 <= int(loop.count or 0) <= MAX_INSTANCES:
        yield error(
            "too-many-instances",
            "多实例“{name}”的份数“{count}”应在 1 到 {limit} 之间。",
            node,
            count=loop.count,
            limit=MAX_INSTANCES,
        )


def _names(drawing: Drawing, node: Node, loop: Loop) -> Iterator[Problem]:
    variables = drawing.variables
    if (
        loop.collection is not None
        and NAME.fullmatch(loop.collection)
        and variables.get(loop.collection) != "list"
    ):
        yield error(
            "loop-list-unknown",
            "多实例“{name}”要逐项办理的“{variable}”不是已声明的列表变量："
            "请在流程上声明它，类型选“列表”。",
            node,
            variable=loop.collection,
        )
    if loop.item is not None:
        if not NAME.fullmatch(loop.item):
            yield error(
                "loop-item-malformed",
                "多实例“{name}”的项目名“{item}”应以字母开头，只含字母、数字和下划线。",
                node,
                item=loop.item,
            )
        elif loop.item in variables:
            yield error(
                "loop-item-taken",
                "多实例“{name}”的项目名“{item}”与流程变量重名：请换一个。",
                node,
                item=loop.item,
            )
    if loop.collection is not None and loop.item is None:
        yield warning(
            "loop-item-missing",
            "多实例“{name}”没有给列表的每一项起名，各份之间分不出在办哪一项。",
            node,
        )
    if (loop.result is None) != (loop.result_item is None):
        yield error(
            "loop-result-incomplete",
            "多实例“{name}”汇总结果要同时写明“汇总到哪个列表”和“汇总哪个变量”：请补全。",
            node,
        )
        return
    if loop.result is not None and variables.get(loop.result) != "list":
        yield error(
            "loop-result-unknown",
            "多实例“{name}”的结果要汇总到“{variable}”，但它不是已声明的列表变量："
            "请在流程上声明它，类型选“列表”。",
            node,
            variable=loop.result,
        )
    outcomes = {outcome_variable(each.id) for each in drawing.nodes.values() if outcomes_of(each)}
    if loop.result_item is not None and loop.result_item not in {*variables, *outcomes, loop.item}:
        yield error(
            "loop-result-unknown",
            "多实例“{name}”要汇总的“{variable}”既不是流程变量，也不是哪一步的办理结果：请检查名称。",
            node,
            variable=loop.result_item,
        )
