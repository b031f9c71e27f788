"""A citizen finds what they came for: by saying it, or by place."""

from collections.abc import Awaitable, Callable

from browsing import Browser, words
from casework import apply_for, ask_correction, begin

from onewindow import db


async def test_the_home_page_asks_what_somebody_wants_and_lists_the_places(
    browser: Browser,
) -> None:
    said = words(await browser.get("/"))
    assert "您想办什么事？" in said
    for place in ("云川市", "青溪县", "临江镇", "柳树村", "白石县"):
        assert place in said
    assert "等您处理" not in said


async def test_staff_are_led_to_what_they_are_there_for(
    window: Browser, browser_of: Callable[..., Awaitable[Browser]]
) -> None:
    assert (await window.get("/")).headers["location"] == "/inbox"
    keeper = await browser_of("wu.fan")
    assert (await keeper.get("/")).headers["location"] == "/configure/matters"


async def test_plain_words_find_a_matter_whatever_the_catalogue_calls_it(
    browser: Browser,
) -> None:
    for wish, found, other in (
        ("低保", "最低生活保障", "食品经营许可"),
        ("我想开饭馆要办什么手续", "食品经营许可", "建筑工程施工许可"),
        ("营业执照", "个体工商户设立登记", "建筑工程施工许可"),
        ("how to open a restaurant", "食品经营许可", "最低生活保障"),
    ):
        said = words(await browser.get("/matters", params={"q": wish}))
        assert found in said, wish
        assert other not in said, wish


async def test_two_counties_that_offer_the_same_stand_apart_the_nearer_first(
    browser: Browser,
) -> None:
    await browser.get("/places/hewan")  # the place is remembered
    page = await browser.get("/matters", params={"q": "饭馆"})
    assert page.text.index("云川市白石县") < page.text.index("云川市青溪县")
    assert "河湾镇" in words(await browser.get("/"))


async def test_what_is_not_found_says_where_to_go_on(browser: Browser) -> None:
    everywhere = await browser.get("/matters", params={"q": "<b>护照"})
    assert everywhere.status_code == 200
    assert "没有找到与“&lt;b&gt;护照”有关的事项" in everywhere.text
    here = words(await browser.get("/places/qingxi", params={"q": "护照"}))
    assert "没有找到事项" in here
    assert "在所有地区查找" in here


async def test_a_place_offers_its_own_matters_and_those_of_the_places_above(
    browser: Browser,
) -> None:
    said = words(await browser.get("/places/linjiang"))
    assert "云川市青溪县临江镇" in said
    assert "由青溪县办理" in said
    assert "由云川市办理" in said
    only = words(await browser.get("/places/linjiang", params={"type": "benefit"}))
    assert "最低生活保障" in only
    assert "食品经营许可" not in only
    assert (await browser.get("/places/atlantis")).status_code == 404


async def test_a_place_without_matters_shows_the_way_to_others(browser: Browser) -> None:
    with db.as_system():
        await db.execute("update matter set state = 'suspended'")
    said = words(await browser.get("/places/qingxi"))
    assert "这里还没有可以办理的事项" in said
    assert "选择其他地区" in said


async def test_home_shows_what_waits_for_the_applicant_most_urgent_first(
    zhang: Browser, li_na: Browser, window: Browser
) -> None:
    receipt = await apply_for(zhang, "food-business", "qingxi")
    await ask_correction(window, receipt)
    await begin(zhang, "sole-trader", "qingxi")
    page = await zhang.get("/")
    assert page.text.index(f"/applications/{receipt}/correction") < page.text.index("草稿")
    assert "等您处理" not in words(await li_na.get("/"))


async def test_everything_is_found_and_named_in_english_too(english: Browser) -> None:
    said = words(await english.get("/matters", params={"q": "welfare"}))
    assert "Subsistence allowance" in said
    assert "Qingxi, Yunchuan" in said
    assert "Construction permit" not in said
