"""Language and time at the edge: Chinese first, the clock at UTC+8.

Pages use Flask-Babel (`_("…")`, `format_datetime(moment)`); a moment in UTC is shown at
UTC+8. `?lang=en` or the browser's wish choose English.
"""

from __future__ import annotations

from flask import Flask, request
from flask_babel import Babel, format_date, format_datetime

from inspector.workdays import CHINA

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
DEFAULT = LANGUAGES["zh"]


def chosen() -> str:
    """The language of this request.

    `?lang=` wins, then the browser's first wish that we have, then Chinese.
    """
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return LANGUAGES[asked]
    for wish in request.accept_languages.values():
        if wish.split("-")[0].lower() in LANGUAGES:
            return LANGUAGES[wish.split("-")[0].lower()]
    return DEFAULT


def install(app: Flask) -> None:
    """Flask-Babel for the templates of `app`, with filters `moment` and `day`."""
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    Babel(app, locale_selector=chosen, timezone_selector=lambda: CHINA)
    app.jinja_env.filters["moment"] = lambda at: format_datetime(at, "yyyy-MM-dd HH:mm")
    app.jinja_env.filters["day"] = lambda at: format_date(at, "yyyy-MM-dd")
