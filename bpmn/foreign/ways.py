"""Flows: beginnings and ends, splits nobody drew, and conditions in FEEL."""

from lxml import etree  # type: ignore[import-untyped]

from bpmn import dialect
from bpmn.foreign.conditions import Translated, translate
from bpmn.foreign.report import label
from bpmn.foreign.tree import (
    MAX_NOTE,
    NODE_TAGS,
    Tree,
    definitions_of,
    is_scope,
    local,
    ow,
    q,
    text_of,
)
from bpmn.safexml import Element, split

_CHOOSING = ("exclusiveGateway", "inclusiveGateway")
_MANY = (*_CHOOSING, "parallelGateway", "eventBasedGateway")


def convert(tree: Tree) -> None:
    for scope in tree.scopes():
        _ends_of_flows(tree, scope)
    for scope in tree.scopes():
        _ends(tree, scope)
        _starts(tree, scope)
        _tails(tree, scope)
    for scope in tree.scopes():
        for node in tree.nodes(scope):
            if local(node) not in _MANY:
                _splits(tree, node)
            _default(tree, node)
    for scope in tree.scopes():
        for node in tree.nodes(scope):
            _conditions(tree, node)
    _declare(tree)


# ---- where flows begin and end ------------------------------------------------------------------


def _ends_of_flows(tree: Tree, scope: Element) -> None:
    for flow in tree.flows(scope):
        source = tree.ids.get(flow.get("sourceRef") or "")
        target = tree.ids.get(flow.get("targetRef") or "")
        drawn = [each is not None and each.tag in NODE_TAGS for each in (source, target)]
        if source is None or target is None or not all(drawn):
            tree.report.dropped(
                flow, "flow-dangling", "连线“{name}”的一端没有接到任何元素，没有带入。"
            )
            tree.remove(flow)
        elif source.getparent() is target.getparent() is not scope:
            source.getparent().append(flow)  # drawn in the wrong drawer, no more


def _ends(tree: Tree, scope: Element) -> None:
    """An end that goes on isn't one; a start that is led to isn't one either."""
    for node in tree.nodes(scope):
        if local(node) == "endEvent" and tree.outgoing(node):
            for definition in definitions_of(node):
                if local(definition) not in ("messageEventDefinition", "escalationEventDefinition"):
                    node.remove(definition)
            node.tag = q("intermediateThrowEvent")
            tree.report.rewritten(
                node, "end-goes-on", "结束事件“{name}”后面还有连线，已改为中间事件。"
            )
        elif local(node) == "startEvent" and tree.incoming(node):
            node.tag = q("intermediateThrowEvent")
            tree.report.rewritten(
                node, "start-led-to", "开始事件“{name}”前面有连线，已改为中间事件。"
            )


def _starts(tree: Tree, scope: Element) -> None:
    """Exactly one start: none becomes one, several are chosen from."""
    nodes = tree.nodes(scope)
    if not nodes:
        return
    starts = [node for node in nodes if local(node) == "startEvent"]
    if len(starts) == 1:
        return
    if starts:
        start = tree.add(scope, "startEvent", scope, f"{scope.get('id')}_start")
        choice = tree.add(scope, "exclusiveGateway", scope, f"{scope.get('id')}_which_start")
        tree.connect(start, choice)
        for former in starts:
            former.tag = q("intermediateThrowEvent")
            tree.connect(choice, former, " ".join((former.get("name") or "").split()))
        tree.report.fill_in(
            scope,
            "several-starts",
            "“{name}”有 {count} 个开始事件，已合为一个，后接网关选择：请填写各条连线的条件。",
            count=len(starts),
        )
        return
    led_to = {flow.get("targetRef") for flow in tree.flows(scope)}
    heads = [n for n in nodes if n.get("id") not in led_to and local(n) != "boundaryEvent"]
    heads = heads or nodes[:1]
    start = tree.add(scope, "startEvent", scope, f"{scope.get('id')}_start")
    first = start
    if len(heads) > 1:
        first = tree.add(scope, "parallelGateway", scope, f"{scope.get('id')}_fork")
        tree.connect(start, first)
    for head in heads:
        tree.connect(first, head)
    tree.report.rewritten(
        scope,
        "start-made",
        "“{name}”没有画开始事件，已补上；它原有 {count} 个起点，都接在后面。",
        count=len(heads),
    )


def _tails(tree: Tree, scope: Element) -> None:
    """What leads nowhere ends: said by BPMN, drawn by us."""
    nodes = tree.nodes(scope)
    if not nodes:
        return
    left = {flow.get("sourceRef") for flow in tree.flows(scope)}
    tails = [
        node
        for node in nodes
        if node.get("id") not in left
        and local(node) != "endEvent"
        and node.get("triggeredByEvent") != "true"
        and node.find(q("linkEventDefinition")) is None
    ]
    ends = [node for node in nodes if local(node) == "endEvent"]
    if not tails and ends:
        return
    if not tails:
        return  # goes round for ever; lint says so
    end = tree.add(scope, "endEvent", tails[0], f"{scope.get('id')}_end")
    for tail in tails:
        tree.connect(tail, end)
        tree.report.rewritten(tail, "end-made", "“{name}”后面没有连线，已接到结束事件。")


