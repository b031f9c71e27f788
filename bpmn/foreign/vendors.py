"""What other products write beside BPMN: who, which form, how it runs. Ours where it is plain,
a note where somebody has to decide, dropped with a word where nothing here would run it."""

import re
from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]

from bpmn import dialect, times
from bpmn.foreign.tree import MAX_NOTE, NODE_TAGS, Tree, local, ow, q, text_of
from bpmn.safexml import Element, split

_KNOWN = frozenset({"", dialect.BPMN, dialect.OW, dialect.XSI})
_PEOPLE = {"assignee": "指定", "candidateGroups": "候选组", "candidateUsers": "候选人",
           "owner": "负责人"}  # fmt: skip
_FORM = ("formKey", "formRef", "formId", "externalReference", "formReference")
_RUNS = ("class", "delegateExpression", "expression", "topic", "implementation")
_DUE = ("dueDate",)
_LISTENERS = frozenset({"executionListener", "taskListener", "executionListeners",
                        "taskListeners", "eventListener", "listener"})  # fmt: skip
_CODE = frozenset({"connector", "inputOutput", "ioMapping", "in", "out", "field", "script",
                   "failedJobRetryTimeCycle", "taskHeaders"})  # fmt: skip
_CODE_DROPPED = "“{name}”上的“{part}”没有带入：平台不执行其他产品的代码和数据映射。"
_FORMS = frozenset({"formData", "formProperty"})
_DAYS = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(\d+)H)?")


def take_over(tree: Tree) -> None:
    """Read and remove every vendor's attributes and extension elements of the process."""
    for element in list(tree.root.iter(f"{{{dialect.BPMN}}}*")):
        if local(element) == "extensionElements":
            continue
        said = dict(_attributes(tree, element))
        for extension in _extensions(tree, element):
            _of_extension(tree, element, extension, said)
        if element.tag in NODE_TAGS:
            _of_node(tree, element, said)
        elif local(element) == "multiInstanceLoopCharacteristics":
            _of_loop(element, said)


def _attributes(tree: Tree, element: Element) -> Iterator[tuple[str, str]]:
    for key, value in list(element.attrib.items()):
        namespace, name = split(key)
        if namespace in _KNOWN:
            continue
        del element.attrib[key]
        if name in (*_PEOPLE, *_FORM, *_RUNS, *_DUE, "decisionRef", "collection",
                    "elementVariable"):  # fmt: skip
            yield name, value.strip()
        else:
            _counted(tree, element, namespace)


def _extensions(tree: Tree, element: Element) -> Iterator[Element]:
    for holder in element.findall(q("extensionElements")):
        for extension in list(holder):
            if not isinstance(extension.tag, str) or split(extension.tag)[0] == dialect.OW:
                continue
            holder.remove(extension)
            yield extension
        if len(holder) == 0:
            element.remove(holder)


def _of_extension(tree: Tree, element: Element, extension: Element, said: dict[str, str]) -> None:
    kind = split(extension.tag)[1]
    if kind in ("assignmentDefinition", "formDefinition", "taskSchedule"):
        for name, value in extension.attrib.items():
            said[split(name)[1]] = value.strip()
    elif kind == "taskDefinition":
        said["topic"] = extension.get("type") or ""
    elif kind == "calledDecision":
        said["decisionRef"] = (extension.get("decisionId") or "").lstrip("= ")
    elif kind == "loopCharacteristics":
        said["collection"] = (extension.get("inputCollection") or "").lstrip("= ")
        said["elementVariable"] = extension.get("inputElement") or ""
    elif kind in _FORMS:
        fields = [each.get("label") or each.get("name") or each.get("id") or ""
                  for each in (extension, *extension.iter(etree.Element))
                  if local(each) in ("formField", "formProperty")]  # fmt: skip
        said["fields"] = "、".join(filter(None, [said.get("fields", ""), *fields]))[:MAX_NOTE]
    elif kind in _LISTENERS:
        tree.report.dropped(
            element, "listener-dropped", "“{name}”上的监听器没有带入：平台不执行其他产品的代码。"
        )
    elif kind in _CODE:
        tree.report.dropped(element, "code-dropped", _CODE_DROPPED, part=kind)
    else:
        _counted(tree, element, split(extension.tag)[0])


def _counted(tree: Tree, element: Element, namespace: str) -> None:
    tree.report.counted(
        element, "extensions-dropped",
        "其他产品的 {count} 处附加内容没有带入，它们只对原产品有用（{what}）。",
        namespace or "（无命名空间）",
    )  # fmt: skip


