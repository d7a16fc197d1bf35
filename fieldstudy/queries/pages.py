"""One page of a long list: of rows that SQL sorts, or of lines that a rule of `core` sorts."""

from collections.abc import Sequence
from typing import Any

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import Select

from fieldstudy.extensions import db

PAGE = 50


class RowPagination(SelectPagination):
    """Flask-SQLAlchemy's own reads the first column of each row only."""

    def _query_items(self) -> list[Any]:
        query = self._query_args["select"].limit(self.per_page).offset(self._query_offset)
        return list(db.session.execute(query).unique())


class LinePagination(Pagination):
    def _query_items(self) -> list[Any]:
        lines = self._query_args["lines"]
        return list(lines[self._query_offset : self._query_offset + self.per_page])


def of_rows(query: Select[*tuple[Any, ...]], total: int, page: int, size: int | None = None) -> Pagination:
    return _counted(RowPagination, total, page, size, select=query)


def of_lines(lines: Sequence[Any], page: int, size: int | None = None) -> Pagination:
    return _counted(LinePagination, len(lines), page, size, lines=lines)


def _counted(kind: type[Pagination], total: int, page: int, size: int | None, **source: Any) -> Pagination:
    """A page beyond the last is the last: a list may have become shorter since its address was written."""
    size = size or PAGE
    pages = max(1, -(-total // size))
    number = min(max(page, 1), pages)
    found = kind(page=number, per_page=size, max_per_page=None, error_out=False, count=False, **source)
    found.total = total
    return found