def _splits(tree: Tree, node: Element) -> None:
    flows = tree.outgoing(node)
    conditional = [flow for flow in flows if text_of(flow, "conditionExpression")]
    if len(flows) <= 1:
        for flow in conditional:
            _note_condition(tree, flow, text_of(flow, "conditionExpression"))
            tree.report.dropped(
                flow,
                "condition-alone",
                "从“{source}”出发的唯一连线带有条件，已去掉（记在说明里）：要按条件走，请加网关。",
                source=label(node),
            )
        return
    kind = "inclusiveGateway" if conditional else "parallelGateway"
    gateway = tree.add(node.getparent(), kind, node, f"{node.get('id')}_split")
    if default := node.attrib.pop("default", None):
        gateway.set("default", default)
    for flow in flows:
        flow.set("sourceRef", gateway.get("id"))
        if conditional and flow not in conditional and flow.get("id") != default:
            condition = etree.SubElement(flow, q("conditionExpression"))
            condition.text = "true"
    tree.connect(node, gateway)
    tree.report.rewritten(
        node,
        "split-made",
        "从“{name}”直接分出 {count} 条连线，已在后面画出{gateway}。",
        count=len(flows),
        gateway="包容网关" if conditional else "并行网关",
    )


def _default(tree: Tree, node: Element) -> None:
    default = node.get("default")
    if default is None:
        return
    if local(node) not in _CHOOSING or default not in {f.get("id") for f in tree.outgoing(node)}:
        del node.attrib["default"]
        tree.report.dropped(node, "default-dropped", "“{name}”的默认连线指不到它的连线，已去掉。")


# ---- conditions ---------------------------------------------------------------------------------


def _conditions(tree: Tree, node: Element) -> None:
    flows = tree.outgoing(node)
    if local(node) not in _CHOOSING:
        for flow in flows:
            for condition in flow.findall(q("conditionExpression")):
                flow.remove(condition)
        return
    if len(flows) == 1:
        for condition in flows[0].findall(q("conditionExpression")):
            flows[0].remove(condition)
        return
    for flow in flows:
        _condition(tree, node, flow)
    _outcomes(tree, node, flows)


def _condition(tree: Tree, gateway: Element, flow: Element) -> None:
    text = text_of(flow, "conditionExpression")
    for condition in flow.findall(q("conditionExpression")):
        flow.remove(condition)
    if flow.get("id") == gateway.get("default") or not text:
        return
    found = Translated(text.removeprefix("=").strip()) if tree.ours else translate(text)
    clash = found is not None and any(
        tree.variables.get(name, kind) != kind for name, kind in found.variables.items()
    )
    if found is None or clash:
        _note_condition(tree, flow, text)
        tree.report.fill_in(
            flow,
            "condition-to-fill",
            "网关“{gateway}”的条件“{condition}”没有译出，记在连线的说明里：请用 FEEL 填写。",
            gateway=label(gateway),
            condition=text[:200],
        )
        return
    tree.variables.update(found.variables)
    condition = etree.SubElement(flow, q("conditionExpression"))
    condition.text = found.feel
    if found.feel != text.removeprefix("=").strip():
        tree.report.rewritten(
            flow,
            "condition-translated",
            "条件“{condition}”已写成 FEEL：{feel}。",
            condition=text[:200],
            feel=found.feel,
        )


def _note_condition(tree: Tree, flow: Element, text: str) -> None:
    tree.remember(flow, f"原条件：{text[:MAX_NOTE]}")
    for condition in flow.findall(q("conditionExpression")):
        flow.remove(condition)


def _outcomes(tree: Tree, gateway: Element, flows: list[Element]) -> None:
    """Named ways straight after a person's step are that step's buttons."""
    before = tree.incoming(gateway)
    step = tree.ids.get(before[0].get("sourceRef") or "") if len(before) == 1 else None
    if (
        step is None
        or local(step) not in dialect.HUMAN_TASKS
        or local(gateway) != "exclusiveGateway"
        or step.get(ow("outcomes"))
        or any(flow.find(q("documentation")) is not None for flow in flows)
        or any(flow.find(q("conditionExpression")) is not None for flow in flows)
    ):
        return
    names = [" ".join((flow.get("name") or "").split()) for flow in flows]
    clean = [name.translate(str.maketrans(";|:", "；｜：")) for name in names]
    if not all(clean) or len(set(clean)) < len(clean) or any(len(name) > 40 for name in clean):
        return
    keys = [f"way_{n}" for n in range(1, len(flows) + 1)]
    step.set(ow("outcomes"), ";".join(f"{k}:{n}" for k, n in zip(keys, clean, strict=True)))
    gateway.attrib.pop("default", None)
    for flow, key in zip(flows, keys, strict=True):
        condition = etree.SubElement(flow, q("conditionExpression"))
        condition.text = f'{step.get("id")}_outcome = "{key}"'
    tree.report.rewritten(
        gateway,
        "outcomes-made",
        "网关“{name}”的连线没有条件，但紧跟在“{step}”之后，已把连线名称（{ways}）作为这一步的办理结果。",
        step=label(step),
        ways="、".join(clean),
    )


def _declare(tree: Tree) -> None:
    """Variables the conditions read, declared on the process; their values are to be given."""
    process = tree.root.find(q("process"))
    holder = process.find(q("extensionElements"))
    known = set()
    if holder is not None:
        known = {each.get("name") for each in holder if split(each.tag) == (dialect.OW, "variable")}
    outcomes = {
        f"{each.get('id')}_outcome"
        for each in process.iter()
        if each.get(ow("outcomes")) or is_scope(each)
    }
    for name, kind in tree.variables.items():
        if name in known or name in outcomes or name == "outcome":
            continue
        if holder is None:
            holder = etree.Element(q("extensionElements"))
            process.insert(0, holder)
        etree.SubElement(holder, ow("variable"), name=name, type=kind)
        tree.report.fill_in(
            process,
            "variable-to-give",
            "条件里用到“{variable}”，已声明为流程变量（{type}）：请在事项的变量里写明它从哪里来。",
            variable=name,
            type=dialect.VARIABLE_TYPE_NAMES[kind],
        )
