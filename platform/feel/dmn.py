"""DMN files: read with caps, by a parser that fetches and expands nothing.

Supported are DMN 1.1 to 1.5 of decisions, input data and business knowledge models, with
literal expressions, decision tables, contexts, functions, invocations, relations and lists.
Everything wrong with a file is gathered and raised together.
"""

import re
from collections.abc import Iterator
from typing import Any

from feel.boxed import Boxed
from feel.decisions import Decision, DecisionModel
from feel.problems import BadDecision, Problem, problem
from feel.xml import (
    Element,
    HasDoctype,
    NotXml,
    child,
    children,
    local,
    namespace,
    parse,
    reference,
)

MAX_BYTES = 1 << 20
MAX_ELEMENTS = 30_000
MAX_DECISIONS = 100

_NAMESPACE = re.compile(r"https?://www\.omg\.org/spec/DMN/20\d{6}/")


def read_dmn(xml: bytes) -> DecisionModel:
    """Raises BadDecision with every problem found."""
    return _Reading(_root(xml)).model()


def _root(xml: bytes) -> Element:
    if len(xml) > MAX_BYTES:
        raise BadDecision([problem("dmn-too-large", size=len(xml), most=MAX_BYTES)])
    try:
        root = parse(xml)
    except NotXml as error:
        raise BadDecision([problem("dmn-not-xml", line=error.line, reason=str(error))]) from error
    except HasDoctype as error:
        raise BadDecision([problem("dmn-doctype", line=1)]) from error
    if local(root) != "definitions" or not _NAMESPACE.match(namespace(root)):
        raise BadDecision([problem("dmn-not-dmn", line=root.sourceline)])
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise BadDecision([problem("dmn-too-many", what="元素", most=MAX_ELEMENTS)])
    return root


class _Reading:
    def __init__(self, root: Element) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.parts: dict[str, Element] = {}

    def model(self) -> DecisionModel:
        self._index()
        decisions = [e for e in children(self.root, "decision") if e.get("id")]
        knowledge = [e for e in children(self.root, "businessKnowledgeModel") if e.get("id")]
        if not decisions:
            self._add("dmn-empty", self.root)
        if len(decisions) > MAX_DECISIONS:
            self._add("dmn-too-many", self.root, what="决定", most=MAX_DECISIONS)
        boxed = Boxed(self.problems)
        data: dict[str, Any] = {
            "decisions": {e.get("id"): self._decision(e, boxed) for e in decisions},
            "knowledge": {e.get("id"): self._knowledge(e, boxed) for e in knowledge},
        }
        self._refuse_cycles(data)
        if self.problems:
            raise BadDecision(sorted(self.problems, key=lambda p: p.line or 0))
        return DecisionModel(
            name=self.root.get("name") or "",
            decisions={
                id: Decision(id, entry["name"], tuple(self._inputs(id, data)))
                for id, entry in data["decisions"].items()
            },
            data=data,
            cells=tuple(boxed.cells),
            lines={id: element.sourceline or 0 for id, element in self._by_id()},
        )

    def _index(self) -> None:
        seen: set[str] = set()
        for id, element in self._by_id():
            if id in seen:
                self._add("dmn-duplicate-id", element, id=id)
            seen.add(id)
        for element in self.root:
            if local(element) == "import":
                self._add("dmn-import", element)
            if local(element) in ("decision", "inputData", "businessKnowledgeModel"):
                if id := element.get("id"):
                    self.parts[id] = element
                else:
                    self._add("dmn-no-id", element, what=element.get("name") or local(element))

    def _by_id(self) -> Iterator[tuple[str, Element]]:
        # Shapes of the drawing (DMNDI) have ids of their own, of no concern here.
        for part in self.root:
            if local(part) == "DMNDI":
                continue
            for element in part.iter():
                if id := element.get("id"):
                    yield id, element

    def _decision(self, element: Element, boxed: Boxed) -> dict[str, Any]:
        inputs = self._required(element, "informationRequirement", "requiredInput")
        requires = self._required(element, "informationRequirement", "requiredDecision")
        knowledge = self._required(element, "knowledgeRequirement", "requiredKnowledge")
        name = element.get("name") or element.get("id") or ""
        scope = frozenset(_variable(self.parts[id]) for id in (*inputs, *requires, *knowledge))
        logic = boxed.decision(element, name, scope, closed=bool(inputs))
        return {
            "name": name,
            "variable": _variable(element),
            "requires": requires,
            "knowledge": knowledge,
            "inputs": [_variable(self.parts[id]) for id in inputs],
            "logic": logic,
        }

    def _knowledge(self, element: Element, boxed: Boxed) -> dict[str, Any]:
        knowledge = self._required(element, "knowledgeRequirement", "requiredKnowledge")
        name = element.get("name") or element.get("id") or ""
        scope = frozenset(_variable(self.parts[id]) for id in knowledge)
        function = child(element, "encapsulatedLogic")
        if function is None:
            self._add("dmn-no-logic", element, decision=name)
            return {}
        logic = boxed.function(function, scope, name)
        return {
            "name": name,
            "variable": _variable(element),
            "parameters": logic["parameters"],
            "knowledge": knowledge,
            "logic": logic["body"],
        }

    def _required(self, element: Element, requirement: str, kind: str) -> list[str]:
        found = []
        for required in children(element, requirement):
            for target in children(required, kind):
                id = reference(target)
                if id in self.parts:
                    found.append(id)
                else:
                    self._add("dmn-no-such", target, id=id)
        return found

    def _refuse_cycles(self, data: dict[str, Any]) -> None:
        needs = {
            id: [*entry.get("requires", ()), *entry.get("knowledge", ())]
            for id, entry in (data["decisions"] | data["knowledge"]).items()
        }
        done: set[str] = set()

        def visit(id: str, path: list[str]) -> None:
            if id in path:
                names = [self.parts[step].get("name") or step for step in (*path, id)]
                self._add("dmn-cycle", self.parts[id], path="→".join(names))
                done.update(path)
            elif id not in done:
                for needed in needs.get(id, ()):
                    visit(needed, [*path, id])
                done.add(id)

        for id in needs:
            visit(id, [])

    def _inputs(self, id: str, data: dict[str, Any]) -> Iterator[str]:
        seen: dict[str, None] = {}
        waiting = [id]
        visited: set[str] = set()
        while waiting:
            current = waiting.pop(0)
            if current in visited:
                continue
            visited.add(current)
            entry = data["decisions"][current]
            seen.update(dict.fromkeys(entry["inputs"]))
            waiting.extend(entry["requires"])
        return iter(seen)

    def _add(self, code: str, element: Element, **params: Any) -> None:
        self.problems.append(
            problem(code, element=element.get("id"), line=element.sourceline, **params)
        )


def _variable(element: Element) -> str:
    variable = child(element, "variable")
    named = variable.get("name") if variable is not None else None
    return named or element.get("name") or element.get("id") or ""
