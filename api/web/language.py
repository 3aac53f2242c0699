"""Which language a page is in: languages are addresses, nothing is negotiated.

`/…` is Chinese, `/en/…` English. `language_of` is the one place that knows it;
templates ask it as `language` (a tag of BCP 47, as `<html lang>` wants it).
"""

from __future__ import annotations

from flask import Flask, request

CHINESE, ENGLISH = "zh-CN", "en"


def language_of(path: str) -> str:
    """The language of the page at an address.

    >>> language_of("/wuzhou/results"), language_of("/en/wuzhou"), language_of("/en")
    ('zh-CN', 'en', 'en')
    >>> language_of("/english-street/results")
    'zh-CN'
    """
    return ENGLISH if path.split("/")[1:2] == ["en"] else CHINESE


def install(app: Flask) -> None:
    """Tell the templates of `app` in which language they are asked for."""
    app.context_processor(lambda: {"language": language_of(request.path)})
