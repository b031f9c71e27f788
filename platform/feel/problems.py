"""What can be wrong with an expression or a decision, said so that it can be read aloud."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_EXPRESSION = 4_096  # characters

TEXTS: Mapping[str, str] = {
    # the expression as written
    "empty": "表达式是空的",
    "too-long": "表达式有 {length} 个字，最多 {most} 个字",
    "unreadable": "第 {position} 个字“{near}”附近读不懂",
    "incomplete": "表达式没有写完",
    "full-width": "第 {position} 个字“{char}”是全角符号，请改用半角的“{wanted}”",
    "other-notation": "第 {position} 个字的“{char}”这里不用，请改写成“{wanted}”",
    "half": "只有半个比较，左边缺少要比较的值",
    "unsupported": "这里不支持“{what}”",
    "bad-moment": "“{text}”不是正确的日期、时间或时长",
    "bad-pattern": "正则表达式“{pattern}”读不懂",
    # names
    "unknown-name": "没有名称“{name}”",
    "unknown-name-similar": "没有名称“{name}”，是不是“{similar}”？",
    "unknown-function": "没有函数“{name}”",
    "unknown-function-similar": "没有函数“{name}”，是不是“{similar}”？",
    "function-not-called": "“{name}”是函数，后面要有括号",
    "wrong-arguments": "函数“{name}”的参数不对",
    # values
    "wrong-kinds": "{left}与{right}不能用“{operator}”计算",
    "not-comparable": "{left}与{right}不能相互比较",
    "not-ordered": "这样的值没有先后大小，不能比较",
    "no-property": "{kind}没有“{name}”这一项",
    "result-too-large": "结果太大",
    "number-out-of-range": "计算结果的数太大，不能准确表示",
    "moment-out-of-range": "结果中的日期或时长超出可用的范围",
    "no-value": "结果是{kind}，不能当作值使用",
    "unusable-value": "给出的数据不能用于表达式：{reason}",
    "forbidden-name": "数据里不能有名称“{name}”",
    # working days
    "no-calendar": "这里没有工作日历，不能计算工作日",
    "calendar-ends": "工作日历只到 {date}，之后的节假日还不知道",
    "never-open": "按这个工作日历一直没有工作日，“{function}”无法计算",
    "not-a-date": "“{function}”要的是日期，给出的是{kind}",
    "not-a-count": "“{function}”要的天数是不超过 {most} 的整数",
    "too-far-apart": "“{function}”的两个日期相隔太远",
    # limits
    "context-too-large": "给表达式的数据有 {size} 字节，最多 {most} 字节",
    "too-deep": "表达式嵌套或递归太深",
    "too-large": "计算中的数据太大",
    "text-too-long": "计算中的文字超过 {most} 个字",
    "list-too-long": "计算中的列表超过 {most} 项",
    "timeout": "计算超过 {seconds} 秒，已停止",
    "out-of-memory": "计算占用内存过多，已停止",
    "not-evaluated": "同一批里有表达式多次超出限制，这一条没有计算",
    "failed": "计算出错：{reason}",
    "script-error": "脚本出错：{reason}",
    # deciding
    "no-decision": "没有决定“{decision}”",
    "rules-overlap": "第 {rules} 条规则同时满足，而这张表只允许一条满足（唯一，UNIQUE）",
    "rules-disagree": "第 {rules} 条规则同时满足，结果却不同（任一，ANY）",
    "not-allowed": "输入的值不在允许的范围内",
    "not-a-date-text": "“{text}”不是 yyyy-mm-dd 形式的日期",
    "not-a-number": "合计要的是数字，规则给出的是{kind}",
    "not-a-function": "调用的不是函数",
    # a DMN file
    "dmn-too-large": "决定文件有 {size} 字节，最多 {most} 字节",
    "dmn-too-many": "决定文件里的{what}超过 {most} 个",
    "dmn-not-xml": "不是正确的 XML：{reason}",
    "dmn-doctype": "XML 里不能有 DOCTYPE 声明",
    "dmn-not-dmn": "不是 DMN 决定文件",
    "dmn-empty": "文件里没有决定",
    "dmn-import": "不支持引用其他文件（import）",
    "dmn-no-id": "{what}没有 id",
    "dmn-duplicate-id": "id“{id}”重复",
    "dmn-no-such": "引用的“{id}”不存在",
    "dmn-cycle": "决定互相引用成环：{path}",
    "dmn-no-logic": "决定“{decision}”还没有内容",
    "dmn-unsupported": "不支持“{what}”",
    "dmn-other-language": "表达式语言“{language}”不支持，请用 FEEL",
    "dmn-hit-policy": "命中策略“{policy}”不存在",
    "dmn-aggregation": "合计方式“{aggregation}”不能用在这里",
    "dmn-no-priorities": "命中策略“{policy}”要求在输出列写出允许的值，按优先顺序排列",
    "dmn-rule-shape": "这条规则的单元格数与表头不一致",
    "dmn-output-name": "有多个输出列时，每列都要有各自的名称",
    "dmn-no-input": "输入列“{label}”没有表达式",
}

KINDS: Mapping[str, str] = {
    "nil": "空值",
    "boolean": "是非值",
    "number": "数字",
    "string": "文字",
    "list": "列表",
    "context": "一组数据",
    "date": "日期",
    "time": "时间",
    "date time": "日期时间",
    "duration": "时长",
    "range": "范围",
    "function": "函数",
    "literal": "内部对象",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with something an admin wrote.

    `code` is a stable kebab-case identifier; `text` a Chinese sentence and `where` what may
    stand before it ("决定“…”第 2 条规则：", often empty), both with `{name}` places filled from
    `params`: an upper room translates the two and fills them in again.
    `start` and `end` are character offsets in the expression as it was given;
    `element` and `line` say where it stands in an XML file. None where unknown.
    """

    code: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    start: int | None = None
    end: int | None = None
    element: str | None = None
    line: int | None = None
    where: str = ""

    @property
    def message(self) -> str:
        return (self.where + self.text).format(**self.params)


class FeelError(Exception):
    """An expression, a decision or a call that gave no value; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def message(self) -> str:
        return self.problem.message


class BadDecision(FeelError):
    """A DMN file that can't be used; `problems` is everything found, in document order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0])
        self.problems = tuple(problems)


def problem(
    code: str,
    *,
    start: int | None = None,
    end: int | None = None,
    element: str | None = None,
    line: int | None = None,
    where: str = "",
    **params: Any,
) -> Problem:
    """The problem of that code, with the text that belongs to it."""
    for kind in ("kind", "left", "right"):
        if kind in params:
            params[kind] = KINDS.get(params[kind], params[kind])
    text = TEXTS[code]
    return Problem(code.removesuffix("-similar"), text, params, start, end, element, line, where)
