"""Boxed expressions of DMN, from XML to what decisions.ts evaluates; cells noted for checking."""

from typing import Any

from feel.decisions import Cell
from feel.problems import MAX_EXPRESSION, Problem, problem
from feel.xml import Element, child, children, local, text

MAX_RULES = 2_000

_LOGIC = (
    "literalExpression", "decisionTable", "context", "functionDefinition", "invocation",
    "relation", "list", "conditional", "filter", "for", "every", "some",
)  # fmt: skip
_POLICIES = ("UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
_AGGREGATIONS = ("SUM", "COUNT", "MIN", "MAX")
_NOTHING = {"kind": "literal", "cell": {"text": "null", "element": None}}

_IN_DECISION = "决定“{decision}”："
_IN_COLUMN = "决定“{decision}”的“{column}”列："
_IN_RULE = "决定“{decision}”第 {rule} 条规则的“{column}”列："


def where(params: dict[str, Any]) -> str:
    """How a message about that place begins."""
    if "rule" in params and "column" in params:
        return _IN_RULE
    return _IN_COLUMN if "column" in params else _IN_DECISION


class Boxed:
    """Reads boxed expressions; adds to `problems` and `cells` as it goes."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.cells: list[Cell] = []

    def decision(
        self, element: Element, name: str, scope: frozenset[str], closed: bool
    ) -> dict[str, Any]:
        return _Logic(self, name, closed).inside(element, scope)

    def function(self, element: Element, scope: frozenset[str], name: str) -> dict[str, Any]:
        return _Logic(self, name, closed=True).function(element, scope)


class _Logic:
    """The logic of one decision or knowledge model called `name`."""

    def __init__(self, boxed: Boxed, name: str, closed: bool) -> None:
        self.boxed = boxed
        self.name = name
        self.closed = closed

    def inside(self, element: Element, scope: frozenset[str]) -> dict[str, Any]:
        """The one boxed expression among the children of `element`."""
        for inner in element:
            if local(inner) in _LOGIC:
                return self.logic(inner, scope)
        self._add("dmn-no-logic", element)
        return _NOTHING

    def logic(self, element: Element, scope: frozenset[str]) -> dict[str, Any]:
        match local(element):
            case "literalExpression":
                return {"kind": "literal", "cell": self._cell(element, scope)}
            case "decisionTable":
                return self._table(element, scope)
            case "context":
                return self._context(element, scope)
            case "functionDefinition":
                return self.function(element, scope)
            case "invocation":
                return self._invocation(element, scope)
            case "relation":
                return {
                    "kind": "relation",
                    "columns": [c.get("name") for c in children(element, "column")],
                    "rows": [
                        [self.logic(inner, scope) for inner in row if local(inner) in _LOGIC]
                        for row in children(element, "row")
                    ],
                }
            case "list":
                items = [self.logic(inner, scope) for inner in element if local(inner) in _LOGIC]
                return {"kind": "list", "items": items}
            case other:
                self._add("dmn-unsupported", element, what=other)
                return _NOTHING

    def _context(self, element: Element, scope: frozenset[str]) -> dict[str, Any]:
        entries = []
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            name = variable.get("name") if variable is not None else None
            entries.append({"name": name, "logic": self.inside(entry, scope)})
            if name:
                scope |= {name}
        return {"kind": "context", "entries": entries}

    def function(self, element: Element, scope: frozenset[str]) -> dict[str, Any]:
        if (element.get("kind") or "FEEL").upper() not in ("FEEL", "F"):
            self._add("dmn-unsupported", element, what=element.get("kind"))
        parameters = [p.get("name") or "" for p in children(element, "formalParameter")]
        body = self.inside(element, scope | set(parameters))
        return {"kind": "function", "parameters": parameters, "body": body}

    def _invocation(self, element: Element, scope: frozenset[str]) -> dict[str, Any]:
        called = child(element, "literalExpression")
        if called is None:
            self._add("dmn-no-logic", element)
            return _NOTHING
        bindings = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            name = parameter.get("name") if parameter is not None else ""
            bindings.append({"name": name, "logic": self.inside(binding, scope)})
        return {"kind": "invocation", "called": self._cell(called, scope), "bindings": bindings}

    # --- tables --------------------------------------------------------------------------

    def _table(self, element: Element, scope: frozenset[str]) -> dict[str, Any]:
        self._language(element)
        inputs = [self._input(column, scope) for column in children(element, "input")]
        outputs = [self._output(column, scope) for column in children(element, "output")]
        rules = children(element, "rule")
        if len(rules) > MAX_RULES:
            self._add("dmn-too-many", element, what="规则", most=MAX_RULES)
            rules = []
        return {
            "kind": "table",
            "id": element.get("id"),
            **self._policy(element, outputs),
            "inputs": inputs,
            "outputs": outputs,
            "rules": [
                self._rule(rule, number, inputs, outputs, scope)
                for number, rule in enumerate(rules, 1)
            ],
        }

    def _policy(self, element: Element, outputs: list[dict[str, Any]]) -> dict[str, Any]:
        policy = (element.get("hitPolicy") or "UNIQUE").upper()
        aggregation = (element.get("aggregation") or "").upper() or None
        if policy not in _POLICIES:
            self._add("dmn-hit-policy", element, policy=policy)
        if aggregation and (
            policy != "COLLECT" or aggregation not in _AGGREGATIONS or len(outputs) > 1
        ):
            self._add("dmn-aggregation", element, aggregation=aggregation)
        if policy in ("PRIORITY", "OUTPUT ORDER") and not any(o["allowed"] for o in outputs):
            self._add("dmn-no-priorities", element, policy=policy)
        if not outputs:
            self._add("dmn-no-logic", element)
        names = [output["name"] for output in outputs]
        if len(names) > 1 and (not all(names) or len(set(names)) < len(names)):
            self._add("dmn-output-name", element)
        return {"hit": policy, "aggregation": aggregation}

    def _input(self, column: Element, scope: frozenset[str]) -> dict[str, Any]:
        expression = child(column, "inputExpression")
        label = column.get("label") or text(expression)
        if not text(expression):
            self._add("dmn-no-input", column, label=label)
        cell = self._cell(expression if expression is not None else column, scope, column=label)
        kind = (expression.get("typeRef") or "") if expression is not None else ""
        return {
            "label": label,
            "cell": cell,
            "type": kind.rpartition(":")[2] or None,
            "allowed": self._tests(child(column, "inputValues"), scope, column=label),
        }

    def _output(self, column: Element, scope: frozenset[str]) -> dict[str, Any]:
        name = column.get("name") or ""
        label = column.get("label") or name or self.name
        values, otherwise = child(column, "outputValues"), child(column, "defaultOutputEntry")
        return {
            "label": label,
            "name": name,
            "allowed": self._cell(values, scope, column=label, listed=True)
            if text(values)
            else None,
            "otherwise": self._cell(otherwise, scope, column=label) if text(otherwise) else None,
        }

    def _rule(
        self,
        rule: Element,
        number: int,
        inputs: list[dict[str, Any]],
        outputs: list[dict[str, Any]],
        scope: frozenset[str],
    ) -> dict[str, Any]:
        when, then = children(rule, "inputEntry"), children(rule, "outputEntry")
        if len(when) != len(inputs) or len(then) != len(outputs):
            self._add("dmn-rule-shape", rule)
            return {}
        notes = [text(note) for note in children(rule, "annotationEntry")]
        description = child(rule, "description")
        if description is not None and description.text:
            notes.append(description.text.strip())
        return {
            "id": rule.get("id"),
            "note": "；".join(filter(None, notes)),
            "when": [
                self._tests(entry, scope, rule=number, column=column["label"])
                for entry, column in zip(when, inputs, strict=True)
            ],
            "then": [
                self._optional(entry, scope, rule=number, column=column["label"])
                for entry, column in zip(then, outputs, strict=True)
            ],
        }

    # --- cells ---------------------------------------------------------------------------

    def _tests(
        self, element: Element | None, scope: frozenset[str], **place: Any
    ) -> dict[str, Any] | None:
        """Unary tests; None where anything goes."""
        if element is None or text(element) in ("", "-"):
            return None
        return self._cell(element, scope, tests=True, **place)

    def _optional(
        self, element: Element | None, scope: frozenset[str], **place: Any
    ) -> dict[str, Any] | None:
        """An expression; None where nothing is written."""
        if element is None or not text(element):
            return None
        return self._cell(element, scope, **place)

    def _cell(
        self,
        element: Element,
        scope: frozenset[str],
        *,
        tests: bool = False,
        listed: bool = False,
        **place: Any,
    ) -> dict[str, Any]:
        self._language(element)
        source = f"[{text(element)}]" if listed else text(element) or "null"
        params = {"decision": self.name, **place}
        if len(source) > MAX_EXPRESSION:
            self._add("too-long", element, length=len(source), most=MAX_EXPRESSION)
        self.boxed.cells.append(
            Cell(
                kind="unary" if tests else "expression",
                text=source,
                element=element.get("id"),
                line=element.sourceline,
                names=scope,
                closed=self.closed,
                where=where(params),
                params=params,
            )
        )
        return {"text": source, "element": element.get("id")}

    def _language(self, element: Element) -> None:
        language = element.get("expressionLanguage")
        if language and "feel" not in language.lower():
            self._add("dmn-other-language", element, language=language)

    def _add(self, code: str, element: Element, **params: Any) -> None:
        self.boxed.problems.append(
            problem(
                code,
                element=element.get("id"),
                line=element.sourceline,
                where=_IN_DECISION if code != "dmn-no-logic" else "",
                **{"decision": self.name, **params},
            )
        )
