"""How long a drawing can take: its longest way from acceptance to the decision, in working days.

The legal clock runs from acceptance to the decision (Administrative Licensing Law art. 42), so the
steps of acceptance count nothing and a way ends with its first decision; a drawing without one is
measured to its end, less making and handing over the result, which have ten days of their own
(art. 44). Ways side by side take as long as the slowest, a loop counts once. Natural days count as
5/7 working day, months as 30 natural days, hours as parts of a working day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from bpmn import times
from bpmn.dialect import HUMAN_TASKS, Limit
from bpmn.drawing import SUBPROCESSES, Drawing, Node, Scope
from bpmn.problems import Malformed
from bpmn.steps import step_of

_WORKING_DAYS: Mapping[str, Fraction] = {
    "wd": Fraction(1), "d": Fraction(5, 7), "mo": Fraction(150, 7), "h": Fraction(1, 24),
}  # fmt: skip
_OWN_CLOCK = frozenset({"accept", "issue", "deliver"})


@dataclass(frozen=True, slots=True)
class Leg:
    """An element that takes time on a way. `days` is None for a step without a limit."""

    element: str
    name: str
    days: Fraction | None


@dataclass(frozen=True, slots=True)
class Way:
    """A way through the drawing and what it takes."""

    days: Fraction = Fraction(0)
    legs: tuple[Leg, ...] = ()

    def and_then(self, other: "Way") -> "Way":
        return Way(self.days + other.days, self.legs + other.legs)

    @property
    def unlimited(self) -> tuple[Leg, ...]:
        """Steps on it that nobody gave a limit."""
        return tuple(leg for leg in self.legs if leg.days is None)


def working_days(limit: Limit) -> Fraction:
    """A limit in working days."""
    return limit.amount * _WORKING_DAYS[limit.unit]


def in_order(drawing: Drawing, process: str) -> list[str]:
    """Every node of a process by id, each after all that come before it; what is drawn in a
    sub-process follows that."""
    scope = drawing.scopes[process]
    found: list[str] = []
    for name in _in_order(scope, _after(scope)):
        found.append(name)
        if name in drawing.scopes:
            found += in_order(drawing, name)
    return found


def longest(drawing: Drawing) -> Way:
    """The longest way to a decision, or to the end where nothing is decided."""
    main = drawing.main
    if main is None:
        return Way()
    through, decided = _Measuring(drawing).scope(main.id)
    return decided or through or Way()


_Ways = tuple[Way | None, Way | None]
"""The longest way on without a decision, and the longest that ends with one."""


class _Measuring:
    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.inside: list[str] = []

    def scope(self, id: str) -> _Ways:
        """Both ways through a process or sub-process."""
        scope = self.drawing.scopes.get(id)
        if scope is None or id in self.inside:
            return Way(), None
        self.inside.append(id)
        through: Way | None = None
        decided: Way | None = None
        here: dict[str, Way] = {
            node.id: Way() for node in scope.nodes.values() if node.tag == "startEvent"
        }
        after = _after(scope)
        for name in _in_order(scope, after):
            if name not in here:
                continue
            on, done = self.node(scope.nodes[name])
            if done is not None:
                decided = _longer(decided, here[name].and_then(done))
            if on is None:
                continue
            gone = here[name].and_then(on)
            if not after[name]:
                through = _longer(through, gone)
            for target in after[name]:
                here[target] = _longer(here.get(target), gone)
        self.inside.pop()
        return through, decided

    def node(self, node: Node) -> _Ways:
        """What passing one node takes."""
        if node.tag in SUBPROCESSES:
            return self.scope(node.id)
        if node.called:
            return self.scope(node.called)
        if node.tag in HUMAN_TASKS:
            return _of_step(node)
        if node.event.kind == "timer" and node.event.timer and node.tag != "boundaryEvent":
            return _waiting(node, node.event.timer[1]), None
        return Way(), None


def _of_step(node: Node) -> _Ways:
    try:
        step = step_of(node)
    except Malformed:
        return Way(), None
    if step.stage in _OWN_CLOCK:
        return Way(), None
    days = working_days(step.limit) if step.limit is not None else None
    way = Way(days or Fraction(0), (Leg(node.id, node.label, days),))
    return (None, way) if step.stage == "decide" else (way, None)


def _waiting(node: Node, text: str) -> Way:
    span = times.duration(text)
    if span is None:
        return Way()
    natural = 30 * span.months + Fraction(span.rest.total_seconds()) / 86400
    days = natural * _WORKING_DAYS["d"]
    return Way(days, (Leg(node.id, node.label, days),))


def _longer(one: Way | None, other: Way) -> Way:
    return other if one is None or other.days > one.days else one


def _after(scope: Scope) -> dict[str, list[str]]:
    """Node → what comes next; a boundary event comes next to what it sits on."""
    return {
        name: [
            *(flow.target for flow in scope.outgoing.get(name, ()) if flow.target in scope.nodes),
            *(event.id for event in scope.boundary.get(name, ())),
        ]
        for name in scope.nodes
    }


def _in_order(scope: Scope, after: dict[str, list[str]]) -> list[str]:
    """Nodes so that each comes after all before it; flows that lead back are taken out of `after`,
    so that a loop is gone through once."""
    order: list[str] = []
    state: dict[str, int] = {}  # 1 on the way, 2 done
    # What the way begins with goes first, so that it is the way back that is taken out.
    for first in sorted(scope.nodes, key=lambda name: scope.nodes[name].tag != "startEvent"):
        stack = [first] if first not in state else []
        while stack:
            name = stack[-1]
            if state.get(name) == 2:
                stack.pop()
                continue
            state[name] = 1
            after[name] = [each for each in after[name] if state.get(each) != 1]
            waiting = [each for each in after[name] if each not in state]
            if waiting:
                stack.append(waiting[0])
            else:
                state[name] = 2
                order.append(name)
                stack.pop()
    return order[::-1]
