"""How much of the public BPMN MIWG suite comes in as an editable draft.

    python tests/bpmn/miwg.py FOLDER [--details]

FOLDER holds a checkout of bpmn-miwg/bpmn-miwg-test-suite, which is not part of this project. A
file counts when `adopt` makes a draft of it, `read` takes the draft, and bpmn.io's own parser
(bpmn-moddle, run by node if the browser packages are installed) opens it without a warning. Prints
the rate of the reference files and of the vendors' exports, and why the others don't come in. Exits
with 1 when a file crashes it or the rates fall below all references and 95 % of the exports.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from bpmn import Unreadable, lint, read
from bpmn.foreign import adopt

STUDIO = Path(__file__).parents[2] / "admin/studio"
OPEN = """
import { readFileSync } from 'fs';
import { createRequire } from 'module';
const require = createRequire(process.argv[1] + '/package.json');
const { BpmnModdle } = await import(require.resolve('bpmn-moddle'));
const wrong = {};
for (const file of JSON.parse(readFileSync(0, 'utf8'))) {
  try {
    const { warnings } = await new BpmnModdle().fromXML(readFileSync(file, 'utf8'));
    if (warnings.length) wrong[file] = warnings[0].message;
  } catch (error) {
    wrong[file] = error.message;
  }
}
console.log(JSON.stringify(wrong));
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--details", action="store_true", help="each file that doesn't come in")
    asked = parser.parse_args()
    files = sorted(asked.folder.rglob("*.bpmn"))
    drafts: dict[str, Path] = {}
    failed: dict[Path, str] = {}
    crashed = 0
    entries: Counter[tuple[str, str]] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number, file in enumerate(files):
            began = time.perf_counter()
            try:
                adopted = adopt(file.read_bytes())
                drawing = read(adopted.xml)
                said = {entry.element for entry in adopted.to_fill_in}
                unsaid = [
                    p for p in lint(drawing) if p.severity == "error" and p.element not in said
                ]
                if unsaid:
                    failed[file] = f"not announced: {unsaid[0].code}"
                    continue
            except Unreadable as refused:
                failed[file] = refused.problems[0].message
                continue
            except Exception as error:  # any crash is what we are looking for
                crashed += 1
                failed[file] = f"crash: {error!r}"
                continue
            slowest = max(slowest, time.perf_counter() - began)
            entries.update({(entry.severity, entry.code) for entry in adopted.report})
            draft = Path(folder) / f"{number}.bpmn"
            draft.write_bytes(adopted.xml)
            drafts[str(draft)] = file
        for name, why in _opened(list(drafts)).items():
            failed[drafts[name]] = f"bpmn-moddle: {why}"
    groups = {"reference": [f for f in files if f.parent.name == "Reference"]}
    groups["vendors"] = [f for f in files if f not in groups["reference"]]
    rates = {}
    for name, members in groups.items():
        good = sum(file not in failed for file in members)
        rates[name] = good / len(members) if members else 0.0
        print(f"{name:10} {good:4} of {len(members):4} ({rates[name]:.1%})")
    print(f"crashes    {crashed:4}; slowest file {slowest * 1000:.0f} ms")
    for why, count in Counter(failed.values()).most_common():
        print(f"  {count:4} × {why}")
    if asked.details:
        for file, why in failed.items():
            print(f"       {file.relative_to(asked.folder)}: {why}")
    for kind in ("fill_in", "rewritten", "dropped"):
        print(f"files with something {kind.replace('_', ' ')}:")
        for (severity, code), count in entries.most_common():
            if severity == kind:
                print(f"  {count:4} × {code}")
    return int(crashed > 0 or rates["reference"] < 1 or rates["vendors"] < 0.95)


def _opened(files: list[str]) -> dict[str, str]:
    """What bpmn.io's parser has to say against each of these files."""
    node = shutil.which("node")
    if node is None or not (STUDIO / "node_modules/bpmn-moddle").exists():
        print("(bpmn-moddle isn't installed: opening in the modeler was not tried)")
        return {}
    done = subprocess.run(
        [node, "--input-type=module", "-e", OPEN, str(STUDIO)],
        input=json.dumps(files), capture_output=True, text=True, check=True,
    )  # fmt: skip
    wrong: dict[str, str] = json.loads(done.stdout)
    return wrong


if __name__ == "__main__":
    raise SystemExit(main())
