"""Our judging of form-js's own components against form-js's, in a real Chromium.

Left out are the places where we judge differently on purpose: text of blanks only is empty, texts
have a longest length, and a condition on an empty answer doesn't hide.
"""

import copy
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from browser import ROOT, chromium, page_of, served, started
from conftest import HERE, LIBRARY, SINKS, name_of, read
from playwright.sync_api import Page
from submissions import Submissions

import forms
from feel import Feel
from forms.sheet import IDENTITY_TYPES

BUNDLE_STOCK = """
import { build } from 'esbuild';
const [entry, outfile, modules] = process.argv.slice(1);
await build({ entryPoints: [entry], outfile, nodePaths: [modules], bundle: true, format: 'esm' });
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    chromium()
    folder = tmp_path_factory.mktemp("stock")
    studio = ROOT / "admin/studio"
    entry, bundle = str(HERE / "page/stock.js"), str(folder / "page.js")
    command = ["node", "--input-type=module", "-e", BUNDLE_STOCK, entry, bundle]
    subprocess.run([*command, str(studio / "node_modules")], cwd=studio, check=True)
    (folder / "page.html").write_text((HERE / "page/page.html").read_text("utf-8"), "utf-8")
    for name in ("page.css", "form-viewer.css"):
        (folder / name).touch()
    with started() as browser, served(folder) as address:
        yield page_of(browser, address)


def ordinary(definition: dict[str, Any]) -> dict[str, Any]:
    """The definition with form-js's own components and properties only."""
    reduced = copy.deepcopy(definition)
    reduced.pop("rules", None)
    reduced["components"] = list(_ordinary(reduced["components"]))
    return reduced


def _ordinary(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        if component["type"] in {*IDENTITY_TYPES, "money", "expression", "table"}:
            continue
        component.pop("properties", None)
        component.pop("disallowPassedDates", None)  # form-js greys the days out, and takes them
        hide = (component.get("conditional") or {}).get("hide", "")
        conditional = isinstance(component.get("readonly"), str)
        if conditional or any(sign in hide for sign in ("<", ">", "not(")):
            continue  # a unary test of null, and read-only by condition: ours on purpose
        if "valuesExpression" in component or component.get("subtype", "date") != "date":
            continue
        if "components" in component:
            component["components"] = list(_ordinary(component["components"]))
        yield component


class Ordinary(Submissions):
    """Without blanks at the ends and without what form-js would correct by itself."""

    def value(self, component: dict[str, Any], wrong: bool) -> Any:
        if component["type"] in ("textfield", "textarea") and wrong:
            return self.random.choice(["x", "短", "x" * 120, "a@b", "AB-12"])
        if component["type"] in ("datetime", "select", "radio", "checklist") and wrong:
            return [] if component["type"] == "checklist" else None
        if component["type"] == "number" and wrong:
            return self.random.choice([-1, 0, 0.123456789, 1e9, 17])
        value = super().value(component, wrong)
        return value.strip() if isinstance(value, str) else value


@pytest.mark.parametrize("path", [*LIBRARY, *SINKS], ids=name_of)
def test_form_js_finds_the_same_answers_wrong(path: Path, page: Page, feel: Feel) -> None:
    definition = ordinary(read(path))
    form = forms.compile(definition, feel)
    made = Ordinary(definition, 4)
    for number in range(6):
        sent = made.answers(definition["components"], wrong=0.2 if number % 2 else 0)
        stock = page.evaluate("([schema, data]) => stock(schema, data)", [definition, sent])
        ours = form.verdict(stock["data"], given=sent, today=date(2026, 11, 22))
        assert sorted(error.path for error in ours.errors) == stock["wrong"]
        assert filled(ours.data) == filled(stock["data"])


def filled(value: Any) -> Any:
    """Without empty lists and objects, which form-js leaves out."""
    if isinstance(value, list):
        return [filled(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {key: filled(one) for key, one in value.items() if one not in ([], {})}
