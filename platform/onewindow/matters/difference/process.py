"""Two drawings: elements by id, each property in words; connections between them; variables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import bpmn
from bpmn import dialect
from bpmn.drawing import GATEWAYS, Drawing, Flow, Node
from bpmn.problems import Malformed
from onewindow.matters.difference.change import Change, Kind
from onewindow.matters.difference.values import altered, quoted
from onewindow.matters.package import Package
from onewindow.people.rules import role_name
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _
from onewindow.web.words import span_words

PART = "process.bpmn"

_KINDS: Mapping[str, object] = {
    "serviceTask": N_("自动环节"), "businessRuleTask": N_("决策环节"), "startEvent": N_("开始"),
    "endEvent": N_("结束"), "boundaryEvent": N_("边界事件"), "callActivity": N_("调用的流程"),
    "subProcess": N_("子流程"), "sendTask": N_("发送任务"), "receiveTask": N_("接收任务"),
    "intermediateCatchEvent": N_("等待"), "intermediateThrowEvent": N_("中间事件"),
}  # fmt: skip
_TYPES: Mapping[str, object] = {
    "exclusiveGateway": N_("选择"), "parallelGateway": N_("并行"), "inclusiveGateway": N_("多选"),
    "eventBasedGateway": N_("事件"), "userTask": N_("人工环节"), "manualTask": N_("人工环节"),
    "task": N_("人工环节"),
}  # fmt: skip
_PLACES: Mapping[str, object] = {
    "filing": N_("收件地"), "owner": N_("事项所属机构"), "city": N_("市级"),
    "county": N_("县级"), "township": N_("乡镇"), "village": N_("村级"),
}  # fmt: skip
_ACCESS: Mapping[str, object] = {
    "read": N_("只读"), "edit": N_("可填"), "hide": N_("隐藏"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProcessNames:
    """What departments, posts and people are called: "department:housing" → "住房局"."""

    names: Mapping[str, str]

    def of(self, kind: str, key: str) -> str:
        return self.names.get(f"{kind}:{key}", key)


def process_changes(
    before: Package, after: Package, names: ProcessNames
) -> tuple[list[Change], dict[str, Kind]]:
    """Changes of the drawing, and element → what became of it."""
    area = _("流程")
    if before.process == after.process:
        return [], {}
    if not before.process:
        return [Change("added", PART, area, _("流程图"))], {}
    try:
        old, new = bpmn.read(before.process.encode()), bpmn.read(after.process.encode())
    except bpmn.Unreadable:
        return [Change("changed", PART, area, _("流程图"))], {}
    found = _Comparing(old, new, names, before, after)
    changes = [*found.nodes(), *found.flows(), *found.variables()]
    if not changes:
        changes.append(Change("changed", PART, area, _("流程图中图形的位置")))
    return changes, found.marks


class _Comparing:
    def __init__(
        self, old: Drawing, new: Drawing, names: ProcessNames, before: Package, after: Package
    ) -> None:
        self.old, self.new, self.names = old, new, names
        self.english = {**_steps(before), **_steps(after)}
        self.marks: dict[str, Kind] = {}
        self.area = _("流程")

    def nodes(self) -> Iterator[Change]:
        for id in dict.fromkeys([*self.old.nodes, *self.new.nodes]):
            was, is_now = self.old.nodes.get(id), self.new.nodes.get(id)
            if was is None and is_now is not None:
                yield self._whole("added", is_now)
            elif was is not None and is_now is None:
                yield self._whole("removed", was)
            elif was is not None and is_now is not None:
                for change in self._within(was, is_now):
                    self.marks[id] = "changed"
                    yield change

    def flows(self) -> Iterator[Change]:
        """Connections by what they join: an id means nothing to people and is often made anew."""
        was, is_now = _joined(self.old), _joined(self.new)
        for ends in dict.fromkeys([*was, *is_now]):
            old, new = was.get(ends), is_now.get(ends)
            kind: Kind = "added" if old is None else "removed" if new is None else "changed"
            flow = new or old
            assert flow is not None
            subject = self._flow_subject(flow, self.old if new is None else self.new)
            if old is not None and new is not None:
                properties = (
                    (_("名称"), quoted(old.name), quoted(new.name)),
                    (_("条件"), old.condition or "", new.condition or ""),
                )
                for what, one, other in properties:
                    if one != other:
                        self.marks[new.id] = self.marks[old.id] = "changed"
                        yield altered(PART, self.area, subject, new.id, what, one, other)
                continue
            self.marks[flow.id] = kind
            if not any(self.marks.get(end) == kind for end in ends):
                yield Change(kind, PART, self.area, subject, flow.id)

    def variables(self) -> Iterator[Change]:
        was, is_now = self.old.variables, self.new.variables
        for name in dict.fromkeys([*was, *is_now]):
            subject = _("流程变量“{name}”", name=name)
            if name not in was or name not in is_now:
                kind: Kind = "added" if name not in was else "removed"
                yield Change(kind, PART, self.area, subject, name)
            elif was[name] != is_now[name]:
                one, other = (
                    _(dialect.VARIABLE_TYPE_NAMES.get(each, each))
                    for each in (was[name], is_now[name])
                )
                yield altered(PART, self.area, subject, name, _("类型"), one, other)

    def _whole(self, kind: Kind, node: Node) -> Change:
        self.marks[node.id] = kind
        return Change(kind, PART, self.area, self._subject(node), node.id)

    def _within(self, was: Node, is_now: Node) -> Iterator[Change]:
        old, new = self._properties(was, self.old), self._properties(is_now, self.new)
        for what in dict.fromkeys([*old, *new]):
            one, other = old.get(what, ""), new.get(what, "")
            if one != other:
                subject = self._subject(was if what == _("名称") else is_now)
                yield altered(PART, self.area, subject, is_now.id, what, one, other)

    def _properties(self, node: Node, drawing: Drawing) -> dict[str, str]:
        """Everything a node says, by what it is called."""
        found = {
            _("名称"): quoted(node.name),
            _("类型"): _(str(_TYPES.get(node.tag, _KINDS.get(node.tag, node.tag)))),
            _("说明"): node.documentation,
            _("泳道"): self._lane(node),
            _("默认走向"): self._target(node, drawing),
            _("所附环节"): self._named(node.attached_to, drawing),
            _("等待"): node.event.timer[1] if node.event.timer else node.event.name or "",
            _("会中断所附环节"): self._interrupts(node),
            _("调用的流程"): node.called or "",
        }
        for name, text in node.ow.items():
            found[_(str(_ATTRIBUTES.get(name, f"ow:{name}")))] = self._value(name, text, drawing)
        for each in node.inputs:
            found[_("输入“{name}”", name=each.name)] = each.value
        if node.loop is not None:
            told = (node.loop.kind, node.loop.count, node.loop.collection, node.loop.condition)
            found[_("重复")] = " ".join(text for text in (*told, node.loop.completion) if text)
        return found

    def _value(self, name: str, text: str, drawing: Drawing) -> str:
        """An attribute of ours in words; what can't be read stays as it is written."""
        try:
            match name:
                case "limit":
                    return span_words(str(dialect.parse_limit(text)))
                case "stage":
                    return quoted(_(dialect.STAGE_NAMES.get(text, text)))
                case "operation":
                    return quoted(_(dialect.OPERATION_NAMES.get(text, text)))
                case "assign" if not dialect.is_expression(text):
                    return quoted(self._assign(dialect.parse_assign(text)))
                case "outcomes":
                    english = language() == "en"
                    each = dialect.parse_outcomes(text)
                    return _listed([one.en if english else one.zh for one in each])
                case "fields":
                    said = dialect.parse_fields(text).items()
                    return _listed([f"{key}{_('：')}{_(str(_ACCESS[how]))}" for key, how in said])
                case "differs-from":
                    steps = dialect.parse_words(text)
                    return _listed([self._named(step, drawing) for step in steps])
                case "papers":
                    return _listed(list(dialect.parse_words(text)))
        except Malformed:
            pass
        return text

    def _assign(self, who: dialect.Assign) -> str:
        parts = [
            _(str(_PLACES[who.at])) if who.at else "",
            self.names.of("department", who.department) if who.department else "",
            self.names.of("post", who.post) if who.post else "",
            role_name(who.role, language()) if who.role else "",
            who.person or "",
        ]
        return " · ".join(part for part in parts if part)

    def _lane(self, node: Node) -> str:
        if not node.lane:
            return ""
        return quoted(self.english.get(node.lane, node.lane) if language() == "en" else node.lane)

    def _target(self, node: Node, drawing: Drawing) -> str:
        if node.default is None:
            return ""
        flows = drawing.scopes[node.scope].flows
        target = next((flow.target for flow in flows if flow.id == node.default), None)
        return self._named(target, drawing)

    def _interrupts(self, node: Node) -> str:
        if node.tag != "boundaryEvent":
            return ""
        return quoted(_("是") if node.interrupting else _("否"))

    def _named(self, id: str | None, drawing: Drawing) -> str:
        # By the name it has now: a step that only changed its name is still the same one.
        node = self.new.nodes.get(id or "") or drawing.nodes.get(id or "")
        return quoted(self._label(node)) if node is not None else id or ""

    def _label(self, node: Node) -> str:
        return self.english.get(node.id, node.label) if language() == "en" else node.label

    def _subject(self, node: Node) -> str:
        name = self._label(node)
        if node.tag in dialect.HUMAN_TASKS:
            return _("环节“{name}”", name=name)
        if node.tag in GATEWAYS:
            return _("网关“{name}”", name=name)
        kind = _(str(_KINDS.get(node.tag, node.tag)))
        return _("{kind}“{name}”", kind=kind, name=name)

    def _flow_subject(self, flow: Flow, drawing: Drawing) -> str:
        ends = [self._label(drawing.nodes[end]) if end in drawing.nodes else end
                for end in (flow.source, flow.target)]  # fmt: skip
        return _("从“{source}”到“{target}”的连线", source=ends[0], target=ends[1])


_ATTRIBUTES: Mapping[str, object] = {
    "stage": N_("办理阶段"), "form": N_("表单"), "assign": N_("办理人"), "limit": N_("时限"),
    "outcomes": N_("办理结果"), "fields": N_("字段权限"), "differs-from": N_("回避的环节"),
    "papers": N_("文书"), "operation": N_("操作"), "decision": N_("决策表"),
    "result": N_("结果变量"), "correlation": N_("关联条件"),
}  # fmt: skip


def _steps(package: Package) -> Mapping[str, str]:
    steps = package.definition.get("steps", {})
    return steps if isinstance(steps, Mapping) else {}


def _joined(drawing: Drawing) -> dict[tuple[str, str], Flow]:
    return {
        (flow.source, flow.target): flow
        for scope in drawing.scopes.values()
        for flow in scope.flows
    }


def _listed(words: list[str]) -> str:
    return (", " if language() == "en" else "、").join(words)
