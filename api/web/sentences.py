"""What marshmallow says of a field → the same in Chinese and English.

In: the library's English sentence. Out: a word with both. A sentence that is not in
the table is one of our own, which says both at once: its two halves.
"""

from __future__ import annotations

import re

from inspector.words import Word, halves

# Full sentences of marshmallow 4, and what to say in Chinese; groups go over.
_TABLE = tuple(
    (re.compile(rf"{en}\.", re.DOTALL), zh)
    for en, zh in (
        ("Missing data for required field", "必填，未给出"),
        ("Field may not be null", "不得为空值"),
        ("Unknown field", "没有此项"),
        ("Invalid input type", "应为一个对象 {{…}}"),
        ("Invalid type", "应为一个对象 {{…}}"),
        ("Not a valid mapping type", "应为一个对象 {{…}}"),
        ("Not a valid list", "应为列表"),
        ("Not a valid tuple", "应为列表"),
        ("Not a valid string", "应为文字"),
        ("Not a valid utf-8 string", "应为 UTF-8 文字"),
        ("Not a valid number", "应为数"),
        ("Number too large", "数过大"),
        ("Not a valid integer", "应为整数"),
        ("Not a valid boolean", "应为是（true）或否（false）"),
        ("Not a valid date", "应为日期（YYYY-MM-DD）"),
        ("Not a valid datetime", "应为日期和时刻"),
        ("Not a valid aware datetime", "应为带时区的日期和时刻"),
        ("Not a valid time", "应为时刻"),
        ("Not a valid UUID", "应为编号（UUID）"),
        ("Invalid (?:value|input)", "值无效"),
        ("Must be one of: (.*)", "应为其中之一：{}"),
        ("Must be equal to (.*)", "应为 {}"),
        ("Must be greater than or equal to (\\S+)", "不得小于 {}"),
        ("Must be less than or equal to (\\S+)", "不得大于 {}"),
        (
            "Must be greater than or equal to (\\S+) and less than or equal to (\\S+)",
            "应在 {} 至 {} 之间",
        ),
        ("Shorter than minimum length 1", "不得为空"),
        ("Shorter than minimum length (\\d+)", "少于 {} 个"),
        ("Longer than maximum length (\\d+)", "多于 {} 个"),
        ("Length must be between (\\d+) and (\\d+)", "长度应在 {} 至 {} 之间"),
        ("Length must be (\\d+)", "长度应为 {}"),
        ("String does not match expected pattern", "写法不符"),
    )
)


def said(sentence: str) -> Word:
    """A sentence of the library in both languages.

    >>> said("Must be one of: txt, svg.").zh
    '应为其中之一：txt, svg'
    >>> said("必填 required").en
    'required'
    """
    for pattern, zh in _TABLE:
        found = pattern.fullmatch(sentence)
        if found:
            return Word("", zh.format(*found.groups()), sentence)
    return halves(sentence)
