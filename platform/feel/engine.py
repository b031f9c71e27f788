"""The one FEEL engine: thread-safe, bounded, and alive after whatever an admin writes."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import orjson

from feel.batches import Batch, Kind, Question, read_source
from feel.boxed import where
from feel.calendar import CHINA_TIME, Calendar, calendar_text
from feel.checking import Known, Use, unknown_names, use_in
from feel.decisions import Decided, DecisionModel, Rule, Step
from feel.dmn import read_dmn
from feel.host import Host
from feel.isolate import Spent
from feel.problems import BadDecision, FeelError, Problem, problem
from feel.refusals import expression_problem
from feel.values import Crossing

TIMEOUT = 0.25  # seconds an evaluation may take
CHECK_TIMEOUT = 5.0  # seconds reading a whole decision file's cells may take
MAX_BATCH_BYTES = 4 << 20
MAX_SPENT = 3  # limits reached in one batch before the rest is given up


class Feel:
    """Evaluates expressions, unary tests and decisions in a V8 isolate opened on first use.

    Any thread may call; calls queue for the isolate. Blocking: milliseconds as a rule, 0.25 s at
    most. `zone` is the time zone of `now()`, `today()` and the parts of dates with time,
    whatever the machine's own.

    Everything that can be wrong with what was written or given is a FeelError whose `problem`
    has a code and a Chinese sentence. In expressions, a leading "=" is ignored; an unknown
    variable or function, a calculation with the wrong kinds of value and a call with wrong
    arguments are errors, while an entry that a context lacks is null, as in FEEL (an optional
    answer not given): misspelt entries are what `check` is for.
    """

    def __init__(self, zone: str = CHINA_TIME.key) -> None:
        self._host = Host(zone)
        self._crossing = Crossing(self._host.tag)
        self._decisions: WeakValueDictionary[str, DecisionModel] = WeakValueDictionary()
        self._loading = threading.Lock()

    # --- expressions ---------------------------------------------------------------------

    def evaluate(
        self,
        expression: str,
        names: Mapping[str, Any],
        *,
        calendar: Calendar | None = None,
        now: datetime | None = None,
    ) -> Any:
        """The value of an expression. `calendar` is for the working-day functions, `now`
        (aware) fixes the present of `now()` and `today()`. Raises FeelError."""
        [answer] = self._ask([("expression", expression, names)], calendar, now)
        return _value(answer)

    def evaluate_many(
        self,
        questions: Sequence[tuple[str, Mapping[str, Any]]],
        calendar: Calendar | None = None,
        *,
        now: datetime | None = None,
    ) -> list[Any | FeelError]:
        """The value or the error of each (expression, names), in one crossing into V8.

        Names that are the same object cross once. If the batch as a whole reaches a limit, its
        expressions are evaluated one by one, until three have.
        """
        return self._ask([("expression", *question) for question in questions], calendar, now)

    def unary(
        self,
        test: str,
        value: Any,
        names: Mapping[str, Any],
        *,
        calendar: Calendar | None = None,
        now: datetime | None = None,
    ) -> bool:
        """Whether `value` passes a unary test such as `> 5`, `"a","b"` or `not([1..3])`;
        `?` is the value within it. Null is not passed. Raises FeelError."""
        [answer] = self._ask([("unary", test, {**names, "?": value})], calendar, now)
        return bool(_value(answer))

    def check(
        self, expression: str, known: Collection[str] | None, *, unary: bool = False
    ) -> list[Problem]:
        """What is wrong with an expression, without running it: syntax, and names not in scope.

        `known`: the names in scope, with dots for the entries below them ("answers.site.area");
        a name without entries listed is open below. None: names aren't checked.
        """
        try:
            source, offset = read_source(expression)
        except FeelError as error:
            return [error.problem]
        kind: Kind = "unary" if unary else "expression"
        scope = Known(known or ())
        [finding] = self._examine([(kind, source)], scope)
        problems = [expression_problem(r, source, offset) for r in finding["refused"]]
        if known is not None:
            problems += unknown_names(finding["free"], scope, self._functions, source, offset)
        return problems

    def names(self, expression: str) -> frozenset[str]:
        """The variables an expression takes from outside (the first part of paths).

        Names inside a filter, `items[price > limit]`, may be entries of the items and are left
        out. Raises FeelError if the expression can't be read.
        """
        source, offset = read_source(expression)
        [finding] = self._examine([("expression", source)], Known(()))
        for refused in finding["refused"]:
            raise FeelError(expression_problem(refused, source, offset))
        return frozenset(use["name"] for use in finding["free"] if not use["called"])

    def uses(self, expression: str, known: Collection[str] = ()) -> tuple[Use, ...]:
        """Every place where an expression takes a value from outside, in order, read with the
        names of `known` in scope. Those inside a filter are left out, as in `names`. Raises
        FeelError if the expression can't be read."""
        source, offset = read_source(expression)
        [finding] = self._examine([("expression", source)], Known(known))
        for refused in finding["refused"]:
            raise FeelError(expression_problem(refused, source, offset))
        return tuple(use_in(source, use, offset) for use in finding["free"] if not use["called"])

    # --- decisions -----------------------------------------------------------------------

    def load_decision(self, key: str, xml: bytes) -> DecisionModel:
        """Read a DMN file, to be asked as `key` for as long as somebody holds what is given back:
        a table is edited many times, and nobody asks the former ones. Replaces what was there.
        Raises BadDecision."""
        model = read_dmn(xml)
        with self._loading:
            self._decisions[key] = model
        self._send_decision(key, model)
        return model

    def check_decision(self, xml: bytes, known: Collection[str] | None = None) -> list[Problem]:
        """What is wrong with a DMN file: its structure, cells that can't be read, names not in
        scope. A decision that declares its input data may use only these and `known`; one that
        declares none is checked only against `known`, if given."""
        try:
            model = read_dmn(xml)
        except BadDecision as error:
            return list(error.problems)
        everything = frozenset().union(*(cell.names for cell in model.cells), known or ())
        findings = self._examine(
            [(cell.kind, cell.text) for cell in model.cells], Known(everything), CHECK_TIMEOUT
        )
        problems: list[Problem] = []
        for cell, finding in zip(model.cells, findings, strict=True):
            place: dict[str, Any] = {
                **cell.params, "element": cell.element, "line": cell.line, "where": cell.where
            }  # fmt: skip
            problems += [expression_problem(r, cell.text, **place) for r in finding["refused"]]
            if cell.closed or known is not None:
                scope = Known(cell.names | set(known or ()))
                problems += unknown_names(
                    finding["free"], scope, self._functions, cell.text, **place
                )
        return problems

    def decide(
        self,
        key: str,
        decision_id: str,
        names: Mapping[str, Any],
        *,
        calendar: Calendar | None = None,
        now: datetime | None = None,
    ) -> Decided:
        """Make a decision of the model loaded as `key`, and those it requires. Raises FeelError,
        whose problem names rule and column and carries the element's id and line."""
        model = self._decisions.get(key)
        if model is None or decision_id not in model.decisions:
            raise FeelError(problem("no-decision", decision=decision_id if model else key))
        start = orjson.dumps([key, decision_id])[:-1]
        arguments = b"%b,%b,%b]" % (start, self._crossing.encode(names), _around(calendar, now))
        answer = None
        while answer is None:  # null: a fresh isolate, which doesn't hold the model yet
            answer = self._crossing.decode(self._host.call("feelDecide", arguments, TIMEOUT))
            if answer is None:
                self._send_decision(key, model)
        if "refused" in answer:
            raise FeelError(_decision_problem(answer["refused"], model))
        return Decided(answer["value"], tuple(_step(step) for step in answer["steps"]))

    def _send_decision(self, key: str, model: DecisionModel) -> None:
        self._host.call("feelLoadDecision", orjson.dumps([key, model.data]), CHECK_TIMEOUT)

    # --- other bundles -------------------------------------------------------------------

    def call(self, function: str, *arguments: Any, timeout: float = TIMEOUT) -> Any:
        """The JSON value of a function that a bundle registered as a global, for JSON arguments.

        Raises FeelError: `script-error` when it throws, `timeout`, `out-of-memory`.
        """
        return orjson.loads(self._host.call(function, orjson.dumps(arguments), timeout))

    def load_bundle(self, path: Path) -> None:
        """Run a script in the isolate, now or when it opens, and in every fresh one.

        Loading the same path again changes nothing.
        """
        self._host.load_bundle(path)

    def on_fresh(self, hook: Callable[[], None]) -> None:
        """Call `hook` whenever a fresh isolate has its bundles, before anybody else uses it;
        it may use `call`. What was registered in the former isolate is gone by then."""
        self._host.on_fresh(hook)

    @property
    def generation(self) -> int:
        """Counts the isolates opened; a new number means what was registered is gone."""
        return self._host.generation

    def close(self) -> None:
        """Give the isolate back. The next use opens a fresh one."""
        self._host.close()

    # --- crossing ------------------------------------------------------------------------

    def _ask(
        self, questions: Sequence[Question], calendar: Calendar | None, now: datetime | None
    ) -> list[Any | FeelError]:
        answers: list[Any | FeelError] = [None] * len(questions)
        around = _around(calendar, now)
        for batch in self._batches(questions, answers):
            try:
                self._cross(batch, around, answers)
            except Spent as spent:
                if len(batch.asked) == 1:
                    answers[batch.asked[0].index] = spent
                else:
                    self._one_by_one(batch, around, answers)
        return answers

    def _batches(
        self, questions: Sequence[Question], answers: list[Any | FeelError]
    ) -> list[Batch]:
        """Questions in batches of bounded size; those that can't be asked are answered."""
        batches = [Batch()]
        for index, (kind, expression, names) in enumerate(questions):
            try:
                source, offset = read_source(expression)
                if not batches[-1].holds(names):
                    context = self._crossing.encode(names)
                    if batches[-1].size + len(context) > MAX_BATCH_BYTES:
                        batches.append(Batch())
                    batches[-1].add(names, context)
            except FeelError as error:
                answers[index] = error
                continue
            batches[-1].ask(index, kind, source, offset, names)
        return [batch for batch in batches if batch.asked]

    def _cross(self, batch: Batch, around: bytes, answers: list[Any | FeelError]) -> None:
        body = self._host.call("feelEvaluate", batch.arguments(around), TIMEOUT)
        for asked, answer in zip(batch.asked, self._crossing.decode(body), strict=True):
            refused = answer.get("refused")
            answers[asked.index] = (
                FeelError(expression_problem(refused, asked.source, asked.offset))
                if refused
                else answer["value"]
            )

    def _one_by_one(self, batch: Batch, around: bytes, answers: list[Any | FeelError]) -> None:
        spent = 0
        for single in batch.split():
            [asked] = single.asked
            if spent >= MAX_SPENT:
                answers[asked.index] = FeelError(problem("not-evaluated"))
                continue
            try:
                self._cross(single, around, answers)
            except Spent as error:
                spent += 1
                answers[asked.index] = error

    def _examine(
        self, sources: Sequence[tuple[Kind, str]], known: Known, timeout: float = TIMEOUT
    ) -> list[dict[str, Any]]:
        findings: list[dict[str, Any]] = self.call(
            "feelExamine", sources, known.tree, timeout=timeout
        )
        return findings

    @cached_property
    def _functions(self) -> tuple[str, ...]:
        return tuple(self.call("feelFunctions"))


def _around(calendar: Calendar | None, now: datetime | None) -> bytes:
    if now is not None and now.tzinfo is None:
        raise ValueError(f"a datetime without time zone: {now!r}")
    return orjson.dumps(
        {
            "calendar": None if calendar is None else calendar_text(calendar),
            "now": None if now is None else round(now.timestamp() * 1000),
        }
    )


def _value(answer: Any | FeelError) -> Any:
    if isinstance(answer, FeelError):
        raise answer
    return answer


def _decision_problem(refused: Mapping[str, Any], model: DecisionModel) -> Problem:
    params: dict[str, Any] = refused.get("where") or {}
    element = refused.get("element")
    return expression_problem(
        refused,
        "",
        element=element,
        line=model.lines.get(element) if element else None,
        where=where(params) if params else "",
        **params,
    )


def _step(step: Mapping[str, Any]) -> Step:
    return Step(
        decision=step["decision"],
        name=step["name"],
        table=step["table"],
        inputs=tuple((label, value) for label, value in step["inputs"]),
        rules=tuple(Rule(**rule) for rule in step["rules"]),
        value=step["value"],
    )
