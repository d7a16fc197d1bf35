"""Visits from a table: paper forms, and data from an older system.

The columns are store, fieldworker, method, started_at, ended_at and id, then one per question, and its comment in
QUESTION__comment. Answers are judged where all answers are judged; only holes are forgiven, with a note.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

import msgspec

from fieldstudy.core import answers, hints
from fieldstudy.core.checklist import CHOICES, Checklist, Method, Question, QuestionType
from fieldstudy.exchange import clocks, tables
from fieldstudy.exchange.clocks import Hour, Moment
from fieldstudy.exchange.problems import FileIsRefused, FileNote, FileProblem, Findings
from fieldstudy.exchange.tables import Row, Table
from fieldstudy.services.visit_imports import Mismatch

REQUIRED = ("store", "fieldworker", "method", "started_at")
COLUMNS = (*REQUIRED, "ended_at", "id")
COMMENT = "__comment"
FIELDWORKER_LIMIT = 80
ID_LIMIT = 200
ROWS_NOTED = 20
"""Rows that a note names one by one; the others are counted."""
FORGIVEN = frozenset({"required", "photo_required"})


@dataclass(frozen=True)
class VisitRow:
    """`reading` has no problems; `raw` is what the row held, as the raw text of a form."""

    row: int
    store: str
    fieldworker: str
    method: Method
    started_at: datetime
    ended_at: datetime | None
    id: str
    reading: answers.Reading
    raw: Mapping[str, list[str]]
    on: date
    automatic: Mapping[QuestionType, str]


@dataclass(frozen=True)
class VisitsFile:
    rows: tuple[VisitRow, ...]
    notes: tuple[FileNote, ...]
    sheet: str = ""


def read_visits(
    name: str,
    data: bytes | BinaryIO,
    checklist: Checklist,
    stores: Mapping[str, str],
    days: tuple[date, date] = (date.min, date.max),
) -> VisitsFile:
    """`stores` gives the time zone of each store by its code, `days` are the first and the last of the wave.

    Raises FileIsRefused with everything that is wrong.
    """
    table = tables.read_table(name, data)
    findings = Findings(table.notes)
    for column in REQUIRED:
        if column not in table.titles:
            findings.refuse("missing_column", table.sheet, table.header_row, column)
    findings.check()
    reader = _Reader(table, checklist, stores, findings)
    if not (reader.answers or reader.comments or findings.problems):
        findings.refuse("no_question", table.sheet, table.header_row)
        findings.check()
    rows = [reader.read(row) for row in table.rows]
    _compare(table, [row for row in rows if row], findings)
    findings.check()
    reader.tell_holes()
    _tell_days(table, [row for row in rows if row], days, findings)
    return VisitsFile(tuple(row for row in rows if row), tuple(findings.notes), table.sheet)


def refusal(file: VisitsFile, mismatches: Iterable[Mismatch]) -> FileIsRefused:
    """Rows that are there already with other content, or in another wave (services.visit_imports)."""
    findings = Findings()
    for one in mismatches:
        if one.wave:
            findings.refuse("id_of_another_wave", file.sheet, one.row, "id", value=one.id, wave=one.wave)
        elif one.id:
            findings.refuse("known_id_differs", file.sheet, one.row, "id", value=one.id, columns=", ".join(one.columns))
        else:
            findings.refuse("known_visit_differs", file.sheet, one.row, columns=", ".join(one.columns))
    return FileIsRefused(findings.problems, findings.count)


class _Refusal(msgspec.Struct):
    problems: tuple[FileProblem, ...]
    count: int


def as_error(refusal: FileIsRefused) -> str:
    """For the job that read the file; `refusal_in` reads it."""
    facts = msgspec.json.encode(_Refusal(refusal.problems, refusal.count)).decode()
    return f"{FileIsRefused.__name__}: {facts}"


def refusal_in(error: str) -> FileIsRefused | None:
    name, _, facts = error.partition(": ")
    if name != FileIsRefused.__name__:
        return None
    told = msgspec.json.decode(facts, type=_Refusal)
    return FileIsRefused(told.problems, told.count)


@dataclass(frozen=True)
class _Head:
    """The columns before the answers."""

    method: Method
    zone: ZoneInfo
    started_at: datetime
    ended_at: datetime | None

    @property
    def on(self) -> date:
        return self.started_at.astimezone(self.zone).date()

    @property
    def automatic(self) -> dict[QuestionType, str]:
        moments = {QuestionType.START: self.started_at, QuestionType.END: self.ended_at}
        return {
            kind: moment.astimezone(self.zone).replace(tzinfo=None).isoformat(timespec="minutes")
            for kind, moment in moments.items()
            if moment
        }


class _Reader:
    def __init__(self, table: Table, checklist: Checklist, stores: Mapping[str, str], findings: Findings) -> None:
        self.table = table
        self.stores = stores
        self.findings = findings
        self.default_language = checklist.default_language
        self.asked = {method: checklist.for_method(method) for method in Method}
        self.questions = {question.name.lower(): question for question in checklist.questions}
        self.answers: dict[str, Question] = {}
        self.comments: dict[str, Question] = {}
        self.holes: Counter[tuple[str, str]] = Counter()
        self.first_holes: dict[tuple[str, str], int] = {}
        for header in table.titles:
            if header not in COLUMNS:
                self._place(header)
        self.headers = {question.name: header for header, question in self.answers.items()}

    def _place(self, header: str) -> None:
        commented = self.questions.get(header.removesuffix(COMMENT))
        title = self.table.titles[header]
        if header in self.questions:
            question = self.questions[header]
            if question.is_asked and not question.is_read_only and question.type != QuestionType.IMAGE:
                self.answers[header] = question
            else:
                self.findings.note("column_left_out", self.table.sheet, self.table.header_row, title)
        elif commented:
            self.comments[header] = commented
        else:
            self.findings.refuse("unknown_question", self.table.sheet, self.table.header_row, title)

    def read(self, row: Row) -> VisitRow | None:
        for column, limit in (("fieldworker", FIELDWORKER_LIMIT), ("id", ID_LIMIT)):
            if len(row[column]) > limit:
                self._refuse("text_too_long", row, column, limit=limit)
        for column in REQUIRED:
            if not row[column]:
                self._refuse("missing_cell", row, column)
        head = self._head(row)
        if head is None:
            return None
        raw = self._raw(row, head.method)
        reading = answers.read(self.asked[head.method], raw, head.on, head.automatic)
        self._judge(row, reading, raw)
        return VisitRow(
            row=row.number,
            store=row["store"],
            fieldworker=row["fieldworker"],
            method=head.method,
            started_at=head.started_at,
            ended_at=head.ended_at,
            id=row["id"],
            reading=replace(reading, problems=()),
            raw=raw,
            on=head.on,
            automatic=head.automatic,
        )

    def _head(self, row: Row) -> _Head | None:
        if row["store"] and row["store"] not in self.stores:
            self._refuse("unknown_store", row, "store", value=row["store"])
        zone = ZoneInfo(self.stores.get(row["store"], "UTC"))
        start, end = (self._moment(row, column, zone) for column in ("started_at", "ended_at"))
        if start and end and end.at < start.at:
            end = end.later
        if start and end and end.at < start.at:
            self._refuse_end(row, start, end)
        for column, moment in (("started_at", start), ("ended_at", end)):
            if moment and moment.hour != Hour.PLAIN:
                self._note_hour(row, column, moment)
        method = row["method"].lower()
        if method and method not in set(Method):
            self._refuse("unknown_value", row, "method", value=row["method"], allowed=", ".join(Method))
            return None
        return _Head(Method(method), zone, start.at, end.at if end else None) if method and start else None

    def _moment(self, row: Row, column: str, zone: ZoneInfo) -> Moment | None:
        if not row[column]:
            return None
        try:
            return clocks.read(row[column], zone)
        except ValueError:
            self._refuse("not_a_moment", row, column, value=row[column])
            return None

    def _refuse_end(self, row: Row, start: Moment, end: Moment) -> None:
        """Where two times are in order as written, and only their offsets turn them round, it is said what to write."""
        example = end.by_the_clock_of(start)
        is_turned = datetime.fromisoformat(example) >= start.at
        values = {"start": start.taken, "end": end.taken, "example": example} if is_turned else {}
        key = "ended_before_by_offset" if is_turned else "ended_before_started"
        self._refuse(key, row, "ended_at", value=row["ended_at"], **values)

    def _note_hour(self, row: Row, column: str, moment: Moment) -> None:
        title = self.table.titles[column]
        values = {"value": row[column], "taken": moment.taken, "other": moment.other}
        self.findings.note(f"hour_{moment.hour}", self.table.sheet, row.number, title, **values)

    def _raw(self, row: Row, method: Method) -> dict[str, list[str]]:
        asked = self.asked[method].question_by_name
        raw: dict[str, list[str]] = {}
        for header, question in (*self.answers.items(), *self.comments.items()):
            text = row[header]
            if not text:
                continue
            if question.name not in asked:
                self._refuse("not_for_method", row, header, value=text, method=method)
            elif header in self.comments:
                raw[answers.comment_field(question.name)] = [text]
            else:
                raw |= _raw_answer(question, text)
        return raw

    def _judge(self, row: Row, reading: answers.Reading, raw: Mapping[str, list[str]]) -> None:
        for problem in reading.problems:
            name = problem.field.removeprefix(answers.answer_field(""))
            if problem.key in FORGIVEN:
                self._hole("required_but_empty", name, row)
                continue
            values = dict(problem.values)
            if problem.message:
                values["message"] = problem.message.say(self.default_language)
            self._refuse(problem.key, row, self.headers.get(name, name), **values)
        for name in self.headers:
            is_given = answers.answer_field(name) in raw or answers.na_field(name) in raw
            if is_given and name not in reading.relevant:
                self._hole("not_relevant_left_out", name, row)

    def _hole(self, key: str, question: str, row: Row) -> None:
        self.holes[key, question] += 1
        self.first_holes.setdefault((key, question), row.number)

    def tell_holes(self) -> None:
        """One note for each question, with the first row and how many there are."""
        absent = [
            question.name
            for question in self.questions.values()
            if question.is_asked and question.type != QuestionType.IMAGE and question.name not in self.headers
        ]
        if absent:
            self.findings.note(
                "questions_without_column", self.table.sheet, self.table.header_row, names=", ".join(absent)
            )
        for (key, question), count in self.holes.items():
            if question in self.headers:
                title = self.table.titles[self.headers[question]]
                self.findings.note(key, self.table.sheet, self.first_holes[key, question], title, count=count)

    def _refuse(self, key: str, row: Row, header: str, **values: object) -> None:
        title = self.table.titles.get(header, header)
        self.findings.refuse(key, self.table.sheet, row.number, title, **values)


def _raw_answer(question: Question, text: str) -> dict[str, list[str]]:
    """`na` is N/A; in a question with choices it stands for the choice that means so, whatever its name."""
    if text != answers.NA:
        return {answers.answer_field(question.name): [text]}
    if question.type not in CHOICES:
        return {answers.na_field(question.name): ["1"]}
    is_a_name = any(option.name == text for option in question.options)
    meaning = next((option.name for option in question.options if option.is_na), text)
    return {answers.answer_field(question.name): [text if is_a_name else meaning]}


def _tell_days(table: Table, rows: list[VisitRow], days: tuple[date, date], findings: Findings) -> None:
    """Rows of another time than the wave's."""
    outside = [row for row in rows if hints.is_outside(row.on, days)]
    title = table.titles["started_at"]
    for row in outside[:ROWS_NOTED]:
        values = {"value": row.on.isoformat(), "start": days[0].isoformat(), "end": days[1].isoformat()}
        findings.note("outside_wave", table.sheet, row.row, title, **values)
    if len(outside) > ROWS_NOTED:
        findings.note("more_outside_wave", table.sheet, column=title, count=len(outside) - ROWS_NOTED)


def _compare(table: Table, rows: list[VisitRow], findings: Findings) -> None:
    """An id must not come twice; the same fieldworker in the same store at the same time is worth a look."""
    first_rows: dict[object, int] = {}
    for row in rows:
        first = first_rows.setdefault(row.id, row.row) if row.id else row.row
        if first != row.row:
            findings.refuse("duplicate_id", table.sheet, row.row, table.titles["id"], value=row.id, first_row=first)
        first = first_rows.setdefault((row.store, row.fieldworker, row.started_at), row.row)
        if first != row.row and not row.id:
            findings.note("same_visit_twice", table.sheet, row.row, first_row=first)
