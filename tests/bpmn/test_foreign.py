"""Drawings from other tools: each becomes a draft that opens, and the report says what it took."""

import contextlib
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn import Unreadable, lint, read
from bpmn.foreign import Adopted, adopt
from bpmn.foreign.conditions import translate
from bpmn.safexml import parse
from feel import Feel

FILES = sorted((Path(__file__).parent / "foreign").glob("*.bpmn"))
LIBRARY = sorted((Path(__file__).parents[2] / "bpmn/library").glob("*/process.bpmn"))
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


def taken(name: str) -> Adopted:
    return adopt((Path(__file__).parent / f"foreign/{name}.bpmn").read_bytes())


def codes(adopted: Adopted, element: str | None) -> set[str]:
    return {entry.code for entry in adopted.report if entry.element == element}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_foreign_drawing_becomes_a_draft_whose_faults_are_all_announced(
    file: Path, feel: Feel
) -> None:
    adopted = adopt(file.read_bytes())
    drawing = read(adopted.xml)
    announced = {entry.element for entry in adopted.to_fill_in}
    unsaid = [
        problem
        for problem in lint(drawing, feel)
        if problem.severity == "error" and problem.element not in announced
    ]
    assert unsaid == []
    assert drawing.main is not None
    assert not any(node.foreign for node in drawing.nodes.values())
    assert all(entry.message for entry in adopted.report)
    lines = file.read_bytes().count(b"\n") + 1
    assert all(0 <= entry.line <= lines for entry in adopted.report)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_element_of_a_draft_is_drawn_somewhere(file: Path) -> None:
    root = parse(adopt(file.read_bytes()).xml)
    drawn = {each.get("bpmnElement") for each in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")}
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    drawing = read(adopt(file.read_bytes()).xml)
    wanted = set(drawing.nodes) | {f.id for s in drawing.scopes.values() for f in s.flows}
    assert wanted <= drawn
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_draft_taken_in_again_is_not_changed_again(file: Path) -> None:
    once = adopt(file.read_bytes())
    again = adopt(once.xml)
    assert [entry for entry in again.report if entry.severity != "fill_in"] == []
    assert read(again.xml).scopes == read(once.xml).scopes


@pytest.mark.parametrize("file", LIBRARY, ids=lambda file: file.parent.name)
def test_our_own_drawings_pass_through_with_nothing_to_report(file: Path) -> None:
    adopted = adopt(file.read_bytes())
    assert adopted.report == ()
    ours, theirs = read(file.read_bytes()), read(adopted.xml)
    assert theirs.variables == ours.variables
    assert {n.id: (n.tag, n.name, n.ow) for n in theirs.nodes.values()} == {
        n.id: (n.tag, n.name, n.ow) for n in ours.nodes.values()
    }


def test_what_camunda_7_says_of_people_forms_and_code_is_mapped_or_asked_for() -> None:
    adopted = taken("camunda7")
    drawing = read(adopted.xml)
    review, check = drawing.nodes["review"], drawing.nodes["check"]
    assert review.ow == {"limit": "3d"}
    assert check.ow == {"assign": "role:checker"}
    assert {"assign-to-fill", "form-to-make", "limit-taken", "listener-dropped"} <= codes(
        adopted, "review"
    )
    assert "embedded:app:forms/review.html" in review.documentation
    assert drawing.nodes["count"].tag == "serviceTask"
    assert "amount * 0.3" in drawing.nodes["count"].documentation
    conditions = {flow.id: flow.condition for flow in drawing.scopes["travel"].flows}
    assert conditions["f3"] == "amount > 1000 and not(urgent)"
    assert conditions["f4"] is None
    assert "travelService" in next(e.message for e in adopted.to_fill_in if e.element == "f4")
    assert drawing.variables == {"amount": "number", "urgent": "boolean"}
    assert b"org.example" not in adopted.xml
    assert b"camunda" not in adopted.xml


def test_what_camunda_8_says_is_mapped_or_asked_for_and_its_picture_is_kept() -> None:
    adopted = taken("camunda8")
    drawing = read(adopted.xml)
    assert drawing.nodes["rate"].ow == {"decision": "risk-rate"}
    loop = drawing.nodes["ask"].loop
    assert loop is not None
    assert (loop.collection, loop.item) == ("items", "item")
    assert drawing.variables == {"items": "list", "risk": "string"}
    assert "claims-team" in drawing.nodes["look"].documentation
    assert {"limit-to-fill", "assign-to-fill", "form-to-make"} <= codes(adopted, "look")
    assert b'x="490" y="95"' in adopted.xml


def test_named_ways_after_a_persons_step_become_its_buttons() -> None:
    adopted = taken("signavio")
    drawing = read(adopted.xml)
    step = drawing.nodes["sid_B_2"]
    assert step.ow["outcomes"] == "way_1:同意;way_2:不同意"
    conditions = {f.name: f.condition for f in drawing.scopes["sid-2"].flows if f.condition}
    assert conditions["不同意"] == 'sid_B_2_outcome = "way_2"'
    assert {"outcomes-made"} <= codes(adopted, "sid_C3")
    assert {"data-dropped"} <= codes(adopted, "sid-I9")


def test_of_several_pools_one_is_taken_and_the_others_are_noted() -> None:
    adopted = taken("two-pools")
    drawing = read(adopted.xml)
    assert [scope.id for scope in drawing.processes] == ["office"]
    assert drawing.processes[0].name == "窗口"
    assert {"pool-dropped", "pool-noted"} <= {entry.code for entry in adopted.report}
    assert "供应商" in adopted.xml.decode()
    assert "节假日顺延" in adopted.xml.decode()
    assert codes(adopted, "o1") == {"start-trigger-dropped"}
    assert drawing.nodes["o4"].event.name == "等付款"


def test_beginnings_ends_and_splits_nobody_drew_are_drawn() -> None:
    adopted = taken("implicit")
    scope = read(adopted.xml).scopes["sketch"]
    kinds = [node.tag for node in scope.nodes.values()]
    assert kinds.count("startEvent") == kinds.count("endEvent") == 1
    split = scope.nodes["a_split"]
    assert (split.tag, split.default) == ("inclusiveGateway", "f3")
    assert {f.condition for f in scope.outgoing["a_split"]} == {"amount > 10", None}
    assert codes(adopted, "f5") == {"condition-alone"}
    assert codes(adopted, "f6") == {"flow-dangling"}


def test_called_processes_are_drawn_out_and_calls_without_target_become_tasks() -> None:
    adopted = taken("calls")
    drawing = read(adopted.xml)
    assert drawing.nodes["one"].tag == drawing.nodes["two"].tag == "subProcess"
    assert len(drawing.scopes["one"].nodes) == len(drawing.scopes["two"].nodes) == 4
    assert drawing.nodes["three"].name == "签字"
    assert {n.tag for n in drawing.nodes.values()} & {"callActivity"} == set()
    assert "call-without-target" in codes(adopted, "four")
    assert "call-without-target" in codes(adopted, "again")  # of itself
    assert "empty-sub-process" in codes(adopted, "five")


def test_events_are_completed_or_asked_for() -> None:
    adopted = taken("events")
    nodes = read(adopted.xml).nodes
    assert nodes["once"].event.timer == ("timeDuration", "P5D")
    assert nodes["week"].event.timer == ("timeDuration", "P7D")
    assert nodes["odd"].event.timer is None
    assert "timer-to-fill" in codes(adopted, "odd")
    assert nodes["paid"].event.name == "付款到账"
    assert nodes["jump"].event.kind == nodes["land"].event.kind == "none"
    assert "undo" not in nodes
    assert "undoing" not in nodes
    assert nodes["e"].tag == "intermediateThrowEvent"
    assert "boundary-adrift" in codes(adopted, "lost")


def test_loops_keep_their_counts_and_lists() -> None:
    adopted = taken("loops")
    nodes = read(adopted.xml).nodes
    loops = {key: nodes[key].loop for key in ("three", "many", "some")}
    assert loops["three"] is not None
    assert loops["many"] is not None
    assert loops["some"] is not None
    assert (loops["three"].count, loops["three"].completion) == ("3", "enough = true")
    assert (loops["many"].collection, loops["many"].item) == ("households", "household")
    assert loops["some"].count is None
    assert "loop-to-fill" in codes(adopted, "some")
    assert "quality.good()" in nodes["redo"].documentation


def test_ids_become_usable_and_their_own() -> None:
    adopted = taken("ids")
    drawing = read(adopted.xml)
    assert drawing.duplicates == drawing.nameless == ()
    assert len(drawing.nodes) >= 6
    assert {"namespace-corrected", "duplicate-id", "ids-renamed"} <= {
        entry.code for entry in adopted.report
    }


def test_several_beginnings_are_chosen_from_and_loose_work_is_put_in_order() -> None:
    adopted = taken("several-starts")
    drawing = read(adopted.xml)
    assert "several-starts" in codes(adopted, "doors")
    assert drawing.nodes["loose"].tag == "subProcess"
    assert drawing.nodes["odd"].tag == "inclusiveGateway"
    assert "event-subprocess" in codes(adopted, "watch")


def test_resources_are_kept_as_notes_and_wrappings_taken_off() -> None:
    adopted = taken("resources")
    nodes = read(adopted.xml).nodes
    assert "Inspector" in nodes["t1"].documentation
    assert "group(checkers)" in nodes["t2"].documentation
    assert {"assign-to-fill"} <= codes(adopted, "t1")
    assert {"wrapping-dropped"} <= {entry.code for entry in adopted.report}


def test_a_file_that_lies_about_its_encoding_is_read_by_guess() -> None:
    data = (Path(__file__).parent / "foreign/calls.bpmn").read_text().encode("gb18030")
    adopted = adopt(b'<?xml version="1.0" encoding="UTF-8"?>' + data)
    assert adopted.name == "总流程"
    assert "encoding-guessed" in {entry.code for entry in adopted.report}


@pytest.mark.parametrize(
    ("text", "feel"),
    [
        ("${amount > 1000}", "amount > 1000"),
        ("#{ok}", "ok"),
        ("${!ok}", "not(ok)"),
        ('= amount >= 3 and kind = "a"', 'amount >= 3 and kind = "a"'),
        ("${(a == 'x' || b ne 'y') && c}", '(a = "x" or b != "y") and c'),
        ("true", "true"),
        ("amount lt 5", "amount < 5"),
        ("Approved", None),
        ("${a == b}", None),
        ("${x.y > 1}", None),
        ("${f(x)}", None),
        ("${a == 1 && a == 'x'}", None),
        ("${}", None),
        ("amount > ", None),
        ("${" + "(" * 400 + "a" + ")" * 400 + "}", None),
        ('${a == "x" + "y"}', None),
    ],
)
def test_only_plain_conditions_are_translated(text: str, feel: str | None) -> None:
    found = translate(text)
    assert (found.feel if found else None) == feel


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"<a/>",
        b"<!DOCTYPE a [<!ENTITY x 'y'>]><definitions>&x;</definitions>",
        b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>",
        b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process id='p'/>"
        b"</definitions>",
    ],
)
def test_what_draws_nothing_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(Unreadable):
        adopt(data)


