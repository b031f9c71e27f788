"""What a case hands out in writing: which papers, when, and in whose words."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pypdfium2
from browsing import words
from casework import apply_for, case_row, do, say, task_of
from world import Town

from onewindow import db, jobs
from onewindow.cases.rules import State, papers_after
from onewindow.delivery.wording import shipped_wordings, wording_of
from onewindow.matters.definition import PaperWording, Words
from onewindow.matters.versions import version_of

GROUNDS = {
    "reasons": "家庭月人均收入高于保障标准",
    "legal_basis": "《社会救助暂行办法》第九条",
    "facts": "",
}


async def papers_of(receipt: str) -> list[Any]:
    with db.as_system():
        return await db.fetch(
            "select p.id, p.paper, p.title, p.number from paper p join cases c on c.id = p.case_id"
            " where c.receipt_number = $1 order by p.id",
            receipt,
        )


def text_of(pdf: bytes) -> str:
    """The words of a PDF without its line breaks."""
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "".join("".join(pages).split())


async def test_an_accepted_application_is_told_so_in_writing_once(cast) -> None:
    receipt = await cast.food(upto="inspect")
    await jobs.drain()
    made = await papers_of(receipt)
    assert [(row["paper"], row["title"]) for row in made] == [("acceptance", "受理通知书")]
    case = await case_row(receipt)
    for desk in (cast.applicant, cast.window):
        home = "applications" if desk is cast.applicant else "cases"
        assert "受理通知书" in words(await desk.get(f"/{home}/{receipt}"))
        shown = await desk.get(f"/cases/{receipt}/papers/{made[0]['id']}")
        assert shown.content[:5] == b"%PDF-"
    told = text_of(shown.content)
    assert "咨询电话：0459-2212345" in told
    assert "《中华人民共和国行政许可法》第三十二条" in told
    assert case["number"] in told
    assert made[0]["number"].replace(" ", "") in told


async def test_what_is_not_accepted_and_what_is_done_on_the_spot_has_no_notice_of_acceptance(
    cast, desk_of
) -> None:
    receipt = await cast.food()
    task = await task_of(receipt, "accept")
    assert (await say(cast.window, "POST", f"/tasks/{task}/refusal", GROUNDS)).is_success
    at_once = await apply_for(await desk_of("13800000002"), "sole-trader", "qingxi")
    await do(cast.window, at_once, "accept")
    await jobs.drain()
    assert [row["paper"] for row in await papers_of(receipt)] == ["not_accepted"]
    assert await papers_of(at_once) == []
    both = ("acceptance", "other")
    assert papers_after(both, State.SUBMITTED, ended=False) == ("other",)
    assert papers_after(both, State.ACCEPTED, ended=True) == ("other",)
    assert papers_after(both, State.ACCEPTED, ended=False) == both


async def test_a_benefit_is_refused_in_words_of_its_own(desk_of, town: Town) -> None:
    receipt = await apply_for(await desk_of("13800000002"), "subsistence-allowance", "linjiang")
    await do(await desk_of("lin.xiao"), receipt, "accept")
    county = await desk_of("song.wei")
    with db.as_system():
        # The way there takes weeks of notice; the decision itself is what is looked at.
        await db.execute(
            "update task set element = 'decide', stage = 'decide', tenant = $1,"
            " lane = 'civil-affairs/decider' where state = 'open'",
            town.tenants["qingxi"],
        )
    page = words(await county.get(f"/cases/{receipt}"))
    assert "不予给付" in page
    assert "不予许可" not in page
    task = await task_of(receipt, "decide")
    assert (await say(county, "POST", f"/tasks/{task}/refusal", GROUNDS)).is_success
    await jobs.drain()
    accepted, denial = await papers_of(receipt)
    assert accepted["number"] != denial["number"]
    assert denial["title"] == "不予行政给付决定书"
    told = text_of((await county.get(f"/cases/{receipt}/papers/{denial['id']}")).content)
    assert "决定不予给付" in told
    assert "许可" not in told


async def test_a_matters_own_words_come_before_its_tenants_and_those_before_the_shipped(
    town: Town,
) -> None:
    with db.as_system():
        version = await version_of(
            await db.fetchval(
                "select current_version from matter where tenant = $1 and key = 'food-business'",
                town.tenants["qingxi"],
            )
        )
    linjiang, qingxi, yunchuan = (town.tenants[key] for key in ("linjiang", "qingxi", "yunchuan"))

    async def title() -> str:
        return (await wording_of(linjiang, "denied", version))["title"]

    async def own(tenant: int, paper: str, title: str) -> None:
        await db.execute(
            "insert into paper_text (tenant, paper, title, body) values ($1, $2, $3, '正文')",
            tenant, paper, title,
        )  # fmt: skip

    with db.as_system():
        assert await title() == "不予行政许可决定书"
        await own(yunchuan, "denied.licence", "云川市不予许可决定书")
        assert await title() == "云川市不予许可决定书"
        await own(qingxi, "denied", "青溪县不予办理决定书")
        assert await title() == "青溪县不予办理决定书"
        await own(qingxi, "denied.licence", "青溪县不予许可决定书")
        await own(qingxi, "denied.benefit", "青溪县不予给付决定书")
        assert await title() == "青溪县不予许可决定书"
    own_words = PaperWording(title=Words(zh="不予食品经营许可决定书", en="Refusal"))
    worded = version.definition.model_copy(update={"papers": {"denied": own_words}})
    with db.as_system():
        told = await wording_of(linjiang, "denied", replace(version, definition=worded))
    assert (told["title"], told["body"]) == ("不予食品经营许可决定书", "正文")


def test_every_kind_of_wording_has_one_for_all_matters_too() -> None:
    for key, wording in shipped_wordings().items():
        paper, _dot, _kind = key.partition(".")
        assert paper in shipped_wordings(), key
        assert shipped_wordings()[paper]["layout"] == wording["layout"]
