"""Settings in force are said in the language of the page."""

from pathlib import Path

import pytest

from fieldstudy import words
from fieldstudy.config import Config
from fieldstudy.settings import Setting
from fieldstudy.words import settings

IT, EN = words.of("it"), words.of("en")


@pytest.mark.parametrize(
    ("name", "value", "italian", "english"),
    [
        ("FIELDSTUDY_DEMO", "1", "sì", "yes"),
        ("FIELDSTUDY_TRUSTED_NETWORK", "0", "no", "no"),
        ("FIELDSTUDY_OFFICE_IDLE_HOURS", "0.5", "0,5 ore", "0.5 hours"),
        ("FIELDSTUDY_OFFICE_IDLE_HOURS", "12.0", "12 ore", "12 hours"),
        ("FIELDSTUDY_SESSION_DAYS", "1", "1 giorno", "1 day"),
        ("FIELDSTUDY_KEEP_ACCOUNTS_DAYS", "0", "per sempre", "for ever"),
        ("FIELDSTUDY_SECOND_FACTOR_GRACE_DAYS", "0", "0 giorni", "0 days"),
        ("SECRET_KEY", "kept secret, 64 bytes", "tenuta segreta, 64 byte", "kept secret, 64 bytes"),
        ("SECRET_KEY_FALLBACKS", "kept secret, 1", "tenuta segreta, 1 chiave", "kept secret, 1 key"),
        ("TRUSTED_PROXIES", "1", "1", "1"),
        ("FIELDSTUDY_TIMEZONE", "Europe/Rome", "Europe/Rome", "Europe/Rome"),
    ],
)
def test_a_value_is_said(name: str, value: str, italian: str, english: str) -> None:
    assert (settings.said(IT, name, value), settings.said(EN, name, value)) == (italian, english)


def absent(setting: Setting) -> str:
    return setting.default.replace("`", "")


def test_what_stands_for_an_empty_value_is_said_too() -> None:
    """Those that `fieldstudy config` prints where nothing is set."""
    config = Config(data=Path("x"), database_url="sqlite://", secret_key="k" * 32)
    empty = [setting for field, setting, _ in Config.settings() if not setting.show(getattr(config, field))]
    assert empty
    untold = [one.name for one in empty if settings.said(IT, one.name, absent(one)) == absent(one)]
    assert untold == []
