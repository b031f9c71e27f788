"""The isolate behind the engine: limits, recovery, forks, threads, other rooms' bundles."""

import asyncio
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from feel import Calendar, Feel, FeelError

ENDLESS = "count(for a in 1..99999, b in 1..99999 return a)"

BUNDLE = """
globalThis.echo = (...values) => values;
globalThis.register = (name, value) => { (globalThis.kept ??= {})[name] = value; };
globalThis.registered = () => globalThis.kept ?? {};
globalThis.fail = () => { throw new TypeError('no such form'); };
globalThis.spin = () => { for (;;); };
globalThis.hoard = () => { const all = []; for (;;) all.push(new Array(1000).fill({ a: 1 })); };
globalThis.make = () => new Function('return 1')();
globalThis.known = () => ['process', 'require', 'fetch', 'Deno', 'XMLHttpRequest', 'setTimeout']
  .filter((name) => name in globalThis);
globalThis.asked = (text, names) => feelin.evaluate(text, names);
globalThis.nothing = () => undefined;
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.js"
    path.write_text(BUNDLE)
    return path


@pytest.fixture
def own(bundle: Path) -> Iterator[Feel]:
    """An engine of the test's own, with a bundle of its own."""
    engine = Feel()
    engine.load_bundle(bundle)
    yield engine
    engine.close()


