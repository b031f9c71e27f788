"""What bpmnlint says of a drawing, in our words: each rule, and none on what is shipped."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

import bpmn
from bpmn.habits import _TEXTS
from bpmn.testing import definition, element, end, flow, start, user
from feel import Feel

LIBRARY = sorted(Path(bpmn.__file__).parent.glob("library/*/process.bpmn"))
PLANE = '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p" bpmnElement="process">{}'
SPACES = (
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
)


def drawn(*parts: str, over: tuple[str, str] | None = None, but: str = "") -> bytes:
    """A file whose elements stand side by side in its picture; `over`: one upon the other;
    `but`: one that isn't drawn."""
    text = definition(*parts).decode()
    shapes = []
    places: dict[str, int] = {}
    for number, (tag, identity) in enumerate(re.findall(r"<bpmn:(\w+) id=\"(\w+)\"", text)):
        if tag in ("definitions", "process") or identity == but:
            continue
        if tag == "sequenceFlow":
            shapes.append(
                f'<bpmndi:BPMNEdge id="{identity}_di" bpmnElement="{identity}">'
                '<di:waypoint x="1" y="1"/><di:waypoint x="2" y="2"/></bpmndi:BPMNEdge>'
            )
            continue
        places[identity] = number * 200
        left = places[over[0]] + 10 if over and identity == over[1] else number * 200
        shapes.append(
            f'<bpmndi:BPMNShape id="{identity}_di" bpmnElement="{identity}">'
            f'<dc:Bounds x="{left}" y="80" width="100" height="80"/></bpmndi:BPMNShape>'
        )
    picture = PLANE.format("".join(shapes)) + "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    text = text.replace("<bpmn:definitions ", f"<bpmn:definitions {SPACES}", 1)
    return text.replace("</bpmn:definitions>", picture + "</bpmn:definitions>").encode()


def said(xml: bytes, feel: Feel) -> dict[str, list[str | None]]:
    """Elements by the rule they offend, without `habit-`."""
    found: dict[str, list[str | None]] = {}
    for problem in bpmn.habits(xml, bpmn.read(xml), feel):
        assert problem.severity == "warning"
        assert problem.message
        found.setdefault(problem.code.removeprefix("habit-"), []).append(problem.element)
    return found


def way(source: str, target: str, condition: str | None = None) -> str:
    """A flow without a label."""
    return re.sub(r' name="\w+"', "", flow(source, target, condition), count=1)


def gateway(identity: str, name: str | None = "可以吗？", kind: str = "exclusive") -> str:
    return element(f"{kind}Gateway", identity, name=name)


PLAIN = (start(), user("review"), end(), way("start", "review"), way("review", "end"))


def test_a_tidy_drawing_has_no_findings(feel: Feel) -> None:
    assert said(drawn(*PLAIN), feel) == {}


@pytest.mark.parametrize("file", LIBRARY, ids=lambda file: file.parent.name)
def test_the_shipped_drawings_keep_every_habit(file: Path, feel: Feel) -> None:
    assert said(file.read_bytes(), feel) == {}


def test_events_gateways_and_flows_with_a_condition_want_a_name(feel: Feel) -> None:
    xml = drawn(
        start().replace('name="start"', ""),
        user("review"), gateway("asked", None), end("yes"), end("no"),
        way("start", "review"), way("review", "asked"),
        way("asked", "yes", 'outcome = "yes"'), way("asked", "no"),
    )  # fmt: skip
    found = bpmn.habits(xml, bpmn.read(xml), feel)
    assert [problem.element for problem in found] == ["start", "asked", "asked_yes"]
    assert "写明发生了什么" in found[0].message
    assert "写成一个问题" in found[1].message
    assert found[1].line == bpmn.read(xml).nodes["asked"].line > 0
    assert "什么情况下走这条路" in found[2].message


def test_what_has_neither_a_name_nor_an_id_of_somebodys_choice_is_told_by_its_place(
    feel: Feel,
) -> None:
    xml = drawn(
        start(), user("review"), gateway("Gateway_10jfd8e", None), end("yes"), end("no"),
        way("start", "review"), way("review", "Gateway_10jfd8e"),
        way("Gateway_10jfd8e", "yes", 'outcome = "yes"'), way("Gateway_10jfd8e", "no"),
    )  # fmt: skip
    drawing = bpmn.read(xml)
    review, yes = drawing.nodes["review"].label, drawing.nodes["yes"].label
    messages = [problem.message for problem in bpmn.habits(xml, drawing, feel)]
    assert messages[0].startswith(f"网关“{review} → ◇”没有名称")
    assert messages[1].startswith(f"带条件的连线“{review} → ◇ → {yes}”没有名称")


