"""Forms that are judged without the engine are judged as the engine does: answer for answer."""

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import LIBRARY, SINKS, name_of, read
from submissions import TODAY, Submissions

import forms
from feel import Feel
from forms.engine import BUNDLE
from forms.exact import Unsure
from forms.form import Form, _refusals

DAY = date.fromisoformat(TODAY)
GIVEN = {"districts": [{"label": "东区", "value": "a"}, "430000"], "applicant": {"name": "给定"}}


def same(
    form: Form, answers: dict[str, Any], given: dict[str, Any], access: Any, lang: Any
) -> bool:
    """Whether both ways gave one verdict; False where the gate had refused."""
    opened = form._open(access, lang)
    if _refusals(opened, answers, lang):
        return False
    twin = form.verdict(answers, given=given, access=access, lang=lang, today=DAY)
    engine = form._ask(opened.sheet, given, answers, TODAY)
    assert [(e.path, e.message) for e in twin.errors] == [
        (e.path, e.message) for e in engine.errors
    ]
    assert (twin.ok, twin.errors) == (engine.ok, engine.errors)
    if all(error.code != "number-size" for error in twin.errors):
        assert twin.data == engine.data
    return True


@pytest.mark.parametrize("path", [*LIBRARY, *SINKS], ids=name_of)
def test_a_shipped_form_is_judged_alike_with_and_without_the_engine(path: Path, feel: Feel) -> None:
    """Forms that need the engine are at least judged by it, whatever is sent."""
    definition = read(path)
    form = forms.compile(definition, feel)
    compared = 0
    for answers in Submissions(definition, 1).take(60):
        if form.exact:
            compared += same(form, answers, {}, {}, "zh")
        else:
            found = {error.code for error in form.verdict(answers, given=GIVEN).errors}
            assert "unjudged" not in found
    assert compared > 20 or not form.exact


def test_most_shipped_forms_need_no_engine(feel: Feel) -> None:
    exact = [forms.compile(read(path), feel).exact for path in LIBRARY]
    assert sum(exact) > 0.9 * len(exact)


ACCESS: list[dict[str, Any]] = [
    {},
    {"*": "read", "people.cert": "edit", "paid": "edit"},
    {"people.name": "read", "capital": "hide", "applicant": "hide"},
    {"people": "hide", "applicant.kind": "read", "urgent": "read"},
    {"people": "read", "g_applicant": "read", "applicant.name": "edit"},
]


