"""Outcomes by which a drawing turns an applicant away, and whether they get it in writing.

A refusal must be told in writing, with its reasons and remedies (Administrative Licensing Law
art. 32 and 38). Not accepting and not granting are verbs of the platform: they make the notice and
the report by themselves. A drawing may still let a way end after somebody says no; on that way a
paper must be made, or a step that accepts or decides must follow.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bpmn.build import OUTCOME, outcome_variable
from bpmn.dialect import HUMAN_TASKS, Outcome, parse_words
from bpmn.drawing import SUBPROCESSES, Drawing, Flow, Node, Scope
from bpmn.problems import Malformed
from bpmn.quick import comparison
from bpmn.steps import step_of

_IDS = frozenset(
    {"deny", "denied", "refuse", "refused", "reject", "rejected", "disagree", "not_accept",
     "not_accepted", "not_grant", "not_granted", "fail", "failed", "unqualified"}
)  # fmt: skip
_SAYINGS = re.compile("不予|不准|不同意|不通过|不受理|不合格|驳回|拒绝|否决")
_VERBS = frozenset({"accept", "decide"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An outcome that turns somebody away without telling them rightly. `why`: "verb" where the
    platform's own verb must be used, "unwritten" where no paper is made before the end."""

    element: str
    step: str
    outcome: str
    why: Literal["verb", "unwritten"]


def wrong_refusals(drawing: Drawing) -> Iterator[Refusal]:
    """Every refusing outcome that isn't told as law wants it, in document order."""
    for scope in drawing.scopes.values():
        for node in scope.nodes.values():
            for outcome in _outcomes(node):
                if not refuses(outcome):
                    continue
                if _stage(node) in _VERBS:
                    yield Refusal(node.id, node.label, outcome.zh, "verb")
                elif not _tells(node) and _Walk(drawing, node, outcome.id).ends_untold():
                    yield Refusal(node.id, node.label, outcome.zh, "unwritten")


def refuses(outcome: Outcome) -> bool:
    """Whether an outcome says no, by its id or its words."""
    return outcome.id in _IDS or bool(_SAYINGS.match(outcome.zh))


class _Walk:
    """From a step with one of its outcomes, every way that may be taken."""

    def __init__(self, drawing: Drawing, step: Node, outcome: str) -> None:
        self.drawing = drawing
        self.step = step
        self.outcome = outcome
        self.seen: set[tuple[str, bool]] = set()

    def ends_untold(self) -> bool:
        return self._after(self.drawing.scopes[self.step.scope], self.step, fresh=True)

    def _after(self, scope: Scope, node: Node, fresh: bool) -> bool:
        flows = self._taken(scope, node, fresh)
        if not flows:  # an end: of the whole, or of a sub-process that goes on outside
            outside = self.drawing.nodes.get(scope.id)
            if outside is None or scope.parent is None or node.event.kind == "terminate":
                return True
            return self._after(self.drawing.scopes[outside.scope], outside, fresh)
        return any(self._into(scope, flow.target, fresh) for flow in flows)

    def _into(self, scope: Scope, name: str, fresh: bool) -> bool:
        node = scope.nodes.get(name)
        if node is None or (name, fresh) in self.seen:
            return False
        self.seen.add((name, fresh))
        if _tells(node) or _stage(node) in _VERBS or self._tells_inside(node):
            return False
        return self._after(scope, node, fresh and node.tag not in HUMAN_TASKS)

    def _tells_inside(self, node: Node) -> bool:
        inner = self.drawing.scopes.get(node.called or node.id)
        if inner is None or (node.tag not in SUBPROCESSES and not node.called):
            return False
        return any(_tells(each) or _stage(each) in _VERBS for each in inner.nodes.values())

    def _taken(self, scope: Scope, node: Node, fresh: bool) -> list[Flow]:
        """The flows that may be taken, knowing only what this step answered."""
        flows = list(scope.outgoing.get(node.id, ()))
        if node.tag not in ("exclusiveGateway", "inclusiveGateway"):
            return flows
        certain = {flow.id: self._holds(flow, fresh) for flow in flows if flow.condition}
        for flow in flows:
            if certain.get(flow.id) is True and node.tag == "exclusiveGateway":
                return [flow]
        return [flow for flow in flows if certain.get(flow.id) is not False]

    def _holds(self, flow: Flow, fresh: bool) -> bool | None:
        compared = comparison(flow.condition or "")
        if compared is None or compared[1] not in ("=", "!="):
            return None
        name, sign, value = compared
        if name == outcome_variable(self.step.id) or (name == OUTCOME and fresh):
            return bool((value == self.outcome) == (sign == "="))
        return None


def _outcomes(node: Node) -> tuple[Outcome, ...]:
    if node.tag not in HUMAN_TASKS:
        return ()
    try:
        return step_of(node).outcomes
    except Malformed:
        return ()


def _stage(node: Node) -> str:
    return node.ow.get("stage", "") if node.tag in HUMAN_TASKS else ""


def _tells(node: Node) -> bool:
    """Whether passing it makes a paper."""
    if node.tag in HUMAN_TASKS:
        return bool(parse_words(node.ow.get("papers", "")))
    return node.ow.get("operation") in ("send_paper", "issue_certificate")
