"""What a form definition may be made of, and what to use instead of what it may not."""

from collections.abc import Mapping

MOST_COMPONENTS = 200
LARGEST_DEFINITION = 256 * 1024
DEEPEST = 6
MOST_RULES = 50
MOST_OPTIONS = 500
LONGEST_EXPRESSION = 1000
LONGEST_PATTERN = 200
LONGEST_LABEL = 200
LONGEST_DESCRIPTION = 1000
LONGEST_TEXT = 5000

# Texts people read; each may have a translation beside it: label, labelEn.
SAID = ("label", "dateLabel", "timeLabel", "description", "text", "placeholder")

_EVERYWHERE = ("type", "id", "layout", "conditional", "properties", "verticalAlignment")
_ASKED = (
    *(*_EVERYWHERE, "key", "label", "description", "validate", "defaultValue"),
    *("readonly", "disabled"),
)
_TYPED = (*_ASKED, "appearance", "placeholder")
_CHOSEN = (*_ASKED, "values", "valuesKey", "valuesExpression", "searchable")

PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "default": (
        *_EVERYWHERE,
        *("components", "schemaVersion", "exporter", "executionPlatform"),
        *("executionPlatformVersion", "versionTag", "rules", "label"),
    ),
    "textfield": _TYPED,
    "textarea": _TYPED,
    "number": (*_TYPED, "decimalDigits", "increment"),
    "money": _TYPED,
    "idnumber": _TYPED,
    "creditcode": _TYPED,
    "mobile": _TYPED,
    "region": _ASKED,
    "datetime": (
        *_TYPED,
        *("subtype", "dateLabel", "timeLabel", "timeSerializingFormat"),
        *("disallowPassedDates", "use24h", "timeInterval"),
    ),
    "checkbox": _ASKED,
    "radio": _CHOSEN,
    "select": _CHOSEN,
    "checklist": _CHOSEN,
    "taglist": _CHOSEN,
    "expression": (*_EVERYWHERE, "key", "label", "expression", "computeOn", "appearance"),
    "text": (*_EVERYWHERE, "text"),
    "table": (*_EVERYWHERE, "label", "dataSource", "columns", "rowCount"),
    "separator": _EVERYWHERE,
    "spacer": (*_EVERYWHERE, "height"),
    "group": (*_EVERYWHERE, "label", "path", "showOutline", "components", "description"),
    "dynamiclist": (
        *(*_EVERYWHERE, "label", "path", "showOutline", "components", "description", "readonly"),
        *("isRepeating", "allowAddRemove", "defaultRepetitions", "nonCollapsedItems"),
        "disableCollapse",
    ),
}

ADORNERS = ("prefixAdorner", "suffixAdorner", "prefixAdornerEn", "suffixAdornerEn")

_LIMITS = ("required", "min", "max")
_LENGTHS = (
    *("required", "minLength", "maxLength", "pattern", "patternErrorMessage"),
    *("patternErrorMessageEn", "validationType"),
)

VALIDATIONS: Mapping[str, tuple[str, ...]] = {
    "textfield": _LENGTHS,
    "textarea": _LENGTHS,
    "number": _LIMITS,
    "money": _LIMITS,
}

CUSTOM: Mapping[str, tuple[str, ...]] = {
    "datetime": ("range",),
    "dynamiclist": ("minRows", "maxRows"),
    "mobile": ("landline",),
    "region": ("parts",),
}

RANGES = ("past", "past-or-today", "future", "today-or-future")
SUBTYPES = ("date", "time", "datetime")

# Types form-js knows and forms here may not have: what they would do, and what does it here.
REFUSED_TYPES: Mapping[str, str] = {
    "html": "不能嵌入 HTML，说明文字请用“text”组件",
    "iframe": "不能嵌入其他网页",
    "script": "不能嵌入脚本",
    "button": "按钮由办理页面提供，请删去",
    "filepicker": "文件在事项的材料清单里上传，请删去并在清单中增加材料",
    "image": "不能引用图片",
    "documentPreview": "文件在办理页面上预览，请删去",
}

