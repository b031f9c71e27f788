"""Answers made up for any form: ones that will do, ones that nearly do, and hostile ones.

Seeded, so that a failure can be looked at again: `Submissions(definition, seed).take(20)`.
"""

import random
import re
from collections.abc import Iterator
from re import _parser as sre  # the only reader of patterns Python has
from typing import Any

TODAY = "2026-11-22"

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"

WORDS = [
    "云川市",
    "张小明",
    "欧阳 娜娜",
    "人民路 12 号",
    "食品经营",
    "Ａ１",
    "O'Neil",
    "𠮷野家",
    "阿依古丽·买买提",
]
NEARLY = [
    "",
    " ",
    "　",
    "\t\n",
    "a\r\nb",
    "x" * 501,
    "界" * 600,
    "\u0000零",
    "👍" * 3,
    "null",
    "=1+1",
    "{{x}}",
]
HOSTILE: list[Any] = [
    None, True, False, 0, -1, 1, 1.5, 1e308, 2**53, 2**63, "", " ", "x", "12", "NaN", "1e5",
    [], [1], ["x", "x"], [None], [[]], {}, {"value": 1}, {"__proto__": {"x": 1}}, "\ud83d\ude00",
    "x" * 3000, [{}] * 3, {"province": 5}, "2026-02-30", "99999999999999999999", -0.0, 0.1 + 0.2,
    {"length": 3}, "constructor", ["a"] * 600,
]  # fmt: skip


