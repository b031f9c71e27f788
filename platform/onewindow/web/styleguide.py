"""The living style guide: every macro with sample data, in the three layouts.

Served in development only; tests take its pictures and walk it with a keyboard. Its sample texts
are Chinese and aren't translated: nobody but us reads them.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from onewindow.errors import (
    FieldProblem,
    Forbidden,
    Invalid,
    NotThere,
    Refusal,
    SignInNeeded,
    Stale,
    TooMany,
)
from onewindow.web.navigation import nav_for
from onewindow.web.templates import page

NOW = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sample:
    """A made-up clerk, so that the guide looks the same with and without a database."""

    name: str = "李敏"
    tenant_name: str = "青溪县政务服务中心"
    offices: list[tuple[int, str]] = field(
        default_factory=lambda: [(1, "青溪县政务服务中心"), (2, "临江镇便民服务中心")]
    )
    roles: set[str] = field(
        default_factory=lambda: {"window_clerk", "reviewer", "configurator", "operator"}
    )
    is_staff: bool = True


@dataclass(frozen=True, slots=True)
class SampleCitizen:
    name: str = "王秀英"
    tenant_name: str = ""
    offices: list[tuple[int, str]] = field(default_factory=list)
    roles: set[str] = field(default_factory=set)
    is_staff: bool = False


TASKS = (
    ("red", -1, "审核", "建筑工程施工许可", "云川城投置业有限公司", "370100011526000104", "张建国"),
    ("yellow", 1, "现场核查", "食品经营许可", "青溪县老街面馆", "370100013126000117", ""),
    ("yellow", 0, "受理", "个体工商户设立登记", "陈晓东", "370100013126000125", ""),
    ("green", 3, "审查", "最低生活保障待遇", "周桂兰", "370100010526000098", "李敏"),
    ("green", 4, "审查", "食品经营许可", "临江镇中心小学食堂", "370100013126000121", ""),
    (
        "paused",
        None,
        "专家评审",
        "建筑工程施工许可",
        "白石县第二人民医院",
        "370100011526000091",
        "",
    ),
)

EVENTS = (
    {
        "at": NOW,
        "who": "李敏",
        "for_whom": "赵磊",
        "what": "发出补正通知",
        "why": "缺少食品安全管理制度第三页；平面布局图未标注操作间面积。",
        "tone": "yellow",
    },
    {"at": NOW - timedelta(hours=5), "who": "李敏", "what": "签收任务", "tone": "blue"},
    {"at": NOW - timedelta(days=1), "who": "王秀英", "what": "提交申请", "tone": "green"},
)

FILES: tuple[dict[str, Any], ...] = (
    {
        "name": "平面布局图.pdf",
        "url": "#f1",
        "size": 1_280_412,
        "kind": "pdf",
        "note": "3 页",
        "remove": "/styleguide/files/1",
    },
    {"name": "负责人身份证（人像面）.jpg", "url": "#f2", "size": 482_100, "kind": "jpg"},
    {
        "name": "从业人员健康证明汇总表（2026年11月更新）.xlsx",
        "url": "#f3",
        "size": 24_800,
        "kind": "xlsx",
        "problem": "不能使用这种文件，请上传 PDF 或图片",
        "remove": "/styleguide/files/3",
    },
)

PROBLEMS = (
    FieldProblem("name", "请填写经营者姓名。", label="经营者姓名"),
    FieldProblem("id_number", "身份证号码的最后一位不对，请核对。", label="身份证号码"),
)

FORM: dict[str, Any] = {
    "type": "default",
    "schemaVersion": 19,
    "id": "sample",
    "components": [
        {
            "type": "textfield",
            "id": "name",
            "key": "name",
            "label": "经营者姓名",
            "validate": {"required": True},
            "layout": {"row": "r1", "columns": 8},
        },
        {
            "type": "idnumber",
            "id": "id_number",
            "key": "id_number",
            "label": "身份证号码",
            "description": "18 位，最后一位可能是 X。",
            "validate": {"required": True},
            "layout": {"row": "r1", "columns": 8},
        },
        {
            "type": "radio",
            "id": "business",
            "key": "business",
            "label": "主体业态",
            "values": [
                {"label": "餐饮服务", "value": "catering"},
                {"label": "食品销售", "value": "sales"},
            ],
            "validate": {"required": True},
        },
        {"type": "money", "id": "capital", "key": "capital", "label": "投资金额"},
        {"type": "region", "id": "place", "key": "place", "label": "经营场所"},
        {"type": "textarea", "id": "note", "key": "note", "label": "说明"},
    ],
}

REFUSALS: dict[int, Refusal] = {
    401: SignInNeeded(),
    403: Forbidden(),
    404: NotThere(),
    409: Stale("{who}已于{at}办结了这一步。", who="张建国", at="11月22日 14:05"),
    422: Invalid(PROBLEMS),
    429: TooMany(retry_after=30),
}


@get("/styleguide", include_in_schema=False, opt={"public": True}, sync_to_thread=False)
def pieces() -> Template:
    return page("styleguide/pieces.html", me=Sample(), nav=nav_for(Sample().roles), **_samples())


@get("/styleguide/{name:str}", include_in_schema=False, opt={"public": True}, sync_to_thread=False)
def sheet(name: FromPath[str]) -> Template:
    """inbox, case: the workspace; guide, fill, form: the portal; enter: the plain layout."""
    if name in ("inbox", "case"):
        return page(
            f"styleguide/{name}.html", me=Sample(), nav=nav_for(Sample().roles), **_samples()
        )
    if name in ("guide", "fill", "form", "enter"):
        me = None if name == "enter" else SampleCitizen()
        return page(f"styleguide/{name}.html", me=me, place="青溪县", **_samples())
    raise NotThere


@get(
    "/styleguide/refusals/{status:int}",
    include_in_schema=False,
    opt={"public": True},
    sync_to_thread=False,
)
def refusal(status: FromPath[int]) -> Template:
    """What people see of a refusal; 500 is a real fault."""
    if status == 500:
        raise RuntimeError("the style guide's broken page")
    raise REFUSALS.get(status, NotThere())


@get(
    "/styleguide/process.bpmn", include_in_schema=False, opt={"public": True}, sync_to_thread=False
)
def process(request: Request) -> Response[bytes]:
    env = request.app.template_engine.engine
    drawn = env.get_template("styleguide/process.bpmn").render()
    return Response(drawn.encode(), media_type="application/xml")


@post("/styleguide/files", include_in_schema=False, opt={"public": True})
async def take_file(request: Request) -> Template:
    """Accepts any file and forgets it; enough to see the upload widget at work."""
    form = await request.form()
    file = form["file"]
    content = await file.read()
    if file.filename.startswith("拒绝"):
        raise Invalid({}, "这个文件打不开，请重新导出后上传。")
    return page(
        "styleguide/file.html",
        file={"name": file.filename, "url": "#", "size": len(content), "remove": "#"},
    )


def _samples() -> dict[str, Any]:
    return {
        "counts": {"inbox": 12},
        "tasks": TASKS,
        "events": EVENTS,
        "files": FILES,
        "problems": PROBLEMS,
        "errors": {problem.field: problem.message for problem in PROBLEMS},
        "sample_time": NOW,
        "form_schema": FORM,
    }


routes = [pieces, sheet, refusal, process, take_file]
