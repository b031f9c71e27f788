"""Playing the token game on the drawing: joins that would wait for ever, work done twice.

Each process is run with every way its choices can go. What doesn't choose is fired at once, merges
last, so that tokens that come together are seen together. Conditions aren't known here, so two
gateways asking the same question may look as if they could disagree: hence warnings.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from bpmn.drawing import Drawing, Node, Scope
from bpmn.problems import Problem
from bpmn.rules.report import warning

MAX_POSITIONS = 2000
"""A drawing with more is too tangled to judge this way; nothing is said about it."""

Position = frozenset[tuple[str, int]]
"""Tokens on flows: (flow id, how many)."""


def check(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes.values():
        starts = [node for node in scope.nodes.values() if node.tag == "startEvent"]
        whole = all(
            flow.source in scope.nodes and flow.target in scope.nodes for flow in scope.flows
        )
        if len(starts) == 1 and whole:
            yield from _Game(scope).play(starts[0])


class _Game:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.into = {
            node: [flow.id for flow in scope.incoming.get(node, ())] for node in scope.nodes
        }
        self.target = {flow.id: scope.nodes[flow.target] for flow in scope.flows}
        self.source = {flow.id: flow.source for flow in scope.flows}
        self.leading: dict[str, frozenset[str]] = {}
        self.stuck: dict[str, Node] = {}
        self.doubled: dict[str, Node] = {}

    def play(self, start: Node) -> Iterator[Problem]:
        seen: set[Position] = set()
        pending = [Counter(self._out(start))]
        made = 1
        while pending:
            tokens = self._without_doubles(pending.pop())
            position = frozenset(tokens.items())
            if position not in seen:
                seen.add(position)
                following = self._next(tokens)
                pending.extend(following)
                made += len(following)
                if made > MAX_POSITIONS:
                    return
        for node in self.stuck.values():
            yield warning(
                "join-may-wait-forever",
                "并行网关“{name}”要等所有连入的分支，但有的走法到不了其中一条，办件会停在这里："
                "请检查前面是不是该用并行网关分开，或这里该用排他网关汇合。",
                node,
            )
        for node in self.doubled.values():
            yield warning(
                "done-twice",
                "几条并行的分支没有汇合就都走到“{name}”，它会办理不止一次："
                "请在它前面用并行网关（AND）汇合。",
                node,
            )

    def _out(self, node: Node) -> list[str]:
        return [flow.id for flow in self.scope.outgoing.get(node.id, ())]

    def _standing(self, tokens: Counter[str]) -> list[Node]:
        return list({self.target[flow].id: self.target[flow] for flow in tokens}.values())

    def _without_doubles(self, tokens: Counter[str]) -> Counter[str]:
        """Two tokens before the same element: it would be done twice. Note it, go on with one."""
        for node in self._standing(tokens):
            if node.tag in ("parallelGateway", "inclusiveGateway", "endEvent"):
                continue
            arrived = [flow for flow in self.into[node.id] for _ in range(tokens[flow])]
            if len(arrived) > 1:
                self.doubled.setdefault(node.id, node)
                tokens = tokens - Counter(arrived[1:])
        return tokens

    def _next(self, tokens: Counter[str]) -> list[Counter[str]]:
        """The positions after the one element that is next to fire; none at the end."""
        ranked = [
            (rank, node)
            for node in self._standing(tokens)
            if (rank := self._rank(node, tokens)) is not None
        ]
        if not ranked:
            standing = self._standing(tokens)
            if not any(node.event.kind == "terminate" for node in standing):
                self.stuck.update((node.id, node) for node in standing)
            return []
        _, node = min(ranked, key=lambda entry: entry[0])
        arrived = [flow for flow in self.into[node.id] if tokens[flow]]
        together = node.tag in ("parallelGateway", "inclusiveGateway")
        rest = tokens - Counter(arrived if together else arrived[:1])
        return [rest + Counter(way) for way in self._ways(node)]

    def _rank(self, node: Node, tokens: Counter[str]) -> int | None:
        """Who fires first: what can go one way only, then choices, then merges, then inclusive
        joins, first those nothing more can come to. None: not now."""
        if node.tag == "parallelGateway":
            return 0 if all(tokens[flow] for flow in self.into[node.id]) else None
        if node.tag == "endEvent":
            return None if node.event.kind == "terminate" else 0
        if node.tag == "inclusiveGateway":
            return 4 if self._expects_more(node, tokens) else 3
        if len(self.into[node.id]) > 1:
            return 2
        return 1 if len(self._ways(node)) > 1 else 0

    def _expects_more(self, node: Node, tokens: Counter[str]) -> bool:
        """True if a token elsewhere could come by a way in that is empty, and not also by one that
        isn't (BPMN 2.0, table 13.3)."""
        empty = [self._leading(flow, node) for flow in self.into[node.id] if not tokens[flow]]
        taken = [self._leading(flow, node) for flow in self.into[node.id] if tokens[flow]]
        return any(
            any(flow in leading for leading in empty)
            and not any(flow in leading for leading in taken)
            for flow in tokens
            if flow not in self.into[node.id]
        )

    def _leading(self, flow: str, node: Node) -> frozenset[str]:
        """Flows from which a token could come to this flow without passing the node it leads to."""
        if flow not in self.leading:
            found: set[str] = set()
            pending = [self.source[flow]]
            while pending:
                source = pending.pop()
                source = self.scope.nodes[source].attached_to or source
                if source == node.id:
                    continue
                new = [other for other in self.into[source] if other not in found]
                found.update(new)
                pending += [self.source[other] for other in new]
            self.leading[flow] = frozenset(found)
        return self.leading[flow]

    def _ways(self, node: Node) -> list[list[str]]:
        """Which flows get a token when an element fires, for every way it can go."""
        out = self._out(node)
        if node.tag == "inclusiveGateway":
            sizes = range(1, len(out) + 1) if len(out) <= 4 else (1, len(out))
            return [list(chosen) for size in sizes for chosen in combinations(out, size)] or [[]]
        if node.tag in ("exclusiveGateway", "eventBasedGateway"):
            return [[flow] for flow in out] or [[]]
        ways = [out]
        for event in self.scope.boundary.get(node.id, ()):
            ways.append(self._out(event) if event.interrupting else out + self._out(event))
        return ways
