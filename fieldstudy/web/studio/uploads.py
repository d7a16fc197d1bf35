"""A file that came with a form: read by its importer, or refused beside the field."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from flask import flash
from flask_babel import gettext as _
from flask_babel import ngettext

from fieldstudy.exchange import tables
from fieldstudy.exchange.problems import FileIsRefused, Remark
from fieldstudy.web import locale, throttles
from fieldstudy.web.studio.forms import FileForm

T = TypeVar("T")
NOTES_SHOWN = 8
NOTE_LIMIT = 240


def content(form: FileForm) -> bytes:
    """One byte more than the importers take, so that they see when it is too much."""
    data: bytes = form.file.data.read(tables.BYTES_LIMIT + 1)
    return data


def read(form: FileForm, reader: Callable[[str, bytes], T]) -> T | None:
    """None when the form or the file is refused; then the form says why."""
    throttles.spend((throttles.UPLOADS, throttles.reader()))
    if not form.validate():
        return None
    try:
        return reader(form.file.data.filename, content(form))
    except FileIsRefused as refusal:
        form.refuse(refusal)
        return None


def tell(summary: str, notes: Iterable[Remark] = ()) -> None:
    """What an import did, with what it left out; the cookie that carries it is small."""
    words = locale.current_words()
    said = [words.file_problem(note)[:NOTE_LIMIT] for note in notes]
    rest = len(said) - NOTES_SHOWN
    if rest > 0:
        said = [*said[:NOTES_SHOWN], ngettext("… and %(num)s more remark.", "… and %(num)s more remarks.", rest)]
    flash("\n".join([summary, *((_("To know:"), *said) if said else ())]))