def _mutated(data: bytes, chance: random.Random) -> bytes:
    """One to four small harms: lost elements, swapped values, other tags, stray bytes."""
    tags = (b"userTask", b"subProcess", b"startEvent", b"boundaryEvent", b"callActivity", b"lane",
            b"process", b"sequenceFlow", b"textAnnotation", b"participant")  # fmt: skip
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                values = [*re.findall(rb'="([^"]*)"', data), b"", b"-1", "中".encode()]
                if found := re.compile(rb'(="[^"]*")').search(data, at):
                    value = b'="' + chance.choice(values) + b'"'
                    data = data[: found.start()] + value + data[found.end() :]
            case 1:
                if found := re.compile(rb"<[^>/!?]*/>").search(data, at):
                    twice = found[0] * chance.choice([0, 2])
                    data = data[: found.start()] + twice + data[found.end() :]
            case 2:
                if found := re.compile(rb"<(?:\w+:)?(\w+)[ />]").search(data, at):
                    data = re.sub(
                        rb"(?<=[<:/])" + found[1] + rb"(?=[ />])", chance.choice(tags), data
                    )
            case _:
                data = (
                    data[:at] + bytes([chance.randrange(256)]) + data[at + chance.randint(0, 3) :]
                )
    return data


def test_no_harm_done_to_a_file_makes_it_crash() -> None:
    chance = random.Random(20261122)
    files = [file.read_bytes() for file in [*FILES, *LIBRARY]]
    accepted = 0
    for _ in range(150):
        data = _mutated(chance.choice(files), chance)
        try:
            adopted = adopt(data)
        except Unreadable:
            continue
        accepted += 1
        read(adopted.xml)
        adopt(adopted.xml)
    assert accepted > 50


@given(st.binary(max_size=400))
def test_any_bytes_are_adopted_or_refused(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        adopt(data)
