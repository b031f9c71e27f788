"""The shipped matters as files: whole, in both languages, neatly drawn. No engine needed here."""

import json
import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import etree

ROOT = Path(__file__).parents[2]
NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "w": "http://www.omg.org/spec/DD/20100524/DI",
}
OW = "{urn:onewindow:bpmn:1}"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
VAGUE = re.compile(r"其[他它]材料|相关材料|有关材料|等材料|规定的其他|其他资料|相关证明")
VERBS = re.compile(r"补正|退回|退件|撤回|不予|转办|延期")
"""What the platform offers by itself and no drawing may hold."""


class Folder(NamedTuple):
    matter: Path
    forms: Path

    @property
    def manifest(self) -> dict[str, Any]:
        return json.loads((self.matter / "matter.json").read_text("utf-8"))

    @property
    def drawing(self) -> etree._Element:
        return etree.parse(self.matter / self.manifest["process"]).getroot()

    @property
    def schemas(self) -> dict[str, dict[str, Any]]:
        return {
            path.stem: json.loads(path.read_text("utf-8"))
            for path in sorted(self.forms.glob("*.json"))
        }

    def steps(self) -> list[etree._Element]:
        return self.drawing.xpath("//bpmn:userTask|//bpmn:serviceTask", namespaces=NS)


LIBRARY = sorted(path.parent for path in (ROOT / "bpmn/library").glob("*/matter.json"))
FOLDERS = [
    *(Folder(folder, ROOT / "forms/library" / folder.name) for folder in LIBRARY),
    Folder(ROOT / "benchmarks/approval-6", ROOT / "benchmarks/approval-6/forms"),
]
each_matter = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.matter.name)


