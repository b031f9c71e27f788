"""Examples as in `api_examples`, for what goes beyond drafts: confirmation, running cases, matters
that come from elsewhere, form blocks. `zh` is the Chinese summary."""

from typing import Any

_HASH = "6b0f…64 hexadecimal digits"
_AT = "2026-11-22T09:30:00+00:00"
_CHANGE = {
    "kind": "changed", "part": "process", "element": "review", "area": "流程",
    "sentence": "环节“审查”的时限由 3 个工作日改为 2 个工作日",
    "before": "3 个工作日", "after": "2 个工作日", "pieces": [],
}  # fmt: skip
_REVIEW = {
    "tenant": "qingxi", "key": "road-occupation", "number": 3,
    "name": {"zh": "临时占用城市道路", "en": ""}, "about": "changed", "hash": _HASH,
    "text": "时限缩短", "by_name": "吴凡", "at": _AT,
}  # fmt: skip
_ASKED = {
    "from": 1, "to": 2,
    "cases": {"step": "inspect", "since": "2026-10-01", "until": "2026-11-22",
              "place": "linjiang", "overdue": True},
    "elements": {"inspect": "site_visit"}, "values": {"level": "=2 + 1"},
}  # fmt: skip
_MIGRATION = {
    "id": 7, "state": "running", "reason": "统一按新规定办理。", "by_name": "吴凡", "at": _AT,
    "ended_at": None, **_ASKED, "all": 40, "moved": 20, "stays": 1, "failed": 0, "waiting": 19,
}  # fmt: skip
_BLOCK = {
    "key": "shop", "name": "店铺", "own": True, "shipped": False,
    "schema": {"components": [{"type": "textfield", "key": "shop_name", "label": "店名"}]},
}  # fmt: skip
_FORM_BLOCK = {"name": "店铺", "name_en": "Shop", "schema": _BLOCK["schema"]}