@pytest.mark.parametrize("access", ACCESS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everything_at_once_is_judged_alike(plain_sink: Form, access: Any, lang: Any) -> None:
    """A thousand submissions, each over stored answers of another one."""
    assert plain_sink.exact
    seed = ACCESS.index(access) * 2 + (lang == "en")
    sent = list(Submissions(plain_sink.definition, seed).take(160))
    stored = [{}, GIVEN, *list(Submissions(plain_sink.definition, 99).take(60))[::3]]
    chosen = random.Random(seed)
    done = [same(plain_sink, answers, chosen.choice(stored), access, lang) for answers in sent]
    assert sum(done) > 80


class Expressions:
    """Random conditions of the small language, over answers of every kind."""

    NAMES = (
        *("s", "s2", "n", "n2", "b", "l", "d", "d2", "r", "p", "gone", "r.street", "r.no"),
        *("p.s", "p.n", "p.l", "s.x", "n.y", "this.s"),
    )
    LISTS = ("p", "l", "p.s", "p.n")
    VALUES = (
        '"a"',
        '"b"',
        '""',
        "null",
        "true",
        "false",
        "0",
        "1",
        "-1",
        "2.5",
        "100",
        '"2026-11-22"',
    )

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def value(self, depth: int, bound: tuple[str, ...]) -> str:
        chance = self.random.random()
        if chance < 0.5 or depth <= 0:
            own = [f"{name}.{key}" for name in bound for key in "sn"]
            return self.random.choice([*self.NAMES, *bound, *own])
        if chance < 0.7:
            return self.random.choice(self.VALUES)
        if chance < 0.76:
            return f"count({self.value(depth - 1, bound)})"
        if chance < 0.82:
            return f"list contains({self.value(depth - 1, bound)}, {self.value(depth - 1, bound)})"
        if chance < 0.86:
            return f"distinct values({self.value(depth - 1, bound)})"
        if chance < 0.9:
            return f"date({self.random.choice(['d', 'd2', 's'])})"
        if chance < 0.92:
            return "today()"
        inner = self.condition(depth - 1, bound)
        return f"not({inner})" if chance < 0.96 else f"({inner})"

    def condition(self, depth: int, bound: tuple[str, ...] = ()) -> str:
        chance = self.random.random()
        joint = self.random.choice(["and", "or"])
        if chance < 0.55 or depth <= 0:
            sign = self.random.choice(["=", "!=", "<", "<=", ">", ">=", "="])
            return f"{self.value(depth, bound)} {sign} {self.value(depth, bound)}"
        if chance < 0.7:
            return f"{self.condition(depth - 1, bound)} {joint} {self.condition(depth - 1, bound)}"
        if chance < 0.8:
            return (
                f"({self.condition(depth - 1, bound)}) {joint} ({self.condition(depth - 1, bound)})"
            )
        if chance < 0.9:
            name = self.random.choice("xy")
            some = f"{self.random.choice(['some', 'every'])} {name}"
            some += f" in {self.random.choice(self.LISTS)}"
            some += f" satisfies {self.condition(depth - 1, (*bound, name))}"
            return some if chance < 0.85 else f"({some}) {joint} {self.condition(depth - 1, bound)}"
        return self.value(depth, bound)

    def answers(self) -> dict[str, Any]:
        pick = self.random.choice

        def some(*options: Any) -> list[Any]:
            return self.random.sample(options, self.random.randint(0, len(options)))

        return {
            "s": pick(["", "a", "b", "2026-11-22", "1"]),
            "s2": pick(["", "a", "x"]),
            "n": pick([None, 0, 1, -1, 2.5, 100, "文"]),
            "n2": pick([None, 1, 3]),
            "b": pick([True, False]),
            "l": some("a", "b", 1, True),
            "d": pick([None, "2026-11-22", "2026-02-30", "x"]),
            "d2": pick([None, "2025-01-01", "2026-11-23"]),
            "r": pick([None, {"province": "a", "street": "b"}, {"street": "a"}]),
            "p": [
                {"s": pick(["", "a", "b"]), "n": pick([None, 0, 1, 2.5]), "l": some("a", "b")}
                for _ in range(self.random.randint(0, 3))
            ],
            "gone": pick(["", "a"]),
        }


def components() -> list[dict[str, Any]]:
    def options(*values: Any) -> list[dict[str, Any]]:
        return [{"label": str(value), "value": value} for value in values]

    kinds: list[tuple[str, str, dict[str, Any]]] = [
        *((key, "textfield", {}) for key in ("s", "s2")),
        *((key, "number", {}) for key in ("n", "n2")),
        ("b", "checkbox", {}),
        ("l", "checklist", {"values": options("a", "b", 1, True)}),
        *((key, "datetime", {}) for key in ("d", "d2")),
        ("r", "region", {}),
        ("gone", "textfield", {"conditional": {"hide": "=b"}}),
    ]
    row = [
        ("s", "textfield", {}),
        ("n", "number", {}),
        ("l", "checklist", {"values": options("a", "b")}),
    ]
    made = [{"type": t, "id": k, "key": k, "label": k, **more} for k, t, more in kinds]
    inside = [{"type": t, "id": f"p{k}", "key": k, "label": k, **more} for k, t, more in row]
    return [
        *made,
        {"type": "dynamiclist", "id": "p", "path": "p", "label": "p", "components": inside},
    ]


@pytest.mark.parametrize("seed", range(4))
def test_conditions_mean_to_python_what_they_mean_to_the_engine(seed: int, feel: Feel) -> None:
    feel.load_bundle(BUNDLE)
    expressions = Expressions(seed)
    compared = read_here = 0
    for number in range(200):
        target = {
            "type": "textfield",
            "id": "t",
            "key": "t",
            "label": "t",
            "conditional": {"hide": "=" + expressions.condition(3)},
        }
        whole = components()
        place = whole[-1]["components"] if number % 3 == 0 else whole
        place.append(target)
        form = Form({"components": whole}, feel, f"conditions {seed} {number}")
        opened = form._open({}, "zh")
        if opened.exact is None:
            continue
        read_here += 1
        for _ in range(3):
            answers = expressions.answers()
            try:
                data, _ = opened.exact.judge({}, answers, TODAY)
            except Unsure:
                continue
            compared += 1
            assert data == form._ask(opened.sheet, {}, answers, TODAY).data, target["conditional"]
    assert read_here > 150
    assert compared > 300


@pytest.mark.parametrize(
    "expression",
    [
        "=a + 1 > 2",
        "=if a = 1 then true else false",
        "=for x in l return x",
        "=a in [1..3]",
        "=a between 1 and 3",
        '=s = "a\\"b"',
        "=unknown = 1",
        "=parent.a = 1",
        "=l[1] = 1",
        "=some x in l, y in l satisfies x = y",
        "=true and some x in l satisfies x = 1 or a = 1",
        "=a = 1 = true",
        '=upper case(s) = "A"',
        "=a = 9007199254740993",
    ],
)
def test_what_python_does_not_read_is_left_to_the_engine(feel: Feel, expression: str) -> None:
    feel.load_bundle(BUNDLE)
    keys = {"a": "number", "s": "textfield"}
    made = [{"type": t, "id": k, "key": k, "label": k} for k, t in keys.items()]
    options = [{"label": "x", "value": "x"}]
    made.append({"type": "checklist", "id": "l", "key": "l", "label": "l", "values": options})
    made.append({"type": "text", "id": "t", "text": "x"})
    made.append(
        {
            "type": "checkbox",
            "id": "b",
            "key": "b",
            "label": "b",
            "conditional": {"hide": expression},
        }
    )
    assert not Form({"components": made}, feel, expression).exact
