"""The small town of every test: one city, two counties, three townships, one village.

Built once for a run through the application's own actions, then copied for each test, so whatever
a test does to it is its own. Everybody's password is `PASSWORD`.

    云川市 yunchuan ─ 青溪县 qingxi ─ 临江镇 linjiang ─ 柳树村 liushu
                    │               └ 松岭乡 songling
                    └ 白石县 baishi ─ 河湾镇 hewan
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from onewindow import clock, db
from onewindow.demo.cases import as_of_today
from onewindow.demo.town import content
from onewindow.matters import actions as matters
from onewindow.matters.package import Package, read_folder
from onewindow.people import staffing
from onewindow.people.registration import register
from onewindow.tenants.actions import change_settings, create_department, create_tenant
from onewindow.workdays.actions import seed_calendar

PASSWORD = "yun-chuan window"


class Place(NamedTuple):
    name: str
    name_en: str
    level: str
    parent: str | None
    region: str


PLACES: Mapping[str, Place] = {
    "yunchuan": Place("云川市", "Yunchuan", "city", None, "459000"),
    "qingxi": Place("青溪县", "Qingxi", "county", "yunchuan", "459021"),
    "baishi": Place("白石县", "Baishi", "county", "yunchuan", "459022"),
    "linjiang": Place("临江镇", "Linjiang", "township", "qingxi", "459021101"),
    "songling": Place("松岭乡", "Songling", "township", "qingxi", "459021201"),
    "hewan": Place("河湾镇", "Hewan", "township", "baishi", "459022101"),
    "liushu": Place("柳树村", "Liushu", "village", "linjiang", "459021101201"),
}

DEPARTMENTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "yunchuan": (
        ("service-centre", "政务服务中心"),
        ("housing", "住房和城乡建设局"),
        ("fire-review", "消防审验科"),
        ("quality-supervision", "质量安全监督站"),
        ("civil-air-defence", "人民防空办公室"),
    ),
    "qingxi": (
        ("service-centre", "政务服务中心"),
        ("market-supervision", "市场监督管理局"),
        ("civil-affairs", "民政局"),
    ),
    "baishi": (("service-centre", "政务服务中心"), ("market-supervision", "市场监督管理局")),
    "linjiang": (("service-centre", "便民服务中心"), ("civil-affairs", "社会事务办公室")),
    "songling": (("service-centre", "便民服务中心"), ("civil-affairs", "社会事务办公室")),
    "hewan": (("service-centre", "便民服务中心"), ("civil-affairs", "社会事务办公室")),
    "liushu": (("service-centre", "便民服务点"),),
}


class Post(NamedTuple):
    tenant: str
    department: str
    key: str
    name: str
    role: str
    holder: str
    backup: str | None = None


POSTS = (
    Post("yunchuan", "service-centre", "operator", "平台运维岗", "operator", "zhou.ming"),
    Post("yunchuan", "service-centre", "supervisor", "效能监督岗", "supervisor", "sun.yue"),
    Post("yunchuan", "service-centre", "window", "综合窗口岗", "window_clerk", "qian.lan"),
    Post("yunchuan", "housing", "reviewer", "审查岗", "reviewer", "he.jing"),
    Post("yunchuan", "housing", "decide", "许可决定岗", "decider", "gao.yuan"),
    Post("yunchuan", "fire-review", "fire", "消防审查岗", "reviewer", "xia.yu"),
    Post("yunchuan", "quality-supervision", "quality", "质量安全岗", "reviewer", "du.peng"),
    Post("yunchuan", "civil-air-defence", "air-defence", "人防审查岗", "reviewer", "luo.min"),
    Post("qingxi", "service-centre", "window", "综合窗口岗", "window_clerk", "li.min"),
    Post("qingxi", "service-centre", "manager", "中心主任岗", "centre_manager", "wang.jianguo"),
    Post("qingxi", "service-centre", "configurator", "配置管理岗", "configurator", "wu.fan"),
    Post(
        "qingxi",
        "market-supervision",
        "food-review",
        "食品审查岗",
        "reviewer",
        "chen.gang",
        "food-b",
    ),
    Post("qingxi", "market-supervision", "food-b", "食品审查B岗", "reviewer", "liu.yang"),
    Post("qingxi", "market-supervision", "food-check", "食品审核岗", "checker", "liu.yang"),
    Post("qingxi", "market-supervision", "food-decide", "食品决定岗", "decider", "zhao.lei"),
    Post("qingxi", "civil-affairs", "relief-review", "救助核查岗", "reviewer", "pan.yun"),
    Post("qingxi", "civil-affairs", "relief-decide", "低保确认岗", "decider", "song.wei"),
    Post("baishi", "service-centre", "window", "综合窗口岗", "window_clerk", "zheng.shuang"),
    Post("baishi", "service-centre", "configurator", "配置管理岗", "configurator", "lu.jia"),
    Post("baishi", "market-supervision", "review", "审查岗", "reviewer", "feng.tao"),
    Post("baishi", "market-supervision", "check", "审核岗", "checker", "deng.li"),
    Post("baishi", "market-supervision", "decide", "决定岗", "decider", "cao.bin"),
    Post("linjiang", "service-centre", "window", "综合窗口岗", "window_clerk", "lin.xiao"),
    Post("linjiang", "civil-affairs", "civil", "社会事务岗", "reviewer", "he.jing"),
    Post("linjiang", "civil-affairs", "civil-check", "社会事务审核岗", "checker", "ye.qing"),
    Post("songling", "service-centre", "window", "综合窗口岗", "window_clerk", "tang.ning"),
    Post("songling", "civil-affairs", "civil", "社会事务岗", "reviewer", "tian.fang"),
    Post("songling", "civil-affairs", "civil-check", "社会事务审核岗", "checker", "mo.li"),
    Post("hewan", "service-centre", "window", "综合窗口岗", "window_clerk", "ma.chao"),
    Post("hewan", "civil-affairs", "civil", "社会事务岗", "reviewer", "bai.xue"),
    Post("hewan", "civil-affairs", "civil-check", "社会事务审核岗", "checker", "kang.le"),
    Post("liushu", "service-centre", "agent", "代办员岗", "village_agent", "yang.liu"),
)

STAFF: Mapping[str, tuple[str, str]] = {
    "zhou.ming": ("周明", "yunchuan"),
    "sun.yue": ("孙悦", "yunchuan"),
    "qian.lan": ("钱岚", "yunchuan"),
    "he.jing": ("何静", "yunchuan"),
    "gao.yuan": ("高远", "yunchuan"),
    "xia.yu": ("夏雨", "yunchuan"),
    "du.peng": ("杜鹏", "yunchuan"),
    "luo.min": ("罗敏", "yunchuan"),
    "li.min": ("李敏", "qingxi"),
    "wang.jianguo": ("王建国", "qingxi"),
    "wu.fan": ("吴凡", "qingxi"),
    "chen.gang": ("陈刚", "qingxi"),
    "liu.yang": ("刘洋", "qingxi"),
    "zhao.lei": ("赵蕾", "qingxi"),
    "pan.yun": ("潘云", "qingxi"),
    "song.wei": ("宋薇", "qingxi"),
    "zheng.shuang": ("郑爽", "baishi"),
    "lu.jia": ("陆佳", "baishi"),
    "feng.tao": ("冯涛", "baishi"),
    "deng.li": ("邓丽", "baishi"),
    "cao.bin": ("曹斌", "baishi"),
    "lin.xiao": ("林晓", "linjiang"),
    "ye.qing": ("叶青", "linjiang"),
    "tang.ning": ("唐宁", "songling"),
    "tian.fang": ("田芳", "songling"),
    "mo.li": ("莫莉", "songling"),
    "ma.chao": ("马超", "hewan"),
    "bai.xue": ("白雪", "hewan"),
    "kang.le": ("康乐", "hewan"),
    "yang.liu": ("杨柳", "liushu"),
}
"""Login name → name and home tenant. 何静 holds posts in two tenants, 刘洋 two posts in one."""

APPLICANTS: Mapping[str, tuple[str, str]] = {
    "13800000001": ("张伟", "459021199003070018"),
    "13800000002": ("李娜", "459021199003070026"),
}
"""Mobile number (their login name) → name and ID number."""


MATTERS = (
    ("construction-permit", "yunchuan"),
    ("food-business", "qingxi"),
    ("sole-trader", "qingxi"),
    ("subsistence-allowance", "qingxi"),
    ("food-business", "baishi"),
)
"""Shipped matters and who owns them, published as they are shipped."""

LIBRARY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Town:
    """The ids of everything that has a name: `town.tenants["qingxi"]`, `town.people["li.min"]`."""

    tenants: Mapping[str, int]
    people: Mapping[str, int]
    dsn: str


async def build() -> None:
    """Make the town in an empty, migrated database that is started."""
    with db.as_system():
        tenants: dict[str, int] = {}
        for key, place in PLACES.items():
            tenants[key] = await create_tenant(
                key,
                place.name,
                name_en=place.name_en,
                level=place.level,
                parent=tenants[place.parent] if place.parent else None,
                region_code=place.region,
            )
            for department, name in DEPARTMENTS[key]:
                await create_department(tenants[key], department, name)
        await change_settings(
            tenants["yunchuan"], {"phone": "0459-2212345", "complaint_phone": "12345"}
        )
        # 青溪县 publishes by itself, 白石县 asks the city.
        await change_settings(tenants["qingxi"], {"confirmation": "none"})
        await seed_calendar(tenants["yunchuan"])
        people: dict[str, int] = {}
        for login, (name, home) in STAFF.items():
            people[login] = await staffing.hire(
                tenants[home],
                login,
                name,
                PASSWORD,
                must_change_password=False,
                panel=login in ("zhou.ming", "wu.fan", "lu.jia"),
                superuser=login == "zhou.ming",
            )
        for post in POSTS:
            tenant = tenants[post.tenant]
            await staffing.create_post(tenant, post.department, post.key, post.name, post.role)
            await staffing.appoint(tenant, post.key, people[post.holder])
        for post in POSTS:
            if post.backup:
                await staffing.stand_in(tenants[post.tenant], post.key, post.backup)
        for phone, (name, id_number) in APPLICANTS.items():
            await register(name, id_number, phone, PASSWORD)
        for matter, place in MATTERS:
            version = await matters.save_draft(
                tenants[place], package_of(matter), by=None, now=clock.now()
            )
            await matters.publish(version, by=None, now=clock.now())


def package_of(matter: str) -> Package:
    """A shipped matter, as it is in the checkout."""
    return read_folder(
        LIBRARY / "bpmn" / "library" / matter, LIBRARY / "forms" / "library" / matter
    )


def answers_of(matter: str, variant: str = "") -> dict[str, Any]:
    """The demo's careful answers by form, as of today; a variant replaces the forms it names."""
    known = dict(content(f"answers/{matter}.json"))
    variants = known.pop("variants")
    answers: dict[str, Any] = as_of_today({**known, **(variants[variant] if variant else {})})
    return answers


async def look_up(dsn: str) -> Town:
    """The town of a database that holds it."""
    with db.as_system():
        tenants = await db.fetch("select key, id from tenant")
        people = await db.fetch("select username, id from person")
    return Town(dict(map(tuple, tenants)), dict(map(tuple, people)), dsn)
