"""Filling a form in the page as a person does: clicking, choosing, typing, field by field."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page


def fill(page: Page, schema: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
    """Give every answer that the page asks for, in the form's order."""
    page.wait_for_selector(".fjs-form :is(input, select, textarea)")
    for field in schema["components"]:
        _fill(page, field, answers, "")


def _fill(page: Page, field: Mapping[str, Any], answers: Mapping[str, Any], row: str) -> None:
    if field["type"] == "dynamiclist":
        _rows(page, field, answers.get(field["path"], []))
        return
    if "components" in field:
        inner = answers.get(field["path"], {}) if field.get("path") else answers
        for each in field["components"]:
            _fill(page, each, inner, row)
        return
    answer = answers.get(field.get("key", ""))
    if answer is None or answer == "":
        return
    id = field["id"] + row
    match field["type"]:
        case "radio":
            _option(page, field, answer, id).check()
        case "checklist":
            for value in answer:
                _option(page, field, value, id).check()
        case "checkbox":
            _control(page, id).set_checked(answer)
        case "select":
            labels = {option["value"]: option["label"] for option in field["values"]}
            _control(page, id).select_option(label=labels[answer])
        case "region":
            for part, text in answer.items():
                _control(page, f"{id}-{part}").fill(text)
        case "money":
            _control(page, id).fill(f"{answer / 100:.2f}")
        case _:
            _control(page, id).fill(str(answer))
            _control(page, id).blur()


def _rows(page: Page, field: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> None:
    first = field["components"][0]["id"]
    for number, answers in enumerate(rows):
        if not page.locator(f'[id$="-{first}_{number}"], [id$="-{first}_{number}-0"]').count():
            page.get_by_role("button", name="增加一项").last.click()
        for each in field["components"]:
            _fill(page, each, answers, f"_{number}")


def _option(page: Page, field: Mapping[str, Any], value: Any, id: str) -> Locator:
    at = [option["value"] for option in field["values"]].index(value)
    return _control(page, f"{id}-{at}")


def _control(page: Page, id: str) -> Locator:
    return page.locator(f'.fjs-form [id$="-{id}"]').first
