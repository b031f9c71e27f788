"""Whatever an admin writes is bounded, reaches nothing outside, and leaves the engine alive."""

import sys
import time
from collections.abc import Iterator

import pytest

from feel import Feel, FeelError

TEN = "a,a,a,a,a,a,a,a,a,a"
A = "a" * 40

# What must be stopped by a limit: never a value, never more than the time a limit allows.
BOMBS = {
    "a loop of a thousand million": "for i in 1..1000000000 return i",
    "a loop that misses its end": "for i in 0.5..3 return i",
    "loops in loops": "count(for a in 1..5000, b in 1..5000, c in 1..5000 return a)",
    "loops returning loops": "for a in 1..99999 return for b in 1..99999 return {x: a}",
    "a search without end": "some a in 1..30000 satisfies some b in 1..30000 satisfies a + b < 0",
    "recursion through a parameter": "{f: function(g, n) g(g, n + 1), r: f(f, 0)}.r",
    "recursion that branches": "{f: function(g, n) g(g, n) + g(g, n), r: f(f, 0)}.r",
    "sorting by a slow order": (
        "sort([3, 2, 1], function(a, b) count(for x in 1..90000, y in 1..90000 return 1) > 0)"
    ),
    "a pattern that backtracks": f'matches("{A}!", "^(a+)+$")',
    "a replacement that backtracks": f'replace("{A}!", "^(a|a)*$", "x")',
    "a split that backtracks": f'split("{A}!", "^(a+)+$")',
    "a string doubled": '{a: "xxxxxxxxxx", '
    + ", ".join(
        f"{n}: {p} + {p} + {p} + {p} + {p} + {p} + {p}"
        for p, n in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "}.i",
    "a string joined": 'string join(for i in 1..90000 return "xxxxxxxxxxxxxxxxxxxxxxxxx")',
    "a list doubled": "{a: [1, 1], "
    + ", ".join(
        f"{n}: concatenate({TEN.replace('a', p)})"
        for p, n in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "}.i",
    "a replacement that grows": (
        'replace(replace("'
        + "a" * 900
        + '", "a", "'
        + "$0" * 300
        + '"), "a", "'
        + "$0" * 300
        + '")'
    ),
    "distinct values of very many": "count(distinct values(for i in 1..99999 return i))",
    "a power of powers": "9 ** 9 ** 9 ** 9",
    "lists in lists": "[" * 2000 + "1" + "]" * 2000,
    "a list flattened": "{a: for i in 1..999 return i, b: for i in 1..999 return a, "
    "c: for i in 1..999 return b, d: flatten(for i in 1..999 return c)}.d",
    "a list written out": "{a: for i in 1..999 return i, b: for i in 1..999 return a, "
    "c: for i in 1..999 return b, d: string(c)}.d",
    "a split with a thousand groups": (
        'split(string join(for i in 1..30000 return "aaaaaaaaaa"), "' + "()" * 1000 + '")'
    ),
    "a long string joined by long ones": (
        '{a: string join(for i in 1..30000 return "xxxxxxxxxxxxxxxxxxxx"), '
        "b: string join(for i in 1..9000 return a, a)}.b"
    ),
    "a megabyte of text": "1" + " + 1" * 250_000,
    "a result as big as it can be": (
        '{a: for i in 1..99 return "' + "x" * 999 + '", b: for i in 1..99 return a, '
        "c: for i in 1..99 return b, d: for i in 1..9 return c}.d"
    ),
}

# What tries to get out. Either an error, or a harmless value that is listed.
ESCAPES: dict[str, object] = {
    '"".constructor.constructor("return globalThis")()': None,
    "[].constructor": [],
    "{}.constructor": None,
    "{}.__proto__": None,
    '{}["__proto__"]': [],
    "constructor": None,
    "globalThis": None,
    "this": None,
    "arguments": None,
    "(function(a) a).constructor": None,
    '(function(a) a).constructor("return 1")()': None,
    "(function(a) a).fn": None,
    "count.constructor": None,
    "count.prototype": None,
    "count.caller": None,
    "sort([1, 2], function(a, b) sort.caller)": None,
    "[1..3].map(function(x) x)": None,
    "[1..3].includes": None,
    "today().loc": None,
    "now().zone": None,
    'duration("P1D").matrix': None,
    'get value({}, "__proto__")': None,
    'get value({}, "constructor")': None,
    'get value(count, "constructor")': None,
    'context put({}, ["__proto__", "polluted"], "yes")': None,
    'context put({}, "__proto__", {polluted: "yes"}).polluted': None,
    'context([{key: "__proto__", value: {polluted: "yes"}}]).other': None,
    'context merge({a: 1}, {"__proto__": {polluted: "yes"}}).a': None,
    '{"__proto__": {polluted: "yes"}}.other': None,
    'Function("return 1")()': None,
    'eval("1")': None,
    'exec("1")': None,
    '__import__("os").system("id")': None,
    "__builtins__": None,
    'open("/etc/passwd")': None,
    'require("fs").readFileSync("/etc/passwd")': None,
    'import("fs")': None,
    'fetch("http://127.0.0.1/")': None,
    'XMLHttpRequest("http://127.0.0.1/")': None,
    "process.env": None,
    "WebAssembly": None,
    "feelin.evaluate": None,
    'feelSetup("UTC", "x")': None,
    '"); globalThis.x = 1; ("': '"); globalThis.x = 1; ("'.strip('"'),
    '"\\u0022); globalThis.x = 1"': '"); globalThis.x = 1',
    "`constructor`": None,
    '"\u2028\u2029"': "\u2028\u2029",
    "1 /* */ */": None,
    "`${1}`": None,
    "x => 1": None,
    "\x00": None,
}


@pytest.fixture
def alive(feel: Feel) -> Iterator[Feel]:
    yield feel
    assert feel.evaluate("1 + x", {"x": 1}) == 2
    assert feel.evaluate("{}.polluted", {}) is None
    assert feel.evaluate("count([1, 2])", {}) == 2


@pytest.mark.parametrize("expression", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_bounded(alive: Feel, expression: str) -> None:
    alive.evaluate("1", {})
    started = time.process_time()
    with pytest.raises(FeelError):
        alive.evaluate(expression, {})
    assert time.process_time() - started < 2.5


def test_deep_nesting_is_read_or_refused(alive: Feel) -> None:
    assert alive.evaluate("(" * 2000 + "1" + ")" * 2000, {}) == 1
    assert alive.evaluate("if true then " * 200 + "1" + " else 0" * 200, {}) == 1
    assert alive.evaluate("[" * 100 + "1" + "]" * 100, {}) is not None
    assert alive.evaluate("-" * 2000 + "1", {}) == 1


class Watch:
    """Python's own audit events while armed: compiling, executing, importing, opening, sending."""

    def __init__(self) -> None:
        self.armed = False
        self.seen: list[str] = []
        sys.addaudithook(self._note)  # can't be taken away again, only disarmed

    def _note(self, event: str, _: object) -> None:
        if self.armed and event.startswith(WATCHED):
            self.seen.append(event)


WATCHED = ("compile", "exec", "import", "open", "os.", "subprocess.", "socket.", "ctypes.dlopen")


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


@pytest.mark.parametrize(("expression", "value"), ESCAPES.items(), ids=repr)
def test_there_is_no_way_out(alive: Feel, watch: Watch, expression: str, value: object) -> None:
    alive.evaluate("1", {})  # opens the isolate, whose bundle is a file
    watch.seen.clear()
    watch.armed = True
    try:
        found = alive.evaluate(expression, {})
    except FeelError:
        found = None
    finally:
        watch.armed = False
    assert found == value
    assert watch.seen == []


def test_the_watch_would_see_it(watch: Watch) -> None:
    watch.seen.clear()
    watch.armed = True
    eval("1 + 1")
    watch.armed = False
    assert watch.seen == ["compile", "exec"]


@pytest.mark.parametrize("expression", list(BOMBS.values())[:4])
def test_hostile_tests_and_batches_are_bounded_too(alive: Feel, expression: str) -> None:
    with pytest.raises(FeelError):
        alive.unary(f"count({expression}) > 0", 1, {})
    assert alive.evaluate_many([("1", {}), (expression, {})])[0] == 1


def test_data_with_a_prototype_is_refused(alive: Feel) -> None:
    with pytest.raises(FeelError) as refused:
        alive.evaluate("x", {"x": [{"__proto__": {"polluted": "yes"}}]})
    assert refused.value.code == "forbidden-name"
    assert alive.evaluate("x", {"x": '"__proto__":'}) == '"__proto__":'


def test_data_named_like_the_engines_own_is_data(alive: Feel) -> None:
    names = {"constructor": 1, "toString": 2, "hasOwnProperty": 3, "valueOf": 4, "then": 5}
    assert alive.evaluate("constructor + toString + hasOwnProperty + valueOf", names) == 10
    assert alive.evaluate("x", {"x": names}) == names


def test_deep_data_is_bounded(alive: Feel) -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(FeelError) as refused:
        alive.evaluate("count(x)", {"x": deep})
    assert refused.value.code == "unusable-value"


def test_checking_is_bounded_too(alive: Feel) -> None:
    for expression in BOMBS.values():
        alive.check(expression, [])
    for expression in ESCAPES:
        alive.check(expression, [])
