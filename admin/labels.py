"""What tables and columns are called in the panel. A column without a name here is not shown."""

from collections.abc import Mapping

TABLES: Mapping[str, tuple[str, str]] = {
    # table → (group, name)
    "tenant": ("机构与岗位", "行政区划"),
    "department": ("机构与岗位", "进驻单位"),
    "post": ("机构与岗位", "岗位"),
    "post_holder": ("机构与岗位", "岗位人员"),
    "person": ("机构与岗位", "人员"),
    "calendar_day": ("日历", "节假日与调休"),
    "matter": ("事项", "事项"),
    "matter_version": ("事项", "事项版本"),
    "paper_text": ("文书与证照", "文书模板"),
    "certificate": ("文书与证照", "证照登记"),
    "audit_entry": ("运行", "审计记录"),
}

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "tenant": {
        "key": "代码", "name": "名称", "name_en": "英文名称", "level": "层级",
        "centre_name": "中心名称", "region_code": "行政区划代码", "credit_code": "统一社会信用代码",
        "settings": "设置（JSON，未写的沿用上级）", "active": "启用",
    },
    "department": {
        "key": "代码", "name": "名称", "name_en": "英文名称", "phone": "电话",
        "complaint_phone": "投诉电话", "window": "窗口位置", "active": "启用",
    },
    "post": {
        "department": "单位", "key": "代码", "name": "岗位名称", "name_en": "英文名称",
        "role": "角色", "backup": "B 岗", "active": "启用",
    },
    "post_holder": {
        "post": "岗位", "person": "人员", "since": "任职起", "until": "任职止",
        "away": "请假或外出",
    },
    "person": {
        "username": "登录名", "name": "姓名", "password": "初始密码", "phone": "电话",
        "email": "邮箱",
        "active": "启用", "admin": "可进后台", "must_change_password": "下次登录改密码",
    },
    "calendar_day": {"day": "日期", "worked": "调休上班", "note": "说明"},
    "matter": {
        "key": "代码", "name": "名称", "name_en": "英文名称", "item_type": "事项类型",
        "handling": "办件类型", "department": "办理单位代码", "state": "状态",
    },
    "matter_version": {
        "matter": "事项", "number": "版本", "state": "状态", "note": "说明",
        "definition": "定义（matter.json）", "process": "流程（BPMN）",
        "decisions": "决策表（DMN）",
        "forms": "表单（JSON）", "hash": "校验值", "published_at": "发布时间",
    },
    "paper_text": {"paper": "文书", "title": "标题", "body": "正文"},
    "certificate": {
        "number": "编号", "name": "证照", "holder": "持有人", "issuer": "发证机关",
        "issued_on": "发证日期", "valid_until": "有效期至", "state": "状态",
    },
    "audit_entry": {
        "at": "时间", "person": "人员编号", "table": "表", "row": "行", "operation": "操作",
        "before": "改前", "after": "改后",
    },
}  # fmt: skip

FIXED: Mapping[str, tuple[str, ...]] = {
    # What only its own page or verb changes: it would need checks, or break what points at it.
    "tenant": ("key", "level"),
    "person": ("password", "username"),
    "matter": ("key", "state"),
    "matter_version": ("matter", "number", "hash", "published_at"),
}

NEEDED: Mapping[str, tuple[str, ...]] = {
    "tenant": ("key", "name", "level"),
    "department": ("key", "name"),
    "post": ("department", "key", "name", "role"),
    "post_holder": ("post", "person", "since"),
    "person": ("username", "name"),
    "calendar_day": ("day",),
    "matter": ("key", "name"),
    "matter_version": ("matter", "number", "definition", "process", "forms"),
    "paper_text": ("paper", "title", "body"),
}
