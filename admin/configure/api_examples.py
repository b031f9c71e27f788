"""What requests and answers of the API look like: "METHOD path" → query, headers, body, answer.

Bodies and answers are JSON values, or (media type, text) for anything else.
"""

from typing import Any

from admin.configure.api_examples_beyond import BEYOND

_HASH = "6b0f…64 hexadecimal digits"
_ETAG = "0f3a…32 hexadecimal digits"
_DRAFT = {
    "key": "road-occupation", "number": 3, "hash": _HASH, "based_on": 2,
    "changed_at": "2026-11-22T09:30:00+00:00", "changed_by": "吴凡",
    "parts": {"definition": _ETAG, "process": _ETAG, "forms/apply": _ETAG, "tests/granted": _ETAG},
}  # fmt: skip
_FINDINGS = {
    "findings": [
        {"part": "process", "code": "assign-missing", "element": "review", "line": 34,
         "severity": "error", "message": "任务“审查”没有写明由谁办理：请填写办理人。"}
    ]
}  # fmt: skip
_SCENARIO = {
    "name": "准予许可",
    "start": {"at": "2026-03-02T09:00:00+08:00", "channel": "online", "answers": {}},
    "acts": [{"do": "complete", "step": "accept", "outcome": "accept", "answers": {}}],
}
_HURDLES = {
    "green": False, "hash": _HASH,
    "hurdles": [
        {"key": "tests", "title": "测试场景全部通过", "passed": False, "severity": "hard",
         "reasons": [{"text": "…", "link": "/configure/matters/road-occupation/draft/tests",
                      "soft": False}]}
    ],
}  # fmt: skip
_RENAMED = {"hash": _HASH, "changed": {"process": 1, "tests/granted": 1}, "left": {"definition": 1}}
_VERSION = {"number": 2, "hash": _HASH, "changed_by": "吴凡", "changed_at": None}
_IF_MATCH = {"If-Match": "the ETag the part was loaded with", "If-None-Match": "* for a new part"}

EXAMPLES: dict[str, dict[str, Any]] = {
    **BEYOND,
    "GET /api/matters": {
        "answer": [{"key": "road-occupation", "name": "临时占用城市道路", "name_en": "",
                    "state": "published", "version": 2, "draft": 3}],
    },
    "POST /api/matters": {
        "status": 201,
        "body": {"key": "road-occupation", "name": {"zh": "临时占用城市道路", "en": ""},
                 "department": "city-management", "item_type": "licence", "handling": "promised",
                 "legal_basis": "《城市道路管理条例》第三十一条"},
        "answer": {"key": "road-occupation", "number": 1},
    },
    "GET /api/matters/{key}": {
        "answer": {"key": "road-occupation", "name": {"zh": "临时占用城市道路", "en": ""},
                   "state": "published", "version": _VERSION, "draft": None, "scheduled": None},
    },
    "GET /api/matters/{key}/versions": {
        "answer": [{"number": 2, "state": "published", "hash": _HASH, "note": "时限缩短",
                    "published_at": "2026-11-22T09:30:00+00:00"}],
    },
    "GET /api/matters/{key}/versions/{number}/package": {
        "answer": ("application/zip", "matter.json, process.bpmn, decisions/, forms/, tests/, hash")
    },
    "PUT /api/matters/{key}/draft/package": {
        "headers": {"If-Match": "the hash of the draft it replaces",
                    "If-None-Match": "* where there must be no draft"},
        "body": ("application/zip", "a package as GET …/versions/{number}/package gives it"),
        "answer": {"key": "road-occupation", "number": 3, "hash": _HASH},
    },
    "GET /api/matters/{key}/draft": {"answer": _DRAFT},
    "POST /api/matters/{key}/draft": {"status": 201, "body": {"from": 2}, "answer": _DRAFT},
    "GET /api/matters/{key}/draft/parts/{part}": {
        "answer": ("application/xml", "<bpmn:definitions …>  (JSON for definition, forms, tests)")
    },
    "PUT /api/matters/{key}/draft/parts/{part}": {
        "headers": _IF_MATCH,
        "body": ("application/xml", "<bpmn:definitions …>  (JSON for definition, forms, tests)"),
        "answer": {"etag": _ETAG, "hash": _HASH},
    },
    "DELETE /api/matters/{key}/draft/parts/{part}": {"answer": _DRAFT},
    "GET /api/matters/{key}/draft/findings": {"answer": _FINDINGS},
    "POST /api/matters/{key}/draft/findings": {
        "body": {"part": "process", "content": "<bpmn:definitions …>"}, "answer": _FINDINGS,
    },
    "POST /api/matters/{key}/draft/presence": {
        "body": {"part": "process"},
        "answer": {"hash": _HASH, "others": [{"name": "陆佳", "part": "forms/apply",
                                              "since": "2026-11-22T09:30:00+00:00"}]},
    },
    "GET /api/matters/{key}/draft/forms/{form}/renaming": {
        "query": {"from": "the name other parts use", "to": "the field's name in the saved form"},
        "answer": _RENAMED,
    },
    "POST /api/matters/{key}/draft/forms/{form}/renaming": {
        "headers": {"If-Match": "the hash of the draft that was looked at"},
        "body": {"from": "area", "to": "site_area"},
        "answer": _RENAMED,
    },
    "POST /api/matters/{key}/draft/play": {"body": _SCENARIO},
    "POST /api/matters/{key}/draft/tests/run": {"body": {}},
    "GET /api/matters/{key}/draft/publication": {"answer": _HURDLES},
    "POST /api/matters/{key}/draft/publication": {
        "body": {"hash": _HASH, "note": "时限缩短", "at": "2026-12-01T08:00:00+08:00"},
        "answer": {"key": "road-occupation", "number": 3, "state": "scheduled",
                   "at": "2026-12-01T08:00:00+08:00"},
    },
}  # fmt: skip

