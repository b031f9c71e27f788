"""What people write who know Chinese punctuation or another language, and what FEEL wants."""

import re

from feel.problems import Problem, problem

_FULL_WIDTH = {
    "“": '"', "”": '"', "‘": '"', "’": '"', "＂": '"', "（": "(", "）": ")", "，": ",", "：": ":",
    "【": "[", "】": "]", "［": "[", "］": "]", "｛": "{", "｝": "}", "＞": ">", "＜": "<",
    "＝": "=", "≥": ">=", "≤": "<=", "≠": "!=", "＋": "+", "－": "-", "×": "*", "＊": "*",
    "÷": "/", "／": "/", "。": ".", "、": ",", "；": ",", "！": "not()", "　": " ",
}  # fmt: skip
_ELSEWHERE = {"==": "=", "===": "=", "!==": "!=", "&&": "and", "||": "or", "<>": "!=", "'": '"'}

_TOKENS = re.compile(
    r'(?P<text>"(?:\\.|[^"\\])*")|(?P<comment>//[^\n]*|/\*.*?\*/)'
    r"|(?P<elsewhere>===|!==|==|&&|\|\||<>|')"
    r"|(?P<wide>[" + "".join(map(re.escape, _FULL_WIDTH)) + "])",
    re.DOTALL,
)


def better_notation(expression: str) -> Problem | None:
    """The first sign in an unreadable expression that FEEL writes another way, if there is one.

    Text in quotes and comments may hold any sign.
    """
    for found in _TOKENS.finditer(expression):
        char, start, end = found.group(), found.start(), found.end()
        if found["wide"]:
            wanted = _FULL_WIDTH[char]
            code = "full-width"
        elif found["elsewhere"]:
            wanted = _ELSEWHERE[char]
            code = "other-notation"
        else:
            continue
        return problem(code, start=start, end=end, position=start + 1, char=char, wanted=wanted)
    return None
