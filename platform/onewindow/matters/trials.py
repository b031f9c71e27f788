"""Trying a decision table: what it needs to be told, what it answers, rows kept with it.

Rows that are kept travel in the DMN file itself (`<ow:rows>` of the decision, JSON: a list of
{"given": {name: value}, "expect": value}), so that they go wherever the table goes and a change
that alters an answer is noticed before it is published.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from bpmn.safexml import parse
from feel import BadDecision, Feel, FeelError
from feel.coverage import Coverage, examine
from feel.decisions import DecisionModel
from feel.dmn import read_dmn
from feel.isolate import Spent

NAMESPACE = "urn:onewindow:dmn:1"
MOST_ROWS = 1_000
MOST_KEPT = 100
MOST_SPENT = 3
"""Rows that may reach the engine's limits; those after them get the same answer unasked."""
_KEY = "trial"
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Asked:
    """A value the table needs: `name` in expressions, what people call it, its type ("number",
    "string", "boolean", "date" …; "" unknown) and the values it may have."""

    name: str
    label: str
    type: str
    options: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a row: the value, the rules that hit (from 1), or why there is none."""

    value: Any = None
    rules: tuple[int, ...] = ()
    wrong: FeelError | None = None


@dataclass(frozen=True, slots=True)
class Row:
    given: Mapping[str, Any]
    expect: Any = None


@dataclass(frozen=True, slots=True)
class Table:
    """One decision of a file, looked at. `columns` are labels of inputs, `rules` ids, in order."""

    decision: str
    name: str
    policy: str
    asked: tuple[Asked, ...]
    columns: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    rows: tuple[Mapping[str, Any], ...] = ()

    def said(self, where: Sequence[str]) -> str:
        """A test for each column in words, those that let everything through left out."""
        told = zip(self.columns, where, strict=True)
        return "；".join(f"{label} {test}" for label, test in told if test != "-") or "-"


def look(xml: bytes, decision: str, feel: Feel) -> Table:
    """What a decision needs and leaves open. `decision` "" is the last one, which the others serve.
    Raises BadDecision."""
    model = read_dmn(xml)
    chosen = decision if decision in model.decisions else list(model.decisions)[-1]
    logic = model.data["decisions"][chosen]["logic"]
    asked = tuple(_asked(model, chosen, feel))
    name = model.decisions[chosen].name
    if logic["kind"] != "table":
        return Table(chosen, name, "", asked)
    coverage = examine(logic)
    columns = [each["cell"]["text"] for each in logic["inputs"]]
    # Values of columns can only be given where columns are plain names.
    plain = set(columns) <= {each.name for each in asked}
    rows = tuple(dict(zip(columns, row, strict=True)) for row in coverage.rows) if plain else ()
    return Table(
        chosen,
        name,
        logic["hit"],
        asked,
        tuple(each["label"] for each in logic["inputs"]),
        tuple(rule["id"] or "" for rule in logic["rules"]),
        coverage,
        rows,
    )


def tried(xml: bytes, decision: str, rows: Sequence[Mapping[str, Any]], feel: Feel) -> list[Answer]:
    """What the decision answers to each row. Blocking: some milliseconds a row. Raises
    BadDecision."""
    with _one_at_a_time:
        _held = feel.load_decision(_KEY, xml)
        answers: list[Answer] = []
        spent = 0
        for row in rows[:MOST_ROWS]:
            enough = spent >= MOST_SPENT
            answers.append(answers[-1] if enough else _answer(decision, row, feel))
            spent += isinstance(answers[-1].wrong, Spent)
        return answers


def _answer(decision: str, row: Mapping[str, Any], feel: Feel) -> Answer:
    try:
        decided = feel.decide(_KEY, decision, row)
    except FeelError as wrong:
        return Answer(wrong=wrong)
    return Answer(decided.value, tuple(rule.number for rule in decided.trace[-1].rules))


def kept_rows(xml: bytes) -> dict[str, list[Row]]:
    """The rows kept in a file, by decision. What can't be read is left out."""
    found: dict[str, list[Row]] = {}
    for element in parse(xml).iter(f"{{{NAMESPACE}}}rows"):
        above = element.getparent()
        above = above.getparent() if above is not None else None
        try:
            rows = orjson.loads(element.text or "[]")
        except orjson.JSONDecodeError:
            continue
        if above is not None and isinstance(rows, list):
            found[above.get("id", "")] = [
                Row(row["given"], row.get("expect"))
                for row in rows[:MOST_KEPT]
                if isinstance(row, dict) and isinstance(row.get("given"), dict)
            ]
    return found


def differing(xml: bytes, feel: Feel) -> Iterator[tuple[str, int, Row, Answer]]:
    """Kept rows that aren't answered as they were: (decision, number from 1, row, answer now)."""
    for decision, rows in kept_rows(xml).items():
        try:
            answers = tried(xml, decision, [row.given for row in rows], feel)
        except BadDecision:
            return  # said elsewhere
        for number, (row, answer) in enumerate(zip(rows, answers, strict=True), 1):
            if answer.wrong is not None or not same(answer.value, row.expect):
                yield decision, number, row, answer


def same(one: Any, other: Any) -> bool:
    """Whether two answers are the same once both are JSON."""
    return bool(plain(one) == plain(other))


def as_json(value: Any) -> str:
    return orjson.dumps(plain(value)).decode()


def plain(value: Any) -> Any:
    """A value as JSON keeps it: dates and durations as text."""
    return orjson.loads(orjson.dumps(value, default=str))


def _asked(model: DecisionModel, decision: str, feel: Feel) -> Iterator[Asked]:
    """The inputs drawn for the decision, else the names its columns and cells use."""
    logic = model.data["decisions"][decision]["logic"]
    columns = {each["cell"]["text"]: each for each in logic.get("inputs", ())}
    names = list(model.decisions[decision].inputs)
    if not names:
        produced = {model.data["decisions"][each]["variable"] for each in model.decisions}
        for text in columns:
            names += [name for name in _names(text, feel) if name not in produced]
    for name in dict.fromkeys(names):
        column = columns.get(name)
        label, kind = (column["label"], column["type"] or "") if column else (name, "")
        yield Asked(name, label or name, kind, tuple(_options(column, feel)))


def _names(text: str, feel: Feel) -> list[str]:
    try:
        return sorted(feel.names(text))
    except FeelError:
        return []


def _options(column: Mapping[str, Any] | None, feel: Feel) -> list[Any]:
    """The values an input may have, where they are listed."""
    if column is None or column["allowed"] is None:
        return []
    try:
        values = feel.evaluate(f"[{column['allowed']['text']}]", {})
    except FeelError:
        return []
    return [each for each in values if isinstance(each, str | int | float)]
