"""What WTForms says by itself, in our own words. Its Italian speaks to nobody, and its English to a programmer."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, request
from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from fieldstudy.web import locale

_CHOOSE = _("Choose from the entries in the list.")
SENTENCES: Mapping[str, Any] = {
    "Not a valid choice.": _CHOOSE,
    "'%(value)s' is not a valid choice for this field.": _CHOOSE,
    "Invalid Choice: could not coerce.": _CHOOSE,
    "Invalid choice(s): one or more data inputs could not be coerced.": _CHOOSE,
    "Invalid value, must be one of: %(values)s.": _CHOOSE,
    "Not a valid date value.": _("This is not a day: write it as 2026-12-31."),
    "Not a valid integer value.": _("This is not a whole number."),
    "This field is required.": _("Fill in this field."),
    "Invalid input.": _("This cannot be read. Write it again."),
}
TOO_LONG = "Field cannot be longer than %(max)d character."


def install(app: Flask) -> None:
    app.before_request(_speak)


def _speak() -> None:
    """Flask-WTF looks here before it loads the translations that come with WTForms."""
    request.wtforms_translations = OwnWords()  # type: ignore[attr-defined]


class OwnWords:
    def ugettext(self, text: str) -> str:
        return str(SENTENCES.get(text, text))

    def ungettext(self, one: str, many: str, number: int) -> str:
        if one != TOO_LONG:
            return self.ugettext(one)
        return ngettext(
            "This text is too long: %(limit)s character at most.",
            "This text is too long: %(limit)s characters at most.",
            number,
            limit=locale.current_words().integer(number),
        )