# ---- steps --------------------------------------------------------------------------------------


def _of_node(tree: Tree, node: Element, said: dict[str, str]) -> None:
    human = local(node) in dialect.HUMAN_TASKS
    people = [*_resources(tree, node)]
    people += [f"{what}：{said[name]}" for name, what in _PEOPLE.items() if said.get(name)]
    if human and not node.get(ow("assign")):
        _assign(tree, node, people, said)
    form = next((said[name] for name in _FORM if said.get(name)), "")
    if form or said.get("fields"):
        what = "；".join(filter(None, [form, said.get("fields", "")]))
        tree.remember(node, f"原表单：{what}")
        tree.report.fill_in(
            node,
            "form-to-make",
            "“{name}”原来用表单“{form}”：请在表单设计里做好，再选到这一步上。",
            form=what[:120],
        )
    if human and said.get("dueDate"):
        _limit(tree, node, said["dueDate"])
    if local(node) == "businessRuleTask":
        _decision(tree, node, said)
    elif not human:
        runs = next((said[name] for name in _RUNS if said.get(name)), "")
        if runs:
            tree.remember(node, f"原来由程序执行：{runs[:MAX_NOTE]}")
            tree.report.dropped(node, "code-dropped", _CODE_DROPPED, part=runs[:120])


def _assign(tree: Tree, node: Element, people: list[str], said: dict[str, str]) -> None:
    role = said.get("candidateGroups", "")
    if role in dialect.ROLES and not said.get("assignee"):
        node.set(ow("assign"), f"role:{role}")
        tree.report.rewritten(
            node,
            "assign-taken",
            "“{name}”的候选组“{role}”与本平台的角色同名，已照此填写。",
            role=role,
        )
    elif people:
        who = "；".join(people)[:MAX_NOTE]
        tree.remember(node, f"原办理人：{who}")
        tree.report.fill_in(
            node, "assign-to-fill", "“{name}”原来由“{people}”办理：请填写办理人。", people=who[:120]
        )


def _resources(tree: Tree, node: Element) -> Iterator[str]:
    """BPMN's own way of saying who: resource roles, by name, reference or expression."""
    for role in list(node):
        if local(role) not in ("potentialOwner", "humanPerformer", "performer", "resourceRole"):
            continue
        node.remove(role)
        resource = tree.ids.get(text_of(role, "resourceRef"))
        formal = "".join(
            "".join(each.itertext()) for each in role.iter(q("formalExpression"))
        ).strip()
        name = (resource.get("name") if resource is not None else "") or formal or role.get("name")
        if name:
            yield f"资源：{name}"


def _limit(tree: Tree, node: Element, due: str) -> None:
    match = _DAYS.fullmatch(due.strip('"= '))
    weeks, days, hours = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    limit = f"{hours}h" if hours and not weeks + days else f"{weeks * 7 + days}d" * (not hours)
    if limit.strip("0dh") and len(limit) <= 4 and not node.get(ow("limit")):
        node.set(ow("limit"), limit)
        tree.report.rewritten(
            node,
            "limit-taken",
            "“{name}”的到期时间“{due}”已写成时限 {limit}。",
            due=due,
            limit=limit,
        )
    else:
        tree.remember(node, f"原到期时间：{due}")
        tree.report.fill_in(
            node, "limit-to-fill", "“{name}”的到期时间“{due}”没有译出：请填写时限。", due=due[:120]
        )


def _decision(tree: Tree, node: Element, said: dict[str, str]) -> None:
    key = said.get("decisionRef", "")
    if dialect.KEY.fullmatch(key) and not node.get(ow("decision")):
        node.set(ow("decision"), key)
        tree.report.fill_in(
            node,
            "decision-to-make",
            "“{name}”要用决策表“{key}”：请在决策表里新建或导入它。",
            key=key,
        )


def _of_loop(loop: Element, said: dict[str, str]) -> None:
    for foreign, name in (("collection", "collection"), ("elementVariable", "item")):
        value = re.sub(r"^[$#]\{(.*)\}$", r"\1", said.get(foreign, ""))
        if dialect.NAME.fullmatch(value) and not loop.get(ow(name)):
            loop.set(ow(name), value)


def is_time(text: str) -> bool:
    """Whether a timer's text is a time our engine keeps."""
    return times.is_literal(text) and len(text) <= 40