def components(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for component in schema.get("components", ()):
        yield component
        yield from components(component)


def walk(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a JSON value, with where it stands."""
    if isinstance(value, dict):
        yield place, value
        for name, inner in value.items():
            yield from walk(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, f"{place}[{index}]")


def test_the_matters_of_the_demo_town_are_shipped() -> None:
    assert [folder.name for folder in LIBRARY] == [
        "construction-permit", "disability-certificate", "food-business", "road-occupation",
        "rural-homestead", "sole-trader", "subsistence-allowance",
    ]  # fmt: skip


@each_matter
def test_a_matter_lists_exactly_the_parts_it_has(folder: Folder) -> None:
    manifest = folder.manifest
    assert manifest["key"] == folder.matter.name
    assert sorted(manifest["forms"]) == sorted(folder.schemas)
    assert manifest["apply_form"] in manifest["forms"]
    for name in manifest["decisions"]:
        assert (folder.matter / name).is_file()
    used = {step.get(f"{OW}form") for step in folder.steps()} - {None}
    assert used | {manifest["apply_form"]} == set(manifest["forms"]), "a form nobody fills in"


@each_matter
def test_every_text_of_the_manifest_is_there_in_chinese_and_in_english(folder: Folder) -> None:
    for place, words in walk(folder.manifest):
        if "zh" in words or "en" in words:
            assert set(words) == {"zh", "en"}, place
            assert CHINESE.search(words["zh"]), place
            assert re.search("[A-Za-z]", words["en"]), place
    named = folder.drawing.xpath("//bpmn:*[@name][not(self::bpmn:process)]/@id", namespaces=NS)
    assert set(folder.manifest["steps"]) == set(named)


@each_matter
def test_every_text_of_the_forms_is_there_in_chinese_and_in_english(folder: Folder) -> None:
    told = ("label", "dateLabel", "description", "message", "patternErrorMessage")
    for key, schema in folder.schemas.items():
        for place, thing in walk(schema):
            for name in set(told) & set(thing):
                english = thing.get(f"{name}En")
                assert english, f"{key}{place}.{name}"
                assert re.search("[A-Za-z0-9]", english), f"{key}{place}.{name}"
        for component in components(schema):
            assert {"label", "dateLabel"} & set(component), f"{key}: {component['id']}"


@each_matter
def test_every_button_has_a_name_in_both_languages(folder: Folder) -> None:
    for step in folder.steps():
        for outcome in (step.get(f"{OW}outcomes") or "").split(";"):
            if outcome:
                assert re.fullmatch(r"[a-z_]+:[^|]*[\u4e00-\u9fff][^|]*\|[A-Za-z ]+", outcome)


@each_matter
def test_chinese_is_written_with_full_width_punctuation(folder: Folder) -> None:
    texts = [words["zh"] for _, words in walk(folder.manifest) if "zh" in words]
    for schema in folder.schemas.values():
        for _, thing in walk(schema):
            texts += [thing[name] for name in ("label", "description", "message") if name in thing]
    for text in texts:
        assert not re.search(r"[\u4e00-\u9fff][,;:?!()]", text), text


@each_matter
def test_no_material_is_vague_and_each_says_what_is_accepted_and_why(folder: Folder) -> None:
    for material in folder.manifest["materials"]:
        assert not VAGUE.search(material["name"]["zh"]), material["key"]
        assert material["standard"], material["key"]
        assert material["notes"], material["key"]
        assert "》" in material["legal_basis"]["zh"], material["key"]


@each_matter
def test_a_guide_makes_its_disclosures(folder: Folder) -> None:
    guide = folder.manifest["guide"]
    # Hours and telephones are the place's, which takes the matter over.
    for name in ("conditions", "legal_basis", "place", "channels", "result", "questions"):
        assert guide[name], name
    assert "fees" in guide


@each_matter
def test_the_drawing_holds_no_verb_that_law_gives_every_case(folder: Folder) -> None:
    for step in folder.steps():
        assert not VERBS.search(step.get("name")), step.get("id")


@each_matter
def test_every_human_step_says_who_how_long_and_with_which_buttons(folder: Folder) -> None:
    for step in folder.drawing.iterfind(".//bpmn:userTask", NS):
        for name in ("stage", "assign", "limit", "outcomes"):
            assert step.get(f"{OW}{name}"), f"{step.get('id')}: {name}"


@each_matter
def test_fields_a_step_shows_or_hides_are_fields_of_its_form(folder: Folder) -> None:
    for step in folder.steps():
        access = step.get(f"{OW}fields")
        if access:
            keys = {each.get("key") for each in components(folder.schemas[step.get(f"{OW}form")])}
            assert {term.partition(":")[0] for term in access.split(";")} <= keys


@each_matter
def test_conditions_read_declared_variables_and_outcomes_of_steps(folder: Folder) -> None:
    drawing = folder.drawing
    declared = {each.get("name") for each in drawing.iter("{urn:onewindow:bpmn:1}variable")}
    outcomes = {f"{step.get('id')}_outcome" for step in folder.steps()} | {"outcome"}
    assert set(folder.manifest["variables"]) <= declared
    for condition in drawing.iterfind(".//bpmn:conditionExpression", NS):
        read = set(re.findall(r"[a-z_]+", re.sub(r'"[^"]*"', "", condition.text)))
        assert read - {"true", "false", "and", "or", "not"} <= declared | outcomes


@each_matter
def test_no_field_of_one_form_hides_a_field_of_another(folder: Folder) -> None:
    """A certificate sees all answers of a case in one scope, and each form under its own key."""
    owner: dict[str, str] = {}
    for form, schema in folder.schemas.items():
        for group in schema["components"]:
            for component in group["components"]:
                key = component.get("key") or component["path"]
                assert owner.setdefault(key, form) == form, f"{key}: {owner[key]} and {form}"
    assert not set(owner) & set(folder.schemas)


@each_matter
def test_rows_of_a_form_fit_its_sixteen_columns(folder: Folder) -> None:
    for form, schema in folder.schemas.items():
        for _, box in walk(schema):
            widths: dict[str, int] = {}
            for component in box.get("components", ()):
                if "layout" in component:
                    row = component["layout"]["row"]
                    widths[row] = widths.get(row, 0) + component["layout"]["columns"]
            assert all(width <= 16 for width in widths.values()), form


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, other: "Box") -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )


def box(bounds: etree._Element) -> Box:
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))


@each_matter
def test_everything_drawn_stands_in_its_lane_and_on_nothing_else(folder: Folder) -> None:
    drawing = folder.drawing
    shapes = {
        shape.get("bpmnElement"): box(shape.find("dc:Bounds", NS))
        for shape in drawing.iterfind(".//di:BPMNShape", NS)
    }
    process = drawing.find("bpmn:process", NS)
    nodes = {
        node.get("id")
        for node in process
        if etree.QName(node).localname.endswith(("Task", "Event", "Gateway"))
    }
    assert nodes <= set(shapes)
    labels = {
        f"label of {label.getparent().get('bpmnElement')}": box(label.find("dc:Bounds", NS))
        for label in drawing.iterfind(".//di:BPMNLabel", NS)
    }
    standing = {**{id: shapes[id] for id in nodes}, **labels}
    for (one, a), (other, b) in combinations(standing.items(), 2):
        assert not a.overlaps(b), f"{one} and {other}"
    for lane in process.iterfind(".//bpmn:lane", NS):
        for node in lane.iterfind("bpmn:flowNodeRef", NS):
            assert shapes[lane.get("id")].holds(shapes[node.text]), node.text


@each_matter
def test_every_flow_is_drawn_from_border_to_border_in_right_angles(folder: Folder) -> None:
    drawing = folder.drawing
    shapes = {
        shape.get("bpmnElement"): box(shape.find("dc:Bounds", NS))
        for shape in drawing.iterfind(".//di:BPMNShape", NS)
    }
    edges = {edge.get("bpmnElement"): edge for edge in drawing.iterfind(".//di:BPMNEdge", NS)}
    for flow in drawing.iterfind(".//bpmn:sequenceFlow", NS):
        points = [
            (float(point.get("x")), float(point.get("y")))
            for point in edges[flow.get("id")].iterfind("w:waypoint", NS)
        ]
        for (x, y), end in ((points[0], "sourceRef"), (points[-1], "targetRef")):
            at = shapes[flow.get(end)]
            on_side = x in (at.x, at.x + at.width) and at.y <= y <= at.y + at.height
            on_top = y in (at.y, at.y + at.height) and at.x <= x <= at.x + at.width
            assert on_side or on_top, flow.get("id")
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2, flow.get("id")


@each_matter
def test_ways_out_of_a_decision_are_named(folder: Folder) -> None:
    drawing = folder.drawing
    for gateway in drawing.iterfind(".//bpmn:exclusiveGateway", NS):
        out = drawing.xpath(
            "//bpmn:sequenceFlow[@sourceRef=$id]", id=gateway.get("id"), namespaces=NS
        )
        if len(out) > 1:
            assert gateway.get("name"), gateway.get("id")
            assert gateway.get("default"), gateway.get("id")
            assert all(flow.get("name") for flow in out), gateway.get("id")
