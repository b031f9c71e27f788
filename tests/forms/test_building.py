"""Changes to packages that are no longer found stop the build, and say where to look."""

import subprocess
from pathlib import Path

import pytest
from browser import ROOT

BUNDLE = """
import { build } from 'esbuild';
import { plugins } from './build/forms.mjs';
const [, entry] = process.argv;
await build({ entryPoints: [entry], bundle: true, write: false, plugins: plugins() });
"""


@pytest.mark.parametrize(
    ("package", "file", "said"),
    [
        ("form-js-viewer", "dist/index.es.js", "The package has changed: adapt build/forms.mjs"),
        ("feelin", "dist/index.js", "feelin has changed"),
    ],
)
def test_a_package_that_has_changed_stops_the_build(
    tmp_path: Path, package: str, file: str, said: str
) -> None:
    module = tmp_path / "node_modules/@bpmn-io" / package / file
    module.parent.mkdir(parents=True)
    module.write_text("export const Form = 1;")
    entry = tmp_path / "entry.js"
    entry.write_text(f"import '{module}';")
    command = ["node", "--input-type=module", "-e", BUNDLE, str(entry)]
    done = subprocess.run(
        command, cwd=ROOT / "admin/studio", capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert said in done.stderr