def test_a_step_without_a_name_is_said_once_and_by_the_lint_that_refuses_it(feel: Feel) -> None:
    xml = drawn(*PLAIN).replace(b'name="review"', b"")
    assert said(xml, feel) == {}
    assert "name-missing" in {problem.code for problem in bpmn.lint(bpmn.read(xml))}


def test_gateways_that_do_nothing_or_two_things_at_once(feel: Feel) -> None:
    idle = drawn(start(), gateway("idle"), end(), way("start", "idle"), way("idle", "end"))
    assert said(idle, feel) == {"superfluous-gateway": ["idle"]}
    both = drawn(
        start(), user("a"), gateway("both"), user("b"), end(),
        way("start", "a"), way("a", "both"), way("b", "both"),
        flow("both", "b", "again"), way("both", "end"),
    )  # fmt: skip
    assert said(both, feel) == {"no-gateway-join-fork": ["both"]}


def test_a_flow_drawn_twice_and_a_label_where_there_is_no_choice(feel: Feel) -> None:
    again = way("review", "end").replace('id="review_end"', 'id="second"')
    assert said(drawn(*PLAIN, again), feel) == {"no-duplicate-sequence-flows": ["second"]}
    labelled = drawn(*PLAIN).replace(b'id="review_end"', 'id="review_end" name="办结"'.encode())
    assert said(labelled, feel) == {"superfluous-label": ["review_end"]}


def test_what_lies_upon_another_or_is_not_in_the_picture(feel: Feel) -> None:
    assert said(drawn(*PLAIN, over=("start", "review")), feel) == {
        "no-overlapping-elements": ["start", "review"]
    }
    assert said(drawn(*PLAIN, but="review"), feel) == {"no-bpmndi": ["review"]}


def test_a_file_without_any_picture_is_said_once(feel: Feel) -> None:
    assert said(definition(*PLAIN), feel) == {"no-picture": [None]}


def test_an_end_that_terminates_nothing_and_a_message_nobody_sends(feel: Feel) -> None:
    stop = end("end", '<bpmn:terminateEventDefinition id="stop"/>')
    assert said(drawn(PLAIN[0], PLAIN[1], stop, *PLAIN[3:]), feel) == {
        "superfluous-termination": ["end"]
    }
    unused = drawn(*PLAIN).replace(
        b"<bpmn:process ", '<bpmn:message id="call" name="补件"/><bpmn:process '.encode(), 1
    )
    assert said(unused, feel) == {"global": ["call"]}


def test_every_habit_has_its_own_sentence() -> None:
    assert len(set(_TEXTS.values())) == len(_TEXTS)


def test_names_with_markup_and_hostile_files_stay_texts(feel: Feel) -> None:
    xml = drawn(*PLAIN).replace(b'name="start"', b'name="&lt;/script&gt;{x}${y}"')
    xml = xml.replace(b'id="review_end"', b'id="review_end" name="{0}{name}"')
    (problem,) = bpmn.habits(xml, bpmn.read(xml), feel)
    assert "“{0}{name}”" in problem.message


def test_threads_that_ask_the_same_engine_get_each_their_own_answer(feel: Feel) -> None:
    tidy, untidy = drawn(*PLAIN), drawn(*PLAIN, over=("start", "review"))
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda n: said((tidy, untidy)[n % 2], feel), range(60)))
    assert found[::2] == [{}] * 30
    assert found[1::2] == [{"no-overlapping-elements": ["start", "review"]}] * 30


def test_the_largest_drawing_is_judged_within_the_limits(feel: Feel) -> None:
    steps = [f"s{number}" for number in range(296)]
    parts = [start(), *(user(step) for step in steps), end(), way("start", steps[0])]
    parts += [way(one, other) for one, other in pairwise(steps)]
    parts += [way(steps[-1], "end")]
    xml = drawn(*parts, over=("s0", "s1"))
    assert said(xml, feel) == {"no-overlapping-elements": ["s0", "s1"]}
