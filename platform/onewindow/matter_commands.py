"""`onewindow matter lint | test | diff | publish FOLDER`: a matter kept in a folder, as in Git.

Exit codes: 0 all is well, 1 there is something to mend (findings, failed scenarios, differences, a
gate that is shut), 2 it couldn't be looked at (no such folder, unreadable, no server, no token).
"""

import argparse
import asyncio
import functools
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onewindow.run.speech import bold, dim, language, red, say

if TYPE_CHECKING:
    from onewindow.handover.server import Server
    from onewindow.matters.package import Package

WELL, WRONG, UNREADABLE = 0, 1, 2
LEVELS = ("city", "county", "township", "village")
TOKEN = "ONEWINDOW_TOKEN"  # noqa: S105 - the name of a variable


def add_to(ways: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The four commands under `onewindow matter`."""

    def add(name: str, command: Callable[..., int], zh: str, en: str) -> argparse.ArgumentParser:
        said = say(zh, en)
        way = ways.add_parser(name, help=said, description=said)
        way.set_defaults(command=_guarded(command))
        way.add_argument("folder", type=Path, help=say("事项所在目录", "the matter's folder"))
        forms = say("表单所在目录，默认 FOLDER/forms", "folder of its forms, else FOLDER/forms")
        way.add_argument("--forms", type=Path, help=forms)
        flag(way, "--json", "输出 JSON，供程序读取", "write JSON, for programs")
        return way

    def flag(way: argparse.ArgumentParser, name: str, zh: str, en: str) -> None:
        way.add_argument(name, action="store_true", help=say(zh, en))

    checks = add("lint", lint, "检查事项，不需要服务器", "check a matter; needs no server")
    flag(checks, "--github", "按 GitHub 注解的格式输出", "as annotations of GitHub Actions")
    flag(checks, "--strict", "提醒也算问题", "warnings count as findings")

    tests = add("test", test, "运行测试场景，不需要服务器", "run its scenarios; needs no server")
    level = say("事项所属机构的级别，默认 county", "level of its owner, else county")
    tests.add_argument("--level", choices=LEVELS, default="county", help=level)

    compared = add("diff", diff, "与服务器上的版本比较", "compare with a version on a server")
    flag(compared, "--draft", "与草稿比较，而不是现行版本", "with the draft, not what is in force")

    out = add("publish", publish, "存为草稿并发布", "make it the draft, and publish that")
    flag(out, "--draft-only", "只存为草稿，不发布", "make it the draft and leave it there")
    flag(out, "--replace", "替换服务器上内容不同的草稿", "replace another draft on the server")
    when = say("生效时间，如 2026-12-01T08:00:00+08:00", "when: 2026-12-01T08:00:00+08:00")
    out.add_argument("--at", default="", help=when)
    out.add_argument("--note", default="", help=say("版本说明", "what is new"))

    where = say(f"服务器地址；访问令牌取自 {TOKEN}", f"its address; the token is in {TOKEN}")
    for asks in (compared, out):
        asks.add_argument("--server", required=True, metavar="URL", help=where)


def lint(asked: argparse.Namespace) -> int:
    """Everything the server's checks would say."""
    from onewindow.handover import folder

    found = folder.lint(_package(asked), asked.folder, asked.forms)
    wrong = [each for each in found if asked.strict or each.severity == "error"]
    if asked.json:
        _write({"ok": not wrong, "findings": [each.as_json() for each in found]})
    elif asked.github:
        for each in found:
            place = f"file={asked.folder / each.file}" + (f",line={each.line}" * bool(each.line))
            text = each.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
            print(f"::{each.severity} {place},title={each.code}::{text}")
    else:
        for each in found:
            place = f"{each.file}:{each.line}" if each.line else each.file
            mark = red(each.severity) if each.severity == "error" else each.severity
            print(f"{place}  {mark}  {each.message}  {dim(each.code)}")
        said = say(
            f"{len(found)} 处，其中错误 {len(wrong)} 处",
            f"{len(found)} findings, {len(wrong)} of them errors",
        )
        print(bold(said) if found else say("没有问题", "nothing to mend"))
    return WRONG if wrong else WELL


def test(asked: argparse.Namespace) -> int:
    """Every scenario of tests/."""
    from onewindow.handover import folder

    results = folder.test(_package(asked), asked.level)
    failed = [each for each in results if not each.ok]
    if asked.json:
        _write({"ok": not failed, "tests": folder.results_told(results)})
    else:
        for each in results:
            print(f"{'ok  ' if each.ok else red('FAIL')}  {each.key}  {each.name}"
                  f"  {dim(f'{each.seconds:.2f} s')}")  # fmt: skip
            for difference in each.differences:
                print(f"      {difference.act}  {difference.text}")
        print(say(f"{len(results)} 个场景，{len(failed)} 个没有通过",
                  f"{len(results)} scenarios, {len(failed)} failed"))  # fmt: skip
    return WRONG if failed else WELL


def diff(asked: argparse.Namespace) -> int:
    """What the folder would change on the server."""
    from onewindow.matters.difference import difference

    package, server = _package(asked), _server(asked)
    key = str(package.definition.get("key", ""))
    there = server.matter(key) or {}
    other = there.get("draft" if asked.draft else "version")
    before = server.package(key, other["number"]) if other else None
    found = difference(before, package)
    same = before is not None and before.hash == package.hash
    if asked.json:
        _write({
            "same": same,
            "compared_with": other and {"number": other["number"], "hash": other["hash"]},
            "hash": package.hash,
            "changes": [
                {"kind": each.kind, "part": each.part, "element": each.element,
                 "sentence": each.sentence}
                for each in found.changes
            ],
        })  # fmt: skip
    elif before is None:
        print(say(f"服务器上还没有 {key}", f"There is no {key} on the server"))
    else:
        for area, changes in found.by_area().items():
            print(bold(area))
            for each in changes:
                sign = {"added": "+", "removed": "-", "changed": "~"}[each.kind]
                print(f"  {sign} {each.sentence}")
        if not found.changes:
            print(say("相同", "the same") if same else say("只有写法不同", "only the text differs"))
    return WELL if same else WRONG


def publish(asked: argparse.Namespace) -> int:
    """The folder as the draft on the server, and that published through its gate."""
    from onewindow.handover.server import Refused

    package, server = _package(asked), _server(asked)
    key = str(package.definition.get("key", ""))
    there = server.matter(key) or {}
    version, draft = there.get("version"), there.get("draft")
    if version and version["hash"] == package.hash and not draft:
        return _done(asked, key, version["number"], "unchanged")
    if draft and draft["hash"] != package.hash and not asked.replace:
        who = f"{draft['changed_by'] or '–'} {draft['changed_at'] or ''}".strip()
        return _refused(asked, "draft-there", say(
            f"服务器上有内容不同的草稿 v{draft['number']}（{who}）。要替换它，请加 --replace。",
            f"There is another draft, v{draft['number']} ({who}). Use --replace to replace it.",
        ))  # fmt: skip
    try:
        if not draft or draft["hash"] != package.hash:
            draft = server.put(key, package, draft["hash"] if draft else None)
        if asked.draft_only:
            return _done(asked, key, draft["number"], "draft")
        answer = server.publish(key, draft["hash"], at=asked.at, note=asked.note)
    except Refused as refused:
        told = refused.told.get("hurdles", ())
        hurdles = [h for h in told if h.get("passed") is False and h.get("severity") == "hard"]
        return _refused(asked, refused.told.get("code", "refused"), refused.message, hurdles)
    return _done(asked, key, answer.get("number"), answer.get("state", "published"))


def _done(asked: argparse.Namespace, key: str, number: Any, state: str) -> int:
    words = {
        "unchanged": say("与现行版本相同，无需发布", "is in force already"),
        "draft": say("已存为草稿", "is the draft now"),
        "scheduled": say("已排定", "is scheduled"),
        "published": say("已发布", "is published"),
    }
    if asked.json:
        _write({"ok": True, "key": key, "number": number, "state": state})
    else:
        print(f"{key} v{number} {words.get(state, state)}")
    return WELL


def _refused(
    asked: argparse.Namespace, code: str, message: str, hurdles: list[Any] | None = None
) -> int:
    if asked.json:
        _write({"ok": False, "code": code, "message": message, "hurdles": hurdles or []})
        return WRONG
    print(red(message), file=sys.stderr)
    for hurdle in hurdles or ():
        print(f"  {hurdle.get('title', '')}", file=sys.stderr)
        for reason in hurdle.get("reasons", ()):
            text = reason.get("text", "") if isinstance(reason, dict) else reason
            print(f"    {text}", file=sys.stderr)
    return WRONG


def _package(asked: argparse.Namespace) -> "Package":
    from onewindow.handover import folder

    return folder.opened(asked.folder, asked.forms)


def _server(asked: argparse.Namespace) -> "Server":
    from onewindow.errors import Refusal
    from onewindow.handover.server import Server

    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise Refusal(say(f"请把访问令牌放在环境变量 {TOKEN} 里。",
                          f"Put an access token into {TOKEN}."))  # fmt: skip
    return Server(asked.server, token, language())


def _guarded(command: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """The command in the terminal's language; what can't be looked at ends with 2."""

    @functools.wraps(command)
    def run(asked: argparse.Namespace) -> int:
        from onewindow import rooms
        from onewindow.errors import Invalid, Refusal
        from onewindow.web.errors import sentence
        from onewindow.web.i18n import gettext, speaking

        with speaking(language()):
            try:
                return command(asked)
            except Refusal as refusal:
                fields = refusal.fields if isinstance(refusal, Invalid) else ()
                lines = [f"{each.field}: {gettext(each.text, **each.params)}" for each in fields]
                if asked.json:
                    code = refusal.code
                    _write({"ok": False, "code": code, "message": sentence(refusal),
                            "problems": lines})  # fmt: skip
                else:
                    print(red("\n".join(lines) or sentence(refusal)), file=sys.stderr)
                return UNREADABLE
            finally:
                asyncio.run(rooms.close_rooms())

    return run


def _write(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    print()
