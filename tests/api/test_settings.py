"""Settings: one table, read from the environment, handed to child processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import BadSetting, Settings, environment, load, table


def test_every_setting_says_in_both_languages_what_it_does() -> None:
    for row in table():
        assert row.name.startswith("SUNLOT_")
        assert any("一" <= c <= "鿿" for c in row.help), row.name
        assert any(c.isascii() and c.isalpha() for c in row.help), row.name


def test_settings_survive_the_way_through_an_environment() -> None:
    settings = Settings(data=Path("/x"), port=81, secure_cookies=False, demo=True)
    assert load(environment(settings)) == settings
    assert environment(Settings()) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"SUNLOT_PROT": "8000"},
        {"SUNLOT_PORT": "eight"},
        {"SUNLOT_PORT": "-1"},
        {"SUNLOT_DEMO": "maybe"},
        {"SUNLOT_TIMEZONE": "UTC"},  # every day is a day at UTC+8
    ],
)
def test_an_unknown_or_unreadable_setting_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSetting):
        load(wrong)
