"""Samples: answers made from a form's definition alone, which the form itself takes."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import LIBRARY, SINKS, name_of, read

import forms
from feel import Feel

TODAY = date(2026, 11, 22)


def sample(feel: Feel, definition: dict[str, Any]) -> dict[str, Any]:
    return forms.sample(definition, feel, today=TODAY)


@pytest.mark.parametrize("path", [*LIBRARY, *SINKS], ids=name_of)
def test_a_sample_of_every_form_is_taken_by_it(path: Path, feel: Feel) -> None:
    definition = read(path)
    made = sample(feel, definition)
    verdict = forms.compile(definition, feel).verdict(made["answers"])
    assert [(error.path, error.message) for error in verdict.errors] == []
    assert made["errors"] == []


def test_a_sample_is_the_same_every_time(feel: Feel) -> None:
    definition = read(LIBRARY[0])
    assert sample(feel, definition) == sample(feel, json.loads(json.dumps(definition)))


def test_what_no_answer_satisfies_is_told(feel: Feel) -> None:
    field = {"type": "textfield", "key": "a", "label": "甲", "validate": {"required": True}}
    rule = {"when": '=a = "别的"', "message": "要写别的", "field": "a"}
    made = sample(feel, {"type": "default", "components": [field], "rules": [rule]})
    assert [error["message"] for error in made["errors"]] == ["要写别的"]