_ZH = {
    "GET /api/matters": "本机构的事项，各自的现行版本号和草稿号。",
    "POST /api/matters": "新建事项，得到一份草稿。",
    "GET /api/matters/{key}": "一个事项的状态、现行版本、草稿和已排定的版本。",
    "GET /api/matters/{key}/materials": "一个事项的申请材料，供另一个事项取用。",
    "GET /api/matters/{key}/versions": "全部版本，新的在前。",
    "GET /api/matters/{key}/versions/{number}/package": "一个版本（草稿也可以）的 zip 包。",
    "PUT /api/matters/{key}/draft/package": "把整个 zip 包存为草稿；没有这个事项时一并新建。"
    "If-Match 写所替换草稿的 hash，If-None-Match: * 表示不得已有草稿，不符时返回 412。",
    "GET /api/matters/{key}/draft": "草稿的编号、hash、最后修改人，以及各部分的 ETag。",
    "POST /api/matters/{key}/draft": "从现行版本（或 from 指定的版本）新建草稿；已有草稿时接着改。",
    "GET /api/matters/{key}/draft/parts/{part}": "草稿的一个部分：JSON 或 XML。",
    "PUT /api/matters/{key}/draft/parts/{part}": "保存一个部分。If-Match 写取到它时的 ETag，"
    "新的部分写 If-None-Match: *；他人已改过时返回 412，什么都不覆盖。",
    "DELETE /api/matters/{key}/draft/parts/{part}": "从草稿中去掉一个表单、决策表或测试。",
    "GET /api/matters/{key}/draft/findings": "对已保存草稿的检查结果。",
    "POST /api/matters/{key}/draft/findings": "假如某一部分换成 content，检查会说什么；不保存。",
    "POST /api/matters/{key}/draft/presence": "说明自己正在改哪一部分，并得知还有谁在。",
    "GET /api/matters/{key}/draft/surroundings": "设计各部分时要知道的周边情况。",
    "GET /api/matters/{key}/draft/forms/{form}/given": "为其他表单编的答案，供某一环节参考。",
    "POST /api/matters/{key}/draft/forms/{form}/verdict": "表单对一份答案的判定，与真实办件一致。",
    "GET /api/matters/{key}/draft/forms/{form}/renaming": "字段改名后，草稿其他部分有几处"
    "用着旧字段名、会跟着改（changed），有几处写着旧字段名但不能确定指的是它、不会改（left）。",
    "POST /api/matters/{key}/draft/forms/{form}/renaming": "让其他部分跟着改。If-Match 写 GET"
    " 得到的 hash；草稿后来又改过时返回 412，什么都不改。",
    "POST /api/matters/{key}/draft/decisions/{name}/name": "给决策表改代码，流程图随之更新。",
    "POST /api/matters/{key}/draft/decisions/{name}/trial": "决策表对每行输入的回答，最多一百行。",
    "POST /api/matters/{key}/draft/decisions/{name}/examination": "决策表需要什么、漏了什么。",
    "POST /api/matters/{key}/draft/play": "在草稿上试运行一个场景，返回整个局面；不写数据库。",
    "POST /api/matters/{key}/draft/play/papers/{paper}": "试运行中一份文书的样张图片。",
    "POST /api/matters/{key}/draft/tests/run": "运行草稿的全部测试场景，返回结果和覆盖情况。",
    "GET /api/matters/{key}/draft/publication": "发布前的各项条件，是否都通过。",
    "POST /api/matters/{key}/draft/publication": "发布草稿，或排定 at 时发布；通不过时返回 422。",
    "GET /api/certificate-numbers": "按编号规则，今天的前三个证照编号。",
    "POST /api/expressions/check": "检查表达式的语法和名称。",
    "POST /api/expressions/evaluate": "用给定的值算出表达式。",
}
for _address, _said in _ZH.items():
    EXAMPLES.setdefault(_address, {})["zh"] = _said