def run(program: str) -> str:
    """A program's output; it must end by itself, in good time."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.strip()


def test_functions_of_a_bundle_take_and_return_json(own: Feel) -> None:
    value = [1, "二", {"a": [None, True]}, {"__proto__": 1}]
    assert own.call("echo", *value) == value
    assert own.call("nothing") is None


def test_a_function_that_throws_is_an_error_and_harms_nothing(own: Feel) -> None:
    with pytest.raises(FeelError, match="no such form") as refused:
        own.call("fail")
    assert refused.value.code == "script-error"
    with pytest.raises(FeelError):
        own.call("not_there")
    assert own.generation == 1


@pytest.mark.parametrize("name", ["echo()", "a.b", "echo;evil", "", "1", "a b", "echo\n"])
def test_only_a_function_can_be_named(own: Feel, name: str) -> None:
    with pytest.raises(ValueError, match="not a function's name"):
        own.call(name)


@pytest.mark.parametrize(("function", "code"), [("spin", "timeout"), ("hoard", "out-of-memory")])
def test_a_spent_isolate_is_replaced(own: Feel, function: str, code: str) -> None:
    own.call("register", "form", 1)
    with pytest.raises(FeelError) as refused:
        own.call(function, timeout=0.25 if code == "timeout" else 20)
    assert refused.value.code == code
    assert own.evaluate("1 + 1", {}) == 2
    assert own.call("registered") == {}
    assert own.generation == 2


def test_decisions_survive_a_replaced_isolate(own: Feel, dmn: type) -> None:
    _held = own.load_decision("k", dmn.definitions(dmn.decision("d", dmn.literal("x + 1"))))
    for value in (1, 2):
        with pytest.raises(FeelError):
            own.evaluate(ENDLESS, {})
        assert own.decide("k", "d", {"x": value}).value == value + 1


def test_another_room_registers_again_in_a_fresh_isolate(own: Feel) -> None:
    own.on_fresh(lambda: own.call("register", "form", own.generation))
    for generation in (1, 2, 3):
        assert own.call("registered") == {"form": generation}
        with pytest.raises(FeelError):
            own.call("spin")


def test_a_hook_that_fails_leaves_no_half_made_isolate(own: Feel) -> None:
    broken = True

    def hook() -> None:
        if broken:
            own.call("fail")

    own.on_fresh(hook)
    with pytest.raises(FeelError, match="no such form"):
        own.evaluate("1", {})
    broken = False
    assert own.evaluate("1", {}) == 1


def test_a_bundle_loaded_late_is_there_at_once_and_again(bundle: Path) -> None:
    engine = Feel()
    assert engine.evaluate("1", {}) == 1
    engine.load_bundle(bundle)
    engine.load_bundle(bundle)
    assert engine.call("echo", 1) == [1]
    engine.close()
    assert engine.call("echo", 2) == [2]
    engine.close()


def test_a_bundle_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    engine = Feel()
    engine.load_bundle(tmp_path / "none.js")
    with pytest.raises(RuntimeError, match="npm run build"):
        engine.evaluate("1", {})


def test_other_bundles_share_the_engine_and_its_corrections(own: Feel) -> None:
    asked = own.call("asked", "median([9, 10, 100]) + limit", {"limit": 1})
    assert asked == {"value": 11, "warnings": []}
    [warning] = own.call("asked", "limit", {})["warnings"]
    assert warning["type"] == "NO_VARIABLE_FOUND"


def test_there_is_nothing_in_the_isolate_and_no_code_from_strings(own: Feel) -> None:
    assert own.call("known") == []
    with pytest.raises(FeelError, match="Code generation from strings"):
        own.call("make")


def test_threads_queue_and_each_gets_its_own_answer(own: Feel) -> None:
    wrong: list[object] = []

    def ask(number: int) -> None:
        for turn in range(40):
            if number == 0 and turn % 20 == 0:
                with pytest.raises(FeelError):
                    own.evaluate(ENDLESS, {})
            calendar = Calendar(weekly=frozenset({number % 7}))
            answer = own.evaluate("x * 100 + y", {"x": number, "y": turn}, calendar=calendar)
            if answer != number * 100 + turn:
                wrong.append((number, turn, answer))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []


async def test_an_event_loop_changes_nothing() -> None:
    """Opened and used within a running loop, limits hold and other threads may call."""
    engine = Feel()
    assert engine.evaluate("1 + 1", {}) == 2
    with pytest.raises(FeelError) as refused:
        engine.evaluate(ENDLESS, {})
    assert refused.value.code == "timeout"
    assert await asyncio.to_thread(engine.evaluate, "2 + 2", {}) == 4
    engine.close()


def test_a_forked_child_opens_an_isolate_of_its_own() -> None:
    assert (
        run("""
        import os, sys
        from feel import Feel
        feel = Feel()
        assert feel.evaluate("1 + 1", {}) == 2
        child = os.fork()
        if child == 0:
            assert feel.evaluate("2 + 2", {}) == 4
            try:
                feel.evaluate("count(for a in 1..99999, b in 1..99999 return a)", {})
            except Exception as error:
                assert error.code == "timeout"
            print("child", feel.evaluate("3 + 3", {}), flush=True)
            sys.exit(0)
        assert os.waitpid(child, 0)[1] == 0
        print("parent", feel.evaluate("4 + 4", {}))
    """)
        == "child 6\nparent 8"
    )


def test_a_fork_in_the_middle_of_a_call_does_not_hang_the_child() -> None:
    assert (
        run("""
        import os, sys, threading, time
        from feel import Feel
        feel = Feel()
        feel.evaluate("1", {})
        def spin():
            try:
                feel.evaluate("count(for a in 1..99999, b in 1..99999 return a)", {})
            except Exception:
                pass
        thread = threading.Thread(target=spin)
        thread.start()
        time.sleep(0.05)
        child = os.fork()
        if child == 0:
            print(feel.evaluate("1 + 1", {}), flush=True)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        thread.join()
    """)
        == "2"
    )


@pytest.mark.parametrize("how", ["", "feel.close()", "sys.exit(0)", "spend()"])
def test_a_program_ends_without_hanging(how: str) -> None:
    assert (
        run(f"""
        import sys
        from feel import Feel
        feel = Feel()
        other = Feel()
        def spend():
            try:
                feel.evaluate("count(for a in 1..99999, b in 1..99999 return a)", {{}})
            except Exception:
                pass
        print(feel.evaluate("1", {{}}) + other.evaluate("1", {{}}), flush=True)
        {how}
    """)
        == "2"
    )


def test_closing_twice_is_closing() -> None:
    engine = Feel()
    engine.close()
    engine.evaluate("1", {})
    engine.close()
    engine.close()
    assert engine.evaluate("2", {}) == 2
    engine.close()


def test_hundreds_of_spent_isolates_leave_no_memory_behind() -> None:
    output = run("""
        from feel import Feel
        feel = Feel()
        def size():
            return int(open("/proc/self/statm").read().split()[1]) * 4096
        for turn in range(60):
            feel.evaluate("1", {})
            feel.close()
            if turn == 20:
                before = size()
        print((size() - before) // (1 << 20))
    """)
    assert int(output) < 60


def test_an_interrupted_call_gives_the_isolate_up(own: Feel) -> None:
    """Ctrl-C in the middle of a call: the next call has an isolate in order."""
    import signal

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGALRM, interrupt)
    own.evaluate("1", {})
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(KeyboardInterrupt):
            own.call("spin", timeout=10)
    finally:
        signal.signal(signal.SIGALRM, former)
    assert own.evaluate("1 + 1", {}) == 2
    assert own.generation == 2


def test_the_engines_are_independent(own: Feel) -> None:
    other = Feel(zone="UTC")
    own.call("register", "a", 1)
    with pytest.raises(FeelError):
        other.call("registered")
    other.close()
