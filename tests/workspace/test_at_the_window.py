"""What the window does for an applicant who stands before it, with both on record."""

from browsing import words
from casework import apply_for, record, state_of
from world import Town


async def test_the_window_takes_an_application_back_for_its_applicant(cast, town: Town) -> None:
    receipt = await cast.food(upto="inspect")
    address = f"/applications/{receipt}/withdrawal"
    page = await cast.window.get(f"/cases/{receipt}")
    assert f'href="{address}"' in page.text
    asked = words(await cast.window.get(address))
    assert "您在代青溪县林记面馆撤回申请" in asked
    empty = await cast.window.send_form(address, {"why": " "})
    assert empty.status_code == 422
    assert await state_of(receipt) == "accepted"
    answer = await cast.window.send_form(address, {"why": "申请人书面要求撤回"})
    assert answer.status_code == 303
    shown = await cast.window.get(answer.headers["location"])
    assert "已代申请人撤回" in words(shown)
    assert address not in shown.text
    assert await state_of(receipt) == "withdrawn"
    line = next(each for each in await record(receipt) if each["kind"] == "case.withdrawn")
    assert (line["by_name"], line["on_behalf_of"]) == ("李敏", "青溪县林记面馆")
    assert line["why"] == "申请人书面要求撤回"
    assert "李敏" in words(shown)


async def test_only_the_window_that_took_it_in_may_take_it_back(cast, desk_of) -> None:
    receipt = await apply_for(cast.applicant, "food-business", "linjiang")
    address = f"/applications/{receipt}/withdrawal"
    for desk in (cast.reviewer, cast.window):
        page = await desk.get(f"/cases/{receipt}")
        assert address not in page.text
        assert (await desk.send_form(address, {"why": "撤回"})).status_code == 403
    assert await state_of(receipt) == "submitted"
    township = await desk_of("lin.xiao")
    assert address in (await township.get(f"/cases/{receipt}")).text
