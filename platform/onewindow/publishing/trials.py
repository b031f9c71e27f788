"""The scenario tests of a draft, run at the gate."""

from onewindow.matters.package import Package
from onewindow.publishing.hurdles import Hurdle, Reason
from onewindow.rehearsal.scenarios import run_all
from onewindow.web.i18n import gettext as _

KEY = "tests"


async def passed(package: Package, tenant: int, *, fit: bool) -> Hurdle:
    """Whether every scenario goes as it says; a draft without any is only warned about. `fit`: the
    draft can be run at all."""
    title = _("测试场景全部通过")
    if not fit:
        return Hurdle(KEY, title, None, said=_("流程或设置还有错误，先改正它们。"))
    if not package.tests:
        reason = Reason(_("还没有测试场景。试运行一次，存为场景，以后改动就不怕改坏。"), "tests")
        return Hurdle(KEY, title, False, "soft", (reason,))
    results = await run_all(package, tenant)
    reasons = tuple(
        Reason(
            _("“{name}”没有通过：{why}", name=result.name, why=result.differences[0].text),
            f"tests#element={result.key}",
        )
        for result in results
        if not result.ok
    )
    said = _("{n} 个场景全部通过。", n=len(results))
    return Hurdle(KEY, title, not reasons, "hard", reasons, "" if reasons else said)