BEYOND: dict[str, dict[str, Any]] = {
    "GET /api/matters/{key}/difference": {
        "zh": "两个版本之间的每一处变化，以及流程图各元素的变化。",
        "query": {"from": "a version's number; left out: the one in force",
                  "to": 'a version\'s number or "draft" (left out: the draft)'},
        "answer": {"from": 2, "to": 3, "changes": [_CHANGE], "marks": {"review": "changed"}},
    },
    "POST /api/matters/{key}/suspension": {
        "zh": "暂停受理（reason 申请人会看到），或恢复受理（resume: true）；在办的办件继续办理。",
        "body": {"reason": "系统检修，预计周五恢复。"},
        "answer": {"key": "road-occupation", "state": "suspended"},
    },
    "POST /api/matters/{key}/withdrawal": {
        "zh": "取消事项；须经上级确认而尚未确认的，先送审（state 为 asked）。",
        "body": {"reason": "已并入另一事项。"},
        "answer": {"key": "road-occupation", "state": "withdrawn"},
    },
    "DELETE /api/matters/{key}/draft/publication": {
        "zh": "取消排定的发布，变回草稿。",
        "answer": {"key": "road-occupation", "number": 3, "state": "draft"},
    },
    "POST /api/matters/{key}/draft/review": {
        "zh": "把草稿送上级确认。",
        "body": {"text": "时限缩短", "hash": _HASH},
        "answer": {"key": "road-occupation", "number": 3, "hash": _HASH, "state": "asked"},
    },
    "GET /api/reviews": {"zh": "下级送来、等待本机构确认的事项，早的在前。", "answer": [_REVIEW]},
    "GET /api/reviews/{tenant}/{key}/{number}": {
        "zh": "一件送审：与现行版本的每一处变化、流程图、双方的意见。",
        "answer": {**_REVIEW, "changes": [_CHANGE], "marks": {"review": "changed"},
                   "process": "<bpmn:definitions …>",
                   "talk": [{"kind": "asked", "about": "changed", "place": "", "text": "时限缩短",
                             "by_name": "吴凡", "by_office": "青溪县", "at": _AT}]},
    },
    "POST /api/reviews/{tenant}/{key}/{number}": {
        "zh": "对送审提意见（comment）、退回（returned）或确认（confirmed）。",
        "body": {"kind": "comment", "text": "两天来得及吗？", "place": "环节“审查” · 时限",
                 "hash": _HASH},
        "answer": {"tenant": "qingxi", "key": "road-occupation", "number": 3, "kind": "comment"},
    },
    "GET /api/matters/{key}/running": {
        "zh": "各环节在办和超期的件数，期间内办结的件数和用时（秒）。",
        "query": {"version": "a version's number; left out: all",
                  "since": "first day, 2026-08-24 (left out: 90 days before the last)",
                  "until": "last day (left out: today)",
                  "at": "the place that owns the matter, for those who look after several"},
        "answer": {"key": "road-occupation", "at": "qingxi", "drawn": 2, "version": None,
                   "since": "2026-08-24", "until": "2026-11-22",
                   "steps": [{"element": "review", "name": "审查", "now": 12, "overdue": 1,
                              "done": 140, "late": 3, "median": 61200.0, "p90": 172800.0,
                              "overdue_share": 0.026}]},
    },
    "GET /api/matters/{key}/migrations": {
        "zh": "事项的各次迁移，新的在前。", "answer": [_MIGRATION],
    },
    "POST /api/matters/{key}/migrations/rehearsal": {
        "zh": "试算迁移：每件能否迁移、为什么不能，什么都不写。cases 选择办件（不写为全部），"
        "elements 指明取消了的环节接到哪里（\"\" 为留在原版本），values 给出新增变量的取值。",
        "body": _ASKED,
        "answer": {"from": 1, "to": 2, "elements": {"inspect": "site_visit"}, "values": {},
                   "removed": [{"id": "inspect", "name": "现场核查", "fitting": ["site_visit"],
                                "droppable": False}],
                   "variables": {"level": "number"},
                   "cases": [{"number": "SJ459021202603020017", "applicant": "张伟",
                              "steps": ["inspect"], "goes": True, "message": ""}]},
    },
    "POST /api/matters/{key}/migrations": {
        "zh": "开始迁移，分批进行；内容与试算相同，另写理由。",
        "status": 201, "body": {**_ASKED, "reason": "统一按新规定办理。"}, "answer": _MIGRATION,
    },
    "GET /api/matters/{key}/migrations/{migration}": {
        "zh": "一次迁移进行得怎样。", "answer": _MIGRATION,
    },
    "POST /api/matters/{key}/migrations/{migration}/pause": {
        "zh": "暂停迁移，正在进行的一批做完为止。", "answer": {**_MIGRATION, "state": "paused"},
    },
    "DELETE /api/matters/{key}/migrations/{migration}/pause": {
        "zh": "继续迁移。", "answer": _MIGRATION,
    },
    "POST /api/matters/{key}/migrations/{migration}/attempts": {
        "zh": "对留在原版本和出错的办件再试一次。", "answer": _MIGRATION,
    },
    "GET /api/matters/{key}/migrations/{migration}/report": {
        "zh": "每一件的结果和原因。",
        "answer": [{"number": "SJ459021202603020017", "applicant": "张伟", "state": "stays",
                    "message": "环节“现场核查”已取消，未指定去处。", "at": _AT}],
    },
    "GET /api/adoptions": {
        "zh": "可以沿用的上级事项。",
        "answer": [{"place": "yunchuan", "key": "street-stall", "version": 2,
                    "name": {"zh": "街头摊位许可", "en": "Street stall"}}],
    },
    "POST /api/adoptions": {
        "zh": "沿用上级的一个事项，得到一份草稿。",
        "status": 201, "body": {"place": "yunchuan", "key": "street-stall"},
        "answer": {"key": "street-stall"},
    },
    "GET /api/matters/{key}/upstream": {
        "zh": "所沿用的上级事项，以及此后上级逐项的变化。",
        "answer": {"place": "yunchuan", "taken": 1, "newest": 2, "behind": True,
                   "drift": [{"piece": "process", "at": 1, "kept": False, "changes": [_CHANGE]}]},
    },
    "POST /api/matters/{key}/upstream": {
        "zh": "把选定的各项变化采用到草稿，其余有意保留原样；lost 是因此失去的本地改动。",
        "body": {"pieces": ["process"]}, "answer": {"key": "street-stall", "lost": []},
    },
    "DELETE /api/matters/{key}/upstream": {
        "zh": "解除沿用：事项从此由本机构自己维护，没有草稿时新建一份；"
        "现行版本和在办件不变，不能恢复。",
        "answer": {"key": "street-stall"},
    },
    "GET /api/matters/{key}/adopters": {
        "zh": "哪些下级沿用了本事项，用的是哪一版。",
        "answer": {"newest": 2, "adopters": [
            {"place": "qingxi", "name": {"zh": "青溪县", "en": "Qingxi"}, "state": "published",
             "version": 1, "drafted": 2, "kept": {}}]},
    },
    "POST /api/drawings": {
        "zh": "把其他工具画的 BPMN 变成本系统的流程，并说明改写、略去和需要补充的各处；不保存，"
        "要用时 PUT 到草稿的 process 部分。",
        "body": ("application/xml", "<definitions xmlns=\"http://www.omg.org/spec/BPMN/…\">…"),
        "answer": {"name": "备案", "process": "<bpmn:definitions …>",
                   "report": [{"severity": "fill_in", "code": "assign-missing", "line": 12,
                               "element": "check", "name": "核对", "message": "请填写办理人。"}]},
    },
    "GET /api/form-blocks": {"zh": "可用的表单组件块：随软件的、上级的、本机构的。",
                             "answer": [_BLOCK]},
    "GET /api/form-blocks/{key}": {"zh": "一个表单组件块。", "answer": _BLOCK},
    "PUT /api/form-blocks/{key}": {"zh": "把一组字段存为本机构的表单组件块。",
                                   "body": _FORM_BLOCK, "answer": _BLOCK},
    "DELETE /api/form-blocks/{key}": {
        "zh": "删除本机构的一个组件块，用过它的表单不变。", "answer": {"key": "shop"},
    },
}  # fmt: skip
