"""Worker processes: what crosses, what is withheld, and what happens to one that misbehaves."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import storage

TASKS = """
import os, sys, time
from storage.problems import Refused

def echo(**values): return values
def blob(blob): return {"size": len(blob)}, blob[::-1]
def name(): return os.getpid()
def environment(): return dict(os.environ)
def sleep(long): time.sleep(long)
def hoard(megabytes): return len(bytearray(megabytes << 20))
def die(): os.abort()
def fail(): raise KeyError("a fault of ours")
def refuse(): raise Refused("code", "不行：{why}", "for the log", why="就是不行")
def shout():
    print("between the messages", flush=True)
    os.write(1, b"x" * 100)
    return "heard"
"""


@pytest.fixture
def workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[storage.Workers]:
    (tmp_path / "tasks_of_this_test.py").write_text(TASKS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    workers = storage.Workers(("tasks_of_this_test",), memory=512 << 20, calls=50)
    yield workers
    workers.close()


def task(name: str) -> str:
    return f"tasks_of_this_test:{name}"


async def test_values_and_bytes_cross_both_ways(workers: storage.Workers) -> None:
    answer = await workers.acall(task("echo"), seconds=30, text="汉字", many=[1, None, {"a": 1.5}])
    assert answer == ({"text": "汉字", "many": [1, None, {"a": 1.5}]}, b"")
    data = os.urandom(3 << 20)
    facts, back = workers.call(task("blob"), seconds=30, blob=data)
    assert facts == {"size": 3 << 20}
    assert back == data[::-1]
    assert workers.call(task("shout"), seconds=30)[0] == "heard"


def test_a_worker_stays_warm_and_is_replaced_in_time(workers: storage.Workers) -> None:
    names = [workers.call(task("name"), seconds=30)[0] for _ in range(51)]
    assert len(set(names[:50])) == 1
    assert names[50] != names[0]


def test_a_worker_knows_no_secrets(workers: storage.Workers) -> None:
    environment, _ = workers.call(task("environment"), seconds=30)
    assert "postgres://secret" not in str(environment)
    assert "PATH" in environment


def test_a_refusal_comes_back_as_it_was_said(workers: storage.Workers) -> None:
    with pytest.raises(storage.Refused) as refusal:
        workers.call(task("refuse"), seconds=30)
    said = refusal.value
    assert (said.code, said.message, said.detail) == ("code", "不行：就是不行", "for the log")


def test_a_fault_of_ours_is_not_a_refusal(workers: storage.Workers) -> None:
    name, _ = workers.call(task("name"), seconds=30)
    with pytest.raises(storage.WorkerFailed, match="a fault of ours"):
        workers.call(task("fail"), seconds=30)
    assert workers.call(task("name"), seconds=30)[0] == name, "the worker goes on"


@pytest.mark.parametrize(
    ("call", "values", "refusal"),
    [
        ("sleep", {"long": 60}, storage.OutOfTime),
        ("hoard", {"megabytes": 2000}, storage.OutOfMemory),
        ("die", {}, storage.OutOfMemory),
    ],
)
def test_a_worker_that_misbehaves_is_replaced(
    workers: storage.Workers, call: str, values: dict[str, int], refusal: type[Exception]
) -> None:
    name, _ = workers.call(task("name"), seconds=30)
    began = time.monotonic()
    with pytest.raises(refusal):
        workers.call(task(call), seconds=0.5, **values)
    assert time.monotonic() - began < 5
    assert workers.call(task("name"), seconds=30)[0] != name
    with pytest.raises(ProcessLookupError):
        os.kill(name, 0)


def test_many_threads_share_few_workers(workers: storage.Workers) -> None:
    heard: list[object] = []

    def ask(number: int) -> None:
        heard.append(workers.call(task("echo"), seconds=30, number=number)[0]["number"])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == list(range(20))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system doesn't fork")
def test_after_a_fork_the_child_has_workers_of_its_own(workers: storage.Workers) -> None:
    name, _ = workers.call(task("name"), seconds=30)
    child = os.fork()
    if child == 0:
        other, _ = workers.call(task("name"), seconds=20)
        os._exit(0 if other != name else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert workers.call(task("name"), seconds=30)[0] == name


def test_a_module_that_cannot_be_loaded_says_so() -> None:
    workers = storage.Workers(("no_such_module_anywhere",))
    with pytest.raises(storage.WorkerFailed, match="didn't start"):
        workers.call("no_such_module_anywhere:f", seconds=30)
    assert "no_such_module_anywhere" not in sys.modules