class Submissions:
    def __init__(self, definition: dict[str, Any], seed: int) -> None:
        self.definition = definition
        self.random = random.Random(f"{definition.get('id')}-{seed}")

    def take(self, count: int) -> Iterator[dict[str, Any]]:
        """A third each: meant to be right, with a few answers nearly right, and hostile."""
        for number in range(count):
            answers = self.answers(self.definition["components"], wrong=(0, 0.12, 0.05)[number % 3])
            if number % 3 == 2:
                self.spoil(answers)
            yield answers

    def answers(self, components: list[dict[str, Any]], wrong: float) -> dict[str, Any]:
        scope: dict[str, Any] = {}
        self.fill(components, scope, wrong)
        return scope

    def fill(self, components: list[dict[str, Any]], scope: dict[str, Any], wrong: float) -> None:
        for component in components:
            type_ = component["type"]
            if type_ == "group":
                inner = put(scope, component["path"], {}) if component.get("path") else scope
                self.fill(component["components"], inner, wrong)
            elif type_ == "dynamiclist":
                rows = self.rows(component, wrong)
                put(
                    scope,
                    component["path"],
                    [self.answers(component["components"], wrong) for _ in rows],
                )
            elif "key" in component and type_ != "expression":
                if not (component.get("validate") or {}).get("required") and self.chance(0.25):
                    if self.chance(0.5):
                        continue
                    put(scope, component["key"], None)
                else:
                    put(scope, component["key"], self.value(component, self.chance(wrong)))

    def rows(self, component: dict[str, Any], wrong: float) -> range:
        custom = component.get("properties") or {}
        least = int(custom.get("minRows", 0))
        most = min(int(custom.get("maxRows", 4)), least + 3)
        if self.chance(wrong):
            least, most = 0, most + 2
        return range(self.random.randint(least, max(least, most)))

    def value(self, component: dict[str, Any], wrong: bool) -> Any:
        make = getattr(self, f"_{component['type']}", None)
        return make(component, wrong) if make else self.random.choice(WORDS)

    def spoil(self, answers: dict[str, Any]) -> None:
        """Puts hostile values in a few places, known and unknown."""
        places = list(_places(answers))
        for _ in range(self.random.randint(1, 3)):
            holder, key = self.random.choice(places) if places else (answers, "x")
            holder[key] = self.random.choice(HOSTILE)
        if self.chance(0.3):
            answers[self.random.choice(["hack", "__proto__", "constructor", "today"])] = (
                self.random.choice(HOSTILE)
            )

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def _textfield(self, component: dict[str, Any], wrong: bool) -> str:
        validate = component.get("validate") or {}
        if wrong:
            return self.random.choice([*NEARLY, "x" * (validate.get("maxLength", 9) + 1), "y"])
        if validate.get("pattern"):
            return self.matching(validate["pattern"])
        if validate.get("validationType") == "email":
            return "window@yunchuan.example"
        text = self.random.choice(WORDS)
        least = validate.get("minLength", 0)
        most = validate.get("maxLength", 500)
        least, most = (x if isinstance(x, int) else 5 for x in (least, most))
        return (text * (least // len(text) + 1))[:most]

    _textarea = _textfield

    def matching(self, pattern: str) -> str:
        made = "".join(self._drawn(part) for part in sre.parse(pattern))
        return made if re.search(pattern, made) else self.random.choice(WORDS)

    def _drawn(self, part: tuple[Any, Any]) -> str:
        kind, what = part
        match str(kind):
            case "LITERAL":
                return chr(what)
            case "IN":
                return (
                    self._drawn(self.random.choice(what)) if str(what[0][0]) != "NEGATE" else "乙"
                )
            case "RANGE":
                return chr(self.random.randint(*what))
            case "CATEGORY":
                return self.random.choice("0123456789")
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, inner = what
                times = self.random.randint(least, min(int(most), least + 3))
                return "".join(self._drawn(one) for _ in range(times) for one in inner)
            case "SUBPATTERN":
                return "".join(map(self._drawn, what[3]))
            case "BRANCH":
                return "".join(map(self._drawn, self.random.choice(what[1])))
            case "ANY":
                return "丙"
        return ""

    def _number(self, component: dict[str, Any], wrong: bool) -> Any:
        validate = component.get("validate") or {}
        low, high = (validate.get(name) for name in ("min", "max"))
        low = low if isinstance(low, int | float) else 0
        high = high if isinstance(high, int | float) else low + 1000
        if wrong:
            return self.random.choice(
                [low - 1, high + 1, low + 0.12345678, "12", "十二", "1,200", 2**53 + 2, 1e21, 0, ""]
            )
        digits = component.get("decimalDigits", 2)
        step = float(component.get("increment") or 0)
        number = self.random.uniform(low, high)
        number = round(number / step) * step if step else round(number, digits)
        return int(number) if digits == 0 or self.chance(0.3) else number

    def _money(self, component: dict[str, Any], wrong: bool) -> Any:
        if wrong:
            return self.random.choice([-1, 12.5, "一百元", "12.00", 2**53, 10**14])
        validate = component.get("validate") or {}
        low, high = (validate.get(name) for name in ("min", "max"))
        low = low if isinstance(low, int) else 0
        return self.random.randint(low, high if isinstance(high, int) else low + 10_000_000)

    def _datetime(self, component: dict[str, Any], wrong: bool) -> Any:
        if wrong:
            return self.random.choice(
                [
                    "2026-02-29",
                    "2026-1-1",
                    "22.11.2026",
                    "今天",
                    TODAY,
                    "1899-12-31",
                    "2026-11-23",
                    "1990-01-01",
                ]
            )
        range_ = (component.get("properties") or {}).get("range", "")
        year = "2027" if "future" in range_ else self.random.choice(["2025", "2019"])
        day = f"{year}-{self.random.randint(1, 12):02d}-{self.random.randint(1, 28):02d}"
        time = f"{self.random.randint(0, 23):02d}:{self.random.choice(['00', '30'])}"
        return {"time": time, "datetime": f"{day}T{time}"}.get(
            component.get("subtype", "date"), day
        )

    def _checkbox(self, component: dict[str, Any], wrong: bool) -> bool:
        required = (component.get("validate") or {}).get("required")
        return not wrong if required else self.chance(0.5)

    def _select(self, component: dict[str, Any], wrong: bool) -> Any:
        if wrong:
            return self.random.choice([None, "走私", ""])
        values = component.get("values") or [{"value": v} for v in ("a", "b", "430000")]
        return self.random.choice(values)["value"]

    _radio = _select

    def _checklist(self, component: dict[str, Any], wrong: bool) -> Any:
        if wrong:
            return self.random.choice([[], None, ["走私"]])
        values = [v["value"] for v in component.get("values") or [{"value": "a"}, {"value": "b"}]]
        count = len(values) if self.chance(0.5) else self.random.randint(1, len(values))
        return self.random.sample(values, count)

    _taglist = _checklist

    def _idnumber(self, component: dict[str, Any], wrong: bool) -> str:
        number = id_number(self.random)
        if wrong:
            swapped = number[:9] + number[10] + number[9] + number[11:]
            last = "0" if number[17] != "0" else "1"
            return self.random.choice(
                [number[:17], number[:17] + last, swapped, "110101209901010010", "身份证"]
            )
        return number if self.chance(0.8) else f" {number[:6]} {number[6:].lower()}"

    def _creditcode(self, component: dict[str, Any], wrong: bool) -> str:
        code = credit_code(self.random)
        if wrong:
            return self.random.choice(
                [code[:17], code[:17] + ("0" if code[17] != "0" else "1"), code[:16] + "IO"]
            )
        return code if self.chance(0.8) else code.lower()

    def _mobile(self, component: dict[str, Any], wrong: bool) -> str:
        if wrong:
            return self.random.choice(
                ["12345678901", "1381234567", "0771-1234567", "138 0000 0000 1"]
            )
        return f"1{self.random.choice('3456789')}{self.random.randint(0, 10**9 - 1):09d}"

    def _region(self, component: dict[str, Any], wrong: bool) -> Any:
        whole = {
            "province": self.random.choice(["云南省", "北京市"]),
            "city": "云川市",
            "county": "青溪县",
            "town": "临江镇",
            "street": "柳树村 3 组 12 号",
        }
        if wrong:
            del whole[self.random.choice(list(whole))]
            if self.chance(0.3):
                whole["street"] = "路" * 101
        return whole


def id_number(chosen: random.Random) -> str:
    digits = f"{chosen.randint(11, 65)}{chosen.randint(1, 9999):04d}"
    digits += f"{chosen.randint(1930, 2020)}{chosen.randint(1, 12):02d}{chosen.randint(1, 28):02d}"
    digits += f"{chosen.randint(0, 999):03d}"
    total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, digits, strict=True))
    return digits + "10X98765432"[total % 11]


def credit_code(chosen: random.Random) -> str:
    code = chosen.choice("159Y") + chosen.choice("1239") + f"{chosen.randint(110000, 659999)}"
    code += "".join(chosen.choice(CREDIT_SIGNS) for _ in range(9))
    total = sum(3**place % 31 * CREDIT_SIGNS.index(sign) for place, sign in enumerate(code))
    return code + CREDIT_SIGNS[-total % 31]


def put(scope: dict[str, Any], path: str, value: Any) -> Any:
    *way, last = path.split(".")
    for step in way:
        scope = scope.setdefault(step, {})
    return scope.setdefault(last, value)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in list(items):
        yield value, key
        yield from _places(inner)
