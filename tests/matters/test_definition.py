"""matter.json as a whole: what its parts must be to each other, and its drawing in English."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from onewindow.errors import Invalid
from onewindow.matters.definition import read_definition
from onewindow.matters.drawing import drawing_in
from onewindow.matters.package import read_folder
from onewindow.matters.versions import trial
from onewindow.web.i18n import gettext, speaking

LIBRARY = Path(__file__).parents[2] / "bpmn/library"


@pytest.mark.parametrize(
    ("spoil", "said", "in_english"),
    [
        (
            lambda matter: matter["materials"].append(matter["materials"][0]),
            "材料代码重复：application。",
            "Several materials have the same key: application.",
        ),
        (
            lambda matter: matter.update(apply_form="ask"),
            "申请表单“ask”不在 forms 里。",
            "The application form “ask” is not among the forms.",
        ),
    ],
)
def test_what_does_not_fit_together_is_said_in_the_readers_language(
    spoil: Any, said: str, in_english: str
) -> None:
    matter = read_folder(LIBRARY / "food-business").definition
    spoil(matter)
    with pytest.raises(Invalid) as refused:
        read_definition(matter)
    [problem] = refused.value.fields
    assert problem.text.format(**problem.params) == said
    with speaking("en"):
        assert gettext(problem.text, **problem.params) == in_english


def test_a_second_line_of_a_label_does_not_lie_upon_its_element() -> None:
    version = trial(read_folder(LIBRARY / "food-business"), 1)

    def label(language: str) -> float:
        drawing = etree.fromstring(drawing_in(version, language))
        [y] = drawing.xpath(
            "//*[@bpmnElement='scope']/*[local-name()='BPMNLabel']/*[local-name()='Bounds']/@y"
        )
        return float(y)

    assert label("zh") == 116
    assert label("en") + 2 * 14 < 135


def test_a_step_for_each_item_of_a_list_is_drawn_without_the_item() -> None:
    package = read_folder(LIBRARY / "food-business")
    process = package.process.replace('name="审查"', 'name="审查（{prepackaged_only}）"')
    assert process != package.process
    version = trial(replace(package, process=process), 1)
    drawn = drawing_in(version, "zh").decode()
    assert 'name="审查"' in drawn
    assert "{prepackaged_only}" not in drawn
