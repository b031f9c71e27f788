from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

import pytest

from feel import Feel

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


@pytest.fixture(scope="session")
def feel() -> Iterator[Feel]:
    """One engine for the whole run: whatever a test does to it, the next finds it alive."""
    engine = Feel()
    yield engine
    engine.close()


class Dmn:
    """DMN files as text, put together from rows."""

    @staticmethod
    def definitions(*parts: str, namespace: str = MODEL) -> bytes:
        body = "\n".join(parts)
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{namespace}" id="file"'
            f' name="试验" namespace="urn:test">\n{body}\n</definitions>'
        ).encode()

    @staticmethod
    def given(name: str, kind: str = "number") -> str:
        variable = f'<variable name="{name}" typeRef="{kind}"/>'
        return f'<inputData id="in_{name}" name="{name}">{variable}</inputData>'

    @staticmethod
    def decision(id: str, logic: str, *, needs: tuple[str, ...] = (), name: str = "") -> str:
        """`needs`: ids of input data ("in_…"), knowledge ("fn_…") or decisions."""
        requirements = ""
        for need in needs:
            kind, target = (
                ("informationRequirement", "requiredInput")
                if need.startswith("in_")
                else ("knowledgeRequirement", "requiredKnowledge")
                if need.startswith("fn_")
                else ("informationRequirement", "requiredDecision")
            )
            requirements += f'<{kind} id="{id}_{need}"><{target} href="#{need}"/></{kind}>'
        return (
            f'<decision id="{id}" name="{name or id}"><variable name="{id}"/>{requirements}'
            f"{logic}</decision>"
        )

    @staticmethod
    def literal(text: str) -> str:
        return f"<literalExpression><text>{escape(text)}</text></literalExpression>"

    @staticmethod
    def table(
        inputs: list[str],
        outputs: list[str],
        rules: list[tuple[list[str], list[str]]],
        *,
        hit: str = "UNIQUE",
        extra: str = "",
        values: dict[str, str] | None = None,
        types: dict[str, str] | None = None,
    ) -> str:
        """`values`: allowed ones by input expression or output name; `types` by expression."""
        values, types = values or {}, types or {}
        lines = [f'<decisionTable id="table" hitPolicy="{hit}" {extra}>']
        for number, expression in enumerate(inputs, 1):
            allowed = _allowed("inputValues", values.get(expression))
            kind = f' typeRef="{types[expression]}"' if expression in types else ""
            lines.append(
                f'<input id="i{number}" label={quoteattr("列" + str(number))}>'
                f'<inputExpression id="e{number}"{kind}><text>{escape(expression)}</text>'
                f"</inputExpression>{allowed}</input>"
            )
        for number, name in enumerate(outputs, 1):
            allowed = _allowed("outputValues", values.get(name))
            lines.append(f'<output id="o{number}" name="{name}">{allowed}</output>')
        for number, (when, then) in enumerate(rules, 1):
            lines.append(f'<rule id="r{number}"><description>说明{number}</description>')
            for column, test in enumerate(when, 1):
                lines.append(_entry("inputEntry", f"r{number}i{column}", test))
            for column, value in enumerate(then, 1):
                lines.append(_entry("outputEntry", f"r{number}o{column}", value))
            lines.append("</rule>")
        lines.append("</decisionTable>")
        return "\n".join(lines)


@pytest.fixture(scope="session")
def dmn() -> type[Dmn]:
    return Dmn


def _allowed(element: str, text: str | None) -> str:
    return f"<{element}><text>{escape(text)}</text></{element}>" if text else ""


def _entry(element: str, id: str, text: str) -> str:
    return f'<{element} id="{id}"><text>{escape(text)}</text></{element}>'
