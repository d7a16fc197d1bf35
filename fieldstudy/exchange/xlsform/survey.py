"""The survey sheet: groups become sections in the order of the file, and every question finds its section."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from fieldstudy.core.checklist import (
    Channel,
    Method,
    NormBy,
    Phase,
    Question,
    Section,
    Text,
    Total,
    TouchpointKind,
)
from fieldstudy.exchange.xlsform import questions, types
from fieldstudy.exchange.xlsform.cells import Cells, Sheet
from fieldstudy.exchange.xlsform.choices import Lists
from fieldstudy.exchange.xlsform.questions import Surroundings
from fieldstudy.exchange.xlsform.settings import Form
from fieldstudy.exchange.xlsform.types import Edge, Kind, TypeIsRefused

# The columns of an import file of visits, which a question of the same name could not have for itself.
VISIT_COLUMNS = frozenset({"store", "fieldworker", "method", "started_at", "ended_at", "id"})

_ONLY_FOR_GROUPS = ("kind", "channel", "phase", "moment_of_truth")
_ONLY_FOR_QUESTIONS = (
    "required", "constraint", "calculation", "default", "read_only", "critical", "bonus", "scored", "reverse", "bands",
    "standard", "tolerated", "expro", "sem", "level", "role", "evidence", "internal",
)  # fmt: skip


@dataclass(frozen=True)
class Group:
    cells: Cells
    is_repeat: bool
    around: Surroundings


@dataclass
class Part:
    """A section as it grows: a group, or (without cells) a run of questions outside any group."""

    row: int
    cells: Cells | None = None
    around: Surroundings = field(default_factory=Surroundings)
    questions: list[Question] = field(default_factory=list)

    @property
    def is_silent(self) -> bool:
        return self.cells is None and not any(question.is_asked for question in self.questions)


def read_sections(sheet: Sheet, lists: Lists, form: Form) -> tuple[Section, ...]:
    reader = _Reader(sheet, lists)
    for cells in sheet.lines():
        reader.read(cells)
    reader.close()
    return tuple(_sections(sheet, reader.parts, form))


class _Reader:
    def __init__(self, sheet: Sheet, lists: Lists) -> None:
        self.sheet = sheet
        self.lists = lists
        self.parts: list[Part] = []
        self.open: list[Group] = []
        self.first_rows: dict[str, int] = {}
        self.group_rows: dict[str, int] = {}
        self.misplaced: dict[str, Cells] = {}

    def read(self, cells: Cells) -> None:
        if cells.yes_no("disabled"):
            cells.note("row_disabled", "disabled", value=cells["name"])
            return
        if not cells["type"]:
            self._expect_comment(cells)
            return
        try:
            kind = types.read_type(cells["type"])
        except TypeIsRefused as error:
            cells.refuse(error.key, "type", **error.values)
            return
        if isinstance(kind, Kind):
            self._question(cells, kind)
        elif kind.is_begin:
            self._begin(cells, kind)
        else:
            self._end(cells, kind)

    def close(self) -> None:
        for group in self.open:
            group.cells.refuse("group_not_closed", "type", value=group.cells["name"])
        for column, cells in self.misplaced.items():
            cells.note("no_effect_here", column, value=cells[column])

    def _expect_comment(self, cells: Cells) -> None:
        if cells["name"] or cells.texts("label"):
            cells.refuse("missing_cell", "type")

    def _begin(self, cells: Cells, edge: Edge) -> None:
        self._misplaced(cells, _ONLY_FOR_QUESTIONS)
        around = self.open[-1].around if self.open else Surroundings()
        own = cells.words("methods", Method) or tuple(Method)
        methods = tuple(method for method in own if method in around.methods)
        if edge.is_repeat:
            cells.refuse("repeat_not_supported", "type", type=cells["type"])
        if not self.open:
            name = cells.name()
            self._keep_name(cells, name, self.group_rows)
            around = Surroundings(methods)
            self.parts.append(Part(cells.number, cells, around))
        else:
            cells.note("nested_group_flattened", "type", value=cells["name"], section=self.open[0].cells["name"])
            relevant = cells.condition("relevant")
            around = Surroundings(methods, (*around.relevants, relevant) if relevant else around.relevants)
        self.open.append(Group(cells, edge.is_repeat, around))

    def _end(self, cells: Cells, edge: Edge) -> None:
        if not self.open or self.open[-1].is_repeat != edge.is_repeat:
            cells.refuse("end_without_begin", "type", type=cells["type"])
            return
        self.open.pop()

    def _question(self, cells: Cells, kind: Kind) -> None:
        self._misplaced(cells, _ONLY_FOR_GROUPS)
        around = self.open[-1].around if self.open else Surroundings()
        question = questions.read_question(cells, kind, self.lists, around)
        self._keep_name(cells, question.name, self.first_rows)
        if question.name.lower() in VISIT_COLUMNS:
            cells.note("name_of_a_visit_column", "name", value=question.name)
        if not self.open and not (self.parts and self.parts[-1].cells is None):
            self.parts.append(Part(cells.number))
        self.parts[-1].questions.append(question)

    def _keep_name(self, cells: Cells, name: str, first_rows: dict[str, int]) -> None:
        # Small and capital letters are one in the header of a table.
        first = first_rows.setdefault(name.lower(), cells.number)
        if name and first != cells.number:
            cells.refuse("duplicate_name", "name", value=name, first_row=first)

    def _misplaced(self, cells: Cells, columns: tuple[str, ...]) -> None:
        for column in columns:
            if cells[column]:
                self.misplaced.setdefault(column, cells)


def _sections(sheet: Sheet, parts: list[Part], form: Form) -> Iterator[Section]:
    taken = {part.cells["name"] for part in parts if part.cells}
    for part in _settle(sheet, parts):
        if part.cells:
            yield _section(part.cells, part, form)
        else:
            yield _general(sheet, part, form.title, taken)


def _settle(sheet: Sheet, parts: list[Part]) -> list[Part]:
    """Leaves out empty groups; silent rows outside groups, such as start, go to the section before, or the next."""
    settled: list[Part] = []
    waiting: list[Question] = []
    for part in parts:
        if not part.questions and part.cells:
            part.cells.note("empty_group", "name", value=part.cells["name"])
        elif part.is_silent:
            (settled[-1].questions if settled else waiting).extend(part.questions)
        else:
            part.questions[:0] = waiting
            waiting = []
            settled.append(part)
    is_anything_asked = any(question.is_asked for part in settled for question in part.questions)
    if not is_anything_asked and not sheet.findings.problems:
        sheet.findings.refuse("no_questions", sheet.table.sheet)
    return settled


def _section(cells: Cells, part: Part, form: Form) -> Section:
    label = cells.texts("label")
    if not label:
        cells.note("label_missing", "label", value=cells["name"])
    weight = cells.exact("weight", low=Decimal(0))
    if weight not in (None, 1) and form.settings.total == Total.POOLED:
        cells.note("weight_needs_section_weighted", "weight", value=cells["weight"])
    return Section(
        name=cells["name"],
        label=label or Text({"": cells["name"]}),
        questions=tuple(part.questions),
        kind=cells.word("kind", TouchpointKind) or TouchpointKind.ENVIRONMENT,
        channel=cells.word("channel", Channel) or Channel.STORE,
        phase=cells.word("phase", Phase) or Phase.PURCHASE,
        is_moment_of_truth=cells.yes_no("moment_of_truth"),
        norm=cells.percent("norm"),
        norm_by=cells.word("norm_by", NormBy) or NormBy.MANAGER,
        weight=Decimal(1) if weight is None else weight,
        methods=part.around.methods,
        relevant=cells.condition("relevant"),
    )


def _general(sheet: Sheet, part: Part, title: Text, taken: set[str]) -> Section:
    numbers = range(1, len(taken) + 2)
    names = ("general" if number == 1 else f"general_{number}" for number in numbers)
    name = next(name for name in names if name not in taken)
    taken.add(name)
    sheet.findings.note(
        "questions_outside_groups", sheet.table.sheet, part.row, section=name, count=len(part.questions)
    )
    return Section(name, title, tuple(part.questions))