# Keys that would stand in the way of FEEL's own words, or of JavaScript's.
_RESERVED_WORDS = """
    if then else for in return some every satisfies and or not between instance of true false
    null function external this parent i item partial _this_ _parent_ _i_ date time duration
    today now count sum min max mean constructor prototype toString valueOf hasOwnProperty length
"""
RESERVED = frozenset(_RESERVED_WORDS.split())

# Functions that wouldn't give both sides the same answer.
REFUSED_FUNCTIONS: Mapping[str, str] = {
    "now": "表单里不能用 now()，日期请用 today()",
    "add working days": "表单里不能计算工作日",
    "working days between": "表单里不能计算工作日",
    "is working day": "表单里不能计算工作日",
}

TEXTS: Mapping[str, str] = {
    "not-a-form": "这不是表单定义：应为 JSON 对象，且有 components 列表",
    "not-json": "表单定义里有不能写成 JSON 的内容",
    "form-too-large": "表单定义有 {size} KB，最多 {most} KB，请拆成几张表单",
    "too-many-components": "表单有 {count} 个组件，最多 {most} 个，请拆成几张表单",
    "too-deep": "组件嵌套超过 {most} 层，请减少分组",
    "not-a-component": "组件应为带有 type 的 JSON 对象",
    "type-refused": "不能使用“{type}”组件：{instead}",
    "type-unknown": "没有“{type}”这种组件，请改用表单编辑器里的组件",
    "property-unknown": "“{type}”组件没有属性“{name}”，请删去",
    "bad-property": "属性“{name}”的值不对，应为{wanted}",
    "bad-id": "编号“{name}”应由字母、数字、下划线组成，以字母开头，最多 64 个字符",
    "duplicate-id": "编号“{name}”已用在别的组件上，请改用另一个",
    "no-key": "还没有填字段名（key），请填写，例如 applicant_name",
    "no-path": "列表还没有填字段名（path），请填写，例如 members",
    "bad-key": "字段名“{name}”应由字母、数字、下划线组成，以字母开头，可用“.”分级，每级最多 64 字",
    "reserved-key": "字段名“{name}”与表达式的用语重名，请改用另一个",
    "duplicate-key": "字段名“{name}”重复，请改用另一个",
    "key-inside": "字段名“{name}”与“{other}”冲突：一个字段不能既有值又有下级",
    "no-label": "还没有填名称（label），填写人和读屏软件要靠它认出这一项",
    "label-expression": "名称不能写成表达式或模板，请写固定的文字",
    "too-long": "“{name}”有 {length} 个字，最多 {most} 个字",
    "no-options": "还没有选项，请至少写一个",
    "options-twice": "选项只能有一个来源：values、valuesKey、valuesExpression 请留一个",
    "too-many-options": "有 {count} 个选项，最多 {most} 个",
    "bad-option": "第 {number} 个选项应有 label（文字）和 value（不为空的文字、数字或是非值）",
    "duplicate-option": "选项的值“{value}”重复",
    "default-not-option": "默认值不在选项里",
    "ticked-for-you": "必须勾选的项不能默认勾上：承诺要由填写人自己作出",
    "bad-limits": "最小值大于最大值，没有能填的值",
    "bad-pattern": "格式（pattern）不是正确的正则表达式",
    "slow-pattern": "格式（pattern）里重复之中又有重复，校验可能很慢，请改写",
    "read-only-expression-in-list": "列表里的栏目不能用表达式决定是否只读",
    "read-only-column": "列表有只读的栏目，行数就不能增减：请把 allowAddRemove 设为 false",
    "not-expression": "“{name}”应写成以“=”开头的表达式",
    "bad-expression": "表达式有误：{reason}",
    "function-refused": "{reason}",
    "cycle": "显示条件或计算互相依赖，成了环：{path}",
    "text-html": "说明文字里不能有 HTML 标签，请用 Markdown",
    "text-image": "说明文字里不能引用图片",
    "text-block": "说明文字里不能用“{{#”开头的模板，请用显示条件",
    "bad-rule": "规则要写清“必须成立”的条件（以“=”开头）和不成立时的提示",
    "too-many-rules": "有 {count} 条规则，最多 {most} 条",
    "rule-field": "规则里的字段“{name}”不在表单里",
    "bad-rows": "行数应为 0 至 500 的整数，且最少不大于最多",
}
