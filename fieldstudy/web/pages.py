"""What the address of a long list asks for: what it is narrowed to, and which page of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, Field, IntegerField, StringField
from wtforms.validators import Length

SEARCH_LIMIT = 100


def search_field(label: str = "", placeholder: str = "") -> StringField:
    return StringField(
        label or _("Search"),
        [Length(max=SEARCH_LIMIT)],
        default="",
        filters=[lambda text: (text or "").strip()],
        render_kw={"type": "search", "placeholder": placeholder},
    )


class ListForm(FlaskForm):
    """A form of fields that narrow a list, and its page.

    What makes no sense there is left aside. Where somebody may have typed it, it stays to be seen, with what is wrong.
    """

    class Meta:
        csrf = False

    page = IntegerField(default=1)

    def __init__(self, choices: Mapping[str, Sequence[Any]] | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        for name, offered in (choices or {}).items():
            self[name].choices = offered
        self.validate()
        for field in self:
            if field.errors and not isinstance(field, DateField):
                field.data = field.default
                field.raw_data = None
                field.errors, field.process_errors = (), []

    @property
    def number(self) -> int:
        return self.page.data if isinstance(self.page.data, int) else 1

    @property
    def shown(self) -> Sequence[Field]:
        """Those that narrow the list."""
        return [field for field in self if field.name != "page"]

    @property
    def given(self) -> dict[str, str]:
        """As they stand in the address; what is usual is left out."""
        found = {field.name: _written(field) for field in self.shown if field.data != field.default or field.errors}
        return {name: text for name, text in found.items() if text}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.given)


def _written(field: Field) -> str:
    return str(field.data or "") or " ".join(field.raw_data or ())
