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
        "post": "岗位", "person": "任职人", "since": "任职起", "until": "任职止",
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
        "at": "时间", "person": "操作人", "table": "表", "row": "行", "operation": "操作",
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

HINTS: Mapping[str, Mapping[str, str]] = {
    # What a form says beside a field whose name alone doesn't say enough.
    "tenant": {
        "key": "用于网址和定义，建好后不能修改。只用小写字母、数字和连字符。",
        "centre_name": "服务中心的名称；不填则按层级自动生成。",
        "region_code": "6、9 或 12 位数字，用于办件编号。",
        "settings": '只写与上级不同的部分，例如 {"phone": "0459-2112345"}；未写的沿用上级。',
    },
    "department": {
        "key": "流程用它指定办理单位，各级同一职能的单位请用同一代码。",
        "window": "办事大厅里的位置，例如“一楼 C 区”。",
    },
    "post": {
        "key": "流程可以用它指定岗位。",
        "role": "决定这个岗位能办哪些环节、看到哪些页面。",
        "backup": "任职人员离岗时，任务由 B 岗办理。",
    },
    "post_holder": {
        "until": "不填表示长期任职。",
        "away": "勾选后任务转给 B 岗，直到取消。",
    },
    "person": {
        "password": "只在新建时填写，首次登录须修改；以后请在“人员账号”页重置。",
        "admin": "还须任职配置管理或平台运维岗位，才能进入后台。",
    },
    "calendar_day": {
        "worked": "是：调休上班；否：放假。只需填写与每周作息不同的日子。",
    },
    "matter": {"department": "办理单位的代码，与“进驻单位”一致。"},
    "matter_version": {
        "note": "这一版改了什么，给以后的人看。",
        "definition": "保存时做全部检查，错误会指出位置。建议在“事项配置”页修改。",
    },
    "paper_text": {
        "paper": "本机构的措辞优先于上级和平台自带的。",
        "body": "可用的占位符见文书模板说明，例如 {{ applicant }}、{{ matter }}。",
    },
}
