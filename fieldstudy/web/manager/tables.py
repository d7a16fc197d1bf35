"""One table value: drawn by one macro (manager/parts/tables.html) and written by one writer (exchange.downloads)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import compress

from flask import Response, request, url_for
from flask_babel import gettext as _

from fieldstudy.core import rounding
from fieldstudy.core.figures import Figure
from fieldstudy.exchange import downloads
from fieldstudy.exchange import tables as files
from fieldstudy.exchange.downloads import Kind, Sheet
from fieldstudy.reports.voice import Voice, unisolated
from fieldstudy.services import studies
from fieldstudy.web import locale, throttles
from fieldstudy.web.manager.forms import DownloadForm
from fieldstudy.web.manager.lines import Line
from fieldstudy.web.manager.opened import Opened


@dataclass(frozen=True)
class Column:
    """`look`: name, figure, drawn, words, cell (of a heat map) or plain; `whole`: a title that the screen shortens."""

    title: str
    look: str = "plain"
    is_on_screen: bool = True
    is_in_file: bool = True
    whole: str = ""


@dataclass(frozen=True)
class Cell:
    """`value` is what a file holds (the text, where it is None); `tone`: below, quiet, strong."""

    text: str = ""
    value: files.Cell = None
    href: str = ""
    opened: Opened | None = None
    line: Line | None = None
    tone: str = ""
    note: str = ""


@dataclass(frozen=True)
class Group:
    """Rows under one heading; a table without headings has one group without a title."""

    rows: Sequence[Sequence[Cell]]
    title: str = ""
    said: str = ""


@dataclass(frozen=True)
class Table:
    """`name` is its own in its page's address; a row's first cell is what the row is about."""

    name: str
    title: str
    columns: Sequence[Column]
    groups: Sequence[Group]
    look: str = ""

    @cached_property
    def shown(self) -> list[Column]:
        return list(compress(self.columns, self._is_shown))

    def cells(self, row: Sequence[Cell]) -> Iterator[tuple[Column, Cell]]:
        """What the screen draws of a row."""
        return compress(zip(self.columns, row, strict=True), self._is_shown)

    @cached_property
    def _is_shown(self) -> list[bool]:
        """The screen leaves out a column that says nothing in any row; a file keeps its shape."""
        return [column.is_on_screen and self._says(index) for index, column in enumerate(self.columns)]

    def _says(self, index: int) -> bool:
        return any(row[index].text or row[index].line for group in self.groups for row in group.rows)

    @property
    def is_empty(self) -> bool:
        return not any(group.rows for group in self.groups)


EMPTY = Cell()


def section_cell(voice: Voice, name: str, href: str = "", note: str = "") -> Cell:
    """A touchpoint; in a file by its whole name, so that no two become one."""
    return Cell(voice.section(name), voice.section(name, None), href=href, note=note)


def question_cell(voice: Voice, name: str, href: str = "", note: str = "") -> Cell:
    return Cell(voice.question(name), voice.question(name, None), href=href, note=note)


def flat(name: str, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], look: str = "") -> Table:
    return Table(name, title, columns, (Group(list(rows)),), look)


def percent_of(fraction: Decimal | float | None) -> Decimal | None:
    """A figure in a file: percent with four decimals, exact enough to compute with."""
    if fraction is None:
        return None
    return rounding.percent(fraction, 4).normalize() + 0


def file_columns(of: str = "") -> list[Column]:
    """What a file says of a figure beside its value; `of` names the figure where a row has two."""
    titles = (_("95 percent from"), _("95 percent to"), _("base"), _("base of"), _("formula"))
    return [Column(f"{title} ({of})" if of else title, is_on_screen=False) for title in titles]


def file_cells(figure: Figure | None) -> list[Cell]:
    if figure is None:
        return [EMPTY] * 5
    interval = figure.interval
    return [
        Cell(value=percent_of(interval.low) if interval else None),
        Cell(value=percent_of(interval.high) if interval else None),
        Cell(value=figure.base),
        Cell(locale.current_words().name(figure.base_of)),
        Cell(figure.formula.versioned),
    ]


def asked(tables: Iterable[Table], about: str, form: DownloadForm) -> Response | None:
    """The table that the address asks for, as a file; None where a page is wanted."""
    kind = form.kind
    found = next((table for table in tables if table.name == form.table.data), None)
    if kind is None or found is None:
        return None
    throttles.spend((throttles.EXPORTS, throttles.reader()))
    name = studies.slugify(f"{about} {found.title}")
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    content = downloads.write(_sheet(found), kind, locale.current_words().decimal_mark)
    return Response(content, mimetype=downloads.MEDIA_TYPES[kind], headers=headers)


def addresses(table: Table, filters: dict[str, str]) -> list[tuple[str, str]]:
    """Where this very table is a file, with the filters of the page: (XLSX, address), (CSV, address)."""
    own = {**(request.view_args or {}), **{name: text for name, text in filters.items() if text}}
    endpoint = request.endpoint or ""
    return [(kind.upper(), url_for(endpoint, **own, table=table.name, file=kind.value)) for kind in Kind]


def _sheet(table: Table) -> Sheet:
    """With the headings of the groups and the notes of the cells as columns, where there are any."""
    rows = [(group.title, row) for group in table.groups for row in group.rows]
    groups, notes = [title for title, _row in rows], [_notes(table, row) for _title, row in rows]
    before = [_("group")] if any(groups) else []
    after = [_("note")] if any(notes) else []
    titles = [column.whole or column.title for column in table.columns if column.is_in_file]
    written = [
        [*([group] if before else ()), *_written(table, row), *([note] if after else ())]
        for (group, row), note in zip(rows, notes, strict=True)
    ]
    headers = [unisolated(title) for title in (*before, *titles, *after)]
    return Sheet(table.title, headers, [list(map(_unisolated, row)) for row in written])


def _unisolated(cell: files.Cell) -> files.Cell:
    """The marks that keep a text to itself inside a sentence belong to pages and paper."""
    return unisolated(cell) if isinstance(cell, str) else cell


def _notes(table: Table, row: Sequence[Cell]) -> str:
    """What stands beside the values, each with its column; a note that has a column of its own is not said twice."""
    texts = {cell.text for cell in row}
    said = [(column, cell.note) for column, cell in zip(table.columns, row, strict=True) if cell.note not in texts]
    first = table.columns[0]
    notes = [note if column is first else f"{column.title}: {note}" for column, note in said if note]
    return "; ".join([*(note.removesuffix(".") for note in notes[:-1]), *notes[-1:]])


def _written(table: Table, row: Sequence[Cell]) -> Iterator[files.Cell]:
    for column, cell in zip(table.columns, row, strict=True):
        if column.is_in_file:
            yield cell.text if cell.value is None else cell.value
