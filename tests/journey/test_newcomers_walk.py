"""A newcomer's walk, in a real browser, on what `make run` starts.

One food licence from application to a verified certificate, one construction permit through its
parallel branches, one refused case; seven people in three tenants.
"""

import json
from pathlib import Path
from typing import Any

import filling
import pikepdf
import pytest
from playwright.sync_api import Browser, Page, expect
from world import answers_of

from onewindow.demo.town import content

ROOT = Path(__file__).parents[2]
PASSWORD = content("town.json")["password"]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


class Person:
    """Somebody at a screen of their own."""

    def __init__(self, chromium: Browser, site: str, login: str, *, phone: bool = False) -> None:
        self.site = site
        self.context = chromium.new_context(viewport=PHONE if phone else DESK, locale="zh-CN")
        self.page: Page = self.context.new_page()
        self.troubles: list[str] = []
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on(
            "response",
            lambda answer: (
                self.troubles.append(f"{answer.status} {answer.url}")
                if answer.status >= 500
                else None
            ),
        )
        self.goes("/sign-in")
        self.page.fill("#name", login)
        self.page.fill("#password", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def goes(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def leaves(self) -> None:
        assert self.troubles == []
        self.context.close()


def matter(key: str, variant: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """Its forms, and answers to them."""
    forms = {
        path.stem: json.loads(path.read_text("utf-8"))
        for path in (ROOT / "forms/library" / key).glob("*.json")
    }
    return forms, answers_of(key, variant)


def apply(person: Person, place: str, key: str, forms: Any, answers: Any, tmp_path: Path) -> str:
    """Guide → form → materials → check → submit; the receipt number."""
    page = person.goes(f"/matters/{place}/{key}")
    person.presses("在线申请")
    page.get_by_role("link", name="开始填写").click()
    filling.fill(page, forms["apply"], answers["apply"])
    person.presses("下一步")
    page.wait_for_url("**/materials")
    for upload in page.locator("[data-upload]").all():
        upload.locator("input[type=file]").set_input_files(_scan(tmp_path))
        expect(upload.locator("a.file-name")).to_have_count(1)
    page.get_by_role("link", name="下一步").click()
    page.wait_for_url("**/check")
    page.check("#truthful")
    person.presses("提交申请")
    page.wait_for_url("**/receipt")
    return page.url.split("/")[-2]


def does(person: Person, receipt: str, form: Any, answers: Any, button: str) -> None:
    """Open the case, fill the step's form, press its button."""
    page = person.goes(f"/cases/{receipt}")
    if form is not None:
        filling.fill(page, form, answers)
    person.presses(button)
    page.wait_for_url("**/inbox*")


@pytest.fixture
def at(chromium: Browser, site: str, request: pytest.FixtureRequest) -> Any:
    """`at("li.min")` → that person, signed in; everybody has left without an error at the end.

    What they saw last is left in tests/screenshots when the test failed.
    """
    present: list[Person] = []

    def signed_in(login: str, **more: Any) -> Person:
        person = Person(chromium, site, login, **more)
        present.append(person)
        return person

    yield signed_in
    if getattr(request.node, "failed", True):
        for number, person in enumerate(present):
            name = f"{request.node.name}-{number}.png"
            person.page.screenshot(path=ROOT / "tests/screenshots" / name, full_page=True)
    for person in present:
        person.leaves()


def test_a_food_licence_from_application_to_a_certificate_that_verifies(
    at: Any, tmp_path: Path
) -> None:
    forms, answers = matter("food-business")
    applicant = at("13800138000", phone=True)
    receipt = apply(applicant, "linjiang", "food-business", forms, answers, tmp_path)

    does(at("lin.xiao"), receipt, forms["accept"], answers["accept"], "受理")
    reviewer = at("chen.gang")
    does(reviewer, receipt, forms["inspect"], answers["inspect"], "完成核查")
    does(reviewer, receipt, forms["review"], answers["review"], "提交审核")
    does(at("liu.yang"), receipt, forms["check"], answers["check"], "提交决定")
    does(at("zhao.lei"), receipt, forms["decide"], answers["decide"], "准予许可")

    page = applicant.goes(f"/applications/{receipt}")
    for _again in range(60):  # the worker typesets the certificate
        if page.get_by_role("link", name="查验").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.get_by_role("link", name="查验").click()
    expect(page.get_by_role("heading", name="证照查验")).to_be_visible()
    expect(page.locator("main")).to_contain_text("有效")
    expect(page.locator("main")).to_contain_text(answers["apply"]["operator_name"])
    address = page.url

    # Anybody who scans the code sees the same, without signing in, and no more.
    stranger = applicant.context.browser.new_page(locale="zh-CN")  # type: ignore[union-attr]
    stranger.goto(address)
    expect(stranger.locator("main")).to_contain_text("有效")
    expect(stranger.locator("main")).not_to_contain_text(answers["apply"]["contact_mobile"])
    stranger.close()


def test_a_construction_permit_goes_through_its_parallel_branches(at: Any, tmp_path: Path) -> None:
    forms, answers = matter("construction-permit")
    receipt = apply(at("13800138003"), "yunchuan", "construction-permit", forms, answers, tmp_path)
    does(at("qian.lan"), receipt, forms["accept"], answers["accept"], "受理")
    for login, form in (
        ("luo.min", "civil-defence"),
        ("he.jing", "fire"),
        ("du.peng", "quality-safety"),
    ):
        does(at(login), receipt, forms[form], answers[form], "提交审查意见")
    does(at("gao.yuan"), receipt, forms["decide"], answers["decide"], "准予许可")
    page = at("sun.yue").goes(f"/cases/{receipt}")
    expect(page.locator(".page-header")).to_contain_text("已")
    expect(page.locator(".timeline")).to_contain_text("准予许可")


def test_a_refused_case_tells_the_applicant_why_and_ends(at: Any, tmp_path: Path) -> None:
    forms, answers = matter("sole-trader")
    applicant = at("13800138002", phone=True)
    receipt = apply(applicant, "qingxi", "sole-trader", forms, answers, tmp_path)
    clerk = at("li.min")
    page = clerk.goes(f"/cases/{receipt}")
    clerk.presses("不予受理")
    dialog = page.get_by_role("dialog", name="不予受理")
    dialog.get_by_label("理由").fill("申请事项依法不需要取得行政许可。")
    dialog.get_by_label("法律依据").fill("《中华人民共和国行政许可法》第三十二条第一款第（一）项")
    dialog.get_by_role("button", name="作出决定").click()
    expect(page.locator(".page-header")).to_contain_text("不予受理")
    page = applicant.goes(f"/applications/{receipt}")
    expect(page.locator("main")).to_contain_text("申请事项依法不需要取得行政许可。")


def _scan(folder: Path) -> Path:
    """A page to hand in."""
    scan = folder / "材料扫描件.pdf"
    if not scan.exists():
        pdf = pikepdf.new()
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(scan)
    return scan
