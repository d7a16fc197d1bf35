"""What is wrong with a file, or was left out of it, as facts that `words` says in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from fieldstudy.exchange.child import ChildHasFailed, Errand, Reason, Refusal

PROBLEM_LIMIT = 200
SHOWN_LIMIT = 200
FROM_FILE = ("value", "text")
FAILURES = {Reason.BUSY: "reader_busy", Reason.LIMIT: "too_much_work", Reason.CRASH: "damaged_workbook"}

T = TypeVar("T")


@dataclass(frozen=True)
class Remark:
    """`row` and `column` are named as a person sees them in the file; empty where the whole file or sheet is meant."""

    key: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FileProblem(Remark):
    """It stops the import."""


@dataclass(frozen=True)
class FileNote(Remark):
    """It was left out, or a default took its place; the import goes on."""


def as_values(notes: Iterable[FileNote]) -> list[Any]:
    """For a column of JSON; `notes_in` reads them."""
    values: list[Any] = msgspec.to_builtins(tuple(notes))
    return values


def notes_in(values: Sequence[Any]) -> tuple[FileNote, ...]:
    return msgspec.convert(values, tuple[FileNote, ...])


class FileIsRefused(Exception):
    """`problems` holds the first 200; `count` says how many there are."""

    def __init__(self, problems: Iterable[FileProblem], count: int | None = None) -> None:
        self.problems = tuple(problems)[:PROBLEM_LIMIT]
        self.count = count if count is not None else len(self.problems)
        super().__init__("; ".join(f"{p.sheet} {p.row or ''} {p.column} {p.key}".strip() for p in self.problems[:5]))


class Findings:
    """Collects problems and notes while a file is read to its end, so that all are told at once."""

    def __init__(self, notes: Iterable[FileNote] = ()) -> None:
        self.problems: list[FileProblem] = []
        self.count = 0
        self.notes = list(notes)

    def refuse(self, key: str, sheet: str = "", row: int | None = None, column: str = "", **values: object) -> None:
        self.count += 1
        if len(self.problems) < PROBLEM_LIMIT:
            self.problems.append(FileProblem(key, sheet, row, column, _texts(values)))

    def note(self, key: str, sheet: str = "", row: int | None = None, column: str = "", **values: object) -> None:
        self.notes.append(FileNote(key, sheet, row, column, _texts(values)))

    def check(self) -> None:
        """Raises FileIsRefused if there is any problem."""
        if self.problems:
            raise FileIsRefused(self.problems, self.count)


def refused(key: str, sheet: str = "", row: int | None = None, column: str = "", **values: object) -> FileIsRefused:
    """One problem that makes reading on pointless."""
    return FileIsRefused([FileProblem(key, sheet, row, column, _texts(values))])


def read_in_child(errand: Errand[T, tuple[tuple[FileProblem, ...], int]], name: str, content: bytes) -> T:
    """What the file holds; raises FileIsRefused for all that the child says against it, and if the child fails."""
    try:
        return errand.run(name, content)
    except Refusal as refusal:
        raise FileIsRefused(*refusal.facts) from None
    except ChildHasFailed as failure:
        raise refused(FAILURES[failure.reason]) from failure


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    """What stood in the file is shown as far as one needs it to find the cell."""
    texts = {name: str(value) for name, value in values.items()}
    return {name: _cut(text) if name in FROM_FILE else text for name, text in texts.items()}


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_LIMIT else f"{text[:SHOWN_LIMIT]}…"
