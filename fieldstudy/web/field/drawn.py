"""A checklist as a page draws it in one language: plain texts, names of fields, conditions as data."""

import json
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import answers, conditions
from fieldstudy.core.checklist import (
    CHOICES,
    Channel,
    Checklist,
    EvidenceKind,
    Option,
    Question,
    QuestionType,
    Section,
)

CIRCLES = 11
"""A range with more steps than this is typed."""
SIDE_BY_SIDE = 14
"""Labels with more signs than this are stacked."""

KINDS = {
    QuestionType.SELECT_ONE: "one",
    QuestionType.SELECT_MULTIPLE: "many",
    QuestionType.INTEGER: "number",
    QuestionType.DECIMAL: "number",
    QuestionType.RANGE: "number",
    QuestionType.TIMER: "timer",
    QuestionType.TEXT: "text",
    QuestionType.DATE: "date",
    QuestionType.TIME: "time",
    QuestionType.DATETIME: "datetime-local",
    QuestionType.GEOPOINT: "position",
    QuestionType.IMAGE: "image",
    QuestionType.NOTE: "note",
}
"""How a question is drawn; what is not listed here is not seen."""


@dataclass(frozen=True)
class DrawnChoice:
    value: str
    label: str
    is_na: bool = False
    is_exclusive: bool = False


@dataclass(frozen=True)
class DrawnQuestion:
    """All that the phone needs to judge it too: `relevant`, `calculation` and `constraint` are condition trees as JSON,
    `span` is start, end and step of a range as JSON; the messages are the author's own, or empty.
    """

    name: str
    type: str
    kind: str
    label: str
    hint: str
    choices: tuple[DrawnChoice, ...]
    is_row: bool
    is_required: bool
    has_na_field: bool
    asks_photo: bool
    asks_receipt: bool
    relevant: str
    calculation: str
    constraint: str
    span: str
    required_message: str
    constraint_message: str
    field: str
    na_field: str
    comment_field: str
    photo_field: str

    @property
    def is_asked(self) -> bool:
        return self.kind not in ("note", "fixed", "silent")


@dataclass(frozen=True)
class DrawnSection:
    name: str
    label: str
    number: int
    is_moment_of_truth: bool
    asks_crowding: bool
    relevant: str
    questions: tuple[DrawnQuestion, ...]


def draw(checklist: Checklist, language: str) -> tuple[DrawnSection, ...]:
    languages = (language, checklist.default_language)
    return tuple(_section(section, number, languages) for number, section in enumerate(checklist.sections, start=1))


def tree(condition: str) -> str:
    """The condition as JSON, for the same judgement in the browser."""
    return json.dumps(conditions.as_data(conditions.parse(condition)), separators=(",", ":")) if condition else ""


def _section(section: Section, number: int, languages: tuple[str, ...]) -> DrawnSection:
    return DrawnSection(
        name=section.name,
        label=section.label.say(*languages) or section.name,
        number=number,
        is_moment_of_truth=section.is_moment_of_truth,
        asks_crowding=section.channel == Channel.STORE,
        relevant=tree(section.relevant),
        questions=tuple(_question(question, languages) for question in section.questions),
    )


def _question(question: Question, languages: tuple[str, ...]) -> DrawnQuestion:
    kind = _kind(question)
    choices = _choices(question, languages) if kind in ("one", "many", "scale") else ()
    return DrawnQuestion(
        name=question.name,
        type=str(question.type),
        kind=kind,
        label=question.label.say(*languages) or question.name,
        hint=question.hint.say(*languages),
        choices=choices,
        is_row=kind == "one" and _fits_a_row(choices),
        is_required=question.is_required,
        has_na_field=question.allows_na and question.type not in CHOICES,
        asks_photo=question.asks_photo,
        asks_receipt=question.evidence == EvidenceKind.RECEIPT,
        relevant=tree(question.relevant),
        calculation=tree(question.calculation),
        constraint=tree(question.constraint),
        span=_span(question),
        required_message=question.required_message.say(languages[0]),
        constraint_message=question.constraint_message.say(languages[0]),
        field=answers.answer_field(question.name),
        na_field=answers.na_field(question.name),
        comment_field=answers.comment_field(question.name),
        photo_field=answers.photo_field(question.name),
    )


def _kind(question: Question) -> str:
    if question.is_read_only and question.type in KINDS and question.type != QuestionType.NOTE:
        return "fixed"
    if question.type == QuestionType.RANGE and 1 < _step_count(question) <= CIRCLES:
        return "scale"
    return KINDS.get(question.type, "silent")


def _span(question: Question) -> str:
    """Decimals as text, which a browser would round."""
    if question.type != QuestionType.RANGE:
        return ""
    bounds = (_start(question), question.range_end, _step(question))
    return json.dumps(["" if bound is None else format(bound, "f") for bound in bounds], separators=(",", ":"))


def _step_count(question: Question) -> int:
    if question.range_end is None:
        return 0
    return int((question.range_end - _start(question)) / _step(question)) + 1


def _start(question: Question) -> Decimal:
    return question.range_start or Decimal(0)


def _step(question: Question) -> Decimal:
    return question.range_step or Decimal(1)


def _choices(question: Question, languages: tuple[str, ...]) -> tuple[DrawnChoice, ...]:
    if question.type == QuestionType.RANGE:
        steps = (_start(question) + number * _step(question) for number in range(_step_count(question)))
        return tuple(DrawnChoice(format(step.normalize(), "f"), _numeral(step, languages[0])) for step in steps)
    return tuple(_choice(option, languages) for option in question.options)


def _choice(option: Option, languages: tuple[str, ...]) -> DrawnChoice:
    return DrawnChoice(option.name, _label(option, languages), option.is_na, option.is_exclusive)


def _numeral(step: Decimal, language: str) -> str:
    text = format(step.normalize(), "f").replace("-", "\N{MINUS SIGN}")
    return text.replace(".", ",") if language == "it" else text


def _label(option: Option, languages: tuple[str, ...]) -> str:
    return option.label.say(*languages) or option.name


def _fits_a_row(choices: tuple[DrawnChoice, ...]) -> bool:
    """Two short answers, with or without an N/A beside them."""
    given = [choice for choice in choices if not choice.is_na]
    return len(given) <= 2 and all(len(choice.label) <= SIDE_BY_SIDE for choice in given)
